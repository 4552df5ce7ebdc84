"""The column of filters: every group, its values, and how many each would find."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from folkmoot_hub.search.query import FACETS, Query
from folkmoot_hub.web import labels
from folkmoot_hub.web.texts import Told, labelled
from folkmoot_schema.codes import Stage, Status

#: So many values of a group are seen at once; the rest opens.
_SEEN: Final = 6
#: The first groups are open at once.
_OPEN: Final = 3
#: Short lists whose order says something; their values are shown also where nothing has them.
_CLOSED: Final[Mapping[str, tuple[str, ...]]] = {"status": tuple(Status), "stage": tuple(Stage)}
_MANY: Final = {
    "status": "statuses",
    "kind": "kinds",
    "country": "countries",
    "topic": "topics",
    "stage": "stages",
    "source": "sources",
    "language": "languages",
}


class Value(NamedTuple):
    """One value of a group and how many processes it would find, chosen in addition to the other groups."""

    value: str
    label: Told
    found: int
    selected: bool


class Group(NamedTuple):
    """One group: ``shown`` are seen at once, ``more`` behind ``all``; ``open`` says whether the group is open."""

    name: str
    label: str
    shown: list[Value]
    more: list[Value]
    all: str
    open: bool


def groups(
    query: Query, counts: Mapping[str, Mapping[str, int]], sources: Mapping[str, str], languages: Sequence[str] = ()
) -> list[Group]:
    """The groups of ``query`` that have a value, as counted; ``sources`` are the titles of sources by id.

    Values are named in the first of ``languages`` that there are labels in.
    """
    found = [_group(at, name, query, counts.get(name, {}), sources, languages) for at, name in enumerate(FACETS)]
    return [group for group in found if group.shown]


def _group(
    at: int,
    name: str,
    query: Query,
    counts: Mapping[str, int],
    sources: Mapping[str, str],
    languages: Sequence[str],
) -> Group:
    selected: tuple[str, ...] = getattr(query, name)
    values = [
        Value(value, _label(name, value, sources, languages), count, chosen)
        for value in dict.fromkeys([*_CLOSED.get(name, ()), *counts, *selected])
        for count, chosen in [(counts.get(value, 0), value in selected)]
    ]
    values.sort(key=lambda one: _order(name, one))
    some = sum(1 for one in values if one.selected or one.found)
    seen = max(min(_SEEN, some), len(selected))
    if some == len(values) == seen + 1:  # "All 7" to show one more is not worth a click
        seen += 1
    return Group(
        name,
        labels.GROUPS[name],
        values[:seen],
        values[seen:],
        f"All {len(values)} {_MANY[name]}",
        at < _OPEN or bool(selected),
    )


def _label(name: str, value: str, sources: Mapping[str, str], languages: Sequence[str]) -> Told:
    return Told(sources.get(value, value), None) if name == "source" else labelled(name, value, languages)


def _order(name: str, one: Value) -> tuple[bool, bool, int, str]:
    """What is selected comes first and is never cut, what finds nothing last."""
    closed = _CLOSED.get(name)
    return not one.selected, not one.found, closed.index(one.value) if closed else -one.found, str(one.label.text)
