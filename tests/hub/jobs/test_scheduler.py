"""The scheduler in one process: order, limits, and that no source is at another's mercy."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from folkmoot_hub.clock import FixedClock
from folkmoot_hub.connector import Site
from folkmoot_hub.errors import ConnectionFailed
from folkmoot_hub.hub import Hub
from folkmoot_hub.jobs import scheduler
from folkmoot_hub.jobs.harvesting import Shared, harvest, web_fetcher
from folkmoot_hub.jobs.scheduler import AT_ONCE, Scheduler
from folkmoot_hub.store.protocol import RunRow
from hub.fetch.serving import Server
from hub.jobs.town import NOW, SOURCE, configure, entry, listed, open_hub

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """A scheduler that looks a hundred times a second."""
    monkeypatch.setattr(scheduler, "TICK", 0.01)


class Towns:
    """A harvester that notes who is harvested; some fail, some never end."""

    def __init__(self, failing: frozenset[str] = frozenset(), endless: frozenset[str] = frozenset()) -> None:
        self.begun: list[str] = []
        self.now = 0
        self.most = 0
        self._failing, self._endless = failing, endless

    async def harvest(self, site: Site) -> RunRow:
        self.begun.append(site.id)
        self.now += 1
        self.most = max(self.most, self.now)
        try:
            await asyncio.sleep(3600 if site.id in self._endless else 0.02)
        finally:
            self.now -= 1
        if site.id in self._failing:
            raise ConnectionFailed("no way")
        return RunRow(run="r", source=site.id, started=NOW, ended=NOW, outcome="complete")


def towns(number: int) -> list[str]:
    return [f"town{letter}.example.org" for letter in "abcdefghijkl"[:number]]


def hub_of(folder: Path, sources: list[str], clock: FixedClock) -> Hub:
    return open_hub(configure(folder / "towns", *({"id": source} for source in sources)), clock)


@asynccontextmanager
async def scheduling(hub: Hub, harvester: Callable[[Site], Awaitable[RunRow]]) -> AsyncIterator[None]:
    """The scheduler at work; it is cancelled at the end."""
    task = asyncio.create_task(Scheduler(hub, harvester, lambda: 0.0).run())
    try:
        yield
    finally:
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task


async def until(reached: Callable[[], bool], seconds: float = 10.0) -> None:
    async with asyncio.timeout(seconds):
        while not reached():
            await asyncio.sleep(0.01)


def due(hub: Hub, source: str) -> object:
    row = hub.store.source(source)
    return row and row.next_due


async def test_what_is_due_longest_goes_first_and_what_is_not_due_waits(
    tmp_path: Path, packages: Path, clock: FixedClock
) -> None:
    a, b, c = towns(3)
    with hub_of(tmp_path, [a, b, c], clock) as hub:
        for source, moment in ((a, NOW - HOUR), (b, NOW - 2 * HOUR), (c, NOW + HOUR)):
            hub.store.register(hub.site(source))
            hub.store.set_next_due(source, moment)
        noted = Towns()
        async with scheduling(hub, noted.harvest):
            await until(lambda: due(hub, a) == due(hub, b) == NOW + DAY * 0.8)
            assert noted.begun == [b, a]
            clock.move(HOUR)
            await until(lambda: len(noted.begun) == 3)
        assert noted.begun == [b, a, c]


async def test_never_more_than_four_at_a_time_and_all_in_the_end(
    tmp_path: Path, packages: Path, clock: FixedClock
) -> None:
    with hub_of(tmp_path, towns(10), clock) as hub:
        noted = Towns()
        async with scheduling(hub, noted.harvest):
            await until(lambda: len(noted.begun) == 10 and noted.now == 0)
        assert noted.most == AT_ONCE == 4
        assert sorted(noted.begun) == towns(10)


async def test_one_that_fails_and_one_that_never_ends_delay_nobody(
    tmp_path: Path, packages: Path, clock: FixedClock
) -> None:
    sources = towns(6)
    with hub_of(tmp_path, sources, clock) as hub:
        noted = Towns(failing=frozenset(sources[:1]), endless=frozenset(sources[1:2]))
        async with scheduling(hub, noted.harvest):
            await until(lambda: all(due(hub, one) == NOW + DAY * 0.8 for one in sources[2:]))
            await until(lambda: due(hub, sources[0]) == NOW + 6 * HOUR)
            clock.move(DAY)
            await until(lambda: len(noted.begun) == 11)
        assert noted.begun.count(sources[1]) == 1  # it runs still, and is not begun beside itself
        assert noted.begun.count(sources[0]) == 2


async def test_what_is_due_is_kept_over_a_restart(hub: Hub, clock: FixedClock) -> None:
    noted = Towns()
    async with scheduling(hub, noted.harvest):
        await until(lambda: due(hub, SOURCE) == NOW + DAY * 0.8)
    async with scheduling(hub, noted.harvest):
        await asyncio.sleep(0.1)
        assert noted.begun == [SOURCE]
        clock.move(DAY * 0.8)
        await until(lambda: noted.begun == [SOURCE, SOURCE])


@pytest.fixture
def live(tmp_path: Path, packages: Path, server: Server) -> Path:
    """A hub's directory whose town is the server."""
    return configure(tmp_path / "live", {"base": server.url(), "interval": 3600}, {"id": "other.example.org"})


