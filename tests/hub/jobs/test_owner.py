"""The owner of a data directory: one at a time, awake, and its index equal to the store whatever happens."""

from __future__ import annotations

import asyncio
import logging
import os
import shutil
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from folkmoot_hub.clock import FixedClock
from folkmoot_hub.errors import IndexingError, StoreError
from folkmoot_hub.hub import Hub
from folkmoot_hub.jobs import owner as owners
from folkmoot_hub.jobs.harvesting import Order, harvest
from folkmoot_hub.jobs.owner import Owner, drain, follow, owning, tend
from folkmoot_hub.search import tantivy_files
from folkmoot_hub.search.query import Query
from folkmoot_hub.search.reader import READER, IndexReader
from folkmoot_hub.search.tantivy_index import TantivyIndex
from folkmoot_hub.store.locks import Held
from folkmoot_hub.store.protocol import Change
from hub.jobs.town import NOW, SOURCE, entry, open_hub, record, run_python


async def harvested(
    hub: Hub, folder: Path, *ids: str, title: str = "A square with trees", gone: Sequence[str] = ()
) -> None:
    """Harvest a recording that lists ``ids``, with titles that end in them."""
    await harvest(hub, hub.site(SOURCE), Order(replay=record(folder, [entry(id, f"{title} {id}") for id in ids], gone)))


def found(index: TantivyIndex, words: str = "") -> set[int]:
    return set(index.search(Query(q=words, limit=100)).numbers)


def assert_equal(hub: Hub) -> None:
    """The index on the disk holds what the store holds, each once, and its cursor stands at the head."""
    index = TantivyIndex(hub.index_folder)
    stored = dict(hub.store.all_records())
    answer = index.search(Query(limit=100))
    assert sorted(answer.numbers) == sorted(stored)
    assert answer.total == len(stored)
    for number, kept in stored.items():
        assert number in found(index, f'"{kept.process.title.values[kept.process.title.original]}"')
    assert hub.store.cursor(READER) == hub.store.head()


async def until(reached: Callable[[], bool], seconds: float = 10.0) -> float:
    """Wait; the seconds that it took."""
    begun = time.monotonic()
    async with asyncio.timeout(seconds):
        while not reached():
            await asyncio.sleep(0.01)
    return time.monotonic() - begun


class Awake:
    """An owner that runs beside the test."""

    def __init__(self, hub: Hub) -> None:
        self._owning = owning(hub)

    async def __aenter__(self) -> Owner:
        self.owner = self._owning.__enter__()
        self._task = asyncio.create_task(self.owner.run())
        return self.owner

    async def __aexit__(self, *error: object) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        self._owning.__exit__(None, None, None)


# One owner


def test_there_is_one_owner_and_who_it_is_is_told(hub: Hub) -> None:
    with owning(hub), pytest.raises(Held, match=str(os.getpid())), owning(hub):
        raise AssertionError
    with owning(hub):
        pass


async def test_without_an_owner_a_command_is_it_for_a_moment(hub: Hub, tmp_path: Path) -> None:
    await harvested(hub, tmp_path / "r", "1", "2")
    assert drain(hub)
    assert_equal(hub)
    assert drain(hub)  # and with nothing to do, too
    with owning(hub):
        pass


async def test_an_owner_is_waited_for_and_not_for_ever(hub: Hub, tmp_path: Path) -> None:
    await harvested(hub, tmp_path / "r", "1")
    with owning(hub) as owner:
        begun = time.monotonic()
        assert not drain(hub, patience=0.3)
        assert 0.3 <= time.monotonic() - begun < 5
        assert hub.store.cursor(READER) == 0
        threading.Timer(0.2, owner.catch_up).start()
        assert not drain(hub, patience=20)
        assert_equal(hub)
        assert not tend(hub)


