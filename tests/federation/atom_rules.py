"""The rules of Atom (RFC 4287) and of tombstones (RFC 6721) that a parser passes over in silence."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from lxml import etree

ATOM = "{http://www.w3.org/2005/Atom}"
AT = "{http://purl.org/atompub/tombstones/1.0}"
XML = "{http://www.w3.org/XML/1998/namespace}"

# RFC 3339, 5.6, with the capitals that RFC 4287, 3.3 asks for.
DATE = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})", re.ASCII)
# RFC 3986 over ASCII: an absolute address in which every character may stand.
IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:(?:[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})+")
TAG = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")
_ONCE = {"feed": ("id", "title", "updated"), "entry": ("id", "title", "updated")}
_AT_MOST_ONCE = {
    "feed": ("generator", "icon", "logo", "rights", "subtitle"),
    "entry": ("content", "published", "rights", "source", "summary"),
}
_DATES = {f"{ATOM}updated", f"{ATOM}published"}
_IRIS = {f"{ATOM}id", f"{ATOM}uri"}
_TYPES = {None, "text", "html"}


def broken(feed: etree._Element) -> list[str]:
    """Every rule that ``feed`` breaks, in words; empty if it is a good document."""
    return [*_containers(feed), *_ids(feed), *_values(feed), *_people(feed), *_deleted(feed)]


def _containers(feed: etree._Element) -> Iterator[str]:
    if feed.tag != f"{ATOM}feed":
        yield f"the root is {feed.tag!r}"
    for container in (feed, *feed.iterfind(f"{ATOM}entry")):
        kind = etree.QName(container).localname
        for name in _ONCE[kind]:
            if len(container.findall(ATOM + name)) != 1:
                yield f"{kind}: not exactly one {name}"
        for name in _AT_MOST_ONCE[kind]:
            if len(container.findall(ATOM + name)) > 1:
                yield f"{kind}: more than one {name}"
        relations = Counter(link.get("rel") for link in container.iterfind(f"{ATOM}link"))
        if relations["alternate"] != 1:
            yield f"{kind}: {relations['alternate']} alternates"
        if relations["self"] != (1 if kind == "feed" else 0):
            yield f"{kind}: {relations['self']} links to itself"


def _ids(feed: etree._Element) -> Iterator[str]:
    ids = Counter(entry.findtext(f"{ATOM}id") for entry in feed.iterfind(f"{ATOM}entry"))
    yield from (f"the id {id} stands {count} times" for id, count in ids.items() if count > 1)


def _values(feed: etree._Element) -> Iterator[str]:
    for element in feed.iter(etree.Element):
        tag, text = str(element.tag), element.text or ""
        if tag in _DATES and not DATE.fullmatch(text):
            yield f"{tag} is {text!r}"
        if tag in _IRIS and not IRI.fullmatch(text):
            yield f"{tag} is {text!r}"
        for name in ("href", "scheme"):
            if (value := element.get(name)) is not None and not IRI.fullmatch(value):
                yield f"{name} is {value!r}"
        if (lang := element.get(f"{XML}lang")) is not None and not TAG.fullmatch(lang):
            yield f"xml:lang is {lang!r}"
        if tag == f"{ATOM}category" and not element.get("term"):
            yield "a category without a term"
        if tag != f"{ATOM}link" and tag.startswith(ATOM) and element.get("type") not in _TYPES:
            yield f"{tag} has the type {element.get('type')}"
        if tag in {f"{ATOM}title", f"{ATOM}summary"} and len(element):
            yield f"{tag} holds elements"


def _people(feed: etree._Element) -> Iterator[str]:
    for author in feed.iter(f"{ATOM}author"):
        if not author.findtext(f"{ATOM}name"):
            yield "an author without a name"
        if (name := author.find(f"{ATOM}name")) is not None and name.attrib:
            yield "a name with attributes"
    if feed.find(f"{ATOM}author") is None:
        for entry in feed.iterfind(f"{ATOM}entry"):
            if entry.find(f"{ATOM}author") is None:
                yield "an entry without an author"


def _deleted(feed: etree._Element) -> Iterator[str]:
    for deleted in feed.iter(f"{AT}deleted-entry"):
        if not IRI.fullmatch(deleted.get("ref") or ""):
            yield f"ref is {deleted.get('ref')!r}"
        if not DATE.fullmatch(deleted.get("when") or ""):
            yield f"when is {deleted.get('when')!r}"
        if deleted.getparent() is not feed:
            yield "a deleted entry outside of the feed"
