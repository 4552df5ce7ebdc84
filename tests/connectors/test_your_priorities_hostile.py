"""Your Priorities with all its quirks as a server of our own, harvested over HTTP: nothing disappears.

The server answers as the platform's software does: a page for whoever looks like a robot and does not call its request
JSON, 401 for what is deleted, closed or was never there, 404 for a list that it does not know, twenty a page.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from connectors.driving import bundled, under
from connectors.ideas import NUMBERS, activities, activity, page, post, said
from folkmoot_connectors.your_priorities import YourPriorities
from folkmoot_hub.clock import FixedClock
from folkmoot_hub.connector import Request, Site
from folkmoot_hub.errors import Blocked
from folkmoot_hub.fetch.session import WebFetcher
from folkmoot_hub.fetch.settings import FetchSettings
from folkmoot_hub.harvest.run import Harvest, Options
from folkmoot_hub.store.protocol import RunRow
from folkmoot_hub.store.sqlite.store import SqliteStore
from folkmoot_schema.codes import Status
from folkmoot_schema.process import Record

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
HTML = (
    "<!DOCTYPE html><html lang='en'><head><title>Better Exampleville</title></head><body><h1>Ideas</h1></body></html>"
)
OPEN, BEGUN, YES, NO = range(1, 25), (31, 32), (41,), (51,)
EVERY = {str(id) for ids in (OPEN, BEGUN, YES, NO) for id in ids}
Quirk = Callable[[str, int, dict[str, Any]], web.Response | None]


class Platform:
    """The server. ``quirk`` may answer in its place: it gets what is asked for, an offset, and the true answer."""

    def __init__(self) -> None:
        self.ids = dict(zip(NUMBERS, (list(OPEN), list(BEGUN), list(YES), list(NO)), strict=True))
        self.asked: list[str] = []
        self.pages_for_robots = 0
        self.page_size = 20
        self.quirk: Quirk = lambda what, offset, true: None
        app = web.Application()
        app.router.add_get("/api/groups/{group}/posts/{order}/null/{status}", self._list)
        app.router.add_get("/api/activities/posts/{id}", self._activities)
        app.router.add_get("/{path:.*}", self._anything)
        self.server = TestServer(app, host="127.0.0.1")

    def _for_robots(self, request: web.Request) -> web.Response | None:
        self.asked.append(request.path)
        robot = "Mozilla/5.0" not in request.headers.get("User-Agent", "")
        if not robot or request.headers.get("Content-Type") == "application/json":
            return None
        self.pages_for_robots += 1
        return html()

    async def _list(self, request: web.Request) -> web.Response:
        if (response := self._for_robots(request)) is not None:
            return response
        if request.match_info["group"] != "3":
            return refusal(401)
        status, offset = request.match_info["status"], int(request.query.get("offset", "0"))
        if status not in NUMBERS:
            return refusal(404)
        ids = self.ids[status]
        true = page(*(post(id, status) for id in ids[offset : offset + self.page_size]), total=len(ids))
        return self.quirk(status, offset, true) or web.json_response(true)

    async def _activities(self, request: web.Request) -> web.Response:
        if (response := self._for_robots(request)) is not None:
            return response
        id = int(request.match_info["id"])
        status = next((status for status, ids in self.ids.items() if id in ids), None)
        if status is None:
            return refusal(401)
        words = said(id, f"Words on {id}", str(NUMBERS[status]), of=id)
        true = activities(words, activity(500 + id, "activity.post.new", of=id))
        return self.quirk(f"activities of {id}", 0, true) or web.json_response(true)

    async def _anything(self, request: web.Request) -> web.Response:
        if request.path == "/robots.txt":
            return refusal(404)
        return self._for_robots(request) or refusal(401)


def html() -> web.Response:
    return web.Response(text=HTML, content_type="text/html")


def refusal(status: int) -> web.Response:
    return web.Response(status=status, text={401: "Unauthorized", 404: "Not Found"}.get(status, "Sorry"))


class Hub:
    """A store, a clock, and one site that is harvested over HTTP."""

    def __init__(self, folder: Path, platform: Platform) -> None:
        self.platform = platform
        self.store = SqliteStore(folder)
        self.clock = FixedClock(NOW)
        base = str(platform.server.make_url("/")).rstrip("/")
        self.site = under(bundled("better-reykjavik"), {"base": base, "groups": [3], "pace": 0})

    async def harvest(self) -> RunRow:
        async with fetching(self.clock) as fetcher:
            return await Harvest(
                self.site, YourPriorities(), fetcher, self.store, self.clock, options=Options(via="web")
            ).run()

    def records(self) -> dict[str, Record]:
        return {record.local_id: record for _, record in self.store.all_records()}

    def stand(self) -> dict[str, Status]:
        while self.store.advance(self.clock.now()):
            pass
        return {id: record.standing.status for id, record in self.records().items()}


@asynccontextmanager
async def fetching(clock: FixedClock) -> AsyncIterator[WebFetcher]:
    """A web fetcher that may ask the loopback, and does not wait before it asks again."""
    settings = FetchSettings(contact="mailto:hub@example.org", allow=("127.0.0.1/32",), retries=1, backoff=0)
    made = WebFetcher(
        settings, secrets=lambda name: "", connector_of=lambda site: YourPriorities, clock=clock, sleep=no_wait
    )
    yield made
    await made.close()


async def no_wait(seconds: float) -> None:
    """Time that nobody waits for."""


@pytest.fixture
async def hub(tmp_path: Path) -> AsyncIterator[Hub]:
    platform = Platform()
    async with platform.server:
        made = Hub(tmp_path, platform)
        yield made
        made.store.close()


async def after_a_good_run(hub: Hub) -> dict[str, Record]:
    row = await hub.harvest()
    assert (row.outcome, row.why, row.items, row.created, row.requests) == ("complete", "", 28, 28, 9)
    before = hub.records()
    assert set(before) == EVERY
    hub.clock.move(timedelta(days=1))
    return before


async def test_a_good_run_brings_every_idea_and_no_page_for_robots(hub: Hub) -> None:
    records = await after_a_good_run(hub)
    assert hub.platform.pages_for_robots == 0
    assert [len(records[id].process.outcomes) for id in ("1", "31", "41", "51")] == [0, 1, 1, 1]
    row = await hub.harvest()
    assert (row.outcome, row.unchanged, row.requests) == ("complete", 28, 5)  # what was said is held for a week


async def test_pages_that_are_shorter_than_told_are_gone_on_from(hub: Hub) -> None:
    hub.platform.page_size = 7
    row = await hub.harvest()
    assert (row.outcome, row.items, row.requests) == ("complete", 28, 11)


async def test_without_calling_itself_json_the_same_hub_gets_a_page(hub: Hub) -> None:
    async with fetching(hub.clock) as fetcher:
        with pytest.raises(Blocked, match="answered 200 with text/html, not with JSON"):
            await fetcher.fetch(Request(hub.site.url("api/posts/1")), hub.site)
    assert hub.platform.pages_for_robots == 2


async def test_deleted_closed_and_unknown_are_all_refused_alike(hub: Hub) -> None:
    async with fetching(hub.clock) as fetcher:
        for path in ("api/posts/24", "api/communities/2", "api/groups/99999/posts/newest/null/open"):
            request = Request(hub.site.url(path), headers={"Content-Type": "application/json"})
            with pytest.raises(Blocked, match="answered 401"):
                await fetcher.fetch(request, hub.site)


def everywhere(response: Callable[[], web.Response]) -> Quirk:
    return lambda what, offset, true: response()


def at(what: str, response: Callable[[], web.Response], offset: int = 0) -> Quirk:
    return lambda asked, begin, true: response() if (asked, begin) == (what, offset) else None


def listing(what: str, *changes: tuple[str, Any], offset: int = 0) -> Quirk:
    """The true answer to one request, with some of its fields as functions of it."""

    def quirk(asked: str, begin: int, true: dict[str, Any]) -> web.Response | None:
        if (asked, begin) != (what, offset):
            return None
        return web.json_response({**true, **{name: value(true) for name, value in changes}})

    return quirk


def same_page(asked: str, offset: int, true: dict[str, Any]) -> web.Response | None:
    """The offset is ignored."""
    if asked != "open":
        return None
    return web.json_response(page(*(post(id) for id in list(OPEN)[:20]), total=len(OPEN)))


def two_withheld(asked: str, offset: int, true: dict[str, Any]) -> web.Response | None:
    """The total counts two ideas that no page has."""
    if asked != "open":
        return None
    shown = [each for each in true["posts"] if each["id"] not in (23, 24)]
    return web.json_response({**true, "posts": shown})


def status_ignored(asked: str, offset: int, true: dict[str, Any]) -> web.Response | None:
    """Whatever is asked, the open ones come."""
    return web.json_response(page(*(post(id) for id in list(OPEN)[:20]), total=20)) if asked in NUMBERS else None


EMPTY = ("posts", lambda true: [])
QUIRKS: dict[str, tuple[Quirk, str, str]] = {
    "robots' HTML for everything": (everywhere(html), "failed", "with text/html"),
    "robots' HTML for one list": (at("open", html), "partial", "with text/html"),
    "robots' HTML for the second page": (at("open", html, 20), "partial", "open: 20 of 24"),
    "robots' HTML for what was said": (at("activities of 41", html), "partial", ""),
    "the list of a status is missing": (at("in_progress", lambda: refusal(404)), "partial", "answered 404"),
    "401 for a list": (at("failed", lambda: refusal(401)), "partial", "answered 401"),
    "401 for everything": (everywhere(lambda: refusal(401)), "failed", "answered 401"),
    "401 for what was said": (at("activities of 51", lambda: refusal(401)), "partial", ""),
    "a short last page": (two_withheld, "partial", "open: 22 of 24"),
    "an empty second page": (listing("open", EMPTY, offset=20), "partial", "open: 20 of 24"),
    "an empty list with its total": (listing("open", EMPTY), "partial", "open: 4 of 24"),
    "an empty list that says so": (
        listing("open", EMPTY, ("totalPostsCount", lambda true: 0)),
        "suspicious",
        "of the 24",
    ),
    "the same page again": (same_page, "partial", "open: 20 of 24"),
    "the status is ignored": (status_ignored, "partial", "the filter was ignored"),
    "no total": (listing("open", ("totalPostsCount", lambda true: None)), "partial", "totalPostsCount"),
    "half an answer": (
        at("open", lambda: web.Response(text='{"posts":[', content_type="application/json")),
        "partial",
        "",
    ),
    "too many requests": (at("open", lambda: refusal(429)), "partial", "answered 429"),
    "a broken server": (at("successful", lambda: refusal(500)), "partial", "answered 500"),
}


@pytest.mark.parametrize(("quirk", "outcome", "why"), QUIRKS.values(), ids=QUIRKS)
async def test_whatever_the_platform_does_nothing_disappears(hub: Hub, quirk: Quirk, outcome: str, why: str) -> None:
    before = await after_a_good_run(hub)
    # What was said is read again after a week.
    hub.clock.move(timedelta(days=7))
    hub.platform.quirk = quirk
    row = await hub.harvest()
    assert row.outcome == outcome
    assert why in row.why
    assert (row.created, row.changed, row.gone, row.quarantined) == (0, 0, 0, 0)
    after = hub.records()
    assert {id: same(each) for id, each in after.items()} == {id: same(each) for id, each in before.items()}
    assert [id for id, each in after.items() if each.absent_since] == []
    assert hub.store.tombstones() == []
    # And when it has come to its senses, all is as before.
    hub.platform.quirk = lambda what, offset, true: None
    row = await hub.harvest()
    assert (row.outcome, row.created, row.changed, row.gone) == ("complete", 0, 0, 0)
    assert set(hub.records()) == EVERY


def same(record: Record) -> Any:
    """What was told, without when it was read."""
    counts = tuple(msgspec.structs.replace(each, read_at=None) for each in record.process.support)
    return msgspec.structs.replace(record.process, support=counts)


@pytest.mark.parametrize("quirk", [html, lambda: refusal(401)], ids=["robots' HTML", "401"])
async def test_a_platform_that_stays_hostile_leaves_what_is_open_unknown(
    hub: Hub, quirk: Callable[[], web.Response]
) -> None:
    await after_a_good_run(hub)
    hub.platform.quirk = everywhere(quirk)
    for _ in range(2):
        assert (await hub.harvest()).outcome == "failed"
        hub.clock.move(timedelta(days=1))
    found = hub.stand()
    assert set(found) == EVERY
    assert {found[str(id)] for id in OPEN} == {Status.UNKNOWN}
    assert {found[str(id)] for id in (*BEGUN, *YES, *NO)} == {Status.UNDER_REVIEW, Status.ANSWERED, Status.REFUSED}


async def test_a_hub_that_begins_with_hostile_answers_stores_nothing_of_them(hub: Hub) -> None:
    hub.platform.quirk = everywhere(html)
    row = await hub.harvest()
    assert (row.outcome, row.items, hub.records()) == ("failed", 0, {})


async def test_an_idea_that_was_deleted_is_no_longer_listed_and_stays(hub: Hub) -> None:
    await after_a_good_run(hub)
    hub.platform.ids["open"].remove(24)
    row = await hub.harvest()
    assert (row.outcome, row.items, row.gone) == ("complete", 27, 0)
    records = hub.records()
    assert [id for id, each in records.items() if each.absent_since] == ["24"]
    assert set(records) == EVERY
    assert not [path for path in hub.platform.asked if path.endswith("/24")]


async def test_an_idea_that_is_decided_moves_and_is_not_missed(hub: Hub) -> None:
    await after_a_good_run(hub)
    hub.platform.ids["open"].remove(24)
    hub.platform.ids["failed"].append(24)
    row = await hub.harvest()
    assert (row.outcome, row.items, row.changed) == ("complete", 28, 1)
    moved = hub.records()["24"]
    assert (moved.standing.status, moved.absent_since, len(moved.process.outcomes)) == (Status.REFUSED, None, 1)


async def test_an_idea_the_site_says_it_took_down_is_removed(hub: Hub) -> None:
    await after_a_good_run(hub)
    taken_down = {**post(24), "status": "blocked"}
    hub.platform.quirk = listing("open", ("posts", lambda true: [*true["posts"][:-1], taken_down]), offset=20)
    row = await hub.harvest()
    assert (row.outcome, row.gone) == ("complete", 1)
    assert set(hub.records()) == EVERY - {"24"}


def test_the_site_is_the_bundled_one() -> None:
    site: Site = bundled("better-reykjavik")
    assert (site.connector, site.on_absence) == ("your_priorities", "keep")
