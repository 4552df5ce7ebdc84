"""What the hub asks of a search index, whichever engine is behind it."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from typing import Protocol

import msgspec

from folkmoot_hub.search.query import Query
from folkmoot_schema.process import Record


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to a query.

    ``total`` is exact. ``numbers`` are the store's numbers of the processes on this page, in order. ``facets`` maps
    each of the seven groups to the count of every value that occurs, where they were asked for: a count says how many
    would be found if the value were chosen in addition to the *other* groups. ``next`` is the cursor of the next
    page, None on the last.
    """

    total: int
    numbers: tuple[int, ...]
    facets: Mapping[str, Mapping[str, int]] = {}
    next: str | None = None


class Index(Protocol):
    """A search index over records. One writer at a time; searching is possible from any thread meanwhile."""

    def apply(self, upserts: Iterable[tuple[int, Record]], deletes: Iterable[int]) -> None:
        """Put and remove processes and make that durable and visible: one commit. ``IndexingError`` if it fails."""
        ...

    def rebuild(self, records: Iterable[tuple[int, Record]]) -> None:
        """Hold these and nothing else, in one commit: until then searches see what was there. Nothing of what is no
        longer held stays in the files."""
        ...

    def state(self) -> Hashable:
        """What stays equal as long as searches see the same, whoever writes. ``IndexingError`` if it cannot be told."""
        ...

    def search(self, query: Query) -> Result:
        """Answer ``query``; ``QueryError`` if its words or its cursor cannot be understood."""
        ...

    def numbers(self) -> set[int]:
        """The numbers of all processes in it (for checks and rebuilding)."""
        ...

    def clear(self) -> None:
        """Forget everything."""
        ...
