"""The database file: a connection for each thread, one writer at a time, transactions that happen whole or not at all.

WAL mode lets any number of readers go on while one process writes. What is deleted is overwritten (``secure_delete``),
and a commit is on the disk before it is told (``synchronous=FULL``).
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from folkmoot_hub.errors import StoreError
from folkmoot_hub.store.sqlite import migrations

#: For how long a writer waits for another process's transaction, in seconds.
PATIENCE: Final = 60.0
_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA secure_delete=ON",
    "PRAGMA foreign_keys=ON",
    "PRAGMA cache_size=-65536",
)


class Database:
    """The file ``path``, made if there is none, brought to the present schema; ``StoreError`` if it is none of ours."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._local = threading.local()
        self._write_lock = threading.Lock()
        self._opened: list[sqlite3.Connection] = []
        self._closed = False
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(f"the folder {path.parent} cannot be made: {error.strerror}") from error
        with self.troubles():
            migrations.migrate(self.connection, path)

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
        self._opened.append(made)
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
        """A transaction: everything inside happens, or nothing. One at a time, in all processes together."""
        with self._write_lock, self.troubles():
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

    def purge(self) -> None:
        """Leave nothing of what was deleted in the write-ahead log."""
        with self._write_lock, self.troubles():
            self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def backup(self, target: Path) -> None:
        """Copy the whole store, as it is at one moment, to a new file."""
        with self.troubles():
            copy = sqlite3.connect(target)
            try:
                self.connection.backup(copy)
            finally:
                copy.close()

    @contextmanager
    def troubles(self) -> Iterator[None]:
        """Every trouble of SQLite as a ``StoreError`` that names the file."""
        try:
            yield
        except sqlite3.Error as error:
            raise StoreError(f"the store {self._path}: {error}") from error

    def close(self) -> None:
        """Close every connection."""
        self._closed = True
        while self._opened:
            self._opened.pop().close()
