"""Atom 1.0 (RFC 4287) at ``/atom.xml``, with tombstones as deleted entries (RFC 6721).

An entry's id is the process's key, the same on every hub; ``updated`` is the date of its last material change and never
the time of a harvest or a request. Terms of categories continue the address of their scheme to the concept's IRI.
"""

from __future__ import annotations

from importlib.metadata import version
from typing import ClassVar, Final

from lxml import etree

from folkmoot_federation import texts, words
from folkmoot_federation.authors import author
from folkmoot_federation.categories import SAMPLE, Category, categories
from folkmoot_federation.elements import XML_BASE, XML_LANG, add, document
from folkmoot_federation.links import Link, links
from folkmoot_hub.publisher import Listing, Publisher, Tombstone
from folkmoot_schema import dates, identifiers
from folkmoot_schema.process import Record

ATOM: Final = "http://www.w3.org/2005/Atom"
TOMBSTONES: Final = "http://purl.org/atompub/tombstones/1.0"
MEDIA_TYPE: Final = "application/atom+xml"


class Atom(Publisher):
    """The Atom feed of any search."""

    id: ClassVar[str] = "atom"
    title: ClassVar[str] = "Atom feed"
    path: ClassVar[str] = "/atom.xml"
    media_type: ClassVar[str] = f"{MEDIA_TYPE}; charset=utf-8"
    word: ClassVar[str] = "Feed"

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
    add(feed, _atom("title"), texts.heading(listing))
    add(feed, _atom("subtitle"), texts.about(listing, words.NEWS))
    add(feed, _atom("updated"), dates.iso(listing.updated))
    _person(feed, words.NAME, None, listing.hub)
    _link(feed, Link("self", listing.self_url, MEDIA_TYPE))
    _link(feed, Link("alternate", listing.page_url, "text/html"))
    add(feed, _atom("generator"), words.NAME, {"uri": words.HOME, "version": version("folkmoot")})
    if listing.sample:
        _category(feed, SAMPLE)


def _entry(feed: etree._Element, record: Record, listing: Listing) -> None:
    entry = add(feed, _atom("entry"))
    add(entry, _atom("id"), record.key)
    _told(entry, "title", texts.title(record, listing.languages, listing.sample), "text")
    add(entry, _atom("updated"), dates.iso(record.updated))
    add(entry, _atom("published"), dates.iso(record.first_seen))
    _person(entry, *author(record, listing))
    for link in links(record, listing.hub):
        _link(entry, link)
    for category in categories(record, listing.sample):
        _category(entry, category)
    _told(entry, "summary", texts.summary(record, listing.languages), "text")
    content = _told(entry, "content", texts.content(record, listing.languages, listing.sample), "html")
    content.set(XML_BASE, identifiers.iri(record.process.url) or record.process.url)
    add(entry, _atom("rights"), words.rights(record.licence))


def _told(entry: etree._Element, name: str, told: texts.Told, kind: str) -> etree._Element:
    return add(entry, _atom(name), told.text, {"type": kind, XML_LANG: told.lang})


def _person(parent: etree._Element, name: str, lang: str | None, address: str | None) -> None:
    person = add(parent, _atom("author"), None, {XML_LANG: lang})
    add(person, _atom("name"), name)
    if address:
        add(person, _atom("uri"), address)


def _category(parent: etree._Element, category: Category) -> None:
    add(parent, _atom("category"), None, {"term": category.term, "scheme": category.scheme, "label": category.label})


def _link(parent: etree._Element, link: Link) -> None:
    add(parent, _atom("link"), None, {"rel": link.relation, "href": link.address, "type": link.media_type})


def _deleted(feed: etree._Element, tombstone: Tombstone) -> None:
    deleted = add(feed, _tombstone("deleted-entry"), None, {"ref": tombstone.key, "when": dates.iso(tombstone.at)})
    if tombstone.reason:
        add(deleted, _tombstone("comment"), tombstone.reason)
