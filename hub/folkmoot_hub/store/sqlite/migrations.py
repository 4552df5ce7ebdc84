"""The schema of the database, step by step: a store of any earlier version is brought forward when it is opened.

``schema/<number>.sql`` makes version ``number`` out of the one before; ``PRAGMA user_version`` says which a file has.
A step that has been released is never changed.
"""

from __future__ import annotations

import sqlite3
from importlib.resources import files
from pathlib import Path
from typing import Final

from folkmoot_hub.errors import StoreError

#: The version that this code reads and writes.
VERSION: Final = 1
#: Marks the file as one of ours ("fmoo").
APPLICATION_ID: Final = 0x666D6F6F


def migrate(connection: sqlite3.Connection, path: Path) -> None:
    """Bring the database to :data:`VERSION`; ``StoreError`` if it is newer, or no store of a hub at all."""
    if _version(connection, path) == VERSION:
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        # Asked again: another process may have been quicker.
        for step in range(_version(connection, path) + 1, VERSION + 1):
            _apply(connection, step)
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _version(connection: sqlite3.Connection, path: Path) -> int:
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    mark = int(connection.execute("PRAGMA application_id").fetchone()[0])
    tables = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]
    if tables and mark != APPLICATION_ID:
        raise StoreError(f"{path} is a database of another program; allowed: a folder of its own for the hub's data")
    if version > VERSION:
        raise StoreError(f"{path} has version {version} of the schema; allowed: up to {VERSION} (a newer hub made it)")
    return version


def _apply(connection: sqlite3.Connection, step: int) -> None:
    script = files("folkmoot_hub.store.sqlite").joinpath("schema", f"{step:04}.sql").read_text("utf-8")
    # Not executescript, which commits first: a step happens whole or not at all.
    for statement in _statements(script):
        connection.execute(statement)
    connection.execute(f"PRAGMA user_version={step}")
    connection.execute(f"PRAGMA application_id={APPLICATION_ID}")


def _statements(script: str) -> list[str]:
    found, gathered = [], ""
    for line in script.splitlines(keepends=True):
        gathered += line
        if sqlite3.complete_statement(gathered):
            found.append(gathered)
            gathered = ""
    return found
