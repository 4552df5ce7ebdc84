"""The connector for kosovakosovo.com: the traps of the platform, its one described page, and hostile pages.

| trap | test |
| --- | --- |
| it is dead since 2006 | test_all_of_it_has_ended |
| three languages of one page | test_one_page_in_three_languages_is_one_item, test_an_address_may_say_its_language |
| addresses that show no kinship | test_pages_whose_addresses_show_no_kinship_are_items_of_their_own_and_linked |
| a legacy 8-bit encoding that is not declared | test_old_bytes_are_read_as_browsers_did |
| it is news and talks, no consultation | test_a_talk_is_a_debate_and_all_else_news, test_nobody_can_take_part |
| articles and talks name persons | test_of_articles_no_text_is_kept, test_who_speaks_is_taken_out_of_a_title |
| a page of the archive in place of the platform's | test_a_page_without_the_switch_is_refused |
| no list of its pages is left | test_the_pages_that_the_site_names_are_asked, test_an_index_leads_to_its_pages |
| dates without a known form | test_a_day_is_read_where_a_text_is_nothing_else |
| two countries | test_the_place_is_kosovo_and_serbia_is_a_keyword |
"""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors import traps
from connectors.damage import damaged
from connectors.driving import NOW, bundled, drive, under
from connectors.people import contacts_in
from folkmoot_connectors._captured import decoded
from folkmoot_connectors.kosovakosovo import Kosovakosovo, identity
from folkmoot_hub.connector import Item, MappingError, ParseError, Request, Response, Run, Site, WholeItem
from folkmoot_hub.errors import ConfigError
from folkmoot_schema.codes import Kind, LinkKind, Stage, Status
from folkmoot_schema.process import Process
from folkmoot_schema.validation import validate

TRAPS = (
    "it is dead since 2006",
    "three languages of one page",
    "addresses that show no kinship",
    "a legacy 8-bit encoding that is not declared",
    "it is news and talks, no consultation",
    "articles and talks name persons",
    "a page of the archive in place of the platform's",
    "no list of its pages is left",
    "dates without a known form",
    "two countries",
)

SITE = bundled("kosovakosovo")
BASE = "http://kosovakosovo.com"
PLAIN = "[ English ] [ Shqip ] [ Srpski ]"


def switch(**links: str) -> str:
    words = {"en": "English", "sq": "Shqip", "sr": "Srpski"}
    return " ".join(f'[ <a href="{links[tag]}">{w}</a> ]' if tag in links else f"[ {w} ]" for tag, w in words.items())


def html(*paragraphs: str, title: str = "A title", head: str = "", lang: str = "", links: str = PLAIN) -> str:
    body = "".join(f"<p>{each}</p>" for each in (links, *paragraphs))
    return f"<html{lang and f' lang={lang}'}><head>{head}</head><body><h1>{title}</h1>{body}</body></html>"


def told(body: str | bytes, path: str = "/announcement/", site: Site = SITE, **request: Any) -> list[Any]:
    raw = body if isinstance(body, bytes) else body.encode()
    url = path if path.startswith("http") else BASE + path
    asked = Request(url, expect="html", **request)
    response = Response(
        run=Run(site=site, now=NOW), request=asked, url=url, status=200, headers={}, body=raw, fetched_at=NOW
    )
    return list(getattr(Kosovakosovo(), asked.then)(response))


def item(body: str | bytes, path: str = "/announcement/", **request: Any) -> Item:
    return next(one for one in told(body, path, **request) if isinstance(one, Item))


def requests(all_told: list[Any]) -> list[tuple[str, str | None, str]]:
    return [(one.url.removeprefix(BASE), one.item, one.part) for one in all_told if isinstance(one, Request)]


def mapped(*found: Item) -> Process:
    return Kosovakosovo().map(WholeItem(found[0].id, {one.part: one.data for one in found}), Run(site=SITE, now=NOW))


def test_every_trap_has_its_test() -> None:
    assert traps.faults(sys.modules[__name__], TRAPS) == []


# What is asked


@pytest.mark.parametrize(
    "pages", ["/a", [5], [""], ["http://elsewhere.example/"], [None], {}, ["javascript:x"], ["mailto:a"]]
)
@pytest.mark.parametrize("name", ["pages", "indexes"])
def test_pages_that_are_none_of_the_site_are_refused(name: str, pages: Any) -> None:
    allowed = f"^kosovakosovo: setting {name}: .* allowed: a list of addresses at the site's hosts"
    with pytest.raises(ConfigError, match=allowed):
        list(Kosovakosovo().start(Run(site=under(SITE, {name: pages}), now=NOW)))


