"""The connector for "Have your say": the traps of the portal, the composite recording, and hostile answers.

| trap | test |
| --- | --- |
| the answer has two generations | test_both_generations_give_the_same_processes |
| an answer of another generation | test_a_list_of_no_known_generation_is_a_drift |
| ids are floats | test_an_id_is_a_whole_number_however_it_is_written |
| a wrong path answers 200 with HTML | test_html_with_status_200_is_blocked |
| an unknown group is a sentence of text | test_a_group_that_the_portal_does_not_know_is_still_listed |
| filters that the portal never heeds | test_a_filter_that_the_portal_ignores_is_refused |
| filters are ignored without an error | test_a_filter_that_was_ignored_is_seen_in_the_answer |
| the page holds 100 at most | test_no_more_than_a_hundred_are_asked_for_at_once |
| pages count from nought | test_the_first_page_asks_for_all_others, test_a_page_that_was_not_asked_for_is_a_drift |
| one page is broken, or one item | test_a_broken_page_costs_itself_alone, test_a_broken_item_costs_itself_alone |
| several windows per initiative | test_status_and_dates_come_from_one_window |
| list and details tell the same window | test_a_window_told_twice_is_one, test_windows_side_by_side_stay_two |
| upcoming that is long past | test_upcoming_that_is_long_past_is_closed |
| a start after its own end | test_a_window_that_ends_before_it_begins_is_not_open |
| open past its deadline | test_open_past_its_deadline_is_closed |
| an opening without end and word | test_an_opening_without_an_end_and_a_word_is_not_open |
| dates are Brussels local time without zone | test_dates_are_local_to_brussels |
| dates may be the word unknown | test_an_unknown_date_is_no_date |
| details have no current statuses | test_details_alone_give_windows |
| feedback that is disabled | test_a_publication_that_takes_no_feedback_opens_nothing |
| suspended and abandoned | test_an_initiative_that_was_stopped_is_that |
| titles in up to 24 languages | test_titles_come_in_all_languages |
| stray spaces, line breaks and raw ampersands in titles | test_stray_spaces_line_breaks_and_ampersands_of_titles |
| no topic, an empty topic, no act type | test_without_topic_or_act_type_nothing_is_invented |
| act types are codes of the EU table | test_act_types_are_iris_of_the_eu_table |
| some codes are not in that table | test_a_code_that_the_eu_table_does_not_have_gives_no_iri |
| feedback is unevenly spread over publications | test_feedback_is_the_sum_of_all_publications |
| a publication without a count | test_a_missing_count_is_unknown_and_not_nought |
| numbers come in many spellings | test_numbers_have_one_spelling |
| draft acts | test_documents_know_drafts_annexes_and_languages |
| adoption after the window | test_what_was_adopted_is_an_outcome |
| feedback names people | test_no_feedback_no_name_and_no_login_is_kept, test_feedback_is_never_asked_for |
| contact details inside texts | test_contacts_inside_texts_are_taken_out |
| details of another initiative | test_details_of_another_initiative_are_refused |
"""

from __future__ import annotations

import asyncio
import contextlib
import csv
import gzip
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors import traps
from connectors.damage import ANYTHING, damaged
from connectors.driving import NOW, Driven, answer, bundled, drive, under
from connectors.people import contacts_in, texts
from folkmoot_connectors._have_your_say_process import acts, themes
from folkmoot_connectors._pages import MOST_PAGES
from folkmoot_connectors.have_your_say import HaveYourSay
from folkmoot_connectors.sites import bundled_samples
from folkmoot_hub.clock import FixedClock
from folkmoot_hub.connector import Item, MappingError, ParseError, Request, Run, Scope, Seen, Site, Total, WholeItem
from folkmoot_hub.errors import Blocked, ConfigError
from folkmoot_hub.fetch.replay import ReplayFetcher
from folkmoot_hub.testing.bench import Bench, bench
from folkmoot_schema.codes import DocumentKind, Kind, LinkKind, OutcomeKind, Stage, Status, Topic, Unit
from folkmoot_schema.process import RESOURCE_TYPES, Process, Standing
from folkmoot_schema.status import assess_process
from folkmoot_schema.validation import validate

TRAPS = (
    "the answer has two generations",
    "an answer of another generation",
    "ids are floats",
    "a wrong path answers 200 with HTML",
    "an unknown group is a sentence of text",
    "filters that the portal never heeds",
    "filters are ignored without an error",
    "the page holds 100 at most",
    "pages count from nought",
    "one page is broken, or one item",
    "several windows per initiative",
    "list and details tell the same window",
    "upcoming that is long past",
    "a start after its own end",
    "open past its deadline",
    "an opening without end and word",
    "dates are Brussels local time without zone",
    "dates may be the word unknown",
    "details have no current statuses",
    "feedback that is disabled",
    "suspended and abandoned",
    "titles in up to 24 languages",
    "stray spaces, line breaks and raw ampersands in titles",
    "no topic, an empty topic, no act type",
    "act types are codes of the EU table",
    "some codes are not in that table",
    "feedback is unevenly spread over publications",
    "a publication without a count",
    "numbers come in many spellings",
    "draft acts",
    "adoption after the window",
    "feedback names people",
    "contact details inside texts",
    "details of another initiative",
)

SITE = bundled("have-your-say")
API = "https://ec.europa.eu/info/law/better-regulation/brpapi"
LIST = f"{API}/searchInitiatives?language=EN&page=0&size=100"


def window(step: str | None, word: str | None, opens: str | None, closes: str | None) -> dict[str, Any]:
    return {
        "frontEndStage": step,
        "receivingFeedbackStatus": word,
        "feedbackStartDate": opens,
        "feedbackEndDate": closes,
        "isCurrent": True,
    }


OPEN = window("PLANNING_WORKFLOW", "OPEN", "2026/02/02 11:30:00", "2026/03/30 23:59:59")
ENTRY: dict[str, Any] = {
    "id": 900001.0,
    "reference": "Ares(2025)900001",
    "initiativeStatus": "ACTIVE",
    "foreseenActType": "PROP_REG",
    "shortTitle": "A title",
    "initiativeTranslations": [],
    "topics": [{"code": "ENV", "label": "Environment"}],
    "currentStatuses": [OPEN],
}
PUBLICATION: dict[str, Any] = {
    "id": 7,
    "type": "CFE_IMPACT_ASSESS",
    "stage": "PLANNING_WORKFLOW",
    "frontEndStage": "PLANNING_WORKFLOW",
    "publishedDate": "2026/02/02 11:30:00",
    "endDate": "2026/03/30 23:59:59",
    "receivingFeedbackStatus": "OPEN",
    "totalFeedback": 42,
    "attachments": [],
}


def newer(*entries: Any, total: int | None = None, pages: int = 1, number: int = 0) -> dict[str, Any]:
    total = len(entries) if total is None else total
    counts = {"totalElements": total, "totalPages": pages, "number": number, "size": 100, "last": number + 1 >= pages}
    return {"exactMatch": False, "initiativeResultDtoPage": {"content": list(entries), **counts}}


def older(document: Any) -> Any:
    """A list of the newer generation as the portal gave it until about 2025."""
    held = document["initiativeResultDtoPage"]
    counts = {name: held[name] for name in ("size", "totalElements", "totalPages", "number")}
    return {"_embedded": {"initiativeResultDtoes": held["content"]}, "page": counts}


def yielded(document: Any, url: str = LIST, **site: Any) -> list[Any]:
    """What the connector yields for a list."""
    return answer(HaveYourSay, under(SITE, site), url, document)


def requests(document: Any, url: str = LIST, **site: Any) -> list[str]:
    return [one.url for one in yielded(document, url, **site) if isinstance(one, Request)]


def details(document: Any, item: str = "900001", **site: Any) -> list[Any]:
    url = f"{API}/groupInitiatives/{item}"
    return answer(HaveYourSay, under(SITE, site), url, document, then="parse_detail", item=item)


