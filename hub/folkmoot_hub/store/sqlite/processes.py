"""One process in the database: its row, its readings, its entries in the change log."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from folkmoot_hub.connector import Site
from folkmoot_hub.store.known import Known, Steady
from folkmoot_hub.store.protocol import Cause, Op, Weight
from folkmoot_hub.store.sqlite.codec import from_instant, from_json, from_maybe, to_instant, to_json, to_maybe
from folkmoot_schema.process import Process, Provenance, Record, Standing, Support

_COLUMNS = (
    "source", "local_id", "item_digest", "first_seen", "updated", "seen_at", "counted_at", "absent_since", "absences",
    "next_transition_at", "steady_from", "steady_until", "silences", "gone_at", "gone_reason", "erased",
)  # fmt: skip
_SEEN = (
    "updated", "seen_at", "counted_at", "absent_since", "absences", "next_transition_at", "steady_from", "steady_until",
    "silences",
)  # fmt: skip
# All of these are constants of this module; no value is ever put into the text of a statement.
_INSERT = f"INSERT INTO process ({', '.join(_COLUMNS)}) VALUES ({', '.join('?' * len(_COLUMNS))}) RETURNING number"  # noqa: S608
_UPDATE = f"UPDATE process SET {', '.join(f'{name} = ?' for name in _COLUMNS)} WHERE number = ?"  # noqa: S608
_TOUCH = f"UPDATE process SET {', '.join(f'{name} = ?' for name in _SEEN)} WHERE number = ?"  # noqa: S608
_CONTENT = "c.standing, c.support, c.provenance, c.process"
_SELECT = f"SELECT p.*, {_CONTENT} FROM process p LEFT JOIN content c USING (number) WHERE "  # noqa: S608

_Supports = tuple[Support, ...]
#: By process and series, when the count that the process shows was last read.
_Sights = dict[tuple[int, str], int]


def select(connection: sqlite3.Connection, where: str, values: Sequence[Any]) -> list[Known]:
    """The processes that ``where`` (with ``p`` the row of the process) selects; never any value in its text."""
    rows = connection.execute(_SELECT + where, values).fetchall()
    sights = _sights(connection, [row["number"] for row in rows]) if rows else {}
    return [_known(row, sights) for row in rows]


def _sights(connection: sqlite3.Connection, numbers: Sequence[int]) -> _Sights:
    rows = connection.execute(
        "SELECT number, series, last_read_at FROM observation WHERE current = 1"
        " AND number IN (SELECT value FROM json_each(?))",
        (to_json(numbers).decode(),),
    )
    return {(row["number"], row["series"]): row["last_read_at"] for row in rows}


def _known(row: sqlite3.Row, sights: _Sights) -> Known:
    there = row["process"] is not None
    return Known(
        source=row["source"],
        local_id=row["local_id"],
        number=row["number"],
        process=_process(row, sights) if there else None,
        standing=_standing(row) if there else None,
        provenance=from_json(row["provenance"], Provenance) if there else None,
        steady=_steady(row),
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


def _process(row: sqlite3.Row, sights: _Sights) -> Process:
    support = tuple(
        _seen_later(each, sights.get((row["number"], each.series))) for each in from_json(row["support"], _Supports)
    )
    return msgspec.structs.replace(from_json(row["process"], Process), support=support)


def _seen_later(support: Support, sight: int | None) -> Support:
    if sight is None or support.count is None or support.read_at is None or from_instant(support.read_at) >= sight:
        return support
    return msgspec.structs.replace(support, read_at=to_instant(sight))


def _standing(row: sqlite3.Row) -> Standing:
    standing = from_json(row["standing"], Standing)
    return msgspec.structs.replace(standing, next_transition_at=to_maybe(row["next_transition_at"]))


def _steady(row: sqlite3.Row) -> Steady | None:
    if row["steady_until"] is None:
        return None
    since, until = to_instant(row["steady_from"]), to_instant(row["steady_until"])
    return Steady(since=since, until=until, silences=bool(row["silences"]))


def find(connection: sqlite3.Connection, source: str, local_id: str) -> Known | None:
    """The process with that id, None if it never was here."""
    return next(iter(select(connection, "p.source = ? AND p.local_id = ?", (source, local_id))), None)


def put(connection: sqlite3.Connection, value: Known) -> int:
    """Keep the process as it is now; its number."""
    number, columns = value.number, _values(value, _COLUMNS)
    if number:
        connection.execute(_UPDATE, (*columns, number))
    else:
        number = int(connection.execute(_INSERT, columns).fetchone()[0])
    if value.process is None:
        connection.execute("DELETE FROM content WHERE number = ?", (number,))
        return number
    bare = msgspec.structs.replace(value.process, support=())
    connection.execute(
        "INSERT OR REPLACE INTO content (number, standing, support, provenance, process) VALUES (?, ?, ?, ?, ?)",
        (number, _stands(value), to_json(value.process.support), to_json(value.provenance), to_json(bare)),
    )
    return number


def _stands(value: Known) -> bytes:
    assert value.standing is not None
    return to_json(msgspec.structs.replace(value.standing, next_transition_at=None))


def _values(value: Known, names: Sequence[str]) -> list[Any]:
    standing, steady = value.standing, value.steady
    columns = {
        "source": value.source,
        "local_id": value.local_id,
        "item_digest": value.item_digest,
        "first_seen": from_instant(value.first_seen),
        "updated": from_instant(value.updated),
        "seen_at": from_instant(value.seen_at),
        "counted_at": from_maybe(value.counted_at),
        "absent_since": from_maybe(value.absent_since),
        "absences": value.absences,
        "next_transition_at": from_maybe(standing.next_transition_at) if standing else None,
        "steady_from": from_instant(steady.since) if steady and standing else None,
        "steady_until": from_instant(steady.until) if steady and standing else None,
        "silences": int(steady.silences) if steady and standing else 0,
        "gone_at": from_maybe(value.gone_at),
        "gone_reason": value.gone_reason,
        "erased": int(value.erased),
    }
    return [columns[name] for name in names]


def touch(connection: sqlite3.Connection, value: Known) -> None:
    """Keep what of a process changes when it is seen again: counts, standing and dates."""
    assert value.process is not None
    connection.execute(_TOUCH, (*_values(value, _SEEN), value.number))
    connection.execute(
        "UPDATE content SET support = ?, standing = ? WHERE number = ?",
        (to_json(value.process.support), _stands(value), value.number),
    )


def erased(connection: sqlite3.Connection, source: str, local_ids: Sequence[str]) -> set[str]:
    """Which of these processes were erased."""
    rows = connection.execute(
        "SELECT local_id FROM process WHERE source = ? AND erased > 0 AND local_id IN (SELECT value FROM json_each(?))",
        (source, to_json(local_ids).decode()),
    )
    return {row["local_id"] for row in rows}


def observe(connection: sqlite3.Connection, number: int, supports: Sequence[Support]) -> bool:
    """The readings that the process shows now; whether each is the last one of its series."""
    read = [each for each in supports if each.count is not None and each.read_at is not None]
    connection.execute(
        "UPDATE observation SET current = 0 WHERE number = ? AND current = 1"
        " AND series NOT IN (SELECT value FROM json_each(?))",
        (number, to_json([each.series for each in read]).decode()),
    )
    taken = [_observe(connection, number, each) for each in read]
    return all(taken)


def _observe(connection: sqlite3.Connection, number: int, support: Support) -> bool:
    """One reading of a series; one that is no later than the last tells nothing new.

    One that must reach another threshold does, though its count is the same.
    """
    assert support.read_at is not None
    read_at, series = from_instant(support.read_at), support.series
    last = connection.execute(
        "SELECT id, count, support, last_read_at, current FROM observation WHERE number = ? AND series = ?"
        " ORDER BY id DESC LIMIT 1",
        (number, series),
    ).fetchone()
    same = last is not None and last["count"] == support.count
    if same and from_json(last["support"], Support).threshold == support.threshold:
        if read_at > last["last_read_at"] or not last["current"]:
            connection.execute(
                "UPDATE observation SET current = 1, last_read_at = max(last_read_at, ?) WHERE id = ?",
                (read_at, last["id"]),
            )
        return True
    if last is not None:
        connection.execute("UPDATE observation SET current = 0 WHERE id = ?", (last["id"],))
        if read_at < last["last_read_at"]:
            return False  # an older copy of the answer, replayed: the series goes on in time only
    connection.execute(
        "INSERT INTO observation (number, series, part, count, support, read_at, last_read_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (number, series, support.part, support.count, to_json(support), read_at, read_at),
    )
    return True


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
