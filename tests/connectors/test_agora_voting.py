"""The connector for Agora Voting: the traps of both products, the real answers, and hostile ones.

| trap | test |
| --- | --- |
| two different products stand behind the name | test_each_product_is_asked_in_its_own_way |
| there is no field for the status | test_the_status_follows_from_dates_and_approval |
| an extension wins over the end | test_an_extension_of_the_voting_is_its_end |
| times have no zone | test_times_are_utc_in_the_one_and_the_site_s_in_the_other |
| times are written in two forms | test_both_forms_of_a_time_are_read |
| the list is brief by the code and whole by the manual | test_details_are_asked_of_what_the_list_tells_in_brief |
| lists are in pages, sub-lists without next and previous | test_the_first_page_asks_for_all_others |
| the manual asks for one number and prints another | test_details_of_another_election_are_refused |
| delegations are internal | test_a_delegation_is_left_out |
| the permalink holds a user name | test_no_permalink_and_no_user_passes |
| there is no list of ballots | test_numbers_of_ballots_must_be_configured |
| results are JSON inside JSON | test_results_are_decoded_twice |
| results are there before they are public | test_results_are_told_only_once_they_are_public |
| dates inside the configuration are unused | test_dates_inside_the_configuration_are_not_read |
| answers may be empty for who is not logged in | test_a_ballot_without_answers_has_no_options |
| an error comes in the envelope, too | test_an_error_in_the_envelope_is_a_drift |
| errors have states of their own | test_states_become_ours_and_errors_are_unknown |
| the text to share was a text, later a list | test_what_is_there_to_share_is_not_read |
| texts hold HTML | test_texts_are_told_as_html |
| some tallies count points | test_points_and_ranks_are_no_votes |
| two questions may have the same answers | test_options_of_several_questions_are_told_apart |
| an answer may be called as another one | test_options_with_the_same_name_are_told_apart |
| counts of yes and no are not for and against | test_yes_and_no_are_options_like_others |
| unknown counts are not zero | test_a_count_that_is_not_known_is_none |
| candidates are persons | test_no_candidate_passes, test_the_operator_says_whose_options_are_persons |
| contacts inside texts | test_contacts_inside_texts_are_taken_out |
"""

from __future__ import annotations

import contextlib
import copy
import json
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors import traps
from connectors.damage import ANYTHING, damaged
from connectors.driving import NOW, Driven, answer, bundled, drive, under
from connectors.people import contacts_in
from folkmoot_connectors.agora_voting import AgoraVoting
from folkmoot_connectors.sites import bundled_samples
from folkmoot_hub.connector import Item, MappingError, ParseError, Request, Run, Scope, Seen, Site, Total, WholeItem
from folkmoot_hub.errors import ConfigError
from folkmoot_schema.codes import Kind, OutcomeKind, Stage, Status, Unit
from folkmoot_schema.process import Process
from folkmoot_schema.status import assess_process
from folkmoot_schema.validation import validate

TRAPS = (
    "two different products stand behind the name",
    "there is no field for the status",
    "an extension wins over the end",
    "times have no zone",
    "times are written in two forms",
    "the list is brief by the code and whole by the manual",
    "lists are in pages, sub-lists without next and previous",
    "the manual asks for one number and prints another",
    "delegations are internal",
    "the permalink holds a user name",
    "there is no list of ballots",
    "results are JSON inside JSON",
    "results are there before they are public",
    "dates inside the configuration are unused",
    "answers may be empty for who is not logged in",
    "an error comes in the envelope, too",
    "errors have states of their own",
    "the text to share was a text, later a list",
    "texts hold HTML",
    "some tallies count points",
    "two questions may have the same answers",
    "an answer may be called as another one",
    "counts of yes and no are not for and against",
    "unknown counts are not zero",
    "candidates are persons",
    "contacts inside texts",
)

SITE = bundled("agora-voting")
LIST = "https://agoravoting.com/api/v1/election/"
BOX = under(SITE, {"base": "https://vote.example", "settings": {"product": "ballot-box", "elections": [7]}})
ONE = "https://vote.example/elections/api/election/7"
LONG_AGO = "2013-05-17T16:00:00.000001"

