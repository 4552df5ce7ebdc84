"""A process in a list: the card of a result."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final, NamedTuple

from folkmoot_hub.search.words import Words
from folkmoot_hub.web import addresses, labels, support, words
from folkmoot_hub.web.support import Line
from folkmoot_hub.web.texts import Title, Told, labelled, marked, name, title
from folkmoot_hub.web.words import Due
from folkmoot_schema.codes import Flag
from folkmoot_schema.labels import best
from folkmoot_schema.process import Place, Record

#: No words to be marked.
NOTHING: Final = Words()


class Card(NamedTuple):
    """What a list shows of a process."""

    address: str
    kind: Told
    title: Title
    place: str
    authority: Told | None
    due: Due
    support: Line | None
    source: str
    source_title: str
    outcome: str
    sample: bool


def card(
    record: Record,
    languages: Sequence[str],
    now: datetime,
    sources: Mapping[str, str],
    hl: str | None = None,
    asked: Words = NOTHING,
) -> Card:
    """The card of ``record``; ``sources`` are the titles of sources by id, ``asked`` the words to be marked."""
    process = record.process
    return Card(
        address=addresses.local(f"/process/{record.path}", hl),
        kind=labelled("kind", process.kind, languages),
        title=marked(process, title(process.title, languages), languages, asked),
        place=place(process.place, languages),
        authority=name(process.authority, languages),
        due=words.due(record, now),
        support=support.head(process),
        source=record.source,
        source_title=sources.get(record.source, record.source),
        outcome=outcome(record),
        sample=Flag.SAMPLE in process.flags,
    )


def place(where: Place | None, languages: Sequence[str] = ()) -> str:
    """A place in words, the smallest first: ``Madrid, Spain``; the country in the first of ``languages`` it can be."""
    if where is None:
        return ""
    parts = (where.municipality, where.region, labels.country(where.country, best(languages)))
    return ", ".join(dict.fromkeys(part for part in parts if part))


def outcome(record: Record) -> str:
    """The last outcome in a word."""
    outcomes = sorted(record.process.outcomes, key=lambda one: one.date or "")
    return labels.OUTCOMES[outcomes[-1].kind] if outcomes else ""
