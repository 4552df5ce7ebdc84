"""JSON Feed 1.1 at ``/feed.json``, with what the format has no field for under ``_folkmoot``.

An item's ``id`` is the process's key; ``date_modified`` is the date of its last material change. Nothing here counts
anything: counts are no news, and must not change a document that says when it was modified.
"""

from __future__ import annotations

import html
from datetime import datetime
from importlib.metadata import version
from typing import ClassVar, Final

import msgspec

from folkmoot_federation import authors, texts, words
from folkmoot_federation.categories import categories
from folkmoot_federation.elements import legal
from folkmoot_federation.links import origin, page
from folkmoot_hub.publisher import Listing, Publisher, Tombstone
from folkmoot_schema import dates, identifiers, jsonld
from folkmoot_schema.codes import Availability, Kind, Stage, Status, Topic
from folkmoot_schema.process import Record

VERSION: Final = "https://jsonfeed.org/version/1.1"


class _Part(msgspec.Struct, omit_defaults=True):
    """What stands in the document: fields in the order in which they are written, unknown ones left out."""


class Author(_Part, kw_only=True):
    """Who is behind an item, or the feed."""

    name: str
    url: str | None = None


class Deleted(_Part, kw_only=True):
    """What is left of a process that is gone."""

    key: str
    at: str
    reason: str | None = None


class Credit(_Part, kw_only=True):
    """Under which terms an item goes on; ``rights`` says it in a line."""

    url: str | None = None
    rights: str


class OfItem(_Part, kw_only=True):
    """What the format has no field for: codes of the schema's lists, dates as exactly as the source gives them."""

    source: str
    local_id: str
    kind: Kind
    status: Status
    derived: bool
    stage: Stage | None = None
    topics: tuple[Topic, ...] = ()
    country: str | None = None
    opens_at: str | None = None
    deadline: str | None = None
    deadline_zone: str | None = None
    deadline_at: str | None = None
    availability: Availability
    sample: bool
    participate_url: str | None = None
    licence: Credit


class OfFeed(_Part, kw_only=True):
    """What the format has no field for, of the whole: what went, and who wrote it."""

    about: str
    version: str
    sample: bool
    updated: str
    deleted: list[Deleted]


class Item(_Part, kw_only=True, rename={"folkmoot": "_folkmoot"}):
    """A process."""

    id: str
    url: str
    external_url: str | None = None
    title: str
    content_html: str
    summary: str
    date_published: str
    date_modified: str
    authors: list[Author]
    tags: list[str]
    language: str
    folkmoot: OfItem


class Feed(_Part, kw_only=True, rename={"folkmoot": "_folkmoot"}):
    """The document."""

    version: str
    title: str
    home_page_url: str
    feed_url: str
    description: str
    authors: list[Author]
    language: str
    folkmoot: OfFeed
    items: list[Item]


class JsonFeed(Publisher):
    """The JSON Feed of any search."""

    id: ClassVar[str] = "json-feed"
    title: ClassVar[str] = "JSON Feed"
    path: ClassVar[str] = "/feed.json"
    media_type: ClassVar[str] = "application/feed+json; charset=utf-8"

    def publish(self, listing: Listing) -> bytes:
        """The feed document of ``listing``, its records and tombstones in their order."""
        return msgspec.json.encode(_feed(listing))


def _feed(listing: Listing) -> Feed:
    return Feed(
        version=VERSION,
        title=texts.heading(listing),
        home_page_url=listing.page_url,
        feed_url=listing.self_url,
        description=texts.about(listing, words.NEWS),
        authors=[Author(name=words.NAME, url=listing.hub)],
        language="en",
        folkmoot=OfFeed(
            about=words.HOME,
            version=version("folkmoot"),
            sample=listing.sample,
            updated=dates.iso(listing.updated),
            deleted=[_deleted(one) for one in listing.tombstones],
        ),
        items=[_item(one, listing) for one in listing.records],
    )


def _deleted(tombstone: Tombstone) -> Deleted:
    return Deleted(key=tombstone.key, at=dates.iso(tombstone.at), reason=legal(tombstone.reason) or None)


def _item(record: Record, listing: Listing) -> Item:
    title = texts.title(record, listing.languages, listing.sample)
    by = authors.author(record, listing)
    return Item(
        id=record.key,
        url=page(record, listing.hub),
        external_url=origin(record),
        title=title.text,
        content_html=_content(texts.content(record, listing.languages, listing.sample), title.lang),
        summary=texts.summary(record, listing.languages).text,
        date_published=dates.iso(record.first_seen),
        date_modified=dates.iso(record.updated),
        authors=[Author(name=legal(by.name), url=by.address)],
        tags=list(dict.fromkeys(category.label for category in categories(record, listing.sample))),
        language=title.lang,
        folkmoot=_of_item(record, listing.sample),
    )


def _content(content: texts.Told, language: str) -> str:
    """An item has one language, that of its title; content in another one says so itself."""
    if content.lang == language:
        return content.text
    return f'<div lang="{html.escape(content.lang)}">{content.text}</div>'


def _of_item(record: Record, sample: bool) -> OfItem:
    process, standing = record.process, record.standing
    return OfItem(
        source=record.source,
        local_id=record.local_id,
        kind=process.kind,
        status=standing.status,
        derived=standing.derived,
        stage=process.stage,
        topics=process.topics,
        country=process.place.country if process.place else None,
        opens_at=_instant(standing.opens_at),
        deadline=standing.deadline,
        deadline_zone=standing.deadline_zone,
        deadline_at=_instant(standing.deadline_at),
        availability=process.availability,
        sample=texts.is_sample(record, sample),
        participate_url=identifiers.iri(process.participate_url or ""),
        licence=Credit(url=jsonld.licence_iri(record.licence), rights=legal(words.rights(record.licence))),
    )


def _instant(moment: datetime | None) -> str | None:
    return dates.iso(moment) if moment is not None else None
