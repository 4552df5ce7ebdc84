"""What a process is sorted by: concepts of our own lists and of the tables of the EU's Publications Office."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from folkmoot_federation import texts, words
from folkmoot_schema import countries, identifiers
from folkmoot_schema.codes import Flag
from folkmoot_schema.process import Record

_AUTHORITY: Final = "http://publications.europa.eu/resource/authority/"


class Category(NamedTuple):
    """A concept: the address of its list, its name there (the address continued), its label in English."""

    scheme: str
    term: str
    label: str


def _ours(scheme: str, code: str) -> Category:
    return Category(identifiers.CONCEPTS + scheme, code, words.label(scheme, code))


#: What is invented.
SAMPLE: Final = _ours("flag", Flag.SAMPLE)


def categories(record: Record, sample: bool) -> Iterator[Category]:
    """The categories of ``record``; ``sample`` says that the whole listing is invented."""
    process = record.process
    yield _ours("kind", process.kind)
    yield _ours("status", record.standing.status)
    if process.stage is not None:
        yield _ours("stage", process.stage)
    yield from (_ours("flag", flag) for flag in process.flags if flag is not Flag.SAMPLE)
    if texts.is_sample(record, sample):
        yield SAMPLE
    for topic in process.topics:
        yield Category(_AUTHORITY + "data-theme", topic, words.label("topic", topic))
    if process.place is not None:
        country = process.place.country
        yield Category(_AUTHORITY + "country", countries.CODES[country], words.country(country))
