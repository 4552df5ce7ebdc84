"""The connector for the Malmö Initiative: the traps of its two platforms, the one real page, and hostile answers.

| trap | test |
| --- | --- |
| two generations of platform | test_feed_view_and_named_initiatives_are_asked |
| the number in the address is not that of the case | test_an_initiative_is_known_by_its_case_where_it_is_shown |
| the markup around labels and values is not known | test_a_value_is_what_stands_after_its_label |
| rows may be empty | test_rows_that_are_missing_are_unknown, test_an_empty_value_is_not_that_of_the_next_label |
| a page may be another one | test_a_page_without_a_title_is_a_drift |
| the view may show no initiative | test_a_view_without_links_is_a_drift |
| links may lead elsewhere | test_only_initiatives_of_the_site_are_asked |
| the initiative-taker is a person | test_no_initiative_taker_passes |
| the author chooses for how long one can vote | test_no_end_is_computed |
| what is over is listed, too | test_to_be_listed_says_nothing_of_the_status |
| the number of votes was never seen | test_votes_are_unknown_beside_those_that_are_needed |
| the shape of the feed was never seen | test_the_feed_is_read_as_plain_rss |
| contacts inside texts | test_contacts_inside_texts_are_taken_out |
"""

from __future__ import annotations

import contextlib
import hashlib
import sys
from datetime import timedelta
from html import escape
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors import traps
from connectors.driving import NOW, answer, bundled, drive, under
from connectors.people import contacts_in
from folkmoot_connectors.malmo_initiative import MalmoInitiative
from folkmoot_hub.connector import Item, MappingError, ParseError, Request, Run, Scope, Site, WholeItem
from folkmoot_hub.errors import ConfigError
from folkmoot_schema.codes import Kind, Stage, Status, Unit
from folkmoot_schema.process import Process
from folkmoot_schema.status import assess_process
from folkmoot_schema.validation import validate

TRAPS = (
    "two generations of platform",
    "the number in the address is not that of the case",
    "the markup around labels and values is not known",
    "rows may be empty",
    "a page may be another one",
    "the view may show no initiative",
    "links may lead elsewhere",
    "the initiative-taker is a person",
    "the author chooses for how long one can vote",
    "what is over is listed, too",
    "the number of votes was never seen",
    "the shape of the feed was never seen",
    "contacts inside texts",
)

SITE = bundled("malmo-initiative")
VIEW = "https://malmo.flexite.com/malmo_fp/listview/3GLM"
FEED = "http://initiativet.malmo.se/epetition_core/feed/local_petitions"
PAGE = f"{VIEW}/detailsView/12630?lang=sv"
ROWS = {
    "Datum då initiativet registrerats": "2026-02-06",
    "Initiativets ärendenummer": "EF20260271",
    "Rubrik till initiativet": "A bench",
    "Beskrivning av initiativet": "By the river.",
    "Länk till mera information": "https://bench.example/?a=1&b=2",
    "Initiativtagare": "Somebody Ofmalmo",
}

#: Ways in which labels and values may be marked up.
FORMS = [
    ("<tr><th>{}</th><td>{}</td></tr>", "table"),
    ("<tr><td>{}</td><td>{}</td></tr>", "table"),
    ("<tr><td><label>{}:</label></td><td><div><span>{}</span></div></td></tr>", "table"),
    ("<dt>{}</dt><dd>{}</dd>", "dl"),
    ("<div><div><b> {} </b></div><div>{}</div></div>", "section"),
    ("<label>{}</label><p>{}</p>", "form"),
    ("<div>{}</div><div>{}</div>", "div"),
]


def page(rows: dict[str, str] = ROWS, row: str = "<tr><th>{}</th><td>{}</td></tr>", around: str = "table") -> bytes:
    inner = "".join(row.format(escape(label), escape(value)) for label, value in rows.items())
    return f"<html><body><h1>Initiativ</h1><{around}>{inner}</{around}></body></html>".encode()


def read(body: bytes, url: str = PAGE) -> Item:
    (item,) = (one for one in answer(MalmoInitiative, SITE, url, body) if isinstance(one, Item))
    return item


