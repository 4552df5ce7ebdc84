"""The owner of a data directory: the one process that lets time pass in the store and runs the readers of its log.

The search index has one writer, so there is one owner at a time: whoever serves, or a worker. Every other command only
appends to the store; the owner sees that within a quarter of a second. Where there is none, the command is the owner
for a moment, when it has done its work.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Final, Protocol, TypeVar

from folkmoot_hub.errors import FolkmootError, UsageError
from folkmoot_hub.hub import Hub
from folkmoot_hub.search.reader import IndexReader
from folkmoot_hub.search.tantivy_index import TantivyIndex, open_or_reset
from folkmoot_hub.store import locks
from folkmoot_hub.store.protocol import Change, ChangeLog

log = logging.getLogger(__name__)
T = TypeVar("T")

#: How often the owner looks whether somebody has written, in seconds.
TICK: Final = 0.25
#: How long it waits after an error before it tries again.
_PAUSE: Final = 2.0
#: So many entries of the log are read at a time, and then committed together.
_STEP: Final = 500
_LOCK: Final = "owner"


class Reader(Protocol):
    """A reader of the change log with a cursor of its own."""

    @property
    def name(self) -> str:
        """The name of its cursor."""
        ...

    def take(self, changes: Sequence[Change]) -> None:
        """Do what these entries ask for; done twice, it must come to the same."""
        ...


def follow(changes: ChangeLog, reader: Reader) -> int:
    """Let ``reader`` take all that it has not yet; how many entries there were."""
    taken = 0
    cursor = changes.cursor(reader.name)
    while entries := changes.changes(cursor, _STEP):
        reader.take(entries)
        cursor = entries[-1].seq
        # Only now: whoever is killed before takes these entries once more.
        changes.set_cursor(reader.name, cursor)
        taken += len(entries)
    return taken


class Owner:
    """The owner of the hub's data directory, for as long as :func:`owning` lasts."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="owner")
        self._index: TantivyIndex | None = None
        self._readers: list[Reader] = []
        #: Whether everything that was in the log when the owner began has been taken.
        self.ready = False

    def catch_up(self) -> int:
        """Let time pass up to now and the readers take what there is; how many entries they took. Blocks."""
        return self._in_thread(self._catch_up)

    def rebuild(self) -> None:
        """Build the search index anew from the store. Blocks."""
        self._in_thread(self._rebuild)

    async def run(self) -> None:
        """Catch up again and again, until cancelled."""
        loop = asyncio.get_running_loop()
        seen = -1
        while True:
            try:
                stamp = await loop.run_in_executor(self._thread, self._hub.store.stamp)
                await loop.run_in_executor(self._thread, self._tick, stamp != seen)
                seen, self.ready = stamp, True
            except FolkmootError:
                log.exception("the readers of the change log stopped and will try again")
                await asyncio.sleep(_PAUSE)
            await asyncio.sleep(TICK)

    def _tick(self, written: bool) -> None:
        if self._pass_time() or written:
            self._follow()

    def _catch_up(self) -> int:
        self._pass_time()
        return self._follow()

    def _pass_time(self) -> int:
        passed = 0
        while due := self._hub.store.advance(self._hub.clock.now()):
            passed += due
        return passed

    def _follow(self) -> int:
        self._open()
        return sum(follow(self._hub.store, reader) for reader in self._readers)

    def _open(self) -> None:
        """Open the index to write it, emptied if it is damaged or of another version: then it is filled anew."""
        if self._index is not None:
            return
        index, fresh = open_or_reset(self._hub.index_folder)
        reader = IndexReader(self._hub.store, index)
        self._index, self._readers = index, [reader]
        if fresh:
            self._rebuild_with(reader)

    def _rebuild(self) -> None:
        self._open()
        for reader in self._readers:
            if isinstance(reader, IndexReader):
                self._rebuild_with(reader)

    def _rebuild_with(self, reader: IndexReader) -> None:
        # The head is read first: what is written meanwhile is taken once more.
        head = self._hub.store.head()
        reader.rebuild()
        self._hub.store.set_cursor(reader.name, head)

    def _in_thread(self, work: Callable[[], T]) -> T:
        # Always the same thread: what a store's stamp says holds for the connection of one thread.
        return self._thread.submit(work).result()

    def close(self) -> None:
        """Let go of the index."""
        self._thread.shutdown()
        if self._index is not None:
            self._index.close()


@contextmanager
def owning(hub: Hub) -> Iterator[Owner]:
    """Be the owner of the hub's data directory; :class:`folkmoot_hub.store.locks.Held` if another process is."""
    with locks.locked(hub.locks, _LOCK):
        owner = Owner(hub)
        try:
            yield owner
        finally:
            owner.close()


def must_own(held: locks.Held, hub: Hub) -> UsageError:
    """The error for a command that has to be the owner and cannot be."""
    return UsageError(f"{hub.config.data} is served already: {held}; allowed: one process for each data directory")


def drain(hub: Hub) -> bool:
    """Let the readers catch up, unless an owner is there to do it; whether it was done here. Blocks."""
    try:
        with owning(hub) as owner:
            owner.catch_up()
            return True
    except locks.Held:
        return False