def test_a_site_that_names_no_page_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"^kosovakosovo: setting pages: .* at least one address, unless indexes"):
        list(Kosovakosovo().start(Run(site=under(SITE, {"pages": []}), now=NOW)))
    assert len(list(Kosovakosovo().start(Run(site=under(SITE, {"pages": [], "indexes": ["/"]}), now=NOW)))) == 1


def test_the_pages_that_the_site_names_are_asked() -> None:
    site = under(SITE, {"pages": ["/a/", "b", "http://www.kosovakosovo.com/c", "/a/"], "indexes": ["/"]})
    asked = [one for one in Kosovakosovo().start(Run(site=site, now=NOW)) if isinstance(one, Request)]
    assert [(one.url, one.then, one.expect) for one in asked] == [
        (f"{BASE}/a/", "parse", "html"),
        (f"{BASE}/b", "parse", "html"),
        ("http://www.kosovakosovo.com/c", "parse", "html"),
        (f"{BASE}/", "parse_index", "html"),
    ]
    (known,) = Kosovakosovo().start(Run(site=SITE, now=NOW))
    assert isinstance(known, Request)
    assert known.url == f"{BASE}/announcement/"


def test_an_index_leads_to_its_pages() -> None:
    hrefs = (
        "/en/news/1",
        "/en/news/1#x",
        "/sr/news/2",
        "/a.JPG",
        "http://x.example/",
        "mailto:a@b.example",
        "/",
        "/all",
    )
    body = html(*(f'<a href="{href}">x</a>' for href in hrefs), links=switch(sq="/sq/", sr="/sr/"))
    site = under(SITE, {"indexes": ["/", "/all"]})
    assert requests(told(body, "/", site, then="parse_index")) == [
        ("/en/news/1", "news/1", "en"),
        ("/sr/news/2", "news/2", "sr"),
    ]
    assert [one for one in told(body, "/", site, then="parse_index") if isinstance(one, Item)] == []


@pytest.mark.parametrize("then", ["parse", "parse_index"])
@pytest.mark.parametrize("body", ["<html><h1>Wait</h1><p>English, Shqip</p></html>", "<p>x", html(links="")])
def test_a_page_without_the_switch_is_refused(body: str, then: str) -> None:
    with pytest.raises(ParseError, match="has no switch of languages: it is no page of the site"):
        told(body, then=then)


def test_links_that_lead_nowhere_are_passed_over() -> None:
    links = switch(sq="http://[", sr='/sr/a b" c')
    assert requests(told(html(links=links)))[1:] == []
    hrefs = ("http://[x", "//", "javascript:x", "http://x y", "/%zz")
    body = html(*(f'<a href="{href}">x</a>' for href in hrefs), links=PLAIN)
    assert requests(told(body, "/", then="parse_index")) == [("/%zz", "%zz", "en")]


def test_a_page_without_any_heading_is_refused() -> None:
    with pytest.raises(ParseError, match="has no heading and no title"):
        told(html("x", title=""))


# Languages


@pytest.mark.parametrize(
    ("path", "key", "language"),
    [
        ("/announcement/", "announcement", None),
        ("/sq/announcement", "announcement", "sq"),
        ("/announcement/srpski/", "announcement", "sr"),
        ("/article.php?id=7&lang=alb", "article.php?id=7", "sq"),
        ("/article.php?id=en", "article.php?id=en", None),
        ("/", "front", None),
        ("/SR/", "front", "sr"),
        ("/a%20b/c", "a%20b/c", None),
    ],
)
def test_an_address_may_say_its_language(path: str, key: str, language: str | None) -> None:
    assert identity(BASE + path) == (key, language)


