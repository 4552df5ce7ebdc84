"""Memory with many processes: of harvesting them, and of serving them. Takes long: ``make bench-large``."""

from __future__ import annotations

import asyncio
import logging
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from benchmarks import town
from benchmarks.measuring import Goal, told
from folkmoot_hub.clock import FixedClock
from folkmoot_hub.connector import Request, Site
from folkmoot_hub.fetch.protocol import Fetched, Validators
from folkmoot_hub.harvest.run import Harvest
from folkmoot_hub.store.sqlite.store import SqliteStore

PROCESSES = int(os.environ.get("FOLKMOOT_BENCH_PROCESSES", "500000"))
_ITEMS = 100
_SITE = Site(id="town.example", connector="town", title="Town", base="https://town.example", pace=0, concurrency=4)


def memory() -> bool:
    """The most memory that a harvest of so many processes takes, and that ``folkmoot serve`` takes with them."""
    with tempfile.TemporaryDirectory() as folder:
        begun = time.monotonic()
        harvest = _peak_of(lambda: _harvest(Path(folder)))
        spent = time.monotonic() - begun
        first = told(
            "memory: harvest, MB", harvest, Goal(at_most=300), f"{PROCESSES:,} processes in {spent:.0f} s by the clock"
        )
        serve = _serve(Path(folder))
        second = told("memory: serve, MB", serve, Goal(at_most=1500), f"{PROCESSES:,} processes, after 200 searches")
        return first and second


class _Pages:
    """A fetcher that makes the pages as they are asked for, in place of a server that would hold them all."""

    async def fetch(self, request: Request, site: Site, validators: Validators | None = None) -> Fetched:
        number = int(request.url.rpartition("/")[2])
        body = town.page(number, _ITEMS, PROCESSES // _ITEMS)
        return Fetched(
            url=request.url,
            status=200,
            headers={"content-type": "application/json"},
            body=body,
            fetched_at=town.NOW,
            size=len(body),
        )

    async def close(self) -> None:
        pass


def _harvest(folder: Path) -> None:
    logging.disable()
    store = SqliteStore(folder)
    row = asyncio.run(Harvest(_SITE, town.Town(), _Pages(), store, FixedClock(town.NOW)).run())
    assert (row.outcome, row.created) == ("complete", PROCESSES), row
    store.close()


def _peak_of(work: object) -> float:
    """The peak of resident memory of a fresh child, in MB."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            work()  # type: ignore[operator] # a function
            code = 0
        finally:
            os._exit(code)
    _, status, usage = os.wait4(child, 0)
    if status != 0:
        raise RuntimeError("the work that was to be measured failed")
    return usage.ru_maxrss / 1024


def _serve(folder: Path) -> float:
    command = [sys.executable, "-m", "folkmoot_hub.cli", "--data", str(folder), "serve", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        try:
            address = re.search(r"http://\S+", process.stdout.readline())
            assert address is not None
            for number in range(200):
                path = ("/?q=park", "/api/v1/processes?facets=1&q=night+train", "/atom.xml?q=water", "/sources")
                with urllib.request.urlopen(f"{address[0]}{path[number % 4]}", timeout=60) as answer:
                    answer.read()
            status = Path(f"/proc/{process.pid}/status").read_text()
            peak = re.search(r"VmHWM:\s+(\d+) kB", status)
            assert peak is not None
            return int(peak[1]) / 1024
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(60)
