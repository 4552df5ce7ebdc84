"""An answer that has lost what its like always had is doubted: it is not taken, so that nothing known is overwritten.

What is like it is the last answer to the same request or, where that was never asked before, all that the last good run
was told by the same method of the connector. As long as any of the run still has what was lost, that is no drift, and
fewer places than :data:`~folkmoot_hub.harvest.drift.LEAST` prove nothing (decision 21).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from folkmoot_hub.harvest import drift
from folkmoot_hub.harvest.drift import Like, Shapes
from folkmoot_hub.harvest.ledger import Transaction


class Doubt(NamedTuple):
    """What an answer has lost; ``proven``: in places enough to tell."""

    lost: str
    proven: bool


class Doubts:
    """What the answers of one run have lost. ``version`` is the connector's: what a newer one reads begins anew."""

    def __init__(self, source: str, version: str, *, accept: bool) -> None:
        self._source = source
        self._version = version
        self._accept = accept
        self._shapes = Shapes()
        self._good: dict[Like, Mapping[str, float]] = {}
        #: What was doubted, to be believed next time if others still have it.
        self._doubted: dict[Like, set[str]] = {}

    def see(self, then: str, shape: bytes) -> None:
        """An answer of this shape is about to be taken, or put off; ``then`` has read it."""
        self._shapes.see(then, shape)

    def of(self, tx: Transaction, then: str, shape: bytes, before: bytes | None) -> Doubt | None:
        """Why an answer that was seen is not to be taken, None if it is; ``before`` was the last one's shape."""
        if self._accept:
            return None
        found = {}
        for part, paths in drift.decode(shape).items():
            if lost := self._lost(tx, Like(part, then), paths, before):
                found[Like(part, then)] = lost
        if not found:
            return None
        proven = all(self._proven(like, lost) for like, lost in found.items())
        if proven:
            for like, lost in found.items():
                self._doubted.setdefault(like, set()).update(lost)
        return Doubt(", ".join(drift.told(like.part, lost) for like, lost in found.items()), proven)

    def _lost(self, tx: Transaction, like: Like, paths: Mapping[str, object], before: bytes | None) -> list[str]:
        good = self._known(tx, like)
        if not good:
            return []
        now = self._shapes.counts(like)
        gone = [path for path in drift.always(good) if path not in now and drift.holder(path) in paths]
        if not gone:
            return []
        had = {path for path in gone if good[path] == 1}
        if before is not None:
            had = set(drift.always(drift.shares_of(before, like.part)))
        return drift.outermost(path for path in gone if path in had)

    def _proven(self, like: Like, lost: list[str]) -> bool:
        now = self._shapes.counts(like)
        return any(now.get(drift.holder(path), 0) >= drift.LEAST for path in lost)

    # When the run has ended

    def drifted(self, tx: Transaction) -> list[str]:
        """What all answers of the run together have lost."""
        if self._accept:
            return []
        found = ((like, drift.lost(self._known(tx, like), self._shapes.counts(like))) for like in self._shapes.shares())
        return [drift.told(like.part, lost) for like, lost in found if lost]

    def keep(self, tx: Transaction, *, complete: bool) -> None:
        """Keep the shape of a good run; of another, that what was doubted may be lacking, since others have it.

        A shape that somebody has accepted takes the place of what was known.
        """
        for like, shape in self._shapes.shares().items():
            if self._accept:
                tx.put_shape(self._source, self._name(like), shape)
            elif complete:
                tx.put_shape(self._source, self._name(like), {**self._known(tx, like), **shape})
        if not complete:
            self._believe(tx)

    def _believe(self, tx: Transaction) -> None:
        for like, doubted in self._doubted.items():
            now = self._shapes.counts(like)
            if alive := {path: 0.0 for path in doubted if path in now}:
                tx.put_shape(self._source, self._name(like), {**self._known(tx, like), **alive})

    def _known(self, tx: Transaction, like: Like) -> Mapping[str, float]:
        if like not in self._good:
            self._good[like] = tx.shape(self._source, self._name(like)) or {}
        return self._good[like]

    def _name(self, like: Like) -> str:
        return f"{like.part} {like.then} {self._version}"
