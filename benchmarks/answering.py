"""Answers a second of processor time: dynamic pages of the hub against an empty answer of aiohttp."""

from __future__ import annotations

import asyncio
import itertools
import statistics
import tempfile
from collections.abc import Callable
from pathlib import Path

import aiohttp
from aiohttp import web

from benchmarks import town
from benchmarks.measuring import Goal, told
from benchmarks.serving import serving
from folkmoot_hub.clock import FixedClock
from folkmoot_hub.connector import Site
from folkmoot_hub.harvest.keeping import Keeper
from folkmoot_hub.search.reader import IndexReader
from folkmoot_hub.search.tantivy_index import TantivyIndex
from folkmoot_hub.search.warming import warm
from folkmoot_hub.store.sqlite.store import SqliteStore
from folkmoot_hub.web.app import create_app
from folkmoot_hub.web.face import HubFace

RECORDS, REQUESTS, WARMING = 5_000, 400, 100
_ROUNDS = 3
_SITE = Site(id="town.example", connector="town", title="Town", base="https://town.example")
_GOAL = Goal(at_least=0.5)


def page() -> bool:
    """The page of a process, a search and an answer of the programming interface.

    Each is measured twice: where no address was ever asked for before, so that the hub makes every answer; and where
    all were asked for once, and nothing has changed since.
    """
    with tempfile.TemporaryDirectory() as folder:
        _fill(Path(folder))
        met = [_measured(Path(folder), name, paths) for name, paths in _PATHS.items()]
        return all(met)


def _measured(folder: Path, name: str, paths: list[str]) -> bool:
    others, asked = paths[:WARMING], paths[WARMING:]
    rounds = [
        (
            _seconds(_empty, others, asked),
            *(_seconds(lambda: _hub(folder), before, asked) for before in (others, asked)),
        )
        for _ in range(_ROUNDS)
    ]
    met = []
    for at, way in enumerate(("asked for the first time", "asked again"), 1):
        what = (
            f"{RECORDS:,} records, {REQUESTS} addresses; {statistics.median(one[at] for one in rounds) * 1000:.3f} ms"
            f" an answer against {statistics.median(one[0] for one in rounds) * 1000:.3f} ms for an empty one"
        )
        ratio = statistics.median(one[0] / one[at] for one in rounds)
        met.append(told(f"page: {name}, {way}", ratio, _GOAL, what))
    return all(met)


_COUNTRIES = ("DE", "FR", "IT", "PL", "ES", "GR", "FI", "EU")
_SOME = [*_COUNTRIES, *("&country=".join(two) for two in itertools.combinations(_COUNTRIES, 2))]
_WORDS = itertools.product(("park", "bridge", "water", "school", "night"), ("forest", "budget", "library", "air"))
#: For each kind of answer, first the addresses that make the server warm, then those that are measured. All are full:
#: every search finds more than the twenty processes that it shows.
_PATHS = {
    "a process": [f"/process/town.example/t-{number}" for number in range(WARMING + REQUESTS)],
    "a search": [f"/?q={one}+{other}&country={some}" for one, other in _WORDS for some in _SOME][: WARMING + REQUESTS],
    "20 items of the API": [
        f"/api/v1/processes?country={some}&page={number}" for number in range(1, 26) for some in _SOME[:20]
    ],
}


def _fill(folder: Path) -> None:
    store, index = SqliteStore(folder), TantivyIndex(folder / "index")
    store.register(_SITE)
    keeper = Keeper(_SITE, town.NOW)
    with store.transaction() as tx:
        for number in range(RECORDS):
            record = town.record(number)
            keeper.keep(tx, None, record.local_id, record.process, record.provenance, "")
    IndexReader(store, index).rebuild()
    index.close()
    store.close()


def _hub(folder: Path) -> web.Application:
    store, index = SqliteStore(folder), TantivyIndex(folder / "index")
    warm(index)  # as whoever serves does
    return create_app(HubFace(records=store, changes=store, index=index, clock=FixedClock(town.NOW)))


def _empty() -> web.Application:
    async def answer(request: web.Request) -> web.Response:
        return web.Response()

    app = web.Application()
    app.router.add_get("/{path:.*}", answer)
    return app


def _seconds(make: Callable[[], web.Application], before: list[str], asked: list[str]) -> float:
    """Processor seconds that a new server takes for an answer to one of ``asked``, those ``before`` not counted."""
    with serving(make) as server:
        asyncio.run(_ask(server.address, before))
        begun = server.seconds()
        asyncio.run(_ask(server.address, asked))
        return (server.seconds() - begun) / len(asked)


async def _ask(base: str, paths: list[str]) -> None:
    async with aiohttp.ClientSession() as session:
        for path in paths:
            async with session.get(base + path) as response:
                await response.read()
                assert response.status == 200, path
