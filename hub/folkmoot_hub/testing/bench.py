"""Harvesting a recording into a store of its own, exactly as the hub does it, but for the network."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import msgspec

from folkmoot_hub.clock import FixedClock
from folkmoot_hub.connector import Connector, Site
from folkmoot_hub.fetch.protocol import Fetcher
from folkmoot_hub.harvest.run import Harvest, Options
from folkmoot_hub.store.protocol import Change, RunRow
from folkmoot_hub.store.sqlite.store import SqliteStore
from folkmoot_schema.process import Record


class Bench:
    """A store in ``folder``, a clock at ``now``, and one connector with one site."""

    def __init__(self, folder: Path, connector: type[Connector], site: Site, now: datetime) -> None:
        self.store = SqliteStore(folder)
        self.connector = connector
        self.site = site
        self.clock = FixedClock(now)

    def harvest(self, fetcher: Fetcher, *, most_requests: int = 10_000) -> RunRow:
        """One run, or the rest of one that was cut off; its row."""
        run = Harvest(
            self.site,
            self.connector(),
            fetcher,
            self.store,
            self.clock,
            options=Options(via="bench", most_requests=most_requests),
        )
        return asyncio.run(run.run())

    def records(self) -> dict[str, Record]:
        """Every process by its local id."""
        return {record.local_id: record for _, record in self.store.all_records()}

    def comparable(self) -> dict[str, Record]:
        """The same without what differs between two runs that found the same."""
        return {
            local_id: msgspec.structs.replace(record, provenance=msgspec.structs.replace(record.provenance, run=None))
            for local_id, record in self.records().items()
        }

    def changes(self) -> list[Change]:
        """The whole change log."""
        return self.store.changes(0, 1_000_000)


@contextmanager
def bench(folder: Path, connector: type[Connector], site: Site, now: datetime) -> Iterator[Bench]:
    """A bench whose store is closed at the end."""
    made = Bench(folder, connector, site, now)
    try:
        yield made
    finally:
        made.store.close()
