"""Who is named as the author of an entry: always a body, never a person."""

from __future__ import annotations

from typing import NamedTuple

from folkmoot_federation import texts
from folkmoot_hub.publisher import Listing
from folkmoot_schema import identifiers
from folkmoot_schema.process import Record


class Author(NamedTuple):
    """A body: its name, the language of that (None for the title of a source), its address."""

    name: str
    lang: str | None
    address: str | None


def author(record: Record, listing: Listing) -> Author:
    """The organiser; where none is known, the source by its title."""
    organiser = record.process.organiser
    told = texts.plain(organiser.name, listing.languages) if organiser else None
    if organiser is None or told is None or not told.text:
        return Author(source(record, listing), None, f"{listing.hub}/sources/{record.source}")
    return Author(told.text, told.lang, identifiers.iri(organiser.homepage or organiser.iri or ""))


def source(record: Record, listing: Listing) -> str:
    """The title of the source, its id where that is not known."""
    return listing.sources.get(record.source, "").strip() or record.source
