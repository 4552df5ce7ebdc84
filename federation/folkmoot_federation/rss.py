"""RSS 2.0 at ``/rss.xml``, with the modules that readers know: Atom's links, Dublin Core, the whole content.

An item's ``guid`` is the process's key and no address; ``pubDate`` is the date of its last material change, since RSS
has one date only. RSS has no form for what is gone: tombstones are left out, and Atom and JSON Feed carry them.
"""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import format_datetime
from html import escape
from importlib.metadata import version
from typing import ClassVar, Final
from urllib.parse import urlencode

from lxml import etree

from folkmoot_federation import authors, texts, words
from folkmoot_federation.categories import SAMPLE, Category, categories
from folkmoot_federation.elements import XML_BASE, XML_LANG, add, document
from folkmoot_federation.links import links, origin, page
from folkmoot_hub.publisher import Listing, Publisher
from folkmoot_schema.process import Record

ATOM: Final = "http://www.w3.org/2005/Atom"
CONTENT: Final = "http://purl.org/rss/1.0/modules/content/"
DC: Final = "http://purl.org/dc/elements/1.1/"
MEDIA_TYPE: Final = "application/rss+xml"
#: For how many minutes a reader may keep what it has.
_TTL: Final = 60


class Rss(Publisher):
    """The RSS feed of any search."""

    id: ClassVar[str] = "rss"
    title: ClassVar[str] = "RSS feed"
    path: ClassVar[str] = "/rss.xml"
    media_type: ClassVar[str] = f"{MEDIA_TYPE}; charset=utf-8"

    def publish(self, listing: Listing) -> bytes:
        """The feed document of ``listing``, its records in their order."""
        root = etree.Element("rss", {"version": "2.0"}, nsmap={"atom": ATOM, "content": CONTENT, "dc": DC})
        channel = add(root, "channel")
        _describe(channel, listing)
        for record in listing.records:
            _item(channel, record, listing)
        return document(root)


def _describe(channel: etree._Element, listing: Listing) -> None:
    add(channel, "title", texts.heading(listing))
    add(channel, "link", listing.page_url)
    add(channel, "description", texts.about(listing, words.NEWS))
    add(channel, "language", "en")
    add(channel, "lastBuildDate", _date(listing.updated))
    if listing.sample:
        _category(channel, SAMPLE)
    add(channel, "generator", f"{words.NAME} {version('folkmoot')} ({words.HOME})")
    add(channel, "docs", "https://www.rssboard.org/rss-specification")
    add(channel, "ttl", str(_TTL))
    _link(channel, "self", listing.self_url, MEDIA_TYPE)


def _item(channel: etree._Element, record: Record, listing: Listing) -> None:
    title = texts.title(record, listing.languages, listing.sample)
    summary = texts.summary(record, listing.languages)
    content = texts.content(record, listing.languages, listing.sample)
    item = add(channel, "item")
    add(item, "title", title.text, {XML_LANG: title.lang})
    add(item, "link", page(record, listing.hub))
    # Readers take a description for HTML, so that plain text is escaped as that, too.
    add(item, "description", escape(summary.text, quote=False), {XML_LANG: summary.lang})
    add(item, _content("encoded"), content.text, {XML_LANG: content.lang, XML_BASE: origin(record)})
    add(item, "guid", record.key, {"isPermaLink": "false"})
    add(item, "pubDate", _date(record.updated))
    _credit(item, record, listing)
    add(item, _dc("language"), title.lang)
    for category in categories(record, listing.sample):
        _category(item, category)
    for link in links(record, listing.hub):
        if link.relation != "alternate":  # that is what <link> says
            _link(item, link.relation, link.address, link.media_type)


def _credit(item: etree._Element, record: Record, listing: Listing) -> None:
    """Who is behind it. RSS's own ``author`` is a person's mail address, which there is none of here."""
    by = authors.author(record, listing)
    add(item, _dc("creator"), by.name, {XML_LANG: by.lang})
    feed = f"{listing.hub}{Rss.path}?{urlencode({'source': record.source})}"
    add(item, "source", authors.source(record, listing), {"url": feed})
    add(item, _dc("rights"), words.rights(record.licence))


def _category(parent: etree._Element, category: Category) -> None:
    """By its label: readers show what stands here, and the list's address says which list it is of."""
    add(parent, "category", category.label, {"domain": category.scheme})


def _link(parent: etree._Element, relation: str, address: str, media_type: str | None) -> None:
    add(parent, f"{{{ATOM}}}link", None, {"rel": relation, "href": address, "type": media_type})


def _content(name: str) -> str:
    return f"{{{CONTENT}}}{name}"


def _dc(name: str) -> str:
    return f"{{{DC}}}{name}"


def _date(moment: datetime) -> str:
    """As RFC 822 with a year of four digits: ``Thu, 02 Apr 2026 09:30:15 GMT``."""
    return format_datetime(moment.astimezone(UTC), usegmt=True)
