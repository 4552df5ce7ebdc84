"""The change log: reading it, the changes that time alone makes, and erasure."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import msgspec

from folkmoot_hub.connector import Site
from folkmoot_hub.errors import StoreError
from folkmoot_hub.store import changes, locks
from folkmoot_hub.store.known import Known
from folkmoot_hub.store.protocol import Cause, Change, Op, Weight
from folkmoot_hub.store.sqlite import processes
from folkmoot_hub.store.sqlite.codec import from_instant, from_json, to_instant, to_maybe
from folkmoot_hub.store.sqlite.database import Database
from folkmoot_schema.process import Record
from folkmoot_schema.status import assess_process

logger = logging.getLogger(__name__)

_ERASING: Final = "erase"
_ENTRIES = (
    "SELECT c.*, p.source, p.local_id, b.body AS before FROM change c JOIN process p USING (number)"
    " LEFT JOIN change b ON b.seq = c.previous WHERE "
)


def read(connection: sqlite3.Connection, where: str, values: Sequence[Any]) -> list[Change]:
    """The entries that ``where`` (with ``c`` the entry and ``p`` its process) selects."""
    return [_change(row) for row in connection.execute(_ENTRIES + where, values).fetchall()]


def last_version(connection: sqlite3.Connection, number: int) -> Record | None:
    """The last version of a process that the log still holds."""
    row = connection.execute(
        "SELECT body FROM change WHERE number = ? AND body IS NOT NULL ORDER BY seq DESC LIMIT 1", (number,)
    ).fetchone()
    return from_json(row["body"], Record) if row else None


def _change(row: sqlite3.Row) -> Change:
    return Change(
        seq=row["seq"],
        number=row["number"],
        source=row["source"],
        local_id=row["local_id"],
        op=Op(row["op"]),
        at=to_instant(row["at"]),
        cause=Cause(row["cause"]),
        weight=Weight(row["weight"]),
        digest=row["digest"],
        body=from_json(row["body"], Record) if row["body"] else None,
        previous=from_json(row["before"], Record) if row["before"] else None,
        reason=row["reason"],
    )


class SqliteChangeLog:
    """The log and its readers' cursors, as :class:`folkmoot_hub.store.protocol.ChangeLog` says."""

    _database: Database
    _locks: Path

    def head(self) -> int:
        """The highest sequence number, 0 if there is none."""
        with self._database.read() as connection:
            return int(connection.execute("SELECT coalesce(max(seq), 0) FROM change").fetchone()[0])

    def changes(self, after: int, limit: int = 1000) -> list[Change]:
        """The entries after ``after`` in order.

        Numbers are given inside transactions that SQLite lets happen one after the other only, so that whoever sees
        one sees all lower ones.
        """
        with self._database.read() as connection:
            return read(connection, "c.seq > ? ORDER BY c.seq LIMIT ?", (after, limit))

    def cursor(self, reader: str) -> int:
        """How far the reader came, 0 at first."""
        with self._database.read() as connection:
            row = connection.execute("SELECT seq FROM cursor WHERE reader = ?", (reader,)).fetchone()
            return int(row["seq"]) if row else 0

    def set_cursor(self, reader: str, seq: int) -> None:
        """Remember how far the reader came."""
        with self._database.write() as connection:
            connection.execute("INSERT OR REPLACE INTO cursor (reader, seq) VALUES (?, ?)", (reader, seq))

    def next_transition(self) -> datetime | None:
        """When time alone will next change something, None if never."""
        with self._database.read() as connection:
            found = connection.execute(
                "SELECT min(next_transition_at) FROM process WHERE next_transition_at IS NOT NULL"
            ).fetchone()[0]
            return to_maybe(found)

    def advance(self, now: datetime, limit: int = 1000) -> int:
        """Look again at what time may have changed up to ``now``, at most ``limit`` processes; how many there were.

        Of several transitions that nobody was there for, the log gets one entry: the state they led to.
        """
        due = "p.next_transition_at <= ? ORDER BY p.next_transition_at, p.number LIMIT ?"
        values = (from_instant(now), limit)
        with self._database.read() as connection:
            if not processes.select(connection, due, (values[0], 1)):
                return 0  # the ordinary case takes no writer's turn
        with self._database.write() as connection:
            due_now = processes.select(connection, due, values)
            sites = processes.Sites(connection)
            for known in due_now:
                _advance(connection, known, sites[known.source], now)
            return len(due_now)

    def erase(self, source: str, local_id: str, reason: str, now: datetime) -> bool:
        """Forget a process for good: tombstone in the log; every body, part, reading and quarantined payload gone.

        In the end no byte of the files holds any of it. If the program dies before that, the next one that erases or
        opens the store does the rest.
        """
        with locks.locked(self._locks, _ERASING, wait=True):
            with self._database.write() as connection:
                found = _erasable(connection, source, local_id, now)
                if found is not None:
                    _erase(connection, found, reason, now)
            if self._lingers():
                self._overwrite()
        return found is not None

    def finish_erasing(self) -> None:
        """Overwrite what a program that died while it erased has left, unless somebody is about it or it cannot be."""
        if not self._lingers():
            return
        try:
            with locks.locked(self._locks, _ERASING):
                self._overwrite()
        except (locks.Held, StoreError) as trouble:
            logger.warning("erased texts are not overwritten yet: %s", trouble)

    def _lingers(self) -> bool:
        with self._database.read() as connection:
            return connection.execute("SELECT 1 FROM process WHERE erased = 1 LIMIT 1").fetchone() is not None

    def _overwrite(self) -> None:
        self._database.purge()
        with self._database.write() as connection:
            connection.execute("UPDATE process SET erased = 2 WHERE erased = 1")


