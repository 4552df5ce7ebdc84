"""What holds for every page: its frame, its headings, its weight, and that nothing hostile comes through."""

from __future__ import annotations

import gzip
import re
from itertools import pairwise
from urllib.parse import quote, urljoin, urlsplit

import pytest

from folkmoot_hub.registry import Broken
from folkmoot_schema.codes import LinkKind, OutcomeKind
from folkmoot_schema.process import Document, Licence, Link, Outcome
from folkmoot_schema.texts import Text
from hub.web import examples
from hub.web.building import organisation, record, signatures, text
from hub.web.hubs import Answer, Hub

PATHS = [
    "/",
    "/?sort=closing",
    "/?q=square&country=ES&country=BE&status=open&closes_before=2027-02-01",
    "/?q=nothing-like-it",
    "/?country=BE&page=9",
    "/sources",
    "/sources/town.example.org",
    *(f"/process/{one.path}" for one in examples.ALL),
    "/nowhere",
    "/?sort=upwards",
]
EVIL = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>\u202eevil{{7*7}}"


async def page(hub: Hub, path: str) -> Answer:
    """The page at ``path`` as a browser gets it."""
    answer = await hub.ask(path, Accept="text/html,application/xhtml+xml;q=0.9,*/*;q=0.8")
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    return answer


def headings(answer: Answer) -> list[int]:
    """The levels of the headings, in order."""
    return [int(one.tag[1]) for one in answer.page.xpath("//*[self::h1 or self::h2 or self::h3 or self::h4]")]


@pytest.mark.parametrize("path", PATHS)
async def test_the_frame_of_a_page_is_sound(town: Hub, path: str) -> None:
    answer = await page(town, path)
    tree = answer.page
    levels = headings(answer)
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(later - earlier <= 1 for earlier, later in pairwise(levels))
    assert tree.xpath("/html/@lang") == ["en"]
    assert answer.texts("//title")[0].endswith("– Folkmoot")
    assert len(tree.xpath("//main[@id='main'][@tabindex='-1']")) == 1
    [first, *_] = tree.xpath("//body//a")
    assert (first.text_content(), first.get("href")) == ("Skip to content", "#main")
    assert len(tree.xpath("//input[@type='search']")) == (0 if path.startswith(("/process", "/sources")) else 1)
    ids = tree.xpath("//@id")
    assert len(ids) == len(set(ids))
    for wanted in tree.xpath("//@aria-labelledby") + tree.xpath("//label/@for"):
        assert wanted in ids


@pytest.mark.parametrize("path", PATHS)
async def test_a_page_obeys_its_own_content_security_policy(town: Hub, path: str) -> None:
    answer = await page(town, path)
    tree = answer.page
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'self'")
    assert not tree.xpath("//script | //style | //@style | //iframe | //object | //form[@method='post']")
    assert not [name for one in tree.iter() for name in one.attrib if name.lower().startswith("on")]
    for loaded in tree.xpath("//link[@rel='stylesheet' or @rel='icon']/@href | //img/@src"):
        assert loaded.startswith("/static/")
    assert not answer.headers.get("Set-Cookie")


async def test_every_link_inside_the_hub_leads_somewhere(town: Hub) -> None:
    await town.start(
        broken=[Broken(name="moon", distribution="", version="", reason="it is")], contact="hub@example.org"
    )
    todo, seen = ["/"], set[str]()
    while todo and len(seen) < 300:
        path = todo.pop()
        seen.add(path)
        answer = await town.ask(path, Accept="text/html")
        assert answer.status in {200, 303}, path
        if "text/html" not in answer.headers.get("Content-Type", ""):
            continue
        for link in answer.page.xpath("//a/@href | //link/@href | //img/@src"):
            target = urlsplit(urljoin(f"http://here{path}", link))
            local = f"{target.path}?{target.query}" if target.query else target.path
            if target.hostname in {"here", "127.0.0.1"} and local not in seen and local not in todo:
                todo.append(local)
    assert len(seen) > 60
    assert {f"/process/{one.path}" for one in examples.ALL} <= seen


