"""Any RSS or Atom feed as a source."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar

from folkmoot_connectors._entries import entry_id
from folkmoot_connectors._private import without_contacts
from folkmoot_connectors._settings import choice, wrong
from folkmoot_connectors._values import address, body, by_language, excerpt, fuller, line, shortened
from folkmoot_hub.connector import (
    LIST,
    Connector,
    FeedEntry,
    Item,
    MappingError,
    Request,
    Response,
    Run,
    Scope,
    WholeItem,
    Yielded,
)
from folkmoot_schema.codes import Kind
from folkmoot_schema.process import Process
from folkmoot_schema.texts import is_tag

_TEXTS = ("title", "summary", "content")


class FeedReader(Connector):
    """Any RSS or Atom feed: each entry becomes a process with title, text, address and categories.

    Platform
        Whatever publishes a feed: a news page, a blog, a platform without a better interface.
    Access
        Settings: ``url`` (default the site's ``base``) is the feed's address, ``kind`` what its entries are (default
        ``news``; any kind of the schema).
    Caveats
        A feed shows its newest entries only: what is no longer in it is not gone. Entries say nothing of phases or
        status. An entry without id and link is known by a digest of its title and date, so that a new title makes it
        a new one. A bare id that the feed calls a permanent link (RSS does by default) is read as an address below
        the feed's. Dates of publication are not kept.
    Licence
        As the site's configuration says.
    Personal data
        Authors and contributors are never read. E-mail addresses and telephone numbers inside texts are taken out.
    """

    id = "feed"
    title = "RSS and Atom feeds"
    homepage = "https://www.rssboard.org/rss-specification"
    version = "2"
    fields: ClassVar[Mapping[str, frozenset[str]]] = {LIST: frozenset({*_TEXTS, "link", "categories", "language"})}
    settings = frozenset({"url", "kind"})

    def start(self, run: Run) -> Iterator[Yielded]:
        """The feed."""
        kind(run)
        url = run.site.setting("url", run.site.base)
        wanted = address(url)
        if wanted is None:
            raise wrong(run.site, "url", url, "an absolute http(s) address")
        yield Request(wanted, expect="feed")

    def parse(self, response: Response) -> Iterator[Yielded]:
        """Its entries. No feed promises to be complete."""
        feed = response.feed()
        yield Scope("feed", exhaustive=False)
        for entry in feed.entries():
            yield Item(entry_id(entry), _item(entry, feed.language))

    def map(self, item: WholeItem, run: Run) -> Process:
        """An entry."""
        language = _language(item.get("language"), run)
        text = item.get("content") or item.get("summary")
        title = shortened(line(item.get("title")), 300) or excerpt(text, 120)
        if not title:
            raise MappingError(f"the entry {item.id!r} has neither title nor text")
        named = by_language({language: title}, language)
        assert named is not None
        summary = by_language({language: excerpt(item.get("summary") or text)}, language)
        keywords = (line(word) for word in item.get("categories") or ())
        return Process(
            kind=kind(run),
            title=named,
            url=address(item.get("link")) or run.site.homepage or run.site.base,
            summary=summary,
            body=fuller(by_language({language: body(text)}, language, html=True), summary),
            organiser=run.site.authority,
            authority=run.site.authority,
            place=run.site.place,
            level=run.site.level,
            keywords=tuple(dict.fromkeys(word for word in keywords if word)),
        )


def _item(entry: FeedEntry, language: str | None) -> dict[str, object]:
    item: dict[str, object] = {name: without_contacts(str(entry.get(name, ""))) for name in _TEXTS}
    item["link"] = without_contacts(entry.get("link", ""))
    item["categories"] = [without_contacts(word) for word in entry.get("categories", [])]
    item["language"] = entry.get("language") or language
    return {name: value for name, value in item.items() if value}


def kind(run: Run) -> Kind:
    """What the entries are, by the setting ``kind``; ``ConfigError`` if it is none."""
    return Kind(choice(run.site, "kind", Kind, default=Kind.NEWS))


def _language(stated: object, run: Run) -> str:
    """The entry's or feed's language (``en-US`` and ``EN`` both occur), else the site's first."""
    if isinstance(stated, str):
        first, *rest = stated.strip().replace("_", "-").split("-")
        tag = "-".join([first.lower(), *rest])
        if is_tag(tag):
            return tag
    return run.site.languages[0]
