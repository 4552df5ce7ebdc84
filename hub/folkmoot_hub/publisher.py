"""The publisher API: what the author of a channel imports.

A publisher is one pure function: a :class:`Listing` in, bytes out. The hub searches, filters, caches, compresses and
answers conditional requests, so that every channel carries the same processes under the same parameters.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar

import msgspec

from folkmoot_hub.search.query import Sort
from folkmoot_schema import identifiers
from folkmoot_schema.process import Record


class Tombstone(msgspec.Struct, frozen=True, kw_only=True):
    """What is left of a process that its source deleted or that was erased.

    ``deadline`` (partial, local to ``deadline_zone``) is told to channels where the last version is still known, so
    that a calendar can cancel what it announced.
    """

    source: str
    local_id: str
    at: datetime
    reason: str = ""
    deadline: str | None = None
    deadline_zone: str | None = None

    @property
    def key(self) -> str:
        """The key of the process that is gone."""
        return identifiers.key(self.source, self.local_id)


class Listing(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to one search, as a channel gets it, in the channel's order.

    ``hub`` is the hub's address without a slash at its end; ``self_url`` is the canonical address of this channel with
    its parameters, ``page_url`` that of the search page with the same ones; ``updated`` is the latest change in it;
    ``languages`` are the reader's, best first; ``sources`` maps ids of sources to their titles, where known.
    """

    title: str
    hub: str
    self_url: str
    page_url: str
    updated: datetime
    records: tuple[Record, ...]
    tombstones: tuple[Tombstone, ...] = ()
    languages: tuple[str, ...] = ("en",)
    sample: bool = False
    sources: Mapping[str, str] = {}


class Publisher:
    """The base of every channel that is a rendering of a search. ``path`` is its address on the hub.

    It gets what the search finds in its ``order``, newest change first unless it says otherwise, at most ``most``
    processes; one that is ``dated`` gets those alone that have a closing date. ``word`` is what pages call it where
    they offer to follow a search; a channel without one is in their footer and among their alternates alone.
    """

    id: ClassVar[str]
    title: ClassVar[str]
    path: ClassVar[str]
    media_type: ClassVar[str]
    order: ClassVar[Sort] = Sort.UPDATED
    dated: ClassVar[bool] = False
    most: ClassVar[int] = 100
    word: ClassVar[str] = ""

    def publish(self, listing: Listing) -> bytes:
        """The channel's document for ``listing``: equal listings give equal bytes."""
        raise NotImplementedError


__all__ = ["Listing", "Publisher", "Sort", "Tombstone"]
