"""Reading a request: the query, the reader's languages, the address the hub is reached under, work off the loop."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterable
from typing import TypeVar
from urllib.parse import unquote_to_bytes

from aiohttp import web

from folkmoot_hub.errors import QueryError
from folkmoot_hub.search import query
from folkmoot_hub.search.query import Query
from folkmoot_hub.web import negotiation
from folkmoot_hub.web.face import HubFace
from folkmoot_hub.web.problems import Problem

T = TypeVar("T")

#: Where the application keeps the hub.
FACE = web.AppKey("face", HubFace)
#: After so many seconds a reader is asked to come back rather than left waiting.
PATIENCE = 10.0
_HOST = re.compile(r"^(?:[A-Za-z0-9](?:[A-Za-z0-9._-]{0,253})|\[[0-9A-Fa-f:.]{2,45}\])(?::\d{1,5})?$")


def face(request: web.Request) -> HubFace:
    """The hub that answers."""
    return request.app[FACE]


def pairs(request: web.Request) -> list[tuple[str, str]]:
    """The names and values of the query string (``application/x-www-form-urlencoded``).

    A percent sign that begins no escape stands for itself; escapes that are not UTF-8 are a
    :class:`~folkmoot_hub.errors.QueryError`.
    """
    found = []
    for piece in request.rel_url.raw_query_string.split("&"):
        if piece:
            raw_name, _, raw_value = piece.partition("=")
            name = _decoded(raw_name, raw_name)
            found.append((name, _decoded(raw_value, name)))
    return found


def _decoded(raw: str, name: str) -> str:
    try:
        return unquote_to_bytes(raw.replace("+", " ")).decode("utf-8")
    except UnicodeDecodeError as error:
        raise QueryError(name, "holds bytes that are not UTF-8", "percent-encoded UTF-8") from error


def asked(
    request: web.Request, allowed: Iterable[str] = query.PARAMETERS, limits: tuple[int, int] = (0, query.MAX_LIMIT)
) -> Query:
    """The query of the request; :class:`~folkmoot_hub.errors.QueryError` names what is wrong."""
    return query.parse(pairs(request), allowed, limits)


def nothing_asked(request: web.Request, allowed: Iterable[str] = ()) -> dict[str, str]:
    """The parameters of an address that takes only ``allowed``, each at most once."""
    permitted = tuple(allowed)
    found: dict[str, str] = {}
    for name, value in pairs(request):
        if name not in permitted:
            raise QueryError(name, "is not a parameter here", ", ".join(permitted) or "none")
        if name in found:
            raise QueryError(name, "is given more than once", "one value")
        found[name] = value
    return found


def whole_number(found: dict[str, str], name: str, default: int, least: int, most: int) -> int:
    """The number that the parameter ``name`` gives, ``default`` without it."""
    value = found.get(name, "")
    if not value:
        return default
    if not (value.isascii() and value.isdigit() and len(value) <= 18 and least <= int(value) <= most):
        raise QueryError(name, f"{value[:50]!r} does not fit", f"a whole number from {least} to {most}")
    return int(value)


def reader_languages(request: web.Request, hl: str | None) -> tuple[str, ...]:
    """The reader's languages, best first."""
    return negotiation.languages(request.headers.get("Accept-Language"), hl)


def base(request: web.Request) -> str:
    """The hub's address without a slash at its end: the configured one, else the one the request names.

    :class:`Problem` 400 if that is no host name, since it would stand in every link of the answer.
    """
    configured = face(request).base_url
    if configured is not None:
        return configured.rstrip("/")
    if not _HOST.match(request.host):
        raise Problem(400, "Host is not a host name", parameter="Host", allowed="a host name, perhaps with a port")
    return f"{request.scheme}://{request.host}"


async def off_loop(work: Callable[[], T]) -> T:
    """What ``work`` returns; it runs in a thread. :class:`Problem` 503 if that takes too long."""
    try:
        async with asyncio.timeout(PATIENCE):
            return await asyncio.to_thread(work)
    except TimeoutError as error:
        detail = "the hub is too busy to answer that now; pages of single processes and feeds still work"
        raise Problem(503, detail, headers={"Retry-After": "10"}) from error


def hl(request: web.Request) -> str | None:
    """The interface's language, on an address that takes no other parameter."""
    return language(nothing_asked(request, ("hl",)))


def language(found: dict[str, str]) -> str | None:
    """The interface's language among the parameters ``found``."""
    return query.parse([("hl", found.get("hl", ""))], ("hl",)).hl
