"""All or nothing, one after the other."""

from __future__ import annotations

import threading

import msgspec
import pytest

from folkmoot_hub.connector import Request
from folkmoot_hub.errors import StoreError
from folkmoot_hub.harvest.ledger import Transaction
from folkmoot_hub.store.protocol import Cause, Op, Weight
from hub.store.contract.looking import everything, failing, within
from hub.store.making import (
    DAY,
    NOW,
    SOURCE,
    Store,
    aside,
    begin,
    keep,
    keep_in,
    known,
    part,
    process,
    signatures,
    site,
)


class TransactionContract:
    """All or nothing, one after the other."""

    def test_what_fails_in_between_leaves_everything_as_it_was(self, store: Store) -> None:
        row = begin(store)
        keep(store, "1", process("First", support=(signatures(5),)))
        before = everything(store)

        def write(tx: Transaction) -> None:
            keep_in(tx, "1", process("Second", support=(signatures(6, NOW + DAY),)), NOW + DAY)
            keep_in(tx, "2", process())
            tx.put_run(msgspec.structs.replace(row, requests=7, outcome="complete"))
            tx.put_part(SOURCE, "1", "list", part({"a": 1}))
            tx.quarantine(aside("3"))
            tx.put_state(SOURCE, {"etag": "1"})
            tx.ask("run-1", Request(f"https://{SOURCE}/"), "key", None, 0)

        failing(store, write)
        assert everything(store) == before
        with store.transaction() as tx:
            assert tx.parts(SOURCE, "1") == tx.state(SOURCE) == {}

    def test_a_touch_keeps_counts_standing_and_dates_and_leaves_the_texts(self, store: Store) -> None:
        keep(store, "1", process("First", support=(signatures(5),)))
        with store.transaction() as tx:
            before = tx.known(SOURCE, "1")
            assert before is not None
            assert before.process is not None
            assert before.standing is not None
            later = msgspec.structs.replace(
                before,
                process=process("Never written", support=(signatures(5, NOW + DAY),)),
                standing=msgspec.structs.replace(before.standing, reason="another", next_transition_at=NOW + 9 * DAY),
                item_digest="never written",
                updated=NOW + DAY,
                seen_at=NOW + DAY,
                counted_at=NOW + DAY,
                absent_since=NOW,
                absences=3,
            )
            tx.touch(later)
            written = msgspec.structs.replace(before.process, support=(signatures(5, NOW + DAY),))
            expected = msgspec.structs.replace(later, process=written, item_digest=before.item_digest)
            assert tx.known(SOURCE, "1") == expected
        assert store.next_transition() == NOW + 9 * DAY

    def test_it_is_known_which_were_erased(self, store: Store) -> None:
        for local_id in ("1", "2", "3"):
            keep(store, local_id)
        store.erase(SOURCE, "2", "asked for", NOW)
        with store.transaction() as tx:
            assert tx.erased(SOURCE, ["1", "2", "never"]) == {"2"}
            assert tx.erased(SOURCE, []) == tx.erased(SOURCE, ["3"]) == tx.erased("b.example", ["2"]) == set()

    def test_what_was_written_is_read_in_the_same_transaction(self, store: Store) -> None:
        store.register(site())
        with store.transaction() as tx:
            assert tx.known(SOURCE, "1") is None
            number = tx.put(known())
            assert tx.known(SOURCE, "1") == known(number=number)
            tx.put(known(value=process("Renamed"), number=number, absences=2, absent_since=NOW, counted_at=NOW))
            assert tx.known(SOURCE, "1") == known(
                value=process("Renamed"), number=number, absences=2, absent_since=NOW, counted_at=NOW
            )

    def test_another_thread_sees_nothing_of_it_before_its_end(self, store: Store) -> None:
        store.register(site())
        with store.transaction() as tx:
            keep_in(tx, "1", process())
            assert within(10, lambda: (store.head(), store.get(SOURCE, "1"), list(store.all_records()))) == (
                0,
                None,
                [],
            )
        assert within(10, store.head) == 1

    def test_transactions_of_two_threads_come_one_after_the_other(self, store: Store) -> None:
        store.register(site())
        with store.transaction() as tx:
            tx.put_state(SOURCE, {"n": 0})

        def count() -> None:
            for _ in range(20):
                with store.transaction() as tx:
                    tx.put_state(SOURCE, {"n": tx.state(SOURCE)["n"] + 1})

        threads = [threading.Thread(target=count) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        with store.transaction() as tx:
            assert tx.state(SOURCE) == {"n": 80}

    def test_a_transaction_inside_another_is_refused(self, store: Store) -> None:
        keep(store, "1")

        def nested() -> None:
            with store.transaction() as tx:
                tx.put_state(SOURCE, {"a": 1})
                store.set_cursor("index", 1)

        with pytest.raises(StoreError):
            nested()
        with store.transaction() as tx:
            assert tx.state(SOURCE) == {}

    def test_a_process_of_a_source_that_nobody_registered_is_refused(self, store: Store) -> None:
        with pytest.raises(StoreError), store.transaction() as tx:
            tx.put(known())
        assert list(store.all_records()) == []

    def test_an_entry_about_no_process_is_refused(self, store: Store) -> None:
        with pytest.raises(StoreError), store.transaction() as tx:
            tx.append(9, op=Op.DELETE, at=NOW, cause=Cause.HARVEST, weight=Weight.MATERIAL, digest="")
        assert store.head() == 0
