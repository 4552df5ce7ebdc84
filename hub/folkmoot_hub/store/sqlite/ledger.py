"""The harvesting face of the store."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from folkmoot_hub.connector import Site
from folkmoot_hub.errors import LeaseHeld
from folkmoot_hub.harvest.ledger import Answered, Asked, Begun, Candidate, HeldParts
from folkmoot_hub.store import locks
from folkmoot_hub.store.known import Known
from folkmoot_hub.store.protocol import Cause, Op, QuarantineRow, Weight
from folkmoot_hub.store.sqlite import frontier, processes, sights
from folkmoot_hub.store.sqlite.codec import from_instant, from_json, from_maybe, to_instant, to_json
from folkmoot_hub.store.sqlite.database import Database
from folkmoot_schema.process import Record, Support


class SqliteTransaction(frontier.Frontier):
    """Everything that the engine writes, as :class:`folkmoot_hub.harvest.ledger.Transaction` says."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    # The source

    def state(self, source: str) -> Mapping[str, Any]:
        """What the connector left in the last complete run."""
        row = self._connection.execute("SELECT state FROM source WHERE id = ?", (source,)).fetchone()
        return from_json(row["state"], dict[str, Any]) if row and row["state"] else {}

    def put_state(self, source: str, data: Mapping[str, Any]) -> None:
        """Keep what the connector wants to find next time."""
        self._connection.execute("UPDATE source SET state = ? WHERE id = ?", (to_json(data), source))

    def note_source(
        self,
        source: str,
        *,
        last_complete: datetime | None = None,
        last_total: int | None = None,
        drifted: str | None = None,
    ) -> None:
        """What a run that ended says of its source; None leaves what was there."""
        self._connection.execute(
            "UPDATE source SET last_complete = coalesce(?, last_complete), last_total = coalesce(?, last_total),"
            " drifted = coalesce(?, drifted) WHERE id = ?",
            (from_maybe(last_complete), last_total, drifted, source),
        )

    # Processes and the log

    def known(self, source: str, local_id: str) -> Known | None:
        """The process as the store keeps it, None if it never was here."""
        return processes.find(self._connection, source, local_id)

    def put(self, known: Known) -> int:
        """Keep the process as it is now; its number."""
        return processes.put(self._connection, known)

    def touch(self, known: Known) -> None:
        """Keep a process that the store has as it is now, but for its texts and provenance, which are the same."""
        processes.touch(self._connection, known)

    def erased(self, source: str, local_ids: Sequence[str]) -> set[str]:
        """Which of these processes were erased and may not come back."""
        return processes.erased(self._connection, source, local_ids)

    def observe(self, number: int, supports: Sequence[Support]) -> bool:
        """What the process shows of every series; whether each is the last observation of its series."""
        return processes.observe(self._connection, number, supports)

    # Items seen again

    def candidates(
        self, run: str, source: str, local_ids: Sequence[str], moment: datetime, silent: datetime
    ) -> list[Candidate]:
        """What is known of these items of the run; seen at ``moment``, they would be trusted until ``silent``."""
        return sights.candidates(self._connection, run, source, local_ids, moment, silent)

    def see_again(
        self, run: str, source: str, seen: Sequence[Candidate], seen_at: datetime, silent: datetime, parts: HeldParts
    ) -> int:
        """These are still there and the same, and steady."""
        return sights.see_again(self._connection, run, source, seen, seen_at, silent, parts)

    def append(
        self,
        number: int,
        *,
        op: Op,
        at: datetime,
        cause: Cause,
        weight: Weight,
        digest: str,
        body: Record | None = None,
        reason: str = "",
    ) -> None:
        """Append an entry to the change log."""
        processes.append(
            self._connection,
            number,
            op=op,
            at=at,
            cause=cause,
            weight=weight,
            digest=digest,
            body=body,
            reason=reason,
        )

    # Quarantine and drift

    def quarantine(self, row: QuarantineRow) -> None:
        """Put an item aside, in place of an earlier row of the same item."""
        self._connection.execute(
            "INSERT INTO quarantine (source, local_id, stage, error, address, payload, at, run)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (source, local_id) DO UPDATE SET stage = excluded.stage,"
            " error = excluded.error, address = excluded.address, payload = excluded.payload, at = excluded.at,"
            " run = excluded.run",
            (
                row.source,
                row.local_id,
                row.stage,
                row.error,
                row.address,
                to_json(row.payload),
                from_instant(row.at),
                row.run,
            ),
        )

    def aside(self, source: str, run: str) -> int:
        """How many items are in quarantine since this run."""
        found = self._connection.execute("SELECT count(*) FROM quarantine WHERE source = ? AND run = ?", (source, run))
        return int(found.fetchone()[0])

    def release(self, source: str, local_id: str) -> bool:
        """Take an item out of quarantine; whether it was there."""
        gone = self._connection.execute("DELETE FROM quarantine WHERE source = ? AND local_id = ?", (source, local_id))
        return gone.rowcount == 1

    def release_nameless(self, source: str, run: str) -> None:
        """Let go of items without a usable id that the run has not met: nothing else would ever end them."""
        self._connection.execute(
            "DELETE FROM quarantine WHERE source = ? AND stage = 'identify' AND run <> ?", (source, run)
        )

    def shape(self, source: str, name: str) -> dict[str, float] | None:
        """The shape that was kept of the last good run under this name."""
        row = self._connection.execute(
            "SELECT shape FROM shape WHERE source = ? AND method = ?", (source, name)
        ).fetchone()
        return from_json(row["shape"], dict[str, float]) if row else None

    def put_shape(self, source: str, name: str, shape: Mapping[str, float]) -> None:
        """Keep the shape of a good run under this name."""
        self._connection.execute(
            "INSERT OR REPLACE INTO shape (source, method, shape) VALUES (?, ?, ?)", (source, name, to_json(shape))
        )


