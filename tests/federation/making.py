"""Listings and records for tests of channels: one plain record to vary, and strategies for whole listings."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from hypothesis import strategies as st

from folkmoot_hub.publisher import Listing, Tombstone
from folkmoot_schema.codes import Kind, Status, Topic
from folkmoot_schema.process import (
    Licence,
    Organisation,
    Phase,
    Place,
    Process,
    Provenance,
    Record,
    Standing,
)
from folkmoot_schema.texts import Text
from schema import generating

HUB = "https://hub.example"
SEEN = datetime(2026, 3, 1, 8, tzinfo=UTC)
UPDATED = datetime(2026, 4, 2, 9, 30, 15, tzinfo=UTC)
HARVESTED = datetime(2026, 5, 3, 10, tzinfo=UTC)


def process(**changes: Any) -> Process:
    """A consultation of an invented town, open until the end of July 2026."""
    given = Process(
        kind=Kind.CONSULTATION,
        title=Text({"en": "A park by the river", "fr": "Un parc au bord de l’eau"}, "en"),
        url="https://talk.exampleville.example/park",
        summary=Text({"en": "Where should the benches stand?"}, "en"),
        body=Text({"en": "<p>Tell us <b>where</b>.</p>"}, "en", html=True),
        organiser=Organisation(
            name=Text({"en": "Exampleville Council"}, "en"), homepage="https://exampleville.example/"
        ),
        place=Place(country="IE"),
        topics=(Topic.ENVI, Topic.REGI),
        phases=(Phase(opens="2026-03-02", closes="2026-07-31T17:00", zone="Europe/Dublin"),),
    )
    return msgspec.structs.replace(given, **changes)


def record(about: Process | None = None, **changes: Any) -> Record:
    """``about`` as the hub keeps it."""
    given = Record(
        source="exampleville.example",
        local_id="42",
        process=about or process(),
        standing=Standing(
            status=Status.OPEN,
            deadline="2026-07-31T17:00",
            deadline_zone="Europe/Dublin",
            deadline_at=datetime(2026, 7, 31, 16, tzinfo=UTC),
            opens_at=datetime(2026, 3, 2, tzinfo=UTC),
        ),
        provenance=Provenance(
            source="exampleville.example",
            fetched_at=HARVESTED,
            digest="0",
            connector="sample",
            connector_version="1",
        ),
        first_seen=SEEN,
        updated=UPDATED,
        seen_at=HARVESTED,
        counted_at=HARVESTED,
        licence=Licence(
            id="CC-BY-4.0",
            name="Creative Commons Attribution 4.0",
            url="https://creativecommons.org/licenses/by/4.0/",
            attribution="© Exampleville Council",
        ),
    )
    return msgspec.structs.replace(given, **changes)


def listing(*records: Record, **changes: Any) -> Listing:
    """A listing of ``records`` as the hub hands it to a channel."""
    given = Listing(
        title="Folkmoot: kind consultation",
        hub=HUB,
        self_url=f"{HUB}/atom.xml?kind=consultation",
        page_url=f"{HUB}/?kind=consultation",
        updated=max((one.updated for one in records), default=datetime(1970, 1, 1, tzinfo=UTC)),
        records=records,
    )
    return msgspec.structs.replace(given, **changes)


def tombstones() -> st.SearchStrategy[Tombstone]:
    """What is left of processes, with and without a reason."""
    return st.builds(
        Tombstone,
        source=generating.sources(),
        local_id=generating.local_ids(),
        at=generating.instants(),
        reason=st.just("") | st.text(max_size=30),
    )


@st.composite
def listings(draw: st.DrawFn) -> Listing:
    """Listings of any records, each process in it once, there or gone."""
    found = draw(st.lists(generating.records(), max_size=3, unique_by=lambda one: one.key))
    taken = {one.key for one in found}
    gone = draw(st.lists(tombstones(), max_size=2, unique_by=lambda one: one.key))
    return listing(
        *found,
        title=draw(st.text(max_size=30)),
        tombstones=tuple(one for one in gone if one.key not in taken),
        languages=draw(st.sampled_from([("en",), ("fr", "en"), ("el", "mt", "en")])),
        sample=draw(st.booleans()),
        sources=draw(st.sampled_from([{}, {"sample": "Sample & <sons>"}])),
    )


def later(one: Record) -> Record:
    """``one`` harvested once more, with another count and nothing material changed."""
    moment = one.seen_at + timedelta(days=1)
    return msgspec.structs.replace(
        one, seen_at=moment, counted_at=moment, provenance=msgspec.structs.replace(one.provenance, fetched_at=moment)
    )
