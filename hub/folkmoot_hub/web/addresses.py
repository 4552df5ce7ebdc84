"""The addresses of the hub's own views, each from a query, in canonical order."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlencode

from folkmoot_hub.publisher import Publisher
from folkmoot_hub.search.query import Query

#: The home page shows what is open. Everything there is stands here.
EVERYTHING: Final = "/?sort=closing"


def search(query: Query) -> str:
    """The search page for ``query``; one that asks for nothing leads to everything, not to the home page."""
    pairs = query.pairs(presentation=True)
    if all(name == "hl" for name, _ in pairs):
        pairs = [("sort", "closing"), *pairs]
    return _with("/", pairs)


def home(hl: str | None) -> str:
    """The home page in a language."""
    return local("/", hl)


def local(path: str, hl: str | None) -> str:
    """A page of the hub in the reader's language, where one was asked for."""
    return _with(path, [("hl", hl)] if hl else [])


def channel(publisher: Publisher, query: Query) -> str:
    """A channel that carries ``query``: without page and sort; its language stays, since it changes the document."""
    return _with(publisher.path, [*query.pairs(), *([("hl", query.hl)] if query.hl else [])])


def data(query: Query, cursor: str | None = None) -> str:
    """The same search in the programming interface, from ``cursor`` on."""
    pairs = [(name, value) for name, value in query.pairs(presentation=True) if name != "page"]
    return _with("/api/v1/processes", [*pairs, *([("cursor", cursor)] if cursor else [])])


def _with(path: str, pairs: list[tuple[str, str]]) -> str:
    return f"{path}?{urlencode(pairs)}" if pairs else path
