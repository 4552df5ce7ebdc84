"""The connector for Futurium: the traps of the platform, the two composed pages, and hostile answers.

No feed and no RDFa of Futurium was recorded: what is tested of them here is what Drupal writes by default, in words of
ours, and shows that our code does what we believe of the platform, not that the belief is true.

| trap | test |
| --- | --- |
| two generations of addresses | test_an_address_of_either_generation_gives_an_id_without_language |
| numbers of the two generations are not the same nodes | test_a_node_of_each_generation_has_an_id_of_its_own |
| a feed's id is a number and a site | test_a_feed_s_entry_is_known_by_its_node |
| a feed shows the newest ten | test_nothing_concludes_from_an_absence |
| the author stands inside the description | test_the_line_of_the_author_in_a_description_goes |
| RDFa of Drupal 8 | test_a_page_of_drupal_8_is_read |
| RDFa of Drupal 7 | test_a_page_of_drupal_7_is_read |
| comments have the same terms as the post | test_comments_are_counted_and_not_read |
| the author has the same term as the title | test_the_author_is_not_the_title |
| no RDFa at all | test_a_page_without_rdfa_is_read_by_heading_and_paragraphs |
| a page that is none | test_a_page_that_shows_no_node_is_a_drift |
| the language of an address is the interface's | test_a_language_is_stated_by_the_text_or_not_known |
| nothing has a formal status | test_there_is_neither_status_nor_deadline |
| a count may be missing | test_a_count_that_is_not_told_is_unknown |
| files stand beside pictures and links | test_only_files_are_documents |
| a page may be on another host | test_a_page_elsewhere_is_not_asked |
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors import traps
from connectors.driving import NOW, bundled, drive, under
from connectors.people import contacts_in
from folkmoot_connectors import _drupal as drupal
from folkmoot_connectors.futurium import Futurium
from folkmoot_connectors.sites import bundled_samples
from folkmoot_hub.connector import Item, ParseError, Request, Response, Run, Scope, Site, WholeItem
from folkmoot_hub.errors import ConfigError
from folkmoot_hub.pages import parse_html
from folkmoot_schema.codes import Kind, Stage, Unit
from folkmoot_schema.process import Process
from folkmoot_schema.validation import validate

TRAPS = (
    "two generations of addresses",
    "numbers of the two generations are not the same nodes",
    "a feed's id is a number and a site",
    "a feed shows the newest ten",
    "the author stands inside the description",
    "RDFa of Drupal 8",
    "RDFa of Drupal 7",
    "comments have the same terms as the post",
    "the author has the same term as the title",
    "no RDFa at all",
    "a page that is none",
    "the language of an address is the interface's",
    "nothing has a formal status",
    "a count may be missing",
    "files stand beside pictures and links",
    "a page may be on another host",
)

SITE = bundled("futurium")
SAMPLE = next(sample for sample in bundled_samples() if sample.site.id == "sample.communities")
HOST = "https://futurium.ec.europa.eu"
POST = f"{HOST}/en/european-ai-alliance/blog/a-post"
OLD = "https://ec.europa.eu/futurium/en/urban-agenda/public-feedback-disclaimer.html"


def told(name: str, url: str, body: str, type: str, then: str = "parse", site: Site = SITE, **asked: Any) -> list[Any]:
    response = Response(
        run=Run(site=site, now=NOW),
        request=Request(url, then=then, **asked),
        url=url,
        status=200,
        headers={"content-type": type},
        body=body.encode(),
        fetched_at=NOW,
    )
    return list(getattr(Futurium(), name)(response))


def feed(*entries: str, site: Site = SITE) -> list[Any]:
    body = f'<rss version="2.0"><channel><title>x</title><link>{HOST}</link>{"".join(entries)}</channel></rss>'
    return told("parse", f"{HOST}/rss.xml", body, "application/rss+xml", site=site)


def entry(link: str = POST, guid: str = f"17 at {HOST}", description: str = "", title: str = "A post") -> str:
    escaped = description.replace("&", "&amp;").replace("<", "&lt;")
    return (
        f"<item><title>{title}</title><link>{link}</link><description>{escaped}</description>"
        f'<guid isPermaLink="false">{guid}</guid><pubDate>Mon, 21 Jun 2021 09:15:00 +0000</pubDate></item>'
    )


def page(body: str, url: str = POST) -> drupal.Told:
    return drupal.node(parse_html(f"<html lang='en'><body>{body}</body></html>", url))


def mapped(link: str = POST, site: Site = SITE, detail: dict[str, Any] | None = None, **listed: Any) -> Process:
    parts: dict[str, dict[str, Any]] = {"list": {"link": link, "title": "A post", **listed}}
    if detail is not None:
        parts["detail"] = detail
    return Futurium().map(WholeItem("node/17", parts), Run(site=site, now=NOW))


def test_every_trap_has_its_test() -> None:
    assert traps.faults(sys.modules[__name__], TRAPS) == []


# Settings


@pytest.mark.parametrize(
    ("setting", "why"),
    [
        ({"feeds": "rss.xml"}, "feeds"),
        ({"feeds": ["https://elsewhere.example/rss.xml"]}, "feeds"),
        ({"feeds": [5]}, "feeds"),
        ({"feeds": []}, "feeds: .* at least one address"),
        ({"pages": ["javascript:x"]}, "pages"),
        ({"terms": ["x"]}, "terms"),
        ({"terms": [0]}, "terms"),
        ({"details": "yes"}, "details"),
        ({"groups": ["x"]}, "groups"),
        ({"groups": {"x": ""}}, "groups"),
    ],
)
def test_a_setting_that_is_wrong_is_told(setting: dict[str, Any], why: str) -> None:
    with pytest.raises(ConfigError, match=f"^futurium: setting {why}"):
        list(Futurium().start(Run(site=under(SITE, setting), now=NOW)))


def test_feeds_terms_and_pages_are_asked() -> None:
    site = under(SITE, {"terms": [12], "pages": [OLD]})
    asked = [(one.url, one.then) for one in Futurium().start(Run(site=site, now=NOW)) if isinstance(one, Request)]
    assert asked == [
        (f"{HOST}/rss.xml", "parse"),
        (f"{HOST}/taxonomy/term/12/feed", "parse"),
        (OLD, "parse_page"),
    ]


# Feeds


def test_a_feed_s_entry_is_known_by_its_node() -> None:
    found = feed(entry(), entry(guid="5", link=f"{HOST}/de/apply-ai-alliance/pages/about"))
    assert [one.id for one in found if isinstance(one, Item)] == ["node/17", "apply-ai-alliance/pages/about"]


def test_a_node_of_each_generation_has_an_id_of_its_own() -> None:
    found = feed(entry(), entry(guid="17 at https://ec.europa.eu/futurium", link=OLD))
    assert [one.id for one in found if isinstance(one, Item)] == ["node/17", "futurium/node/17"]


def test_an_entry_without_an_address_is_put_aside_alone() -> None:
    found = feed(entry(link="mailto:x@y.example"), entry())
    assert [one.id for one in found if isinstance(one, Item)] == ["", "node/17"]


def test_nothing_concludes_from_an_absence() -> None:
    assert [one for one in feed(entry()) if isinstance(one, Scope)] == [Scope("feeds", exhaustive=False)]


def test_a_page_elsewhere_is_not_asked() -> None:
    found = feed(entry(link="https://elsewhere.example/en/a/blog/b"), entry())
    assert [one.url for one in found if isinstance(one, Request)] == [POST]
    quiet = feed(entry(), site=under(SITE, {"details": False}))
    assert [one for one in quiet if isinstance(one, Request)] == []


AUTHORS = (
    '<span><a title="View user profile." href="/user/7" property="schema:name">Nobody Nobodyson</a></span>',
    '<span><span about="/user/7" typeof="schema:Person" property="schema:name">Nobody Nobodyson</span></span>',
    '<div>Submitted by <span class="username" property="foaf:name">Nobody Nobodyson</span></div>',
    '<div>Submitted by <span typeof="sioc:UserAccount" property="foaf:name">Nobody Nobodyson</span></div>',
)


@pytest.mark.parametrize("author", AUTHORS)
def test_the_line_of_the_author_in_a_description_goes(author: str) -> None:
    found = feed(entry(description=f"<span>A post</span>{author}<div><p>What Nobody Nobodyson wants to say.</p></div>"))
    (item,) = (one for one in found if isinstance(one, Item))
    assert item.data["body"] == "<p>What […] wants to say.</p>"
    bare = feed(entry(description=f"{author} and no paragraph"))
    assert b"Nobodyson" not in msgspec.json.encode([one.data for one in bare if isinstance(one, Item)])


# Pages

EIGHT = """<main><h1>{title}</h1><article about="/en/a" typeof="schema:Article"><span rel="schema:author">
<a href="/user/7" typeof="schema:Person" property="schema:name">Nobody Nobodyson</a></span>
<span property="schema:name" content="{title}" class="rdf-meta hidden"></span>
<span property="schema:dateCreated" content="2021-06-21T09:15:00+00:00"></span>
<span property="schema:dateModified" content="2021-06-22T09:15:00+00:00"></span>
<span property="schema:interactionCount" content="UserComments:3"></span>
<div property="schema:text"><p>One &lt;b&gt; &amp; two.</p><h2>Why</h2><ul><li>So</li><li>and so</li></ul></div>
<div property="schema:about"><a href="/t/1">law</a></div><div property="schema:about"><a href="/t/2">robots</a></div>
<section><article typeof="schema:Comment"><span property="schema:name">Comment</span>
<span property="schema:dateCreated" content="2022-01-01T00:00:00+00:00"></span>
<span property="schema:author">Nobody Elseson</span>
<div property="schema:text"><p>A comment by Nobody Elseson.</p></div>
</article></section></article></main>"""

SEVEN = """<div about="/futurium/en/a" typeof="sioc:Item foaf:Document"><span property="dc:title" content="Old"></span>
<span property="sioc:num_replies" content="4" datatype="xsd:integer"></span>
<span property="dc:date dc:created" content="2018-05-02T10:00:00+02:00" rel="sioc:has_creator">by
<span class="username" typeof="sioc:UserAccount" property="foaf:name">Nobody Nobodyson</span></span>
<div class="field" property="content:encoded"><p>Old words.</p></div>
<div rel="dc:subject"><a typeof="skos:Concept" property="rdfs:label skos:prefLabel" href="/t">cities</a></div>
<div class="comment" typeof="sioc:Post sioct:Comment"><span property="dc:title">Re</span>
<div property="content:encoded"><p>A comment.</p></div></div></div>"""


def test_a_page_of_drupal_8_is_read() -> None:
    found = page(EIGHT.format(title="A post"))
    assert found == drupal.Told(
        title="A post",
        body="<p>One &lt;b&gt; &amp; two.</p><h3>Why</h3><ul><li>So</li><li>and so</li></ul>",
        created="2021-06-21T09:15:00+00:00",
        changed="2021-06-22T09:15:00+00:00",
        tags=("law", "robots"),
        comments=3,
    )


def test_a_page_of_drupal_7_is_read() -> None:
    found = page(SEVEN, OLD)
    assert found == drupal.Told(
        title="Old", body="<p>Old words.</p>", created="2018-05-02T10:00:00+02:00", tags=("cities",), comments=4
    )


@pytest.mark.parametrize("body", [EIGHT.format(title="A post"), SEVEN])
def test_comments_are_counted_and_not_read(body: str) -> None:
    written = msgspec.json.encode(page(body)).decode()
    assert "omment by" not in written
    assert "A comment" not in written
    assert "Nobody" not in written


@pytest.mark.parametrize("type", ["schema:Comment", "sioc:Post sioct:Comment"])
def test_a_post_without_text_does_not_borrow_that_of_its_comments(type: str) -> None:
    terms = "<p property='schema:text content:encoded'>Not this.</p><i property='schema:about dc:subject'>nor this</i>"
    moment = "<i property='schema:dateCreated dc:created' content='2022-01-01T00:00:00Z'></i>"
    comment = f"<div typeof='{type}'>{terms}{moment}<a href='/system/files/x.pdf'>x</a></div>"
    assert page(f"<article typeof='schema:Article'><h1>x</h1>{comment}</article>") == drupal.Told(title="x")
    bare = page(f"<main><h1>x</h1><p>Words.</p>{comment}</main>")
    assert bare == drupal.Told(title="x", body="<p>Words.</p>")


def test_the_author_is_not_the_title() -> None:
    assert page(EIGHT.format(title="By Nobody Nobodyson: a post")).title == "By […]: a post"


def test_a_page_without_rdfa_is_read_by_heading_and_paragraphs() -> None:
    found = page("<nav><p>Menu</p></nav><main><h1>A page</h1><nav><p>Steps</p></nav><p>One.</p><p>Two.</p></main>")
    assert found == drupal.Told(title="A page", body="<p>One.</p><p>Two.</p>")


@pytest.mark.parametrize("body", ["", "<p>One moment</p>", "<h1>Log in</h1>", "<main><p>Nothing</p></main>"])
def test_a_page_that_shows_no_node_is_a_drift(body: str) -> None:
    with pytest.raises(ParseError, match="shows no node of Drupal"):
        page(f"{body}<i></i>")


@pytest.mark.parametrize("count", ["", "UserComments:many", "-1", "UserComments:", "1e3"])
def test_a_count_that_is_not_told_is_unknown(count: str) -> None:
    found = page(
        f"<article typeof='schema:Article'><h1>x</h1><i property='schema:interactionCount' content='{count}'></i>"
    )
    assert found.comments is None
    assert mapped(detail=msgspec.to_builtins(found)).support == ()


def test_a_count_of_none_is_none() -> None:
    (support,) = mapped(detail={"comments": 0}).support
    assert (support.unit, support.count, support.part) == (Unit.COMMENTS, 0, "detail")


@pytest.mark.parametrize("date", ["2021-06-21", "soon", "21/06/2021", "2021-06-21T09:15"])
def test_a_moment_of_another_form_is_not_told(date: str) -> None:
    found = page(f"<article typeof='schema:Article'><h1>x</h1><i property='schema:dateCreated' content='{date}'></i>")
    assert found.created is None


def test_only_files_are_documents() -> None:
    links = (
        '<a href="/system/files/2025-03/a%20b.pdf">Act</a><a href="/en/else">Else</a><a href="/logo.png">Logo</a>'
        '<a href="https://ec.europa.eu/futurium/sites/futurium/files/7_a.pdf">Old</a><a href="/user/7">x</a>'
        '<a href="mailto:nobody@x.example">x</a><a href="/system/files/2025-03/a%20b.pdf">Again</a>'
    )
    found = page(f"<main><h1>x</h1><p>{links}</p></main>")
    documents = mapped(detail=msgspec.to_builtins(found)).documents
    assert [(each.url, each.media_type) for each in documents] == [
        (f"{HOST}/system/files/2025-03/a%20b.pdf", "application/pdf"),
        ("https://ec.europa.eu/futurium/sites/futurium/files/7_a.pdf", "application/pdf"),
    ]


@pytest.mark.parametrize(
    ("url", "body", "id"),
    [
        (POST, "", "european-ai-alliance/blog/a-post"),
        (OLD, "", "futurium/urban-agenda/public-feedback-disclaimer.html"),
        (f"{HOST}/european-ai-alliance/blog/a-post?language=de", "", "european-ai-alliance/blog/a-post"),
        (POST, "<link rel='shortlink' href='/en/node/17'>", "node/17"),
        (OLD, "<link rel='shortlink' href='/futurium/en/node/17'>", "futurium/node/17"),
    ],
)
def test_an_address_of_either_generation_gives_an_id_without_language(url: str, body: str, id: str) -> None:
    html = f"<html><head>{body}</head><body><main><h1>x</h1></main></body></html>"
    found = told("parse_page", url, html, "text/html", then="parse_page")
    assert {one.id for one in found if isinstance(one, Item)} == {id}


def test_an_address_without_a_page_is_a_drift() -> None:
    with pytest.raises(ParseError, match="names no page"):
        told("parse_page", f"{HOST}/en", "<main><h1>x</h1></main>", "text/html", then="parse_page")


# Processes


@pytest.mark.parametrize(
    ("link", "stated", "language"),
    [
        (POST, None, "en"),
        (f"{HOST}/european-ai-alliance/blog/a-post", None, "en"),
        (f"{HOST}/european-ai-alliance/blog/a-post?language=de", None, "und"),
        (f"{HOST}/ga/apply-ai-alliance/community-content/a", None, "und"),
        (f"{HOST}/de/apply-ai-alliance/community-content/a", "de", "de"),
        (POST, "no such language", "en"),
        ("https://ec.europa.eu/futurium/fr/content/a", None, "und"),
    ],
)
def test_a_language_is_stated_by_the_text_or_not_known(link: str, stated: str | None, language: str) -> None:
    assert mapped(link, detail={"title": "A post", "language": stated}).title.original == language


def test_the_language_of_an_element_is_the_text_s() -> None:
    assert page("<article typeof='schema:Article' lang='de'><h1>x</h1></article>").language == "de"
    assert page("<article typeof='schema:Article'><h1>x</h1></article>").language is None


def test_there_is_neither_status_nor_deadline() -> None:
    process = mapped(published="2021-06-21T09:15:00Z")
    assert (process.flag, process.phases, process.published) == (None, (), "2021-06-21T09:15:00Z")


@pytest.mark.parametrize(
    ("path", "kind", "stage"),
    [
        ("en/a/blog/b", Kind.NEWS, Stage.AGENDA_SETTING),
        ("en/a/community-content/b", Kind.DEBATE, Stage.AGENDA_SETTING),
        ("en/a/ideas/b", Kind.PROPOSAL, Stage.AGENDA_SETTING),
        ("futurium/en/urban-agenda/public-feedback-disclaimer.html", Kind.CONSULTATION, Stage.POLICY_DESIGN),
    ],
)
def test_a_section_says_what_it_is(path: str, kind: Kind, stage: Stage) -> None:
    process = mapped(f"https://ec.europa.eu/{path}")
    assert (process.kind, process.stage) == (kind, stage)


def test_a_community_is_named_only_where_its_name_is_known() -> None:
    named, unnamed = mapped().organiser, mapped(f"{HOST}/en/some-group/blog/b").organiser
    assert named is not None
    assert named.name.values == {"en": "European AI Alliance"}
    assert unnamed == SITE.authority


def test_a_post_whose_page_cannot_be_had_is_told_by_the_feed() -> None:
    process = mapped(body="<p>As the feed has it.</p>")
    assert process.summary is not None
    assert process.summary.values == {"en": "As the feed has it."}


# Hostile answers


NODES = ("<main><h1>A page</h1>{}</main>", "<article typeof='schema:Article'><h1>A post</h1>{}</article>", "{}")
PIECES = (
    *(
        "<p>",
        "</p>",
        "<li>",
        "<h2 ",
        "<div property='schema:text'>",
        "<i property='schema:about'>",
        "</main>",
        "</div>",
    ),
    *("<div typeof='schema:Comment'>", "<a href='/user/7'>", "<a href='http://[/x.pdf'>", "property='schema:name'"),
    *(
        "<i property='schema:dateCreated' content='x'>",
        "<p lang='?'>",
        "\x00",
        "&#0;",
        "&amp;lt;b",
        "<!--",
        "'>",
        "words",
    ),
)


@settings(max_examples=120, deadline=None)
@given(st.sampled_from(NODES), st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=8)), max_size=12))
def test_whatever_comes_as_a_page_is_read_or_a_drift(node: str, pieces: list[str]) -> None:
    try:
        found = page(node.replace("{}", "".join(pieces)))
    except ParseError:
        assert node == "{}"
        return
    assert validate(mapped(detail=msgspec.to_builtins(found))).ok


def test_markup_in_a_text_stays_text() -> None:
    found = page("<main><h1>x</h1><p>&lt;script&gt;alert(1)&lt;/script&gt; &amp;lt;i&gt;</p></main>")
    process = mapped(detail=msgspec.to_builtins(found))
    assert validate(process).ok
    assert "<script" not in found.body


# The composed pages: true words of two pages in markup of ours


@pytest.mark.recordings
class TestComposed:
    """What was at hand of Futurium."""

    @staticmethod
    def driven(recordings: Path) -> Any:
        pages = [f"{HOST}/european-ai-alliance/blog/welcome-future-ai?language=de", OLD]
        return drive(SITE, recordings / "futurium", feeds=[], pages=pages)

    def test_two_pages_of_two_generations_are_two_processes(self, recordings: Path) -> None:
        driven = self.driven(recordings)
        assert driven.complete
        assert {id: (one.kind, one.title.original) for id, one in driven.processes.items()} == {
            "european-ai-alliance/blog/welcome-future-ai": (Kind.NEWS, "und"),
            "futurium/urban-agenda/public-feedback-disclaimer.html": (Kind.CONSULTATION, "en"),
        }

    def test_their_texts_have_as_many_paragraphs_as_the_pages(self, recordings: Path) -> None:
        found = {id: parts["detail"]["body"].count("<p>") for id, parts in self.driven(recordings).items.items()}
        assert sorted(found.values()) == [4, 8]

    def test_they_pass_the_schema_and_hold_no_contact(self, recordings: Path) -> None:
        driven = self.driven(recordings)
        assert [id for id, one in driven.processes.items() if not validate(one).ok] == []
        assert contacts_in(msgspec.json.encode(list(driven.processes.values())).decode()) == []

    def test_every_address_that_was_seen_has_an_id_or_is_a_file(self, recordings: Path) -> None:
        seen = msgspec.json.decode((recordings / "futurium" / "permalinks_seen.json").read_bytes())["urls"]
        ids = {url: told("parse_page", url, "<main><h1>x</h1></main>", "text/html", then="parse_page") for url in seen}
        assert len(ids) == 12
        assert len({found[1].id for found in ids.values()}) == 12
        assert all("/en/" not in f"/{found[1].id}" for found in ids.values())


# The sample


def test_the_sample_shows_both_generations_and_no_one_who_wrote() -> None:
    driven = drive(SAMPLE.site, SAMPLE.folder)
    assert sorted(driven.processes) == ["futurium/node/9001", "node/9101", "node/9102", "node/9103"]
    counts = {id: [each.count for each in one.support] for id, one in driven.processes.items()}
    assert counts == {"futurium/node/9001": [5], "node/9101": [2], "node/9102": [0], "node/9103": [14]}
    written = msgspec.json.encode([driven.items, list(driven.processes.values())]).decode()
    assert "sample_user" not in written
    assert "made-up comment" not in written
    raw = "".join(path.read_text() for path in SAMPLE.folder.iterdir())
    assert {f"sample_user_900{n}" for n in range(1, 7)} <= set(raw.replace("<", " ").replace(">", " ").split())
