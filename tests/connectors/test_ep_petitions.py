"""The connector for the European Parliament's petitions: the traps of the portal, its recording, hostile answers.

No page of the portal was kept as it is: the recording is composed of real texts in markup that is not the portal's, and
the pages made here follow what clients of the portal say of it. They prove that the connector does what we believe.

| trap | test |
| --- | --- |
| the bot wall answers 202 | test_behind_the_bot_wall_nothing_is_known_and_nothing_disappears |
| an empty 200 | test_behind_the_bot_wall_nothing_is_known_and_nothing_disappears |
| 200 without the petition | test_a_page_that_is_not_the_petition_s_tells_nothing |
| a list without hits says nothing | test_a_page_that_is_no_list_is_a_drift |
| the page parameter is ignored, pageSize grows | test_a_longer_list_is_asked_again_at_a_greater_size |
| pageSize is capped at 1000 | test_no_list_is_asked_beyond_the_cap, test_what_is_beyond_the_cap_makes_the_run_partial |
| a size that is not heeded | test_a_size_that_is_not_heeded_ends_the_run |
| the slash of the number is encoded twice | test_the_slash_of_a_number_is_encoded_twice |
| older permalinks hold the title, with the name | test_both_forms_of_address_give_the_number_alone |
| every language lists the same | test_lists_are_asked_in_english_and_pages_in_every_language |
| each hit has two links | test_two_links_are_one_petition |
| titles have several forms | test_a_title_is_what_stands_after_who_wrote_it |
| on behalf of is not what it is about | test_a_title_is_what_stands_after_who_wrote_it |
| German titles are built otherwise | test_a_german_title_begins_after_the_nationality |
| some pages have no title | test_a_petition_without_title_goes_by_its_number |
| the heading of the summary occurs twice | test_the_summary_is_not_the_title |
| the summary is not the title | test_the_summary_is_not_the_title |
| texts are escaped twice | test_texts_are_unescaped_twice |
| topics stand in another order in each language | test_topics_are_sets_whatever_the_order |
| up to five topics | test_topics_are_sets_whatever_the_order |
| the country searched for is an assignment | test_the_place_is_the_country_that_the_page_names |
| sets of countries overlap | test_a_petition_in_two_lists_is_one |
| only a year is stated | test_the_only_date_is_the_year_of_the_number |
| the status is a word of the page | test_a_status_is_the_word_of_the_page |
| inadmissible petitions say so in a sentence | test_what_was_declared_inadmissible_is_refused_with_day_and_reason |
| counts stand in the PDF alone | test_there_is_no_support |
| petitioners have names | test_no_name_of_a_petitioner_passes |
| an association is named in a field of its own | test_an_association_is_named_unless_it_is_called_as_the_petitioner |
| acts are named in the text | test_acts_become_celex_numbers |
"""

from __future__ import annotations

import contextlib
import re
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors import traps
from connectors.driving import NOW, Driven, answer, bundled, drive, driven_once, under
from connectors.people import contacts_in
from folkmoot_connectors._ep_petitions_page import linked
from folkmoot_connectors._ep_petitions_process import acts
from folkmoot_connectors.ep_petitions import EpPetitions
from folkmoot_connectors.sites import bundled_samples
from folkmoot_hub.connector import Item, MappingError, ParseError, Request, Run, Scope, Site, Total, WholeItem
from folkmoot_hub.errors import ConfigError
from folkmoot_hub.fetch.replay import ReplayFetcher
from folkmoot_hub.testing.bench import Bench, bench
from folkmoot_schema import dates
from folkmoot_schema.codes import LinkKind, OutcomeKind, PhaseKind, Status, Topic
from folkmoot_schema.process import Process, to_json
from folkmoot_schema.validation import validate

TRAPS = (
    "the bot wall answers 202",
    "an empty 200",
    "200 without the petition",
    "a list without hits says nothing",
    "the page parameter is ignored, pageSize grows",
    "pageSize is capped at 1000",
    "a size that is not heeded",
    "the slash of the number is encoded twice",
    "older permalinks hold the title, with the name",
    "every language lists the same",
    "each hit has two links",
    "titles have several forms",
    "on behalf of is not what it is about",
    "German titles are built otherwise",
    "some pages have no title",
    "the heading of the summary occurs twice",
    "the summary is not the title",
    "texts are escaped twice",
    "topics stand in another order in each language",
    "up to five topics",
    "the country searched for is an assignment",
    "sets of countries overlap",
    "only a year is stated",
    "the status is a word of the page",
    "inadmissible petitions say so in a sentence",
    "counts stand in the PDF alone",
    "petitioners have names",
    "an association is named in a field of its own",
    "acts are named in the text",
)

SITE = under(bundled("ep-petitions"), {"countries": ["DE"]})
BILINGUAL = under(SITE, {"languages": ["en", "de"]})
PORTAL = "https://www.europarl.europa.eu/petitions"
SUMMARY = "The petitioner asks for lifts at small railway stations, and for a timetable that says where there is none."
TITLE = "Petition No {} by Nobody Nobodyson (German) on lifts at small railway stations"
HTML = {"content-type": "text/html; charset=utf-8"}


def list_url(size: int = 200, country: str = "DE", status: str = "AVAILABLE") -> str:
    return (
        f"{PORTAL}/en/show-petitions?keyWords=&_years=1&_searchThemes=1&statuses={status}&_statuses=1"
        f"&countries={country}&_countries=1&searchRequest=true&resSize=20&pageSize={size}"
    )


def page_url(number: str, language: str = "en") -> str:
    return f"{PORTAL}/{language}/petition/content/html?petitionNumber={number.replace('/', '%252F')}"


def hit(number: str, title: str = TITLE, summary: str = SUMMARY, status: str = "Available to supporters") -> str:
    """An entry as clients describe it: the title and the summary are links to the same page."""
    link = f'<a class="t-item" href="{page_url(number)}"><span class="petition_title">'
    return f"<h2>{link}{title.format(number)}</span></a></h2><p>{status}</p>{link}{summary}</span></a>"