async def test_a_run_cut_off_is_gone_on_with_first_of_all(live: Path, server: Server, clock: FixedClock) -> None:
    server.say("/robots.txt", b"", status=404)
    server.say("/list.json", listed([entry("1")], next="/second.json"))
    arrived, never = asyncio.Event(), asyncio.Event()

    async def hang(request: object) -> None:
        arrived.set()
        await never.wait()

    server.on("/second.json", hang)  # type: ignore[arg-type] # it never answers
    with open_hub(live, clock) as hub:
        fetcher = web_fetcher(hub)
        hub.store.register(hub.site("other.example.org"))
        hub.store.set_next_due("other.example.org", NOW - 10 * DAY)
        order: list[str] = []

        async def harvester(site: Site) -> RunRow:
            order.append(site.id)
            if site.id != SOURCE:
                return RunRow(run="r", source=site.id, started=NOW, ended=NOW, outcome="complete")
            return await harvest(hub, site, web=fetcher)

        async with scheduling(hub, harvester):
            await asyncio.wait_for(arrived.wait(), 10)
            # The first answer is taken while the second is waited for.
            await until(lambda: hub.store.get(SOURCE, "1") is not None)
        cut = hub.store.unfinished(SOURCE)
        assert cut is not None
        assert order == ["other.example.org", SOURCE]

        server.say("/second.json", listed([entry("2")]))
        never.set()
        order.clear()
        hub.store.set_next_due("other.example.org", NOW - 10 * DAY)
        async with scheduling(hub, harvester):
            await until(lambda: hub.store.unfinished(SOURCE) is None)
        assert order[0] == SOURCE
        (run,) = hub.store.runs(SOURCE)
        assert (run.run, run.outcome, run.items) == (cut.row.run, "complete", 2)
        assert server.paths().count("/list.json") == 1
        await fetcher.close()


async def test_a_source_leased_by_another_process_is_not_tried_every_second(hub: Hub) -> None:
    tried = 0

    async def harvester(site: Site) -> RunRow:
        nonlocal tried
        tried += 1
        with hub.store.lease(site.id):
            raise AssertionError

    with hub.store.lease(SOURCE):
        async with scheduling(hub, harvester):
            await until(lambda: tried == 1)
            await asyncio.sleep(0.3)
    assert tried == 1


async def test_sources_on_one_host_share_its_pace(tmp_path: Path, packages: Path, server: Server) -> None:
    server.say("/robots.txt", b"", status=404)
    server.say("/list.json", listed([entry("1")]))
    sites = [{"id": source, "base": server.url(), "pace": 0.3} for source in towns(3)]
    with open_hub(configure(tmp_path / "data", *sites)) as hub:
        fetcher = web_fetcher(hub)
        loop = asyncio.get_running_loop()
        begun = loop.time()
        await asyncio.gather(*(harvest(hub, hub.site(source), web=fetcher) for source in towns(3)))
        # One for robots.txt, one for each source: four turns, three pauses.
        assert loop.time() - begun >= 0.9
        assert server.paths().count("/robots.txt") == 1
        await Shared(fetcher).close()  # changes nothing: it still answers
        await harvest(hub, hub.site(towns(1)[0]), web=fetcher)
        await fetcher.close()
