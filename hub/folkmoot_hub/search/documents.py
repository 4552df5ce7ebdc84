"""What of a record goes into a search index: one pure function that every engine shares."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

import msgspec

from folkmoot_hub import markup
from folkmoot_hub.search import folding
from folkmoot_hub.search.query import Query
from folkmoot_schema.codes import Unit
from folkmoot_schema.process import Organisation, Place, Process, Record, Support
from folkmoot_schema.texts import Text

#: The parameters that restrict by a value, in the order of the query. Each is an attribute of :class:`Query`.
FILTERS = (
    "kind", "status", "stage", "topic", "country", "place", "level", "language", "source", "authority", "availability",
)  # fmt: skip

#: Which count is a process's headline, best first. What counts against is none.
_HEADLINES = (
    Unit.SIGNATURES,
    Unit.ENDORSEMENTS_FOR,
    Unit.VOTES,
    Unit.FEEDBACK,
    Unit.COMMENTS,
    Unit.PARTICIPANTS,
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

Tokens = tuple[str, ...]


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """A record as a search sees it.

    ``title`` and ``text`` hold folded tokens, one tuple a text, so that no phrase reaches over the end of one.
    ``values`` maps each of :data:`FILTERS` to what it is compared with. Instants are in microseconds since 1970, None
    where unknown; ``updated`` is the last material change, ``modified`` the last of any weight, counts included;
    ``support`` is the headline count, None where unknown.
    """

    title: tuple[Tokens, ...]
    text: tuple[Tokens, ...]
    values: dict[str, tuple[str, ...]]
    opens: int | None
    closes: int | None
    updated: int
    modified: int
    first_seen: int
    support: int | None


def document(record: Record) -> Document:
    """The document of ``record``: equal records give equal documents."""
    process, standing = record.process, record.standing
    count = headline(process)
    return Document(
        title=_tokenised(_texts(process.title)),
        text=_tokenised((*_body(process), *_names(process), *_identifiers(record))),
        values=_values(record),
        opens=instant(standing.opens_at),
        closes=instant(standing.deadline_at),
        updated=_known(record.updated),
        modified=_known(record.modified),
        first_seen=_known(record.first_seen),
        support=count.count if count else None,
    )


def headline(process: Process) -> Support | None:
    """The one count that stands for a process, None if none is known.

    Of the whole process only, not of a country or an option. Signatures come before endorsements, votes, feedback,
    comments and participants; within a unit the verified count, then the newest reading, then the greater one.
    """
    known = [s for s in process.support if s.count is not None and s.place is None and s.option is None]
    for unit in _HEADLINES:
        if readings := [s for s in known if s.unit is unit]:
            return max(readings, key=_weight)
    return None


def _weight(support: Support) -> tuple[bool, datetime, int]:
    return support.verified, support.read_at or datetime.min.replace(tzinfo=UTC), support.count or 0


def instant(moment: datetime | None) -> int | None:
    """``moment`` in whole microseconds since 1970 (UTC), None for None."""
    return None if moment is None else _known(moment)


def _known(moment: datetime) -> int:
    return (moment - _EPOCH) // _MICROSECOND


def asked(query: Query, name: str) -> tuple[str, ...]:
    """The values that ``query`` asks of the filter ``name``, in the form of ``Document.values``; empty: any will do."""
    given: tuple[str, ...] = getattr(query, name)
    if name == "place":
        return tuple(folding.name(value) for value in given)
    if name == "authority":
        # An authority is asked for by its IRI, exactly, or by its name.
        return tuple(dict.fromkeys(form for value in given for form in (value, folding.name(value))))
    return given


def _values(record: Record) -> dict[str, tuple[str, ...]]:
    process = record.process
    return {
        "kind": (process.kind.value,),
        "status": (record.standing.status.value,),
        "stage": (process.stage.value,) if process.stage else (),
        "topic": _unique(topic.value for topic in process.topics),
        "country": (process.place.country,) if process.place else (),
        "place": _unique(_places(process.place)),
        "level": (process.level.value,) if process.level else (),
        # Of the original alone: the count beside a language then is what choosing it finds.
        "language": (process.title.original,),
        "source": (record.source,),
        "authority": _unique(_authority(process.authority)),
        "availability": (process.availability.value,),
    }


def _places(place: Place | None) -> Iterator[str]:
    if place is not None:
        for value in (place.country, place.region, place.municipality):
            yield folding.name(value or "")


def _authority(authority: Organisation | None) -> Iterator[str]:
    if authority is not None:
        yield authority.iri or ""
        for value in _by_tag(authority.name):
            yield folding.name(value)


def _unique(values: Iterable[str]) -> tuple[str, ...]:
    """The values that are not empty, each once: an engine would count a repeated one twice."""
    return tuple(dict.fromkeys(value for value in values if value))


def _tokenised(texts: Iterable[str]) -> tuple[Tokens, ...]:
    return tuple(found for found in map(folding.tokens, texts) if found)


def _texts(text: Text | None) -> Iterator[str]:
    if text is not None:
        for value in _by_tag(text):
            yield markup.plain(value) if text.html else value


def _by_tag(text: Text) -> Iterator[str]:
    """The values in the order of their tags: a text is the same in whatever order they were given."""
    for tag in sorted(text.values):
        yield text.values[tag]


def _body(process: Process) -> Iterator[str]:
    yield from _texts(process.summary)
    yield from _texts(process.body)
    yield from process.keywords


def _names(process: Process) -> Iterator[str]:
    for organisation in (process.organiser, process.authority):
        if organisation is not None:
            yield from _by_tag(organisation.name)


def _identifiers(record: Record) -> Iterator[str]:
    yield record.local_id
    for link in record.process.links:
        yield link.value