ELECTION: dict[str, Any] = {
    "id": 3,
    "name": "place",
    "pretty_name": "A place",
    "short_description": "Which place?",
    "description": "Which place shall it be?",
    "url": "/somebody/agora/election/place",
    "creator": "/api/v1/user/9/",
    "is_approved": True,
    "voting_starts_at_date": LONG_AGO,
    "voting_ends_at_date": None,
    "voting_extended_until_date": None,
    "result_tallied_at_date": None,
    "archived_at_date": None,
    "direct_votes_count": 2,
    "delegated_votes_count": 1,
    "election_type": "ONCE_CHOICE",
    "result": None,
    "agora": {"pretty_name": "An agora", "full_name": "somebody/agora", "url": "/somebody/agora"},
    "questions": [
        {"question": "Which?", "tally_type": "ONE_CHOICE", "answers": [{"value": "here"}, {"value": "there"}]}
    ],
}
TALLIED: dict[str, Any] = {
    "result_tallied_at_date": "2013-05-19T10:00:00",
    "result": {
        "total_votes": 3,
        "counts": [
            {
                "tally_type": "ONE_CHOICE",
                "winners": ["there"],
                "answers": [{"value": "there", "total_count": 3}, {"value": "here", "total_count": 0}],
            }
        ],
    },
}
QUESTION: dict[str, Any] = {
    "title": "Which?",
    "tally_type": "plurality-at-large",
    "layout": "simple",
    "answers": [{"id": 0, "text": "here"}, {"id": 1, "text": "there"}],
}
RESULTS: dict[str, Any] = {
    "total_votes": 9,
    "questions": [
        {
            "tally_type": "plurality-at-large",
            "answers": [
                {"id": 1, "text": "there", "total_count": 6, "winner_position": 0},
                {"id": 0, "text": "here", "total_count": 2, "winner_position": None},
            ],
        }
    ],
}


def listed(*entries: Any, total: int | None = None, url: str = LIST, site: Site = SITE) -> list[Any]:
    count = len(entries) if total is None else total
    document = {"meta": {"total_count": count, "limit": 20, "offset": 0}, "objects": list(entries)}
    return answer(AgoraVoting, site, url, document)


def elected(site: Site = SITE, **fields: Any) -> Process:
    """The process of an election of Agora Ciudadana."""
    (item,) = (one for one in listed({**ELECTION, **fields}, site=site) if isinstance(one, Item))
    return AgoraVoting().map(WholeItem(item.id, {"list": item.data}), Run(site=site, now=NOW))


def envelope(results: Any = None, questions: Any = (QUESTION,), state: str = "results_pub", **payload: Any) -> Any:
    configuration = {"id": 7, "title": "A vote", "description": "Which place?", "questions": list(questions)}
    told = {} if results is None else {"results": results if isinstance(results, str) else json.dumps(results)}
    configuration.update(payload.pop("configuration", {}))
    return {"date": "x", "payload": {"id": 7, "configuration": configuration, "state": state, **told, **payload}}


def boxed(document: Any, site: Site = BOX) -> Item:
    (item,) = (one for one in answer(AgoraVoting, site, ONE, document, then="parse_ballot") if isinstance(one, Item))
    return item


def voted(document: Any, site: Site = BOX) -> Process:
    """The process of an election of ballot-box."""
    item = boxed(document, site)
    return AgoraVoting().map(WholeItem(item.id, {"list": item.data}), Run(site=site, now=NOW))


def status(process: Process) -> Status:
    return assess_process(process, seen_at=NOW, now=NOW, interval=timedelta(days=2)).status


def counts(process: Process) -> dict[str, int | None]:
    rows = [one for one in process.support if one.option is not None]
    assert all(one.unit is Unit.VOTES for one in rows)
    return {one.option.values[one.option.original]: one.count for one in rows if one.option}


def cast(process: Process) -> list[int | None]:
    return [one.count for one in process.support if one.unit is Unit.PARTICIPANTS]


def started(site: Site = SITE, **settings: Any) -> list[str]:
    run = Run(site=under(site, settings), now=NOW)
    return [one.url for one in AgoraVoting().start(run) if isinstance(one, Request)]


def test_every_trap_has_its_test() -> None:
    assert traps.faults(sys.modules[__name__], TRAPS) == []


# What is asked


@pytest.mark.parametrize(
    "wrong",
    [
        {"product": "sequent"},
        {"product": None},
        {"persons": [0]},
        {"persons": ["3"]},
        {"persons": 3},
        {"product": "ballot-box", "elections": [True]},
        {"elections": [31]},
    ],
)
def test_wrong_settings_are_told_with_what_is_allowed(wrong: dict[str, Any]) -> None:
    with pytest.raises(ConfigError, match=r"^agora-voting: setting (product|persons|elections): .* allowed: "):
        started(**wrong)


def test_numbers_of_ballots_must_be_configured() -> None:
    with pytest.raises(ConfigError, match=r"setting elections: .* allowed: a list of one or more of numbers"):
        started(product="ballot-box")


@pytest.mark.parametrize("given", [[31], []])
def test_numbers_of_ballots_are_refused_where_no_ballot_is_asked(given: list[int]) -> None:
    bare = msgspec.structs.replace(SITE, settings={"elections": given})
    with pytest.raises(ConfigError, match=r"setting elections: .* allowed: none, unless product is ballot-box"):
        list(AgoraVoting().start(Run(site=bare, now=NOW)))


def test_each_product_is_asked_in_its_own_way() -> None:
    assert started() == [LIST]
    assert started(BOX, elections=[31, 7, 31]) == [
        "https://vote.example/elections/api/election/31",
        "https://vote.example/elections/api/election/7",
    ]