def mapped(
    entry: dict[str, Any] | None = None, detail: dict[str, Any] | None = None, *publications: Any, **site: Any
) -> Process:
    """The process that an entry, and details with publications, become through the items made of them."""
    (item,) = (one for one in yielded(newer({**ENTRY, **(entry or {})})) if isinstance(one, Item))
    parts = {"list": item.data}
    if detail is not None or publications:
        made = [{**PUBLICATION, **each} for each in publications]
        (found,) = details({"id": 900001, **(detail or {}), "publications": made}, **site)
        parts["detail"] = found.data
    return HaveYourSay().map(WholeItem(item.id, parts), Run(site=under(SITE, site), now=NOW))


def standing(process: Process, now: datetime = NOW) -> Standing:
    return assess_process(process, seen_at=now, now=now, interval=timedelta(days=2))


def started(**site: Any) -> list[str]:
    return [one.url for one in HaveYourSay().start(Run(site=under(SITE, site), now=NOW)) if isinstance(one, Request)]


def windows_of(process: Process) -> list[tuple[str | None, str | None]]:
    return [(phase.opens, phase.closes) for phase in process.phases]


def test_every_trap_has_its_test() -> None:
    assert traps.faults(sys.modules[__name__], TRAPS) == []


# Asking


@pytest.mark.parametrize("size", [0, 101, -1, "100", True, None, 10.0])
def test_no_more_than_a_hundred_are_asked_for_at_once(size: Any) -> None:
    with pytest.raises(
        ConfigError, match=r"^have-your-say: setting page_size: .*allowed: a whole number from 1 to 100"
    ):
        started(page_size=size)
    assert started() == [LIST]
    assert started(page_size=5) == [LIST.replace("size=100", "size=5")]


@pytest.mark.parametrize(
    ("filters", "problem"),
    [
        (
            {"receivingFeedbackStatus": "OPEN"},
            "receivingFeedbackStatus: the portal does not heed it; allowed: text, topic",
        ),
        ({"initiativeStatus": "ACTIVE"}, "initiativeStatus: the portal does not heed it"),
        ({"sort": "startDate,DESC"}, "sort: the portal does not heed it"),
        ({"feedbackStatus": "open"}, "'open' is wrong; allowed: OPEN, CLOSED, UPCOMING"),
        ({"feedbackOpenDateFrom": "02-03-2026"}, "allowed: a day such as 2026/03/02"),
        ({"topic": 5}, "5 is wrong; allowed: a code such as CLIMA"),
        ({"topic": "clima"}, "'clima' is wrong; allowed: a code such as CLIMA"),
        ({"text": " "}, "allowed: words"),
        ("OPEN", "'OPEN' is wrong; allowed: a table of text, topic"),
    ],
)
def test_a_filter_that_the_portal_ignores_is_refused(filters: Any, problem: str) -> None:
    with pytest.raises(ConfigError, match=r"^have-your-say: setting filters: ") as error:
        started(filters=filters)
    assert problem in str(error.value)


def test_filters_stand_in_the_address_and_name_the_scope() -> None:
    (url,) = started(filters={"topic": "CLIMA", "feedbackOpenDateFrom": "2026/03/02"})
    assert url == f"{API}/searchInitiatives?topic=CLIMA&feedbackOpenDateFrom=2026%2F03%2F02&language=EN&page=0&size=100"
    scopes = [
        (Scope("all", True), {}),
        (Scope("open", True), {"feedbackStatus": "OPEN"}),
        (Scope("topic=ENV", True), {"topic": "ENV"}),
        (Scope("text=air", False), {"text": "air"}),
        (Scope("feedbackOpenDateFrom=2026/03/02", False), {"feedbackOpenDateFrom": "2026/03/02"}),
    ]
    for scope, filters in scopes:
        found = yielded(newer(ENTRY), filters=filters)
        assert [one for one in found if isinstance(one, Scope | Total)] == [scope, Total(1, scope.name)]


@pytest.mark.parametrize("filters", [{"topic": "CLIMA"}, {"feedbackStatus": "UPCOMING"}])
def test_a_filter_that_was_ignored_is_seen_in_the_answer(filters: dict[str, str]) -> None:
    ((name, value),) = filters.items()
    kept = {"topics": [{"code": "CLIMA"}], "currentStatuses": [{**OPEN, "receivingFeedbackStatus": "UPCOMING"}]}
    others = [{**ENTRY, "id": 1}, {**ENTRY, "id": 2, "topics": [], "currentStatuses": []}, {**ENTRY, "id": 3}]
    with pytest.raises(ParseError, match=rf"the filter {name}={value} was ignored: 3 of 4 entries are others"):
        yielded(newer({**ENTRY, **kept}, *others), filters=filters)


def test_one_entry_that_contradicts_a_filter_is_no_ignored_filter() -> None:
    stale = {**ENTRY, "id": 2, "topics": [], "currentStatuses": []}
    for filters in ({"topic": "ENV"}, {"feedbackStatus": "OPEN"}):
        assert len([one for one in yielded(newer(ENTRY, stale), filters=filters) if isinstance(one, Item)]) == 2
    assert yielded(newer(), filters={"topic": "ENV"}) == [Scope("topic=ENV", True), Total(0, "topic=ENV")]


def at(number: int) -> str:
    return LIST.replace("page=0", f"page={number}")


def test_the_first_page_asks_for_all_others() -> None:
    for entries in ([ENTRY], []):
        assert requests(newer(*entries, total=300, pages=3), details=False) == [at(1), at(2)]
    assert requests(newer(ENTRY, total=300, pages=3, number=2), at(2), details=False) == []
    assert requests(newer(total=300, pages=3, number=2), at(2), details=False) == []
    assert requests(newer(ENTRY), details=False) == []


def test_a_page_asks_for_the_one_that_the_list_grew_by() -> None:
    assert requests(newer(ENTRY, total=301, pages=4, number=2), at(2), details=False) == [at(3)]


def test_the_list_is_asked_before_details() -> None:
    assert requests(newer(ENTRY, total=101, pages=2)) == [at(1), f"{API}/groupInitiatives/900001"]


def test_no_number_of_pages_is_believed_beyond_bounds() -> None:
    assert len(requests(newer(ENTRY, total=2**52, pages=2**52), details=False)) == MOST_PAGES - 1
    assert len(requests(newer(ENTRY, total=7, pages=2**52), details=False)) == 6


def test_a_page_of_nothing_that_is_not_the_last_is_a_drift() -> None:
    with pytest.raises(ParseError, match=r"page=1&size=100 holds nothing, and is not the last of 3 pages"):
        yielded(newer(total=300, pages=3, number=1), at(1))


def test_a_page_that_was_not_asked_for_is_a_drift() -> None:
    with pytest.raises(ParseError, match="is page 0, not 1: the page asked for was ignored"):
        yielded(newer(ENTRY, total=300, pages=3), LIST.replace("page=0", "page=1"))


def test_details_are_asked_once_for_what_the_list_says() -> None:
    def asked(entry: Any) -> Request:
        (request,) = (one for one in yielded(newer(entry)) if isinstance(one, Request))
        return request

    first, again = asked(ENTRY), asked({**ENTRY, "snippet": "<em>A</em> title"})
    assert (first.url, first.item, first.max_age) == (f"{API}/groupInitiatives/900001", "900001", 7 * 86400)
    assert first.unless_same == again.unless_same
    later = asked({**ENTRY, "currentStatuses": [{**OPEN, "feedbackEndDate": "2026/04/30 23:59:59"}]})
    assert later.unless_same != first.unless_same
    over = asked({**ENTRY, "currentStatuses": [{**OPEN, "receivingFeedbackStatus": "CLOSED"}]})
    assert over.max_age == 30 * 86400
    assert requests(newer(ENTRY), details=False) == []


# Reading


