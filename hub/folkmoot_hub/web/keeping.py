"""Whole answers in memory, for one state of the hub: bounded by bytes, the least recently used out first."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from datetime import datetime
from typing import Final

import msgspec
from aiohttp import web
from multidict import CIMultiDict

#: Memory for all answers together, in bytes.
MOST: Final = 32 * 1024 * 1024
#: An answer that takes more than this part of it is not kept: it would push out too many others.
_PART: Final = 16
#: What an answer takes besides its bytes: its headers, its key, its place.
_BESIDES: Final = 2048

#: Path, query with its parameters sorted, host where links name it, the reader's languages, whether gzip is taken.
Key = tuple[str, str, str, tuple[str, ...], bool]
#: Equal as long as nothing has changed that any answer depends on: store, index, minute.
State = Hashable


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """An answer as it is sent, with the headers of a 200; ``max_age`` as an ``Answer`` has it."""

    body: bytes
    tag: str
    headers: CIMultiDict[str]
    modified: datetime | None
    max_age: int


class Keep:
    """The answers of one state. Used by the thread of the event loop alone, so that nothing is locked."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._state: State = None
        self._held: OrderedDict[Key, Kept] = OrderedDict()
        #: How many bytes the answers take.
        self.size = 0

    def get(self, key: Key, state: State) -> Kept | None:
        """The answer under ``key`` in the present ``state`` of the hub; those of another state are forgotten."""
        if state != self._state:
            self._state, self.size = state, 0
            self._held.clear()
        kept = self._held.get(key)
        if kept is not None:
            self._held.move_to_end(key)
        return kept

    def put(self, key: Key, state: State, kept: Kept) -> None:
        """Keep an answer that was begun in ``state``, if that still is the present one."""
        size = _size(key, kept)
        if state != self._state or size * _PART > self._most:
            return
        if (before := self._held.pop(key, None)) is not None:
            self.size -= _size(key, before)
        self._held[key] = kept
        self.size += size
        while self.size > self._most:
            self.size -= _size(*self._held.popitem(last=False))


def _size(key: Key, kept: Kept) -> int:
    # A letter may take four bytes.
    return len(kept.body) + 4 * (len(key[0]) + len(key[1]) + len(key[2])) + _BESIDES


#: Where the application keeps its answers.
KEPT = web.AppKey("kept", Keep)
