"""The rules of RSS 2.0 (RSS Advisory Board, 2.0.11) that a parser passes over in silence."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from lxml import etree

from federation.atom_rules import IRI, TAG

ATOM = "{http://www.w3.org/2005/Atom}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}"
DC = "{http://purl.org/dc/elements/1.1/}"
XML = "{http://www.w3.org/XML/1998/namespace}"

# RFC 822, 5.1, with the year of four digits that RSS prefers.
_DATE = re.compile(
    r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{2} (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} \d\d:\d\d:\d\d GMT",
    re.ASCII,
)
_CHANNEL = {
    *("title", "link", "description", "language", "copyright", "managingEditor", "webMaster", "pubDate"),
    *("lastBuildDate", "category", "generator", "docs", "cloud", "ttl", "image", "item"),
}
_ITEM = {"title", "link", "description", "author", "category", "comments", "enclosure", "guid", "pubDate", "source"}
_MANY = {"category", "item", f"{ATOM}link"}
_REQUIRED = {"channel": ("title", "link", "description", f"{ATOM}link"), "item": ("title", "link", "guid", "pubDate")}


def broken(root: etree._Element) -> list[str]:
    """Every rule that the document breaks, in words; empty if it is a good one."""
    if root.tag != "rss" or root.get("version") != "2.0" or [one.tag for one in root] != ["channel"]:
        return ["it is no rss 2.0 with one channel"]
    channel = root[0]
    return [*_containers(channel), *_values(channel), *_guids(channel)]


def _containers(channel: etree._Element) -> Iterator[str]:
    for container, own in ((channel, _CHANNEL), *((item, _ITEM) for item in channel.findall("item"))):
        seen = Counter(str(one.tag) for one in container)
        for name in _REQUIRED[str(container.tag)]:
            if not seen[name]:
                yield f"{container.tag}: no {name}"
        for name, count in seen.items():
            if count > 1 and name not in _MANY:
                yield f"{container.tag}: {count} times {name}"
            if not name.startswith("{") and name not in own:
                yield f"{container.tag}: there is no {name} in RSS"


def _values(channel: etree._Element) -> Iterator[str]:
    for element in channel.iter(etree.Element):
        tag, text = str(element.tag), element.text or ""
        if tag in {"pubDate", "lastBuildDate"} and not _DATE.fullmatch(text):
            yield f"{tag} is {text!r}"
        if tag in {"link", "docs"} and not IRI.fullmatch(text):
            yield f"{tag} is {text!r}"
        if tag in {"title", "category", "source", f"{DC}creator"} and (len(element) or not text.strip()):
            yield f"{tag} is {text!r}"
        for name in ("href", "domain", "url", f"{XML}base"):
            if (value := element.get(name)) is not None and not IRI.fullmatch(value):
                yield f"{tag}: {name} is {value!r}"
        if (lang := element.get(f"{XML}lang")) is not None and not TAG.fullmatch(lang):
            yield f"xml:lang is {lang!r}"


def _guids(channel: etree._Element) -> Iterator[str]:
    guids = Counter(item.findtext("guid") for item in channel.findall("item"))
    yield from (f"the guid {guid} stands {count} times" for guid, count in guids.items() if count > 1)
    for guid in channel.findall("item/guid"):
        if guid.get("isPermaLink") != "false" or not IRI.fullmatch(guid.text or ""):
            yield f"guid is {guid.text!r}"
