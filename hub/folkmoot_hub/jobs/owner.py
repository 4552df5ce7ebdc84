"""The owner of a data directory: the one process that lets time pass in the store and runs the readers of its log.

The search index has one writer, so there is one owner at a time: whoever serves, or a worker. Every other command only
appends to the store; the owner sees that within a quarter of a second. Where there is none, the command is the owner
for a moment, when it has done its work.

An index that cannot be read is opened anew and, if it is damaged or of another version, emptied and filled from the
store.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from typing import Final, Protocol, TypeVar

from folkmoot_hub.errors import FolkmootError, IndexingError, UsageError
from folkmoot_hub.hub import Hub
from folkmoot_hub.search.reader import READER, IndexReader
from folkmoot_hub.search.tantivy_index import TantivyIndex, open_or_reset
from folkmoot_hub.store import locks
from folkmoot_hub.store.protocol import Change, ChangeLog

log = logging.getLogger(__name__)
T = TypeVar("T")

#: How often the owner looks whether somebody has written, in seconds.
TICK: Final = 0.25
#: How long it waits after an error before it tries again, and at most after many.
_PAUSE: Final = 2.0
_LONGEST_PAUSE: Final = 60.0
#: So many entries of the log are read at a time, and then committed together.
_STEP: Final = 500
_LOCK: Final = "owner"
#: For how long a command waits for the owner to take what it has written, in seconds.
_PATIENCE: Final = 10.0


class Reader(Protocol):
    """A reader of the change log with a cursor of its own."""

    @property
    def name(self) -> str:
        """The name of its cursor."""
        ...

    def take(self, changes: Sequence[Change]) -> None:
        """Do what these entries ask for; done twice, it must come to the same."""
        ...


def follow(changes: ChangeLog, reader: Reader, ended: Callable[[], bool] = lambda: False) -> int:
    """Let ``reader`` take all that it has not yet, or stop when ``ended``; how many entries it took."""
    taken = 0
    cursor = changes.cursor(reader.name)
    while not ended() and (entries := changes.changes(cursor, _STEP)):
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
        self._ended = threading.Event()
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
        seen: int | None = None
        pause = _PAUSE
        while True:
            try:
                seen, pause = await loop.run_in_executor(self._thread, self._tick, seen), _PAUSE
                self.ready = True
                await asyncio.sleep(TICK)
                continue
            except FolkmootError as error:
                log.error("the readers of the change log will try again: %s", error)  # noqa: TRY400 - it says it all
            except Exception:
                log.exception("the readers of the change log failed in a way that nobody thought of, and try again")
            await asyncio.sleep(pause)
            # What time changed may stand in the log by now, and no stamp tells of what we wrote ourselves.
            seen, pause = None, min(2 * pause, _LONGEST_PAUSE)

    def _tick(self, seen: int | None) -> int:
        """Catch up if time changed something, or somebody has written since the store's stamp was ``seen``."""
        stamp = self._hub.store.stamp()
        if self._pass_time() or stamp != seen:
            self._follow()
        return stamp

    def _catch_up(self) -> int:
        self._pass_time()
        return self._follow()

    def _pass_time(self) -> int:
        passed = 0
        while due := self._hub.store.advance(self._hub.clock.now()):
            passed += due
        return passed

    def _follow(self) -> int:
        try:
            self._open()
            return sum(follow(self._hub.store, reader, self._ended.is_set) for reader in self._readers)
        except IndexingError:
            self._let_go()
            raise

    def _open(self) -> None:
        """Open the index to write it, emptied if it is damaged or of another version: then it is filled anew."""
        if self._index is not None:
            return
        index, fresh = open_or_reset(self._hub.index_folder)
        reader = IndexReader(self._hub.store, index)
        self._index, self._readers = index, [reader]
        if fresh:
            self._rebuild_with(reader)

    def _let_go(self) -> None:
        """Close the index; it is opened anew when it is needed, which finds out whether it is damaged."""
        index, self._index, self._readers = self._index, None, []
        if index is not None:
            with suppress(IndexingError):
                index.close()

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
        """Stop after what is being taken, and let go of the index."""
        self._ended.set()
        self._thread.shutdown()
        self._let_go()


@contextmanager
def owning(hub: Hub) -> Iterator[Owner]:
    """Be the owner of the hub's data directory; :class:`folkmoot_hub.store.locks.Held` if another process is."""
    with locks.locked(hub.locks, _LOCK):
        owner = Owner(hub)
        try:
            yield owner
        finally:
            owner.close()


def owner_of(hub: Hub) -> str | None:
    """Who owns the hub's data directory at this moment, as far as is known; None if nobody does."""
    try:
        with locks.locked(hub.locks, _LOCK):
            return None
    except locks.Held as held:
        return str(held)


def must_own(held: locks.Held, hub: Hub) -> UsageError:
    """The error for a command that has to be the owner and cannot be."""
    return UsageError(f"{hub.config.data} is served already: {held}; allowed: one process for each data directory")


def tend(hub: Hub) -> bool:
    """Let time pass and the readers catch up, unless an owner is there to do it; whether it was done here. Blocks."""
    try:
        with owning(hub) as owner:
            owner.catch_up()
            return True
    except locks.Held:
        return False


def drain(hub: Hub, patience: float = _PATIENCE) -> bool:
    """See that the readers take what is in the log by now; whether this process did it. Blocks.

    If there is an owner, it is waited for: one that is just about to end may not have seen the last entries. After
    ``patience`` seconds it is left to take them when it can.
    """
    head, until = hub.store.head(), time.monotonic() + patience
    while not tend(hub):
        if hub.store.cursor(READER) >= head or time.monotonic() > until:
            return False
        time.sleep(TICK / 5)
    return True