def list_page(*hits: str, total: int | None = None) -> str:
    count = "" if total is None else f"<p>Search results <b>{total}</b></p>"
    return f"<html><body><h1>Find a petition</h1>{count}{''.join(hits)}<footer>Legal notice</footer></body></html>"


LABELS = {
    "en": ("Petition Summary", "Summary title", "Petition number", "Topics", "Country", "Name", "Name of association"),
    "de": (
        "Zusammenfassung der Petition", "Kurztitel", "Nummer der Petition", "Themenbereiche", "Land", "Name",
        "Name der Vereinigung",
    ),
}  # fmt: skip


def petition_page(
    number: str = "9001/2026",
    *,
    title: str = TITLE,
    summary: str = SUMMARY,
    language: str = "en",
    topics: tuple[str, ...] = ("Transport",),
    country: str | None = "Germany",
    name: str = "Nobody Nobodyson",
    association: str | None = None,
    status: str = "Status: Available to supporters",
) -> str:
    heading, short, number_, topics_, country_, name_, association_ = LABELS[language]
    sentence = title.format(number)
    fields = [(short, [sentence]), (number_, [number]), (topics_, topics), (country_, [country] if country else [])]
    fields += [(name_, [name]), (association_, [association] if association else [])]
    rows = "".join(
        f"<tr><th>{label}</th><td>:</td><td>{''.join(f'<p>{value}</p>' for value in values)}</td></tr>"
        for label, values in fields
        if any(values)
    )
    return (
        f"<html><body><ul><li>{heading}</li><li>Petition data</li></ul><h1>{sentence}</h1><p>{status}</p>"
        f"<h2>{heading}</h2><p>{summary}</p><h2>Petition data</h2><table>{rows}</table></body></html>"
    )


def listed(*hits: str, total: int | None = None, url: str = "", site: Site = SITE) -> list[Any]:
    page = list_page(*hits, total=len(hits) if total is None else total)
    return answer(EpPetitions, site, url or list_url(), page.encode(), expect="html")


def row(*arguments: str, **fields: str) -> dict[str, Any]:
    (item,) = (one for one in listed(hit("9001/2026", *arguments, **fields)) if isinstance(one, Item))
    return dict(item.data)


def told(number: str = "9001/2026", **fields: Any) -> dict[str, Any]:
    """The item's part that a page gives."""
    return read_page(petition_page(number, **fields), number, fields.get("language", "en"))


def read_page(page: str, number: str = "9001/2026", language: str = "en") -> dict[str, Any]:
    part = f"page-{language}"
    url = page_url(number, language)
    (item,) = answer(
        EpPetitions, BILINGUAL, url, page.encode(), then="parse_page", item=number, part=part, expect="html"
    )
    assert (item.id, item.part) == (number, part)
    return dict(item.data)


def mapped(parts: dict[str, Any], site: Site = BILINGUAL, number: str = "9001/2026") -> Process:
    return EpPetitions().map(WholeItem(number, parts), Run(site=site, now=NOW))


def of_page(**fields: Any) -> Process:
    """The process of a page, with the entry of a list that says no more than it must."""
    return mapped({"list": {"asked": "AVAILABLE"}, "page-en": told(**fields)})


def requests(yielded: list[Any]) -> list[Request]:
    return [one for one in yielded if isinstance(one, Request)]


def started(**block: Any) -> list[str]:
    return [request.url for request in requests(list(EpPetitions().start(Run(site=under(SITE, block), now=NOW))))]


def response(url: str, content: str, status: int = 200) -> dict[str, Any]:
    return {"url": url, "status": status, "recorded": "2026-03-02", "headers": HTML, "content": content}


def pages_of(*numbers: str) -> list[dict[str, Any]]:
    return [response(page_url(number), petition_page(number)) for number in numbers]


def test_every_trap_has_its_test() -> None:
    assert traps.faults(sys.modules[__name__], TRAPS) == []


# Settings


@pytest.mark.parametrize(
    ("setting", "value", "allowed"),
    [
        ("page_size", 0, "a whole number from 1 to 1000"),
        ("page_size", 1001, "a whole number from 1 to 1000"),
        ("page_size", "200", "a whole number from 1 to 1000"),
        ("page_size", True, "a whole number from 1 to 1000"),
        ("countries", "DE", "a list of AT, BE, .* SK$"),
        ("countries", ["EL"], "a list of AT, BE"),
        ("countries", [["DE"]], "a list of AT, BE"),
        ("statuses", ["available"], "a list of one or more of AVAILABLE, ADMISSIBLE, CLOSED, INADMISSIBLE$"),
        ("statuses", [], "a list of one or more of AVAILABLE, ADMISSIBLE, CLOSED, INADMISSIBLE$"),
        ("years", [24], "a list of years such as 2024$"),
        ("years", ["2024"], "a list of years such as 2024$"),
        ("years", [True], "a list of years such as 2024$"),
    ],
)
def test_settings_that_cannot_be_are_refused_by_name(setting: str, value: Any, allowed: str) -> None:
    with pytest.raises(ConfigError, match=f"^ep-petitions: setting {setting}: .* allowed: {allowed}"):
        started(**{setting: value})


def test_a_language_whose_words_are_not_known_is_refused() -> None:
    with pytest.raises(
        ConfigError, match=r"^ep-petitions: languages: the words of 'fr' are not known; allowed: en, de$"
    ):
        started(languages=["en", "fr"])