def test_both_generations_give_the_same_processes() -> None:
    document = newer(ENTRY, {**ENTRY, "id": 900002.0}, total=300, pages=3)
    assert yielded(older(document)) == yielded(document)
    assert len([one for one in yielded(document) if isinstance(one, Item)]) == 2


def test_a_list_of_nothing_in_the_older_generation_is_empty() -> None:
    nothing = {"page": {"size": 100, "totalElements": 0, "totalPages": 0, "number": 0}}
    assert yielded(nothing) == [Scope("all", True), Total(0, "all")]


@pytest.mark.parametrize(
    "document",
    [
        [],
        {},
        "x",
        {"content": [], "totalElements": 0},
        {"initiativeResultDtoList": [{"initiativeId": 7}]},
        {"initiativeResultDtoPage": []},
        {"_embedded": {"initiativeResultDtoes": []}},
    ],
)
def test_a_list_of_no_known_generation_is_a_drift(document: Any) -> None:
    said = "has neither 'initiativeResultDtoPage' nor '_embedded' with 'page', so it is of no generation that is known"
    with pytest.raises(ParseError, match=said):
        yielded(document)


@pytest.mark.parametrize("number", [-1, None, "1", True, 1.5])
@pytest.mark.parametrize("name", ["totalElements", "totalPages", "number"])
def test_a_list_with_a_wrong_number_is_a_drift_that_names_it(name: str, number: Any) -> None:
    document = newer(ENTRY)
    document["initiativeResultDtoPage"][name] = number
    for each in (document, older(document)):
        with pytest.raises(ParseError, match=rf"^the list {re.escape(LIST)} has no whole number for '{name}'$"):
            yielded(each)


@pytest.mark.parametrize(
    "document",
    [
        {"_embedded": [], "page": {"totalElements": 2, "totalPages": 1, "number": 0}},
        {"initiativeResultDtoPage": {"content": {}, "totalElements": 1, "totalPages": 1, "number": 0}},
    ],
)
def test_a_list_without_initiatives_is_a_drift(document: Any) -> None:
    with pytest.raises(ParseError, match="has no initiatives in it"):
        yielded(document)


@pytest.mark.parametrize(("id", "known"), [(12527.0, "12527"), (12527, "12527"), (1e15, "1000000000000000")])
def test_an_id_is_a_whole_number_however_it_is_written(id: Any, known: str) -> None:
    found = yielded(newer({**ENTRY, "id": id}))
    assert [one.id for one in found if isinstance(one, Item)] == [known]
    assert [one.url for one in found if isinstance(one, Request)] == [f"{API}/groupInitiatives/{known}"]


@pytest.mark.parametrize("id", [None, 12527.5, "12527", True, 0, -1, 1e300, [1]])
def test_an_entry_without_a_number_is_a_drift(id: Any) -> None:
    with pytest.raises(ParseError, match="has no number for an id"):
        yielded(newer({**ENTRY, "id": id}))


def test_an_item_without_an_id_costs_itself_alone() -> None:
    found = yielded(newer(None, ENTRY, {**ENTRY, "id": None, "shortTitle": "Nameless"}))
    assert [(one.id, one.data.get("shortTitle")) for one in found if isinstance(one, Item)] == [
        ("", None),
        ("900001", "A title"),
        ("", "Nameless"),
    ]
    assert [one.url for one in found if isinstance(one, Request)] == [f"{API}/groupInitiatives/900001"]


# Through the engine: nine pages of two and one of one, told as pages of a hundred are.


class Portal:
    """Answers as the portal does, but for what ``instead`` says of a page."""

    name = "the portal of a test"

    def __init__(self, instead: dict[int, Any] | None = None) -> None:
        self.instead = instead or {}

    async def fetch(self, request: Request, site: Site, validators: Any = None) -> Any:
        number = int(parse_qs(urlsplit(request.url).query)["page"][0])
        held = [{**ENTRY, "id": id} for id in (2 * number + 1, 2 * number + 2) if id < 20]
        document = newer(*held, total=19, pages=10, number=number)
        content = self.instead.get(number, document)
        content = content(document) if callable(content) else content
        type = "text/html" if isinstance(content, str) and content.startswith("<") else "application/json"
        reply = {"url": request.url, "headers": {"content-type": type}, "recorded": "2026-03-02", "content": content}
        return await ReplayFetcher([reply]).fetch(request, site)

    async def close(self) -> None:
        """Nothing is held open."""


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Bench]:
    with bench(tmp_path, HaveYourSay, under(SITE, {"details": False}), NOW) as made:
        yield made


def test_all_pages_are_read_by_the_engine(desk: Bench) -> None:
    ran = desk.harvest(Portal())
    assert (ran.outcome, ran.items, ran.requests) == ("complete", 19, 10)


def nameless(document: Any) -> Any:
    document["initiativeResultDtoPage"]["content"][0]["id"] = None
    return document


def null(document: Any) -> Any:
    document["initiativeResultDtoPage"]["content"][0] = None
    return document


def surrogate(document: Any) -> Any:
    document["initiativeResultDtoPage"]["content"][0]["shortTitle"] = "MARK"
    return json.dumps(document).replace("MARK", r"half a \ud83d character")


@pytest.mark.parametrize("number", [0, 3, 8])
@pytest.mark.parametrize("broken", [nameless, null])
def test_a_broken_item_costs_itself_alone(desk: Bench, number: int, broken: Any) -> None:
    desk.harvest(Portal())
    desk.clock.move(timedelta(days=1))
    ran = desk.harvest(Portal({number: broken}))
    assert (ran.outcome, ran.requests, ran.quarantined) == ("partial", 10, 1)
    assert f"an item without a usable id: {at(number)}; all: 18 of 19 items" == ran.why
    assert all(one.absent_since is None for one in desk.records().values())
    assert len(desk.records()) == 19


@pytest.mark.parametrize(
    ("broken", "named"),
    [
        ("<!doctype html><title>Have your say</title>", "text/html"),
        ("{", "is not JSON"),
        ({"initiativeResultDtoPage": {"content": None, "totalElements": None}}, "has no whole number for"),
        (newer(total=19, pages=10, number=3), "holds nothing, and is not the last of 10 pages"),
        (newer(ENTRY, total=19, pages=10), "the page asked for was ignored"),
    ],
)
def test_a_broken_page_costs_itself_alone(desk: Bench, broken: Any, named: str) -> None:
    for before in (0, 1):
        ran = desk.harvest(Portal({3: broken}))
        assert (ran.outcome, ran.requests, ran.items) == ("partial", 10, 17)
        assert named in ran.why
        assert at(3) in ran.why
        assert ran.why.endswith("all: 17 of 19 items")
        assert len(desk.records()) == (19 if before else 17)
        desk.harvest(Portal())
        desk.clock.move(timedelta(days=1))
    assert all(one.absent_since is None for one in desk.records().values())


def test_half_a_character_in_a_title_costs_that_character_alone(desk: Bench) -> None:
    ran = desk.harvest(Portal({3: surrogate}))
    assert (ran.outcome, ran.items, ran.quarantined) == ("complete", 19, 0)
    assert desk.records()["7"].process.title.values == {"en": "half a \ufffd character"}


def test_html_with_status_200_is_blocked() -> None:
    shell = "<!doctype html>\n<html lang='en'><head><title>Have your say</title></head></html>"
    reply = {"method": "GET", "url": LIST, "status": 200, "headers": {"content-type": "text/html"}, "content": shell}
    (first,) = HaveYourSay().start(Run(site=SITE, now=NOW))
    (detail,) = (one for one in yielded(newer(ENTRY)) if isinstance(one, Request))
    for request in (first, detail):
        assert isinstance(request, Request)
        fetcher = ReplayFetcher([{**reply, "url": request.url}], clock=FixedClock(NOW))
        with pytest.raises(Blocked, match="answered 200 with text/html"):
            asyncio.run(fetcher.fetch(request, SITE))


