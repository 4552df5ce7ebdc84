"""Serving: what is refused at the start, how it ends, and harvesting beside it."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import threading
import time
import urllib.request
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from folkmoot_hub.clock import FixedClock, SystemClock
from folkmoot_hub.errors import StoreError
from folkmoot_hub.hub import Hub
from folkmoot_hub.jobs import owner as owners
from folkmoot_hub.jobs import scheduler
from folkmoot_hub.jobs.harvesting import Order, harvest
from folkmoot_hub.jobs.owner import owning
from folkmoot_hub.jobs.serving import serve
from folkmoot_hub.search.reader import READER, IndexReader
from hub.fetch.serving import Server
from hub.jobs.asking import served
from hub.jobs.town import NOW, SOURCE, Program, configure, entry, listed, open_hub, record

# What is refused, in one line


def assert_refused(packages: Path, *arguments: str | Path, told: str) -> None:
    with Program(packages, *arguments) as program:
        assert program.end() == 2, program.log()
        lines = [line for line in program.log().splitlines() if line.startswith("folkmoot: ")]
        assert len(lines) == 1, program.log()
        assert told in lines[0]
        assert "allowed: " in lines[0]
        assert "Traceback" not in program.log()


def test_a_port_that_is_taken(data: Path, packages: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        told = f"127.0.0.1:{port} cannot be listened on: Address already in use"
        assert_refused(packages, "--data", data, "serve", "--port", str(port), told=told)


def test_an_address_of_another_machine(data: Path, packages: Path) -> None:
    # 192.0.2.0/24 is for documentation (RFC 5737): no machine has it.
    assert_refused(
        packages, "--data", data, "serve", "--host", "192.0.2.1", told="192.0.2.1:8000 cannot be listened on"
    )


@pytest.mark.parametrize("second", ["serve", "up"])
def test_a_directory_that_is_served_already(second: str, data: Path, packages: Path) -> None:
    with Program(packages, "--data", data, "serve", "--port", "0") as first:
        first.address()
        told = f"{data} is served already: process {first.process.pid} holds it"
        assert_refused(packages, "--data", data, second, "--port", "0", told=told)
        assert first.process.poll() is None


def test_to_harvest_without_a_contact(data: Path, packages: Path) -> None:
    toml = data / "folkmoot.toml"
    toml.write_text("\n".join(line for line in toml.read_text().splitlines() if not line.startswith("contact")))
    assert_refused(packages, "--data", data, "up", "--port", "0", told="contact: it is missing")


def test_samples_and_live_data_never_mix(tmp_path: Path, packages: Path) -> None:
    demo, live = tmp_path / "demo", configure(tmp_path / "live", {})
    recording = record(tmp_path / "r", [entry("1")])
    with Program(packages, "--data", demo, "demo", "--once") as made:
        assert made.end() == 0, made.log()
    with Program(packages, "--data", live, "harvest", SOURCE, "--replay", recording) as made:
        assert made.end() == 0, made.log()

    before = content(live)
    assert_refused(packages, "--data", live, "demo", "--once", told=f"{live} holds a live hub")
    assert content(live) == before

    (demo / "folkmoot.toml").write_text((live / "folkmoot.toml").read_text())
    before = content(demo)
    for command in (("serve", "--port", "0"), ("up", "--port", "0"), ("harvest", SOURCE, "--replay", recording)):
        assert_refused(packages, "--data", demo, *command, told=f"{demo} holds samples")
    assert content(demo) == before


def content(data: Path) -> set[tuple[str, str, str]]:
    """Every process of a directory's store: source, id, title."""
    with open_hub(data) as hub:
        return {
            (kept.source, kept.local_id, kept.process.title.values[kept.process.title.original])
            for _, kept in hub.store.all_records()
        }


