"""The connector for feeds: what feeds in the wild do, and hostile ones.

| trap | test |
| --- | --- |
| feeds are served under any content type | test_a_feed_is_read_whatever_it_is_called |
| a page answers 200 where the feed was | test_a_page_in_place_of_the_feed_is_blocked |
| a feed shows its newest entries only | test_no_feed_promises_to_be_complete |
| entries may lack an id | test_an_entry_without_id_is_known_by_its_link |
| a bare id may be called a permanent link | test_a_bare_id_that_is_called_a_permanent_link_is_an_address |
| entries may lack id and link | test_an_entry_without_id_and_link_is_known_by_title_and_date |
| an id may hold a mailbox | test_an_id_that_holds_a_mailbox_is_digested |
| an id may be too long or hold controls | test_an_id_that_cannot_be_one_is_digested |
| titles hold markup and entities | test_markup_in_titles_is_taken_for_what_it_means |
| a summary repeats the content | test_the_longer_text_is_the_body |
| languages are written in many ways | test_the_language_is_the_entry_s_or_the_feed_s_or_the_site_s |
| authors are natural persons | test_no_author_passes |
| contact details inside texts | test_contacts_inside_texts_are_taken_out |
| links may be relative or no web addresses | test_a_link_is_an_address_or_the_site_s_own |
| entities may explode or name files | test_no_entity_is_resolved |
| a feed may look like an address to be opened | test_a_body_that_is_an_address_is_not_opened |
"""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors import traps
from connectors.driving import NOW, Driven, answer, drive, under
from folkmoot_connectors.feed import FeedReader
from folkmoot_connectors.sites import bundled_samples
from folkmoot_hub.connector import Item, MappingError, ParseError, Request, Run, Scope, Site, WholeItem
from folkmoot_hub.errors import ConfigError
from folkmoot_schema.codes import Kind
from folkmoot_schema.process import Process

TRAPS = (
    "feeds are served under any content type",
    "a page answers 200 where the feed was",
    "a feed shows its newest entries only",
    "entries may lack an id",
    "a bare id may be called a permanent link",
    "entries may lack id and link",
    "an id may hold a mailbox",
    "an id may be too long or hold controls",
    "titles hold markup and entities",
    "a summary repeats the content",
    "languages are written in many ways",
    "authors are natural persons",
    "contact details inside texts",
    "links may be relative or no web addresses",
    "entities may explode or name files",
    "a feed may look like an address to be opened",
)

URL = "https://town.example/news.xml"
#: By default a guid is a permanent link, and a bare one is read as an address below the feed's.
ID = '<guid isPermaLink="false">1</guid>'
SITE = Site(id="town.example", connector="feed", title="Town", base=URL, languages=("sv", "en"))


def rss(*items: str, language: str = "") -> bytes:
    inner = "".join(f"<item>{item}</item>" for item in items)
    stated = f"<language>{language}</language>" if language else ""
    return f'<rss version="2.0"><channel><title>T</title>{stated}{inner}</channel></rss>'.encode()


def atom(entry: str, attributes: str = "") -> bytes:
    return (
        f'<feed xmlns="http://www.w3.org/2005/Atom" {attributes}><title>T</title><entry>{entry}</entry></feed>'.encode()
    )


def items(body: bytes, site: Site = SITE) -> list[Item]:
    return [one for one in answer(FeedReader, site, URL, body, expect="feed") if isinstance(one, Item)]


def mapped(body: bytes, site: Site = SITE) -> Process:
    (item,) = items(body, site)
    return FeedReader().map(WholeItem(item.id, {"list": item.data}), Run(site=site, now=NOW))


def started(**site: Any) -> list[Any]:
    return list(FeedReader().start(Run(site=under(SITE, site), now=NOW)))


def test_every_trap_has_its_test() -> None:
    assert traps.faults(sys.modules[__name__], TRAPS) == []