def _advance(connection: sqlite3.Connection, known: Known, site: Site, now: datetime) -> None:
    assert known.process is not None
    assert known.standing is not None
    standing = assess_process(known.process, seen_at=known.seen_at, now=now, interval=site.trust)
    told = changes.stage(standing) != changes.stage(known.standing)
    updated = now if told else known.updated
    later = msgspec.structs.replace(known, standing=standing, steady=None, updated=updated)
    processes.touch(connection, later)
    if told:
        body = later.record(site)
        processes.append(
            connection,
            known.number,
            op=Op.UPDATE,
            at=now,
            cause=Cause.CLOCK,
            weight=Weight.MATERIAL,
            digest=changes.digest(body),
            body=body,
            reason=standing.reason,
        )


#: What texts of an item stand outside its process's own row, by tables keyed in the same way.
_OF_ITEM: Final = ("part WHERE source = ? AND local_id = ?", "quarantine WHERE source = ? AND local_id = ?")


def _erasable(connection: sqlite3.Connection, source: str, local_id: str, now: datetime) -> Known | None:
    """What there is to erase, also of an item that never became a process; None if there is nothing any more."""
    found = processes.find(connection, source, local_id)
    if found is not None:
        return None if found.erased else found
    if not any(connection.execute(f"SELECT 1 FROM {held} LIMIT 1", (source, local_id)).fetchone() for held in _OF_ITEM):  # noqa: S608 - constants
        return None
    return Known(source=source, local_id=local_id, first_seen=now, updated=now, seen_at=now)


def _erase(connection: sqlite3.Connection, known: Known, reason: str, now: datetime) -> None:
    gone = msgspec.structs.replace(
        known,
        process=None,
        standing=None,
        provenance=None,
        item_digest="",
        gone_at=now,
        gone_reason=reason,
        erased=True,
    )
    number = processes.put(connection, gone)
    for held in _OF_ITEM:
        connection.execute(f"DELETE FROM {held}", (known.source, known.local_id))  # noqa: S608 - constants
    _stop_asking(connection, known.source, known.local_id)
    connection.execute("DELETE FROM observation WHERE number = ?", (number,))
    # The kept answers hold whole lists; without them the next run asks for all of it once more.
    connection.execute("DELETE FROM answer WHERE source = ?", (known.source,))
    connection.execute("UPDATE change SET body = NULL, reason = '' WHERE number = ?", (number,))
    processes.append(
        connection,
        number,
        op=Op.DELETE,
        at=now,
        cause=Cause.ERASURE,
        weight=Weight.MATERIAL,
        digest="",
        reason=reason,
    )


def _stop_asking(connection: sqlite3.Connection, source: str, local_id: str) -> None:
    """Let an unfinished run ask for nothing more of the item: addresses may hold its title."""
    runs = "SELECT id FROM run WHERE source = ? AND outcome IS NULL"
    for change in ("request SET open = 0, request = x'' WHERE item", "item SET url = '' WHERE local_id"):
        connection.execute(f"UPDATE {change} = ? AND run IN ({runs})", (local_id, source))