def test_a_group_that_the_portal_does_not_know_is_still_listed() -> None:
    assert details(b"The groupId cannot be found!") == [Seen("900001")]
    (item,) = details({"id": 900001, "dossierSummary": "The groupId cannot be found"})
    assert isinstance(item, Item)


@pytest.mark.parametrize("body", [b"", b"Service unavailable", b"[]", b"{}", b'{"id": "900001"}', b'"x"'])
def test_details_of_another_shape_are_a_drift(body: bytes) -> None:
    with pytest.raises(ParseError, match=r"groupInitiatives/900001"):
        details(body)


def test_details_of_another_initiative_are_refused() -> None:
    with pytest.raises(ParseError, match="are those of 900002, not of 900001"):
        details({"id": 900002, "publications": []})


def test_every_field_of_an_item_is_declared() -> None:
    (item,) = (one for one in yielded(newer({**ENTRY, "snippet": "x", "other": 1})) if isinstance(one, Item))
    assert set(item.data) == set(ENTRY) - {"id"} <= HaveYourSay.fields["list"]
    (found,) = details(
        {"id": 900001, "modifiedDate": "2026/03/01 00:00:10", "unit": "X", "publications": [PUBLICATION]}
    )
    assert set(found.data) == {"publications"}
    assert "id" not in found.data["publications"][0]


# Windows


LONG_PAST = window("PLANNING_WORKFLOW", "UPCOMING", "2020/01/06 00:00:00", "2020/03/02 23:59:59")
TURNED = window("ADOPTION_WORKFLOW", "UPCOMING", "2025/12/18 00:00:00", "2025/04/02 23:59:59")
LAPSED = window("OPC_LAUNCHED", "OPEN", "2025/11/03 00:00:00", "2026/01/26 23:59:59")
AHEAD = window("ISC_WORKFLOW", "UPCOMING", "2026/04/01 09:00:00", "2026/04/29 23:59:59")
OVER = window("PLANNING_WORKFLOW", "CLOSED", "2025/09/01 09:00:00", "2025/09/29 23:59:59")
UNDATED = window("ADOPTION_WORKFLOW", "UPCOMING", None, None)


@pytest.mark.parametrize(
    ("told", "flag", "status", "deadline"),
    [
        ([OVER, OPEN, AHEAD], Status.OPEN, Status.OPEN, "2026-03-30T23:59:59"),
        ([UNDATED, AHEAD, OVER], Status.ANNOUNCED, Status.ANNOUNCED, "2026-04-29T23:59:59"),
        ([UNDATED, OVER], Status.CLOSED, Status.CLOSED, "2025-09-29T23:59:59"),
        ([OVER, LAPSED], Status.OPEN, Status.CLOSED, "2026-01-26T23:59:59"),
        ([LAPSED, AHEAD], Status.OPEN, Status.ANNOUNCED, "2026-04-29T23:59:59"),
        ([UNDATED], Status.ANNOUNCED, Status.ANNOUNCED, None),
        ([], Status.UNKNOWN, Status.UNKNOWN, None),
    ],
)
def test_status_and_dates_come_from_one_window(
    told: list[Any], flag: Status, status: Status, deadline: str | None
) -> None:
    for order in (told, told[::-1]):
        process = mapped({"currentStatuses": order})
        found = standing(process)
        assert (process.flag, found.status, found.deadline) == (flag, status, deadline)
        assert len(process.phases) == len(told)


def test_upcoming_that_is_long_past_is_closed() -> None:
    process = mapped({"currentStatuses": [LONG_PAST]})
    assert (process.flag, process.source_status) == (Status.ANNOUNCED, "UPCOMING")
    assert standing(process).status is Status.CLOSED


def test_a_window_that_ends_before_it_begins_is_not_open() -> None:
    process = mapped({"currentStatuses": [TURNED]})
    assert windows_of(process) == [("2025-12-18T00:00:00", "2025-04-02T23:59:59")]
    assert standing(process).status is Status.CLOSED
    assert standing(process, datetime(2025, 9, 1, tzinfo=UTC)).status is not Status.OPEN


def test_open_past_its_deadline_is_closed() -> None:
    process = mapped({"currentStatuses": [LAPSED]})
    assert process.flag is Status.OPEN
    assert standing(process).status is Status.CLOSED


@pytest.mark.parametrize("word", [None, "SOMETHING_NEW"])
def test_an_opening_without_an_end_and_a_word_is_not_open(word: str | None) -> None:
    process = mapped({"currentStatuses": [window("PLANNING_WORKFLOW", word, "2020/06/09 00:00:00", None)]})
    assert windows_of(process) == [("2020-06-09T00:00:00", None)]
    assert (process.flag, standing(process).status) == (Status.UNKNOWN, Status.UNKNOWN)


def test_dates_are_local_to_brussels() -> None:
    (phase,) = mapped().phases
    assert (phase.opens, phase.closes, phase.zone) == ("2026-02-02T11:30:00", "2026-03-30T23:59:59", "Europe/Brussels")
    # The deadline lies after the change to summer time, the opening before it.
    assert standing(mapped()).deadline_at == datetime(2026, 3, 30, 21, 59, 59, tzinfo=UTC)
    assert standing(mapped()).opens_at == datetime(2026, 2, 2, 10, 30, tzinfo=UTC)
    assert mapped({"currentStatuses": [{**OPEN, "feedbackEndDate": "2026/03/30"}]}).phases[0].closes == "2026-03-30"


@pytest.mark.parametrize("date", ["Unknown 23:59:59", "Unknown", "", " ", None])
def test_an_unknown_date_is_no_date(date: str | None) -> None:
    process = mapped({"currentStatuses": [{**OPEN, "feedbackEndDate": date}]})
    assert windows_of(process) == [("2026-02-02T11:30:00", None)]


@pytest.mark.parametrize("date", ["2026/02/30 00:00:00", "30-03-2026", "2026/03/30 25:00:00", "2026/03/30 soon", "x"])
def test_a_date_that_is_none_puts_the_initiative_aside(date: str) -> None:
    with pytest.raises(MappingError, match="feedbackEndDate"):
        mapped({"currentStatuses": [{**OPEN, "feedbackEndDate": date}]})


def test_details_alone_give_windows() -> None:
    closed = {
        "frontEndStage": "OPC_LAUNCHED",
        "publishedDate": "2025/09/01 09:00:00",
        "endDate": "2025/11/24 23:59:59",
        "receivingFeedbackStatus": "CLOSED",
    }
    planned = {
        "frontEndStage": "ADOPTION_WORKFLOW",
        "publishedDate": None,
        "endDate": None,
        "receivingFeedbackStatus": "UPCOMING",
        "plannedPeriod": "Third quarter 2026",
    }
    process = mapped({"currentStatuses": []}, None, closed, {}, planned)
    assert windows_of(process) == [
        ("2025-09-01T09:00:00", "2025-11-24T23:59:59"),
        ("2026-02-02T11:30:00", "2026-03-30T23:59:59"),
        (None, None),
    ]
    assert [phase.label.values["en"] for phase in process.phases if phase.label] == [
        "Public consultation",
        "Call for evidence",
        "Commission adoption, planned: Third quarter 2026",
    ]
    assert standing(process).deadline == "2026-03-30T23:59:59"


def test_details_without_publications_still_have_the_portal_s_word() -> None:
    process = mapped({"currentStatuses": []}, {"receivingFeedbackStatus": "OPEN", "stage": "ADOPTION_WORKFLOW"})
    assert (process.flag, process.source_status, process.phases) == (Status.OPEN, "OPEN", ())