async def test_what_is_written_while_another_is_about_to_end_is_taken(hub: Hub, tmp_path: Path) -> None:
    """The other has looked at the log for the last time, and holds the lock yet."""
    held, let_go = threading.Event(), threading.Event()

    def about_to_end() -> None:
        with owning(hub) as owner:
            owner.catch_up()
            held.set()
            let_go.wait(10)

    other = threading.Thread(target=about_to_end)
    other.start()
    held.wait(10)
    await harvested(hub, tmp_path / "r", "1")
    threading.Timer(0.3, let_go.set).start()
    assert await asyncio.to_thread(drain, hub)
    other.join()
    assert_equal(hub)


# Awake


async def test_it_wakes_within_two_seconds_when_another_process_writes(hub: Hub, data: Path, tmp_path: Path) -> None:
    async with Awake(hub) as owner:
        await until(lambda: owner.ready)
        for round in range(3):
            recording = record(tmp_path / "r", [entry("1", f"Round {round}")])
            script = """
                import asyncio, sys
                from pathlib import Path
                from folkmoot_hub.jobs.harvesting import Order, harvest
                from hub.jobs.town import SOURCE, open_hub
                with open_hub(Path(sys.argv[1])) as hub:
                    asyncio.run(harvest(hub, hub.site(SOURCE), Order(replay=Path(sys.argv[2]))))
            """
            await asyncio.to_thread(run_python, script, data, recording)
            assert hub.store.head() == round + 1
            assert await until(lambda r=round: len(found(hub.index, f'"Round {r}"')) == 1) < 2.0