def test_a_list_is_asked_for_each_country_status_and_year() -> None:
    assert started() == [list_url()]
    asked = [parse_qs(urlsplit(url).query) for url in started(countries=["AT", "NL"], years=[2024, 2025], page_size=50)]
    assert [(each["countries"][0], each["years"][0]) for each in asked] == [
        ("AT", "2024"), ("AT", "2025"), ("NL", "2024"), ("NL", "2025"),
    ]  # fmt: skip
    assert {each["pageSize"][0] for each in asked} == {"50"}
    everywhere = [parse_qs(urlsplit(url).query) for url in started(countries=[], statuses=["AVAILABLE", "CLOSED"])]
    assert [(each.get("countries"), each["statuses"]) for each in everywhere] == [
        (None, ["AVAILABLE"]), (None, ["CLOSED"]),
    ]  # fmt: skip


def test_without_a_setting_all_member_states_are_asked() -> None:
    urls = [
        one.url for one in EpPetitions().start(Run(site=bundled("ep-petitions"), now=NOW)) if isinstance(one, Request)
    ]
    assert len(urls) == 27


# Lists


@pytest.mark.parametrize(
    "page",
    [
        "<html><body>Loading</body></html>",
        list_page(hit("9001/2026")),
        list_page(total=3),
        "<html><body><p>Search results many</p></body></html>",
        "<html><head></head></html>",
    ],
)
def test_a_page_that_is_no_list_is_a_drift(page: str) -> None:
    with pytest.raises(ParseError, match=r"does not say how many|says that there are 3 petitions and shows none"):
        answer(EpPetitions, SITE, list_url(), page.encode(), expect="html")


def test_an_empty_list_says_so() -> None:
    assert listed() == [Scope("DE AVAILABLE", True), Total(0, "DE AVAILABLE")]


@pytest.mark.parametrize(("shown", "total"), [("7227", 7227), ("7 227", 7227), ("7,227 Results per page 10", 7227)])
def test_a_total_is_read_as_it_is_written(shown: str, total: int) -> None:
    page = list_page(hit("9001/2026")).replace("<footer>", f"<p>Search results {shown}</p><footer>")
    found = answer(EpPetitions, SITE, list_url(), page.encode(), expect="html")
    assert Total(total, "DE AVAILABLE") in found


def test_two_links_are_one_petition() -> None:
    found = listed(hit("9001/2026"), hit("9002/2026", summary="The petitioner asks for the same, but higher up."))
    items = {one.id: one.data for one in found if isinstance(one, Item)}
    assert list(items) == ["9001/2026", "9002/2026"]
    assert items["9002/2026"] == {
        "title": "Lifts at small railway stations",
        "summary": "The petitioner asks for the same, but higher up.",
        "status": "Available to supporters",
        "asked": "AVAILABLE",
        "nationality": "DE",
    }


def test_the_slash_of_a_number_is_encoded_twice() -> None:
    (request,) = requests(listed(hit("9001/2026")))
    assert request.url == page_url("9001/2026")
    assert request.url.endswith("/petition/content/html?petitionNumber=9001%252F2026")
    assert mapped({"list": row()}).url == request.url


@pytest.mark.parametrize(
    ("address", "number"),
    [
        ("/petitions/en/petition/content/html?petitionNumber=0003%252F2026", "0003/2026"),
        ("https://www.europarl.europa.eu/petitions/en/petition/content/html?petitionNumber=0003%2F2026", "0003/2026"),
        ("/petitions/en/petition/content/html?x=1&petitionNumber=0003%252f2026#res", "0003/2026"),
        ("/petitions/en/petition/content/0888%252F2024/html/Petition-by-Nobody-Nobodyson", "0888/2024"),
        ("/petitions/en/petition/content/html?petitionNumber=3", None),
        ("/petitions/en/home", None),
        ("see /petition/content/html?petitionNumber=0003%252F2026 for more", None),
    ],
)
def test_both_forms_of_address_give_the_number_alone(address: str, number: str | None) -> None:
    assert linked(address) == number


def test_lists_are_asked_in_english_and_pages_in_every_language() -> None:
    assert "/petitions/en/show-petitions" in started(languages=["de"])[0]
    found = requests(listed(hit("9001/2026"), site=BILINGUAL))
    assert [(one.url, one.part) for one in found] == [
        (page_url("9001/2026"), "page-en"),
        (page_url("9001/2026", "de"), "page-de"),
    ]


def test_a_page_is_asked_again_when_its_entry_changed_or_after_a_week() -> None:
    first, same, other = (requests(listed(hit("9001/2026", **fields)))[0] for fields in ({}, {}, {"status": "Closed"}))
    assert first.unless_same == same.unless_same != other.unless_same
    assert first.max_age == 7 * 86400


def test_a_longer_list_is_asked_again_at_a_greater_size() -> None:
    found = listed(hit("9001/2026"), total=3, url=list_url(1))
    assert [one.url for one in requests(found) if one.then == "parse"] == [list_url(3)]
    found = listed(hit("9001/2026"), total=3, url=list_url(200))
    assert [one.url for one in requests(found) if one.then == "parse"] == [list_url(400)]
    assert all(one.then == "parse_page" for one in requests(listed(hit("9001/2026"))))


def test_no_list_is_asked_beyond_the_cap() -> None:
    found = listed(hit("9001/2026"), total=7227, url=list_url(600))
    assert [one.url for one in requests(found) if one.then == "parse"] == [list_url(1000)]
    found = listed(hit("9001/2026"), total=7227, url=list_url(1000))
    assert [one for one in requests(found) if one.then == "parse"] == []


# What a page tells


@pytest.mark.parametrize(
    "page",
    [
        petition_page("9002/2026"),
        petition_page("9002/2026", title=""),
        "<html><body>One moment</body></html>",
        "<html><body><h1>Petition No 9002/2026</h1><p>In relation to 9001/2026</p></body></html>",
    ],
)
def test_a_page_that_is_not_the_petition_s_tells_nothing(page: str) -> None:
    with pytest.raises(ParseError, match=r"is not the page of petition 9001/2026: (it is about 9002/2026|what became)"):
        read_page(page)


