"""The change log, its readers' cursors, and what time alone changes."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

from folkmoot_hub.store import changes
from folkmoot_hub.store.protocol import Cause, Op, Weight
from folkmoot_schema.codes import Status
from hub.store.contract.looking import entries, failing, kinds, within
from hub.store.making import DAY, NOW, SOURCE, Store, alive, correct, keep, keep_in, process, remove, signatures, site

#: The sample process opens on 10 March and closes on 20 March.
OPENING = datetime.fromisoformat("2026-03-10T00:00:00Z")
CLOSING = datetime.fromisoformat("2026-03-21T00:00:00Z")


class ChangeLogContract:
    """The log, its readers, and what time alone changes."""

    def test_an_empty_log_has_no_head(self, store: Store) -> None:
        assert (store.head(), entries(store), store.next_transition()) == (0, [], None)

    def test_entries_come_in_order_after_the_cursor(self, store: Store) -> None:
        for n in range(5):
            keep(store, str(n))
        seqs = [each.seq for each in entries(store)]
        assert seqs == sorted(set(seqs))
        assert store.head() == seqs[-1]
        assert [each.seq for each in store.changes(seqs[1])] == seqs[2:]
        assert [each.seq for each in store.changes(seqs[1], limit=2)] == seqs[2:4]
        assert store.changes(seqs[-1]) == []

    def test_a_transaction_that_failed_leaves_at_most_a_gap(self, store: Store) -> None:
        keep(store, "1")
        failing(store, lambda tx: keep_in(tx, "2", process()))
        keep(store, "3")
        first, second = entries(store)
        assert [first.local_id, second.local_id] == ["1", "3"]
        assert second.seq > first.seq

    def test_an_update_holds_both_versions(self, store: Store) -> None:
        keep(store, "1", process("First"))
        keep(store, "1", process("Second"), NOW + DAY)
        before, after = entries(store)
        assert after.previous == before.body
        assert after.body == alive(store, "1")
        assert after.body.updated == after.at == NOW + DAY
        assert after.digest == changes.digest(after.body) != before.digest

    def test_counts_are_told_without_body_and_move_only_their_own_date(self, store: Store) -> None:
        keep(store, "1", process(support=(signatures(5),)))
        keep(store, "1", process(support=(signatures(6, NOW + DAY),)), NOW + DAY)
        keep(store, "1", process("Renamed", support=(signatures(6, NOW + DAY),)), NOW + 2 * DAY)
        created, counted, renamed = entries(store)
        assert (counted.op, counted.weight, counted.body) == (Op.UPDATE, Weight.COUNT, None)
        assert counted.previous == renamed.previous == created.body
        assert renamed.body == alive(store, "1")
        assert (renamed.body.updated, renamed.body.counted_at) == (NOW + 2 * DAY, NOW + DAY)

    def test_every_count_is_tied_to_the_version_that_it_belongs_to(self, store: Store) -> None:
        titles = ["First", "First", "First", "Second", "Second"]
        for n, title in enumerate(titles):
            keep(store, "1", process(title, support=(signatures(n, NOW + n * DAY),)), NOW + n * DAY)
        found = [each.previous.process.title.values["en"] if each.previous else None for each in entries(store)]
        assert found == [None, "First", "First", "First", "Second"]

    def test_the_cause_is_told(self, store: Store) -> None:
        keep(store, "1")
        correct(store, "1", process("Corrected"), NOW + DAY)
        assert [each.cause for each in entries(store)] == [Cause.HARVEST, Cause.CORRECTION]

    def test_a_deletion_has_no_body_but_what_it_was_before(self, store: Store) -> None:
        keep(store, "1")
        remove(store, "1", NOW + DAY, "gone")
        created, deleted = entries(store)
        assert kinds([deleted]) == [(Op.DELETE, Cause.HARVEST, Weight.MATERIAL)]
        assert (deleted.body, deleted.previous, deleted.reason, deleted.at) == (None, created.body, "gone", NOW + DAY)
        assert not remove(store, "1")
        assert store.head() == deleted.seq

    def test_every_reader_has_a_cursor_of_its_own(self, store: Store) -> None:
        assert store.cursor("index") == 0
        store.set_cursor("index", 5)
        store.set_cursor("feeds", 7)
        store.set_cursor("index", 6)
        assert (store.cursor("index"), store.cursor("feeds"), store.cursor("peers")) == (6, 7, 0)

    def test_time_alone_opens_and_closes_and_tells_each_once(self, store: Store) -> None:
        keep(store, "1")
        assert store.next_transition() == OPENING
        assert store.advance(OPENING - timedelta(microseconds=1)) == 0
        assert store.advance(OPENING) == 1
        assert store.advance(OPENING) == 0
        assert alive(store, "1").standing.status is Status.OPEN
        assert store.next_transition() == CLOSING
        assert store.advance(CLOSING + DAY) == 1
        assert store.advance(CLOSING + 9 * DAY) == 0
        assert store.next_transition() is None
        created, opened, closed = entries(store)
        assert kinds([opened, closed]) == [(Op.UPDATE, Cause.CLOCK, Weight.MATERIAL)] * 2
        assert opened.previous == created.body
        assert closed.previous == opened.body
        assert closed.body == alive(store, "1")
        assert (closed.body.standing.status, closed.body.updated, closed.at) == (
            Status.CLOSED, CLOSING + DAY, CLOSING + DAY,
        )  # fmt: skip
        assert closed.reason == closed.body.standing.reason != ""

    def test_transitions_that_nobody_saw_give_one_entry(self, store: Store) -> None:
        keep(store, "1")
        assert store.advance(CLOSING + 30 * DAY) == 1
        created, closed = entries(store)
        assert closed.previous == created.body
        assert closed.body is not None
        assert closed.body.standing.status is Status.CLOSED

    def test_time_does_not_say_that_something_was_seen(self, store: Store) -> None:
        keep(store, "1")
        store.advance(OPENING)
        assert alive(store, "1").seen_at == NOW

    def test_at_most_as_many_as_allowed_are_looked_at_the_earliest_first(self, store: Store) -> None:
        for n in (4, 2, 3, 1, 5):
            keep(store, str(n), process(opens=f"2026-03-0{n + 1}"))
        assert store.advance(NOW + 30 * DAY, limit=2) == 2
        assert [each.local_id for each in entries(store)[5:]] == ["1", "2"]
        assert [store.advance(NOW + 30 * DAY, limit=2) for _ in range(3)] == [2, 1, 0]

    def test_nothing_is_written_when_nothing_is_due(self, store: Store) -> None:
        keep(store, "1")
        entered, leave = threading.Event(), threading.Event()

        def hold() -> None:
            with store.transaction():
                entered.set()
                leave.wait(20)

        holder = threading.Thread(target=hold)
        holder.start()
        try:
            assert entered.wait(20)
            # A writer would have to wait for the one that is at it.
            assert within(10, lambda: store.advance(NOW)) == 0
        finally:
            leave.set()
            holder.join(20)

    def test_silence_is_a_transition_too(self, store: Store) -> None:
        keep(store, "1", process(opens="2026-01-01", closes=None))
        assert alive(store, "1").standing.status is Status.OPEN
        assert store.next_transition() == NOW + 2 * DAY  # its word holds for two intervals
        store.advance(NOW + 2 * DAY)
        assert alive(store, "1").standing.status is Status.UNKNOWN

    def test_a_run_that_began_before_a_transition_does_not_turn_it_back(self, store: Store) -> None:
        keep(store, "1", process("First"))
        store.advance(OPENING + timedelta(minutes=1))
        keep(store, "1", process("First"), OPENING - timedelta(hours=1))
        assert store.head() == 2
        keep(store, "1", process("Second"), OPENING - timedelta(hours=1))
        found = alive(store, "1")
        assert (found.standing.status, found.updated) == (Status.OPEN, OPENING + timedelta(minutes=1))
        assert store.next_transition() == CLOSING

    def test_what_was_looked_at_in_vain_is_no_news(self, store: Store) -> None:
        keep(store, "1", process(opens="2026-01-01", closes=None))
        store.register(site(interval=3 * DAY.days * 86400))  # a sight of it holds longer now than when it was kept
        assert store.advance(NOW + 2 * DAY) == 1
        assert alive(store, "1").updated == NOW
        assert store.head() == 1
        assert store.next_transition() == NOW + 6 * DAY

    def test_what_is_gone_does_not_change_with_time(self, store: Store) -> None:
        keep(store, "1")
        keep(store, "2")
        remove(store, "1")
        store.erase(SOURCE, "2", "asked for", NOW)
        assert store.next_transition() is None
        assert store.advance(CLOSING) == 0
