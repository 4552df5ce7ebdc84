"""The embedded store: all faces in one object, in one directory."""

from __future__ import annotations

from pathlib import Path

from folkmoot_hub.store.sqlite.database import Database
from folkmoot_hub.store.sqlite.ledger import SqliteLedger
from folkmoot_hub.store.sqlite.log import SqliteChangeLog
from folkmoot_hub.store.sqlite.records import SqliteRecords

FILE = "folkmoot.db"


class SqliteStore(SqliteRecords, SqliteChangeLog, SqliteLedger):
    """A store in ``directory``. Usable from any thread and by any number of processes; every method blocks."""

    def __init__(self, directory: Path) -> None:
        self._locks = directory / "locks"
        self._database = Database(directory / FILE)
        self.finish_erasing()

    def stamp(self) -> int:
        """What changes when another connection has written; to be asked again and again by one and the same thread."""
        return self._database.stamp()

    def backup(self, target: Path) -> None:
        """Copy the store, as it is at one moment, to the new file ``target``; ``StoreError`` if it exists."""
        self._database.backup(target)

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()