@pytest.mark.parametrize(
    "document",
    [
        None,
        [],
        {},
        {"meta": {}, "objects": []},
        {"meta": {"total_count": True}, "objects": []},
        {"objects": [ELECTION]},
    ],
)
def test_a_list_of_another_shape_is_a_drift(document: Any) -> None:
    with pytest.raises(ParseError, match="has no 'objects' with 'total_count'"):
        answer(AgoraVoting, SITE, LIST, document)


@pytest.mark.parametrize("one", [None, {}, {**ELECTION, "id": "3"}, {**ELECTION, "id": True}, {**ELECTION, "id": 0}])
def test_one_election_that_nothing_identifies_costs_itself_alone(one: Any) -> None:
    assert [each.id for each in listed(one, ELECTION) if isinstance(each, Item)] == ["", "3"]
    with pytest.raises(ParseError, match="has no 'id'"):
        listed(one)


def test_the_first_page_asks_for_all_others() -> None:
    page = [{**ELECTION, "id": number} for number in range(1, 21)]
    first = listed(*page, total=45)
    assert [one for one in first if isinstance(one, (Scope, Total))] == [Scope(exhaustive=True), Total(45)]
    asked = [one.url for one in first if isinstance(one, Request)]
    assert asked == [f"{LIST}?limit=20&offset={offset}" for offset in (20, 40)]
    again = [one.url for one in listed(*page, total=45, url=asked[0]) if isinstance(one, Request)]
    assert again == asked[1:]
    assert [one for one in listed(*page[:5], total=45, url=asked[1]) if isinstance(one, Request)] == []


def test_details_are_asked_of_what_the_list_tells_in_brief() -> None:
    brief = {name: ELECTION[name] for name in ("id", "pretty_name", "voting_starts_at_date", "agora")}
    (request,) = (one for one in listed(brief, {**ELECTION, "id": 4}) if isinstance(one, Request))
    assert (request.url, request.item, request.then) == (f"{LIST}3/", "3", "parse_election")


def detail(document: Any) -> list[Any]:
    return answer(AgoraVoting, SITE, f"{LIST}3/", document, then="parse_election", item="3")


def test_details_of_another_election_are_refused() -> None:
    with pytest.raises(ParseError, match="is about 5, not about 3"):
        detail({**ELECTION, "id": 5})
    with pytest.raises(ParseError, match="has no 'id'"):
        detail([])


def test_details_hold_where_they_differ_from_the_list() -> None:
    (found,) = detail({**ELECTION, **TALLIED})
    item = WholeItem("3", {"list": {"pretty_name": "Old"}, "detail": found.data})
    process = AgoraVoting().map(item, Run(site=SITE, now=NOW))
    assert process.title.values == {"es": "A place"}
    assert {one.part for one in process.support} == {"detail"}


@pytest.mark.parametrize("delegation", [{"name": "delegation"}, {"url": "http://example.com/delegation/has/no/url/5"}])
def test_a_delegation_is_left_out(delegation: dict[str, Any]) -> None:
    found = listed({**ELECTION, **delegation})
    assert [one for one in found if isinstance(one, Item)] == []
    assert Seen("3") in found


# Agora Ciudadana


@pytest.mark.parametrize(
    ("fields", "word", "expected"),
    [
        ({"archived_at_date": LONG_AGO, **TALLIED}, "archived", Status.ENDED),
        (TALLIED, "tallied", Status.CLOSED),
        ({**TALLIED, "is_approved": False}, "tallied", Status.CLOSED),
        ({"is_approved": False}, "requested", Status.UNKNOWN),
        ({"voting_starts_at_date": None}, "approved", Status.ANNOUNCED),
        ({"voting_starts_at_date": None, "is_approved": None}, None, Status.UNKNOWN),
        ({"voting_ends_at_date": "2013-06-01T00:00:00"}, None, Status.CLOSED),
        ({"voting_extended_until_date": "2026-03-02T09:59:59.999"}, None, Status.CLOSED),
        ({"voting_ends_at_date": "2026-03-02T10:00:01"}, None, Status.OPEN),
        ({}, None, Status.OPEN),
        ({"voting_starts_at_date": "2026-03-02T10:00:01"}, None, Status.ANNOUNCED),
    ],
)
def test_the_status_follows_from_dates_and_approval(fields: dict[str, Any], word: str | None, expected: Status) -> None:
    process = elected(**fields)
    assert process.source_status == word
    assert status(process) is expected


def test_an_extension_of_the_voting_is_its_end() -> None:
    ends: dict[str, Any] = {
        "voting_ends_at_date": "2013-06-01T00:00:00",
        "voting_extended_until_date": "2013-06-02T00:00:00",
    }
    (phase,) = elected(SITE, **ends).phases
    assert phase.closes == "2013-06-02T00:00:00"


def test_times_are_utc_in_the_one_and_the_site_s_in_the_other() -> None:
    (phase,) = elected().phases
    assert (phase.opens, phase.closes, phase.zone) == ("2013-05-17T16:00:00", None, "UTC")
    (phase,) = voted(envelope(startDate="2014-12-26 09:00:00.231")).phases
    assert (phase.opens, phase.zone) == ("2014-12-26T09:00:00", "Europe/Madrid")