# How it ends


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_told_to_end_it_does_so_within_seconds_whatever_is_under_way(
    number: signal.Signals, tmp_path: Path, packages: Path, server: Server
) -> None:
    hanging = asyncio.Event()

    async def never(request: web.Request) -> web.StreamResponse:
        hanging.set()
        await asyncio.sleep(3600)
        raise AssertionError

    server.say("/robots.txt", b"", status=404)
    server.say("/list.json", listed([entry("1")], next="/second.json"))
    server.on("/second.json", never)
    data = configure(tmp_path / "live", {"base": server.url()})
    with open_hub(data, SystemClock()) as hub:
        hub.store.register(hub.site(SOURCE))
        hub.store.set_next_due(SOURCE, datetime.now(UTC) - timedelta(days=1))
        with Program(packages, "--data", data, "up", "--port", "0") as program:
            address = await asyncio.to_thread(program.address)
            await asyncio.wait_for(hanging.wait(), 60)
            ended = threading.Event()
            searching = [threading.Thread(target=search_until, args=(address, ended)) for _ in range(2)]
            for thread in searching:
                thread.start()
            half = half_a_request(address)
            await asyncio.sleep(0.5)

            begun = time.monotonic()
            program.process.send_signal(number)
            code = await asyncio.to_thread(program.end, 30)
            seconds = time.monotonic() - begun
            ended.set()
            for thread in searching:
                thread.join()
            half.close()
            log = program.log()
        assert code == 0, log
        assert seconds < 10, log
        assert "Traceback" not in log
        assert "ERROR" not in log
        # The lease and the index are free, what was answered is kept, and the rest can be gone on with.
        with hub.store.lease(SOURCE), owning(hub) as owner:
            owner.catch_up()
        assert [number for number, _ in hub.store.all_records()] == [1]
        assert hub.store.unfinished(SOURCE) is not None


def search_until(address: str, ended: threading.Event) -> None:
    """Ask for pages until told to end, or nobody answers any more."""
    while not ended.is_set():
        try:
            urllib.request.urlopen(f"{address}/?q=square", timeout=10).read()
        except OSError:
            return


def half_a_request(address: str) -> socket.socket:
    """A connection on which the hub waits for the rest of a request."""
    host, port = address.removeprefix("http://").split(":")
    connection = socket.create_connection((host, int(port)))
    connection.sendall(b"GET / HTTP/1.1\r\nHost: town")
    return connection


def test_one_that_was_killed_is_in_nobody_s_way(data: Path, packages: Path, tmp_path: Path) -> None:
    with Program(packages, "--data", data, "serve", "--port", "0") as program:
        program.address()
        program.process.kill()
        program.end()
    recording = record(tmp_path / "r", [entry("1")])
    with Program(packages, "--data", data, "harvest", SOURCE, "--replay", recording) as harvested:
        assert harvested.end() == 0, harvested.log()
    with open_hub(data) as hub:
        assert hub.store.cursor(READER) == hub.store.head() == 1  # there is no owner, so the command was it
    with Program(packages, "--data", data, "serve", "--port", "0") as program:
        answer = urllib.request.urlopen(f"{program.address()}/api/v1/processes?q=square&limit=0", timeout=10)
        assert b'"total":1' in answer.read()


