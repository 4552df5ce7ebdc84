"""Fetching and harvesting pages: against bare aiohttp, Scrapy, and parsing alone."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import msgspec

from benchmarks import town
from benchmarks.measuring import Goal, compare
from benchmarks.serving import served
from folkmoot_hub.clock import FixedClock
from folkmoot_hub.connector import Request, Site
from folkmoot_hub.fetch.session import WebFetcher
from folkmoot_hub.fetch.settings import FetchSettings
from folkmoot_hub.harvest.run import Harvest
from folkmoot_hub.store.sqlite.store import SqliteStore
from folkmoot_schema.process import canonical_json

PAGES, ITEMS = 400, 20
SMALL_PAGES = 1500
_TOLD = "a-volatile-number-00"


def _site(base: str) -> Site:
    return Site(id="town.example", connector="town", title="Town", base=base, pace=0, concurrency=8)


def _fetcher(clock: FixedClock | None = None) -> WebFetcher:
    settings = FetchSettings(contact="https://bench.example", allow=("127.0.0.1/32",), robots=False)
    return WebFetcher(settings, lambda name: "", lambda site: town.Town, clock or FixedClock(town.NOW))


def _bodies(told: str = "") -> dict[str, bytes]:
    return {f"/list/{number}": town.page(number, ITEMS, PAGES, told) for number in range(PAGES)}


class _Volatile(dict[str, bytes]):
    """Bodies that hold another number whenever they are asked for."""

    def get(self, path: str, default: Any = None) -> Any:
        """The body, with a number that it never had before."""
        body = super().get(path, default)
        return body.replace(_TOLD.encode(), f"{time.monotonic_ns():020}".encode(), 1) if body else body


def fetch() -> bool:
    """A page through the hub's fetcher, against bare aiohttp and against Scrapy; each eight at a time."""
    bodies = {f"/list/{number}": town.page(number, 1, SMALL_PAGES) for number in range(SMALL_PAGES)}
    size = sum(map(len, bodies.values())) / len(bodies) / 1024
    what = f"{SMALL_PAGES} pages of {size:.1f} KiB (1 item), 8 at a time, pace off"
    with served(bodies) as base, tempfile.TemporaryDirectory() as folder:
        paths = [f"{base}{path}" for path in bodies]
        first = compare(
            "fetch: pages/s to aiohttp",
            lambda: asyncio.run(_ours(base, paths)),
            lambda: asyncio.run(_bare(paths)),
            Goal(at_least=0.5),
            what,
        )
        second = compare(
            "fetch: pages/s to Scrapy",
            lambda: asyncio.run(_ours(base, paths)),
            lambda: _scrapy(base, Path(folder), "Pages"),
            Goal(at_least=5),
            what,
            rounds=3,
        )
        return first and second


async def _ours(base: str, paths: list[str]) -> None:
    fetcher, site = _fetcher(), _site(base)
    gate = asyncio.Semaphore(8)

    async def one(path: str) -> None:
        async with gate:
            await fetcher.fetch(Request(path), site)

    await asyncio.gather(*(one(path) for path in paths))
    await fetcher.close()


async def _bare(paths: list[str]) -> None:
    gate = asyncio.Semaphore(8)
    async with aiohttp.ClientSession() as session:

        async def one(path: str) -> None:
            async with gate, session.get(path) as response:
                await response.read()

        await asyncio.gather(*(one(path) for path in paths))


def harvest() -> bool:
    """A whole harvest against a Scrapy spider that reads the same items and does nothing with them."""
    bodies = _bodies()
    with served(bodies) as base, tempfile.TemporaryDirectory() as folder:
        return compare(
            "harvest: pages/s to Scrapy",
            lambda: _harvest(base),
            lambda: _scrapy(base, Path(folder), "Town"),
            Goal(at_least=5),
            f"{PAGES} pages of {ITEMS} items, each stored as a process, against items only read; pace off",
            rounds=3,
        )