@pytest.mark.parametrize("date", ["soon", "2013-02-30T00:00:00", "17/05/2013", "2013-05-17T25:00:00"])
def test_a_time_of_another_form_is_told_by_name(date: str) -> None:
    with pytest.raises(MappingError, match=r"voting_ends_at_date: .* is not a time"):
        elected(voting_ends_at_date=date)
    with pytest.raises(MappingError, match=r"endDate: .* is not a time"):
        voted(envelope(endDate=date))


def test_a_tallied_election_tells_its_options_with_their_votes() -> None:
    process = elected(**TALLIED)
    assert counts(process) == {"here": 0, "there": 3}
    assert cast(process) == [3]
    (outcome,) = process.outcomes
    assert (outcome.kind, outcome.date) == (OutcomeKind.REPORT, "2013-05-19")
    assert outcome.title is not None
    assert outcome.title.values == {"es": "there"}


def test_a_count_that_is_not_known_is_none() -> None:
    assert counts(elected()) == {"here": None, "there": None}
    assert cast(elected()) == [3]
    assert cast(elected(voting_starts_at_date=None)) == []
    assert cast(elected(direct_votes_count=None)) == []
    assert cast(elected(delegated_votes_count=None)) == []
    # A result that nobody dates is none.
    assert counts(elected(result=TALLIED["result"])) == {"here": None, "there": None}
    part = copy.deepcopy(TALLIED)
    del part["result"]["counts"][0]["answers"][1]
    assert counts(elected(**part)) == {"here": None, "there": 3}


def test_the_agora_is_the_organiser() -> None:
    organiser = elected().organiser
    assert organiser is not None
    assert organiser.name.values == {"es": "An agora"}
    assert elected(agora=None).organiser == SITE.authority


def test_no_permalink_and_no_user_passes() -> None:
    found = listed(ELECTION) + detail(ELECTION)
    written = msgspec.json.encode([one for one in found if isinstance(one, Item)]).decode()
    assert "somebody" not in written
    assert "creator" not in written
    assert elected().url == f"{LIST}3/"


# Ballot-box


@pytest.mark.parametrize("document", [None, [], {}, {"payload": []}, {"payload": {"id": 7}}])
def test_an_answer_without_an_election_is_a_drift(document: Any) -> None:
    with pytest.raises(ParseError, match="has no 'payload' with a 'configuration'"):
        boxed(document)


def test_an_error_in_the_envelope_is_a_drift() -> None:
    with pytest.raises(ParseError, match="has no 'payload' with a 'configuration'"):
        boxed({"date": "2026-03-02", "payload": {"error": "not found", "code": 404}})


@pytest.mark.parametrize("id", [8, "8", None, True])
def test_an_answer_about_another_election_is_refused(id: Any) -> None:
    with pytest.raises(ParseError, match="not about 7"):
        boxed(envelope() | {"payload": {**envelope()["payload"], "id": id}})


def test_what_is_configured_is_not_all_there_is() -> None:
    found = answer(AgoraVoting, BOX, ONE, envelope(), then="parse_ballot")
    assert [one for one in found if isinstance(one, Scope)] == [Scope("configured", exhaustive=False)]


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("registered", Status.ANNOUNCED),
        ("created", Status.ANNOUNCED),
        ("create_error", Status.UNKNOWN),
        ("started", Status.OPEN),
        ("suspended", Status.SUSPENDED),
        ("resumed", Status.OPEN),
        ("stopped", Status.CLOSED),
        ("doing_tally", Status.CLOSED),
        ("tally_ok", Status.CLOSED),
        ("tally_error", Status.UNKNOWN),
        ("no_tally", Status.UNKNOWN),
        ("results_ok", Status.CLOSED),
        ("results_pub", Status.CLOSED),
        ("a state to come", Status.UNKNOWN),
    ],
)
def test_states_become_ours_and_errors_are_unknown(state: str, expected: Status) -> None:
    process = voted(envelope(state=state))
    assert status(process) is expected
    assert process.source_status == state


def test_results_are_decoded_twice() -> None:
    process = voted(envelope(RESULTS, resultsUpdated="2026-02-09T12:15:30.250"))
    assert counts(process) == {"here": 2, "there": 6}
    assert cast(process) == [9]
    (outcome,) = process.outcomes
    assert (outcome.kind, outcome.date) == (OutcomeKind.REPORT, "2026-02-09")
    assert outcome.title is not None
    assert outcome.title.values == {"es": "there"}


@pytest.mark.parametrize("results", ["{", "nope", "[" * 100_000])
def test_results_that_are_no_json_are_a_drift(results: str) -> None:
    with pytest.raises(ParseError, match=r"results of .*: not JSON inside the JSON"):
        boxed(envelope(results))


@pytest.mark.parametrize("results", ["", "[]", "5", '"x"', "null", "{}", '{"questions": []}'])
def test_results_that_say_nothing_leave_counts_unknown(results: str) -> None:
    assert counts(voted(envelope(results))) == {"here": None, "there": None}


