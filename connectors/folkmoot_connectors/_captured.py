"""Platforms of which only copies of pages are left: how old bytes become a page, and where its links lead."""

from __future__ import annotations

import codecs
import re
from typing import Final
from urllib.parse import urljoin

from folkmoot_connectors._values import address
from folkmoot_hub.connector import Page, Response
from folkmoot_hub.pages import parse_html

_META: Final = re.compile(rb"<meta\b[^<>]{0,200}?\bcharset\s{0,9}=\s{0,9}[\"']?\s{0,9}([\w.:-]{2,40})", re.IGNORECASE)
_LOOK: Final = 4096
#: What browsers read where a page claims one of these (WHATWG Encoding, 4.2).
_MEANT: Final = {"iso8859-1": "cp1252", "ascii": "cp1252"}


def page(response: Response, fallback: str) -> Page:
    """The page, its bytes read as a browser would; ``fallback`` is for those that do not say and are not UTF-8."""
    return parse_html(decoded(response.body, response.headers.get("content-type", ""), fallback), response.url)


def absolute(href: str, base: str) -> str | None:
    """Where a link leads, without the place inside that page; None if that is no page of the web."""
    try:
        return address(urljoin(base, href.strip()).partition("#")[0])
    except ValueError:
        return None


def decoded(body: bytes, content_type: str, fallback: str) -> str:
    """The text of an old page: by its header, else by its ``meta``, else as UTF-8 if it is that, else ``fallback``.

    Bytes that the encoding does not have are U+FFFD.
    """
    _, _, named = content_type.partition("charset=")
    found = _META.search(body[:_LOOK])
    for name in (named.split(";")[0].strip(" \"'"), found[1].decode("ascii", "replace") if found else "", "utf-8"):
        encoding = _encoding(name)
        if encoding is not None and (encoding != "utf-8" or _is_utf8(body)):
            return body.decode(encoding, errors="replace")
    return body.decode(fallback, errors="replace")


def _encoding(name: str) -> str | None:
    """The encoding called ``name``, None if there is none, or none of texts."""
    try:
        info = codecs.lookup(name)
        b"a".decode(info.name, errors="replace")  # not so for what codecs has beside encodings of texts
    except (LookupError, ValueError):
        return None
    return _MEANT.get(info.name, info.name)


def _is_utf8(body: bytes) -> bool:
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
