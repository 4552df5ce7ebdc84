"""A store with one of everything, always the same, and the files of earlier versions that are kept of it.

``python -m hub.store.filling`` (in ``tests``) writes ``kept/<version>.sql`` for the present version of the schema. Such
a file is kept for good once its version has been released, and :func:`fill` is not changed any more then: what only a
later version can hold goes into a function of its own.
"""

from __future__ import annotations

import sqlite3
import sys
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from folkmoot_hub.connector import Request
from folkmoot_hub.fetch.protocol import Validators
from folkmoot_hub.harvest.keeping import Keeper
from folkmoot_hub.harvest.ledger import Answered, ScopeSeen
from folkmoot_hub.store.sqlite.migrations import VERSION
from folkmoot_hub.store.sqlite.store import FILE, SqliteStore
from folkmoot_schema.codes import Topic
from folkmoot_schema.process import Threshold
from folkmoot_schema.texts import Text
from hub.store.making import (
    DAY,
    NOW,
    SOURCE,
    Store,
    aside,
    begin,
    correct,
    end,
    keep,
    part,
    process,
    remove,
    signatures,
    site,
)

KEPT = Path(__file__).parent / "kept"
IDS = ("1", "0123/2020 ä", "deleted", "returned", "erased", "absent")


def fill(store: Store) -> None:
    """Put one of everything there."""
    end(store, begin(store, "run-0", started=NOW - DAY), NOW)
    for local_id in IDS:
        keep(store, local_id)
    _change(store)
    _harvest(store)
    store.erase(SOURCE, "erased", "asked for by its author", NOW + 3 * DAY)
    store.advance(datetime.fromisoformat("2026-03-10T00:00:00Z"), limit=2)
    store.set_cursor("index", 4)


def _change(store: Store) -> None:
    counted = signatures(1234, verified=True, place="FR", threshold=Threshold(count=5000, celex="32019R0788"))
    text = Text({"el": "<p>Νέο πάρκο 🌳</p>", "en": "<p>A new park</p>"}, "el", machine=("en",), html=True)
    named = process("Νέο πάρκο", body=text, support=(counted,), topics=(Topic.ENVI,))
    keep(store, "1", named, NOW + DAY)
    later = msgspec.structs.replace(counted, count=2345, read_at=NOW + 2 * DAY)
    keep(store, "1", msgspec.structs.replace(named, support=(later,)), NOW + 2 * DAY)
    correct(store, "0123/2020 ä", process("Its right title", opens="2026", closes=None), NOW + DAY)
    for local_id in ("deleted", "returned"):
        remove(store, local_id, NOW + DAY)
    keep(store, "returned", process("Returned"), NOW + 2 * DAY)
    with store.transaction() as tx:
        known = tx.known(SOURCE, "absent")
        assert known is not None
        Keeper(site(), NOW + 2 * DAY).miss(tx, known, counted=True)


def _harvest(store: Store) -> None:
    begin(store, "run-1", started=NOW + 2 * DAY)
    with store.transaction() as tx:
        tx.put_pending_state("run-1", {"page": 2})
        tx.put_state(SOURCE, {"since": "2026-03-01"})
        tx.put_shape(SOURCE, "parse", {"title": 1.0, "closes": 0.5})
        tx.note_source(SOURCE, last_complete=NOW, last_total=6, drifted="parse: no closes any more")
        tx.ask("run-1", Request(f"https://{SOURCE}/list"), "key-1", None, 0)
        tx.ask("run-1", Request(f"https://{SOURCE}/1", item="1", unless_same="x"), "key-2", 1, 1)
        tx.close_request("run-1", 1)
        tx.gather("run-1", "1", f"https://{SOURCE}/list")
        tx.lacks("run-1", "1", "feedback", skip=False)
        tx.state_scope("run-1", ScopeSeen(name="open", exhaustive=True, total=2))
        tx.see("run-1", 1, ["open"], ["1"])
        tx.add_members(SOURCE, "open", ["1", "absent"])
        tx.put_part(SOURCE, "1", "list", part({"title": "Νέο πάρκο"}, same="x"))
        tx.remember(SOURCE, "key-1", Answered(validators=Validators(etag='"1"'), yields=b"[]", version="1"))
        tx.quarantine(aside("nameless", {"title": ""}))
    store.set_next_due(SOURCE, NOW + 4 * DAY)


def view(store: Store) -> dict[str, Any]:
    """Everything that can be read of a store that was filled so."""
    with store.transaction() as tx:
        inside = {
            "known": [tx.known(SOURCE, local_id) for local_id in IDS],
            "state": [tx.state(SOURCE), tx.pending_state("run-1")],
            "shape": tx.shape(SOURCE, "parse"),
            "parts": [tx.parts(SOURCE, local_id) for local_id in IDS],
            "gathered": tx.gathered("run-1", "1"),
            "scopes": tx.scopes("run-1"),
            "absent": tx.absent("run-1", SOURCE, "open"),
            "leads": tx.leads_to("run-1", 2, "key-1"),
            "waiting": tx.waiting("run-1", "1"),
        }
    return inside | {
        "records": [store.get(SOURCE, local_id) for local_id in IDS],
        "all": list(store.all_records()),
        "changes": store.changes(0),
        "histories": [store.history(SOURCE, local_id) for local_id in IDS],
        "observations": [store.observations(SOURCE, local_id) for local_id in IDS],
        "tombstones": store.tombstones(),
        "sources": store.sources(),
        "runs": store.runs(SOURCE),
        "quarantined": store.quarantined(),
        "cursors": [store.cursor("index"), store.cursor("feeds"), store.head()],
        "next": store.next_transition(),
        "unfinished": store.unfinished(SOURCE),
        "requests": store.open_requests("run-1", 0, 10),
        "answered": store.answered(SOURCE, "key-1"),
    }


def dumped(file: Path) -> str:
    """The whole database as SQL text, with what marks it as ours."""
    connection = sqlite3.connect(file)
    try:
        marks = [f"PRAGMA {name}={connection.execute(f'PRAGMA {name}').fetchone()[0]};" for name in _MARKS]
        return "\n".join([*connection.iterdump(), *marks, ""])
    finally:
        connection.close()


_MARKS = ("application_id", "user_version")


def restored(text: str, file: Path) -> None:
    """Make the database that :func:`dumped` was given."""
    connection = sqlite3.connect(file)
    try:
        connection.executescript(text)
    finally:
        connection.close()


def main() -> None:
    """Keep the present version."""
    with tempfile.TemporaryDirectory() as folder:
        store = SqliteStore(Path(folder))
        fill(store)
        store.close()
        target = KEPT / f"{VERSION:04}.sql"
        target.write_text(dumped(Path(folder) / FILE), "utf-8")
        sys.stdout.write(f"{target.name}: {target.stat().st_size} bytes\n")


if __name__ == "__main__":
    main()