@pytest.mark.parametrize("state", ["results_ok", "tally_ok", "stopped", "started", "x"])
def test_results_are_told_only_once_they_are_public(state: str) -> None:
    document = envelope(RESULTS, state=state, resultsUpdated="2026-02-09T12:15:30.250")
    assert "results" not in boxed(document).data
    process = voted(document)
    assert counts(process) == {"here": None, "there": None}
    assert (cast(process), process.outcomes) == ([], ())


def test_both_forms_of_a_time_are_read() -> None:
    old = voted(envelope(startDate="2014-12-26 09:00:00.231", endDate="2014-12-28 09:00:00.231"))
    new = voted(envelope(startDate="2014-12-26T09:00:00.231", endDate="2014-12-28T09:00:00.231"))
    assert old == new
    (phase,) = old.phases
    assert (phase.opens, phase.closes) == ("2014-12-26T09:00:00", "2014-12-28T09:00:00")


def test_dates_inside_the_configuration_are_not_read() -> None:
    unused = {"start_date": "2014-12-26T09:00:00", "startDate": "2014-12-26T09:00:00", "state": "started"}
    process = voted(envelope(configuration=unused, state="created"))
    assert (process.phases, process.source_status) == ((), "created")


def test_a_ballot_without_answers_has_no_options() -> None:
    process = voted(envelope(questions=[{**QUESTION, "answers": []}]))
    assert process.support == ()
    assert voted(envelope(questions=[])).support == ()


@pytest.mark.parametrize("share", ["I voted @town", [{"network": "X", "social_message": "I voted"}]])
def test_what_is_there_to_share_is_not_read(share: Any) -> None:
    assert voted(envelope(configuration={"presentation": {"share_text": share}})) == voted(envelope())


def test_texts_are_told_as_html() -> None:
    answers = [{"id": 0, "text": "a < b", "details": "<strong>Much</strong> of it<script>x()</script>"}]
    process = voted(envelope(questions=[{**QUESTION, "description": "<i>Think</i>", "answers": answers}]))
    assert process.body is not None
    told = process.body.values["es"]
    assert "<h3>Which?</h3>" in told
    assert "<i>Think</i>" in told
    assert "a &lt; b<br><strong>Much</strong> of it" in told
    assert "script" not in told


def test_what_can_be_read_about_an_option_is_a_document() -> None:
    urls = [
        {"title": "URL", "url": "https://x.example/a.pdf"},
        {"title": "Image URL", "url": "https://x.example/a.jpg"},
    ]
    answers = [{"id": 0, "text": "here", "urls": urls}, {"id": 1, "text": "there", "urls": [{"url": "javascript:x"}]}]
    (document,) = voted(envelope(questions=[{**QUESTION, "answers": answers}])).documents
    assert (document.url, document.title and document.title.values) == ("https://x.example/a.pdf", {"es": "here"})


@pytest.mark.parametrize(
    ("pipes", "language"),
    [
        ('{"pipes":[{"type":"x","params":{"languages":["ca"]}},{"params":{}}]}', "ca"),
        ('{"pipes":[{"params":{"languages":["ca","en"]}}]}', "es"),
        ('{"pipes":[{"params":{"languages":["Catalan!"]}}]}', "es"),
        ('{"pipes":[{"params":{"languages":[5]}}]}', "es"),
        ('{"pipes":[{"params":{"languages":"ca"}},5]}', "es"),
        ('{"pipes":5}', "es"),
        ("[]", "es"),
        ("{", "es"),
        ("", "es"),
    ],
)
def test_the_language_is_that_of_the_printed_result_or_the_site_s(pipes: str, language: str) -> None:
    assert voted(envelope(tallyPipesConfig=pipes)).title.original == language


# Options


@pytest.mark.parametrize("tally", ["borda", "borda-nauru", "cumulative", "desborda3", "MEEK-STV", "pairwise-beta", ""])
def test_points_and_ranks_are_no_votes(tally: str) -> None:
    results = copy.deepcopy(RESULTS)
    results["questions"][0]["tally_type"] = tally
    process = voted(envelope(results, questions=[{**QUESTION, "tally_type": tally}]))
    assert counts(process) == {"here": None, "there": None}
    assert [one.title and one.title.values for one in process.outcomes] == []
    dated = voted(envelope(results, questions=[{**QUESTION, "tally_type": tally}], resultsUpdated="2026-02-09"))
    assert [one.title and one.title.values for one in dated.outcomes] == [{"es": "there"}]


def test_a_count_that_is_not_whole_is_no_count() -> None:
    results = copy.deepcopy(RESULTS)
    results["questions"][0]["answers"][0]["total_count"] = 6.5
    results["questions"][0]["answers"][1]["total_count"] = 2.0
    assert counts(voted(envelope(results))) == {"here": 2, "there": None}


def test_options_of_several_questions_are_told_apart() -> None:
    process = voted(envelope(questions=[QUESTION, {**QUESTION, "title": ""}]))
    assert list(counts(process)) == ["Which?: here", "Which?: there", "2: here", "2: there"]
    assert validate(process).ok


