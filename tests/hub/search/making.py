"""Records and queries for tests of search: few words, few values, few instants, so that much matches and much ties."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from hypothesis import strategies as st

from folkmoot_hub.errors import QueryError
from folkmoot_hub.search.query import Query, Sort, parse
from folkmoot_schema.codes import Availability, Kind, Level, LinkKind, Stage, Status, Topic, Unit
from folkmoot_schema.process import (
    Link,
    Organisation,
    Place,
    Process,
    Provenance,
    Record,
    Standing,
    Support,
)
from folkmoot_schema.texts import Text

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
_PROVENANCE = Provenance(source="a.example", fetched_at=START, digest="0", connector="sample", connector_version="1")
_OF_RECORD = {"source", "local_id", "first_seen", "updated", "counted_at"}
_OF_STANDING = {"status", "deadline_at", "opens_at"}

WORDS = (
    "animal",
    "animals",
    "farms",
    "welfare",
    "fur",
    "Straße",
    "Straßenbahn",
    "πόλης",
    "0123/2024",
    "e-mail",
    "Łódź",
)
_KINDS = (Kind.PETITION, Kind.CONSULTATION)
_STATUSES = (Status.OPEN, Status.ANNOUNCED, Status.CLOSED, Status.ANSWERED)
_TOPICS = (Topic.AGRI, Topic.ENVI, Topic.TRAN)
_STAGES = (Stage.AGENDA_SETTING, Stage.POLICY_DESIGN)
_COUNTRIES = ("EU", "GR", "XK")
_TOWNS = ("Łódź", "Bad Exampleville", "Straße")
_SOURCES = ("a.example", "b.example")
_LANGUAGES = ("en", "el", "pt-BR", "und")
_BODY = "http://publications.europa.eu/resource/authority/corporate-body/SANTE"
_AUTHORITIES = ("Ministry of Samples", "Straße")


def record(title: str | Text = "A title", **changes: Any) -> Record:
    """A record with that title (a string is English) and nothing else.

    ``changes`` go by their names to the record, its standing or its process.
    """
    of_record = {name: changes.pop(name) for name in _OF_RECORD & changes.keys()}
    of_standing = {name: changes.pop(name) for name in _OF_STANDING & changes.keys()}
    text = title if isinstance(title, Text) else Text({"en": title}, "en")
    given: dict[str, Any] = {"kind": Kind.CONSULTATION, "title": text, "url": "https://a.example/1"}
    times = {"first_seen": START, "updated": START, "seen_at": START}
    return Record(
        **{"source": "a.example", "local_id": "1", **times, **of_record},
        process=Process(**{**given, **changes}),
        standing=Standing(**{"status": Status.OPEN, **of_standing}),
        provenance=_PROVENANCE,
    )


def parsed(**given: Any) -> Query:
    """The query of an address with these parameters; a list repeats one."""
    pairs = [(name, one) for name, value in given.items() for one in (value if isinstance(value, list) else [value])]
    return parse([(name, str(one)) for name, one in pairs])


def instants() -> st.SearchStrategy[datetime]:
    """A few instants around :data:`START`, some of them in one second."""
    return st.sampled_from([0, 1, 1.25, 1.75, 60, -86_400, 86_400]).map(lambda s: START + timedelta(seconds=s))


def _texts() -> st.SearchStrategy[Text]:
    phrases = st.lists(st.sampled_from(WORDS), min_size=1, max_size=4).map(" ".join)
    return st.dictionaries(st.sampled_from(_LANGUAGES), phrases, min_size=1, max_size=2).map(
        lambda values: Text(values, next(iter(values)))
    )


def _supports() -> st.SearchStrategy[tuple[Support, ...]]:
    reading = st.builds(
        Support,
        unit=st.sampled_from([Unit.SIGNATURES, Unit.COMMENTS, Unit.ENDORSEMENTS_AGAINST]),
        count=st.none() | st.integers(0, 3) | st.just(2**53 - 1),
        place=st.sampled_from([None, None, "GR"]),
        verified=st.booleans(),
        read_at=st.none() | instants(),
    )
    return st.lists(reading, max_size=2).map(tuple)


def _authority(name: str, iri: str | None) -> Organisation:
    return Organisation(name=Text({"en": name}, "en"), iri=iri)


@st.composite
def records(draw: st.DrawFn) -> Record:
    """Records that differ in all that a search looks at."""
    place = st.builds(Place, country=st.sampled_from(_COUNTRIES), municipality=st.none() | st.sampled_from(_TOWNS))
    return record(
        source=draw(st.sampled_from(_SOURCES)),
        local_id=draw(st.sampled_from(["1", "0123/2024"])),
        first_seen=draw(instants()),
        updated=draw(instants()),
        counted_at=draw(st.none() | instants()),
        status=draw(st.sampled_from(_STATUSES)),
        deadline_at=draw(st.none() | instants()),
        opens_at=draw(st.none() | instants()),
        kind=draw(st.sampled_from(_KINDS)),
        title=draw(_texts()),
        summary=draw(st.none() | _texts()),
        keywords=tuple(draw(st.lists(st.sampled_from(WORDS), max_size=1))),
        stage=draw(st.none() | st.sampled_from(_STAGES)),
        topics=tuple(draw(st.lists(st.sampled_from(_TOPICS), max_size=2))),
        place=draw(st.none() | place),
        level=draw(st.none() | st.sampled_from([Level.LOCAL, Level.NATIONAL])),
        authority=draw(
            st.none() | st.builds(_authority, st.sampled_from(_AUTHORITIES), st.sampled_from([None, _BODY]))
        ),
        support=draw(_supports()),
        links=tuple(draw(st.lists(st.just(Link(kind=LinkKind.PETITION, value="0123/2024")), max_size=1))),
        availability=draw(st.sampled_from([Availability.LIVE, Availability.LIVE, Availability.ARCHIVED])),
    )


def corpora(most: int = 12) -> st.SearchStrategy[dict[int, Record]]:
    """Records by the store's number."""
    numbers = st.sampled_from([0, 1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144, 233, 377, 610, (1 << 29) - 1])
    return st.dictionaries(numbers, records(), max_size=most)