async def test_it_sleeps_while_nothing_happens(hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    await harvested(hub, tmp_path / "r", "1")
    taken: list[int] = []
    take = IndexReader.take
    monkeypatch.setattr(IndexReader, "take", lambda self, changes: (taken.append(len(changes)), take(self, changes)))
    async with Awake(hub) as owner:
        await until(lambda: owner.ready)
        looked: list[int] = []
        changes = hub.store.changes
        monkeypatch.setattr(hub.store, "changes", lambda *a: (looked.append(1), changes(*a))[1])
        await asyncio.sleep(4 * owners.TICK)
    assert sum(taken) <= 1
    assert not looked


# Trouble


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """An owner that tries again at once."""
    monkeypatch.setattr(owners, "_PAUSE", 0.05)


@pytest.mark.parametrize("error", [IndexingError("the disk is full"), StoreError("it is busy"), KeyError("a bug")])
async def test_after_an_error_it_goes_on_from_its_cursor(
    hub: Hub,
    tmp_path: Path,
    impatient: None,
    error: Exception,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    failures = [error] * 3
    take = IndexReader.take

    def failing(self: IndexReader, changes: Sequence[Change]) -> None:
        if failures:
            raise failures.pop()
        take(self, changes)

    await harvested(hub, tmp_path / "r", "1")
    async with Awake(hub) as owner:
        await until(lambda: owner.ready)
        monkeypatch.setattr(IndexReader, "take", failing)
        await harvested(hub, tmp_path / "r", "1", "2")
        await until(lambda: hub.store.cursor(READER) == hub.store.head() == 2)
    assert not failures
    assert_equal(hub)
    assert len([line for line in caplog.records if line.levelno == logging.ERROR]) == 3
    assert str(error) in caplog.text


async def test_an_error_that_lasts_is_told_ever_more_rarely(
    hub: Hub, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(now: object) -> int:
        raise StoreError("no room")

    monkeypatch.setattr(owners, "_PAUSE", 0.05)
    monkeypatch.setattr(owners, "_LONGEST_PAUSE", 0.4)
    async with Awake(hub) as owner:
        monkeypatch.setattr(hub.store, "advance", full)
        await asyncio.sleep(2.0)
        # After 0.05, 0.15, 0.35, 0.75 s and every 0.4 s from then on; every 0.05 s it would have been 40.
        assert 4 <= len(caplog.records) <= 8
        assert not owner.ready
        monkeypatch.undo()
        await until(lambda: owner.ready, 5)


async def test_what_time_changed_is_not_lost_when_the_index_failed_just_then(
    hub: Hub, tmp_path: Path, clock: FixedClock, impatient: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    await harvested(hub, tmp_path / "r", "1")
    take, failures = IndexReader.take, [IndexingError("the disk is full")]

    def failing(self: IndexReader, changes: Sequence[Change]) -> None:
        if failures:
            raise failures.pop()
        take(self, changes)

    async with Awake(hub) as owner:
        await until(lambda: owner.ready)
        monkeypatch.setattr(IndexReader, "take", failing)
        clock.move_to(NOW.replace(month=5))
        await until(lambda: not failures)
        await until(lambda: hub.store.cursor(READER) == hub.store.head() == 2)
        assert hub.index.search(Query(limit=0, facets=True)).facets["status"] == {"closed": 1}


async def test_an_index_that_is_damaged_while_it_is_used_is_built_anew(
    hub: Hub, tmp_path: Path, impatient: None, caplog: pytest.LogCaptureFixture
) -> None:
    await harvested(hub, tmp_path / "r", "1", "2")
    async with Awake(hub) as owner:
        await until(lambda: owner.ready)
        searching = hub.index
        assert len(found(searching)) == 2
        shutil.rmtree(hub.index_folder / "tantivy")
        await harvested(hub, tmp_path / "r", "1", "2", "3")
        await until(lambda: hub.store.cursor(READER) == hub.store.head() == 3)
        # Whoever had the old one open to search it sees the new one.
        await until(lambda: len(found(searching)) == 3)
    assert_equal(hub)


def emptied(folder: Path) -> None:
    for file in (folder / "tantivy").iterdir():
        file.write_bytes(b"")


def shortened(folder: Path) -> None:
    for file in (folder / "tantivy").glob("*.term"):
        file.write_bytes(file.read_bytes()[:10])


def without_meta(folder: Path) -> None:
    (folder / "tantivy" / "meta.json").unlink()


def of_another_version(folder: Path) -> None:
    (folder / "version").write_text("0\n")


def without_version(folder: Path) -> None:
    (folder / "version").unlink()


@pytest.mark.parametrize("damage", [emptied, shortened, without_meta, of_another_version, without_version])
async def test_an_index_that_cannot_be_used_is_built_anew_at_the_start(
    hub: Hub, data: Path, tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    await harvested(hub, tmp_path / "r", "1", "2")
    drain(hub)
    damage(hub.index_folder)
    with open_hub(data) as later:
        assert drain(later)
        assert_equal(later)
        assert (hub.index_folder / "version").read_text() == f"{tantivy_files.VERSION}\n"


async def test_killed_between_the_index_and_its_cursor_it_takes_the_same_once_more(
    hub: Hub, data: Path, tmp_path: Path
) -> None:
    await harvested(hub, tmp_path / "r", "1", "2", "3")
    drain(hub)
    before = hub.store.cursor(READER)
    await harvested(hub, tmp_path / "r", "1", "2", "4", title="A new square", gone=["3"])
    script = """
        import os, sys
        from pathlib import Path
        from folkmoot_hub.jobs.owner import owning
        from hub.jobs.town import open_hub
        hub = open_hub(Path(sys.argv[1]))
        hub.store.set_cursor = lambda reader, seq: os._exit(9)
        with owning(hub) as owner:
            owner.catch_up()
    """
    await asyncio.to_thread(run_python, script, data, code=9)
    assert hub.store.cursor(READER) == before < hub.store.head()
    assert len(found(TantivyIndex(hub.index_folder), '"A new square"')) == 3  # it had come that far
    assert drain(hub)
    assert_equal(hub)


async def test_a_rebuild_misses_nothing_that_is_written_meanwhile(
    hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await harvested(hub, tmp_path / "r", "1", "2")
    drain(hub)
    rebuild = IndexReader.rebuild

    def meanwhile(self: IndexReader) -> None:
        rebuild(self)
        asyncio.run(harvested(hub, tmp_path / "r", "1", "3", title="Another", gone=["2"]))

    monkeypatch.setattr(IndexReader, "rebuild", meanwhile)
    with owning(hub) as owner:
        owner.rebuild()
        monkeypatch.undo()
        owner.catch_up()
    assert_equal(hub)


# Erasure


#: "xymoronicall" as the engine's dictionary writes it: from its end, each of the letters in a byte of its own code.
PACKED = bytes.fromhex("cfcfc5cac8cbc4c7c4d0ddea")


async def test_what_was_erased_is_in_no_file_of_the_index(hub: Hub, tmp_path: Path) -> None:
    listed = [entry("1", "Oxymoronically"), entry("2", "A square")]
    await harvest(hub, hub.site(SOURCE), Order(replay=record(tmp_path / "r", listed)))
    drain(hub)
    assert holding(hub, PACKED), "the word is not to be seen in the files: this test proves nothing"
    assert len(found(hub.index, "oxymoronically")) == 1
    before = segments(hub)
    assert hub.store.erase(SOURCE, "1", "at somebody's wish", NOW)
    drain(hub)
    assert not holding(hub, PACKED)
    assert not holding(hub, b"oxymoronically")
    assert not segments(hub) & before
    assert found(hub.index, "oxymoronically") == set()
    assert_equal(hub)


async def test_nor_is_it_while_the_owner_goes_on(hub: Hub, tmp_path: Path) -> None:
    listed = [entry("1", "Oxymoronically"), entry("2", "A square")]
    await harvest(hub, hub.site(SOURCE), Order(replay=record(tmp_path / "r", listed)))
    async with Awake(hub) as owner:
        await until(lambda: owner.ready)
        assert holding(hub, PACKED)
        assert len(found(hub.index, "oxymoronically")) == 1
        assert hub.store.erase(SOURCE, "1", "at somebody's wish", NOW)
        await until(lambda: hub.store.cursor(READER) == hub.store.head() == 3)
        assert not holding(hub, PACKED)
        assert len(found(hub.index)) == 1


def holding(hub: Hub, word: bytes) -> list[str]:
    """The files of the index that hold the word."""
    files = (path for path in hub.index_folder.rglob("*") if path.is_file())
    return [path.name for path in files if word in path.read_bytes().lower() + path.read_bytes()]


def segments(hub: Hub) -> set[str]:
    """The files that hold words: all but those that say which these are."""
    return {
        path.name for path in (hub.index_folder / "tantivy").iterdir() if path.suffix != ".json" and path.stem[0] != "."
    }


# Following


class Log:
    """A log of ``n`` entries."""

    def __init__(self, n: int) -> None:
        self.n = n
        self.at = 0

    def changes(self, after: int, limit: int = 1000) -> list[Change]:
        return [
            Change(
                seq=seq,
                number=1,
                source=SOURCE,
                local_id="1",
                op="update",
                at=NOW,
                cause="harvest",
                weight="minor",
                digest="",
            )  # type: ignore[arg-type]
            for seq in range(after + 1, min(self.n, after + limit) + 1)
        ]

    def cursor(self, reader: str) -> int:
        return self.at

    def set_cursor(self, reader: str, seq: int) -> None:
        self.at = seq


class Taking:
    name = "taking"

    def __init__(self) -> None:
        self.taken: list[int] = []

    def take(self, changes: Sequence[Change]) -> None:
        self.taken += [change.seq for change in changes]


def test_a_reader_gets_every_entry_once_in_order_and_can_be_stopped_between() -> None:
    log, reader = Log(1234), Taking()
    stopped = follow(log, reader, lambda: len(reader.taken) >= 1000)  # type: ignore[arg-type] # as much of a log as is used
    assert stopped == log.at == 1000
    assert follow(log, reader) == 234  # type: ignore[arg-type] # as above
    assert reader.taken == list(range(1, 1235))
    assert follow(log, reader) == 0  # type: ignore[arg-type] # as above
