"""Which representation and which languages a client prefers (RFC 9110, 12.5).

A range that is not well-formed is passed over; a header without one well-formed range counts as absent, since a
client that cannot say what it wants is better served than sent away.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from folkmoot_hub.search.query import cased

_TOKEN = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"  # noqa: S105 - a token of the grammar of RFC 9110, 5.6.2, no secret
_RANGE = re.compile(rf"^({_TOKEN})/({_TOKEN})$")
_CODING = re.compile(rf"^{_TOKEN}$")
_LANGUAGE = re.compile(r"^(?:\*|[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*)$")
_Q = re.compile(r"^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$")
_HTML, _XHTML = "text/html", "application/xhtml+xml"
#: No client has more wishes than this; the rest of a longer header is not read.
_MOST = 50


class Weighted(NamedTuple):
    """One wish of a header: its value in lower case, its other parameters, its weight from 0 to 1."""

    value: str
    parameters: tuple[str, ...]
    q: float


def wishes(header: str) -> Iterator[Weighted]:
    """The elements of an Accept-like header; those with a malformed weight are left out."""
    for element in header.split(",")[:_MOST]:
        value, *parameters = (part.strip() for part in element.split(";"))
        q, others = 1.0, []
        for parameter in parameters:
            name, _, content = parameter.partition("=")
            if name.strip().lower() != "q":
                others.append(parameter.lower())
            elif _Q.match(content.strip()):
                q = float(content)
            else:
                break
        else:
            if value:
                yield Weighted(value.lower(), tuple(others), q)


def best(header: str | None, offered: Sequence[str]) -> str | None:
    """The media type among ``offered`` (best first) that ``header`` (Accept) prefers, None if it takes none."""
    ranges = _as_html([wish for wish in wishes(header or "") if _RANGE.match(wish.value)])
    if not ranges:
        return offered[0]
    weights = [(_weight(media_type, ranges), -place, media_type) for place, media_type in enumerate(offered)]
    q, _, media_type = max(weights)
    return media_type if q > 0 else None


def _as_html(ranges: list[Weighted]) -> list[Weighted]:
    """``ranges``, where XHTML alone is named, with HTML in its place: one page, and ``application/*`` means neither."""
    if any(wish.value == _HTML for wish in ranges):
        return ranges
    return [wish._replace(value=_HTML) if wish.value == _XHTML else wish for wish in ranges]


def _weight(media_type: str, ranges: Sequence[Weighted]) -> float:
    """The weight of the most specific range that covers ``media_type`` (RFC 9110, 12.5.1)."""
    found = [(specific, wish.q) for wish in ranges if (specific := _covers(wish, media_type))]
    return max(found, key=lambda pair: pair[0])[1] if found else 0.0


def _covers(wish: Weighted, media_type: str) -> int:
    """How specifically ``wish`` covers ``media_type``: 0 not at all, 1 ``*/*``, 2 ``text/*``, 3 as it is.

    A range with parameters asks for one profile of a type; what is served has none, so it fits but less exactly.
    """
    if wish.value == "*/*":
        return 1
    if wish.value == f"{media_type.split('/', maxsplit=1)[0]}/*":
        return 2
    if wish.value == media_type:
        return 3 if wish.parameters else 4
    return 0


def wants_html(header: str | None) -> bool:
    """Whether a browser asks: the header names HTML itself, and nothing for machines before it."""
    named = {wish.value: wish.q for wish in wishes(header or "")}
    html = named.get(_HTML, named.get(_XHTML, 0.0))
    machine = max(named.get("application/problem+json", 0.0), named.get("application/json", 0.0))
    return html > 0 and html >= machine


@lru_cache(maxsize=256)  # browsers of one version all say the same
def takes_gzip(header: str | None) -> bool:
    """Whether ``header`` (Accept-Encoding) takes gzip."""
    codings = {wish.value: wish.q for wish in wishes(header or "") if _CODING.match(wish.value)}
    return codings.get("gzip", codings.get("x-gzip", codings.get("*", 0.0))) > 0


@lru_cache(maxsize=256)
def languages(header: str | None, asked: str | None = None) -> tuple[str, ...]:
    """The reader's languages, best first, as tags of the schema: ``asked`` (hl), then ``header`` (Accept-Language).

    Behind ``de-AT`` stands ``de``, since most texts are tagged with the language alone.
    """
    ranked = [wish for wish in wishes(header or "") if wish.q > 0 and _LANGUAGE.match(wish.value)]
    ranked.sort(key=lambda wish: -wish.q)
    found: dict[str, None] = {}
    for tag in [asked, *(wish.value for wish in ranked if wish.value != "*")]:
        if tag:
            found[tag if tag == asked else cased(tag)] = None
            found[tag.split("-")[0].lower()] = None
    return tuple(found)[:20]
