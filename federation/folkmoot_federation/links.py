"""Where an entry leads: to its page here, to its source, to where one takes part."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from folkmoot_schema import identifiers, jsonld
from folkmoot_schema.process import Record


class Link(NamedTuple):
    """A relation (IANA's registry of link relations), an address without anything RFC 3986 forbids, a media type."""

    relation: str
    address: str
    media_type: str | None = None


def page(record: Record, hub: str) -> str:
    """The process's page on this hub."""
    return f"{hub}/process/{record.path}"


def origin(record: Record) -> str | None:
    """Its address at its source; None if that cannot be written."""
    return identifiers.iri(record.process.url)


def links(record: Record, hub: str) -> Iterator[Link]:
    """The page here, the source's own, where one takes part, another hub's page, the licence (RFC 4946)."""
    yield Link("alternate", page(record, hub), "text/html")
    for relation, address in (
        ("via", record.process.url),
        ("related", record.process.participate_url),
        ("related", record.origin),
        ("license", jsonld.licence_iri(record.licence)),
    ):
        if address is not None and (mended := identifiers.iri(address)):
            yield Link(relation, mended)
