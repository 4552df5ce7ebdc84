"""One process in the database: its row, its readings, its entries in the change log."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from folkmoot_hub.connector import Site
from folkmoot_hub.store.known import Known
from folkmoot_hub.store.protocol import Cause, Op, Weight
from folkmoot_hub.store.sqlite.codec import from_instant, from_json, from_maybe, to_instant, to_json, to_maybe
from folkmoot_schema.process import Process, Provenance, Record, Standing, Support

_COLUMNS = (
    "source", "local_id", "process", "support", "standing", "provenance", "item_digest", "first_seen", "updated",
    "seen_at", "counted_at", "absent_since", "absences", "next_transition_at", "gone_at", "gone_reason", "erased",
)  # fmt: skip
# All of these are constants of this module; no value is ever put into the text of a statement.
_INSERT = f"INSERT INTO process ({', '.join(_COLUMNS)}) VALUES ({', '.join('?' * len(_COLUMNS))}) RETURNING number"  # noqa: S608
_TOUCH = (
    "UPDATE process SET support = ?, standing = ?, updated = ?, seen_at = ?, counted_at = ?, absent_since = ?,"
    " absences = ?, next_transition_at = ? WHERE number = ?"
)
_UPDATE = f"UPDATE process SET {', '.join(f'{name} = ?' for name in _COLUMNS)} WHERE number = ?"  # noqa: S608

_Supports = tuple[Support, ...]


def known(row: sqlite3.Row) -> Known:
    """The process that a whole row of ``process`` holds."""
    process = None
    if row["process"] is not None:
        process = from_json(row["process"], Process)
        process = msgspec.structs.replace(process, support=from_json(row["support"], _Supports))
    return Known(
        source=row["source"],
        local_id=row["local_id"],
        number=row["number"],
        process=process,
        standing=from_json(row["standing"], Standing) if row["standing"] else None,
        provenance=from_json(row["provenance"], Provenance) if row["provenance"] else None,
        item_digest=row["item_digest"],
        first_seen=to_instant(row["first_seen"]),
        updated=to_instant(row["updated"]),
        seen_at=to_instant(row["seen_at"]),
        counted_at=to_maybe(row["counted_at"]),
        absent_since=to_maybe(row["absent_since"]),
        absences=row["absences"],
        gone_at=to_maybe(row["gone_at"]),
        gone_reason=row["gone_reason"],
        erased=bool(row["erased"]),
    )


def find(connection: sqlite3.Connection, source: str, local_id: str) -> Known | None:
    """The process with that id, None if it never was here."""
    row = connection.execute("SELECT * FROM process WHERE source = ? AND local_id = ?", (source, local_id)).fetchone()
    return known(row) if row else None


def put(connection: sqlite3.Connection, value: Known) -> int:
    """Keep the process as it is now; its number."""
    columns = _values(value)
    if value.number:
        connection.execute(_UPDATE, (*columns, value.number))
        return value.number
    return int(connection.execute(_INSERT, columns).fetchone()[0])


def _values(value: Known) -> tuple[Any, ...]:
    process, standing = value.process, value.standing
    bare = msgspec.structs.replace(process, support=()) if process else None
    return (
        value.source,
        value.local_id,
        to_json(bare) if bare else None,
        to_json(process.support) if process else None,
        to_json(standing) if standing else None,
        to_json(value.provenance) if value.provenance else None,
        value.item_digest,
        from_instant(value.first_seen),
        from_instant(value.updated),
        from_instant(value.seen_at),
        from_maybe(value.counted_at),
        from_maybe(value.absent_since),
        value.absences,
        from_maybe(standing.next_transition_at) if standing else None,
        from_maybe(value.gone_at),
        value.gone_reason,
        int(value.erased),
    )


def touch(connection: sqlite3.Connection, value: Known) -> None:
    """Keep what of a process changes when it is seen again: counts, standing and dates."""
    assert value.process is not None
    assert value.standing is not None
    connection.execute(
        _TOUCH,
        (
            to_json(value.process.support),
            to_json(value.standing),
            from_instant(value.updated),
            from_instant(value.seen_at),
            from_maybe(value.counted_at),
            from_maybe(value.absent_since),
            value.absences,
            from_maybe(value.standing.next_transition_at),
            value.number,
        ),
    )


def erased(connection: sqlite3.Connection, source: str, local_ids: Sequence[str]) -> set[str]:
    """Which of these processes were erased."""
    rows = connection.execute(
        "SELECT local_id FROM process WHERE source = ? AND erased > 0 AND local_id IN (SELECT value FROM json_each(?))",
        (source, to_json(local_ids).decode()),
    )
    return {row["local_id"] for row in rows}


def observe(connection: sqlite3.Connection, number: int, support: Support) -> None:
    """One reading of a series; one without a count, or that is no later than the last, tells nothing new.

    One that must reach another threshold does, though its count is the same.
    """
    if support.count is None or support.read_at is None:
        return
    read_at = from_instant(support.read_at)
    last = connection.execute(
        "SELECT id, count, support, last_read_at FROM observation WHERE number = ? AND series = ?"
        " ORDER BY id DESC LIMIT 1",
        (number, support.series),
    ).fetchone()
    same = last is not None and last["count"] == support.count
    if same and from_json(last["support"], Support).threshold == support.threshold:
        if read_at > last["last_read_at"]:
            connection.execute("UPDATE observation SET last_read_at = ? WHERE id = ?", (read_at, last["id"]))
        return
    if last is not None and read_at < last["last_read_at"]:
        return  # an older copy of the answer, replayed: the series goes on in time only
    connection.execute(
        "INSERT INTO observation (number, series, count, support, read_at, last_read_at) VALUES (?, ?, ?, ?, ?, ?)",
        (number, support.series, support.count, to_json(support), read_at, read_at),
    )


def append(
    connection: sqlite3.Connection,
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
    """Append an entry to the change log, tied to the last one of this process that holds a version."""
    connection.execute(
        "INSERT INTO change (number, op, at, cause, weight, digest, previous, reason, body)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            number,
            op,
            from_instant(at),
            cause,
            weight,
            digest,
            _before(connection, number),
            reason,
            to_json(body) if body else None,
        ),
    )


def _before(connection: sqlite3.Connection, number: int) -> int | None:
    """The entry that holds the present version: the last one or, if that is of counts alone, the one it is tied to."""
    last = connection.execute(
        "SELECT seq, op, previous, body IS NOT NULL AS whole FROM change WHERE number = ? ORDER BY seq DESC LIMIT 1",
        (number,),
    ).fetchone()
    if last is None or last["op"] == Op.DELETE:
        return None
    return int(last["seq"]) if last["whole"] else last["previous"]


class Sites(dict[str, Site]):
    """The settings that each source was last registered with, read once for each that is asked for."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def __missing__(self, source: str) -> Site:
        row = self._connection.execute("SELECT site FROM source WHERE id = ?", (source,)).fetchone()
        self[source] = from_json(row["site"], Site)
        return self[source]