WHO = "Nobody Nobodyson"
TITLES = [
    (f"Petition No 9001/2026 by {WHO} (German) on lifts", "Lifts"),
    (f"Petition No&nbsp;9001/2026 by {WHO} (German) on lifts", "Lifts"),
    (f"Petition 9001/2026 by {WHO} (German) on lifts", "Lifts"),
    (f"Petition No 9001/2026, by {WHO} (German), on lifts", "Lifts"),
    (f"Petition No 9001/2026 by {WHO} on lifts", "Lifts"),
    (f"Petition No 9001/2026 by Alliance on {WHO} (German) on lifts", "Lifts"),
    (f"Petition No 9001/2026 by {WHO} (German) calling for lifts", "Calling for lifts"),
    (f"Petition No 9001/2026 by {WHO} (German) concerning lifts", "Lifts"),
    (f"Petition 9001/2026 by {WHO} (German) regarding lifts on request", "Lifts on request"),
    (f"Petition No 9001/2026 by {WHO} (German) on behalf of Other {WHO} on lifts", "Lifts"),
    (f"Petition No 9001/2026 by {WHO} (German), on behalf of ‘Lifts (e.V.)’, on lifts on behalf of all", None),
    (f"Petition No 9001/2026 by {WHO} (German), bearing one signature, on lifts", "Lifts"),
    (
        f"Petition No 9001/2026 by {WHO} (German) and Other {WHO} (Italian), supported by 480 signatories, on lifts",
        "Lifts",
    ),
    (f"Petition No 9001/2026 by {WHO} (German) and lifts", ""),
    (f"Petition No 9001/2026 by {WHO}", ""),
    ("Petition No 9001/2026", ""),
]


@pytest.mark.parametrize(("sentence", "subject"), TITLES)
def test_a_title_is_what_stands_after_who_wrote_it(sentence: str, subject: str | None) -> None:
    for found in (told(title=sentence), row(sentence)):
        expected = "Lifts on behalf of all" if subject is None else subject or None
        assert found.get("title") == expected
        assert "Nobodyson" not in str(found)


@pytest.mark.parametrize(
    ("sentence", "subject"),
    [
        ("{}, eingereicht von {}, deutscher Staatsangehörigkeit, zu Aufzügen", "Zu Aufzügen"),
        ("{} , eingereicht von {}, deutscher Staatsangehörigkeit, über Aufzüge", "Über Aufzüge"),
        ("{} eingereicht von {}, deutscher Staatsangehörigkeit, betreffend Aufzüge", "Betreffend Aufzüge"),
        ("{}, eingereicht von {}, deutscher Staatsangehörigkeit, im Namen des Vereins A e. V. zur Hilfe", "Zur Hilfe"),
        ("{}, eingereicht von {} zu Nobodyson, deutscher Staatsangehörigkeit, zum Aufzug", "Zum Aufzug"),
        ("{}, eingereicht von {} zu Nobodyson zu Aufzügen", None),
        ("{}, eingereicht von {}", None),
    ],
)
def test_a_german_title_begins_after_the_nationality(sentence: str, subject: str | None) -> None:
    found = told(title=f"Petition Nr. {sentence.format('9001/2026', WHO)}", language="de")
    assert found.get("title") == subject
    assert "Nobodyson" not in str(found)


def test_titles_of_all_languages_are_kept() -> None:
    german = "Petition Nr. {}, eingereicht von " + WHO + ", deutscher Staatsangehörigkeit, zu Aufzügen"
    parts = {"list": row(), "page-en": told(), "page-de": told(title=german, language="de", summary="Der Petent. " * 9)}
    process = mapped(parts)
    assert process.title.values == {"en": "Lifts at small railway stations", "de": "Zu Aufzügen"}
    assert process.summary is not None
    assert set(process.summary.values) == {"en", "de"}
    assert process.title.original == "en"


def test_a_petition_without_title_goes_by_its_number() -> None:
    for parts in ({"list": row("Petition No {} by " + WHO)}, {"list": {}, "page-en": told(title="")}):
        process = mapped(parts)
        assert process.title.values == {"en": "Petition No 9001/2026"}
        assert process.summary is not None
    german = mapped({"list": {}, "page-de": told(title="", language="de")}, under(SITE, {"languages": ["de"]}))
    assert german.title.values == {"de": "Petition Nr. 9001/2026"}
    only_german = mapped({"list": {}, "page-de": told(title="", language="de")})
    assert only_german.title.values == {"de": "Petition Nr. 9001/2026"}


def test_a_number_alone_before_the_title_is_not_the_title() -> None:
    page = petition_page().replace("<h1>", "<h1>Petition No 9001/2026</h1><h1>", 1)
    assert read_page(page)["title"] == "Lifts at small railway stations"


@pytest.mark.parametrize("id", ["9001", "9001-2026", "123/2026", "9001/26", "9001/2026/1"])
def test_what_has_no_number_of_a_petition_is_put_aside(id: str) -> None:
    with pytest.raises(MappingError, match="is not the number of a petition, such as 0123/2026"):
        mapped({"list": row()}, number=id)


def test_the_summary_is_not_the_title() -> None:
    process = of_page()
    assert process.summary is not None
    assert process.summary.values == {"en": SUMMARY}
    assert told(summary="").get("summary") is None
    repeated = petition_page().replace("<h2>Petition Summary</h2>", f"<h2>Petition Summary</h2><p>{TITLE}</p>", 1)
    assert read_page(repeated.format("9001/2026"))["summary"] == SUMMARY


def test_a_long_summary_is_the_text_and_its_beginning_the_summary() -> None:
    process = of_page(summary=f"{SUMMARY} " * 20)
    assert process.summary is not None
    assert process.body is not None
    assert len(process.summary.values["en"]) <= 600 < len(process.body.values["en"])
    assert of_page().body is None


def test_a_summary_in_several_pieces_is_one() -> None:
    page = petition_page(summary="The petitioner asks, as <i>Lifts for all</i>, for lifts.<br>And for stairs.")
    assert read_page(page)["summary"] == "The petitioner asks, as Lifts for all, for lifts. And for stairs."