async def test_a_page_is_light(hub: Hub) -> None:
    hub.put(*(record(str(n), f"A fairly long title about bench number {n} in the park") for n in range(60)))
    answer = await hub.ask("/?q=bench", Accept_Encoding="gzip")
    assert answer.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(answer.body).count(b'<li class="card">') == 20
    assert len(answer.body) < 20_000
    [style] = (await hub.ask("/")).page.xpath("//link[@rel='stylesheet']/@href")
    sheet = await hub.ask(style, Accept_Encoding="gzip")
    assert len(sheet.body) < 10_000
    assert "immutable" in sheet.headers["Cache-Control"]
    assert sheet.headers["Content-Type"] == "text/css; charset=utf-8"


async def test_the_style_sheet_of_another_version_is_not_there(hub: Hub) -> None:
    assert (await hub.ask("/static/folkmoot.000000000000.css")).status == 404
    assert (await hub.ask("/static/..%2Fpages.py")).status == 404


async def test_the_style_sheet_names_no_other_host(hub: Hub) -> None:
    [style] = (await hub.ask("/")).page.xpath("//link[@rel='stylesheet']/@href")
    assert not re.search(r"url\(|@import|https?:", (await hub.ask(style)).text)


async def test_outer_links_give_nothing_away(town: Hub) -> None:
    for path in PATHS:
        for link in (await page(town, path)).page.xpath("//a[starts-with(@href, 'http')]"):
            assert {"external", "noopener"} <= set(link.get("rel", "").split()), link.get("href")


#: Pages into which everything hostile was put that a source can send.
HOSTILE = ["/", "/?sort=closing", "/process/town.example.org/evil", "/sources", "/sources/town.example.org"]


async def test_hostile_texts_are_shown_as_text(hub: Hub) -> None:
    body = Text({"en": f"<p onclick='x()'>Hello</p>{EVIL}<a href='javascript:alert(3)'>there</a>"}, "en", html=True)
    hub.put(
        record(
            "evil",
            text(EVIL),
            summary=text(EVIL),
            body=body,
            authority=organisation(EVIL),
            organiser=organisation(EVIL),
            source_status=EVIL,
            keywords=(EVIL,),
            support=(signatures(1, 10, option=text(EVIL)), signatures(3, 10)),
            outcomes=(Outcome(kind=OutcomeKind.REPLY, title=text(EVIL), url='https://x.example/"><script>'),),
            documents=(Document(url="https://x.example/'\"><b>", title=text(EVIL)),),
            links=(Link(kind=LinkKind.RELATED, value=EVIL),),
            licence=Licence(name=EVIL, url="https://x.example/'\"><b>", attribution=EVIL),
        )
    )
    broken = [Broken(name=EVIL, distribution=EVIL, version="", reason=EVIL)]
    await hub.start(contact="javascript:alert(5)@x", broken=broken)
    for path in HOSTILE:
        answer = await page(hub, path)
        assert answer.status == 200
        assert not answer.page.xpath("//script | //img[not(starts-with(@src, '/static/'))] | //b")
        assert not [name for one in answer.page.iter() for name in one.attrib if name.lower().startswith("on")]
        assert not [link for link in answer.page.xpath("//@href") if link.lower().startswith("javascript")]
    shown = await page(hub, "/process/town.example.org/evil")
    [h1] = shown.texts("//h1")
    assert h1 == EVIL.replace("\u202e", "")
    assert "49" not in h1


@pytest.mark.parametrize("name", ["q", "place", "authority"])
async def test_hostile_words_are_shown_as_text(town: Hub, name: str) -> None:
    answer = await page(town, f"/?{name}={quote(EVIL.replace(chr(34), ''))}")
    assert answer.status == 200
    assert not answer.page.xpath("//script | //img[not(starts-with(@src, '/static/'))]")
    assert "<script>alert" in " ".join(answer.page.xpath("//h1//text() | //a[@class='chip']//text()"))


async def test_a_hostile_parameter_is_named_as_text(town: Hub) -> None:
    answer = await page(town, f"/?{quote(EVIL)}=1")
    assert answer.status == 400
    assert not answer.page.xpath("//script | //img[not(starts-with(@src, '/static/'))]")
