"""The reading face of the store."""

from __future__ import annotations

import sqlite3
from collections.abc import Hashable, Iterator, Sequence
from datetime import datetime
from functools import lru_cache

from folkmoot_hub.connector import Site
from folkmoot_hub.publisher import Tombstone
from folkmoot_hub.store.protocol import Change, Observation, RunRow, SourceRow, Trouble, Watch
from folkmoot_hub.store.sqlite import log, processes, watching
from folkmoot_hub.store.sqlite.codec import from_instant, from_json, to_instant, to_maybe
from folkmoot_hub.store.sqlite.database import Database
from folkmoot_schema.process import Record, Support

#: How many processes are read at a time when all are.
_STEP = 500


class SqliteRecords:
    """What the hub holds, as :class:`folkmoot_hub.store.protocol.Records` says."""

    _database: Database

    def state(self) -> Hashable:
        """What stays equal as long as nothing is written; compared by one and the same thread."""
        return self._database.state()

    def get(self, source: str, local_id: str) -> Record | Tombstone | None:
        """The process with that id, what is left of it, or None if it never was here."""
        with self._database.read() as connection:
            found = processes.find(connection, source, local_id)
            if found is None:
                return None
            if found.gone_at is not None:
                return Tombstone(source=source, local_id=local_id, at=found.gone_at, reason=found.gone_reason)
            return found.record(processes.Sites(connection)[source])

    def by_number(self, numbers: Sequence[int]) -> list[Record]:
        """The live processes with these numbers, in their order; those that are gone are left out."""
        with self._database.read() as connection:
            sites = processes.Sites(connection)
            found = {}
            for start in range(0, len(numbers), _STEP):
                step = numbers[start : start + _STEP]
                where = f"p.number IN ({', '.join('?' * len(step))}) AND p.gone_at IS NULL"
                for known in processes.select(connection, where, step):
                    found[known.number] = known.record(sites[known.source])
        return [found[number] for number in numbers if number in found]

    def all_records(self, source: str | None = None) -> Iterator[tuple[int, Record]]:
        """Every live process with its number, by number; what comes or goes meanwhile may be in it or not."""
        after, of_source = 0, "" if source is None else " AND p.source = ?"
        where = f"p.number > ? AND p.gone_at IS NULL{of_source} ORDER BY p.number LIMIT {_STEP}"
        while True:
            with self._database.read() as connection:
                sites = processes.Sites(connection)
                step = processes.select(connection, where, (after, *([source] if source else [])))
                records = [(known.number, known.record(sites[known.source])) for known in step]
            yield from records
            if len(records) < _STEP:
                return
            after = records[-1][0]

    def history(self, source: str, local_id: str, *, limit: int | None = None, skip: int = 0) -> list[Change]:
        """The material changes of a process, oldest first, each with both versions: the latest but ``skip``."""
        with self._database.read() as connection:
            latest_first = log.read(
                connection,
                "p.source = ? AND p.local_id = ? AND c.weight = 'material' ORDER BY c.seq DESC LIMIT ? OFFSET ?",
                (source, local_id, -1 if limit is None else limit, skip),
            )
            return latest_first[::-1]

    def observations(self, source: str, local_id: str) -> list[Observation]:
        """Every reading of support of a process, by series, oldest first."""
        with self._database.read() as connection:
            rows = connection.execute(
                "SELECT o.* FROM observation o JOIN process p USING (number)"
                " WHERE p.source = ? AND p.local_id = ? ORDER BY o.series, o.id",
                (source, local_id),
            ).fetchall()
        return [
            Observation(
                support=from_json(row["support"], Support),
                read_at=to_instant(row["read_at"]),
                last_read_at=to_instant(row["last_read_at"]),
            )
            for row in rows
        ]

    def tombstones(self, since: datetime | None = None, limit: int = 100) -> list[tuple[Tombstone, Record | None]]:
        """What was deleted, newest first, each with its last version where that was not erased."""
        with self._database.read() as connection:
            rows = connection.execute(
                "SELECT number, source, local_id, gone_at, gone_reason FROM process"
                " WHERE gone_at IS NOT NULL AND gone_at >= ? ORDER BY gone_at DESC, number LIMIT ?",
                (from_instant(since) if since else 0, limit),
            ).fetchall()
            return [(_tombstone(row), log.last_version(connection, row["number"])) for row in rows]

    def sites(self) -> dict[str, Site]:
        """The settings of every source that was ever harvested or registered, by id."""
        with self._database.read() as connection:
            return {id: _site(settings) for id, settings in connection.execute("SELECT id, site FROM source")}

    def site(self, source: str) -> Site | None:
        """The settings of one source."""
        with self._database.read() as connection:
            row = connection.execute("SELECT site FROM source WHERE id = ?", (source,)).fetchone()
            return _site(row["site"]) if row else None

    def checked(self) -> datetime | None:
        """When a run of any source last ended, None if none ever did."""
        with self._database.read() as connection:
            return to_maybe(connection.execute("SELECT max(ended) FROM run").fetchone()[0])

    def sources(self) -> list[SourceRow]:
        """Every source that was ever harvested or registered, by id."""
        with self._database.read() as connection:
            return watching.sources(connection)

    def source(self, source: str) -> SourceRow | None:
        """One source."""
        with self._database.read() as connection:
            return next(iter(watching.sources(connection, source)), None)

    def runs(self, source: str, limit: int = 20) -> list[RunRow]:
        """The latest runs of a source, newest first."""
        with self._database.read() as connection:
            return list(watching.runs(connection, limit, source)[source])

    def watched(self, runs: int, since: datetime, source: str | None = None) -> list[Watch]:
        """Every source, or that one, by id, with its latest ``runs`` and what those came to that began ``since``."""
        with self._database.read() as connection:
            latest, days = watching.runs(connection, runs, source), watching.days(connection, since, source)
            return [
                Watch(row=row, runs=tuple(latest[row.site.id]), days=tuple(days[row.site.id]))
                for row in watching.sources(connection, source)
            ]

    def troubles(self, source: str, limit: int = 20) -> list[Trouble]:
        """Why items of a source are in quarantine, the commonest reason first."""
        with self._database.read() as connection:
            return watching.troubles(connection, source, limit)


@lru_cache(maxsize=1024)  # settings change with the configuration alone, and every page names sources
def _site(settings: bytes) -> Site:
    return from_json(settings, Site)


def _tombstone(row: sqlite3.Row) -> Tombstone:
    return Tombstone(
        source=row["source"], local_id=row["local_id"], at=to_instant(row["gone_at"]), reason=row["gone_reason"]
    )