def test_one_page_in_three_languages_is_one_item() -> None:
    links = {"en": "/en/news/7", "sq": "/sq/news/7", "sr": "/sr/news/7"}

    def page(tag: str, title: str) -> list[Any]:
        body = html(title=title, links=switch(**{one: to for one, to in links.items() if one != tag}))
        return told(body, links[tag])

    first = page("en", "One")
    assert requests(first) == [("/sq/news/7", "news/7", "sq"), ("/sr/news/7", "news/7", "sr")]
    found = [next(one for one in page(*each) if isinstance(one, Item)) for each in (("sr", "Tri"), ("sq", "Dy"))]
    process = mapped(next(one for one in first if isinstance(one, Item)), *found)
    assert process.title.values == {"en": "One", "sq": "Dy", "sr": "Tri"}
    assert process.url == f"{BASE}/en/news/7"
    assert mapped(*found).title.original == "sq"


def test_the_language_is_that_of_the_page_else_of_the_switch_else_what_was_asked() -> None:
    assert item(html(lang="sr-Latn")).part == "sr"
    assert item(html(lang="fr", links=switch(en="/1", sr="/2"))).part == "sq"
    assert item(html(), item="announcement", part="sr").part == "sr"
    assert item(html()).part == "en"
    assert item(html(lang="en"), "/sq/x").part == "sq"


def test_pages_whose_addresses_show_no_kinship_are_items_of_their_own_and_linked() -> None:
    all_told = told(html(links=switch(sq="/artikulli/12", sr="http://elsewhere.example/13")), "/article/11")
    assert requests(all_told) == [("/artikulli/12", "artikulli/12", "sq")]
    process = mapped(next(one for one in all_told if isinstance(one, Item)))
    assert [(one.kind, one.value, one.url) for one in process.links] == [
        (LinkKind.RELATED, "artikulli/12", f"{BASE}/artikulli/12")
    ]


# Encodings

WORDS = "Šta čini ćud đak žena — ë ç"


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (WORDS.encode("cp1250"), "text/html"),
        (WORDS.encode(), "text/html"),
        (WORDS.encode("cp1250"), "text/html; charset=windows-1250"),
        (b'<META content="text/html; charset=windows-1250">' + WORDS.encode("cp1250"), "text/html"),
        (b"<meta charset='utf-8'>" + WORDS.encode("cp1250"), "text/html"),
        (b'<meta charset="no-such">' + WORDS.encode("cp1250"), "text/html; charset=base64"),
        (WORDS.encode("cp1250"), 'text/html; charset="utf-8"'),
    ],
)
def test_old_bytes_are_read_as_browsers_did(body: bytes, content_type: str) -> None:
    assert decoded(body, content_type, "cp1250").endswith(WORDS)


def test_latin_1_means_what_browsers_take_it_for_and_bad_bytes_are_marked() -> None:
    assert decoded(b"\x93a\x94 \xa0\xfc", "text/html; charset=iso-8859-1", "cp1250") == "“a” \xa0ü"
    assert decoded(b"a\x81b", "text/html", "cp1250") == "a\ufffdb"


# Persons


@pytest.mark.parametrize("path", ["/en/news/3", "/en/dialogue/3", "/sr/dijalog/3", "/sq/dialog/3", "/other"])
def test_of_articles_no_text_is_kept(path: str) -> None:
    found = item(html("Nobodyson went to town.", "<b>Some Speaker:</b> Yes."), path)
    assert set(found.data) == {"url", "title", "section"}


@pytest.mark.parametrize(
    "line",
    ["Some Speaker: Yes.", "By Some Speaker", "by: Some Speaker", "Piše: Some Speaker", "Nga Some Speaker, Prishtinë"],
)
def test_who_speaks_is_taken_out_of_a_title(line: str) -> None:
    found = item(html(line, title="Some Speaker on the bridge"), "/en/dialogue/3")
    assert found.data["title"] == "[…] on the bridge"


def test_words_before_a_colon_that_are_no_name_stay() -> None:
    found = item(html("Use given: many.", "Reason: none.", title="Use given and reason"))
    assert found.data["title"] == "Use given and reason"
    assert found.data["text"] == "Use given: many.\nReason: none."


def test_a_notice_is_kept_without_contacts_and_names_that_are_marked() -> None:
    found = item(html("Write to desk@forum.example.", "Some Speaker: we end.", "Some Speaker ended it."))
    assert found.data["text"] == "Write to […].\n[…]: we end.\n[…] ended it."
    assert contacts_in(msgspec.json.encode(found.data).decode()) == []


# The process


