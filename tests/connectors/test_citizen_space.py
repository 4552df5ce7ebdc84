"""The connector for Citizen Space: the traps of the platform, the real recording, and hostile answers.

| trap | test |
| --- | --- |
| a misspelt parameter is ignored, so the list is unfiltered | test_a_list_with_another_status_than_asked_is_refused |
| statuses differ by site | test_the_statuses_of_the_site_are_asked |
| the list is bare and complete, without total or pages | test_a_list_is_all_of_its_status |
| ids are unique only inside a workspace | test_one_id_in_two_workspaces_is_two_activities |
| both workspace and id are needed for details | test_details_are_asked_by_workspace_and_id |
| wrong ids answer 404 with a page | test_an_activity_whose_details_are_missing_is_mapped_from_the_list |
| documentation and service spell two fields differently | test_both_spellings_are_read |
| dates have slashes and no zone | test_dates_are_days_in_the_zone_of_the_site |
| the closing day is inclusive | test_a_closing_day_stays_a_day |
| an absent date is an empty text | test_empty_dates_are_none |
| empty texts are null | test_empty_texts_are_left_out |
| many open entries are standing forms | test_a_form_without_end_or_for_years_is_a_standing_form |
| areas are left out without the add-on | test_areas_are_read_where_there_are_any |
| ids of terms are free text | test_terms_are_names_each_once |
| HTML has encoded carriage returns | test_encoded_carriage_returns_go |
| the address given ends in consult_view | test_the_page_of_an_activity_is_its_permalink |
| no field states a language | test_texts_are_in_the_language_of_the_site |
| outcomes are not in the interface | test_promised_dates_are_no_outcome |
| contacts of named employees | test_no_contact_field_passes |
| mailboxes inside texts | test_contacts_inside_texts_are_taken_out |
| private activities | test_a_private_activity_is_left_out |
| related activities are told by their address | test_related_activities_are_known_by_their_id |
| sizes are texts | test_documents_have_a_size_in_bytes |
| counts do not exist | test_there_is_no_support |
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors import traps
from connectors.damage import ANYTHING, damaged
from connectors.driving import NOW, answer, bundled, drive, under
from connectors.people import contacts_in
from folkmoot_connectors.citizen_space import CitizenSpace
from folkmoot_connectors.sites import bundled_samples
from folkmoot_hub.connector import Item, MappingError, ParseError, Request, Run, Scope, Site, WholeItem
from folkmoot_hub.errors import ConfigError
from folkmoot_schema.codes import Kind, LinkKind, PhaseKind, Stage, Status
from folkmoot_schema.process import Process
from folkmoot_schema.validation import validate

TRAPS = (
    "a misspelt parameter is ignored, so the list is unfiltered",
    "statuses differ by site",
    "the list is bare and complete, without total or pages",
    "ids are unique only inside a workspace",
    "both workspace and id are needed for details",
    "wrong ids answer 404 with a page",
    "documentation and service spell two fields differently",
    "dates have slashes and no zone",
    "the closing day is inclusive",
    "an absent date is an empty text",
    "empty texts are null",
    "many open entries are standing forms",
    "areas are left out without the add-on",
    "ids of terms are free text",
    "HTML has encoded carriage returns",
    "the address given ends in consult_view",
    "no field states a language",
    "outcomes are not in the interface",
    "contacts of named employees",
    "mailboxes inside texts",
    "private activities",
    "related activities are told by their address",
    "sizes are texts",
    "counts do not exist",
)

SITE = bundled("citizen-space.uk-caa")
API = "https://consultations.caa.co.uk/api/2.4"
OPEN = f"{API}/json_search_results?st=open&fields=all"
ACTIVITY: dict[str, Any] = {
    "id": "riverside",
    "dept": "parks",
    "workspace_id": "parks",
    "workspace_title": "Parks",
    "department": "Parks",
    "title": "A park",
    "url": "https://consultations.caa.co.uk/parks/riverside/consult_view",
    "status": "open",
    "overview": "<p>What should it become?</p>",
    "startdate": "2026/02/09",
    "enddate": "2026/03/22",
    "activity_type": "consultation",
    "visibility": "public",
}


def yielded(*activities: Any, url: str = OPEN, site: Site = SITE) -> list[Any]:
    return answer(CitizenSpace, site, url, list(activities))


def items(*activities: Any, url: str = OPEN, site: Site = SITE) -> list[Item]:
    return [one for one in yielded(*activities, url=url, site=site) if isinstance(one, Item)]


def mapped(site: Site = SITE, **fields: Any) -> Process:
    """The process that an activity becomes, through the item that the connector makes of it."""
    activity = {**ACTIVITY, **fields}
    (item,) = items(activity, url=f"{API}/json_search_results?st={activity['status']}&fields=all", site=site)
    return CitizenSpace().map(WholeItem(item.id, {"list": item.data}), Run(site=site, now=NOW))


def started(**site: Any) -> list[str]:
    return [one.url for one in CitizenSpace().start(Run(site=under(SITE, site), now=NOW)) if isinstance(one, Request)]


def participation(process: Process) -> list[tuple[str | None, str | None]]:
    return [(one.opens, one.closes) for one in process.phases if one.kind is PhaseKind.PARTICIPATION]


def test_every_trap_has_its_test() -> None:
    assert traps.faults(sys.modules[__name__], TRAPS) == []


# Lists


@pytest.mark.parametrize("statuses", ["open", [], ["opne"], ["open", 5], [["open"]], [{"a": 1}], {}, None, 5])
def test_statuses_that_do_not_exist_are_refused(statuses: Any) -> None:
    allowed = r"^citizen-space.uk-caa: setting statuses: .* allowed: a list of one or more of open, forthcoming, closed"
    with pytest.raises(ConfigError, match=allowed):
        started(statuses=statuses)


def test_pages_of_outcomes_cannot_be_asked() -> None:
    with pytest.raises(
        ConfigError, match="outcome_pages: True is wrong; allowed: false, since such pages are not read"
    ):
        started(outcome_pages=True)


def test_the_statuses_of_the_site_are_asked() -> None:
    words = ("open", "forthcoming", "closed")
    assert started() == [f"{API}/json_search_results?st={word}&fields=all" for word in words]
    assert started(statuses=["closed", "open", "closed"]) == [
        f"{API}/json_search_results?st={word}&fields=all" for word in ("closed", "open")
    ]


@pytest.mark.parametrize("status", ["closed", "Open", None, "", 5, ["open"]])
def test_a_list_with_another_status_than_asked_is_refused(status: Any) -> None:
    with pytest.raises(ParseError, match="the filter was ignored"):
        yielded(ACTIVITY, {**ACTIVITY, "status": status})


@pytest.mark.parametrize("document", [{}, None, "", [5], [[]], {"results": []}])
def test_a_list_of_another_shape_is_a_drift(document: Any) -> None:
    with pytest.raises(ParseError, match="is not a list of activities"):
        answer(CitizenSpace, SITE, OPEN, document)


@pytest.mark.parametrize(
    "fields",
    [{"id": None}, {"id": ""}, {"id": 5}, {"workspace_id": "", "dept": ""}, {"workspace_id": 5}, {"id": "x" * 500}],
)
def test_an_activity_that_nothing_identifies_is_a_drift(fields: dict[str, Any]) -> None:
    with pytest.raises(ParseError):
        yielded({**ACTIVITY, **fields})


@pytest.mark.parametrize("one", [None, 5, [], {**ACTIVITY, "id": None}])
def test_one_activity_that_nothing_identifies_costs_itself_alone(one: Any) -> None:
    found = answer(CitizenSpace, under(SITE, {"details": True}), OPEN, [one, ACTIVITY])
    assert [each.id for each in found if isinstance(each, Item)] == ["", "parks/riverside"]
    assert [each.item for each in found if isinstance(each, Request)] == ["parks/riverside"]


def test_a_list_is_all_of_its_status() -> None:
    assert [one for one in yielded() if isinstance(one, Scope)] == [Scope("open", True)]
    closed = yielded(url=f"{API}/json_search_results?st=closed&fields=all")
    assert closed == [Scope("closed", True)]


def test_one_id_in_two_workspaces_is_two_activities() -> None:
    found = items(ACTIVITY, {**ACTIVITY, "workspace_id": "transport", "dept": "transport"})
    assert [item.id for item in found] == ["parks/riverside", "transport/riverside"]


def test_the_workspace_may_be_called_by_its_old_name() -> None:
    old = {name: value for name, value in ACTIVITY.items() if name != "workspace_id"}
    assert [item.id for item in items(old)] == ["parks/riverside"]


def test_a_private_activity_is_left_out() -> None:
    assert items({**ACTIVITY, "visibility": "private"}) == []


def test_details_are_asked_by_workspace_and_id() -> None:
    activity = {**ACTIVITY, "id": "a b&c"}
    (request,) = (one for one in yielded(activity, site=under(SITE, {"details": True})) if isinstance(one, Request))
    assert request.url == f"{API}/json_consultation_details?dept=parks&id=a%20b%26c&fields=all"
    assert request.item == "parks/a b&c"
    assert not [one for one in yielded(ACTIVITY) if isinstance(one, Request)]


def detail(document: Any) -> Any:
    return answer(
        CitizenSpace, SITE, f"{API}/json_consultation_details", document, then="parse_detail", item="parks/riverside"
    )


def test_details_of_another_activity_are_refused() -> None:
    with pytest.raises(ParseError, match="is about parks/other, not about parks/riverside"):
        detail({**ACTIVITY, "id": "other"})
    with pytest.raises(ParseError, match="is not an activity"):
        detail([])


def test_where_list_and_details_differ_the_details_hold() -> None:
    (found,) = detail({**ACTIVITY, "enddate": "2026/04/01", "title": ""})
    (row,) = items(ACTIVITY)
    item = WholeItem(row.id, {"list": row.data, "detail": found.data})
    process = CitizenSpace().map(item, Run(site=SITE, now=NOW))
    assert participation(process) == [("2026-02-09", "2026-04-01")]
    assert process.title.values == {"en": "A park"}


def test_an_activity_whose_details_are_missing_is_mapped_from_the_list() -> None:
    url = f"{API}/json_consultation_details?dept=parks&id=riverside&fields=all"
    responses: list[dict[str, Any]] = [
        {"url": OPEN, "headers": {"content-type": "application/json"}, "content": [ACTIVITY]},
        {"url": url, "status": 404, "headers": {"content-type": "text/html"}, "content": "<html>Not here</html>"},
    ]
    driven = drive(SITE, responses, details=True, statuses=["open"])
    assert list(driven.unanswered) == [url]
    assert driven.missing["parks/riverside"] == {"detail"}
    assert list(driven.processes) == ["parks/riverside"]


# Processes


def test_both_spellings_are_read() -> None:
    served = mapped(participate_url="https://x.example/a", resultdate="2026/06/01")
    documented = mapped(participation_url="https://x.example/a", resultsdate="2026/06/01")
    assert served == documented
    assert served.participate_url == "https://x.example/a"


def test_dates_are_days_in_the_zone_of_the_site() -> None:
    (phase,) = mapped().phases
    assert (phase.opens, phase.closes, phase.zone) == ("2026-02-09", "2026-03-22", "Europe/London")


@pytest.mark.parametrize("date", ["22/03/2026", "2026-03-22", "2026/02/30", "soon", "2026/03/22 10:00"])
def test_a_date_of_another_form_is_told_by_name(date: str) -> None:
    with pytest.raises(MappingError, match=f"enddate: '{date}' is not a day in the form"):
        mapped(enddate=date)


def test_a_closing_day_stays_a_day() -> None:
    assert participation(mapped()) == [("2026-02-09", "2026-03-22")]


def test_empty_dates_are_none() -> None:
    assert participation(mapped(startdate="")) == [(None, "2026-03-22")]
    assert participation(mapped(enddate="")) == [("2026-02-09", None)]
    assert mapped(startdate="", enddate="").phases == ()


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({"enddate": ""}, Kind.STANDING_FORM),
        ({"startdate": "", "enddate": ""}, Kind.STANDING_FORM),
        ({"startdate": "2024/01/01", "enddate": "2026/12/31"}, Kind.STANDING_FORM),
        ({"startdate": "2025/01/01", "enddate": "2026/12/31"}, Kind.CONSULTATION),
        ({"startdate": "", "enddate": "2030/01/01"}, Kind.CONSULTATION),
        ({"status": "forthcoming", "enddate": ""}, Kind.CONSULTATION),
        ({"activity_type": "basic_survey"}, Kind.SURVEY),
        ({"activity_type": "Call for evidence"}, Kind.CALL_FOR_EVIDENCE),
        ({"activity_type": "something new"}, Kind.CONSULTATION),
        ({"activity_type": None}, Kind.CONSULTATION),
    ],
)
def test_a_form_without_end_or_for_years_is_a_standing_form(fields: dict[str, Any], kind: Kind) -> None:
    process = mapped(**fields)
    assert process.kind == kind
    assert (process.stage is None) == (kind is Kind.STANDING_FORM)


def test_the_stage_follows_kind_and_status() -> None:
    assert mapped().stage is Stage.POLICY_DESIGN
    assert mapped(activity_type="call_for_evidence").stage is Stage.AGENDA_SETTING
    assert mapped(status="closed", resultdate="2026/06/01").stage is Stage.MONITORING_AND_EVALUATION


@pytest.mark.parametrize(
    ("word", "flag"), [("open", Status.OPEN), ("forthcoming", Status.ANNOUNCED), ("closed", Status.CLOSED)]
)
def test_a_status_keeps_its_own_word(word: str, flag: Status) -> None:
    process = mapped(status=word, participate_url="https://x.example/a")
    assert (process.flag, process.source_status) == (flag, word)
    assert (process.participate_url is None) == (flag is not Status.OPEN)


def test_empty_texts_are_left_out() -> None:
    assert mapped(overview=None, why=None, what_happens_next="").body is None
    process = mapped(why="<p>Because.</p>", what_happens_next="<p>We decide.</p>")
    assert process.body is not None
    assert process.body.html
    assert "<h3>Why</h3>\n<p>Because.</p>\n<h3>What happens next</h3>\n<p>We decide.</p>" in process.body.values["en"]


def test_areas_are_read_where_there_are_any() -> None:
    interests = [{"id": "x", "name": "Parks"}]
    assert mapped(interests=interests).keywords == ("Parks",)
    assert mapped(interests=interests, areas=[{"id": "y", "name": "North"}]).keywords == ("Parks", "North")


def test_terms_are_names_each_once() -> None:
    terms = [{"id": "a-1", "name": "Traffic"}, {"id": "ä.site.2", "name": " Traffic "}, {"id": "b"}, {"name": "Noise"}]
    assert mapped(audiences=terms).audiences == ("Traffic", "Noise")


@pytest.mark.parametrize("rows", [{"name": "x", "url": "https://x.example"}, "x", 5, True, None, {}, ["x"], [[]]])
def test_what_is_no_list_of_rows_has_none(rows: Any) -> None:
    names = ("interests", "areas", "audiences", "supporting_documents", "related_links", "related_consultations")
    process = mapped(**dict.fromkeys(names, rows))
    assert (process.keywords, process.audiences, process.documents, process.links) == ((), (), (), ())


def test_markup_in_a_title_is_taken_out_and_no_reason_to_put_it_aside() -> None:
    marked = "<b>bold</b> &amp; &lt;i&gt;done&lt;/i&gt;"
    process = mapped(title=marked, overview=marked, interests=[{"name": marked}])
    assert process.title.values == {"en": "bold & done"}
    assert process.keywords == ("bold & done",)
    assert validate(process).ok


def test_encoded_carriage_returns_go() -> None:
    process = mapped(overview="<p>One&#13;</p>\r\n<p>Two</p>", title="A&#13; park ")
    assert process.title.values == {"en": "A park"}
    assert process.body is not None
    assert process.summary is not None
    for text in (process.body, process.summary):
        assert "\r" not in text.values["en"]
        assert "#13" not in text.values["en"]


def test_the_page_of_an_activity_is_its_permalink() -> None:
    assert mapped().url == "https://consultations.caa.co.uk/parks/riverside/"


def test_texts_are_in_the_language_of_the_site() -> None:
    process = mapped(under(SITE, {"languages": ["cy", "en"]}), why="<p>Achos.</p>")
    assert process.title.original == "cy"
    assert process.body is not None
    assert "Why" not in process.body.values["cy"]


def test_promised_dates_are_no_outcome() -> None:
    process = mapped(status="closed", feedbackdate="2026/04/01", resultdate="2026/06/01")
    assert process.outcomes == ()
    promised = [(one.opens, one.label.values["en"]) for one in process.phases if one.label]
    assert promised == [("2026-04-01", "Feedback expected"), ("2026-06-01", "Results expected")]


def test_related_activities_are_known_by_their_id() -> None:
    related = [{"url": "https://consultations.caa.co.uk/transport/bus%20stop/consult_view", "title": "A stop"}]
    pages = [{"url": "www.example.org/parks", "title": "All parks"}, {"url": "javascript:x", "title": "Not this"}]
    found = [(link.kind, link.value) for link in mapped(related_consultations=related, related_links=pages).links]
    assert found == [(LinkKind.RELATED, "transport/bus stop"), (LinkKind.WEBSITE, "https://www.example.org/parks")]


def test_documents_have_a_size_in_bytes() -> None:
    files = [{"url": "/parks/plan.pdf", "title": "Plan", "size": "219.2 KB"}, {"title": "Without address"}]
    (document,) = mapped(supporting_documents=files).documents
    assert (document.url, document.size) == ("https://consultations.caa.co.uk/parks/plan.pdf", 224461)


def test_there_is_no_support() -> None:
    assert mapped().support == ()


# Personal data

CONTACTS = {f"contact_{name}": f"Nobodyson {name}" for name in ("name", "jobtitle", "team", "email", "phone", "new")}


def test_no_contact_field_passes() -> None:
    (row,) = items({**ACTIVITY, **CONTACTS})
    (found,) = detail({**ACTIVITY, **CONTACTS})
    for data in (row.data, found.data):
        assert b"Nobodyson" not in msgspec.json.encode(data)
        assert set(data) <= CitizenSpace.fields["list"]
    assert not [name for names in CitizenSpace.fields.values() for name in names if name.startswith("contact")]


def test_contacts_inside_texts_are_taken_out() -> None:
    text = '<p>Ask <a href="mailto:team@council.example">team@council.example</a> or 01632 960 001.</p>'
    fields: dict[str, Any] = dict.fromkeys(("title", "overview", "why", "what_happens_next", "workspace_title"), text)
    written = msgspec.json.encode(mapped(**fields)).decode()
    assert "council.example" not in written
    assert "960" not in written


# Hostile answers

SAMPLE = next(sample for sample in bundled_samples() if sample.site.id == "sample.exampleville")
GOOD = json.loads((SAMPLE.folder / "search_open.json").read_text())


def attempt(list_: Any, details: Any) -> list[Process]:
    """Parse and map; whatever is wrong may only be a drift or a record for quarantine."""
    processes, rows, parts = [], [], []
    try:
        rows = [one for one in answer(CitizenSpace, SITE, OPEN, list_) if isinstance(one, Item)]
        parts = detail(details)
    except ParseError:
        pass
    for row in rows:
        try:
            item = WholeItem(row.id, {"list": row.data, **{part.part: part.data for part in parts}})
            processes.append(CitizenSpace().map(item, Run(site=SITE, now=NOW)))
        except MappingError:
            pass
    return processes


def test_the_good_answers_are_mapped() -> None:
    assert len(attempt(GOOD, ACTIVITY)) == 5


@settings(max_examples=150, deadline=None)
@given(st.one_of(ANYTHING, damaged(GOOD)), st.one_of(ANYTHING, damaged(ACTIVITY)))
def test_whatever_comes_is_a_drift_or_a_record_for_quarantine(list_: Any, details: Any) -> None:
    assert len(attempt(list_, details)) <= 6


@settings(max_examples=150, deadline=None)
@given(damaged(GOOD[0]))
def test_a_damaged_activity_is_mapped_or_quarantined(activity: Any) -> None:
    attempt([{**activity, "status": "open"}] if isinstance(activity, dict) else activity, None)


# The real recording


@pytest.mark.recordings
class TestRecorded:
    """The recorded answers of one hub."""

    def test_seventeen_activities_with_the_dates_they_have(self, recordings: Path) -> None:
        driven = drive(SITE, recordings / "citizen-space")
        assert driven.complete
        assert driven.quarantined == {}
        assert len(driven.processes) == 17
        assert driven.scopes == [Scope("open", True)]
        found = [participation(process) or [(None, None)] for process in driven.processes.values()]
        assert sum(opens is None for ((opens, _),) in found) == 7
        assert sum(closes is None for ((_, closes),) in found) == 5

    def test_six_of_them_are_standing_forms(self, recordings: Path) -> None:
        kinds = Counter(process.kind for process in drive(SITE, recordings / "citizen-space").processes.values())
        assert kinds == {Kind.SURVEY: 10, Kind.STANDING_FORM: 6, Kind.CONSULTATION: 1}

    def test_every_process_passes_the_schema(self, recordings: Path) -> None:
        driven = drive(SITE, recordings / "citizen-space")
        assert [id for id, one in driven.processes.items() if not validate(one).ok] == []

    def test_no_contact_is_anywhere(self, recordings: Path) -> None:
        raw = (recordings / "citizen-space" / "uk-caa-json_search_results-open-all.json").read_text()
        assert "@caa.co.uk" in raw
        assert '"contact_email"' in raw
        driven = drive(SITE, recordings / "citizen-space")
        written = msgspec.json.encode([driven.items, list(driven.processes.values())]).decode()
        assert "contact_" not in written
        assert contacts_in(written) == []

    def test_the_recorded_details_are_those_of_their_activity(self, recordings: Path) -> None:
        document = json.loads((recordings / "citizen-space" / "uk-caa-json_consultation_details-all.json").read_text())
        id = "corporate-communications/future-personnel-licencing-research-register"
        (found,) = answer(
            CitizenSpace, SITE, f"{API}/json_consultation_details", document, then="parse_detail", item=id
        )
        driven = drive(SITE, recordings / "citizen-space")
        assert dict(found.data) == driven.items[id]["list"]

    def test_ids_and_processes_are_the_same_when_read_again(self, recordings: Path) -> None:
        first, second = (drive(SITE, recordings / "citizen-space") for _ in range(2))
        assert first.items == second.items
        assert first.processes == second.processes
        assert all(id.count("/") == 1 for id in first.items)
