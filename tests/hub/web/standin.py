"""A store in memory for the tests of the web: :class:`Records` and :class:`ChangeLog`, written plainly.

It stands in for the real one; the fixture ``store`` alone knows it. Tests write through :meth:`put` and
:meth:`remove`, and read through the web.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime

import msgspec

from folkmoot_hub.connector import Site
from folkmoot_hub.publisher import Tombstone
from folkmoot_hub.store.protocol import (
    Cause,
    Change,
    Day,
    Observation,
    Op,
    RunRow,
    SourceRow,
    Trouble,
    Watch,
    Weight,
)
from folkmoot_schema.process import Record
from hub.web.building import NOW


class StandIn:
    """Everything in lists and dictionaries."""

    def __init__(self) -> None:
        self._numbers: dict[tuple[str, str], int] = {}
        self._live: dict[int, Record] = {}
        self._gone: list[tuple[Tombstone, Record | None]] = []
        self._log: list[Change] = []
        self._cursors: dict[str, int] = {}
        self._sources: dict[str, SourceRow] = {}
        self._runs: dict[str, list[RunRow]] = {}
        self._observations: dict[tuple[str, str], Sequence[Observation]] = {}
        self._troubles: dict[str, Sequence[Trouble]] = {}
        self._writes = 0

    def put(
        self, record: Record, at: datetime = NOW, cause: Cause = Cause.HARVEST, weight: Weight = Weight.MATERIAL
    ) -> int:
        """Hold ``record`` and log it; its number."""
        number = self._numbers.setdefault((record.source, record.local_id), len(self._numbers) + 1)
        before = self._live.get(number)
        op = Op.CREATE if before is None else Op.UPDATE
        self._live[number] = record
        self._append(number, record, op, at, cause, weight, body=record, previous=before)
        return number

    def remove(self, source: str, local_id: str, at: datetime = NOW, reason: str = "") -> int:
        """Delete a process as its source did; its number."""
        number = self._numbers[source, local_id]
        before = self._live.pop(number)
        self._gone.insert(0, (Tombstone(source=source, local_id=local_id, at=at, reason=reason), before))
        self._append(number, before, Op.DELETE, at, Cause.HARVEST, Weight.MATERIAL, previous=before, reason=reason)
        return number

    def add_source(self, row: SourceRow, runs: Sequence[RunRow] = (), troubles: Sequence[Trouble] = ()) -> None:
        """Know a source, its runs, newest first, and why items of it are in quarantine."""
        self._writes += 1
        self._sources[row.site.id] = row
        self._runs[row.site.id] = list(runs)
        self._troubles[row.site.id] = troubles

    def observe(self, record: Record, observations: Sequence[Observation]) -> None:
        """Know the readings of support of a process, by series, oldest first."""
        self._writes += 1
        self._observations[record.source, record.local_id] = observations

    def _append(
        self,
        number: int,
        record: Record,
        op: Op,
        at: datetime,
        cause: Cause,
        weight: Weight,
        *,
        body: Record | None = None,
        previous: Record | None = None,
        reason: str = "",
    ) -> None:
        self._writes += 1
        self._log.append(
            Change(
                seq=len(self._log) + 1,
                number=number,
                source=record.source,
                local_id=record.local_id,
                op=op,
                at=at,
                cause=cause,
                weight=weight,
                digest=record.provenance.digest,
                body=body,
                previous=previous,
                reason=reason,
            )
        )

    # Records

    def state(self) -> int:
        return self._writes

    def get(self, source: str, local_id: str) -> Record | Tombstone | None:
        number = self._numbers.get((source, local_id))
        if number in self._live:
            return self._live[number]
        return next((t for t, _ in self._gone if (t.source, t.local_id) == (source, local_id)), None)

    def by_number(self, numbers: Sequence[int]) -> list[Record]:
        return [self._live[number] for number in numbers if number in self._live]

    def all_records(self, source: str | None = None) -> Iterator[tuple[int, Record]]:
        yield from ((n, r) for n, r in sorted(self._live.items()) if source in {None, r.source})

    def history(self, source: str, local_id: str, *, limit: int | None = None, skip: int = 0) -> list[Change]:
        mine = [c for c in self._log if (c.source, c.local_id) == (source, local_id)]
        material = [change for change in mine if change.weight is Weight.MATERIAL]
        return material[::-1][skip : None if limit is None else skip + limit][::-1]

    def observations(self, source: str, local_id: str) -> list[Observation]:
        return list(self._observations.get((source, local_id), ()))

    def tombstones(self, since: datetime | None = None, limit: int = 100) -> list[tuple[Tombstone, Record | None]]:
        return [(t, r) for t, r in self._gone if since is None or t.at >= since][:limit]

    def sites(self) -> dict[str, Site]:
        return {id: row.site for id, row in self._sources.items()}

    def site(self, source: str) -> Site | None:
        return self.sites().get(source)

    def checked(self) -> datetime | None:
        return max((run.ended for runs in self._runs.values() for run in runs if run.ended), default=None)

    def sources(self) -> list[SourceRow]:
        return [self._sources[id] for id in sorted(self._sources)]

    def source(self, source: str) -> SourceRow | None:
        return self._sources.get(source)

    def runs(self, source: str, limit: int = 20) -> list[RunRow]:
        return self._runs.get(source, [])[:limit]

    def watched(self, runs: int, since: datetime, source: str | None = None) -> list[Watch]:
        return [
            Watch(row=row, runs=tuple(self.runs(row.site.id, runs)), days=self._days(row.site.id, since))
            for row in self.sources()
            if source in {None, row.site.id}
        ]

    def _days(self, source: str, since: datetime) -> tuple[Day, ...]:
        ended = [run for run in self._runs[source] if run.outcome and run.started >= since]
        counts = Counter((run.started.date(), run.outcome) for run in ended)
        return tuple(Day(day=day, outcome=word, runs=n) for (day, word), n in sorted(counts.items()) if word)

    def troubles(self, source: str, limit: int = 20) -> list[Trouble]:
        return list(self._troubles.get(source, ())[:limit])

    # ChangeLog

    def head(self) -> int:
        return len(self._log)

    def changes(self, after: int, limit: int = 1000) -> list[Change]:
        return self._log[after : after + limit]

    def cursor(self, reader: str) -> int:
        return self._cursors.get(reader, 0)

    def set_cursor(self, reader: str, seq: int) -> None:
        self._cursors[reader] = seq

    def advance(self, now: datetime, limit: int = 1000) -> int:
        return 0

    def erase(self, source: str, local_id: str, reason: str, now: datetime) -> bool:
        if (source, local_id) not in self._numbers:
            return False
        self.remove(source, local_id, now, reason)
        self._gone[0] = (self._gone[0][0], None)
        self._log = [
            msgspec.structs.replace(c, body=None, previous=None) if (c.source, c.local_id) == (source, local_id) else c
            for c in self._log
        ]
        return True