async def test_an_answer_under_way_is_given_to_the_end(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = threading.Event()
    sources = hub.store.sources

    def slow() -> Any:
        asked.set()
        time.sleep(1.0)
        return sources()

    monkeypatch.setattr(hub.store, "sources", slow)
    async with aiohttp.ClientSession() as session:
        async with served(hub) as there:
            answer = asyncio.create_task(session.get(f"{there.address}/api/v1/sources"))
            await asyncio.to_thread(asked.wait, 10)
        response = await answer
        assert response.status == 200
        assert SOURCE in {source["id"] for source in (await response.json())["items"]}


async def test_told_to_end_while_it_catches_up_it_goes_on_next_time(
    hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await harvest(hub, hub.site(SOURCE), Order(replay=record(tmp_path / "r", [entry("0")])))
    with owning(hub) as owner:
        owner.catch_up()
    many = [entry(str(number)) for number in range(40)]
    await harvest(hub, hub.site(SOURCE), Order(replay=record(tmp_path / "r", many)))
    take = IndexReader.take

    def slow(self: IndexReader, changes: Any) -> None:
        time.sleep(0.2)
        take(self, changes)

    monkeypatch.setattr(owners, "_STEP", 1)
    monkeypatch.setattr(IndexReader, "take", slow)
    stop = asyncio.Event()
    asyncio.get_running_loop().call_later(0.5, stop.set)
    begun = time.monotonic()
    await serve(hub, "127.0.0.1", 0, stop=stop, announce=lambda address: pytest.fail("it is not ready"))
    assert time.monotonic() - begun < 3
    assert 1 < hub.store.cursor(READER) < hub.store.head()
    monkeypatch.undo()
    async with served(hub) as asked:
        assert (await asked.json("/api/v1/processes?limit=0"))["total"] == 40


async def test_what_ends_the_scheduler_ends_the_hub_and_is_told(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(source: str) -> Any:
        raise StoreError("the disk is gone")

    monkeypatch.setattr(hub.store, "unfinished", broken)
    with pytest.raises(StoreError, match="the disk is gone"):
        await asyncio.wait_for(serve(hub, "127.0.0.1", 0, schedule=True), 20)
    with owning(hub):
        pass


async def test_signals_are_left_as_they_were(hub: Hub) -> None:
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    async with served(hub):
        pass
    assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)] == before


# Beside the scheduler


async def test_up_harvests_at_the_source_s_rhythm_and_shows_what_is_new(
    tmp_path: Path, packages: Path, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scheduler, "TICK", 0.05)
    server.say("/robots.txt", b"", status=404)
    server.say("/list.json", listed([entry("1", "The first square")]))
    clock = FixedClock(NOW)
    with open_hub(configure(tmp_path / "live", {"base": server.url(), "interval": 60}), clock) as hub:
        hub.store.register(hub.site(SOURCE))
        hub.store.set_next_due(SOURCE, NOW + timedelta(seconds=30))
        async with served(hub, schedule=True) as asked:
            clock.move(timedelta(seconds=29))
            await asyncio.sleep(0.3)
            assert server.asked == []
            clock.move(timedelta(seconds=1))
            await runs(hub, 1)
            await shown(asked, "first", 1)

            server.say("/list.json", listed([entry("1", "The first square"), entry("2", "The second square")]))
            clock.move(timedelta(seconds=47))
            await asyncio.sleep(0.5)
            assert len(hub.store.runs(SOURCE)) == 1  # not before four fifths of the interval
            clock.move(timedelta(seconds=11))
            await runs(hub, 2)
            await shown(asked, "second", 1)
            assert set(server.paths()) == {"/robots.txt", "/list.json"}

            server.say("/list.json", b"", status=500)
            clock.move(timedelta(seconds=58))
            await runs(hub, 3)
            assert hub.store.runs(SOURCE)[0].outcome == "failed"  # which takes nothing from what is known
            await shown(asked, "square", 2)
            assert (await asked.json("/readyz")) == {"status": "ready"}


async def runs(hub: Hub, number: int) -> None:
    """So many runs have ended, and it is noted when the next is due."""
    async with asyncio.timeout(20):
        while True:
            ended = [run for run in hub.store.runs(SOURCE) if run.outcome is not None]
            row = hub.store.source(SOURCE)
            if len(ended) == number and row and row.next_due and row.next_due > hub.clock.now():
                return
            await asyncio.sleep(0.02)


async def shown(asked: Any, words: str, number: int) -> None:
    """A search finds so many within two seconds."""
    async with asyncio.timeout(2):
        while (await asked.json(f"/api/v1/processes?q={words}&limit=0"))["total"] != number:
            await asyncio.sleep(0.05)


def test_the_process_that_serves_is_the_one_that_is_named(data: Path, packages: Path) -> None:
    with Program(packages, "--data", data, "serve", "--port", "0") as program:
        program.address()
        assert (data / "locks" / "owner.lock").read_text() == f"{program.process.pid}\n"
        assert program.process.pid != os.getpid()