def test_a_summary_ends_where_something_else_begins() -> None:
    last = (
        "<html><body><h1>Petition No 9001/2026</h1><h2>Petition Summary</h2><p>Lifts.</p><p>Imprint</p></body></html>"
    )
    assert read_page(last)["summary"] == "Lifts."
    headless = petition_page().replace("<h2>Petition data</h2>", "")
    assert read_page(headless)["summary"] == SUMMARY
    labelled = headless.replace("<table>", "<p>Name: Nobody Else</p><p>Status: Closed</p><table>")
    assert read_page(labelled)["summary"] == SUMMARY


def test_texts_are_unescaped_twice() -> None:
    title = TITLE.replace("small", "Sample &amp;amp; Sons&amp;#39;")
    found = told(title=title, summary="It isn&amp;#39;t &amp;quot;so&amp;quot; &amp;lt;b&amp;gt;here&amp;lt;/b&amp;gt;")
    assert found["title"] == "Lifts at Sample & Sons' railway stations"
    deeper = "Lifts &amp;amp;lt;b&amp;amp;gt;here&amp;amp;lt;/b&amp;amp;gt;, and stairs"
    assert told(summary=deeper)["summary"] == "Lifts here, and stairs"
    assert found["summary"] == 'It isn\'t "so" here'
    assert row(summary=SUMMARY + " It isn&amp;#39;t ...")["summary"].endswith("It isn't…")


def test_topics_are_sets_whatever_the_order() -> None:
    five = ("Transport", "Disability Issues", "Justice", "Energy", "Something New")
    process = of_page(topics=five)
    assert process.topics == (Topic.ENER, Topic.JUST, Topic.SOCI, Topic.TRAN)
    assert process.keywords == tuple(sorted(five))
    assert of_page(topics=five[::-1]) == process
    assert told(topics=(*five, "Health"))["topics"] == tuple(sorted(five))
    german = told(language="de", topics=("Verkehr", "Energie", "Justiz"))
    both = mapped({"list": {"asked": "AVAILABLE"}, "page-en": told(topics=five), "page-de": german})
    assert (both.topics, both.keywords) == (process.topics, process.keywords)


def test_what_stands_after_topics_is_none() -> None:
    without_colon = petition_page(association="Lifts for All").replace("<th>Country</th><td>:</td>", "<th>Country</th>")
    without_colon = without_colon.replace("<th>Name</th><td>:</td>", "<th>Name</th>")
    assert read_page(without_colon)["topics"] == ("Transport",)
    last = petition_page(topics=("Transport",)).split("<th>Country")[0] + "</table><footer>Legal notice</footer>"
    assert read_page(last)["topics"] == ("Transport",)


@pytest.mark.parametrize(
    ("named", "country"),
    [("Denmark", "DK"), ("Czech Republic", "CZ"), ("Greece", "GR"), ("Nowhere", "EU"), (None, "EU"),
     ("Denmark</p><p>Germany", "EU")],
)  # fmt: skip
def test_the_place_is_the_country_that_the_page_names(named: str | None, country: str) -> None:
    process = of_page(country=named)
    assert process.place is not None
    assert process.place.country == country
    assert process.level == "supranational"


def test_a_country_is_known_by_its_german_name() -> None:
    assert told(language="de", country="Dänemark")["country"] == "DK"
    assert told(language="de", country="Tschechische Republik")["country"] == "CZ"


def test_the_only_date_is_the_year_of_the_number() -> None:
    process = of_page()
    (phase,) = process.phases
    assert (phase.kind, phase.opens, phase.closes) == (PhaseKind.PREPARATION, "2026", None)
    assert dates.precision(phase.opens or "") is dates.Precision.YEAR
    assert re.findall(r"\d{4}-\d{2}-\d{2}", to_json(process).decode()) == []


@pytest.mark.parametrize(
    ("word", "asked", "flag"),
    [
        ("Available to supporters", "AVAILABLE", Status.OPEN),
        ("Available to supporters", "ADMISSIBLE", Status.OPEN),
        ("Closed", "AVAILABLE", Status.CLOSED),
        ("Inadmissible", "AVAILABLE", Status.REFUSED),
        ("Something new", "AVAILABLE", None),
        (None, "AVAILABLE", Status.OPEN),
        (None, "ADMISSIBLE", None),
        (None, "CLOSED", None),
    ],
)
def test_a_status_is_the_word_of_the_page(word: str | None, asked: str, flag: Status | None) -> None:
    status = f"Status: {word}" if word else ""
    process = mapped({"list": {"asked": asked}, "page-en": told(status=status)})
    assert (process.flag, process.source_status) == (flag, word)
    assert (process.participate_url is None) == (flag is not Status.OPEN)


def test_a_status_in_two_pieces_is_read() -> None:
    assert told(status="Status: <b>Closed</b>")["status"] == "Closed"


REFUSED = "The petition was declared inadmissible by the Committee on Petitions {} 16 October 2024"


@pytest.mark.parametrize(
    ("sentence", "why"),
    [
        (
            REFUSED.format("on") + ": Matters of the samples (List 3).",
            "Declared inadmissible: Matters of the samples (List 3)",
        ),
        (REFUSED.format("in its meeting of"), "Declared inadmissible"),
    ],
)
def test_what_was_declared_inadmissible_is_refused_with_day_and_reason(sentence: str, why: str) -> None:
    in_list = row(status="", summary=f"{SUMMARY}</span></a><p>{sentence}</p><a><span>")
    in_page = told(status="", summary=f"{SUMMARY}</p><p>{sentence}")
    for parts in ({"list": in_list}, {"list": {"asked": "INADMISSIBLE"}, "page-en": in_page}):
        process = mapped(parts)
        assert process.flag is Status.REFUSED
        assert [(one.kind, one.date) for one in process.outcomes] == [(OutcomeKind.REJECTED, "2024-10-16")]
        assert process.outcomes[0].title is not None
        assert process.outcomes[0].title.values == {"en": why}
        assert process.summary is not None
        assert process.summary.values == {"en": SUMMARY}


