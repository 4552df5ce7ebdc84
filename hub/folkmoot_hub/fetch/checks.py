"""Which answers may be parsed: the status is one the request accepts, the content is what it expects, and not empty.

All fetchers share this, so that a recording is judged as the web is. "200 with HTML" is the commonest way a source
fails (a wrong path, a bot wall, a login page): such an answer is *blocked*, never "there is nothing".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

from folkmoot_hub.connector import Request
from folkmoot_hub.errors import Blocked, FetchError, GoneAtSource, NotFound, ServerTrouble, TooManyRequests
from folkmoot_hub.fetch.retry import retry_after

#: How much of a body is looked at to tell what it is.
_LOOK = 8192
_JSON_TYPE = re.compile(r"(application|text)/([\w.+-]*[+-])?json|application/x-javascript")
_XML_TYPE = re.compile(r"(application|text)/([\w.+-]+\+)?xml")
_HTML_TYPE = re.compile(r"text/html|application/xhtml\+xml")
_BINARY_TYPE = re.compile(r"(image|audio|video|font)/.*|application/(pdf|zip|gzip|x-tar)")
#: What may stand before the root element: XML declaration, processing instructions, comments, a DOCTYPE of XML.
_PROLOGUE = re.compile(r"(?:\s+|<\?.*?\?>|<!--.*?-->|<!DOCTYPE(?!\s+html)[^>\[]*(?:\[.*?\])?\s*>)*", re.S | re.I)
_HTML_ROOT = re.compile(r"<!doctype\s+html|<html[\s>]|<head[\s>]|<body[\s>]", re.I)
_FEED_ROOT = re.compile(r"<(?:[\w-]+:)?(?:rss|feed|RDF)[\s>]")
_NAMES = {"json": "JSON", "feed": "a feed (RSS or Atom)", "html": "HTML", "xml": "XML", "text": "text"}
_SUCCESS = range(200, 300)
_NO_CONTENT = (204, 205)


def check(request: Request, status: int, headers: Mapping[str, str], body: bytes, now: datetime | None = None) -> None:
    """Pass if the answer may be parsed, else raise the fitting ``FetchError``.

    ``headers`` have lower-case names. The content is judged only if the status is a success: what an error page
    looks like says nothing, and a connector that accepts one reads its status.
    """
    check_status(request, status, headers, now)
    if status not in _SUCCESS or status in _NO_CONTENT or request.expect == "any":
        return
    declared = headers.get("content-type", "").partition(";")[0].strip().lower()
    wanted = _NAMES[request.expect]
    if request.expect != "text" and not body.strip():
        raise Blocked(f"{request.url} answered {status} without content, not with {wanted}")
    if not _fits(request.expect, declared, _opening(body)):
        raise Blocked(f"{request.url} answered {status} with {_what(declared, body)}, not with {wanted}")


def check_status(request: Request, status: int, headers: Mapping[str, str], now: datetime | None = None) -> None:
    """Pass if ``status`` is in ``request.accept``, else raise the fitting ``FetchError``, with ``retry_after``."""
    if status in request.accept:
        return
    wait = retry_after(headers, now)
    error = _error_class(status, wait)(
        f"{request.url} answered {status}{_asked(wait)}; allowed: {_list(request.accept)}"
    )
    error.retry_after = wait
    raise error


def _error_class(status: int, wait: float | None) -> type[FetchError]:
    if status == 404:
        return NotFound
    if status == 410:
        return GoneAtSource
    if status == 429 or (status == 503 and wait is not None):
        return TooManyRequests
    return ServerTrouble if status >= 500 else Blocked


def _asked(wait: float | None) -> str:
    return "" if wait is None else f" and asks to wait {wait:g} s"


def _list(accept: tuple[int, ...]) -> str:
    return ", ".join(map(str, accept))


def _opening(body: bytes) -> str:
    """The beginning of ``body`` as text, without byte order mark, white space and what stands before a root element."""
    start = body[:_LOOK]
    encoding = "utf-16" if start[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    text = start.decode(encoding, errors="replace").lstrip()
    prologue = _PROLOGUE.match(text)
    return text[prologue.end() :] if prologue else text


def _fits(expect: str, declared: str, opening: str) -> bool:
    is_html = _HTML_ROOT.match(opening) is not None
    if expect == "json":
        # No JSON begins with "<", whatever the server calls it; much JSON is served as text/html or without a type.
        return not opening.startswith("<") if _JSON_TYPE.fullmatch(declared) else opening.startswith(("{", "["))
    if expect == "feed":
        return _FEED_ROOT.match(opening) is not None
    if expect == "html":
        return is_html or (_HTML_TYPE.fullmatch(declared) is not None and not opening.startswith(("{", "[", "%PDF")))
    if expect == "xml":
        known = _XML_TYPE.fullmatch(declared) is not None and not _HTML_TYPE.fullmatch(declared)
        return opening.startswith("<") and (known or declared != "text/html") and not is_html
    return not (is_html or _HTML_TYPE.fullmatch(declared) or _BINARY_TYPE.fullmatch(declared) or "\0" in opening[:1024])


def _what(declared: str, body: bytes) -> str:
    """What came, in words: the type it claims, and HTML if it is that without saying so."""
    name = declared or "no content type"
    if _HTML_ROOT.match(_opening(body)) and not _HTML_TYPE.fullmatch(declared):
        return f"HTML (called {name})"
    return name
