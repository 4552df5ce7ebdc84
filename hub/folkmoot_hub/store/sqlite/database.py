"""The database file: a connection for each thread, one writer at a time, transactions that happen whole or not at all.

WAL mode lets any number of readers go on while one process writes. A commit is on the disk before it is told
(``synchronous=FULL``). A store is opened anew in every process: connections do not outlive a fork.
"""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from folkmoot_hub.errors import StoreError
from folkmoot_hub.store.sqlite import migrations

#: For how long a writer waits for another process's transaction, in seconds.
PATIENCE: Final = 60.0
_PRAGMAS = (
    "PRAGMA synchronous=FULL",
    "PRAGMA secure_delete=ON",
    "PRAGMA foreign_keys=ON",
    "PRAGMA cache_size=-16384",  # KiB, and there is one for each thread
)


class Database:
    """The file ``path``, made if there is none, brought to the present schema; ``StoreError`` if it is none of ours."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._local = threading.local()
        self._writing = threading.RLock()  # so that a transaction inside another is refused, not waited for
        self._opening = threading.Lock()
        self._opened: list[tuple[threading.Thread, sqlite3.Connection]] = []
        self._closed = False
        self._users = 0  # threads that are inside the database now
        self._left = threading.Condition()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(f"the folder {path.parent} cannot be made: {error.strerror}") from error
        try:
            with self.troubles():
                migrations.version(self.connection, path)  # before anything is written: it may be somebody else's
                self._log_ahead()
                migrations.migrate(self.connection, path)
        except BaseException:
            self.close()
            raise

    def _log_ahead(self) -> None:
        """Switch the file to WAL mode, which it keeps.

        Where several processes open a new file at once, all but one are told "locked" without any waiting.
        """
        patient_until = time.monotonic() + PATIENCE
        while True:
            try:
                mode = self.connection.execute("PRAGMA journal_mode=WAL").fetchone()[0]
                break
            except sqlite3.OperationalError:
                if time.monotonic() > patient_until:
                    raise
                time.sleep(0.01)
        if mode != "wal":
            raise StoreError(f"the store {self._path} cannot have a write-ahead log; allowed: a folder on a local disk")

    @property
    def connection(self) -> sqlite3.Connection:
        """This thread's connection. Statements outside :meth:`write` are each a transaction of their own."""
        found: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if found is None:
            if self._closed:
                raise StoreError(f"the store {self._path} is closed")
            found = self._connect()
            self._local.connection = found
        return found

    def _connect(self) -> sqlite3.Connection:
        # Used by one thread only; closed by whichever closes the store.
        made = sqlite3.connect(self._path, timeout=PATIENCE, isolation_level=None, check_same_thread=False)
        made.row_factory = sqlite3.Row
        for pragma in _PRAGMAS:
            made.execute(pragma)
        with self._opening:
            for thread, connection in self._opened:
                if not thread.is_alive():
                    connection.close()
            self._opened = [each for each in self._opened if each[0].is_alive()]
            self._opened.append((threading.current_thread(), made))
        return made

    @contextmanager
    def read(self) -> Iterator[sqlite3.Connection]:
        """A connection on which everything inside sees the same state of the store."""
        with self.troubles():
            connection = self.connection
            if connection.in_transaction:
                yield connection
                return
            connection.execute("BEGIN")
            try:
                yield connection
            finally:
                connection.execute("ROLLBACK")

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """A transaction: everything inside happens, or nothing. One at a time, in all processes together.

        ``StoreError`` if this thread is inside one already.
        """
        with self._writing, self.troubles():
            connection = self.connection
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    def stamp(self) -> int:
        """What changes when another connection has committed; to be asked again and again by one thread."""
        with self.troubles():
            return int(self.connection.execute("PRAGMA data_version").fetchone()[0])

    def state(self) -> tuple[int, int]:
        """What stays equal as long as nothing is written, here or elsewhere; compared by one and the same thread.

        It is asked for at every request, so that it has no transaction and takes one lock.
        """
        with self._left:  # nobody closes the connection meanwhile
            if self._closed:
                raise StoreError(f"the store {self._path} is closed")
            try:
                connection = self.connection
                # The version tells what all other connections have committed, the total what this one did.
                return int(connection.execute("PRAGMA data_version").fetchone()[0]), connection.total_changes
            except sqlite3.Error as error:
                raise StoreError(f"the store {self._path}: {error}") from error

    def purge(self) -> None:
        """Leave nothing of what was deleted in any byte of the file or its log; ``StoreError`` if a reader prevents it.

        The whole file is written anew, since ``secure_delete`` alone is not enough: where rows move from page to page,
        SQLite leaves copies in what is unused of the old one. Writers wait meanwhile, readers do not.
        """
        with self._writing, self.troubles():
            self.connection.execute("VACUUM")
            busy = self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
            if busy:
                raise StoreError(f"the store {self._path}: somebody has been reading it for more than {PATIENCE:.0f} s")

    def backup(self, target: Path) -> None:
        """Copy the whole store, as it is at one moment, to a new file; ``StoreError`` if there is one already."""
        if target.exists():
            raise StoreError(f"{target} exists; allowed: the name of a new file")
        with self.troubles():
            copy = sqlite3.connect(target)
            try:
                self.connection.backup(copy)
            finally:
                copy.close()

    @contextmanager
    def troubles(self) -> Iterator[None]:
        """Every trouble of SQLite as a ``StoreError`` that names the file."""
        with self._using():
            try:
                yield
            except sqlite3.Error as error:
                raise StoreError(f"the store {self._path}: {error}") from error

    @contextmanager
    def _using(self) -> Iterator[None]:
        """Keep the connections from being closed as long as this lasts; ``StoreError`` if they are already."""
        depth: int = getattr(self._local, "depth", 0)
        if depth == 0:
            with self._left:
                if self._closed:
                    raise StoreError(f"the store {self._path} is closed")
                self._users += 1
        self._local.depth = depth + 1
        try:
            yield
        finally:
            self._local.depth = depth
            if depth == 0:
                with self._left:
                    self._users -= 1
                    self._left.notify_all()

    def close(self) -> None:
        """Close every connection, when the threads that are using one have done so: to take one away kills us all."""
        with self._left:
            self._closed = True
            if not self._left.wait_for(lambda: self._users == 0, 2 * PATIENCE):
                return  # the system closes them at the latest
        with self._opening:
            while self._opened:
                self._opened.pop()[1].close()
