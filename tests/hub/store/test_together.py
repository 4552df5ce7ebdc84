"""Several processes and threads at one store: nobody is in another's way, and nobody's death harms the rest."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from folkmoot_hub.errors import StoreError
from folkmoot_hub.store.sqlite import database, processes
from folkmoot_hub.store.sqlite.store import FILE, SqliteStore
from folkmoot_schema.process import Record
from hub.store.making import SOURCE, keep, keep_in, process, site

_WORKING = Path(__file__).with_name("working.py")


def working(work: str, folder: Path, *rest: object) -> subprocess.Popen[str]:
    """Another process that does that work."""
    command = [sys.executable, str(_WORKING), work, str(folder), *map(str, rest)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def ended(process: subprocess.Popen[str]) -> int:
    """How it ended, which it does within a minute."""
    try:
        process.communicate(timeout=60)
    finally:
        process.kill()
    return process.returncode


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    """An empty store."""
    made = SqliteStore(tmp_path)
    yield made
    made.close()


def followed(store: SqliteStore, until: Callable[[], bool]) -> list[int]:
    """The numbers that a reader meets who always asks for what comes after the last one, a few at a time."""
    met: list[int] = []
    while True:
        over = until()  # asked before, so that what was written last is read, too
        entries = store.changes(met[-1] if met else 0, limit=7)
        met += [each.seq for each in entries]
        if over and not entries:
            return met


def test_a_reader_that_follows_meets_every_entry_once_whoever_writes(store: SqliteStore, tmp_path: Path) -> None:
    others = [working("append", tmp_path, name, 40) for name in "ab"]
    store.register(site())

    def write(name: str) -> None:
        for n in range(40):
            with store.transaction() as tx:
                keep_in(tx, f"{name}-{n}", process())

    threads = [threading.Thread(target=write, args=(f"thread {n}",)) for n in range(3)]
    for thread in threads:
        thread.start()
    met = followed(
        store,
        lambda: not any(thread.is_alive() for thread in threads) and all(each.poll() is not None for each in others),
    )
    assert [ended(each) for each in others] == [0, 0]
    assert met == [each.seq for each in store.changes(0, limit=10_000)]
    assert len(met) == 2 * 40 * 2 + 3 * 40


def test_transactions_of_two_processes_come_one_after_the_other(store: SqliteStore, tmp_path: Path) -> None:
    store.register(site())
    with store.transaction() as tx:
        tx.put_state(SOURCE, {"n": 0})
    others = [working("count", tmp_path, 50) for _ in range(2)]
    assert [ended(each) for each in others] == [0, 0]
    with store.transaction() as tx:
        assert tx.state(SOURCE) == {"n": 100}


def test_a_reader_sees_one_state_while_others_write(store: SqliteStore) -> None:
    over = threading.Event()

    def write() -> None:
        n = 0
        while not over.is_set():
            n += 1
            with store.transaction() as tx:
                for local_id in "ab":
                    keep_in(tx, local_id, process(f"Title {n}"))

    store.register(site())
    with store.transaction() as tx:
        for local_id in "ab":
            keep_in(tx, local_id, process())
    writer = threading.Thread(target=write)
    writer.start()
    try:
        seen = [_read_slowly(store) for _ in range(50)]
    finally:
        over.set()
        writer.join(30)
    assert len(set(seen)) > 3  # somebody did write meanwhile
    assert all(first == second for first, second in seen)


def _read_slowly(store: SqliteStore) -> tuple[str, str]:
    """The titles of both, read one after the other."""
    with store._database.read() as connection:
        titles = []
        for local_id in "ab":
            found = processes.find(connection, SOURCE, local_id)
            assert found is not None
            assert found.process is not None
            titles.append(found.process.title.values["en"])
            time.sleep(0.005)
    return titles[0], titles[1]


def test_what_was_told_is_there_after_a_kill(store: SqliteStore, tmp_path: Path) -> None:
    for turn in range(3):
        other = working("append_for_ever", tmp_path / str(turn))
        assert other.stdout is not None
        told = [int(other.stdout.readline()) for _ in range(5 + 7 * turn)][-1]
        other.send_signal(signal.SIGKILL)
        rest = other.stdout.read().split()
        assert ended(other) == -signal.SIGKILL
        told = int(rest[-1]) if rest else told
        found = SqliteStore(tmp_path / str(turn))
        ids = [each.local_id for _, each in found.all_records()]
        # What was told, and perhaps one more that there was no time to tell of: always both of a pair.
        assert ids in [[f"{n}-{half}" for n in range(told + more) for half in "ab"] for more in (1, 2)]
        assert [each.local_id for each in found.changes(0, limit=10_000)] == ids
        assert sound(tmp_path / str(turn) / FILE)
        keep(found, "after")
        found.close()


def test_who_is_killed_inside_a_transaction_leaves_nothing_of_it(tmp_path: Path) -> None:
    other = working("die_inside", tmp_path)
    assert ended(other) == -signal.SIGKILL
    store = SqliteStore(tmp_path)
    assert [each.local_id for _, each in store.all_records()] == ["before"]
    assert store.head() == 1
    keep(store, "after")
    assert [each.local_id for each in store.changes(1)] == ["after"]
    store.close()
    assert sound(tmp_path / FILE)


def sound(file: Path) -> bool:
    """Whether SQLite finds nothing wrong in the file."""
    connection = sqlite3.connect(file)
    try:
        broken = connection.execute("PRAGMA foreign_key_check").fetchall()
        return connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)] and not broken
    finally:
        connection.close()


def test_who_waits_too_long_for_a_writer_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "PATIENCE", 0.1)
    one, other = SqliteStore(tmp_path), SqliteStore(tmp_path)
    with one.transaction(), pytest.raises(StoreError, match=rf"{FILE}: database is locked"):
        other.register(site())
    other.register(site())
    assert one.source(SOURCE) is not None
    one.close()
    other.close()


def test_the_stamp_changes_when_somebody_else_has_written(store: SqliteStore, tmp_path: Path) -> None:
    before = store.stamp()
    assert store.stamp() == before
    other = SqliteStore(tmp_path)
    other.register(site())
    assert store.stamp() != before
    other.close()


def test_threads_that_have_ended_keep_no_connection_open(store: SqliteStore) -> None:
    for _ in range(30):
        thread = threading.Thread(target=store.head)
        thread.start()
        thread.join(20)
    assert len(store._database._opened) <= 2


def test_a_closed_store_says_so_in_every_thread(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path)
    store.close()
    troubles: list[Exception] = []

    def use() -> None:
        try:
            store.head()
        except StoreError as trouble:
            troubles.append(trouble)

    use()
    thread = threading.Thread(target=use)
    thread.start()
    thread.join(20)
    assert len(troubles) == 2
    assert all("closed" in str(trouble) for trouble in troubles)


def test_a_closed_store_leaves_one_file_of_its_own(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path)
    keep(store, "1")
    store.close()
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == [FILE]


def test_a_damaged_row_is_an_error_that_says_what_it_is_not(store: SqliteStore) -> None:
    keep(store, "1")
    with store._database.write() as connection:
        connection.execute("UPDATE content SET standing = ?", (b'{"status": "nonsense"}',))
    with pytest.raises(StoreError, match="Standing"):
        store.get(SOURCE, "1")


def test_a_backup_holds_one_moment_and_goes_over_no_file(store: SqliteStore, tmp_path: Path) -> None:
    keep(store, "1")
    target = tmp_path / "backup" / FILE
    target.parent.mkdir()
    store.backup(target)
    keep(store, "2")
    with pytest.raises(StoreError, match="exists"):
        store.backup(target)
    copy = SqliteStore(target.parent)
    assert [each.local_id for _, each in copy.all_records()] == ["1"]
    assert isinstance(copy.get(SOURCE, "1"), Record)
    assert copy.changes(0) == store.changes(0, limit=1)
    copy.close()
