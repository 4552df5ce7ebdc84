"""What of a record goes into a search index: one pure function that every engine shares."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

import msgspec

from folkmoot_hub import markup
from folkmoot_hub.enrich.language import detect
from folkmoot_hub.search import folding, languages
from folkmoot_hub.search.query import Query, cased
from folkmoot_schema.headline import headline
from folkmoot_schema.process import Organisation, Place, Process, Record
from folkmoot_schema.texts import UNDETERMINED, Text

#: The parameters that restrict by a value, in the order of the query. Each is an attribute of :class:`Query`.
FILTERS = (
    "kind", "status", "stage", "topic", "country", "place", "level", "language", "source", "authority", "availability",
)  # fmt: skip

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

Tokens = tuple[str, ...]
#: A text and its language, None where no stemmer reads it.
Spoken = tuple[str, str | None]


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """A record as a search sees it.

    ``title`` and ``text`` hold folded tokens, one tuple a text, so that no phrase reaches over the end of one;
    ``title_stems`` and ``text_stems`` what the forms of their words have in common, each in the language of its text
    (:func:`folkmoot_hub.search.languages.stem`), as often as it occurs.
    ``values`` maps each of :data:`FILTERS` to what it is compared with. Instants are in microseconds since 1970, None
    where unknown; ``updated`` is the last material change, ``modified`` the last of any weight, counts included;
    ``support`` is the headline count, None where unknown.
    """

    title: tuple[Tokens, ...]
    text: tuple[Tokens, ...]
    title_stems: Tokens
    text_stems: Tokens
    values: dict[str, tuple[str, ...]]
    opens: int | None
    closes: int | None
    updated: int
    modified: int
    first_seen: int
    support: int | None


def document(record: Record, *, words: bool = True) -> Document:
    """The document of ``record``: equal records give equal documents. Without ``words`` its texts are left unread."""
    process, standing = record.process, record.standing
    count = headline(process)
    title, text = _read(record) if words else ([], [])
    return Document(
        title=_tokenised(title),
        text=_tokenised(text),
        title_stems=tuple(_stems(title)),
        text_stems=tuple(_stems(text)),
        values=_values(record),
        opens=instant(standing.opens_at),
        closes=instant(standing.deadline_at),
        updated=_known(record.updated),
        modified=_known(record.modified),
        first_seen=_known(record.first_seen),
        support=count.count if count else None,
    )


def _read(record: Record) -> tuple[list[Spoken], list[Spoken]]:
    """What is searched for words: the title in all languages, and everything else."""
    process = record.process
    guessed = _guessed(process)
    text = [*_body(process, guessed), *_names(process, guessed), *_identifiers(record)]
    return list(_texts(process.title, guessed)), text


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
        "language": (cased(process.title.original),),
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
        for _, value in _by_tag(authority.name):
            yield folding.name(value)


def _unique(values: Iterable[str]) -> tuple[str, ...]:
    """The values that are not empty, each once: an engine would count a repeated one twice."""
    return tuple(dict.fromkeys(value for value in values if value))


def _tokenised(texts: Iterable[Spoken]) -> tuple[Tokens, ...]:
    return tuple(found for text, _ in texts if (found := folding.tokens(text)))


def _stems(texts: Iterable[Spoken]) -> Iterator[str]:
    for text, language in texts:
        if language is not None:
            for begin, end in folding.spans(text):
                if token := languages.stem(language, text[begin:end]):
                    yield token


def language(process: Process, tag: str) -> str | None:
    """The language that its texts of that tag are read in, None where no stemmer reads them."""
    return languages.language(_guessed(process) if tag == UNDETERMINED else tag)


def _guessed(process: Process) -> str:
    """The language of what bears no tag, from all of it together: a title alone is often too short to tell."""
    texts = [text for text in (process.title, process.summary, process.body) if text and UNDETERMINED in text.values]
    return detect(" ".join(_plain(text, UNDETERMINED) for text in texts)) if texts else UNDETERMINED


def _plain(text: Text, tag: str) -> str:
    return markup.plain(text.values[tag]) if text.html else text.values[tag]


def _spoken(text: str, tag: str, guessed: str) -> Spoken:
    return text, languages.language(guessed if tag == UNDETERMINED else tag)


def _texts(text: Text | None, guessed: str) -> Iterator[Spoken]:
    if text is not None:
        for tag, _ in _by_tag(text):
            yield _spoken(_plain(text, tag), tag, guessed)


def _by_tag(text: Text) -> Iterator[tuple[str, str]]:
    """The values in the order of their tags: a text is the same in whatever order they were given."""
    for tag in sorted(text.values):
        yield tag, text.values[tag]


def _body(process: Process, guessed: str) -> Iterator[Spoken]:
    yield from _texts(process.summary, guessed)
    yield from _texts(process.body, guessed)
    for keyword in process.keywords:
        # The source's own words are in the language that it wrote the title in, as far as anybody can say.
        yield _spoken(keyword, process.title.original, guessed)


def _names(process: Process, guessed: str) -> Iterator[Spoken]:
    for organisation in (process.organiser, process.authority):
        if organisation is not None:
            yield from _texts(organisation.name, guessed)


def _identifiers(record: Record) -> Iterator[Spoken]:
    yield record.local_id, None
    for link in record.process.links:
        yield link.value, None