def test_a_window_told_twice_is_one() -> None:
    assert len(mapped({}, None, {}).phases) == 1
    # The list has a later end, as when a deadline is prolonged: it was read last.
    assert windows_of(mapped({}, None, {"endDate": "2026/03/16 23:59:59"})) == [
        ("2026-02-02T11:30:00", "2026-03-30T23:59:59")
    ]
    # What the list leaves open, the details say.
    entry = {"currentStatuses": [{**OPEN, "feedbackEndDate": None}]}
    assert windows_of(mapped(entry, None, {})) == [("2026-02-02T11:30:00", "2026-03-30T23:59:59")]
    entry = {"currentStatuses": [window("PLANNING_WORKFLOW", "UPCOMING", None, None)]}
    assert windows_of(mapped(entry, None, {})) == [("2026-02-02T11:30:00", "2026-03-30T23:59:59")]


def test_a_window_that_the_list_holds_twice_is_one() -> None:
    assert len(mapped({"currentStatuses": [OPEN, OPEN]}).phases) == 1


def test_a_window_of_no_step_is_that_of_the_details_only_by_a_date() -> None:
    undated = {"publishedDate": None, "endDate": None}
    assert len(mapped({"currentStatuses": [window(None, "UPCOMING", None, None)]}, None, undated).phases) == 2
    assert len(mapped({"currentStatuses": [{**OPEN, "frontEndStage": None}]}, None, {}).phases) == 1


def test_a_window_with_dates_is_planned_no_longer() -> None:
    (phase,) = mapped({}, None, {"plannedPeriod": "First quarter 2026"}).phases
    assert phase.label is not None
    assert phase.label.values == {"en": "Call for evidence"}


def test_windows_side_by_side_stay_two() -> None:
    process = mapped({}, None, {"frontEndStage": "OPC_LAUNCHED"})
    assert len(process.phases) == 2
    assert len(set(windows_of(process))) == 1
    later = {
        "publishedDate": "2027/01/04 09:00:00",
        "endDate": "2027/02/01 23:59:59",
        "receivingFeedbackStatus": "CLOSED",
    }
    assert len(mapped({}, None, {}, later).phases) == 2


@pytest.mark.parametrize("dates", [{}, {"endDate": None}])
def test_a_publication_that_takes_no_feedback_opens_nothing(dates: Any) -> None:
    process = mapped({"currentStatuses": []}, None, {"receivingFeedbackStatus": "DISABLED", **dates})
    assert process.phases == ()
    assert mapped({"currentStatuses": [{**OPEN, "receivingFeedbackStatus": "DISABLED"}]}).phases == ()
    silent = {"receivingFeedbackStatus": None, "endDate": None}
    assert mapped({"currentStatuses": []}, None, silent).phases == ()


@pytest.mark.parametrize(
    ("word", "status"), [("ABANDONED", Status.WITHDRAWN), ("SUSPENDED", Status.SUSPENDED), ("ACTIVE", Status.OPEN)]
)
def test_an_initiative_that_was_stopped_is_that(word: str, status: Status) -> None:
    process = mapped({"initiativeStatus": word})
    assert standing(process).status is status
    assert process.source_status == (word if word != "ACTIVE" else "OPEN")
    assert mapped({"initiativeStatus": None}, {"initiativeStatus": word}).flag is status


# Texts and lists


def test_titles_come_in_all_languages() -> None:
    others = {"EL": "Τίτλος", "FR": " Un titre ", "EN": "Another", "": "nowhere", "x-": "nowhere", "DE": " "}
    translations = [{"field": "SHORT_TITLE", "language": code, "value": value} for code, value in others.items()]
    translations += [{"field": "OTHER", "language": "IT", "value": "Altro"}]
    title = mapped({"initiativeTranslations": translations}).title
    assert title.values == {"en": "A title", "el": "Τίτλος", "fr": "Un titre"}
    assert (title.original, title.machine) == ("en", ())
    assert mapped({"shortTitle": None, "initiativeTranslations": translations[:1]}).title.values == {"el": "Τίτλος"}
    assert mapped({"shortTitle": ""}, {"shortTitle": "From the details"}).title.values == {"en": "From the details"}


@pytest.mark.parametrize(
    ("title", "clean"),
    [
        (" A title ", "A title"),
        ("A title\n here", "A title here"),
        ("A  title", "A title"),
        ("Gas & oil", "Gas & oil"),
        ("Gas &amp; oil", "Gas & oil"),
    ],
)
def test_stray_spaces_line_breaks_and_ampersands_of_titles(title: str, clean: str) -> None:
    assert mapped({"shortTitle": title}).title.values == {"en": clean}


@pytest.mark.parametrize("title", ["", " \n", None])
def test_without_a_title_there_is_no_process(title: str | None) -> None:
    with pytest.raises(MappingError, match="900001 has no title"):
        mapped({"shortTitle": title})


def test_summary_and_body_are_the_dossier_s() -> None:
    detail = {"dossierSummary": "<p>What it <b>is</b>.</p><p>And more.</p><script>x</script>", "shortDescription": ""}
    process = mapped({}, detail)
    assert process.summary is not None
    assert process.body is not None
    assert process.summary.values == {"en": "What it is. And more."}
    assert (process.body.values, process.body.html) == ({"en": "<p>What it <b>is</b>.</p><p>And more.</p>"}, True)
    assert mapped({}, {"dossierSummary": "<p>What it <b>is</b>.</p>"}).body is None
    written = mapped({}, {**detail, "language": "FR", "shortDescription": "En bref"})
    assert written.summary is not None
    assert written.summary.values == {"fr": "En bref"}


def test_markup_in_a_title_is_taken_out_and_no_reason_to_put_it_aside() -> None:
    marked = "<b>bold</b> &amp; &lt;i&gt;done&lt;/i&gt;"
    translations = [{"field": "SHORT_TITLE", "language": "FR", "value": marked}]
    process = mapped({"shortTitle": marked, "initiativeTranslations": translations}, {"shortDescription": marked})
    assert process.title.values == {"en": "bold & done", "fr": "bold & done"}
    assert process.summary is not None
    assert process.summary.values == {"en": "bold & done"}
    assert validate(process).ok


@pytest.mark.parametrize("topic", [[], [{"code": "", "label": ""}], [{"code": None, "label": None}], None])
def test_without_topic_or_act_type_nothing_is_invented(topic: Any) -> None:
    process = mapped({"topics": topic, "foreseenActType": None})
    assert (process.topics, process.keywords, process.act_types) == ((), (), ())


def test_topics_are_data_themes_and_the_portal_s_words_keywords() -> None:
    topics = [{"code": "FOOD", "label": "Food safety"}, {"code": "NEW", "label": "New & other"}, {"code": "AGRI"}]
    process = mapped(
        {"topics": topics}, {"policyAreas": [{"code": "HEALTH"}, {"code": "FOOD", "label": "Food safety"}]}
    )
    assert process.topics == (Topic.AGRI, Topic.HEAL)
    assert mapped({"topics": []}, {"topics": topics}).topics == process.topics
    assert process.keywords == (
        "Food safety",
        "New & other",
        "Agriculture and rural development",
        "Public health",
        "Proposal for a regulation",
    )


@pytest.mark.parametrize("code", ["PROP_REG", "REG_DEL", "SWD"])
def test_act_types_are_iris_of_the_eu_table(code: str) -> None:
    assert mapped({"foreseenActType": code}).act_types == (RESOURCE_TYPES + code,)
    assert mapped({"foreseenActType": None}, {"foreseenActType": code}).act_types == (RESOURCE_TYPES + code,)


@pytest.mark.parametrize("code", ["INIT_PLANNED", "OPC_LAUNCHED", "REGUL", "DEL_REG", "", None, "../x"])
def test_a_code_that_the_eu_table_does_not_have_gives_no_iri(code: str | None) -> None:
    assert mapped({"foreseenActType": code}).act_types == ()