def _words() -> st.SearchStrategy[str]:
    word = st.sampled_from((*WORDS, "ANIMAL", "farm", "πόλη", "strasse", "lodz", "missing", "0123", "!?"))
    phrase = st.lists(word, min_size=1, max_size=3).map(lambda found: f'"{" ".join(found)}"')
    part = st.tuples(st.sampled_from(["", "", "-"]), word | phrase).map("".join)
    return st.just("") | st.lists(part, min_size=1, max_size=2).map(" ".join)


def _some(*values: str) -> st.SearchStrategy[tuple[str, ...]]:
    nothing: st.SearchStrategy[tuple[str, ...]] = st.just(())
    some = st.lists(st.sampled_from(values), min_size=1, max_size=2, unique=True).map(lambda v: tuple(sorted(v)))
    return st.one_of(nothing, nothing, nothing, some)


@st.composite
def queries(draw: st.DrawFn) -> Query:
    """Queries of all parameters that restrict, each of them mostly left out."""
    never: st.SearchStrategy[datetime | None] = st.none()
    moments = st.one_of(never, never, never, instants())
    return Query(
        q=draw(_words()),
        kind=draw(_some(*_KINDS, Kind.ELECTION)),
        status=draw(_some(*_STATUSES)),
        stage=draw(_some(*_STAGES)),
        topic=draw(_some(*_TOPICS, Topic.JUST)),
        country=draw(_some(*_COUNTRIES, "IE")),
        place=draw(_some("lodz", "BAD exampleville", "gr", "Nowhere", "!")),
        level=draw(_some(Level.LOCAL, Level.NATIONAL)),
        language=draw(_some(*_LANGUAGES)),
        source=draw(_some(*_SOURCES)),
        authority=draw(_some("ministry of samples", _BODY, "strasse")),
        availability=draw(_some("live", "archived")),
        opens_after=draw(moments),
        closes_before=draw(moments),
        updated_after=draw(moments),
        sort=draw(st.none() | st.sampled_from(Sort)),
    )


def refused(act: Callable[[], object]) -> str | None:
    """The parameter that a ``QueryError`` of ``act`` names, None if there is none."""
    try:
        act()
    except QueryError as error:
        return error.parameter
    return None


def replaced(query: Query, **changes: Any) -> Query:
    """``query`` with other values."""
    return msgspec.structs.replace(query, **changes)
