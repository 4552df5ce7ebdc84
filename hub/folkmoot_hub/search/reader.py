"""The search index as a reader of the change log."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from folkmoot_hub.search.protocol import Index
from folkmoot_hub.store.protocol import Cause, Change, Records

#: The name of its cursor.
READER: Final = "index"


class IndexReader:
    """Keeps ``index`` equal to ``records``: what an entry names is read as it is now, so that to redo is harmless."""

    name = READER

    def __init__(self, records: Records, index: Index) -> None:
        self._records = records
        self._index = index

    def take(self, changes: Sequence[Change]) -> None:
        """Bring what these entries are about into the index, in one commit. ``IndexingError`` if that fails."""
        if any(change.cause is Cause.ERASURE for change in changes):
            # An engine only marks what it deletes: the words would stay in its files.
            self.rebuild()
            return
        numbers = {(change.source, change.local_id): change.number for change in changes}
        there = [
            (numbers[record.source, record.local_id], record)
            for record in self._records.by_number(list(numbers.values()))
        ]
        self._index.apply(there, set(numbers.values()) - {number for number, _ in there})

    def rebuild(self) -> None:
        """Build the whole index anew, in one commit."""
        self._index.rebuild(self._records.all_records())