def test_an_open_petition_that_tells_of_a_refusal_is_open() -> None:
    process = of_page(summary=f"{SUMMARY} {REFUSED.format('on')}: it says.")
    assert (process.flag, process.outcomes) == (Status.OPEN, ())


def test_a_day_that_is_none_is_told() -> None:
    with pytest.raises(MappingError, match="declared inadmissible on: '31 February 2024' is not a day"):
        mapped({"list": row(status="", summary=REFUSED.format("on").replace("16 October", "31 February"))})


def test_there_is_no_support() -> None:
    assert of_page().support == ()
    (pdf,) = of_page().documents
    assert pdf.url == f"{PORTAL}/en/petition/content/pdf?petitionNumber=9001%252F2026"


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("Regulation (EC) No 261/2004, and Regulation (EC) 561/2006", ["32004R0261", "32006R0561"]),
        ("Regulation (EU) 2018/302", ["32018R0302"]),
        (
            "Directive 94/62/EC or Directive 2004/38/EC or Directive (EU) 2019/904.",
            ["31994L0062", "32004L0038", "32019L0904"],
        ),
        ("Regulation (EEC) No 1408/71", ["31971R1408"]),
        ("Directive 04/38/EC", []),
        ("Decision 1313/2013", []),
        ("Directive 12/34, Regulation 5/6, Regulation on 2004", []),
    ],
)
def test_acts_become_celex_numbers(text: str, numbers: list[str]) -> None:
    assert list(acts(text)) == numbers
    found = [link.value for link in of_page(summary=text).links if link.kind is LinkKind.CELEX]
    assert found == numbers
    twice = of_page(summary=f"{text}. {text}")
    assert [link.value for link in twice.links if link.kind is LinkKind.CELEX] == numbers


def test_a_petition_links_to_itself_by_its_number() -> None:
    assert [(link.kind, link.value) for link in of_page().links] == [(LinkKind.PETITION, "9001/2026")]


# Personal data


def test_no_name_of_a_petitioner_passes() -> None:
    text = f"{SUMMARY} Nobody  Nobodyson says so, and Mr Nobodyson too; ask nobody@home.example or 01632 960 001."
    for found in (told(summary=text), row(summary=text)):
        assert "Nobodyson" not in str(found)
        assert contacts_in(str(found)) == []
        assert "[…] says so, and […] too" in found["summary"]
    organiser = of_page(summary=text).organiser
    assert organiser is not None
    assert organiser.name.values == {"en": "Petitioner (DE)"}


@pytest.mark.parametrize("bracket", ["Other Nobodyson", "eight people", "german"])
def test_what_is_no_nationality_is_not_kept(bracket: str) -> None:
    found = told(title=f"Petition No 9001/2026 by {WHO} ({bracket}) on lifts")
    assert "nationality" not in found
    assert "Nobodyson" not in str(found)
    assert of_page(title=f"Petition No 9001/2026 by {WHO} ({bracket}) on lifts").organiser is None


def test_an_association_is_named_unless_it_is_called_as_the_petitioner() -> None:
    organiser = of_page(association="Lifts for All", summary=f"{SUMMARY} Lifts for All is of this opinion.").organiser
    assert organiser is not None
    assert organiser.name.values == {"en": "Lifts for All"}
    assert "association" not in told(association="nobody nobodyson")
    title = f"Petition No 9001/2026 by {WHO} (German) on behalf of Lifts for All on lifts"
    assert (
        "Lifts for All says"
        in told(title=title, association="Lifts for All", summary="Lifts for All says so.")["summary"]
    )


# Through the engine

NUMBERS = [f"{number:04}/2025" for number in range(1, 46)]


class Portal:
    """Answers as the portal does: a list shows as many as ``pageSize`` says, ``most`` at most."""

    name = "the portal of a test"

    def __init__(self, numbers: list[str], most: int = 1000) -> None:
        self.numbers = numbers
        self.most = most
        self.sizes: list[int] = []

    async def fetch(self, request: Request, site: Site, validators: Any = None) -> Any:
        if request.item is not None:
            return await self._said(request, site, petition_page(request.item))
        size = int(parse_qs(urlsplit(request.url).query)["pageSize"][0])
        self.sizes.append(size)
        shown = self.numbers[: min(size, self.most)]
        return await self._said(request, site, list_page(*map(hit, shown), total=len(self.numbers)))

    async def _said(self, request: Request, site: Site, content: str) -> Any:
        return await ReplayFetcher([response(request.url, content)]).fetch(request, site)

    async def close(self) -> None:
        """Nothing is held open."""


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Bench]:
    with bench(tmp_path, EpPetitions, under(SITE, {"page_size": 10}), NOW) as made:
        yield made


def test_a_growing_list_is_read_whole_by_the_engine(desk: Bench) -> None:
    portal = Portal(NUMBERS)
    ran = desk.harvest(portal)
    assert (ran.outcome, ran.items, ran.requests) == ("complete", 45, 47)
    assert portal.sizes == [10, 45]


def test_a_size_that_is_not_heeded_ends_the_run(desk: Bench) -> None:
    portal = Portal(NUMBERS, most=10)
    ran = desk.harvest(portal)
    assert (ran.outcome, ran.items) == ("partial", 10)
    assert "DE AVAILABLE: 10 of 45 items" in ran.why
    assert portal.sizes == [10, 45, 90, 180, 360, 720]
    assert "with nothing new" in ran.why


def test_a_size_that_is_not_heeded_any_more_loses_nothing(desk: Bench) -> None:
    desk.harvest(Portal(NUMBERS))
    desk.clock.move(timedelta(days=1))
    ran = desk.harvest(Portal(NUMBERS, most=10))
    assert (ran.outcome, ran.gone) == ("partial", 0)
    assert [record.absent_since for record in desk.records().values()] == [None] * 45


