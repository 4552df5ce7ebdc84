"""``folkmoot serve`` and ``folkmoot harvest`` at once on one directory, for a minute, under searches.

No error, no lost change, and every change visible in search within two seconds of standing in the log.
``FOLKMOOT_TOGETHER_SECONDS`` makes it longer or shorter; what it measured is printed.
"""

from __future__ import annotations

import asyncio
import os
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from folkmoot_hub.clock import SystemClock
from folkmoot_hub.hub import Hub
from folkmoot_hub.search.query import Query
from folkmoot_hub.search.tantivy_index import TantivyIndex
from folkmoot_hub.store.protocol import Change
from folkmoot_schema.process import Record
from hub.jobs.town import Program, configure, open_hub, record

SECONDS = float(os.environ.get("FOLKMOOT_TOGETHER_SECONDS") or 60)
TOWNS = ("east.example.org", "west.example.org")
#: Within so many seconds a change must be found.
LIMIT = 2.0
#: So many seconds between two looks at the log: what is measured may be that much too little.
LOOK = 0.02
#: So many searches a second, by each of the searchers.
RATE, SEARCHERS = 10, 3


class Town:
    """What a town lists, round by round: some titles change, some counts, one is new, one is deleted."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.round = 0
        self.entries = {f"a{number}": self._entry(f"a{number}") for number in range(12)}

    def next(self) -> tuple[list[dict[str, Any]], list[str]]:
        """The list of the next round, and what is deleted in it."""
        self.round += 1
        gone = [id for id in self.entries if id == f"n{self.round - 2}"]
        for id in gone:
            del self.entries[id]
        ids = sorted(self.entries)
        for id in random.Random(self.round).sample(ids, 3):
            self.entries[id] = self._entry(id)
        self.entries[ids[self.round % len(ids)]]["count"] += 1
        self.entries[f"n{self.round}"] = self._entry(f"n{self.round}")
        return list(self.entries.values()), gone

    def _entry(self, id: str) -> dict[str, Any]:
        word = f"{self.source[:4]}{id}round{self.round}"
        return {"id": id, "title": f"Square {word}", "opens": "2026-01-01", "closes": "2099-12-31", "count": 10}


class Watch:
    """What the test sees: the log as it grows, how long each change took to be found, every answer."""

    def __init__(self, hub: Hub, address: str, session: aiohttp.ClientSession) -> None:
        self.hub, self.address, self.session = hub, address, session
        self.log: list[Change] = []
        self.checks: dict[str, set[asyncio.Task[None]]] = {town: set() for town in TOWNS}
        self.seconds: list[float] = []
        self.answers: Counter[int] = Counter()
        self.read: list[tuple[int, str, str, str]] = []

    async def ask(self, path: str) -> Any:
        """The answer of ``path``, which must be a good one."""
        async with self.session.get(self.address + path) as response:
            self.answers[response.status] += 1
            body = await response.read()
            assert response.status == 200, (path, response.status, body)
            return await response.json() if response.content_type == "application/json" else body

    async def follow(self) -> None:
        """Look at the log again and again; of each new change, find out how long it takes to be found."""
        while True:
            after = self.log[-1].seq if self.log else 0
            for change in await asyncio.to_thread(self.hub.store.changes, after):
                self.log.append(change)
                self.checks[change.source].add(asyncio.create_task(self._found(change, time.monotonic())))
            await asyncio.sleep(LOOK)

    async def _found(self, change: Change, since: float) -> None:
        while not await self._shows(change):
            assert time.monotonic() - since < 20, f"{change.op} of {change.source} {change.local_id} never shows"
            await asyncio.sleep(LOOK)
        self.seconds.append(time.monotonic() - since)

    async def _shows(self, change: Change) -> bool:
        version = change.body or change.previous
        assert version is not None
        word = version.process.title.values["und"].split()[-1]
        items = (await self.ask(f"/api/v1/processes?q={word}"))["items"]
        if change.op == "delete":
            return not items
        if change.weight == "count":
            kept = await asyncio.to_thread(self.hub.store.get, change.source, change.local_id)
            assert isinstance(kept, Record)
            return [item["support"][0]["count"] for item in items] == [kept.process.support[0].count]
        return [(item["source"], item["local_id"]) for item in items] == [(change.source, change.local_id)]

    async def subscribe(self) -> None:
        """Read the change log over HTTP, by its cursor, as a portal does."""
        after = 0
        while True:
            document = await self.ask(f"/api/v1/changes?after={after}&limit=7")
            for item in document["items"]:
                self.read.append((item["seq"], item["source"], item["local_id"], item["op"]))
            after = document["next"]
            if not document["items"]:
                await asyncio.sleep(0.1)

    async def search(self, asked: Iterator[str]) -> None:
        """Ask at a steady rate."""
        for path in asked:
            begun = time.monotonic()
            await self.ask(path)
            await asyncio.sleep(max(0.0, 1 / RATE - (time.monotonic() - begun)))


def paths(seed: int) -> Iterator[str]:
    """Addresses that people and machines ask for, without end."""
    chance = random.Random(seed)
    while True:
        yield chance.choice(
            [
                "/",
                "/?q=square&sort=newest",
                "/?status=open&page=2&limit=5",
                "/sources",
                "/atom.xml",
                f"/atom.xml?source={chance.choice(TOWNS)}",
                "/api/v1/processes?facets=1&limit=5",
                f"/api/v1/processes?q=eastn{chance.randint(1, 20)}&source={TOWNS[0]}",
                "/api/v1/processes?sort=support&limit=3",
                "/api/v1/sources",
                "/readyz",
                f"/process/{chance.choice(TOWNS)}/a{chance.randint(0, 11)}",
            ]
        )


async def harvests(watch: Watch, town: Town, folder: Path, packages: Path, data: Path, until: float) -> None:
    """Harvest round after round, each by a process of its own, when all of the last one has been found."""
    while time.monotonic() < until:
        recording = record(folder / town.source, *town.next(), source=town.source)
        program = Program(packages, "--data", data, "harvest", town.source, "--replay", recording)
        with program:
            assert await asyncio.to_thread(program.end) == 0, program.log()
            # The one thing to say is that the recording is older than the clock.
            assert [line for line in program.log().splitlines() if "what was recorded was true on" not in line] == []
        await asyncio.sleep(2 * LOOK)
        while checks := watch.checks[town.source]:
            watch.checks[town.source] = set()
            await asyncio.gather(*checks)


@pytest.mark.slow
async def test_harvest_and_serve_at_once(tmp_path: Path, packages: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = configure(
        tmp_path / "data", *({"id": source, "base": f"https://{source}", "title": source[:4]} for source in TOWNS)
    )
    towns = [Town(source) for source in TOWNS]
    for town in towns:  # so that the addresses asked for are there from the start
        recording = record(tmp_path / town.source, town.entries.values(), source=town.source)
        with Program(packages, "--data", data, "harvest", town.source, "--replay", recording) as program:
            assert program.end() == 0, program.log()

    with open_hub(data, SystemClock()) as hub, Program(packages, "--data", data, "serve", "--port", "0") as serving:
        address = await asyncio.to_thread(serving.address)
        async with aiohttp.ClientSession() as session:
            watch = Watch(hub, address, session)
            begun = time.monotonic()
            background = [watch.follow(), watch.subscribe(), *(watch.search(paths(seed)) for seed in range(SEARCHERS))]
            tasks = [asyncio.create_task(work) for work in background]
            rounds = asyncio.gather(
                *(harvests(watch, town, tmp_path, packages, data, begun + SECONDS) for town in towns)
            )
            done, _ = await asyncio.wait({rounds, *tasks}, return_when=asyncio.FIRST_COMPLETED)
            for ended in done:
                ended.result()
            while watch.read[-1:] and watch.read[-1][0] < hub.store.head():
                await asyncio.sleep(0.1)
            lasted = time.monotonic() - begun
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        serving.process.terminate()
        assert await asyncio.to_thread(serving.end, 30) == 0
        log = serving.log()

        kinds = Counter((change.op.value, change.weight.value) for change in watch.log)
        said = (
            f"\n{lasted:.0f} s: {sum(town.round for town in towns)} harvests, {len(watch.log)} changes"
            f" ({', '.join(f'{number} {op} {weight}' for (op, weight), number in sorted(kinds.items()))}),"
            f" {sum(watch.answers.values())} answers; found within {max(watch.seconds):.2f} s at most,"
            f" {sorted(watch.seconds)[len(watch.seconds) // 2]:.2f} s in the median\n"
        )
        with capsys.disabled():
            sys.stdout.write(said)
        # Nothing went wrong,
        assert set(watch.answers) == {200}
        assert not [line for line in log.splitlines() if "ERROR" in line or "WARNING" in line or "Traceback" in line]
        assert lasted >= SECONDS
        # much was done,
        assert min(town.round for town in towns) >= SECONDS / 15
        assert set(kinds) >= {
            ("create", "material"),
            ("update", "material"),
            ("update", "count"),
            ("delete", "material"),
        }
        # every change was found in time,
        assert len(watch.seconds) == len(watch.log)
        assert max(watch.seconds) < LIMIT
        # none was lost or told twice,
        stored = [(one.seq, one.source, one.local_id, one.op.value) for one in hub.store.changes(0, 100_000)]
        assert watch.read == stored
        assert [(one.seq, one.source, one.local_id, one.op.value) for one in watch.log] == stored
        # and in the end store and index hold what the towns list.
        listed = {(town.source, id): one["title"] for town in towns for id, one in town.entries.items()}
        kept = dict(hub.store.all_records())
        assert {(one.source, one.local_id): one.process.title.values["und"] for one in kept.values()} == listed
        answer = TantivyIndex(hub.index_folder).search(Query(limit=100))
        assert (answer.total, set(answer.numbers)) == (len(kept), set(kept))
