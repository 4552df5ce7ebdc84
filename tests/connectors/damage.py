"""Answers as no platform should give them: any JSON, and good answers with something in them replaced by it."""

from __future__ import annotations

import contextlib
import copy
from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st

_LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=20),
    st.sampled_from(
        ["", "2026/02/30", "99/99/9999", "EN", "xx-", "ECI(2025)1", "javascript:x", "<p>", "\x00", "a/b", "//"]
    ),
)
_NAMES = st.sampled_from(["id", "name", "title", "url", "link", "total", "entry", "date"])
#: Any JSON data, small; some of it has names that answers have.
ANYTHING: st.SearchStrategy[Any] = st.recursive(
    _LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_NAMES | st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


def places(document: Any, way: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to every value inside ``document``, the whole of it included."""
    yield way
    if isinstance(document, dict):
        for key, value in document.items():
            yield from places(value, (*way, key))
    elif isinstance(document, list):
        for number, value in enumerate(document):
            yield from places(value, (*way, number))


@st.composite
def damaged(draw: st.DrawFn, document: Any) -> Any:
    """``document`` with one to three of its values replaced by anything."""
    made = copy.deepcopy(document)
    for way in draw(st.lists(st.sampled_from(list(places(document))), min_size=1, max_size=3)):
        made = _replaced(made, way, draw(ANYTHING))
    return made


def _replaced(document: Any, way: tuple[Any, ...], value: Any) -> Any:
    if not way:
        return value
    inside = document
    for step in way[:-1]:
        try:
            inside = inside[step]
        except (KeyError, IndexError, TypeError):
            return document  # an earlier replacement took away where this one should go
    with contextlib.suppress(IndexError, TypeError):
        inside[way[-1]] = value
    return document