def test_what_is_beyond_the_cap_makes_the_run_partial(tmp_path: Path) -> None:
    numbers = [f"{number:04}/2025" for number in range(1, 1011)]
    with bench(tmp_path, EpPetitions, under(SITE, {"page_size": 1000}), NOW) as desk:
        ran = desk.harvest(Portal(numbers))
        assert (ran.outcome, ran.items) == ("partial", 1000)
        assert ran.why == "DE AVAILABLE: 1000 of 1010 items"


WALLS = {"challenge": (202, "<html><body>One moment</body></html>"), "bare 202": (202, ""), "empty": (200, "")}


@pytest.mark.parametrize("walled", ["all", "pages"])
@pytest.mark.parametrize("wall", WALLS)
def test_behind_the_bot_wall_nothing_is_known_and_nothing_disappears(desk: Bench, wall: str, walled: str) -> None:
    numbers = NUMBERS[:10]
    desk.harvest(Portal(numbers))
    before = desk.comparable()
    desk.clock.move(timedelta(days=8))
    status, content = WALLS[wall]
    shut = [response(page_url(number), content, status) for number in numbers]
    list_ = response(list_url(10), list_page(*map(hit, numbers), total=10)) if walled == "pages" else None
    ran = desk.harvest(ReplayFetcher([*shut, list_ or response(list_url(10), content, status)]))
    assert ran.outcome == ("failed" if walled == "all" else "partial")
    assert (ran.gone, ran.changed, ran.created, ran.quarantined) == (0, 0, 0, 0)
    assert ran.missing == (10 if walled == "pages" else 0)
    assert ran.drifted == ""
    after = desk.comparable()
    assert {id: record.process for id, record in after.items()} == {id: record.process for id, record in before.items()}
    assert all(record.absent_since is None for record in after.values())
    if walled == "all":
        assert f"answered {status}" in ran.why
        assert {record.seen_at for record in after.values()} == {NOW}


def test_a_wall_of_html_with_status_200_loses_nothing(desk: Bench) -> None:
    desk.harvest(Portal(NUMBERS[:10]))
    desk.clock.move(timedelta(days=8))
    ran = desk.harvest(ReplayFetcher([response(list_url(10), "<html><body>One moment</body></html>")]))
    assert ran.outcome != "complete"
    assert len(desk.records()) == 10
    assert all(record.absent_since is None for record in desk.records().values())


def test_a_petition_that_is_listed_no_longer_stays(desk: Bench) -> None:
    desk.harvest(Portal(NUMBERS[:10]))
    desk.clock.move(timedelta(days=1))
    ran = desk.harvest(Portal(NUMBERS[1:10]))
    assert (ran.outcome, ran.gone) == ("complete", 0)
    absent = {id for id, record in desk.records().items() if record.absent_since is not None}
    assert absent == {NUMBERS[0]}


def test_a_petition_in_two_lists_is_one(tmp_path: Path) -> None:
    responses = [
        response(list_url(country="DE"), list_page(hit("9001/2026"), hit("9002/2026"), total=2)),
        response(list_url(country="AT"), list_page(hit("9002/2026"), total=1)),
        *pages_of("9001/2026", "9002/2026"),
    ]
    with bench(tmp_path, EpPetitions, under(SITE, {"countries": ["DE", "AT"]}), NOW) as desk:
        ran = desk.harvest(ReplayFetcher(responses))
        assert (ran.outcome, ran.items, ran.requests) == ("complete", 2, 4)


# Hostile answers

SAMPLE = next(sample for sample in bundled_samples() if sample.site.id == "sample.petitions")
GOOD_LIST = (SAMPLE.folder / "list_available_4.html").read_text().replace("N. N.", WHO)
GOOD_PAGE = (SAMPLE.folder / "petition_9014-2025_en.html").read_text().replace("N. N.", WHO)
HOSTILE = st.one_of(
    st.sampled_from(
        ["", ":", "<td>", "</td>", "<p>", "<script>", "<!--", "]]>", "&", "&amp;amp;lt;p&amp;amp;gt;", "\x00", "on",
         "Status:", "Petition Summary", "Petition No 9014/2025", "Petition number", "Topics", "Country", "<a href=x>",
         '<a href="/petitions/en/petition/content/html?petitionNumber=9014%252F2025">', "Search results 99999999999"]
    ),
    st.text(max_size=12),
)  # fmt: skip


@st.composite
def damaged_html(draw: st.DrawFn, page: str) -> str:
    """``page`` with one to four of its tags and texts replaced, dropped or doubled; titles stay as they are."""
    pieces = [piece for piece in re.split(r"(<[^>]*>)", page) if piece.strip()]
    whole = [at for at, piece in enumerate(pieces) if WHO not in piece]
    for at in draw(st.lists(st.sampled_from(whole), min_size=1, max_size=4, unique=True)):
        pieces[at] = draw(HOSTILE | st.just(pieces[at] * 2))
    return "".join(pieces)


def attempt(list_: str, page: str) -> tuple[list[Item], list[Process]]:
    """Parse and map; whatever is wrong may only be a drift or a record for quarantine."""
    items: list[Item] = []
    for url, body, request in (
        (list_url(4), list_, {}),
        (page_url("9014/2025"), page, {"then": "parse_page", "item": "9014/2025", "part": "page-en"}),
    ):
        try:
            found = answer(EpPetitions, BILINGUAL, url, body.encode(errors="replace"), expect="html", **request)
            items += [one for one in found if isinstance(one, Item)]
        except ParseError:
            pass
    processes = []
    for id in {item.id for item in items}:
        parts = {item.part: item.data for item in items if item.id == id}
        with contextlib.suppress(MappingError):
            processes.append(EpPetitions().map(WholeItem(id, parts), Run(site=BILINGUAL, now=NOW)))
    return items, processes