@pytest.mark.parametrize(
    ("entry", "detail", "stage"),
    [
        ({}, {}, Stage.AGENDA_SETTING),
        ({"currentStatuses": [OVER, LAPSED]}, {}, Stage.POLICY_DESIGN),
        ({"currentStatuses": [OPEN, UNDATED]}, {}, Stage.AGENDA_SETTING),
        ({"currentStatuses": [UNDATED]}, {}, Stage.POLICY_DESIGN),
        ({"foreseenActType": "REG_IMPL"}, {}, Stage.POLICY_IMPLEMENTATION),
        ({"foreseenActType": "DIR_DEL"}, {}, Stage.POLICY_IMPLEMENTATION),
        ({"foreseenActType": "FC"}, {}, Stage.MONITORING_AND_EVALUATION),
        ({}, {"isEvaluation": True}, Stage.MONITORING_AND_EVALUATION),
        ({"currentStatuses": []}, {}, Stage.POLICY_DESIGN),
        ({"currentStatuses": [], "foreseenActType": "SWD"}, {}, None),
        ({"currentStatuses": [], "foreseenActType": "SWD"}, {"stage": "PLANNING_WORKFLOW"}, Stage.AGENDA_SETTING),
    ],
)
def test_the_step_of_the_policy_cycle(entry: Any, detail: Any, stage: Stage | None) -> None:
    assert mapped(entry, detail).stage is stage


def test_a_publication_of_an_evaluation_makes_it_one() -> None:
    assert mapped({}, None, {"type": "CFE_EVL_FC"}).stage is Stage.MONITORING_AND_EVALUATION


def test_it_is_a_call_for_evidence_until_more_has_dates() -> None:
    assert mapped().kind is Kind.CALL_FOR_EVIDENCE
    assert mapped({"currentStatuses": [OPEN, UNDATED]}).kind is Kind.CALL_FOR_EVIDENCE
    assert mapped({"currentStatuses": [OVER, LAPSED]}).kind is Kind.CONSULTATION
    assert mapped({"currentStatuses": []}).kind is Kind.CONSULTATION


# What came in, and what came of it


def test_feedback_is_the_sum_of_all_publications() -> None:
    (support,) = mapped({}, None, {"totalFeedback": 7413}, {"totalFeedback": 17.0}, {"totalFeedback": 0}).support
    assert (support.unit, support.count, support.part) == (Unit.FEEDBACK, 7430, "detail")
    (nothing,) = mapped({}, None, {"totalFeedback": 0}).support
    assert nothing.count == 0


@pytest.mark.parametrize("count", [None, -1, 1.5])
def test_a_missing_count_is_unknown_and_not_nought(count: Any) -> None:
    (support,) = mapped({}, None, {"totalFeedback": 5}, {"totalFeedback": count}).support
    assert support.count is None
    future = {"totalFeedback": None, "receivingFeedbackStatus": "UPCOMING"}
    assert [each.count for each in mapped({}, None, {"totalFeedback": 5}, future).support] == [5]
    assert mapped().support == ()
    assert mapped({}, {}).support == ()


def test_feedback_need_not_be_counted() -> None:
    assert mapped({}, None, {}, feedback=False).support == ()
    (item,) = details({"id": 900001, "publications": [PUBLICATION]}, feedback=False)
    assert "totalFeedback" not in item.data["publications"][0]


def test_feedback_is_never_asked_for() -> None:
    asked = [request.url for request in SAMPLED.requests]
    assert {re.sub(r"\d+|\?.*", "", url.rpartition("/brpapi/")[2]) for url in asked} == {
        "searchInitiatives",
        "groupInitiatives/",
    }


@pytest.mark.parametrize(
    ("reference", "kind", "value"),
    [
        ("COM(2021)206", LinkKind.COM, "COM(2021)206"),
        ("COM(2021) 0206 final", LinkKind.COM, "COM(2021)206"),
        ("com (2021) 206/2", LinkKind.COM, "COM(2021)206"),
        ("C(2026) 0012", LinkKind.C, "C(2026)12"),
        ("Ares(2025)5941179", LinkKind.ARES, "Ares(2025)5941179"),
        ("ARES(2025) 5941179 ", LinkKind.ARES, "Ares(2025)5941179"),
        ("SEC(2021) 12", None, None),
        ("SWD(2025) 909", None, None),
        ("", None, None),
    ],
)
def test_numbers_have_one_spelling(reference: str, kind: LinkKind | None, value: str | None) -> None:
    found = [(link.kind, link.value) for link in mapped({}, None, {"reference": reference}).links]
    assert found == [(LinkKind.ARES, "Ares(2025)900001"), *([(kind, value)] if kind else [])]


def file(id: Any, kind: str, language: str | None = "EN", **more: Any) -> dict[str, Any]:
    return {"documentId": id, "type": kind, "language": language, "title": "A file", **more}


def test_documents_know_drafts_annexes_and_languages() -> None:
    draft = {
        "frontEndStage": "ISC_WORKFLOW",
        "attachments": [file("090f/1", "MAIN"), file(2.0, "ANNEX", "EL"), file(3, "X", "??"), file(None, "MAIN")],
    }
    other = {"type": "REG_DEL_DRAFT", "attachments": [file(4, "MAIN"), file(2, "MAIN", "FR")]}  # 2 is held already
    main = {"attachments": [file(5, "MAIN", None, title=" ", reference="COM(2021)206")]}
    found = mapped({}, None, draft, other, main).documents
    assert [(each.url, each.kind, each.language) for each in found] == [
        (f"{API}/download/090f%2F1", DocumentKind.DRAFT_ACT, "en"),
        (f"{API}/download/2", DocumentKind.ANNEX, "el"),
        (f"{API}/download/3", DocumentKind.OTHER, None),
        (f"{API}/download/4", DocumentKind.DRAFT_ACT, "en"),
        (f"{API}/download/5", DocumentKind.MAIN, None),
    ]
    assert found[0].title is not None
    assert found[-1].title is not None
    assert (found[0].title.values, found[-1].title.values) == ({"en": "A file"}, {"und": "COM(2021)206"})


@pytest.mark.parametrize(
    ("type", "kind"),
    [
        ("PROP_REG", OutcomeKind.LEGAL_ACT),
        ("REG_IMPL", OutcomeKind.LEGAL_ACT),
        ("COMMUNIC", OutcomeKind.DECISION),
        (None, OutcomeKind.LEGAL_ACT),  # what the list foresees: a regulation
    ],
)
def test_what_was_adopted_is_an_outcome(type: str | None, kind: OutcomeKind) -> None:
    adopted = {
        "type": type,
        "frontEndStage": "ADOPTION_WORKFLOW",
        "adoptionDate": "2026/02/25 00:00:00",
        "reference": "COM(2026) 12",
        "receivingFeedbackStatus": "DISABLED",
        "attachments": [file(1, "ANNEX"), file(2, "MAIN", "FR"), file(3, "MAIN", "EN")],
    }
    (outcome,) = mapped({}, None, {}, adopted).outcomes
    assert (outcome.kind, outcome.date, outcome.url) == (kind, "2026-02-25", f"{API}/download/3")
    assert outcome.title is not None
    assert outcome.title.values == {"en": "Adopted by the Commission COM(2026) 12"}
    assert outcome.by == SITE.authority
    assert mapped({}, None, {**adopted, "adoptionDate": None}).outcomes == ()
    assert mapped({}, None, {**adopted, "frontEndStage": "ISC_WORKFLOW"}).outcomes == ()


def test_the_department_is_the_organiser_and_the_commission_the_authority() -> None:
    process = mapped({}, {"dg": "ENV"})
    assert process.organiser is not None
    assert process.organiser.name.values == {"en": "European Commission (ENV)"}
    assert process.authority == SITE.authority
    assert mapped({}, {"dg": "Somebody Nobodyson"}).organiser is None
    assert mapped({}, {}).organiser is None


def test_a_site_that_names_neither_place_nor_authority_is_the_commission_s() -> None:
    bare = msgspec.structs.replace(SITE, place=None, authority=None)
    process = HaveYourSay().map(WholeItem("900001", {"list": {"shortTitle": "A title"}}), Run(site=bare, now=NOW))
    assert process.place is not None
    assert process.place.country == "EU"
    assert process.authority is not None
    assert process.authority.name.values["en"] == "European Commission"


