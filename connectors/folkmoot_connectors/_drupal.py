"""How a page of Drupal is read: by its RDFa in the terms of version 7 or of 8 and later, else by its heading and text.

The terms are the mappings that Drupal's own module ``rdf`` writes by default. What belongs to a comment or names a user
is passed over, and a name found there is taken out of all other texts of the page.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import escape
from itertools import groupby
from typing import Final
from urllib.parse import unquote

import msgspec

from folkmoot_connectors._private import OMITTED, without_contacts
from folkmoot_connectors._values import address
from folkmoot_hub.connector import Page, ParseError
from folkmoot_hub.pages import parse_html
from folkmoot_schema.texts import clean

_TERMS: Final = {
    "title": ("schema:name", "dc:title"),
    "text": ("schema:text", "content:encoded"),
    "created": ("schema:dateCreated", "dc:created"),
    "changed": ("schema:dateModified", "dc:modified"),
    "about": ("schema:about", "dc:subject"),
    "comments": ("schema:interactionCount", "sioc:num_replies"),
}
_COMMENT: Final = "contains(@typeof, 'schema:Comment') or contains(@typeof, 'sioct:Comment')"
_USER: Final = (
    "contains(@typeof, 'Person') or contains(@typeof, 'UserAccount') or contains(@class, 'username')"
    " or contains(@property, 'schema:author') or contains(@rel, 'schema:author')"
    " or (self::a and contains(@href, '/user/'))"
)
_NODE: Final = (
    "//*[contains(@typeof, 'schema:Article') or contains(@typeof, 'sioc:Item') or contains(@typeof, 'foaf:Document')]"
    f"[not({_COMMENT})]"
)
_BLOCK: Final = "self::p or self::li or self::blockquote or self::h2 or self::h3 or self::h4 or self::h5 or self::h6"
_BLOCKS: Final = f".//*[{_BLOCK}][not(ancestor::p or ancestor::li or ancestor::blockquote)]"
_FILE: Final = re.compile(
    r"/(?:system|sites/[^/]+)/files/|\.(?:pdf|docx?|xlsx?|pptx?|od[tsp])(?:[?#]|$)", re.IGNORECASE
)
_SHORTLINK: Final = re.compile(r"/node/(\d{1,12})/?$", re.ASCII)
_GUID: Final = re.compile(r"(?:^|/)(\d{1,12}) at (https?://\S+)$", re.ASCII)
_COUNT: Final = re.compile(r"(?:UserComments:)?(\d{1,9})", re.ASCII)
_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d)?(?:Z|[+-]\d\d:\d\d)", re.ASCII)
# Shorter ones could be any word.
_LEAST_NAME: Final = 5


class File(msgspec.Struct, frozen=True, omit_defaults=True):
    """A file that a node links to."""

    url: str
    title: str = ""


class Told(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a page tells of its node. ``body`` is HTML; times are RFC 3339; ``comments`` None is unknown, not zero.

    ``language`` is only what an element inside the page states: that of the whole page is the interface's.
    """

    title: str | None = None
    body: str = ""
    created: str | None = None
    changed: str | None = None
    tags: tuple[str, ...] = ()
    comments: int | None = None
    language: str | None = None
    files: tuple[File, ...] = ()


def node(page: Page) -> Told:
    """The node that ``page`` is about; ``ParseError`` if it shows none, neither in RDFa nor under a heading."""
    names = tuple(page.strings(f"//*[{_USER}]"))
    root = page.first(_NODE)
    if root is not None and (title := _value(root, "title") or page.string("//h1")):
        return _annotated(root, title, names)
    main = page.first("//main[.//h1]")
    if main is None:
        raise ParseError(f"{page.url} shows no node of Drupal: neither RDFa nor a heading inside <main>")
    return Told(title=_clean(main.string(".//h1"), names), body=prose(main, names), files=tuple(_files(main, names)))


def number(page: Page) -> str | None:
    """The node's number, from the page's short link (``/node/<number>``)."""
    found = _SHORTLINK.search(page.string("//link[@rel='shortlink']/@href"))
    return found[1] if found else None