def mapped(item: Item, site: Site = SITE) -> Process:
    return MalmoInitiative().map(WholeItem(item.id, {"list": item.data}), Run(site=site, now=NOW))


def entry(body: str) -> list[Item]:
    feed = f'<rss version="2.0"><channel><title>T</title>{body}</channel></rss>'.encode()
    found = answer(MalmoInitiative, SITE, FEED, feed, then="parse_feed", expect="feed")
    return [one for one in found if isinstance(one, Item)]


def started(**settings: Any) -> list[str]:
    run = Run(site=under(SITE, {"settings": settings}), now=NOW)
    return [one.url for one in MalmoInitiative().start(run) if isinstance(one, Request)]


def test_every_trap_has_its_test() -> None:
    assert traps.faults(sys.modules[__name__], TRAPS) == []


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"feed": None, "list": None}, "setting feed: None is wrong; allowed: an address, unless"),
        ({"feed": "/feed"}, "setting feed: '/feed' is wrong; allowed: an absolute"),
        ({"feed": 5}, "setting feed: 5"),
        ({"list": "https://elsewhere.example/"}, "setting list: .* allowed: the path of a list view"),
        ({"list": ["a"]}, "setting list: "),
        ({"feed": None, "list": None, "initiatives": []}, "setting feed: None is wrong"),
        ({"list": None, "initiatives": [5]}, r"setting initiatives: \[5\] .* no numbers unless list names their view"),
        ({"initiatives": ["5"]}, "setting initiatives: .* allowed: a list of paths, such as .*/12630; numbers"),
        ({"initiatives": [0]}, "setting initiatives: "),
        ({"initiatives": [True]}, "setting initiatives: "),
        ({"initiatives": 5}, "setting initiatives: 5"),
        ({"initiatives": ["https://elsewhere.example/malmo_fp/listview/3GLM/detailsView/5"]}, "setting initiatives: "),
        ({"initiatives": ["malmo_fp/listview/3GLM/detailsView/05"]}, "setting initiatives: "),
        ({"initiatives": ["malmo_fp/listview/3GLM"]}, "setting initiatives: "),
    ],
)
def test_wrong_settings_are_told_with_what_is_allowed(wrong: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        started(**wrong)


def test_feed_view_and_named_initiatives_are_asked() -> None:
    assert started() == [FEED, f"{VIEW}?lang=sv"]
    assert started(feed=None, initiatives=[12630, 12630]) == [f"{VIEW}?lang=sv", PAGE]
    assert started(list=None) == [FEED]


def test_pages_that_are_known_are_asked_alone() -> None:
    path = "malmo_fp/listview/3GLM/detailsView/12630"
    assert started(feed=None, list=None, initiatives=[path, path]) == [PAGE]
    assert started(feed=None, initiatives=[path, 12630]) == [f"{VIEW}?lang=sv", PAGE]


def listed(body: str) -> list[str]:
    found = answer(MalmoInitiative, SITE, f"{VIEW}?lang=sv", body.encode(), then="parse_list", expect="html")
    return [one.url for one in found if isinstance(one, Request)]


@pytest.mark.parametrize(
    "body", ["<p>Kom tillbaka senare</p>", '<a href="/malmo_fp">x</a>', "<a>detailsView/5</a>", "x"]
)
def test_a_view_without_links_is_a_drift(body: str) -> None:
    with pytest.raises(ParseError, match="links to no initiative"):
        listed(f"<html><body>{body}</body></html>")


def test_only_initiatives_of_the_site_are_asked() -> None:
    hrefs = (
        "/malmo_fp/listview/3GLM/detailsView/12630?lang=sv&x=1",
        "/malmo_fp/listview/3GLM/detailsView/12630",
        "3GLM/detailsView/12631",
        "https://elsewhere.example/malmo_fp/listview/3GLM/detailsView/1",
        "/malmo_fp/listview/3GLM/detailsView/1/edit",
        "javascript:void(0)",
        "http://[",
    )
    assert listed("".join(f'<a href="{href}">x</a>' for href in hrefs)) == [
        PAGE,
        f"{VIEW}/detailsView/12631?lang=sv",
    ]


@pytest.mark.parametrize(
    "rows", [{}, {"Rubrik till initiativet": ""}, {"Initiativtagare": "Somebody"}, {"Rubrik": "A bench"}]
)
def test_a_page_without_a_title_is_a_drift(rows: dict[str, str]) -> None:
    with pytest.raises(ParseError, match="shows no 'Rubrik till initiativet'"):
        read(page(rows))


@pytest.mark.parametrize(("row", "around"), FORMS)
def test_a_value_is_what_stands_after_its_label(row: str, around: str) -> None:
    item = read(page(row=row, around=around))
    assert item == read(page())
    assert "Somebody" not in str(item)


def test_an_initiative_is_known_by_its_case_where_it_is_shown() -> None:
    assert read(page()).id == "EF20260271"
    assert read(page(), f"{VIEW}/detailsView/99?lang=sv").id == "EF20260271"
    for shown in ("", "—", "kommer", "12630"):
        item = read(page({**ROWS, "Initiativets ärendenummer": shown}))
        assert item.id == "3GLM/12630"
        assert "case" not in item.data
    links = [(link.kind, link.value) for link in mapped(read(page())).links]
    assert links == [("petition", "EF20260271"), ("website", "https://bench.example/?a=1&b=2")]


def test_rows_that_are_missing_are_unknown() -> None:
    process = mapped(read(page({"Rubrik till initiativet": "A bench"})))
    assert (process.summary, process.body, process.phases, process.links) == (None, None, (), ())


@pytest.mark.parametrize("label", [label for label in ROWS if label != "Initiativtagare"])
@pytest.mark.parametrize(("row", "around"), FORMS)
@pytest.mark.parametrize("gone", ["<td></td>", "<dd></dd>", "<p></p>", "<div></div>", "<div><span></span></div>", ""])
def test_an_empty_value_is_not_that_of_the_next_label(label: str, row: str, around: str, gone: str) -> None:
    rows = {label: "", "Initiativtagare": "Somebody Ofmalmo"}
    whole = {name: value for name, value in ROWS.items() if name not in rows} | rows
    body = page(whole, row, around)
    body = body.replace(gone.encode(), b"") if gone else body
    try:
        item = read(body)
    except ParseError:
        assert label == "Rubrik till initiativet"
        return
    assert "Somebody" not in str(item)
    assert "Initiativ" not in str({**item.data, "url": ""})
    assert len(item.data) == 5


@pytest.mark.parametrize(("row", "around"), FORMS)
def test_an_empty_value_is_not_a_row_that_nobody_has_seen_yet(row: str, around: str) -> None:
    rows = {"Rubrik till initiativet": "A bench", "Länk till mera information": "", "Antal röster": "45"}
    assert set(read(page(rows, row, around)).data) == {"title", "url"}


@pytest.mark.parametrize("date", ["6 februari", "2026-02-30", "06/02/2026"])
def test_a_date_of_another_form_is_told_by_name(date: str) -> None:
    with pytest.raises(MappingError, match=r"opens: .* is not a time"):
        mapped(read(page({**ROWS, "Datum då initiativet registrerats": date})))


def test_no_initiative_taker_passes() -> None:
    item = read(page())
    assert "Somebody" not in msgspec.json.encode([item, mapped(item)]).decode()
    assert set(item.data) == {"case", "title", "text", "opens", "more", "url"}
    (told,) = entry("<item><title>T</title><guid>http://a.example/1</guid><author>Somebody</author></item>")
    assert "Somebody" not in str(told)


def test_no_end_is_computed() -> None:
    (phase,) = mapped(read(page())).phases
    assert (phase.opens, phase.closes, phase.zone) == ("2026-02-06", None, "Europe/Stockholm")


def test_to_be_listed_says_nothing_of_the_status() -> None:
    process = mapped(read(page()))
    assert assess_process(process, seen_at=NOW, now=NOW, interval=timedelta(days=2)).status is Status.UNKNOWN


def test_votes_are_unknown_beside_those_that_are_needed() -> None:
    (votes,) = mapped(read(page())).support
    assert votes.threshold is not None
    assert (votes.unit, votes.count, votes.threshold.count) == (Unit.ENDORSEMENTS_FOR, None, 100)


def test_the_feed_is_read_as_plain_rss() -> None:
    link = "http://initiativet.malmo.se/bench"
    (item,) = entry(
        f"<item><title>A &amp;amp; B</title><link>{link}</link>"
        "<description>&lt;p&gt;By the river&lt;/p&gt;</description>"
        f"<pubDate>Tue, 14 May 2019 12:30:00 +0200</pubDate><guid>{link}</guid></item>"
    )
    assert item.id == link
    process = mapped(item)
    assert (process.url, process.kind, process.stage) == (link, Kind.PETITION, Stage.AGENDA_SETTING)
    assert process.title.values == {"sv": "A & B"}
    assert [one.opens for one in process.phases] == ["2019-05-14T10:30:00+00:00"]
    assert validate(process).ok
    with pytest.raises(MappingError):
        mapped(entry("<item><guid>http://a.example/1</guid></item>")[0])
    with pytest.raises(ParseError, match="is not a feed"):
        answer(MalmoInitiative, SITE, FEED, b"<html></html>", then="parse_feed", expect="feed")


def test_neither_promises_to_be_complete() -> None:
    feed = b'<rss version="2.0"><channel><title>T</title></channel></rss>'
    found = answer(MalmoInitiative, SITE, FEED, feed, then="parse_feed", expect="feed")
    found += answer(MalmoInitiative, SITE, PAGE, page())
    assert [one.exhaustive for one in found if isinstance(one, Scope)] == [False, False]


def test_contacts_inside_texts_are_taken_out() -> None:
    text = "Ask a@town.example or +46 40 34 10 00"
    told = dict.fromkeys(ROWS, text) | {"Datum då initiativet registrerats": "2026-02-06"}
    item = read(page(told))
    written = msgspec.json.encode([item, mapped(item)]).decode()
    assert contacts_in(written) == []
    assert "town.example" not in written


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(st.sampled_from(list(ROWS)), st.text(max_size=30)), st.binary(max_size=60), st.booleans())
def test_whatever_comes_is_a_drift_or_a_record_for_quarantine(rows: dict[str, str], more: bytes, first: bool) -> None:
    body = more + page(rows) if first else page(rows) + more
    for then, expect in (("parse", "html"), ("parse_list", "html"), ("parse_feed", "feed")):
        with contextlib.suppress(ParseError, MappingError):
            for one in answer(MalmoInitiative, SITE, PAGE, body, then=then, expect=expect):
                if isinstance(one, Item):
                    assert mapped(one).kind is Kind.PETITION


