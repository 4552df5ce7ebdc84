"""An archive behind HTTP: what counts as a capture of a page, and what does not, whatever an archive answers."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from folkmoot_hub.errors import (
    ConnectionFailed,
    FetchError,
    NotAllowed,
    NotFound,
    NotRecorded,
    ServerTrouble,
    TooManyRedirects,
    TooManyRequests,
)
from folkmoot_hub.fetch.protocol import Fetched, Validators
from folkmoot_hub.site import Archive
from hub.fetch.archive import making
from hub.fetch.archive.making import asking, page
from hub.fetch.archive.standing_in import CDX, PAGE, ROOT, Reply, StandIn, archived, at, index, memento, wayback
from hub.fetch.serving import NOW, Time

ONE, TWO, THREE = "20120301100000", "20130915083000", "20160101000000"
Replies = dict[str, Reply | list[Reply]]

MAP = f"{ROOT}/web/timemap/link/"
#: What is there is a capture, whichever is asked.
ANY: Replies = {f"{ROOT}/web/": memento(ONE, page("Other"))}
#: What an archive answers, and why there is no capture.
TRAPS: list[tuple[str, Replies, type[FetchError], str]] = [
    ("no index and no TimeMap", {}, NotFound, "shows no index there.*404.*404"),
    ("an index without lines", {CDX: (200, {}, "")}, NotRecorded, "holds no capture"),
    ("an index that is a page", {CDX: (200, {}, "<html>Sorry</html>")}, NotFound, "shows no index there"),
    ("a TimeMap of nothing", {MAP: (404, {"content-type": "application/link-format"}, "")}, NotRecorded,
     "holds no capture"),
    ("a page that was not found in place of a TimeMap", {MAP: (404, {"content-type": "text/html"}, "<h1>No</h1>")},
     NotFound, "shows no index there"),
    ("an index that is JSON of something", {CDX: (200, {}, '{"a": 1}')}, NotAllowed, "dialect of pywb"),
    ("an index of another dialect", {CDX: (200, {}, '{"timestamp": "20120301100000"}')}, NotAllowed,
     "profile = 'pywb'"),
    ("an index without an end", {CDX: (200, {}, f"{index(ONE)}\n\nkey")}, NotRecorded, "no end"),
    ("an index of another host", {CDX: (200, {}, index(ONE, url="http://other.example/topics")), **ANY},
     NotRecorded, "no capture"),
    ("an index of another page", {CDX: (200, {}, index(ONE, url=f"{PAGE}?id=2")), **ANY}, NotRecorded, "no capture"),
    ("an index that fails", {CDX: (503, {}, "")}, ServerTrouble, "503"),
    ("an archive that is down", {CDX: ConnectionFailed("down")}, ConnectionFailed, "down"),
    ("a blocked page in the index", {CDX: (403, {"x-archive-wayback-runtime-error": "X: Y: Blocked Site Error"}, "")},
     NotAllowed, r"Blocked Site Error.*excludes"),
    ("only errors", {CDX: (200, {}, "\n".join(index(ONE, status=s) for s in ("404", "403", "429", "500")))},
     NotRecorded, "no capture"),
    ("no Memento-Datetime", {CDX: (200, {}, index(ONE)), at(ONE): (200, {}, page("Frame"))}, NotRecorded,
     "without Memento-Datetime"),
    ("an exclusion page", {CDX: (200, {}, index(ONE)),
                           at(ONE): (200, {}, "This URL has been excluded from the Wayback Machine.")},
     NotRecorded, "archive excludes"),
    ("a Memento-Datetime that is none", {CDX: (200, {}, index(ONE)), at(ONE): (200, {"memento-datetime": "now"}, "x")},
     NotRecorded, "'now', which is no time"),
    ("a capture that is refused", {CDX: (200, {}, index(ONE)), at(ONE): (403, {}, "")}, NotRecorded, "excludes"),
    ("a capture that is too many requests", {CDX: (200, {}, index(ONE)), at(ONE): memento(ONE, "wait", 429)},
     NotRecorded, "has status 429"),
    ("an archive that is busy", {CDX: (200, {}, index(ONE)), at(ONE): (429, {}, "")}, TooManyRequests, "429"),
    ("a redirect of the archive to another page", {
        CDX: (200, {}, index(ONE)), at(ONE): (302, {"location": f"/web/{TWO}id_/http://other.example/"}, "")},
     NotRecorded, "no capture of that page"),
    ("a redirect of the archive to itself", {
        CDX: (200, {}, index(ONE)), at(ONE): (302, {"location": at(ONE)}, "")}, NotRecorded, "to the next"),
    ("a broken gzip", {CDX: (200, {}, index(ONE)), at(ONE): memento(
        ONE, b"\x1f\x8b\x08\x00rubbish", x_archive_orig_content_encoding="gzip")}, FetchError, "broken"),
    ("a capture that leads to itself", {CDX: (200, {}, index(ONE, status="301")),
                                        at(ONE): memento(ONE, "", 301, location=PAGE)}, TooManyRedirects, "circle"),
    ("a capture that leads elsewhere", {CDX: (200, {}, index(ONE, status="301")),
                                        at(ONE): memento(ONE, "", 301, location="http://casino.example/")},
     NotAllowed, "casino.example"),
]  # fmt: skip


@pytest.mark.parametrize(("replies", "error", "why"), [trap[1:] for trap in TRAPS], ids=[trap[0] for trap in TRAPS])
async def test_what_is_no_capture_is_told_by_name(replies: Replies, error: type[FetchError], why: str) -> None:
    web = StandIn(replies)
    with pytest.raises(error, match=why) as caught:
        await archived(web, wayback()).fetch(asking(PAGE), wayback())
    assert "sample.example" in str(caught.value) or why == "down"
    assert len(web.asked) < 40


@pytest.mark.parametrize("changes", [{"method": "POST", "body": "a=1"}, {"url": f"{PAGE}?key={{secret:key}}"}])
async def test_what_no_archive_holds_is_not_asked_for(changes: dict[str, Any]) -> None:
    web = StandIn({})
    with pytest.raises(NotAllowed, match="an archive"):
        await archived(web, wayback()).fetch(asking(**({"url": PAGE} | changes)), wayback())
    assert web.asked == []


async def got(replies: Replies, **changes: Any) -> tuple[Fetched, list[str]]:
    site = wayback(**changes)
    web = StandIn(replies)
    return await archived(web, site).fetch(asking(PAGE), site), web.asked


async def test_the_newest_good_capture_is_given_as_the_platform_sent_it() -> None:
    captured = memento(TWO, page("New"), x_archive_orig_server="old", x_archive_orig_etag='"1"', server="archive")
    lines = "\n".join([index(ONE, TWO), index(THREE, status="404")])
    fetched, asked = await got({CDX: (200, {}, lines), at(TWO): captured})
    assert (fetched.url, fetched.status, fetched.body.decode()) == (PAGE, 200, page("New"))
    assert fetched.headers == {"content-type": "text/html", "server": "old", "etag": f'"D{TWO} {PAGE}"'}
    assert (fetched.captured_at, fetched.fetched_at) == (making.at(2013, 9, 15).replace(hour=8, minute=30), NOW)
    assert [each.partition("?")[0] for each in asked] == [CDX.rstrip("?"), at(TWO)]


@pytest.mark.parametrize(
    ("changes", "stamp"),
    [
        ({"until": "2012"}, ONE),
        ({"until": "2013-09-14"}, ONE),
        ({"until": "2013-09-15"}, TWO),
        ({"since": "2013"}, TWO),
    ],
)
async def test_only_captures_within_the_span_count(changes: dict[str, str], stamp: str) -> None:
    fetched, _ = await got({CDX: (200, {}, index(ONE, TWO)), f"{ROOT}/web/": memento(stamp, page("x"))}, **changes)
    assert fetched.captured_at is not None
    assert fetched.captured_at.strftime("%Y%m%d%H%M%S") == stamp


async def test_of_an_answer_with_another_instant_that_instant_holds() -> None:
    """Archives give the nearest one, in place of one that they cannot give; outside of the span it does not count."""
    fetched, _ = await got({CDX: (200, {}, index(TWO)), at(TWO): memento(ONE, page("x"))})
    assert fetched.captured_at == making.at(2012, 3, 1, 10)
    with pytest.raises(NotRecorded, match="is of 2012-03-01"):
        await got({CDX: (200, {}, index(TWO)), at(TWO): memento(ONE, page("x"))}, since="2013")


async def test_the_archives_own_redirect_leads_to_another_capture_of_the_page() -> None:
    sent = (302, {"location": f"/web/{TWO}id_/{PAGE}"}, "")
    fetched, _ = await got({CDX: (200, {}, index(ONE)), at(ONE): sent, at(TWO): memento(TWO, page("x"))})
    assert fetched.captured_at is not None
    assert fetched.captured_at.year == 2013


@pytest.mark.parametrize("location", ["/moved", f"{making.BASE}/moved", f"{ROOT}/web/{ONE}id_/{making.BASE}/moved"])
async def test_a_captured_redirect_leads_to_a_capture_of_where_it_led(location: str) -> None:
    moved = f"{making.BASE}/moved"
    fetched, _ = await got(
        {
            f"{CDX}url=http%3A%2F%2Fforum.sample.example%2Ftopics": (200, {}, index(ONE, status="301")),
            f"{CDX}url=http%3A%2F%2Fforum.sample.example%2Fmoved": (200, {}, index(TWO, url=moved)),
            at(ONE): memento(ONE, "", 301, location=location),
            at(TWO, moved): memento(TWO, page("There")),
        }
    )
    assert (fetched.url, fetched.body.decode()) == (moved, page("There"))


async def test_neither_a_capture_nor_a_captured_redirect_is_fetched_twice() -> None:
    moved = f"{making.BASE}/moved"
    web = StandIn(
        {
            f"{CDX}url=http%3A%2F%2Fforum.sample.example%2Ftopics": (200, {}, index(ONE, status="301")),
            f"{CDX}url=http%3A%2F%2Fforum.sample.example%2Fmoved": (200, {}, index(TWO, url=moved)),
            at(ONE): memento(ONE, "", 301, location=moved),
            at(TWO, moved): memento(TWO, page("There")),
        }
    )
    first = await archived(web, wayback()).fetch(asking(PAGE), wayback())
    del web.asked[:]
    held = Validators(etag=first.headers["etag"])
    again = await archived(web, wayback()).fetch(asking(PAGE), wayback(), held)
    assert (again.not_modified, again.body, again.url, again.captured_at) == (True, b"", moved, first.captured_at)
    assert [each for each in web.asked if "/web/" in each] == []


async def test_a_newer_capture_with_the_same_digest_is_not_fetched_and_one_with_another_is() -> None:
    def replies(*lines: str) -> Replies:
        return {CDX: (200, {}, "\n".join(lines)), at(ONE): memento(ONE, "a"), at(TWO): memento(TWO, "b")}

    held = Validators(etag=f'"SAME {PAGE}"')
    same, other = index(ONE, digest="SAME"), index(TWO, digest="OTHER")
    for lines, stamp in (((same, index(TWO, digest="SAME")), TWO), ((same,), ONE)):
        web = StandIn(replies(*lines))
        fetched = await archived(web, wayback()).fetch(asking(PAGE), wayback(), held)
        assert fetched.not_modified
        assert fetched.captured_at is not None
        assert fetched.captured_at.strftime("%Y%m%d%H%M%S") == stamp
        assert len(web.asked) == 1
    fetched = await archived(StandIn(replies(same, other)), wayback()).fetch(asking(PAGE), wayback(), held)
    assert (fetched.not_modified, fetched.body) == (False, b"b")


async def test_a_newer_redirect_is_fetched_whatever_its_digest_since_that_is_of_its_body() -> None:
    one, two = f"{making.BASE}/one", f"{making.BASE}/two"
    lines = [index(stamp, status="301", digest="NOTHING") for stamp in (ONE, TWO)]
    replies: Replies = {
        f"{CDX}url=http%3A%2F%2Fforum.sample.example%2Ftopics": [(200, {}, lines[0]), (200, {}, "\n".join(lines))],
        at(ONE): memento(ONE, "", 301, location=one),
        at(TWO): memento(TWO, "", 301, location=two),
    }
    for url in (one, two):
        replies[f"{CDX}url=http%3A%2F%2Fforum.sample.example%2F{url[-3:]}"] = (200, {}, index(TWO, url=url))
        replies[at(TWO, url)] = memento(TWO, page(url))
    web = StandIn(replies)
    first = await archived(web, wayback()).fetch(asking(PAGE), wayback())
    held = Validators(etag=first.headers["etag"])
    again = await archived(web, wayback()).fetch(asking(PAGE), wayback(), held)
    assert (first.url, again.url, again.body.decode()) == (one, two, page(two))


@pytest.mark.parametrize(
    "newest",
    [
        memento(TWO, "<html>This domain is for sale</html>"),
        memento(TWO, b"\x1f\x8b\x08\x00rubbish", x_archive_orig_content_encoding="gzip"),
        (404, {}, ""),
    ],
)
async def test_where_the_newest_is_not_what_was_asked_for_the_last_that_is_counts(newest: Reply) -> None:
    web = StandIn({CDX: (200, {}, index(ONE, TWO)), at(TWO): newest, at(ONE): memento(ONE, making.feed("Buses"))})
    fetched = await archived(web, wayback()).fetch(asking(PAGE, expect="feed"), wayback())
    assert fetched.body.decode() == making.feed("Buses")
    del web.asked[:]
    held = Validators(etag=fetched.headers["etag"])
    assert (await archived(web, wayback()).fetch(asking(PAGE, expect="feed"), wayback(), held)).not_modified
    assert [each for each in web.asked if "/web/" in each] == []


async def test_what_was_tried_and_was_not_good_is_not_asked_for_again() -> None:
    web = StandIn({CDX: (200, {}, index(ONE, TWO)), at(TWO): memento(TWO, "", 500), at(ONE): memento(ONE, page("x"))})
    first = await archived(web, wayback()).fetch(asking(PAGE), wayback())
    assert [each for each in web.asked if "/web/" in each] == [at(TWO), at(ONE)]
    del web.asked[:]
    again = await archived(web, wayback()).fetch(asking(PAGE), wayback(), Validators(etag=first.headers["etag"]))
    assert again.not_modified
    assert [each for each in web.asked if "/web/" in each] == []


async def test_a_capture_that_two_requests_lead_to_is_fetched_once() -> None:
    web = StandIn({CDX: (200, {}, index(ONE)), at(ONE): memento(ONE, page("x"))})
    fetcher = archived(web, wayback())
    for then in ("parse", "other"):
        await fetcher.fetch(asking(PAGE, then=then), wayback())
    assert len(web.asked) == 2


async def test_a_packed_capture_is_unpacked_also_where_the_archive_says_so_of_the_platform_alone() -> None:
    packed = memento(ONE, gzip.compress(page("x").encode()), x_archive_orig_content_encoding="gzip")
    fetched, _ = await got({CDX: (200, {}, index(ONE)), at(ONE): packed})
    assert fetched.body.decode() == page("x")
    plain = memento(ONE, page("x"), x_archive_orig_content_encoding="gzip")
    fetched, _ = await got({CDX: (200, {}, index(ONE)), at(ONE): plain})
    assert fetched.body.decode() == page("x")


async def test_a_busy_archive_is_asked_again_when_it_says() -> None:
    time = Time()
    busy: Reply = (429, {"retry-after": "30"}, "")
    web = StandIn({CDX: [busy, (200, {}, index(ONE))], at(ONE): [busy, memento(ONE, page("x"))]})
    await archived(web, wayback(), retries=1, time=time).fetch(asking(PAGE), wayback())
    assert time.slept == [30, 30]


async def test_captured_too_many_requests_are_not_waited_for() -> None:
    time = Time()
    lines = "\n".join([index(ONE), index(TWO, status="-")])
    web = StandIn(
        {CDX: (200, {}, lines), at(TWO): memento(TWO, "", 429, retry_after="600"), at(ONE): memento(ONE, page("x"))}
    )
    fetched = await archived(web, wayback(), retries=3, time=time).fetch(asking(PAGE), wayback())
    assert (fetched.body.decode(), time.slept) == (page("x"), [])


async def test_the_archive_alone_is_asked_and_at_its_pace() -> None:
    web = StandIn({CDX: (200, {}, index(ONE)), at(ONE): memento(ONE, page("x"))})
    site = wayback()
    await archived(web, site).fetch(asking(PAGE, headers={"cookie": "mine"}), site)
    assert {(each.base, each.hosts, each.pace, each.concurrency) for each in web.sites} == {(ROOT, (), 3.0, 1)}
    assert all(not each for each in web.headers)


async def test_an_index_is_read_to_its_end() -> None:
    first = (200, {}, f"{index(ONE)}\n\ncom%2Ckey%29%2F+2012")
    web = StandIn({CDX: [first, (200, {}, index(TWO))], at(TWO): memento(TWO, page("x"))})
    await archived(web, wayback()).fetch(asking(PAGE), wayback())
    assert web.asked[1].endswith("&resumeKey=com%252Ckey%2529%252F%2B2012")


async def test_an_archive_without_an_index_is_asked_for_its_timemap() -> None:
    link = (
        f'<{PAGE}>; rel="original",\n<{ROOT}/web/{ONE}/{PAGE}>; rel="memento"; datetime="Thu, 01 Mar 2012 10:00:00 GMT"'
    )
    web = StandIn({f"{ROOT}/web/timemap/link/{PAGE}": (200, {}, link), at(ONE): memento(ONE, page("x"))})
    fetched = await archived(web, wayback()).fetch(asking(PAGE), wayback())
    assert fetched.body.decode() == page("x")


async def test_a_timemap_in_parts_is_read_to_its_end_but_not_elsewhere() -> None:
    here = f"{ROOT}/web/timemap/link/{PAGE}"
    parts = f'<{here}>; rel="self", <{ROOT}/more>; rel="timemap", <https://other.example/more>; rel="timemap"'
    first = f'<{ROOT}/web/{ONE}/{PAGE}>; rel="memento first"; datetime="Thu, 01 Mar 2012 10:00:00 GMT"'
    more = f'{first}, <{here}>; rel="timemap"'
    web = StandIn({here: (200, {}, parts), f"{ROOT}/more": (200, {}, more), at(ONE): memento(ONE, page("x"))})
    fetched = await archived(web, wayback(), timemaps=True).fetch(asking(PAGE), wayback())
    assert fetched.status == 200
    assert web.asked == [here, f"{ROOT}/more", at(ONE)]


def replies_of(recordings: Path) -> Replies:
    """What the Wayback Machine really answered; bodies that were not kept are empty, but for what was noted of one."""
    found: Replies = {}
    folder = recordings / "web-archive"
    for entry in json.loads((folder / "recording.json").read_text())["responses"]:
        if "web.archive.org" in entry["url"]:
            body = (folder / entry["file"]).read_bytes() if entry.get("file") else b""
            excluded = (
                entry["status"] == 200 and entry.get("body_not_kept") and "memento-datetime" not in entry["headers"]
            )
            body = b"has been excluded from the Wayback Machine" if excluded else body
            found[entry["url"]] = (entry["status"], entry["headers"], body)
    return found


@pytest.mark.parametrize(
    ("stamp", "url", "taken"),
    [
        ("20171124151315", "https://www.fws.gov/birds/", "2017-11-24T15:13:15+00:00"),
        ("20171101000000", "https://www.fws.gov/birds/", "2017-11-24T15:13:15+00:00"),
    ],
)
async def test_captures_of_the_wayback_machine_are_had_also_by_way_of_another(
    stamp: str, url: str, taken: str, recordings: Path
) -> None:
    fetched = await of_wayback(replies_of(recordings), stamp, url)
    assert fetched.captured_at is not None
    assert (fetched.status, fetched.url, fetched.captured_at.isoformat()) == (200, url, taken)


@pytest.mark.parametrize(
    ("stamp", "url", "why"),
    [
        ("20170929002712", "https://nationalpost.com/health/", "the archive excludes this page"),
        ("20170929002712", "https://this-is-not-real-url.whatever/", "answered 404"),
        ("20150129034904", "http://www.reddit.com/r/PokemonGiveaway", "has status 429"),
        ("20200201023757", "https://www.epa.gov/climatechange", "no capture of .*/signpost/cc.html that counts"),
        ("20200201020357", "http://epa.gov/climatechange", "no capture of .*/signpost/cc.html that counts"),
    ],
)
async def test_what_the_wayback_machine_answers_beside_captures_is_none(
    stamp: str, url: str, why: str, recordings: Path
) -> None:
    with pytest.raises(NotRecorded, match=why):
        await of_wayback(replies_of(recordings), stamp, url)


async def test_a_page_that_the_wayback_machine_blocks_is_not_asked_for_twice(recordings: Path) -> None:
    recorded = replies_of(recordings)
    [blocked] = [each for url, each in recorded.items() if "cdx" in url and isinstance(each, tuple) and each[0] == 403]
    web, site = StandIn({"https://web.archive.org/cdx/": blocked}), making.site(archive=Archive())
    with pytest.raises(NotAllowed, match="Blocked Site Error"):
        await archived(web, site, retries=3).fetch(asking("https://nationalpost.com/health"), site)
    assert len(web.asked) == 1


async def of_wayback(replies: Replies, stamp: str, url: str) -> Fetched:
    """What the recorded Wayback Machine gives for ``url``; its index lists one capture of that instant."""
    cdx = "https://web.archive.org/cdx/search/cdx?"
    index_of = f"{cdx}{urlencode({'url': url})}"
    web = StandIn({**replies, cdx: (200, {}, ""), index_of: (200, {}, f"key {stamp} {url} text/html - - 1")})
    site = making.site(archive=Archive(), base="https://www.epa.gov")
    return await archived(web, site).fetch(asking(url), site)