def test_a_talk_is_a_debate_and_all_else_news() -> None:
    kinds = {
        path: mapped(item(html(), path)).kind for path in ("/en/dialogue/3", "/sr/dijalog/3", "/x", "/announcement")
    }
    assert list(kinds.values()) == [Kind.DEBATE, Kind.DEBATE, Kind.NEWS, Kind.NEWS]


def test_all_of_it_has_ended() -> None:
    process = mapped(item(html()))
    assert process.flag is Status.ENDED
    assert (SITE.ended, SITE.via, SITE.reach) == ("2006", "archive", "archived")


def test_nobody_can_take_part() -> None:
    process = mapped(item(html("5.11.2005"), "/en/dialogue/3"))
    assert (process.published, process.phases) == ("2005-11-05", ())
    assert (process.support, process.participate_url, process.outcomes) == ((), None, ())
    assert process.stage is Stage.AGENDA_SETTING


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("5.11.2005", "2005-11-05"),
        ("05. 11. 2005.", "2005-11-05"),
        ("2005-11-05", "2005-11-05"),
        ("31.2.2005", None),
        ("5/11/2005", None),
        ("November 2005", None),
        ("On 5.11.2005 it rained", None),
        ("٥.11.2005", None),
    ],
)
def test_a_day_is_read_where_a_text_is_nothing_else(text: str, day: str | None) -> None:
    assert mapped(item(html("First.", text), "/en/news/1")).published == day


def test_of_several_languages_the_first_day_counts() -> None:
    found = [item(html(day), f"/{tag}/news/1") for tag, day in (("en", "7.11.2005"), ("sr", "6.11.2005"), ("sq", "x"))]
    assert mapped(*found).published == "2005-11-06"


def test_the_place_is_kosovo_and_serbia_is_a_keyword() -> None:
    process = mapped(item(html()))
    assert process.place is not None
    assert process.place.country == "XK"
    assert process.keywords == ("Kosovo", "Serbia")


def test_what_looks_like_markup_in_a_notice_is_words() -> None:
    process = mapped(item(html("1 &lt;b&gt; 2 &amp;amp; <script>x()</script>3", title="&lt;i&gt;A&lt;/i&gt;")))
    assert process.title.values == {"en": "A"}
    assert validate(process).ok


def test_an_item_in_no_language_is_put_aside() -> None:
    with pytest.raises(MappingError, match="no language of it was found"):
        mapped(Item("x", {}, part="en"))


# Hostile pages

GOOD = html("Some Speaker: x", "5.11.2005", links=switch(sq="/sq/announcement/", sr="/else"))


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300), st.integers(0, len(GOOD)))
def test_whatever_bytes_come_are_a_page_or_a_drift(noise: bytes, at: int) -> None:
    for body in (noise, GOOD[:at].encode() + noise + GOOD[at:].encode()):
        with contextlib.suppress(ParseError, MappingError):
            mapped(item(body))


@settings(max_examples=100, deadline=None)
@given(damaged(dict(item(GOOD).data)))
def test_a_damaged_item_is_mapped_or_put_aside(data: Any) -> None:
    with contextlib.suppress(MappingError):
        mapped(Item("announcement", data if isinstance(data, dict) else {"title": data}, part="sq"))


# The page that was described


@pytest.mark.recordings
class TestComposite:
    """The structure of one real page around sentences that are a description of it: a proof of the structure alone."""

    def test_the_notice_is_one_item_in_one_language(self, recordings: Path) -> None:
        driven = drive(SITE, recordings / "kosovakosovo")
        assert driven.complete
        assert driven.quarantined == {}
        assert {id: list(parts) for id, parts in driven.items.items()} == {"announcement": ["en"]}
        process = driven.processes["announcement"]
        assert (process.kind, process.flag, process.published) == (Kind.NEWS, Status.ENDED, None)
        assert validate(process).ok

    def test_its_old_bytes_are_read(self, recordings: Path) -> None:
        raw = (recordings / "kosovakosovo" / "composite" / "announcement_en.html").read_bytes()
        assert b"\xfc" in raw
        text = drive(SITE, recordings / "kosovakosovo").items["announcement"]["en"]["text"]
        assert "ü" in text
        assert "\ufffd" not in text
        assert len(text.split("\n")) == 6

    def test_it_holds_no_contact(self, recordings: Path) -> None:
        driven = drive(SITE, recordings / "kosovakosovo")
        assert contacts_in(msgspec.json.encode([driven.items, list(driven.processes.values())]).decode()) == []