@pytest.mark.recordings
class TestComposite:
    """One real initiative in markup of ours: the words and values are true, that they stand in a table is a belief."""

    def test_the_one_page_is_read_as_we_believe_it_is_written(self, recordings: Path) -> None:
        folder = recordings / "malmo-initiative"
        body = (folder / "composite" / "page_1.html").read_bytes()
        item = read(body)
        assert item.id == "EF20200271"
        assert item.data["opens"] == "2020-10-06"
        assert hashlib.sha256(item.data["title"].encode()).hexdigest()[:12] == "8b99452a7089"
        process = mapped(item)
        assert process.url == PAGE
        assert [(one.opens, one.closes) for one in process.phases] == [("2020-10-06", None)]
        assert [link.kind.value for link in process.links] == ["petition", "website"]
        assert validate(process).ok
        pages = ["malmo_fp/listview/3GLM/detailsView/12630"]
        driven = drive(SITE, folder, settings={"feed": None, "list": None, "initiatives": pages})
        assert driven.complete
        assert list(driven.processes) == ["EF20200271"]

    def test_pages_of_rules_are_no_initiatives(self, recordings: Path) -> None:
        for number in (2, 3):
            body = (recordings / "malmo-initiative" / "composite" / f"page_{number}.html").read_bytes()
            with pytest.raises(ParseError):
                read(body)