class SqliteLedger:
    """What the engine reads outside a transaction, as :class:`folkmoot_hub.harvest.ledger.Ledger` says."""

    _database: Database
    _locks: Path

    @contextmanager
    def lease(self, source: str) -> Iterator[None]:
        """Run this source alone; ``LeaseHeld`` if somebody else does. It ends with whoever holds it, however."""
        with ExitStack() as stack:
            try:
                stack.enter_context(locks.locked(self._locks, f"source-{source}"))
            except locks.Held as held:
                raise LeaseHeld(f"{source} is being harvested already: {held}") from None
            yield

    def register(self, site: Site) -> None:
        """Make the source known, or note its present settings."""
        with self._database.write() as connection:
            connection.execute(
                "INSERT INTO source (id, site) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET site = excluded.site",
                (site.id, to_json(site)),
            )

    def set_next_due(self, source: str, moment: datetime | None) -> None:
        """Note when the source is to be harvested next."""
        with self._database.write() as connection:
            connection.execute("UPDATE source SET next_due = ? WHERE id = ?", (from_maybe(moment), source))

    def unfinished(self, source: str) -> Begun | None:
        """The run of this source that was not ended."""
        with self._database.read() as connection:
            return frontier.unfinished(connection, source)

    def open_requests(self, run: str, after: int, limit: int) -> list[Asked]:
        """Open requests of the run with an id above ``after``, by id."""
        with self._database.read() as connection:
            return frontier.open_requests(connection, run, after, limit)

    def answered(self, source: str, key: str) -> Answered | None:
        """What the last whole answer to this request yielded."""
        with self._database.read() as connection:
            return frontier.answered(connection, source, key)

    def held(self, source: str, local_ids: Sequence[str]) -> HeldParts:
        """What parts of these items there are."""
        with self._database.read() as connection:
            return frontier.held(connection, source, local_ids)

    def quarantined(self, source: str | None = None) -> list[QuarantineRow]:
        """The items in quarantine, by source and id."""
        with self._database.read() as connection:
            rows = connection.execute(
                "SELECT * FROM quarantine WHERE coalesce(?, source) = source ORDER BY source, local_id", (source,)
            ).fetchall()
        return [
            QuarantineRow(
                id=row["id"],
                source=row["source"],
                local_id=row["local_id"],
                stage=row["stage"],
                error=row["error"],
                address=row["address"],
                payload=from_json(row["payload"], dict[str, Any]),
                at=to_instant(row["at"]),
                run=row["run"],
            )
            for row in rows
        ]

    @contextmanager
    def transaction(self) -> Iterator[SqliteTransaction]:
        """Everything inside happens, or nothing."""
        with self._database.write() as connection:
            yield SqliteTransaction(connection)