def guid(value: str) -> tuple[str, str] | None:
    """Number and site of a feed entry's id in Drupal's form, ``<number> at <site>``; None if it has another."""
    found = _GUID.search(unquote(value.strip()))
    return (found[1], found[2]) if found else None


def described(value: str, url: str) -> str:
    """A feed entry's description as HTML of paragraphs, without the line in which Drupal says who wrote it and when."""
    if not value.strip():
        return ""
    page = parse_html(f"<html><body>{value}</body></html>", url)
    return prose(page, tuple(page.strings(f"//*[{_USER}]")))


def _annotated(root: Page, title: str, names: tuple[str, ...]) -> Told:
    text = next(iter(_of(root, "text")), None)
    count = _COUNT.fullmatch(_value(root, "comments"))
    return Told(
        title=_clean(title, names),
        body=prose(text, names) if text else "",
        created=_moment(_value(root, "created")),
        changed=_moment(_value(root, "changed")),
        tags=tuple(dict.fromkeys(tag for each in _of(root, "about") if (tag := _clean(each.text, names)))),
        comments=int(count[1]) if count else None,
        language=root.string("(ancestor-or-self::*[@lang][not(self::html)])[last()]/@lang") or None,
        files=tuple(_files(root, names)),
    )


def _of(root: Page, name: str) -> list[Page]:
    """The elements that carry one of the terms called ``name``, those of comments and users aside."""
    wanted = " or ".join(
        f"contains(concat(' ', normalize-space(@{attribute}), ' '), ' {term} ')"
        for term in _TERMS[name]
        for attribute in ("property", "rel")
    )
    return list(root.all(f".//*[{wanted}][not(ancestor-or-self::*[{_COMMENT} or {_USER}])]"))


def _value(root: Page, name: str) -> str:
    """What the first element with the term says: its ``content``, else its text."""
    return next((each.attribute("content") or each.text for each in _of(root, name)), "")


def _moment(value: str) -> str | None:
    return value if _MOMENT.fullmatch(value) else None


def prose(root: Page, names: Iterable[str] = ()) -> str:
    """The paragraphs, headings and points of ``root`` as HTML; its whole text as one paragraph if it has none."""
    blocks = [(each.string("name()"), _clean(each.text, names)) for each in root.all(_BLOCKS) if not _is_apart(each)]
    told = [(tag, text) for tag, text in blocks if text]
    if not told and not blocks:
        whole = _clean(" ".join(root.strings(f".//text()[not(ancestor::*[{_COMMENT} or {_USER}])]")), names)
        told = [("p", whole)] if whole else []
    return "".join(_written(tag, [text for _, text in run]) for tag, run in groupby(told, key=lambda each: each[0]))


def _is_apart(block: Page) -> bool:
    """Whether it belongs to a comment, a menu or to what is drawn by script."""
    apart = (
        f"ancestor-or-self::*[{_COMMENT} or self::nav or self::header or self::footer or self::script or self::style]"
    )
    return block.first(apart) is not None


def _written(tag: str, texts: list[str]) -> str:
    if tag == "li":
        return f"<ul>{''.join(f'<li>{escape(text)}</li>' for text in texts)}</ul>"
    tag = "h3" if tag.startswith("h") else tag
    return "".join(f"<{tag}>{escape(text)}</{tag}>" for text in texts)


def _files(root: Page, names: Iterable[str]) -> Iterator[File]:
    found: dict[str, File] = {}
    for link in root.all(f".//a[@href][not(ancestor-or-self::*[{_COMMENT} or {_USER}])]"):
        url = address(link.attribute("href"), root.url)
        if url and _FILE.search(url) and without_contacts(url) == url:
            found.setdefault(url, File(url, _clean(link.text, names)))
    yield from found.values()


def _clean(value: str, names: Iterable[str]) -> str:
    """``value`` as one line, without contacts and without the names of users that stand on the page."""
    for name in names:
        if len(name) >= _LEAST_NAME:
            value = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", OMITTED, value, flags=re.IGNORECASE)
    return without_contacts(clean(value))
