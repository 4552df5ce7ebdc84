"""A store is brought forward from every earlier version, a step whole or not at all; what is not ours is left alone."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from folkmoot_hub.errors import StoreError
from folkmoot_hub.store.sqlite import migrations
from folkmoot_hub.store.sqlite.database import Database
from folkmoot_hub.store.sqlite.store import FILE, SqliteStore
from folkmoot_schema.codes import Status
from folkmoot_schema.process import Record
from hub.store.filling import IDS, KEPT, dumped, fill, restored, view
from hub.store.making import DAY, NOW, SOURCE, alive, keep

#: The sample process opens then.
OPENING = datetime(2026, 3, 10, tzinfo=UTC)
#: Every released version, and the one to come.
VERSIONS = sorted(int(path.stem) for path in KEPT.glob("*.sql"))


def opened_old(version: int, folder: Path) -> SqliteStore:
    """A kept store of that version, opened by the present code."""
    restored((KEPT / f"{version:04}.sql").read_text("utf-8"), folder / FILE)
    return SqliteStore(folder)


def files(folder: Path) -> dict[str, bytes]:
    """Every file in it with its bytes."""
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def schema(file: Path) -> list[tuple[str, str, str]]:
    """Everything that the schema of a database holds."""
    connection = sqlite3.connect(file)
    try:
        return connection.execute("SELECT type, name, sql FROM sqlite_schema ORDER BY type, name").fetchall()
    finally:
        connection.close()


def test_every_version_is_kept() -> None:
    assert list(range(1, migrations.VERSION + 1)) == VERSIONS


@pytest.mark.parametrize("version", VERSIONS)
def test_an_old_store_reads_as_one_that_was_filled_today(version: int, tmp_path: Path) -> None:
    fresh = SqliteStore(tmp_path / "fresh")
    fill(fresh)
    (tmp_path / "old").mkdir()
    old = opened_old(version, tmp_path / "old")
    wanted, found = view(fresh), view(old)
    assert found.keys() == wanted.keys()
    for name in wanted:
        assert found[name] == wanted[name], name
    fresh.close()
    old.close()
    assert schema(tmp_path / "old" / FILE) == schema(tmp_path / "fresh" / FILE)


@pytest.mark.parametrize("version", VERSIONS)
def test_an_old_store_holds_what_was_put_there(version: int, tmp_path: Path) -> None:
    store = opened_old(version, tmp_path)
    assert store.head() == 16
    first = alive(store, "1")
    assert first.process.title.values == {"en": "Νέο πάρκο"}
    assert first.process.body is not None
    assert first.process.body.values["el"] == "<p>Νέο πάρκο 🌳</p>"
    assert first.process.support[0].count == 2345
    assert (first.first_seen, first.updated, first.counted_at) == (NOW, OPENING, NOW + 2 * DAY)
    assert first.standing.status is Status.OPEN
    assert [each.support.count for each in store.observations(SOURCE, "1")] == [1234, 2345]
    assert [type(store.get(SOURCE, local_id)) is Record for local_id in IDS] == [True, True, False, True, False, True]
    assert [stone.local_id for stone, _ in store.tombstones()] == ["erased", "deleted"]
    assert alive(store, "absent").absent_since == NOW + 2 * DAY
    store.close()


@pytest.mark.parametrize("version", VERSIONS)
def test_an_old_store_can_be_written_on(version: int, tmp_path: Path) -> None:
    store = opened_old(version, tmp_path)
    numbers = {each.number for each in store.changes(0)}
    keep(store, "new", now=NOW + 20 * DAY)
    last = store.changes(16)[-1]
    assert last.seq > 16
    assert last.number not in numbers
    store.close()


def test_the_first_step_makes_what_it_always_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migrations, "VERSION", 1)
    Database(tmp_path / FILE).close()
    restored((KEPT / "0001.sql").read_text("utf-8"), tmp_path / "kept.db")
    assert schema(tmp_path / FILE) == schema(tmp_path / "kept.db")


def test_a_database_of_another_program_is_refused_and_left_alone(tmp_path: Path) -> None:
    foreign = sqlite3.connect(tmp_path / FILE)
    foreign.execute("CREATE TABLE song (title TEXT)")
    foreign.close()
    before = files(tmp_path)
    with pytest.raises(StoreError, match=rf"{FILE} is a database of another program; allowed"):
        SqliteStore(tmp_path)
    assert files(tmp_path) == before


def test_a_store_of_a_state_between_two_releases_is_refused_in_words_and_left_alone(tmp_path: Path) -> None:
    Database(tmp_path / FILE).close()
    with closing(sqlite3.connect(tmp_path / FILE)) as other:
        other.execute("ALTER TABLE process ADD COLUMN once TEXT")
    with pytest.raises(StoreError, match=rf"{FILE} was made by a state of Folkmoot between two releases.*; allowed"):
        SqliteStore(tmp_path)
    with closing(sqlite3.connect(tmp_path / FILE)) as other:
        assert "once" in [row[1] for row in other.execute("PRAGMA table_info(process)")]


def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text("not a database, but a letter. " * 100)
    before = files(tmp_path)
    with pytest.raises(StoreError, match=FILE):
        SqliteStore(tmp_path)
    assert files(tmp_path) == before


def test_a_store_of_a_newer_hub_is_refused_by_its_version_and_left_alone(tmp_path: Path) -> None:
    SqliteStore(tmp_path).close()
    newer = migrations.VERSION + 1
    connection = sqlite3.connect(tmp_path / FILE)
    connection.execute(f"PRAGMA user_version={newer}")
    connection.close()
    before = files(tmp_path)
    with pytest.raises(StoreError, match=rf"has version {newer} of the schema; allowed: up to {migrations.VERSION}"):
        SqliteStore(tmp_path)
    assert files(tmp_path) == before


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="file/data cannot be made"):
        SqliteStore(tmp_path / "file" / "data")


def next_step(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    """Let there be one more version, which ``text`` makes."""
    real, newer = migrations.script, migrations.VERSION + 1
    monkeypatch.setattr(migrations, "VERSION", newer)
    monkeypatch.setattr(migrations, "script", lambda step: text if step == newer else real(step))


def test_a_step_is_done_once_and_keeps_what_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = SqliteStore(tmp_path)
    fill(store)
    before = view(store)
    store.close()
    next_step(
        monkeypatch, "-- One more; a comment.\nCREATE TABLE extra (\n  id INTEGER\n);\nINSERT INTO extra VALUES (1);\n"
    )
    for _ in range(2):
        store = SqliteStore(tmp_path)
        assert view(store) == before
        store.close()
    text = dumped(tmp_path / FILE)
    assert text.count('INSERT INTO "extra"') == 1
    assert f"PRAGMA user_version={migrations.VERSION};" in text


@pytest.mark.parametrize(
    "failing",
    [
        pytest.param(
            "CREATE TABLE extra (id);\nALTER TABLE change ADD COLUMN x;\nSELECT nothing FROM nowhere;\n", id="wrong"
        ),
        pytest.param("CREATE TABLE extra (id);\nDROP TABLE change\n", id="unfinished"),
    ],
)
def test_a_step_that_fails_leaves_the_store_as_it_was(
    failing: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = SqliteStore(tmp_path)
    fill(store)
    store.close()
    before = dumped(tmp_path / FILE)
    with monkeypatch.context() as patched:
        next_step(patched, failing)
        with pytest.raises(StoreError):
            SqliteStore(tmp_path)
    assert dumped(tmp_path / FILE) == before
    SqliteStore(tmp_path).close()


_KILLED = """
import os, signal, sys
from pathlib import Path
from folkmoot_hub.store.sqlite import migrations
from folkmoot_hub.store.sqlite.store import SqliteStore
made = migrations._apply
def killed(connection, step):
    made(connection, step)
    os.kill(os.getpid(), signal.SIGKILL)
migrations._apply = killed
SqliteStore(Path(sys.argv[1]))
"""


def test_a_migration_that_was_killed_is_made_by_the_next(tmp_path: Path) -> None:
    ended = subprocess.run([sys.executable, "-c", _KILLED, str(tmp_path)], timeout=60, check=False)
    assert ended.returncode == -signal.SIGKILL
    assert (tmp_path / FILE).exists()
    store = SqliteStore(tmp_path)
    keep(store, "1")
    assert store.head() == 1
    store.close()


def test_many_may_open_a_new_store_at_once(tmp_path: Path) -> None:
    troubles: list[BaseException] = []
    for turn in range(15):
        gate = threading.Barrier(6)

        def open_it(folder: Path = tmp_path / str(turn), gate: threading.Barrier = gate) -> None:
            gate.wait(20)
            try:
                SqliteStore(folder).close()
            except BaseException as trouble:
                troubles.append(trouble)

        threads = [threading.Thread(target=open_it) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
    assert troubles == []


def test_whoever_opens_a_new_store_waits_for_another_that_makes_it(tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / FILE, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    later = threading.Timer(0.2, other.execute, ["ROLLBACK"])
    later.start()
    SqliteStore(tmp_path).close()
    later.join()
    other.close()