def test_options_with_the_same_name_are_told_apart() -> None:
    names = ["a", "a (2)", "a", " a ", "", "b"]
    answers = [{"id": number, "text": name} for number, name in enumerate(names)]
    process = voted(envelope(questions=[{**QUESTION, "answers": answers}]))
    assert list(counts(process)) == ["a", "a (2)", "a (3)", "a (4)", "b"]
    assert validate(process).ok


@pytest.mark.parametrize(("yes", "no"), [("Sí", "No"), ("Yes", "No")])
def test_yes_and_no_are_options_like_others(yes: str, no: str) -> None:
    answers = [{"id": 0, "text": yes}, {"id": 1, "text": no}]
    process = voted(envelope(RESULTS, questions=[{**QUESTION, "answers": answers}]))
    assert counts(process) == {yes: 2, no: 6}
    assert {one.unit for one in process.support} == {Unit.VOTES, Unit.PARTICIPANTS}


# Persons

CANDIDATE = "Candidate 1"
OF_PERSONS: list[dict[str, Any]] = [
    {"configuration": {"layout": "pcandidates-election"}},
    {"questions": [{"layout": "pcandidates-election"}]},
    {"persons": [7]},
]


def of_persons(site: Site, persons: list[int]) -> Site:
    return under(site, {"settings": {**site.settings, "persons": persons}})


@pytest.mark.parametrize("how", OF_PERSONS)
@pytest.mark.parametrize("wrapped", [True, False], ids=["list", "mapping"])
def test_no_candidate_passes(how: dict[str, Any], wrapped: bool) -> None:
    answers = [{"id": 0, "text": CANDIDATE, "details": CANDIDATE, "urls": [{"url": f"https://x.example/{CANDIDATE}"}]}]
    question = {**QUESTION, "answers": answers, **how.get("questions", [{}])[0]}
    results: Any = {"total_votes": 9, "questions": [{"answers": [{"id": 0, "text": CANDIDATE, "total_count": 9}]}]}
    document = envelope(results, [question], configuration=how.get("configuration", {}), resultsUpdated="2026-02-09")
    site = of_persons(BOX, how.get("persons", []))
    if not wrapped:
        document["payload"]["configuration"]["questions"] = question
        document["payload"]["configuration"].setdefault("layout", question["layout"])
        assert CANDIDATE not in str(boxed(document, site).data)
        return
    item, process = boxed(document, site), voted(document, site)
    assert CANDIDATE not in msgspec.json.encode([item, process]).decode()
    assert "total_count" not in str(item.data)
    assert (process.kind, process.stage, cast(process), counts(process)) == (Kind.ELECTION, None, [9], {})
    assert [one.title for one in process.outcomes] == [None]


@pytest.mark.parametrize(
    ("fields", "persons"),
    [
        ({"election_type": "SIMPLE_DELEGATION"}, []),
        ({"questions": [{"tally_type": "MEEK-STV", "answers": [{"value": CANDIDATE}]}]}, []),
        ({}, [3]),
    ],
)
def test_the_operator_says_whose_options_are_persons(fields: dict[str, Any], persons: list[int]) -> None:
    site = of_persons(SITE, persons)
    told = copy.deepcopy({**ELECTION, **TALLIED, **fields})
    told["questions"][0]["answers"] = [{"value": CANDIDATE}]
    told["result"]["counts"][0].update(winners=[CANDIDATE], answers=[{"value": CANDIDATE, "total_count": 3}])
    found = listed(told, site=site) + answer(AgoraVoting, site, f"{LIST}3/", told, then="parse_election", item="3")
    items = [one for one in found if isinstance(one, Item)]
    assert len(items) == 2
    assert CANDIDATE not in msgspec.json.encode(items).decode()
    process = elected(site, **{name: told[name] for name in told if name != "id"})
    assert (process.kind, counts(process), cast(process)) == (Kind.ELECTION, {}, [3])
    assert elected().kind is Kind.BALLOT
    assert elected().stage is Stage.POLICY_DESIGN


def test_contacts_inside_texts_are_taken_out() -> None:
    text = 'Ask <a href="mailto:a@town.example">us</a>, b@town.example or +34 960 00 00 00'
    asked = {"question": text, "answers": [{"value": text, "details": text}]}
    fields: dict[str, Any] = dict.fromkeys(("pretty_name", "short_description", "description"), text)
    one = elected(**fields, questions=[asked])
    answers = [{"id": 0, "text": text, "details": text}]
    questions = [{**QUESTION, "title": text, "description": text, "answers": answers}]
    other = voted(envelope(questions=questions, configuration={"title": text, "description": text}))
    written = msgspec.json.encode([one, other]).decode()
    assert "town.example" not in written
    assert "960" not in written


# Hostile answers

