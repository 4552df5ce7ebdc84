"""Drift: the shape of what a source's answers tell, compared with that of its last good run.

A shape says of every path of an item's part in what share of the places where it could stand it does: ``.title`` with
1.0 stands in every item, ``.topics as list`` wherever it does it is a list. A path that nearly always was there and now
never is means that the source has changed its interface, long before anybody misses the field. Only names are kept,
never values, and only of fields that the connector names: those of others may be as little anybody's business as what
they hold.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, Final, NamedTuple

import msgspec

from folkmoot_hub.connector import Item, Yielded
from folkmoot_schema.process import canonical_json

#: A path counts as always there from this share on.
ALWAYS: Final = 0.9
#: Fewer places than this prove nothing.
LEAST: Final = 5
_DEEPEST: Final = 6
_MOST_PATHS: Final = 4000
#: An object with more members than this is a table whose keys are data.
_MOST_MEMBERS: Final = 200
#: How the types of JSON are called; whole numbers and others are of one type there.
_KINDS: Final[Mapping[type, str]] = {
    str: "text",
    bool: "truth value",
    int: "number",
    float: "number",
    list: "list",
    dict: "object",
}
_AS: Final = tuple(f" as {kind}" for kind in _KINDS.values())

Paths = Iterator[tuple[str, str | None]]
Shape = dict[str, dict[str, tuple[int, str | None]]]

_decoder = msgspec.json.Decoder(Shape)


class Like(NamedTuple):
    """What is compared with each other: this part of items, where this method of the connector reads it."""

    part: str
    then: str


class Shapes:
    """The shapes that one run sees."""

    def __init__(self) -> None:
        self._counts: dict[Like, Counter[str]] = {}
        self._parents: dict[Like, dict[str, str | None]] = {}
        self._answers: Counter[tuple[str, bytes]] = Counter()

    def see(self, then: str, shape: bytes) -> None:
        """Count an answer of this shape, as :func:`shape_of` gives it, that the method ``then`` read."""
        self._answers[then, shape] += 1

    def counts(self, like: Like) -> Mapping[str, int]:
        """In how many places each path stood."""
        self._add_up()
        return self._counts.get(like, {})

    def shares(self) -> dict[Like, dict[str, float]]:
        """Each path with the share of its places in which it stood; places too few to tell are left out."""
        self._add_up()
        return {
            like: {
                path: share
                for path, share in _shares(counts, self._parents[like]).items()
                if counts[self._parents[like][path] or ""] >= LEAST
            }
            for like, counts in self._counts.items()
        }

    def _add_up(self) -> None:
        for (then, shape), times in self._answers.items():
            for part, paths in decode(shape).items():
                self._add(Like(part, then), paths, times)
        self._answers.clear()

    def _add(self, like: Like, paths: Mapping[str, tuple[int, str | None]], times: int) -> None:
        counts, parents = self._counts.setdefault(like, Counter()), self._parents.setdefault(like, {})
        for path, (count, parent) in paths.items():
            if path in counts or len(counts) < _MOST_PATHS:
                counts[path] += count * times
                parents[path] = parent


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


def decode(shape: bytes) -> Shape:
    """What :func:`shape_of` wrote."""
    return _decoder.decode(shape)


def shares_of(shape: bytes, part: str) -> dict[str, float]:
    """The shares in one answer, however few places it has."""
    paths = decode(shape).get(part, {})
    counts = {path: count for path, (count, _) in paths.items()}
    return _shares(counts, {path: parent for path, (_, parent) in paths.items()})


def _shares(counts: Mapping[str, int], parents: Mapping[str, str | None]) -> dict[str, float]:
    return {
        path: min(1.0, round(count / counts[parent], 4))
        for path, count in counts.items()
        if (parent := parents[path]) is not None and parent in counts
    }


def lost(before: Mapping[str, float], now: Mapping[str, int]) -> list[str]:
    """The paths that always were there and now never are, in places enough to tell; the outermost only."""
    return outermost(path for path in always(before) if path not in now and now.get(holder(path), 0) >= LEAST)


def always(before: Mapping[str, float]) -> Iterator[str]:
    """The paths that nearly always were there."""
    return (path for path, share in before.items() if share >= ALWAYS)


def outermost(paths: Iterable[str]) -> list[str]:
    """Those of these paths that are not lost with what holds them."""
    found = set(paths)
    return sorted(path for path in found if not _within(path, found))


def _within(path: str, paths: Collection[str]) -> bool:
    while path:
        path = holder(path)
        if path in paths:
            return True
    return False


def told(part: str, paths: Iterable[str]) -> str:
    """What is said of lost paths."""
    return f"{part}: no {', '.join(paths)} any more"


def holder(path: str) -> str:
    """The path of what holds this one; that of an item itself is empty."""
    for kind in _AS:
        if path.endswith(kind):
            return path.removesuffix(kind)
    if path.endswith("[]"):
        return f"{path.removesuffix('[]')} as list"
    held = path.rpartition(".")[0]
    return f"{held} as object" if held else ""


def _paths(value: Any, path: str, parent: str | None, depth: int) -> Paths:
    """Every path in ``value`` with that of what holds it; what is null is not there."""
    if value is None:
        return
    yield path, parent
    held = path
    if path:
        held = f"{path} as {_KINDS[type(value)]}"
        yield held, path
    if depth >= _DEEPEST:
        return
    if isinstance(value, list):
        for each in value:
            yield from _paths(each, f"{path}[]", held, depth + 1)
    elif isinstance(value, dict) and len(value) <= _MOST_MEMBERS:
        for name, each in value.items():
            yield from _paths(each, f"{path}.{name}", held, depth + 1)
