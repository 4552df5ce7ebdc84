"""Atom 1.0 (RFC 4287) at ``/atom.xml``, with tombstones as deleted entries (RFC 6721).

An entry's id is the process's key, the same on every hub; ``updated`` is the date of its last material change and never
the time of a harvest or a request. Terms of categories continue the address of their scheme to the concept's IRI.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import version
from typing import ClassVar, Final

from lxml import etree

from folkmoot_federation import texts, words
from folkmoot_federation.elements import XML_BASE, XML_LANG, add, document
from folkmoot_hub.publisher import Listing, Publisher, Tombstone
from folkmoot_schema import countries, dates, identifiers, jsonld
from folkmoot_schema.codes import Flag
from folkmoot_schema.process import Record

ATOM: Final = "http://www.w3.org/2005/Atom"
TOMBSTONES: Final = "http://purl.org/atompub/tombstones/1.0"
MEDIA_TYPE: Final = "application/atom+xml"

_AUTHORITY: Final = "http://publications.europa.eu/resource/authority/"
_NAME: Final = "Folkmoot"
_HOME: Final = identifiers.NAMESPACE.rstrip("#")


class Atom(Publisher):
    """The Atom feed of any search."""

    id: ClassVar[str] = "atom"
    title: ClassVar[str] = "Atom feed"
    path: ClassVar[str] = "/atom.xml"
    media_type: ClassVar[str] = f"{MEDIA_TYPE}; charset=utf-8"

    def publish(self, listing: Listing) -> bytes:
        """The feed document of ``listing``, its records and tombstones in their order."""
        feed = etree.Element(_atom("feed"), {XML_LANG: "en"}, nsmap={None: ATOM, "at": TOMBSTONES})
        _describe(feed, listing)
        for record in listing.records:
            _entry(feed, record, listing)
        for tombstone in listing.tombstones:
            _deleted(feed, tombstone)
        return document(feed)


def _atom(name: str) -> str:
    return f"{{{ATOM}}}{name}"


def _tombstone(name: str) -> str:
    return f"{{{TOMBSTONES}}}{name}"


def _describe(feed: etree._Element, listing: Listing) -> None:
    add(feed, _atom("id"), listing.self_url)
    add(feed, _atom("title"), f"{listing.title} (sample data)" if listing.sample else listing.title)
    add(feed, _atom("subtitle"), f"{words.SAMPLE} {words.LIVE_ONLY}" if listing.sample else words.LIVE_ONLY)
    add(feed, _atom("updated"), dates.iso(listing.updated))
    author = add(feed, _atom("author"))
    add(author, _atom("name"), _NAME)
    add(author, _atom("uri"), listing.hub)
    _link(feed, "self", listing.self_url, MEDIA_TYPE)
    _link(feed, "alternate", listing.page_url, "text/html")
    add(feed, _atom("generator"), _NAME, {"uri": _HOME, "version": version("folkmoot")})
    if listing.sample:
        _category(feed, identifiers.CONCEPTS + "flag", Flag.SAMPLE, words.label("flag", Flag.SAMPLE))


def _entry(feed: etree._Element, record: Record, listing: Listing) -> None:
    entry = add(feed, _atom("entry"))
    add(entry, _atom("id"), record.key)
    _told(entry, "title", texts.title(record, listing.languages, listing.sample), "text")
    add(entry, _atom("updated"), dates.iso(record.updated))
    add(entry, _atom("published"), dates.iso(record.first_seen))
    _author(entry, record, listing)
    for relation, address, media_type in _links(record, listing.hub):
        _link(entry, relation, address, media_type)
    for scheme, term, label in _categories(record, listing.sample):
        _category(entry, scheme, term, label)
    _told(entry, "summary", texts.summary(record, listing.languages), "text")
    content = _told(entry, "content", texts.content(record, listing.languages, listing.sample), "html")
    content.set(XML_BASE, identifiers.iri(record.process.url) or record.process.url)
    add(entry, _atom("rights"), words.rights(record.licence))


def _told(entry: etree._Element, name: str, told: texts.Told, kind: str) -> etree._Element:
    return add(entry, _atom(name), told.text, {"type": kind, XML_LANG: told.lang})


def _author(entry: etree._Element, record: Record, listing: Listing) -> None:
    """The organiser; where none is known, the source by its title."""
    organiser = record.process.organiser
    told = texts.plain(organiser.name, listing.languages) if organiser else None
    if organiser is None or told is None or not told.text:
        author = add(entry, _atom("author"))
        add(author, _atom("name"), listing.sources.get(record.source) or record.source)
        add(author, _atom("uri"), f"{listing.hub}/sources/{record.source}")
        return
    author = add(entry, _atom("author"), None, {XML_LANG: told.lang})
    add(author, _atom("name"), told.text)
    if address := identifiers.iri(organiser.homepage or organiser.iri or ""):
        add(author, _atom("uri"), address)


def _links(record: Record, hub: str) -> Iterator[tuple[str, str | None, str | None]]:
    """Relation, address and media type: the page here, the source's own, where one takes part, licence (RFC 4946)."""
    yield "alternate", f"{hub}/process/{record.path}", "text/html"
    yield "via", record.process.url, None
    yield "related", record.process.participate_url, None
    yield "related", record.origin, None
    yield "license", jsonld.licence_iri(record.licence), None


def _categories(record: Record, sample: bool) -> Iterator[tuple[str, str, str]]:
    """Scheme, term and label."""
    process = record.process
    ours = [("kind", process.kind), ("status", record.standing.status), *(("flag", flag) for flag in process.flags)]
    if process.stage is not None:
        ours.insert(2, ("stage", process.stage))
    if sample and Flag.SAMPLE not in process.flags:
        ours.append(("flag", Flag.SAMPLE))
    for scheme, code in ours:
        yield identifiers.CONCEPTS + scheme, code, words.label(scheme, code)
    for topic in process.topics:
        yield _AUTHORITY + "data-theme", topic, words.label("topic", topic)
    if process.place is not None:
        yield _AUTHORITY + "country", countries.CODES[process.place.country], process.place.country


def _category(parent: etree._Element, scheme: str, term: str, label: str) -> None:
    add(parent, _atom("category"), None, {"term": term, "scheme": scheme, "label": label})


def _link(parent: etree._Element, relation: str, address: str | None, media_type: str | None) -> None:
    if address is not None and (mended := identifiers.iri(address)):
        add(parent, _atom("link"), None, {"rel": relation, "href": mended, "type": media_type})


def _deleted(feed: etree._Element, tombstone: Tombstone) -> None:
    deleted = add(feed, _tombstone("deleted-entry"), None, {"ref": tombstone.key, "when": dates.iso(tombstone.at)})
    if tombstone.reason:
        add(deleted, _tombstone("comment"), tombstone.reason)