SAMPLES = {sample.site.id: sample for sample in bundled_samples() if sample.site.connector == "agora_voting"}
GOOD = json.loads((SAMPLES["sample.agora"].folder / "election_37.json").read_text())
BALLOT = json.loads((SAMPLES["sample.votacions"].folder / "election_31.json").read_text())
BALLOT["payload"]["id"] = 7
DECODED = json.loads(BALLOT["payload"]["results"])


def attempt(site: Site, url: str, then: str, document: Any) -> list[Process]:
    """Parse and map; whatever is wrong may only be a drift or a record for quarantine."""
    found = []
    try:
        items = [one for one in answer(AgoraVoting, site, url, document, then=then) if isinstance(one, Item)]
    except ParseError:
        return []
    for item in items:
        with contextlib.suppress(MappingError):
            found.append(AgoraVoting().map(WholeItem(item.id, {"list": item.data}), Run(site=site, now=NOW)))
    return found


def page(entry: Any) -> Any:
    return {"meta": {"total_count": 1}, "objects": [entry]}


def test_the_good_answers_are_mapped() -> None:
    assert len(attempt(SITE, LIST, "parse", page(GOOD))) == 1
    assert len(attempt(BOX, ONE, "parse_ballot", BALLOT)) == 1


@settings(max_examples=200, deadline=None)
@given(st.one_of(ANYTHING, damaged(page(GOOD))), st.one_of(ANYTHING, damaged(BALLOT)), damaged(DECODED))
def test_whatever_comes_is_a_drift_or_a_record_for_quarantine(listed: Any, ballot: Any, results: Any) -> None:
    told = {**BALLOT, "payload": {**BALLOT["payload"], "results": json.dumps(results)}}
    for process in (
        *attempt(SITE, LIST, "parse", listed),
        *attempt(BOX, ONE, "parse_ballot", ballot),
        *attempt(BOX, ONE, "parse_ballot", told),
    ):
        assert process.kind in {Kind.BALLOT, Kind.ELECTION}


def test_thousands_of_options_of_one_name_take_no_time() -> None:
    answers = [{"id": number, "text": "a"} for number in range(5000)]
    assert len(counts(voted(envelope(questions=[{**QUESTION, "answers": answers}])))) == 5000


# The samples


def test_the_samples_show_six_states_and_results_that_are_public() -> None:
    agora = drive(SAMPLES["sample.agora"].site, SAMPLES["sample.agora"].folder)
    assert {status(process) for process in agora.processes.values()} == {
        Status.OPEN,
        Status.CLOSED,
        Status.UNKNOWN,
        Status.ANNOUNCED,
        Status.ENDED,
    }
    assert {process.source_status for process in agora.processes.values()} == {
        "archived",
        "tallied",
        "requested",
        "approved",
        None,
    }
    box = drive(SAMPLES["sample.votacions"].site, SAMPLES["sample.votacions"].folder)
    assert list(counts(box.processes["31"]).values()) == [611, 402, 259, 903, 344]
    assert box.processes["29"].kind is Kind.ELECTION


# The real answers


@pytest.mark.recordings
class TestManual:
    """The answers that the manual of Agora Ciudadana prints: four of six states; none is closed or archived."""

    def harvested(self, recordings: Path) -> Driven:
        return drive(SITE, recordings / "agora-voting", base="http://example.com")

    def election(self, recordings: Path, name: str) -> Process:
        document = json.loads((recordings / "agora-voting" / f"ciudadana-api-v1-agora-1-{name}.json").read_text())
        assert document["meta"]["total_count"] == 1
        return elected(**document["objects"][0])

    def test_the_list_holds_one_election(self, recordings: Path) -> None:
        driven = self.harvested(recordings)
        assert driven.complete
        assert driven.quarantined == {}
        assert driven.totals == [Total(1)]
        assert list(driven.processes) == ["5"]
        process = driven.processes["5"]
        assert (process.source_status, status(process)) == ("approved", Status.ANNOUNCED)
        assert (process.phases, list(counts(process).values()), cast(process)) == ((), [None] * 3, [])
        assert process.url == "http://example.com/api/v1/election/5/"
        assert validate(process).ok

    @pytest.mark.parametrize(
        ("name", "word", "expected", "opens", "closes", "votes", "taken"),
        [
            ("all_elections", "approved", Status.ANNOUNCED, None, None, [None] * 3, []),
            ("approved_elections", "approved", Status.ANNOUNCED, None, None, [None] * 3, []),
            ("requested_elections", "requested", Status.UNKNOWN, None, None, [None] * 2, []),
            ("open_elections", None, Status.OPEN, "2013-05-17T16:08:34", None, [None] * 2, [0]),
            (
                "tallied_elections",
                "tallied",
                Status.CLOSED,
                "2013-05-17T16:03:33",
                "2013-05-17T16:03:34",
                [0, 1],
                [1],
            ),
        ],
    )
    def test_each_of_its_lists_tells_the_state_it_is_of(
        self,
        recordings: Path,
        name: str,
        word: str | None,
        expected: Status,
        opens: str | None,
        closes: str | None,
        votes: list[int | None],
        taken: list[int | None],
    ) -> None:
        process = self.election(recordings, name)
        assert (process.source_status, status(process)) == (word, expected)
        assert [(one.opens, one.closes) for one in process.phases] == ([(opens, closes)] if opens else [])
        assert (list(counts(process).values()), cast(process)) == (votes, taken)
        assert [one.date for one in process.outcomes] == (["2013-05-17"] if word == "tallied" else [])
        assert validate(process).ok

    def test_the_detail_is_what_its_list_told(self, recordings: Path) -> None:
        folder = recordings / "agora-voting"
        whole = json.loads((folder / "ciudadana-api-v1-election-3.json").read_text())
        row = json.loads((folder / "ciudadana-api-v1-agora-1-all_elections.json").read_text())["objects"][0]
        assert elected(**whole) == elected(**row)

    def test_no_user_of_it_is_anywhere(self, recordings: Path) -> None:
        folder = recordings / "agora-voting"
        found: list[Any] = []
        for path in sorted(folder.glob("ciudadana-api-v1-*election*.json")):
            document = json.loads(path.read_text())
            for one in document.get("objects", [document]):
                assert one["url"].startswith("/user/")
                found += [listed(one)[-1], elected(**one)]
        written = msgspec.json.encode(found).decode()
        assert len(found) == 14
        for person in ("/user/", "creator", "user_perms", "user_has_delegated", "full_name", "hash"):
            assert person not in written, person