def test_the_feed_is_asked_at_the_setting_or_the_base() -> None:
    assert started() == [Request(URL, expect="feed")]
    assert started(url="https://town.example/other.atom") == [Request("https://town.example/other.atom", expect="feed")]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"url": "/news.xml"}, r"^town\.example: setting url: '/news.xml' is wrong; allowed: an absolute http"),
        ({"url": 5}, "setting url: 5 is wrong"),
        ({"url": "file:///etc/passwd"}, "setting url: 'file:///etc/passwd' is wrong"),
        ({"kind": "party"}, "setting kind: 'party' is wrong; allowed: consultation, .*standing-form"),
        ({"kind": ["news"]}, "setting kind: "),
    ],
)
def test_wrong_settings_are_told_with_what_is_allowed(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        started(**settings)


def test_a_namespace_that_breaks_the_reader_of_xml_is_a_drift() -> None:
    with pytest.raises(ParseError, match="is not a feed: ValueError"):
        items('<rss version="2.0" xmlns:x="a\u2003b"><x:channel/></rss>'.encode())


@pytest.mark.parametrize("body", [b"", b"not a feed", b"{}", b"<html><body>no</body></html>", b"<a/>", b"\xff\xfe\x00"])
def test_what_is_no_feed_is_a_drift(body: bytes) -> None:
    with pytest.raises(ParseError, match="is not a feed"):
        items(body)


def harvested(body: str, content_type: str) -> Driven:
    return drive(SITE, [{"url": URL, "headers": {"content-type": content_type}, "content": body}])


@pytest.mark.parametrize("type", ["text/plain", "text/html", "application/xml", "application/octet-stream", ""])
def test_a_feed_is_read_whatever_it_is_called(type: str) -> None:
    driven = harvested(rss(f"<title>News</title>{ID}").decode(), type)
    assert driven.complete
    assert list(driven.processes) == ["1"]


def test_a_page_in_place_of_the_feed_is_blocked() -> None:
    driven = harvested("<!doctype html><html><body>Are you a robot?</body></html>", "application/rss+xml")
    assert "not with a feed" in driven.unanswered[URL]
    assert driven.processes == {}


def test_no_feed_promises_to_be_complete() -> None:
    found = answer(FeedReader, SITE, URL, rss(f"<title>x</title>{ID}"), expect="feed")
    assert [one for one in found if isinstance(one, Scope)] == [Scope("feed", exhaustive=False)]


# Identity


def test_an_entry_without_id_is_known_by_its_link() -> None:
    (item,) = items(rss("<title>x</title><link>https://town.example/1</link>"))
    assert item.id == "https://town.example/1"


def test_an_entry_without_id_and_link_is_known_by_title_and_date() -> None:
    dated = "<title>x</title><pubDate>Mon, 02 Mar 2026 08:00:00 GMT</pubDate>"
    first, again, other, undated = items(
        rss(dated, dated + "<description>new</description>", dated.replace("02 Mar", "03 Mar"), "<title>x</title>")
    )
    assert first.id == again.id
    assert len({first.id, other.id, undated.id}) == 3
    assert len(first.id) == 64


def test_a_bare_id_that_is_called_a_permanent_link_is_an_address() -> None:
    assert [item.id for item in items(rss("<title>x</title><guid>7</guid>", f"<title>x</title>{ID}"))] == [
        "https://town.example/7",
        "1",
    ]


def test_an_id_that_holds_a_mailbox_is_digested() -> None:
    (item,) = items(rss("<title>x</title><guid>tag:somebody@mail.example,2026:1</guid>"))
    assert len(item.id) == 64
    assert "mail.example" not in str(item)


@pytest.mark.parametrize("id", ["x" * 501, "a\u007fb"])
def test_an_id_that_cannot_be_one_is_digested(id: str) -> None:
    (item,) = items(rss(f"<title>x</title><guid>{id}</guid>"))
    assert len(item.id) == 64


# Texts


@pytest.mark.parametrize(
    "title",
    [
        "Trees &amp;amp; &lt;b&gt;parks&lt;/b&gt;",
        "<![CDATA[Trees &amp; <b>parks</b>]]>",
        "<![CDATA[<b>Trees</b> &amp; &lt;i&gt;parks]]>",
        " Trees\n &amp;amp;  parks ",
    ],
)
def test_markup_in_titles_is_taken_for_what_it_means(title: str) -> None:
    assert mapped(rss(f"<title>{title}</title>{ID}")).title.values == {"sv": "Trees & parks"}


def test_an_entry_without_title_is_called_by_its_text() -> None:
    assert mapped(rss(f"{ID}<description>What is new.</description>")).title.values["sv"] == "What is new."
    with pytest.raises(MappingError, match="'1' has neither title nor text"):
        mapped(rss(f"{ID}"))


def test_scripts_are_taken_out_of_texts() -> None:
    content = escape('<p onclick="x()">Read<script>alert(1)</script> <a href="javascript:x">on</a></p>')
    process = mapped(rss(f"<title>x</title>{ID}<description>{content}</description>"))
    assert process.body is not None
    assert process.body.values["sv"].startswith("<p>Read")
    for word in ("script", "onclick", "alert"):
        assert word not in process.body.values["sv"]


def test_the_longer_text_is_the_body() -> None:
    process = mapped(atom("<id>1</id><title>x</title><summary>Short.</summary><content>The whole text.</content>"))
    assert process.summary is not None
    assert process.body is not None
    assert (process.summary.values["sv"], process.body.values["sv"]) == ("Short.", "The whole text.")


@pytest.mark.parametrize(
    ("stated", "language"),
    [("", "sv"), ("de", "de"), ("EN-us", "en-us"), ("pt_BR", "pt-BR"), ("not a language", "sv"), ("x", "sv")],
)
def test_the_language_is_the_entry_s_or_the_feed_s_or_the_site_s(stated: str, language: str) -> None:
    assert mapped(rss(f"<title>x</title>{ID}", language=stated)).title.original == language


def test_categories_are_keywords_each_once() -> None:
    body = rss(f"<title>x</title>{ID}<category> Parks</category><category>Parks</category><category/>")
    assert mapped(body).keywords == ("Parks",)


def test_kind_place_and_authority_are_the_site_s() -> None:
    site = under(SITE, {"kind": "petition", "place": {"country": "SE"}, "level": "local"})
    process = mapped(rss(f"<title>x</title>{ID}"), site)
    assert (process.kind, process.place, process.level) == (Kind.PETITION, site.place, site.level)
    assert (process.flag, process.phases) == (None, ())


@pytest.mark.parametrize(
    ("link", "address"),
    [
        ("https://town.example/1", "https://town.example/1"),
        ("/1", "https://town.example/1"),
        ("javascript:alert(1)", URL),
        ("mailto:somebody@mail.example", URL),
    ],
)
def test_a_link_is_an_address_or_the_site_s_own(link: str, address: str) -> None:
    assert mapped(rss(f"<title>x</title><guid isPermaLink='false'>1</guid><link>{link}</link>")).url == address


# Personal data


def test_no_author_passes() -> None:
    author = "<author><name>Nobodyson</name><email>somebody@mail.example</email></author>"
    contributor = author.replace("author", "contributor")
    body = atom(f"<id>1</id><title>x</title>{author}{contributor}")
    dublin = (
        b'<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><item><title>x</title><guid>1</guid>'
    )
    dublin += (
        b"<author>somebody@mail.example (Nobodyson)</author><dc:creator>Nobodyson</dc:creator></item></channel></rss>"
    )
    for each in (body, dublin):
        (item,) = items(each)
        assert set(item.data) <= FeedReader.fields["list"]
        for written in (msgspec.json.encode(item), msgspec.json.encode(mapped(each))):
            assert b"Nobodyson" not in written
            assert b"mail.example" not in written


def test_contacts_inside_texts_are_taken_out() -> None:
    text = "Ask somebody@mail.example or +46 40 12 34 56"
    body = rss(f"<title>{text}</title>{ID}<description>{text}</description><category>{text}</category>")
    (item,) = items(body)
    assert "mail.example" not in str(item)
    assert "12 34" not in str(item)


# Hostile feeds


def test_no_entity_is_resolved(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("boom")
    within = f'<!ENTITY a "boom"><!ENTITY b "&a;&a;&a;"><!ENTITY f SYSTEM "{secret.as_uri()}">'
    for entity in ("&b;", "&f;"):
        body = f"<!DOCTYPE rss [{within}]>".encode() + rss(f"<title>x {entity}</title>{ID}")
        assert "boom" not in str(_read_or_drift(body))


def test_a_body_that_is_an_address_is_not_opened(tmp_path: Path) -> None:
    feed = tmp_path / "feed.xml"
    feed.write_bytes(rss(f"<title>x</title>{ID}"))
    for body in (str(feed), feed.as_uri(), "https://town.example/x"):
        with pytest.raises(ParseError):
            items(body.encode())


def _read_or_drift(body: bytes) -> list[Item]:
    try:
        return items(body)
    except ParseError:
        return []


def _good(id: str, name: str) -> bytes:
    return next((each.folder / name).read_bytes() for each in bundled_samples() if each.site.id == id)


GOOD = (_good("sample.noticias", "noticias.rss"), _good("sample.ideen", "ideen.atom"))


def test_the_good_feeds_are_read() -> None:
    assert [len(_read_or_drift(body)) for body in GOOD] == [3, 2]


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(GOOD), st.integers(0, 3000), st.integers(0, 40), st.binary(max_size=40) | st.text().map(str.encode)
)
def test_whatever_comes_is_a_drift_or_a_record_for_quarantine(good: bytes, at: int, gone: int, new: bytes) -> None:
    for item in _read_or_drift(good[:at] + new + good[at + gone :]):
        assert item.id
        with contextlib.suppress(MappingError):
            FeedReader().map(WholeItem(item.id, {"list": item.data}), Run(site=SITE, now=NOW))


@pytest.mark.recordings
def test_the_recorded_third_party_feed_is_read(recordings: Path) -> None:
    url = "https://raw.githubusercontent.com/Baba-Yagan/eci-petitions-rss/refs/heads/main/petitions.rss"
    site = under(SITE, {"url": url, "kind": "citizens-initiative", "languages": ["en"]})
    body = (recordings / "eci" / "thirdparty_ongoing_feed_2026-06.rss").read_text()
    driven = drive(site, [{"url": url, "headers": {"content-type": "text/plain; charset=utf-8"}, "content": body}])
    assert driven.complete
    assert driven.quarantined == {}
    assert len(driven.processes) == body.count("<item>") > 0
    assert {process.kind for process in driven.processes.values()} == {Kind.CITIZENS_INITIATIVE}