def test_the_page_of_an_initiative_is_known_by_its_number() -> None:
    assert mapped().url == f"{API.removesuffix('/brpapi')}/have-your-say/initiatives/900001"


# Personal data


def test_no_feedback_no_name_and_no_login_is_kept() -> None:
    person = {"firstName": "Somebody", "surname": "Nobodyson", "login": "nobodyson", "organization": "Nobodyson & Co"}
    feedback = {
        **person,
        "feedback": "Nobodyson writes",
        "trNumber": "Nobodyson",
        "attachments": [{"fileName": "n.pdf"}],
    }
    publication = {**PUBLICATION, **person, "feedbacks": [feedback], "contact": person}
    publication["attachments"] = [file(1, "MAIN", filename="nobodyson.pdf", ersFileName="nobodyson.pdf", author=person)]
    entry = {**ENTRY, **person, "feedback": [feedback], "snippet": "Nobodyson"}
    entry["currentStatuses"] = [{**OPEN, **person}]
    entry["topics"] = [{"code": "ENV", **person}]
    entry["initiativeTranslations"] = [{"field": "SHORT_TITLE", "language": "FR", "value": "Un titre", **person}]
    (item,) = (one for one in yielded(newer(entry)) if isinstance(one, Item))
    (detail,) = details({"id": 900001, **person, "unit": "Nobodyson", "publications": [publication]})
    process = HaveYourSay().map(
        WholeItem("900001", {"list": item.data, "detail": detail.data}), Run(site=SITE, now=NOW)
    )
    for written in (item.data, detail.data, process):
        assert b"nobodyson" not in msgspec.json.encode(written).lower()
        assert b"somebody" not in msgspec.json.encode(written).lower()


def test_contacts_inside_texts_are_taken_out() -> None:
    text = "Ask us@mail.example or +32 2 299 00 00"
    translation = {"field": "SHORT_TITLE", "language": "FR", "value": text}
    labels = [{"code": "ENV", "label": text}]
    entry = {"shortTitle": text, "initiativeTranslations": [translation], "reference": text, "topics": labels}
    detail = {"dossierSummary": f"<p>{text}</p>", "shortDescription": text, "reference": text, "policyAreas": labels}
    publication = dict.fromkeys(("plannedPeriod", "title", "reference"), text)
    attachment = file(1, "MAIN", title=text, reference=text)
    publication = {**PUBLICATION, **publication, "attachments": [attachment]}
    (row,) = (one for one in yielded(newer({**ENTRY, **entry})) if isinstance(one, Item))
    (found,) = details({"id": 900001, "shortTitle": text, **detail, "publications": [publication]})
    for written in (row.data, found.data, mapped(entry, detail, publication)):
        assert b"mail.example" not in msgspec.json.encode(written)
        assert b"299" not in msgspec.json.encode(written)


# Hostile answers

SAMPLE = next(sample for sample in bundled_samples() if sample.site.connector == "have_your_say")
SAMPLED: Driven = drive(SAMPLE.site, SAMPLE.folder)
GOOD_LIST = json.loads((SAMPLE.folder / "search_0.json").read_text())
GOOD_OLDER_LIST = {**json.loads((SAMPLE.folder / "search_1.json").read_text())}
GOOD_OLDER_LIST["page"]["number"] = 0
GOOD_DETAILS = json.loads((SAMPLE.folder / "group_900006.json").read_text())


def attempt(list_: Any, details_: Any) -> list[Process]:
    """Parse and map; whatever is wrong may only be a drift or a record for quarantine."""
    processes, rows, parts = [], [], []
    try:
        rows = [one for one in yielded(list_) if isinstance(one, Item)]
        parts = [one for one in details(details_, "900006") if isinstance(one, Item)]
    except ParseError:
        pass
    for row in rows:
        try:
            item = WholeItem(row.id, {"list": row.data, **{part.part: part.data for part in parts}})
            processes.append(HaveYourSay().map(item, Run(site=SITE, now=NOW)))
        except MappingError:
            pass
    return processes


def test_the_good_answers_are_mapped() -> None:
    assert [len(attempt(each, GOOD_DETAILS)) for each in (GOOD_LIST, GOOD_OLDER_LIST)] == [5, 4]


@settings(max_examples=150, deadline=None)
@given(st.one_of(ANYTHING, damaged(GOOD_LIST), damaged(GOOD_OLDER_LIST)), st.one_of(ANYTHING, damaged(GOOD_DETAILS)))
def test_whatever_comes_is_a_drift_or_a_record_for_quarantine(list_: Any, details_: Any) -> None:
    for process in attempt(list_, details_):
        assert process.title.values


@settings(max_examples=60, deadline=None)
@given(damaged(GOOD_LIST), st.sampled_from([{"topic": "ENV"}, {"feedbackStatus": "OPEN"}]))
def test_damaged_lists_are_judged_by_their_filters_without_a_crash(list_: Any, filters: dict[str, str]) -> None:
    with contextlib.suppress(ParseError):
        assert yielded(list_, filters=filters)


@settings(max_examples=60, deadline=None)
@given(damaged(GOOD_LIST))
def test_both_generations_agree_also_when_they_are_damaged(list_: Any) -> None:
    try:
        turned = older(list_)
    except (KeyError, TypeError, IndexError):
        return  # too damaged to be written in the other generation
    outcomes = []
    for document in (list_, turned):
        try:
            outcomes.append(yielded(document))
        except ParseError:
            outcomes.append([])
    if isinstance(list_["initiativeResultDtoPage"]["content"], list):
        assert outcomes[0] == outcomes[1]


# The sample


def test_the_sample_shows_what_the_portal_does() -> None:
    processes = SAMPLED.processes
    assert len(processes["900001"].title.values) == 24
    assert len(processes["900002"].phases) == 3
    assert validate(processes["900003"]).warnings
    assert SAMPLED.items["900004"].keys() == {"list"}
    assert {each.kind for each in processes["900005"].documents} == {DocumentKind.DRAFT_ACT, DocumentKind.ANNEX}
    assert [each.count for each in processes["900006"].support] == [301]
    assert processes["900007"].flag is Status.WITHDRAWN
    assert {process.stage for process in processes.values()} == set(Stage)
    assert all(process.act_types for process in processes.values())


# The composite recording


def standings(driven: Driven) -> Counter[Status]:
    return Counter(standing(process).status for process in driven.processes.values())


@pytest.fixture(scope="module")
def recorded(recordings: Path) -> Driven:
    return drive(SITE, recordings / "have-your-say")