_SPIDERS = """
import scrapy

SETTINGS = {"ROBOTSTXT_OBEY": False, "CONCURRENT_REQUESTS": 8, "TELNETCONSOLE_ENABLED": False, "LOG_LEVEL": "ERROR"}


class Pages(scrapy.Spider):
    name = "pages"
    custom_settings = SETTINGS

    def __init__(self, base=None, pages="0", **kwargs):
        super().__init__(**kwargs)
        self.start_urls = ["%s/list/%s" % (base, number) for number in range(int(pages))]

    def parse(self, response):
        return None


class Town(scrapy.Spider):
    name = "town"
    custom_settings = SETTINGS

    def __init__(self, base=None, pages="0", **kwargs):
        super().__init__(**kwargs)
        self.start_urls = [base + "/list/0"]

    def parse(self, response):
        answer = response.json()
        for row in answer["rows"]:
            yield row
        if answer["next"] is not None:
            yield response.follow("/list/%s" % answer["next"])
"""


def _scrapy(base: str, folder: Path, spider: str) -> None:
    """Run one of the spiders, as Scrapy's own command does, in a process of its own."""
    file = folder / f"{spider.lower()}.py"
    head, *classes = _SPIDERS.split("\n\n\n")
    file.write_text("\n\n\n".join([head, *(each for each in classes if each.startswith(f"class {spider}("))]))
    arguments = ["-a", f"base={base}", "-a", f"pages={SMALL_PAGES}"]
    subprocess.run(
        [sys.executable, "-m", "scrapy", "runspider", str(file), *arguments, "-s", "LOG_ENABLED=0"],
        check=True,
        cwd=folder,
    )


def _harvest(base: str) -> None:
    """A harvest into a store that is new each time."""
    with tempfile.TemporaryDirectory() as fresh:
        _run(base, Path(fresh))


def _run(base: str, folder: Path) -> None:
    asyncio.run(_one_run(base, SqliteStore(folder)))


async def _one_run(base: str, store: SqliteStore) -> None:
    logging.disable()
    last = store.runs("town.example", 1)
    clock = FixedClock(last[0].started + timedelta(hours=1) if last else town.NOW)
    fetcher = _fetcher(clock)
    row = await Harvest(_site(base), town.Town(), fetcher, store, clock).run()
    await fetcher.close()
    store.close()
    assert (row.outcome, row.items) == ("complete", PAGES * ITEMS), row


def unchanged() -> bool:
    """Harvesting again what has not changed, against parsing each page and taking a digest of each item.

    Once its pages are the same to the byte, once every answer differs from the last in what nobody reads, so that it
    must be parsed. An hour lies between two harvests, so that all that is seen again has a date to be moved.
    """
    met = [_unchanged("unchanged, same bytes", "the same to the byte", _bodies())]
    met.append(_unchanged("unchanged, other bytes", "a volatile number in each", _Volatile(_bodies(_TOLD))))
    return all(met)


def _unchanged(name: str, how: str, bodies: Mapping[str, bytes]) -> bool:
    with served(bodies) as base, tempfile.TemporaryDirectory() as folder:
        _run(base, Path(folder))
        return compare(
            name,
            lambda: _run(base, Path(folder)),
            lambda: asyncio.run(_digests(base)),
            Goal(at_least=0.5),
            f"{PAGES} pages of {ITEMS} items, {how}, both fetched by the hub's fetcher; pace off",
            rounds=3,
        )


async def _digests(base: str) -> None:
    fetcher, site = _fetcher(), _site(base)
    following: int | None = 0
    while following is not None:
        answer = await fetcher.fetch(Request(f"{base}/list/{following}"), site)
        parsed: Any = msgspec.json.decode(answer.body)
        for each in parsed["rows"]:
            hashlib.sha256(canonical_json(each)).hexdigest()
        following = parsed["next"]
    await fetcher.close()
