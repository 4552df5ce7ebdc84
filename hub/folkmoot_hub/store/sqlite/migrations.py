"""The schema of the database, step by step: a store of any earlier version is brought forward when it is opened.

``schema/<number>.sql`` makes version ``number`` out of the one before; ``PRAGMA user_version`` says which a file has.
A step that has been released is never changed.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
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
    if version(connection, path) == VERSION:
        _check_tables(connection, path)
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        # Asked again: another process may have been quicker.
        for step in range(version(connection, path) + 1, VERSION + 1):
            _apply(connection, step)
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def version(connection: sqlite3.Connection, path: Path) -> int:
    """The version of the database, 0 if it is empty; ``StoreError`` if it is newer, or no store of a hub at all."""
    found, mark, tables = _marks(connection)
    if tables and mark != APPLICATION_ID:
        raise StoreError(f"{path} is a database of another program; allowed: a folder of its own for the hub's data")
    if found > VERSION:
        raise StoreError(f"{path} has version {found} of the schema; allowed: up to {VERSION} (a newer hub made it)")
    return found


def _check_tables(connection: sqlite3.Connection, path: Path) -> None:
    """``StoreError`` if the tables are not those of this version: a hub between two releases made them."""
    if _tables(connection) != _made():
        raise StoreError(
            f"{path} was made by a state of Folkmoot between two releases, which cannot be brought forward; "
            "allowed: another data directory, or this one without the file (samples and harvests can be had again)"
        )


def _made() -> dict[str, str]:
    """The tables of :data:`VERSION`, by name, with the statement that makes each."""
    with closing(sqlite3.connect(":memory:")) as fresh:
        for step in range(1, VERSION + 1):
            fresh.executescript(script(step))
        return _tables(fresh)


def _tables(connection: sqlite3.Connection) -> dict[str, str]:
    named = "SELECT name, sql FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    return dict(connection.execute(named).fetchall())


def _marks(connection: sqlite3.Connection) -> tuple[int, int, int]:
    """Version, application and number of tables, as they are at one moment: another process may be making them."""
    alone = not connection.in_transaction
    if alone:
        connection.execute("BEGIN")
    try:
        asked = ("PRAGMA user_version", "PRAGMA application_id", "SELECT count(*) FROM sqlite_schema")
        version, mark, tables = (int(connection.execute(each).fetchone()[0]) for each in asked)
        return version, mark, tables
    finally:
        if alone:
            connection.execute("ROLLBACK")


def script(step: int) -> str:
    """The statements that make version ``step`` out of the one before."""
    return files("folkmoot_hub.store.sqlite").joinpath("schema", f"{step:04}.sql").read_text("utf-8")


def _apply(connection: sqlite3.Connection, step: int) -> None:
    # Not executescript, which commits first: a step happens whole or not at all.
    for statement in _statements(script(step)):
        connection.execute(statement)
    connection.execute(f"PRAGMA user_version={step}")
    connection.execute(f"PRAGMA application_id={APPLICATION_ID}")


def _statements(text: str) -> list[str]:
    found, gathered = [], ""
    for line in text.splitlines(keepends=True):
        gathered += line
        if sqlite3.complete_statement(gathered):
            found.append(gathered)
            gathered = ""
    if gathered.strip():
        raise StoreError(f"a step of the schema ends in the middle of a statement: {gathered.strip()}")
    return found
