"""Listings and records for tests of channels: one plain record to vary, and strategies for whole listings."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from folkmoot_hub.publisher import Listing, Tombstone
from folkmoot_schema.codes import Kind, OutcomeKind, Status, Topic, Unit
from folkmoot_schema.process import (
    Licence,
    Organisation,
    Outcome,
    Phase,
    Place,
    Process,
    Provenance,
    Record,
    Standing,
    Support,
)
from folkmoot_schema.texts import Text
from schema import generating

generously = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])

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
        deadline=st.none() | generating.partial_dates(),
        deadline_zone=st.sampled_from(generating.ZONES),
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


def later(given: Listing) -> Listing:
    """``given`` after one more harvest, with other counts and nothing material changed."""
    return msgspec.structs.replace(given, records=tuple(map(_harvested, given.records)))


def _harvested(one: Record) -> Record:
    moment = one.seen_at + timedelta(days=1)
    counted = (*one.process.support, Support(unit=Unit.SIGNATURES, count=987_654, read_at=moment))
    return msgspec.structs.replace(
        one,
        process=msgspec.structs.replace(one.process, support=counted),
        seen_at=moment,
        counted_at=moment,
        provenance=msgspec.structs.replace(one.provenance, fetched_at=moment),
    )


def turned(given: Listing) -> Listing:
    """``given`` through JSON and back, with every title's languages in another order: equal, and no object the same."""
    again = msgspec.json.decode(msgspec.json.encode(given), type=Listing)
    return msgspec.structs.replace(again, records=tuple(map(_turned, again.records)))


def _turned(one: Record) -> Record:
    title = one.process.title
    other = Text(dict(reversed(title.values.items())), title.original, title.machine, title.html)
    return msgspec.structs.replace(one, process=msgspec.structs.replace(one.process, title=other))


def strange(text: str) -> Listing:
    """A listing in which everything that somebody else writes is ``text``."""
    said = Text({"en": text}, "en")
    about = process(
        title=said,
        summary=said,
        body=Text({"en": text}, "en", html=True),
        organiser=Organisation(name=said),
        outcomes=(Outcome(kind=OutcomeKind.REPLY, title=said),),
        place=Place(country="IE", municipality=text),
    )
    one = record(about, licence=Licence(name=text, attribution=text))
    gone = Tombstone(source="gone.example", local_id="1", at=SEEN, reason=text, deadline="2026-07-31")
    return listing(one, title=text, tombstones=(gone,), sources={"exampleville.example": text})


#: Texts that a document has to be guarded against.
STRANGE = st.text(max_size=40) | st.text("\x00\x0b\t\r\n\x7f\x85\u2028\ud800\ufffe\uffff<&\"'[];,:\\nN]", max_size=12)
