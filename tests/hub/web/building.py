"""Records and sources for the tests of the web, invented by us: short to write, complete in shape."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from folkmoot_hub.connector import Site
from folkmoot_hub.store.protocol import RunRow, SourceRow
from folkmoot_schema import status as rules
from folkmoot_schema.codes import Kind, Status, Unit
from folkmoot_schema.process import (
    Licence,
    Organisation,
    Phase,
    Place,
    Process,
    Provenance,
    Record,
    Support,
    Threshold,
)
from folkmoot_schema.texts import Text

#: The present of the tests, a Tuesday: noon in Brussels.
NOW = datetime(2026, 7, 28, 10, 0, tzinfo=UTC)
DAY = timedelta(days=1)
SOURCE = "town.example.org"


def text(value: str, tag: str = "en", **others: str) -> Text:
    """A text written in ``tag``, and in the languages of the keyword arguments."""
    return Text({tag: value, **others}, tag)


def phase(opens: str | None = None, closes: str | None = None, zone: str = "Europe/Brussels", **more: Any) -> Phase:
    """A participation phase in Brussels."""
    return Phase(opens=opens, closes=closes, zone=zone, **more)


def signatures(count: int | None, goal: int | None = None, **more: Any) -> Support:
    """A number of signatures, read at noon of the present day."""
    return Support(
        unit=Unit.SIGNATURES, count=count, threshold=Threshold(count=goal) if goal else None, read_at=NOW, **more
    )


def organisation(name: str, tag: str = "en") -> Organisation:
    """A body."""
    return Organisation(name=text(name, tag))


def record(
    local_id: str = "1",
    title: str | Text = "Shade for the market square",
    *,
    source: str = SOURCE,
    country: str | None = "BE",
    opens: str | None = "2026-07-01",
    closes: str | None = "2026-07-31",
    zone: str = "Europe/Brussels",
    at: datetime = NOW,
    seen_at: datetime | None = None,
    updated: datetime = NOW - 2 * DAY,
    absent_since: datetime | None = None,
    licence: Licence | None = None,
    **process: Any,
) -> Record:
    """A consultation that closes in three days, unless told otherwise; its standing is worked out for ``at``."""
    process.setdefault("kind", Kind.CONSULTATION)
    process.setdefault("url", f"https://town.example.org/{len(local_id)}")
    process.setdefault("phases", (phase(opens, closes, zone),) if opens or closes else ())
    process.setdefault("flag", Status.OPEN if not (opens or closes) else None)
    made = Process(
        title=title if isinstance(title, Text) else text(title),
        place=Place(country=country) if country else None,
        **process,
    )
    seen = seen_at or at
    return Record(
        source=source,
        local_id=local_id,
        process=made,
        standing=rules.assess_process(made, seen_at=seen, now=at, interval=DAY),
        provenance=Provenance(
            source=source,
            fetched_at=NOW - timedelta(minutes=48),
            digest="0" * 64,
            connector="town",
            connector_version="3",
            url="https://town.example.org/list",
        ),
        first_seen=NOW - 10 * DAY,
        updated=updated,
        seen_at=seen,
        absent_since=absent_since,
        licence=licence or Licence(),
    )


def changed(before: Record, at: datetime = NOW, **process: Any) -> Record:
    """``before`` with another process, its standing worked out anew."""
    made = msgspec.structs.replace(before.process, **process)
    standing = rules.assess_process(made, seen_at=at, now=at, interval=DAY)
    return msgspec.structs.replace(before, process=made, standing=standing, updated=at, seen_at=at)


def site(id: str = SOURCE, title: str = "Exampleton", **more: Any) -> Site:
    """A source."""
    more.setdefault("connector", "town")
    return Site(id=id, title=title, base=f"https://{id}/", **more)


def run(outcome: Any = "complete", ended: datetime | None = NOW - timedelta(hours=1), **more: Any) -> RunRow:
    """A run of an hour ago."""
    more.setdefault("source", SOURCE)
    return RunRow(run="r1", started=(ended or NOW) - timedelta(minutes=1), ended=ended, outcome=outcome, **more)


def row(of: Site, runs: list[RunRow], processes: int = 0, **more: Any) -> SourceRow:
    """What the store knows of a source after ``runs``, newest first."""
    complete = [one.ended for one in runs if one.outcome == "complete"]
    return SourceRow(
        site=of,
        processes=processes,
        last_run=runs[0] if runs else None,
        last_complete=complete[0] if complete else None,
        **more,
    )
