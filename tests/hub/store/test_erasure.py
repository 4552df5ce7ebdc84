"""What was erased stands in no byte of the store's files, whatever was written before and whoever dies meanwhile."""

from __future__ import annotations

import logging
import random
import threading
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from folkmoot_hub.connector import Request
from folkmoot_hub.errors import StoreError
from folkmoot_hub.fetch.protocol import Validators
from folkmoot_hub.harvest.ledger import Answered
from folkmoot_hub.store import locks
from folkmoot_hub.store.sqlite import database, log
from folkmoot_hub.store.sqlite.database import Database
from folkmoot_hub.store.sqlite.store import SqliteStore
from folkmoot_schema.texts import Text
from hub.store.making import DAY, NOW, SOURCE, aside, begin, keep, keep_in, part, process, signatures, site

#: Lengths of texts, within a page of the file, over its limits, and beyond it.
_LENGTHS = (0, 10, 100, 300, 900, 2000, 5000)
_SEEDS = st.integers(0, 2**32)


def word(n: int) -> str:
    """A word that stands in one process only."""
    return f"erasable{n:05}word"


def bytes_of(folder: Path) -> bytes:
    """Every byte of every file in it."""
    return b"\0".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def lingering(folder: Path, erased: set[int]) -> set[int]:
    """Which of the erased processes can still be read out of the files."""
    found = bytes_of(folder)
    return {n for n in erased if word(n).encode() in found}


def write(store: SqliteStore, chance: random.Random, processes: int) -> None:
    """Put processes and their parts there, and write over some of them with others that are longer or shorter."""
    begin(store)
    with store.transaction() as tx:
        for n in range(processes):
            for each in {n, chance.randrange(n + 1)}:
                text = f"{word(each)} {'y' * chance.choice(_LENGTHS)} {word(each)}"
                value = process(word(each), body=Text({"en": text}, "en"), support=(signatures(n, option=None),))
                keep_in(tx, str(each), value, NOW + n * DAY)
                tx.put_part(SOURCE, str(each), "list", part({"text": text}))
                if chance.random() < 0.3:
                    tx.quarantine(aside(str(each), {"text": text}, error=f"{word(each)} is wrong"))


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """No commit waits for the disk: it would take most of the time, and what is in the files is the same."""
    pragmas = tuple(each.replace("synchronous=FULL", "synchronous=OFF") for each in database._PRAGMAS)
    assert pragmas != database._PRAGMAS
    monkeypatch.setattr(database, "_PRAGMAS", pragmas)


# About one in eight of these would leave something if only secure_delete were relied on; the given ones did.
@given(seed=_SEEDS, processes=st.sampled_from([3, 60, 90]))
@example(seed=6, processes=90)
@example(seed=11, processes=90)
@example(seed=13, processes=200)
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_byte_of_an_erased_process_is_left(
    seed: int, processes: int, tmp_path_factory: pytest.TempPathFactory, hasty: None
) -> None:
    folder, chance = tmp_path_factory.mktemp("data"), random.Random(seed)
    store = SqliteStore(folder)
    write(store, chance, processes)
    chosen = set(chance.sample(range(processes), processes // 3))
    assert lingering(folder, chosen) == chosen
    for n in chosen:
        assert store.erase(SOURCE, str(n), "asked for", NOW)
    assert lingering(folder, chosen) == set()
    store.close()
    assert lingering(folder, chosen) == set()
    assert lingering(folder, others := set(range(processes)) - chosen) == others


def test_no_address_payload_or_kept_answer_holds_it(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path)
    begin(store)
    keep(store, "1", process(word(1), support=(signatures(5, option=Text({"en": word(1)}, "en")),)))
    with store.transaction() as tx:
        tx.gather("run-1", "1", f"https://{SOURCE}/{word(1)}")
        tx.ask("run-1", Request(f"https://{SOURCE}/{word(1)}", item="1"), "key", None, 0)
        tx.quarantine(aside("1", {"title": word(1)}))
        tx.remember(SOURCE, "list", Answered(validators=Validators(etag="1"), yields=word(1).encode(), version="1"))
    assert store.erase(SOURCE, "1", "asked for", NOW)
    assert lingering(tmp_path, {1}) == set()
    store.close()


def purges(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A list that grows with every time that a store is overwritten."""
    done: list[str] = []
    real = Database.purge

    def purge(self: Database) -> None:
        real(self)
        done.append("purged")

    monkeypatch.setattr(Database, "purge", purge)
    return done


def half_erased(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a program end between the erasure and its overwriting."""

    def ended(self: Database) -> None:
        raise SystemExit

    store = SqliteStore(folder)
    write(store, random.Random(1), 5)
    with monkeypatch.context() as patched:
        patched.setattr(Database, "purge", ended)
        with pytest.raises(SystemExit):
            store.erase(SOURCE, "3", "asked for", NOW)
    store.close()


def test_a_program_that_ended_too_early_is_made_up_for_by_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    half_erased(tmp_path, monkeypatch)
    done = purges(monkeypatch)
    SqliteStore(tmp_path).close()
    assert done == ["purged"]
    assert lingering(tmp_path, {3}) == set()
    SqliteStore(tmp_path).close()
    assert done == ["purged"]


def test_to_erase_once_more_makes_up_for_it_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    half_erased(tmp_path, monkeypatch)
    with locks.locked(tmp_path / "locks", log._ERASING):  # as if the program that began it were at it still
        store = SqliteStore(tmp_path)
    done = purges(monkeypatch)
    assert not store.erase(SOURCE, "3", "asked for once more", NOW)
    assert done == ["purged"]
    store.close()


def test_whoever_opens_the_store_does_not_join_in_an_erasure_that_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    half_erased(tmp_path, monkeypatch)
    done = purges(monkeypatch)
    with locks.locked(tmp_path / "locks", log._ERASING), caplog.at_level(logging.WARNING):
        store = SqliteStore(tmp_path)
        store.register(site("b.example"))
        store.close()
    assert done == []
    assert "not overwritten yet" in caplog.text


def test_a_reader_that_never_ends_is_named_and_the_rest_is_done_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "PATIENCE", 0.2)
    store = SqliteStore(tmp_path)
    write(store, random.Random(1), 5)
    entered, leave = threading.Event(), threading.Event()

    def read() -> None:
        with store._database.read() as connection:
            connection.execute("SELECT count(*) FROM change").fetchone()
            entered.set()
            leave.wait(20)

    reader = threading.Thread(target=read)
    reader.start()
    try:
        assert entered.wait(20)
        with pytest.raises(StoreError, match="has been reading"):
            store.erase(SOURCE, "3", "asked for", NOW)
        assert lingering(tmp_path, {3}) == {3}
    finally:
        leave.set()
        reader.join(20)
    store.close()
    SqliteStore(tmp_path).close()
    assert lingering(tmp_path, {3}) == set()