@pytest.mark.recordings
class TestRecorded:
    """The recorded answers of ballot-box: two votes that were only created, one election in ``results_ok``."""

    def harvested(self, recordings: Path, *elections: int, base: str = "https://agora.example.org") -> Driven:
        driven = drive(BOX, recordings / "agora-voting", base=base, elections=list(elections))
        assert driven.complete
        assert driven.quarantined == {}
        assert [id for id, one in driven.processes.items() if not validate(one).ok] == []
        return driven

    def test_sant_feliu_asks_two_questions_with_three_and_two_options_and_has_no_result_yet(
        self, recordings: Path
    ) -> None:
        process = self.harvested(recordings, 31).processes["31"]
        assert (process.kind, process.stage, process.title.original) == (Kind.BALLOT, Stage.POLICY_DESIGN, "ca")
        assert (process.source_status, status(process), process.phases) == ("created", Status.ANNOUNCED, ())
        questions = [label.partition(": ")[0] for label in counts(process)]
        assert [questions.count(each) for each in dict.fromkeys(questions)] == [3, 2]
        assert set(counts(process).values()) == {None}
        assert (cast(process), process.outcomes) == ([], ())
        numbers = [document.url.rpartition("/")[2] for document in process.documents]
        assert numbers == ["4015143", "4019100", "4019096", "4059723", "4059724"]

    def test_the_demonstration_has_three_options(self, recordings: Path) -> None:
        process = self.harvested(recordings, 87, base="https://7xx.sequentech.io").processes["87"]
        assert (status(process), list(counts(process).values())) == (Status.ANNOUNCED, [None] * 3)
        assert process.url == "https://7xx.sequentech.io/election/87/public/home"

    def test_results_that_are_not_public_stay_where_they_are(self, recordings: Path) -> None:
        driven = self.harvested(recordings, 14000)
        process = driven.processes["14000"]
        assert (process.kind, process.source_status, status(process)) == (Kind.ELECTION, "results_ok", Status.CLOSED)
        assert [(one.opens, one.closes) for one in process.phases] == [("2014-12-26T09:00:00", "2014-12-28T09:00:00")]
        assert (process.support, process.outcomes) == ((), ())
        assert "results" not in driven.items["14000"]["list"]

    def test_had_they_been_public_only_those_who_took_part_are_counted(self, recordings: Path) -> None:
        document = json.loads((recordings / "agora-voting" / "api-election-14000-results_ok-2014.json").read_text())
        document["payload"].update(id=7, state="results_pub")
        process = voted(document)
        assert (cast(process), counts(process)) == ([1], {})
        assert [one.date for one in process.outcomes] == ["2014-12-21"]

    def test_no_candidate_and_no_authority_is_anywhere(self, recordings: Path) -> None:
        driven = self.harvested(recordings, 31, 14000)
        written = msgspec.json.encode([driven.items, driven.processes]).decode()
        for person in ("Candidata", "santfeliu-a1", "wadobo", "sequent-auth", "share_text", '"pks"'):
            assert person not in written, person
        assert contacts_in(written) == []

    @pytest.mark.parametrize(
        ("tally", "votes", "total"),
        [("plurality-at-large", [3, 4, 1], 7), ("borda", [None] * 3, None), ("cumulative2", [None] * 4, None)],
    )
    def test_tallies_of_its_library_are_votes_or_points(
        self, recordings: Path, tally: str, votes: list[int | None], total: int | None
    ) -> None:
        results = json.loads((recordings / "agora-voting" / f"tally-results-{tally}.json").read_text())
        process = voted(envelope(results, questions=results["questions"]))
        assert list(counts(process).values())[: len(votes)] == votes
        assert total is None or cast(process) == [total]
