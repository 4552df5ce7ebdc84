"""Forgetting a process for good."""

from __future__ import annotations

import pytest

from folkmoot_hub.connector import Request
from folkmoot_hub.fetch.protocol import Validators
from folkmoot_hub.harvest.ledger import Answered, Gathered
from folkmoot_hub.publisher import Tombstone
from folkmoot_hub.store.protocol import Cause, Op, Weight
from hub.store.contract.looking import entries, kinds
from hub.store.making import DAY, NOW, SOURCE, Store, aside, begin, keep, part, process, remove, signatures


class ErasureContract:
    """Forgetting a process for good."""

    @pytest.fixture
    def filled(self, store: Store) -> Store:
        """A store with one process that has a history, and everything else that can be known of it."""
        begin(store)
        keep(store, "1", process("First", support=(signatures(5),)))
        keep(store, "1", process("Second", support=(signatures(6, NOW + DAY),)), NOW + DAY)
        keep(store, "2", process("Another", support=(signatures(9),)))
        with store.transaction() as tx:
            for local_id in "12":
                tx.gather("run-1", local_id, f"https://{SOURCE}/second")
                tx.put_part(SOURCE, local_id, "list", part({"title": "Second"}))
                tx.ask("run-1", Request(f"https://{SOURCE}/{local_id}", item=local_id), f"key-{local_id}", None, 0)
                tx.quarantine(aside(local_id, {"title": "Second"}))
            tx.remember(SOURCE, "list", Answered(validators=Validators(etag="1"), yields=b"[]", version="1"))
        return store

    def test_every_entry_keeps_its_number_and_loses_its_body(self, filled: Store) -> None:
        before = entries(filled)
        assert filled.erase(SOURCE, "1", "asked for by its author", NOW + 2 * DAY)
        *kept, last = entries(filled)
        assert [each.seq for each in kept] == [each.seq for each in before]
        of_it = [each for each in [*kept, last] if each.local_id == "1"]
        assert [(each.body, each.previous) for each in of_it] == [(None, None)] * 3
        assert kinds([last]) == [(Op.DELETE, Cause.ERASURE, Weight.MATERIAL)]
        assert (last.number, last.at, last.reason) == (kept[0].number, NOW + 2 * DAY, "asked for by its author")
        assert [each for each in kept if each.local_id == "2"] == [each for each in before if each.local_id == "2"]

    def test_what_is_left_is_a_tombstone(self, filled: Store) -> None:
        filled.erase(SOURCE, "1", "asked for", NOW + 2 * DAY)
        stone = Tombstone(source=SOURCE, local_id="1", at=NOW + 2 * DAY, reason="asked for")
        assert filled.get(SOURCE, "1") == stone
        assert filled.tombstones() == [(stone, None)]
        assert [each.local_id for _, each in filled.all_records()] == ["2"]
        assert [each.body for each in filled.history(SOURCE, "1")] == [None] * 3

    def test_readings_parts_payloads_and_answers_are_gone_and_those_of_others_are_not(self, filled: Store) -> None:
        filled.erase(SOURCE, "1", "asked for", NOW + 2 * DAY)
        assert filled.observations(SOURCE, "1") == []
        assert [row.local_id for row in filled.quarantined()] == ["2"]
        assert filled.answered(SOURCE, "list") is None
        assert [each.support.count for each in filled.observations(SOURCE, "2")] == [9]
        with filled.transaction() as tx:
            assert tx.parts(SOURCE, "1") == {}
            assert tx.part(SOURCE, "2", "list") is not None

    def test_nothing_more_of_it_is_asked_for(self, filled: Store) -> None:
        filled.erase(SOURCE, "1", "asked for", NOW + 2 * DAY)
        assert [each.request.item for each in filled.open_requests("run-1", 0, 10)] == ["2"]
        with filled.transaction() as tx:
            assert not tx.waiting("run-1", "1")
            assert tx.gathered("run-1", "1") == Gathered(local_id="1")
            assert tx.ask("run-1", Request(f"https://{SOURCE}/3"), "key-3", None, 0)
        assert [each.id for each in filled.open_requests("run-1", 0, 10)] == [2, 3]

    def test_the_store_remembers_that_it_was_erased(self, filled: Store) -> None:
        filled.erase(SOURCE, "1", "asked for", NOW + 2 * DAY)
        with filled.transaction() as tx:
            found = tx.known(SOURCE, "1")
        assert found is not None
        assert found.erased
        assert (found.process, found.standing, found.provenance, found.item_digest) == (None, None, None, "")

    def test_a_second_time_there_is_nothing_to_erase(self, filled: Store) -> None:
        assert filled.erase(SOURCE, "1", "asked for", NOW)
        head = filled.head()
        assert not filled.erase(SOURCE, "1", "asked for once more", NOW)
        assert not filled.erase(SOURCE, "never here", "asked for", NOW)
        assert not filled.erase("other.example", "2", "asked for", NOW)
        assert filled.head() == head

    def test_what_its_source_deleted_can_still_be_erased(self, filled: Store) -> None:
        remove(filled, "1", NOW + DAY)
        assert [last for _, last in filled.tombstones()] != [None]
        assert filled.erase(SOURCE, "1", "asked for", NOW + 2 * DAY)
        assert [last for _, last in filled.tombstones()] == [None]
        assert all(each.body is None and each.previous is None for each in entries(filled) if each.local_id == "1")

    @pytest.mark.parametrize("held", ["part", "quarantine"])
    def test_what_never_became_a_process_can_be_erased_and_may_not_come_either(self, store: Store, held: str) -> None:
        begin(store)
        with store.transaction() as tx:
            if held == "part":
                tx.put_part(SOURCE, "7", "list", part({"title": "Seventh"}))
            else:
                tx.quarantine(aside("7"))
        assert store.erase(SOURCE, "7", "asked for", NOW)
        assert store.quarantined() == []
        assert isinstance(store.get(SOURCE, "7"), Tombstone)
        with store.transaction() as tx:
            assert tx.parts(SOURCE, "7") == {}
            found = tx.known(SOURCE, "7")
        assert found is not None
        assert found.erased