@pytest.mark.recordings
class TestRecorded:
    """The pages are composites of 920 real initiatives: ids, titles, act types, topics and days are real."""

    def test_ten_answers_give_920_processes(self, recorded: Driven) -> None:
        assert recorded.complete
        assert recorded.quarantined == {}
        assert len(recorded.requests) == 10
        assert len(recorded.processes) == 920
        assert set(recorded.totals) == {Total(920, "all")}

    def test_the_older_generation_gives_the_same_920(self, recordings: Path, recorded: Driven) -> None:
        folder = recordings / "have-your-say" / "composite"
        found: dict[str, Process] = {}
        for number in range(10):
            page = json.loads(gzip.decompress((folder / f"searchInitiatives_page{number}.json.gz").read_bytes()))
            url = LIST.replace("page=0", f"page={number}")
            assert yielded(older(page), url, details=False) == yielded(page, url, details=False)
            for item in yielded(older(page), url, details=False):
                if isinstance(item, Item):
                    found[item.id] = HaveYourSay().map(WholeItem(item.id, {"list": item.data}), Run(site=SITE, now=NOW))
        assert found == recorded.processes

    def test_traps_of_the_list_are_where_they_were_measured(self, recorded: Driven) -> None:
        titles = [item["list"]["shortTitle"] for item in recorded.items.values()]
        assert sum(title != title.strip() for title in titles) == 99
        assert sum("\n" in title for title in titles) == 2
        assert sum("&" in title for title in titles) == 4
        kept = [text for process in recorded.processes.values() for text in process.title.values.values()]
        assert all(text == " ".join(text.split()) for text in kept)
        assert sum("&" in text for text in kept) == 4
        processes = recorded.processes.values()
        assert sum(not process.topics for process in processes) == 30
        assert sum(not process.act_types for process in processes) == 42
        assert len({iri for process in processes for iri in process.act_types}) == 24

    def test_windows_are_known_or_unknown_and_none_is_open_years_later(self, recorded: Driven) -> None:
        dates = [phase for process in recorded.processes.values() for phase in process.phases]
        assert len(dates) == 691
        assert Counter((bool(each.opens), bool(each.closes)) for each in dates) == {
            (True, False): 483,
            (True, True): 208,
        }
        assert standings(recorded) == {Status.UNKNOWN: 712, Status.CLOSED: 208}
        then = datetime(2021, 7, 1, tzinfo=UTC)
        at_the_time = Counter(standing(process, then).status for process in recorded.processes.values())
        assert at_the_time[Status.OPEN] > 0

    def test_every_process_passes_the_schema(self, recorded: Driven) -> None:
        assert [id for id, process in recorded.processes.items() if not validate(process).ok] == []

    def test_no_contact_is_in_any_item_or_process(self, recorded: Driven) -> None:
        read = [text for parts in recorded.items.values() for text in texts(msgspec.to_builtins(parts))]
        written = [text for process in recorded.processes.values() for text in texts(msgspec.to_builtins(process))]
        assert len(read) > 4000
        assert [found for text in read + written for found in contacts_in(text)] == []

    def test_titles_are_those_of_five_years_later(self, recordings: Path, recorded: Driven) -> None:
        path = recordings / "have-your-say" / "initiatives_feedback_counts_2026-03.csv"
        with path.open(encoding="utf-8") as rows:
            later = {row["initiative_id"]: row["short_title"] for row in csv.DictReader(rows)}
        both = later.keys() & recorded.processes.keys()
        assert len(both) == 30
        assert [id for id in both if recorded.processes[id].title.values["en"] != " ".join(later[id].split())] == []

    @pytest.mark.parametrize("variant", [None, "shape-until-2025"])
    def test_one_real_item_with_all_its_dates_in_both_generations(self, recordings: Path, variant: str | None) -> None:
        fetcher = ReplayFetcher(recordings / "have-your-say", variant=variant, clock=FixedClock(NOW))
        site = under(SITE, {"page_size": 10, "filters": {"text": "aluminium"}, "details": False})
        (request,) = HaveYourSay().start(Run(site=site, now=NOW))
        assert isinstance(request, Request)
        body = asyncio.run(fetcher.fetch(request, site)).body
        assert (b"_embedded" in body) == (variant is not None)
        (item,) = (one for one in answer(HaveYourSay, site, request.url, body) if isinstance(one, Item))
        process = HaveYourSay().map(WholeItem(item.id, {"list": item.data}), Run(site=site, now=NOW))
        assert (item.id, process.kind, process.flag) == ("16192", Kind.CALL_FOR_EVIDENCE, Status.OPEN)
        assert windows_of(process) == [("2025-12-19T17:32:00", "2026-01-31T23:59:59")]
        assert process.act_types == (f"{RESOURCE_TYPES}PROP_REG",)
        assert [link.value for link in process.links] == ["Ares(2025)11338719"]
        at_the_time = standing(process, datetime(2026, 1, 31, 22, 59, tzinfo=UTC))
        assert (at_the_time.status, standing(process).status) == (Status.OPEN, Status.CLOSED)

    @pytest.mark.parametrize("generation", [newer, lambda *entries: older(newer(*entries))])
    def test_details_of_14794_with_publications_give_windows_feedback_and_documents(
        self, recordings: Path, generation: Any
    ) -> None:
        """The quoted details have lost their ``publications``: those here are ours, of the documented shape."""
        path = recordings / "have-your-say" / "composite" / "groupInitiatives_14794.json"
        quoted = json.loads(path.read_text())
        assert "publications" not in quoted
        soon = json.loads(path.with_name("closingSoon.json").read_text())
        end = next(each["endDate"] for each in soon if each["initiativeId"] == 14794)
        call = {**PUBLICATION, "publishedDate": "2025/07/22 14:16:00", "endDate": "2025/09/10 23:59:59"}
        call |= {"receivingFeedbackStatus": "CLOSED", "totalFeedback": 30, "attachments": [file("a", "MAIN")]}
        proposal = {**PUBLICATION, "type": "PROP_REG", "frontEndStage": "ADOPTION_WORKFLOW", "endDate": end}
        proposal |= {"publishedDate": "2026/03/12 09:49:20", "totalFeedback": 12, "attachments": [file("b", "MAIN")]}
        (row,) = (
            one for one in yielded(generation({**ENTRY, "id": 14794.0, "currentStatuses": []})) if isinstance(one, Item)
        )
        (item,) = details({**quoted, "publications": [call, proposal]}, "14794")
        parts = {"list": row.data, "detail": item.data}
        process = HaveYourSay().map(WholeItem("14794", parts), Run(site=SITE, now=NOW))
        assert windows_of(process) == [
            ("2025-07-22T14:16:00", "2025-09-10T23:59:59"),
            ("2026-03-12T09:49:20", "2026-05-07T23:59:59"),
        ]
        assert [each.count for each in process.support] == [42]
        assert [each.url for each in process.documents] == [f"{API}/download/a", f"{API}/download/b"]
        assert (process.stage, process.topics) == (Stage.POLICY_DESIGN, (Topic.ENVI,))
        assert "Ares(2025)5941179" in [link.value for link in process.links]
        assert standing(process, datetime(2026, 5, 7, 21, tzinfo=UTC)).deadline == "2026-05-07T23:59:59"

    def test_the_quoted_details_of_14794_alone_are_read(self, recordings: Path) -> None:
        path = recordings / "have-your-say" / "composite" / "groupInitiatives_14794.json"
        (item,) = details(path.read_bytes(), "14794")
        process = HaveYourSay().map(WholeItem("14794", {"list": {}, "detail": item.data}), Run(site=SITE, now=NOW))
        assert (process.flag, process.stage, process.phases, process.support) == (
            Status.OPEN,
            Stage.POLICY_DESIGN,
            (),
            (),
        )
        assert process.organiser is not None
        assert process.organiser.name.values == {"en": "European Commission (ENV)"}

    def test_the_shell_for_a_wrong_path_is_blocked(self, recordings: Path) -> None:
        fetcher = ReplayFetcher(recordings / "have-your-say", clock=FixedClock(NOW))
        request = Request(f"{API}/noSuchPath", then="parse_detail", expect="text")
        with pytest.raises(Blocked):
            asyncio.run(fetcher.fetch(request, SITE))

    def test_our_topics_are_those_of_the_recording(self, recordings: Path) -> None:
        theirs = json.loads((recordings / "have-your-say" / "topics.json").read_text())
        assert {code: theme.label for code, theme in themes().items()} == theirs
        assert all(theme.topics for theme in themes().values())

    def test_our_act_types_are_in_the_eu_table_by_their_name_there(self, recordings: Path) -> None:
        path = recordings / "have-your-say" / "resource_types_eu_vocabulary_subset.ttl"
        blocks = re.split(r"\n(?=rt:)", path.read_text())[1:]
        named = {
            code[1]: label[1]
            for block in blocks
            if (code := re.match(r"rt:(\w+) a ", block))
            and (label := re.search(r'"([^"]*)"@en\b', block.partition("skos:prefLabel")[2]))
        }
        assert len(named) == 57
        assert {code: act.label for code, act in acts().items()} == {code: named[code] for code in acts()}
