"""Answers a second of processor time: dynamic pages of the hub against an empty answer of aiohttp."""

from __future__ import annotations

import asyncio
import json
import os
import resource
import signal
import statistics
import tempfile
from collections.abc import Callable
from pathlib import Path

import aiohttp
from aiohttp import web

from benchmarks import town
from benchmarks.measuring import Goal, told
from folkmoot_hub.clock import FixedClock
from folkmoot_hub.connector import Site
from folkmoot_hub.harvest.keeping import Keeper
from folkmoot_hub.search.reader import IndexReader
from folkmoot_hub.search.tantivy_index import TantivyIndex
from folkmoot_hub.store.sqlite.store import SqliteStore
from folkmoot_hub.web.app import create_app
from folkmoot_hub.web.face import HubFace

RECORDS, REQUESTS = 5_000, 400
_ROUNDS = 3
_SITE = Site(id="town.example", connector="town", title="Town", base="https://town.example")


def page() -> bool:
    """The page of a process, a search and an answer of the programming interface, each for ever other addresses."""
    with tempfile.TemporaryDirectory() as folder:
        _fill(Path(folder))
        met = []
        empty = [_per_answer(_empty, ["/"] * REQUESTS) for _ in range(_ROUNDS)]
        for name, paths in _PATHS.items():
            ours = [_per_answer(lambda: _hub(Path(folder)), paths) for _ in range(_ROUNDS)]
            ratio = statistics.median(empty) / statistics.median(ours)
            what = (
                f"{RECORDS:,} records, {REQUESTS} requests; {statistics.median(ours) * 1000:.2f} ms an answer"
                f" against {statistics.median(empty) * 1000:.2f} ms for an empty one"
            )
            met.append(told(f"page: {name}", ratio, Goal(at_least=0.5), what))
        return all(met)


_PATHS = {
    "a process": [f"/process/town.example/t-{number}" for number in range(REQUESTS)],
    "a search": [f"/?q=park+{number % 10}&country=DE&page={1 + number // 40}" for number in range(REQUESTS)],
    "20 items of the API": [f"/api/v1/processes?country=FR&page={1 + number % 20}" for number in range(REQUESTS)],
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
    store = SqliteStore(folder)
    return create_app(
        HubFace(records=store, changes=store, index=TantivyIndex(folder / "index"), clock=FixedClock(town.NOW))
    )


def _empty() -> web.Application:
    async def answer(request: web.Request) -> web.Response:
        return web.Response()

    app = web.Application()
    app.router.add_get("/{path:.*}", answer)
    return app


def _per_answer(make: Callable[[], web.Application], paths: list[str]) -> float:
    """Processor seconds that the server takes for one answer, its first hundred not counted."""
    port_out, port_in = os.pipe()
    taken_out, taken_in = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            asyncio.run(_serve(make(), port_in, taken_in))
        finally:
            os._exit(0)
    os.close(port_in)
    os.close(taken_in)
    with os.fdopen(port_out) as ports, os.fdopen(taken_out) as times:
        base = f"http://127.0.0.1:{int(ports.readline())}"
        asyncio.run(_ask(base, paths[:100]))
        os.kill(child, signal.SIGUSR1)
        before = float(json.loads(times.readline()))
        asyncio.run(_ask(base, paths))
        os.kill(child, signal.SIGUSR1)
        after = float(json.loads(times.readline()))
        os.kill(child, signal.SIGTERM)
        os.waitpid(child, 0)
    return (after - before) / len(paths)


async def _ask(base: str, paths: list[str]) -> None:
    async with aiohttp.ClientSession() as session:
        for path in paths:
            async with session.get(base + path) as response:
                await response.read()
                assert response.status == 200, path


async def _serve(app: web.Application, port: int, taken: int) -> None:
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    stop, loop = asyncio.Event(), asyncio.get_running_loop()

    def tell() -> None:
        usage = resource.getrusage(resource.RUSAGE_SELF)
        os.write(taken, f"{usage.ru_utime + usage.ru_stime}\n".encode())

    loop.add_signal_handler(signal.SIGUSR1, tell)
    loop.add_signal_handler(signal.SIGTERM, stop.set)
    os.write(port, f"{runner.addresses[0][1]}\n".encode())
    await stop.wait()
    await runner.cleanup()
