"""Drift: the shape of what a source's answers tell, compared with that of its last good run.

A shape says of every path of an item's part in what share of the places where it could stand it does: ``.title`` with
1.0 stands in every item. A path that nearly always was there and now never is means that the source has changed its
interface, long before anybody misses the field. Only names are kept, never values, and only of fields that the
connector names: those of others may be as little anybody's business as what they hold.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

import msgspec

from folkmoot_hub.connector import Item, Yielded
from folkmoot_schema.process import canonical_json

#: A path counts as always there from this share on.
_ALWAYS: Final = 0.9
_DEEPEST: Final = 6
_MOST_PATHS: Final = 2000
#: An object with more members than this is a table whose keys are data.
_MOST_MEMBERS: Final = 200
#: Fewer places than this prove nothing.
_LEAST: Final = 5

Paths = Iterator[tuple[str, str | None]]
Shape = dict[str, dict[str, tuple[int, str | None]]]

_decoder = msgspec.json.Decoder(Shape)


class Shapes:
    """The shapes that one run sees, by the part of the items."""

    def __init__(self) -> None:
        self._paths: dict[str, Counter[str]] = {}
        self._parents: dict[str, dict[str, str | None]] = {}
        self._answers: Counter[bytes] = Counter()

    def see(self, shape: bytes) -> None:
        """Count an answer of this shape, as :func:`shape_of` gives it."""
        self._answers[shape] += 1

    def _add(self, shape: Shape, times: int) -> None:
        for part, paths in shape.items():
            counts, parents = self._paths.setdefault(part, Counter()), self._parents.setdefault(part, {})
            for path, (count, parent) in paths.items():
                if path in counts or len(counts) < _MOST_PATHS:
                    counts[path] += count * times
                    parents[path] = parent

    def shares(self) -> dict[str, dict[str, float]]:
        """By part, each path with the share of its places in which it stands; places too few to tell are left out."""
        for shape, times in self._answers.items():
            self._add(_decoder.decode(shape), times)
        self._answers.clear()
        return {
            part: {
                path: min(1.0, round(count / counts[parent], 4))
                for path, count in counts.items()
                if (parent := self._parents[part][path]) is not None and counts[parent] >= _LEAST
            }
            for part, counts in self._paths.items()
        }


def shape_of(yields: Iterable[Yielded]) -> bytes:
    """What the items of an answer hold: by part, each path with how often it stands there and what holds it."""
    shape: Shape = {}
    for item in yields:
        if not isinstance(item, Item):
            continue
        paths = shape.setdefault(item.part, {})
        for path, parent in _paths(item.data, "", None, 0):
            if path in paths:
                paths[path] = (paths[path][0] + 1, parent)
            elif len(paths) < _MOST_PATHS:
                paths[path] = (1, parent)
    return canonical_json(shape)


def lost(before: Mapping[str, float], now: Mapping[str, float]) -> list[str]:
    """The paths that always were there and now never are, though what held them still is; the outermost only."""
    holders = {_holder(path) for path in now}
    gone = {path for path, share in before.items() if share >= _ALWAYS and path not in now and _holder(path) in holders}
    return sorted(path for path in gone if _holder(path) not in gone)


def _holder(path: str) -> str:
    return path.rpartition(".")[0]


def _paths(value: Any, path: str, parent: str | None, depth: int) -> Paths:
    """Every path in ``value`` with that of what holds it; what is null is not there."""
    if value is None:
        return
    yield path, parent
    if depth >= _DEEPEST:
        return
    if isinstance(value, list):
        for each in value:
            yield from _paths(each, f"{path}[]", path, depth + 1)
    elif isinstance(value, Mapping) and len(value) <= _MOST_MEMBERS:
        for name, each in value.items():
            yield from _paths(each, f"{path}.{name}", path, depth + 1)
