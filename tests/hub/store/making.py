"""Processes, sites and times for tests of a store, and short ways to put them there as the engine does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

import msgspec

from folkmoot_hub.connector import Site
from folkmoot_hub.harvest.keeping import Keeper, Kept
from folkmoot_hub.harvest.ledger import Begun, Ledger, Part, Transaction
from folkmoot_hub.store.known import Known
from folkmoot_hub.store.protocol import Cause, ChangeLog, QuarantineRow, Records, RunRow
from folkmoot_schema.codes import Kind, Unit
from folkmoot_schema.process import Licence, Phase, Process, Provenance, Record, Support
from folkmoot_schema.status import assess_process
from folkmoot_schema.texts import Text

SOURCE = "town.example"
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)


class Store(Records, ChangeLog, Ledger, Protocol):
    """All faces of a store together."""

    def close(self) -> None:
        """Let go of it."""
        ...


def site(id: str = SOURCE, **changes: Any) -> Site:
    """A sample site."""
    given = {"connector": "sample", "title": f"Town of {id}", "base": f"https://{id}", "languages": ("en",)}
    licence = Licence(id="CC-BY-4.0", name="Sample licence")
    return Site(id=id, sample=True, **{**given, "licence": licence, **changes})


def process(title: str = "Shade for the square", **changes: Any) -> Process:
    """A process that opens on 10 March and closes on 20 March 2026 unless ``opens`` and ``closes`` say otherwise."""
    dates = {"opens": changes.pop("opens", "2026-03-10"), "closes": changes.pop("closes", "2026-03-20")}
    given = {
        "kind": Kind.CONSULTATION,
        "title": Text({"en": title}, "en"),
        "url": f"https://{SOURCE}/{len(title)}",
        "phases": (Phase(**dates),),
    }
    return Process(**{**given, **changes})


def signatures(count: int | None, read_at: datetime | None = NOW, **changes: Any) -> Support:
    """A reading of signatures."""
    return Support(unit=Unit.SIGNATURES, count=count, read_at=read_at, **changes)


def provenance(at: datetime = NOW, source: str = SOURCE) -> Provenance:
    """Where a sample process comes from."""
    return Provenance(source=source, fetched_at=at, digest="0" * 64, connector="sample", connector_version="1")


def keep_in(tx: Transaction, local_id: str, value: Process, now: datetime = NOW, source: str = SOURCE) -> Kept:
    """Keep a process in a transaction, as the engine does."""
    old = tx.known(source, local_id)
    return Keeper(site(source), now).keep(tx, old, local_id, value, provenance(now, source), "digest of the item")


def keep(store: Store, local_id: str, value: Process | None = None, now: datetime = NOW, source: str = SOURCE) -> Kept:
    """Keep a process in a transaction of its own; the source is registered before."""
    store.register(site(source))
    with store.transaction() as tx:
        return keep_in(tx, local_id, value or process(f"Title of {local_id}"), now, source)


def remove(store: Store, local_id: str, now: datetime = NOW, reason: str = "deleted at the source") -> bool:
    """Let the source have deleted a process."""
    with store.transaction() as tx:
        return Keeper(site(), now).remove(tx, local_id, reason)


def correct(store: Store, local_id: str, value: Process, now: datetime) -> Kept:
    """Keep a process for a reason other than a harvest."""
    with store.transaction() as tx:
        old = tx.known(SOURCE, local_id)
        return Keeper(site(), now, Cause.CORRECTION).keep(tx, old, local_id, value, provenance(now), "corrected")


def begin(store: Store, run: str = "run-1", source: str = SOURCE, started: datetime = NOW) -> RunRow:
    """Begin a run; its row."""
    store.register(site(source))
    row = RunRow(run=run, source=source, started=started)
    with store.transaction() as tx:
        tx.begin(Begun(row=row, versions="1"))
    return row


def end(store: Store, row: RunRow, at: datetime = NOW + DAY, outcome: Any = "complete") -> RunRow:
    """End a run, well unless told otherwise; its row."""
    ended = msgspec.structs.replace(row, outcome=outcome, ended=at)
    with store.transaction() as tx:
        tx.put_run(ended)
    return ended


def part(data: dict[str, Any], run: str = "run-1", **changes: Any) -> Part:
    """A part of an item."""
    return Part(data=data, fetched_at=NOW, run=run, **changes)


def aside(local_id: str, payload: dict[str, Any] | None = None, **changes: Any) -> QuarantineRow:
    """An item for quarantine."""
    given = {"source": SOURCE, "stage": "map", "error": "it has no title", "address": f"https://{SOURCE}", "at": NOW}
    given |= {"run": "run-1", **changes}
    return QuarantineRow(id=0, local_id=local_id, payload=payload or {"title": ""}, **given)


def known(local_id: str = "1", value: Process | None = None, **changes: Any) -> Known:
    """A process as it is handed to a store."""
    value = value or process()
    given = {
        "source": SOURCE,
        "process": value,
        "standing": assess_process(value, seen_at=NOW, now=NOW, interval=DAY),
        "provenance": provenance(),
        "first_seen": NOW,
        "updated": NOW,
        "seen_at": NOW,
    }
    return Known(local_id=local_id, **{**given, **changes})


def alive(store: Records, local_id: str, source: str = SOURCE) -> Record:
    """The record, which must be there."""
    found = store.get(source, local_id)
    assert isinstance(found, Record), found
    return found
