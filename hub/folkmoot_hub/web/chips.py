"""The filters in force, each with the address of the same search without it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

import msgspec

from folkmoot_hub.search.query import PARAMETERS, PRESENTATION, Query
from folkmoot_hub.web import labels, words


class Chip(NamedTuple):
    """One filter in words, and the query without it."""

    label: str
    without: Query


def chips(query: Query, sources: Mapping[str, str]) -> list[Chip]:
    """Every filter of ``query`` but its words, in canonical order; ``sources`` are the titles of sources by id."""
    return list(_chips(msgspec.structs.replace(query, page=1), sources))


def _chips(query: Query, sources: Mapping[str, str]) -> Iterator[Chip]:
    for name in PARAMETERS:
        if name == "q" or name in PRESENTATION:
            continue
        value: Any = getattr(query, name)
        if isinstance(value, datetime):
            yield Chip(f"{labels.PARAMETERS[name]} {_moment(value)}", query.without(name))
        elif isinstance(value, tuple):
            for one in value:
                rest = tuple(other for other in value if other != one)
                yield Chip(_label(name, one, sources), msgspec.structs.replace(query, **{name: rest}))


def _label(name: str, value: str, sources: Mapping[str, str]) -> str:
    return sources.get(value, value) if name == "source" else labels.label(name, value)


def _moment(value: datetime) -> str:
    whole_day = (value.hour, value.minute, value.second) == (0, 0, 0)
    return words.instant(value) if whole_day else f"{words.instant(value)}, {value:%H:%M} UTC"


def unfiltered(query: Query) -> Query:
    """The words and the presentation of ``query`` without any filter."""
    kept = {name: getattr(query, name) for name in ("q", "sort", "limit", "hl")}
    return Query(**kept)
