"""A run in the database: its requests, its items and their parts, its scopes."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any

from folkmoot_hub.connector import Request
from folkmoot_hub.fetch.protocol import Validators
from folkmoot_hub.harvest.ledger import Answered, Asked, Begun, Gathered, Held, HeldParts, Part, ScopeSeen
from folkmoot_hub.store.protocol import RunRow
from folkmoot_hub.store.sqlite.codec import from_instant, from_json, from_maybe, to_instant, to_json, to_maybe

#: What of a run is forgotten when it has ended.
_OF_RUN = ("request", "item", "scope", "scope_request", "scope_item")
# A request and those that led to it, nearest first.
_LINE = (
    "WITH RECURSIVE line (id, parent, key) AS ("
    " SELECT id, parent, key FROM request WHERE run = :run AND id = :id"
    " UNION ALL SELECT r.id, r.parent, r.key FROM request r JOIN line ON r.id = line.parent WHERE r.run = :run) "
)
_PUT_PART = (
    "INSERT INTO part (source, local_id, name, digest, run, fetched_at, captured_at, same, version, url)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (source, local_id, name) DO UPDATE SET"
    " digest = excluded.digest, run = excluded.run, fetched_at = excluded.fetched_at,"
    " captured_at = excluded.captured_at, same = excluded.same, version = excluded.version, url = excluded.url"
    " RETURNING id"
)
_SCOPES_OF_LINE = "SELECT DISTINCT s.scope FROM line JOIN scope_request s ON s.run = :run AND s.request = line.id"


def unfinished(connection: sqlite3.Connection, source: str) -> Begun | None:
    """The latest run of this source that was not ended."""
    row = connection.execute(
        "SELECT row, versions FROM run WHERE source = ? AND outcome IS NULL ORDER BY started DESC LIMIT 1", (source,)
    ).fetchone()
    return Begun(row=from_json(row["row"], RunRow), versions=row["versions"]) if row else None


def open_requests(connection: sqlite3.Connection, run: str, after: int, limit: int) -> list[Asked]:
    """Open requests of the run with an id above ``after``, by id."""
    rows = connection.execute(
        "SELECT * FROM request WHERE run = ? AND id > ? AND open = 1 ORDER BY id LIMIT ?", (run, after, limit)
    ).fetchall()
    return [
        Asked(
            id=row["id"],
            request=from_json(row["request"], Request),
            key=row["key"],
            parent=row["parent"],
            barren=row["barren"],
        )
        for row in rows
    ]


def answered(connection: sqlite3.Connection, source: str, key: str) -> Answered | None:
    """What the last whole answer to this request yielded."""
    row = connection.execute("SELECT * FROM answer WHERE source = ? AND key = ?", (source, key)).fetchone()
    if row is None:
        return None
    return Answered(
        validators=Validators(etag=row["etag"], last_modified=row["last_modified"]),
        yields=row["yields"],
        version=row["version"],
        mark=row["mark"],
        shape=row["shape"],
        item=row["item"],
    )


def held(connection: sqlite3.Connection, source: str, local_ids: Sequence[str]) -> HeldParts:
    """What parts of these items there are."""
    rows = connection.execute(
        "SELECT local_id, name, digest, coalesce(captured_at, fetched_at), run FROM part"
        " WHERE source = ? AND local_id IN (SELECT value FROM json_each(?))",
        (source, to_json(local_ids).decode()),
    )
    return {(local_id, name): Held(digest, to_instant(read_at), run) for local_id, name, digest, read_at, run in rows}


def _part(row: sqlite3.Row) -> Part:
    return Part(
        data=from_json(row["data"], dict[str, Any]),
        fetched_at=to_instant(row["fetched_at"]),
        captured_at=to_maybe(row["captured_at"]),
        url=row["url"],
        same=row["same"],
        version=row["version"],
        run=row["run"],
    )


def _renewed(part: Part) -> tuple[str | int | None, ...]:
    """What every sight of a part writes anew: run to url."""
    instants = from_instant(part.fetched_at), from_maybe(part.captured_at)
    return (part.run, *instants, part.same, part.version, part.url)


class Frontier:
    """Writing a run, inside a transaction of the store."""

    _connection: sqlite3.Connection

    def begin(self, begun: Begun) -> None:
        """Put down a new run."""
        row = begun.row
        self._connection.execute(
            "INSERT INTO run (id, source, started, versions, row) VALUES (?, ?, ?, ?, ?)",
            (row.run, row.source, from_instant(row.started), begun.versions, to_json(row)),
        )

    def put_run(self, row: RunRow) -> None:
        """Write the run's row anew; one with an outcome has ended, and its frontier is forgotten."""
        self._connection.execute(
            "UPDATE run SET ended = ?, outcome = ?, row = ? WHERE id = ?",
            (from_maybe(row.ended), row.outcome, to_json(row), row.run),
        )
        if row.outcome is not None:
            for table in _OF_RUN:
                self._connection.execute(f"DELETE FROM {table} WHERE run = ?", (row.run,))  # noqa: S608 - constants

    def pending_state(self, run: str) -> dict[str, Any] | None:
        """What the connector said so far that it wants to find next time."""
        row = self._connection.execute("SELECT state FROM run WHERE id = ?", (run,)).fetchone()
        return from_json(row["state"], dict[str, Any]) if row["state"] is not None else None

    def put_pending_state(self, run: str, data: Mapping[str, Any]) -> None:
        """Keep that until the run has ended."""
        self._connection.execute("UPDATE run SET state = ? WHERE id = ?", (to_json(data), run))

    def ask(self, run: str, request: Request, key: str, parent: int | None, barren: int) -> bool:
        """Open a request; False if the run has one with this key already."""
        made = self._connection.execute(
            "INSERT OR IGNORE INTO request (run, id, key, request, item, parent, barren)"
            " SELECT ?, coalesce(max(id), 0) + 1, ?, ?, ?, ?, ? FROM request WHERE run = ?",
            (run, key, to_json(request), request.item, parent, barren, run),
        )
        return made.rowcount == 1

    def asks(self, run: str, key: str) -> bool:
        """Whether the run has a request with this key, open or not."""
        found = self._connection.execute("SELECT 1 FROM request WHERE run = ? AND key = ?", (run, key))
        return found.fetchone() is not None

    def leads_to(self, run: str, id: int, key: str) -> bool:
        """Whether the request with this key is ``id`` itself or one that led to it."""
        statement = _LINE + "SELECT 1 FROM line WHERE key = :key LIMIT 1"  # noqa: S608 - constants
        found = self._connection.execute(statement, {"run": run, "id": id, "key": key})
        return found.fetchone() is not None

    def stems_from(self, run: str, id: int, key: str) -> bool:
        """Whether the request with this key was opened by the answer to ``id`` or to one that led to it."""
        statement = _LINE + (  # noqa: S608 - constants
            "SELECT 1 FROM request r JOIN line ON line.id = r.parent WHERE r.run = :run AND r.key = :key"
        )
        found = self._connection.execute(statement, {"run": run, "id": id, "key": key})
        return found.fetchone() is not None

    def close_request(self, run: str, id: int) -> None:
        """The request is answered, or has failed for good."""
        self._connection.execute("UPDATE request SET open = 0 WHERE run = ? AND id = ?", (run, id))

    def waiting(self, run: str, local_id: str) -> bool:
        """Whether a request for a part of this item is still open."""
        found = self._connection.execute(
            "SELECT 1 FROM request INDEXED BY request_of_item WHERE run = ? AND item = ? AND open = 1 LIMIT 1",
            (run, local_id),
        )
        return found.fetchone() is not None

    def remember(self, source: str, key: str, answered: Answered) -> None:
        """Keep what an answer yielded, for when it is said to be the same."""
        self._connection.execute(
            "INSERT OR REPLACE INTO answer (source, key, item, version, mark, etag, last_modified, shape, yields)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                source,
                key,
                answered.item,
                answered.version,
                answered.mark,
                answered.validators.etag,
                answered.validators.last_modified,
                answered.shape,
                answered.yields,
            ),
        )

    def forget_answers(self, source: str, run: str) -> None:
        """Drop what answers told that the run, which was complete, has not asked for; parts of items stay."""
        self._connection.execute(
            "DELETE FROM answer WHERE source = ? AND item IS NULL"
            " AND NOT EXISTS (SELECT 1 FROM request r WHERE r.run = ? AND r.key = answer.key)",
            (source, run),
        )

    # Items and their parts

    def gather(self, run: str, local_id: str, url: str) -> bool:
        """The item belongs to this run; True if it is new to it."""
        made = self._connection.execute(
            "INSERT OR IGNORE INTO item (run, local_id, url) VALUES (?, ?, ?)", (run, local_id, url)
        )
        return made.rowcount == 1

    def gather_all(self, run: str, local_ids: Sequence[str], url: str) -> int:
        """The items belong to this run; how many are new to it."""
        made = self._connection.execute(
            "INSERT OR IGNORE INTO item (run, local_id, url) SELECT ?, value, ? FROM json_each(?)",
            (run, url, to_json(local_ids).decode()),
        )
        return made.rowcount

    def gathered(self, run: str, local_id: str) -> Gathered | None:
        """The item as this run knows it, None if it does not."""
        row = self._connection.execute("SELECT * FROM item WHERE run = ? AND local_id = ?", (run, local_id)).fetchone()
        if row is None:
            return None
        missing = from_json(row["missing"], tuple[str, ...])
        return Gathered(local_id=local_id, url=row["url"], missing=missing, skip=bool(row["skip"]))

    def settle(self, run: str, local_id: str) -> bool:
        """The item has been mapped or put aside; True if that is the first time in this run."""
        made = self._connection.execute(
            "UPDATE item SET settled = 1 WHERE run = ? AND local_id = ? AND settled = 0", (run, local_id)
        )
        return made.rowcount == 1

    def lacks(self, run: str, local_id: str, part: str, skip: bool) -> None:
        """A part of the item could not be had; ``skip``: then the item is not to be mapped."""
        found = self.gathered(run, local_id)
        if found is None:
            return
        missing = tuple(dict.fromkeys((*found.missing, part)))
        self._connection.execute(
            "UPDATE item SET missing = ?, skip = ? WHERE run = ? AND local_id = ?",
            (to_json(missing), int(skip or found.skip), run, local_id),
        )

    def part(self, source: str, local_id: str, name: str) -> Part | None:
        """One part of an item."""
        row = self._connection.execute(
            "SELECT * FROM part JOIN part_data USING (id) WHERE source = ? AND local_id = ? AND name = ?",
            (source, local_id, name),
        ).fetchone()
        return _part(row) if row else None

    def parts(self, source: str, local_id: str) -> dict[str, Part]:
        """Every part of an item that was ever had."""
        rows = self._connection.execute(
            "SELECT * FROM part JOIN part_data USING (id) WHERE source = ? AND local_id = ? ORDER BY name",
            (source, local_id),
        )
        return {row["name"]: _part(row) for row in rows}

    def held(self, source: str, local_ids: Sequence[str]) -> HeldParts:
        """What parts of these items there are."""
        return held(self._connection, source, local_ids)

    def skipped(self, run: str, local_ids: Sequence[str]) -> set[str]:
        """Which of these items are not to be mapped in this run."""
        rows = self._connection.execute(
            "SELECT local_id FROM item WHERE run = ? AND skip = 1 AND local_id IN (SELECT value FROM json_each(?))",
            (run, to_json(local_ids).decode()),
        )
        return {row["local_id"] for row in rows}

    def put_part(self, source: str, local_id: str, name: str, part: Part) -> None:
        """Keep a part, in place of an earlier one."""
        self.put_parts(source, {(local_id, name): part})

    def put_parts(self, source: str, parts: Mapping[tuple[str, str], Part]) -> None:
        """Keep these parts, by id and name, in place of earlier ones."""
        for (local_id, name), part in parts.items():
            renewed = _renewed(part)
            made = self._connection.execute(_PUT_PART, (source, local_id, name, part.digest, *renewed))
            self._connection.execute(
                "INSERT OR REPLACE INTO part_data (id, data) VALUES (?, ?)", (made.fetchone()[0], to_json(part.data))
            )

    def renew_parts(self, source: str, names: Sequence[tuple[str, str]], part: Part) -> None:
        """These parts, by id and name, were had again with the same data; all else is as ``part`` has it."""
        renewed = (*_renewed(part), source)
        self._connection.executemany(
            "UPDATE part SET run = ?, fetched_at = ?, captured_at = ?, same = ?, version = ?, url = ?"
            " WHERE source = ? AND local_id = ? AND name = ?",
            [(*renewed, local_id, name) for local_id, name in names],
        )

    def forget_parts(self, source: str, local_id: str) -> None:
        """Drop every part of an item that its source deleted."""
        self._connection.execute("DELETE FROM part WHERE source = ? AND local_id = ?", (source, local_id))

    # Scopes

    def state_scope(self, run: str, scope: ScopeSeen) -> None:
        """What an answer said of a scope; of two totals the later holds, once exhaustive it stays so."""
        self._connection.execute(
            "INSERT INTO scope (run, name, exhaustive, total) VALUES (?, ?, ?, ?) ON CONFLICT (run, name) DO UPDATE"
            " SET exhaustive = max(exhaustive, excluded.exhaustive), total = coalesce(excluded.total, total)",
            (run, scope.name, int(scope.exhaustive), scope.total),
        )

    def see(self, run: str, request: int, scopes: Sequence[str], local_ids: Sequence[str]) -> int:
        """The items, found in the answer to ``request``, are in these scopes; how often one is new in one of them."""
        self._connection.executemany(
            "INSERT OR IGNORE INTO scope_request (run, request, scope) VALUES (?, ?, ?)",
            [(run, request, scope) for scope in scopes],
        )
        made = self._connection.executemany(
            "INSERT OR IGNORE INTO scope_item (run, scope, local_id) VALUES (?, ?, ?)",
            [(run, scope, local_id) for scope in scopes for local_id in local_ids],
        )
        return max(0, made.rowcount)

    def break_scopes(self, run: str, request: int) -> None:
        """Mark the scopes that a failed request belongs to as not whole; all, if nothing says which those are.

        All means the run: what another answer states later cannot be whole either.
        """
        line = _LINE + _SCOPES_OF_LINE
        names = [row["scope"] for row in self._connection.execute(line, {"run": run, "id": request})]
        if not names:
            self._connection.execute("UPDATE run SET broken = 1 WHERE id = ?", (run,))
        self._connection.executemany(
            "UPDATE scope SET broken = 1 WHERE run = ? AND name = ?", [(run, name) for name in names]
        )

    def scopes(self, run: str) -> list[ScopeSeen]:
        """Every scope of the run, by name."""
        rows = self._connection.execute(
            "SELECT s.*, r.broken AS all_broken,"
            " (SELECT count(*) FROM scope_item i WHERE i.run = s.run AND i.scope = s.name) AS seen"
            " FROM scope s JOIN run r ON r.id = s.run WHERE s.run = ? ORDER BY s.name",
            (run,),
        ).fetchall()
        return [
            ScopeSeen(
                name=row["name"],
                exhaustive=bool(row["exhaustive"]),
                total=row["total"],
                seen=row["seen"],
                broken=bool(row["broken"] or row["all_broken"]),
            )
            for row in rows
        ]

    def seen_of_stated(self, run: str) -> int:
        """How many items were seen in scopes that state a total, each counted once."""
        found = self._connection.execute(
            "SELECT count(DISTINCT i.local_id) FROM scope s JOIN scope_item i ON i.run = s.run AND i.scope = s.name"
            " WHERE s.run = ? AND s.total IS NOT NULL",
            (run,),
        ).fetchone()
        return int(found[0])

    def members(self, source: str, scope: str) -> int:
        """How many items the scope had when it was last judged."""
        found = self._connection.execute(
            "SELECT count(*) FROM member WHERE source = ? AND scope = ?", (source, scope)
        ).fetchone()
        return int(found[0])

    def absent(self, run: str, source: str, scope: str) -> list[str]:
        """The items that the scope had when it was last judged, and that this run has not seen anywhere."""
        rows = self._connection.execute(
            "SELECT local_id FROM member m WHERE source = ? AND scope = ?"
            " AND NOT EXISTS (SELECT 1 FROM item i WHERE i.run = ? AND i.local_id = m.local_id) ORDER BY local_id",
            (source, scope, run),
        )
        return [row["local_id"] for row in rows]

    def put_members(self, run: str, source: str, scope: str) -> None:
        """The scope has been judged: what this run saw in it are its items now."""
        self._connection.execute("DELETE FROM member WHERE source = ? AND scope = ?", (source, scope))
        self._connection.execute(
            "INSERT INTO member (source, scope, local_id)"
            " SELECT ?, scope, local_id FROM scope_item WHERE run = ? AND scope = ?",
            (source, run, scope),
        )

    def add_members(self, source: str, scope: str, local_ids: Sequence[str]) -> None:
        """Let these items be of the scope, too."""
        self._connection.executemany(
            "INSERT OR IGNORE INTO member (source, scope, local_id) VALUES (?, ?, ?)",
            [(source, scope, local_id) for local_id in local_ids],
        )
