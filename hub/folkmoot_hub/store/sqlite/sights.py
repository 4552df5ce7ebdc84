"""Items that are seen again and are the same: a whole answer of them in a few statements, no text of them read."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import datetime

from folkmoot_hub.harvest.ledger import Candidate, HeldParts
from folkmoot_hub.store.sqlite.codec import from_instant, to_json

# SQLite would go through all requests of the run, were it not told which index to take. What is steady is said at the
# columns steady_from and steady_until (schema/0001.sql); nothing is told before the last news.
_CANDIDATES = """
SELECT i.local_id, i.skip,
  EXISTS (SELECT 1 FROM request r INDEXED BY request_of_item
    WHERE r.run = :run AND r.item = j.value AND r.open = 1) AS waiting,
  p.number, p.item_digest,
  p.absent_since IS NULL AND p.absences = 0 AND p.steady_from <= max(:moment, p.updated)
    AND max(:moment, p.updated) < :silent AND :silent < p.steady_until AS steady
FROM json_each(:ids) j
JOIN item i ON i.run = :run AND i.local_id = j.value
LEFT JOIN process p ON p.source = :source AND p.local_id = j.value AND p.gone_at IS NULL
ORDER BY j.key
"""


def candidates(
    connection: sqlite3.Connection,
    run: str,
    source: str,
    local_ids: Sequence[str],
    moment: datetime,
    silent: datetime,
) -> list[Candidate]:
    """What is known of these items of the run; seen at ``moment``, they would be trusted until ``silent``."""
    values = {
        "run": run,
        "source": source,
        "ids": to_json(local_ids).decode(),
        "moment": from_instant(moment),
        "silent": from_instant(silent),
    }
    return [
        Candidate(
            local_id=local_id,
            skip=bool(skip),
            waiting=bool(waiting),
            number=number or 0,
            item_digest=item_digest or "",
            steady=bool(steady),
        )
        for local_id, skip, waiting, number, item_digest, steady in connection.execute(_CANDIDATES, values)
    ]


def see_again(
    connection: sqlite3.Connection,
    run: str,
    source: str,
    seen: Sequence[Candidate],
    seen_at: datetime,
    silent: datetime,
    parts: HeldParts,
) -> int:
    """These are still there and the same, and steady; how many are settled for the first time in this run."""
    numbers = {each.local_id: each.number for each in seen}
    of_these = to_json(list(numbers)).decode()
    connection.execute(
        "UPDATE process SET seen_at = ? WHERE number IN (SELECT value FROM json_each(?))",
        (from_instant(seen_at), to_json(list(numbers.values())).decode()),
    )
    # A statement of its own, since it moves entries of an index.
    connection.execute(
        "UPDATE process SET next_transition_at = ? WHERE silences = 1 AND number IN (SELECT value FROM json_each(?))",
        (from_instant(silent), to_json(list(numbers.values())).decode()),
    )
    read = [
        (at := from_instant(held.read_at), numbers[local_id], name, at)
        for (local_id, name), held in parts.items()
        if local_id in numbers
    ]
    connection.executemany(
        "UPDATE observation SET last_read_at = ? WHERE current = 1 AND number = ? AND part = ? AND last_read_at < ?",
        read,
    )
    connection.execute(
        "DELETE FROM quarantine WHERE source = ? AND local_id IN (SELECT value FROM json_each(?))", (source, of_these)
    )
    made = connection.execute(
        "UPDATE item SET settled = 1 WHERE run = ? AND settled = 0 AND local_id IN (SELECT value FROM json_each(?))",
        (run, of_these),
    )
    return made.rowcount
