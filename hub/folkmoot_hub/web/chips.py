"""The filters in force, each with the address of the same search without it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import msgspec

from folkmoot_hub.search.query import PARAMETERS, PRESENTATION, Query
from folkmoot_hub.web import labels, words
from folkmoot_hub.web.texts import Told, labelled


class Chip(NamedTuple):
    """One filter in words, and the query without it."""

    label: Told
    without: Query


def chips(query: Query, sources: Mapping[str, str], languages: Sequence[str] = ()) -> list[Chip]:
    """Every filter of ``query`` but its words, in canonical order; ``sources`` are the titles of sources by id."""
    return list(_chips(msgspec.structs.replace(query, page=1), sources, languages))


def _chips(query: Query, sources: Mapping[str, str], languages: Sequence[str]) -> Iterator[Chip]:
    for name in PARAMETERS:
        if name == "q" or name in PRESENTATION:
            continue
        value: Any = getattr(query, name)
        if isinstance(value, datetime):
            yield Chip(Told(f"{labels.PARAMETERS[name]} {_moment(value)}", None), query.without(name))
        elif isinstance(value, tuple):
            for one in value:
                rest = tuple(other for other in value if other != one)
                yield Chip(_label(name, one, sources, languages), msgspec.structs.replace(query, **{name: rest}))


def _label(name: str, value: str, sources: Mapping[str, str], languages: Sequence[str]) -> Told:
    if name in {"place", "authority"}:  # as the reader typed it
        return Told(value, None)
    return Told(sources.get(value, value), None) if name == "source" else labelled(name, value, languages)


def _moment(value: datetime) -> str:
    whole_day = (value.hour, value.minute, value.second) == (0, 0, 0)
    return words.instant(value) if whole_day else f"{words.instant(value)}, {value:%H:%M} UTC"


def unfiltered(query: Query) -> Query:
    """The words and the presentation of ``query`` without any filter."""
    kept = {name: getattr(query, name) for name in ("q", "sort", "limit", "hl")}
    return Query(**kept)
