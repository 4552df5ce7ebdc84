"""RSS and Atom behind a typed face: feedparser's untyped dictionaries stay in this module."""

from __future__ import annotations

import calendar
import io
from datetime import UTC, datetime
from typing import Any, TypedDict

import feedparser
import msgspec

from folkmoot_hub.errors import ParseError
from folkmoot_schema.dates import iso


class FeedEntry(TypedDict, total=False):
    """One entry. ``id`` falls back to the link; times are RFC 3339 in UTC; texts may hold HTML."""

    id: str
    title: str
    link: str
    summary: str
    content: str
    published: str
    updated: str
    categories: list[str]
    language: str


class Feed(msgspec.Struct, frozen=True):
    """A feed of any version: its title, its language tag if it states one, and its entries in order."""

    title: str
    language: str | None
    _entries: tuple[FeedEntry, ...]

    def entries(self) -> tuple[FeedEntry, ...]:
        """The entries in the order of the feed."""
        return self._entries


def parse_feed(body: bytes, content_type: str, url: str) -> Feed:
    """Read RSS 0.9x to 2.0 or Atom; ``ParseError`` if it is none of them. Authors are never read."""
    parsed = _parsed(body, content_type, url)
    if not parsed.get("version"):
        reason = parsed.get("bozo_exception") or "no version of RSS or Atom is recognised"
        raise ParseError(f"the answer of {url} is not a feed: {reason}")
    feed = parsed.get("feed", {})
    entries = tuple(_entry(raw) for raw in parsed.get("entries", ()))
    return Feed(str(feed.get("title", "")), feed.get("language") or None, entries)


def _parsed(body: bytes, content_type: str, url: str) -> Any:
    try:
        # A file object, since feedparser takes a byte string that looks like an address for one and would open it.
        return feedparser.parse(
            io.BytesIO(body),
            response_headers={"content-type": content_type, "content-location": url},
            sanitize_html=False,  # the hub sanitises once, at its own door
        )
    except Exception as error:  # malformed namespaces and encodings fail below feedparser, each in its own way
        raise ParseError(f"the answer of {url} is not a feed: {type(error).__name__}: {error}") from error


def _entry(raw: Any) -> FeedEntry:
    entry: FeedEntry = {"title": str(raw.get("title", "")), "link": str(raw.get("link", ""))}
    entry["id"] = str(raw.get("id") or entry["link"])
    for field in ("summary", "language"):
        if raw.get(field):
            entry[field] = str(raw[field])
    if content := raw.get("content"):
        entry["content"] = str(content[0].get("value", ""))
    for field in ("published", "updated"):
        # Asked with "in" first: feedparser would answer with the date of publication where none of an update is given.
        if f"{field}_parsed" in raw and (moment := raw[f"{field}_parsed"]):
            entry[field] = iso(datetime.fromtimestamp(calendar.timegm(moment), UTC))  # type: ignore[literal-required]
    if tags := raw.get("tags"):
        entry["categories"] = [str(tag.get("label") or tag.get("term")) for tag in tags if tag.get("term")]
    return entry
