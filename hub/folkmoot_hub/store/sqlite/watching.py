"""The sources and their runs in the database: each question is one statement, however many sources there are."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from datetime import datetime, timedelta

from folkmoot_hub.connector import Site
from folkmoot_hub.store.protocol import Day, RunRow, SourceRow, Trouble
from folkmoot_hub.store.sqlite.codec import from_instant, from_json, to_instant, to_maybe

_DAY = timedelta(days=1) // timedelta(microseconds=1)
_SOURCES = (
    "SELECT s.id, s.site, s.last_complete, s.last_total, s.next_due, s.drifted,"
    " (SELECT count(*) FROM process p WHERE p.source = s.id AND p.gone_at IS NULL) AS processes,"
    " (SELECT count(*) FROM quarantine q WHERE q.source = s.id) AS quarantined"
    " FROM source s WHERE coalesce(?, s.id) = s.id ORDER BY s.id"
)
# The index of runs is asked once a source, so that the runs of years are not gone through.
_RUNS = (
    "SELECT s.id, r.row FROM source s JOIN run r ON r.rowid IN"
    " (SELECT rowid FROM run WHERE source = s.id ORDER BY started DESC, rowid DESC LIMIT ?)"
    " WHERE coalesce(?, s.id) = s.id ORDER BY s.id, r.started DESC, r.rowid DESC"
)
_DAYS = (
    "SELECT s.id, r.started / ? AS day, r.outcome, count(*) AS runs"
    " FROM source s CROSS JOIN run r ON r.source = s.id AND r.started >= ?"
    " WHERE coalesce(?, s.id) = s.id AND r.outcome IS NOT NULL GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"
)
_TROUBLES = (
    "SELECT stage, error, count(*) AS count, min(local_id) AS local_id FROM quarantine WHERE source = ?"
    " GROUP BY stage, error ORDER BY count(*) DESC, min(local_id) LIMIT ?"
)


def sources(connection: sqlite3.Connection, source: str | None = None) -> list[SourceRow]:
    """Every source, or that one, by id."""
    latest = runs(connection, 1, source)
    return [
        SourceRow(
            site=from_json(row["site"], Site),
            processes=row["processes"],
            last_run=next(iter(latest[row["id"]]), None),
            last_complete=to_maybe(row["last_complete"]),
            last_total=row["last_total"],
            next_due=to_maybe(row["next_due"]),
            quarantined=row["quarantined"],
            drifted=row["drifted"],
        )
        for row in connection.execute(_SOURCES, (source,))
    ]


def runs(connection: sqlite3.Connection, limit: int, source: str | None = None) -> dict[str, list[RunRow]]:
    """By source, its latest runs, newest first."""
    found = defaultdict[str, list[RunRow]](list)
    for row in connection.execute(_RUNS, (limit, source)):
        found[row["id"]].append(from_json(row["row"], RunRow))
    return found


def days(connection: sqlite3.Connection, since: datetime, source: str | None = None) -> dict[str, list[Day]]:
    """By source, what its runs that began ``since`` came to, the oldest day (UTC) first."""
    found = defaultdict[str, list[Day]](list)
    for row in connection.execute(_DAYS, (_DAY, from_instant(since), source)):
        day = to_instant(row["day"] * _DAY).date()
        found[row["id"]].append(Day(day=day, outcome=row["outcome"], runs=row["runs"]))
    return found


def troubles(connection: sqlite3.Connection, source: str, limit: int) -> list[Trouble]:
    """Why items of a source are in quarantine, the commonest reason first."""
    return [
        Trouble(stage=row["stage"], error=row["error"], count=row["count"], local_id=row["local_id"])
        for row in connection.execute(_TROUBLES, (source, limit))
    ]
