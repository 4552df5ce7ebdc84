"""The cursor of a next page: an opaque text that holds a position and is bound to its query and order.

The seal is no secret: it tells a mistake from a cursor, and nothing is to be had by forging one but another page.
"""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import NoReturn

from folkmoot_hub.errors import QueryError
from folkmoot_hub.search.query import Query

_SEAL = 8
_POSITION = 8


def write(query: Query, position: int) -> str:
    """The cursor that says "after ``position``" (0 to 2^64 - 1) in the answer to ``query``."""
    return urlsafe_b64encode(_seal(query, position) + position.to_bytes(_POSITION, "big")).decode().rstrip("=")


def read(query: Query) -> int | None:
    """The position that ``query.cursor`` holds, None without one; ``QueryError`` if it is not a cursor of this query.

    Filters, words and order must be those it was given for; ``limit``, ``facets`` and ``hl`` may differ.
    """
    if query.cursor is None:
        return None
    if query.page != 1:
        raise QueryError("page", "stands beside a cursor", "page or cursor, not both")
    try:
        raw = urlsafe_b64decode(query.cursor + "=" * (-len(query.cursor) % 4))
    except ValueError:
        _refuse("is not a cursor")
    if len(raw) != _SEAL + _POSITION:
        _refuse("is not a cursor")
    position = int.from_bytes(raw[_SEAL:], "big")
    # Compared as text: decoding alone would let through characters outside the alphabet.
    if write(query, position) != query.cursor:
        _refuse("is damaged, or belongs to another query or order")
    return position


def _refuse(problem: str) -> NoReturn:
    raise QueryError("cursor", problem, "what an earlier answer to the same query gave as next")


def _seal(query: Query, position: int) -> bytes:
    return hashlib.sha256(f"{position}/{query.order}?{query.canonical()}".encode()).digest()[:_SEAL]