def test_the_good_answers_are_mapped() -> None:
    items, processes = attempt(GOOD_LIST, GOOD_PAGE)
    assert (len(items), len(processes)) == (5, 4)
    assert "Sample Association for Quiet Nights" in str(processes)


@settings(max_examples=120, deadline=None)
@given(damaged_html(GOOD_LIST), damaged_html(GOOD_PAGE))
def test_damaged_pages_are_drifts_or_petitions_and_never_name_anybody(list_: str, page: str) -> None:
    items, processes = attempt(list_, page)
    written = msgspec.json.encode([items, processes]).decode()
    assert "Nobodyson" not in written, written[written.index("Nobodyson") - 300 :][:400]
    assert all(validate(process).ok for process in processes)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200), st.text(max_size=200))
def test_any_text_is_a_drift(list_: str, page: str) -> None:
    assert attempt(f"<html>{list_}", f"<html>{page}") == ([], [])


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60), st.sampled_from(["en", "de"]))
def test_no_sentence_of_another_form_brings_the_name_into_the_title(between: str, language: str) -> None:
    start = {"en": "Petition No 9001/2026 by", "de": "Petition Nr. 9001/2026, eingereicht von"}[language]
    page = petition_page(title="", language=language).replace(
        "<h1>", f"<h1>{start} {WHO} {between.replace('<', '').replace('&', '')}", 1
    )
    assert "Nobodyson" not in str(read_page(page, language=language))


# The recording


def recorded(recordings: Path) -> Driven:
    return driven_once("ep-petitions", recordings / "ep-petitions")


@pytest.mark.recordings
class TestComposed:
    """The recording: real texts, composed into pages. It proves the reading of texts, not of the portal's markup."""

    def test_forty_five_petitions_with_summaries_that_are_not_their_titles(self, recordings: Path) -> None:
        driven = recorded(recordings)
        assert driven.complete
        assert driven.quarantined == {}
        assert len(driven.processes) == 45
        for id, process in driven.processes.items():
            assert process.summary is not None, id
            assert process.summary.values["en"].casefold() != process.title.values["en"].casefold(), id
            assert not process.summary.values["en"].startswith("Petition"), id
        by_number = [id for id, one in driven.processes.items() if one.title.values["en"] == f"Petition No {id}"]
        assert len(by_number) == 11

    def test_years_and_not_dates(self, recordings: Path) -> None:
        for id, process in recorded(recordings).processes.items():
            assert [phase.opens for phase in process.phases] == [id[-4:]]
            assert re.findall(r"\b\d{4}-\d{2}-\d{2}\b", to_json(process).decode()) == []

    def test_every_process_passes_the_schema_and_is_open(self, recordings: Path) -> None:
        processes = recorded(recordings).processes
        assert [id for id, one in processes.items() if not validate(one).ok] == []
        assert {one.flag for one in processes.values()} == {Status.OPEN}

    def test_every_topic_has_a_place_in_the_table(self, recordings: Path) -> None:
        untold = {id for id, one in recorded(recordings).processes.items() if not one.topics}
        assert untold == {"0861/2023"}  # a personal matter

    def test_cut_to_the_list_it_stores_the_same_petitions_and_is_partial(
        self, recordings: Path, tmp_path: Path
    ) -> None:
        folder = recordings / "ep-petitions"
        whole = ReplayFetcher(folder)
        lists = [one for one in whole.recording.responses if "show-petitions" in one.url and one.variant is None]
        page = (folder / str(lists[0].file)).read_text()
        site = under(bundled("ep-petitions"), whole.site)
        with bench(tmp_path, EpPetitions, site, NOW) as desk:
            ran = desk.harvest(ReplayFetcher([response(lists[0].url, page)]))
            assert (ran.outcome, ran.items, ran.created, ran.missing) == ("partial", 45, 45, 45)
            stored = desk.records()
        assert set(stored) == set(recorded(recordings).processes)
        full = {id: one.title for id, one in recorded(recordings).processes.items()}
        assert {id: record.process.title for id, record in stored.items()} == full
        assert all(record.process.summary is not None for record in stored.values())

    def test_behind_the_recorded_wall_everything_stays(self, recordings: Path, tmp_path: Path) -> None:
        folder = recordings / "ep-petitions"
        site = under(bundled("ep-petitions"), ReplayFetcher(folder).site)
        with bench(tmp_path, EpPetitions, site, NOW) as desk:
            assert desk.harvest(ReplayFetcher(folder)).outcome == "complete"
            desk.clock.move(timedelta(days=1))
            ran = desk.harvest(ReplayFetcher(folder, variant="bot-wall"))
            assert (ran.outcome, ran.gone) == ("failed", 0)
            assert "answered 202" in ran.why
            records = desk.records().values()
            assert len(records) == 45
            assert all(record.absent_since is None for record in records)

    def test_titles_of_the_parsed_petitions_are_divided(self, recordings: Path) -> None:
        raw = msgspec.json.decode((recordings / "ep-petitions" / "petitions_de_available_2026-07.json").read_bytes())
        sentences = [
            each["description_full"].removeprefix("<p>").removesuffix("</p>")
            for each in raw["records"].values()
            if each.get("description_full", "").startswith("<p>Petition")
        ]
        assert len(sentences) == 52
        for sentence in sentences:
            number = re.search(r"\d{4}/\d{4}", sentence)
            assert number is not None
            found = read_page(f"<html><body><h1>{sentence}</h1></body></html>", number[0])
            assert found["title"], number[0]
            assert "removed" not in found["title"], number[0]
            assert found["nationality"], number[0]

    def test_read_again_it_is_the_same(self, recordings: Path) -> None:
        again = drive(bundled("ep-petitions"), recordings / "ep-petitions")
        assert again.items == recorded(recordings).items
        assert again.processes == recorded(recordings).processes
