"""What every store promises: classes that the tests of an implementation inherit.

They need a fixture ``store``, an empty store with all faces. What only one database can do wrong stands with it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

import msgspec
import pytest

from folkmoot_hub.connector import Request
from folkmoot_hub.errors import LeaseHeld, StoreError
from folkmoot_hub.fetch.protocol import Validators
from folkmoot_hub.harvest.keeping import Keeper, Kept
from folkmoot_hub.harvest.ledger import Answered, Asked, Begun, Gathered, ScopeSeen, Transaction
from folkmoot_hub.publisher import Tombstone
from folkmoot_hub.store import changes
from folkmoot_hub.store.protocol import Cause, Change, Observation, Op, RunRow, Weight
from folkmoot_schema.codes import Status, Topic
from folkmoot_schema.process import Record
from folkmoot_schema.texts import Text
from hub.store.making import (
    DAY,
    NOW,
    SOURCE,
    Store,
    alive,
    aside,
    begin,
    correct,
    end,
    keep,
    keep_in,
    known,
    part,
    process,
    provenance,
    remove,
    signatures,
    site,
)

#: The sample process opens on 10 March and closes on 20 March.
OPENING = datetime.fromisoformat("2026-03-10T00:00:00Z")
CLOSING = datetime.fromisoformat("2026-03-21T00:00:00Z")


def entries(store: Store) -> list[Change]:
    """The whole log."""
    return store.changes(0)


def kinds(found: list[Change]) -> list[tuple[str, str, str]]:
    """What each entry says it is."""
    return [(each.op, each.cause, each.weight) for each in found]


class RecordsContract:
    """Reading what the hub holds."""

    def test_what_never_was_here_is_none(self, store: Store) -> None:
        keep(store, "1")
        assert store.get(SOURCE, "2") is None
        assert store.get("other.example", "1") is None
        assert store.source(SOURCE + "x") is None
        for nothing in (store.observations(SOURCE, "2"), store.history(SOURCE, "2"), store.runs("other.example")):
            assert nothing == []

    def test_a_record_comes_back_as_it_was_kept(self, store: Store) -> None:
        value = process(support=(signatures(3),), topics=(Topic.ENVI,), summary=Text({"en": "Νέο 🌳\n<p>"}, "en"))
        keep(store, "0123/2020 ä", value)
        assert alive(store, "0123/2020 ä") == Record(
            source=SOURCE,
            local_id="0123/2020 ä",
            process=value,
            standing=known(value=value).standing or pytest.fail("no standing"),
            provenance=provenance(),
            first_seen=NOW,
            updated=NOW,
            seen_at=NOW,
            licence=site().licence,
        )

    def test_the_licence_is_the_one_that_the_source_has_now(self, store: Store) -> None:
        keep(store, "1")
        later = msgspec.structs.replace(site().licence, name="Another licence")
        store.register(site(licence=later))
        assert alive(store, "1").licence == later

    def test_of_what_was_deleted_a_tombstone_is_left(self, store: Store) -> None:
        keep(store, "1")
        assert remove(store, "1", NOW + DAY, "withdrawn by its author")
        assert store.get(SOURCE, "1") == Tombstone(
            source=SOURCE, local_id="1", at=NOW + DAY, reason="withdrawn by its author"
        )

    def test_what_is_numbered_comes_in_the_order_asked_for_without_what_is_gone(self, store: Store) -> None:
        for local_id in "abc":
            keep(store, local_id)
        a, b, c = (entry.number for entry in entries(store))
        remove(store, "b")
        found = store.by_number([c, b, 999, a, c])
        assert [each.local_id for each in found] == ["c", "a", "c"]
        assert store.by_number([]) == []

    def test_more_can_be_asked_for_by_number_than_a_statement_takes(self, store: Store) -> None:
        store.register(site())
        with store.transaction() as tx:
            for n in range(1203):
                keep_in(tx, str(n), process())
        numbers = [number for number, _ in store.all_records()]
        assert [each.local_id for each in store.by_number(numbers[::-1])] == [str(n) for n in range(1203)][::-1]

    def test_all_live_records_come_by_number(self, store: Store) -> None:
        for local_id, source in (("1", "b.example"), ("1", "a.example"), ("2", "b.example"), ("3", "b.example")):
            keep(store, local_id, source=source)
        with store.transaction() as tx:
            Keeper(site("b.example"), NOW).remove(tx, "2", "")
        found = list(store.all_records())
        assert [(each.source, each.local_id) for _, each in found] == [
            ("b.example", "1"),
            ("a.example", "1"),
            ("b.example", "3"),
        ]
        assert [number for number, _ in found] == sorted(number for number, _ in found)
        assert [each.local_id for _, each in store.all_records("b.example")] == ["1", "3"]
        assert list(store.all_records("c.example")) == []

    def test_records_can_be_written_while_all_are_read(self, store: Store) -> None:
        for n in range(3):
            keep(store, str(n))
        for _, each in store.all_records():
            keep(store, each.local_id, process("Another title"), NOW + DAY)
        assert {each.process.title.values["en"] for _, each in store.all_records()} == {"Another title"}

    def test_the_history_tells_what_was_news(self, store: Store) -> None:
        keep(store, "1", process("First", support=(signatures(1),)))
        keep(store, "1", process("First", support=(signatures(2),)), NOW + DAY)
        keep(store, "1", process("First", support=(signatures(2),), keywords=("trees",)), NOW + 2 * DAY)
        keep(store, "1", process("Second", support=(signatures(2),), keywords=("trees",)), NOW + 3 * DAY)
        keep(store, "2")
        created, renamed = store.history(SOURCE, "1")
        assert created.body is not None
        assert renamed.body is not None
        assert (created.op, created.previous, created.body.process.title.values["en"]) == (Op.CREATE, None, "First")
        assert renamed.previous is not None
        assert renamed.previous.process.title.values["en"] == "First"
        assert renamed.body.process.title.values["en"] == "Second"

    def test_a_deletion_shows_in_the_history(self, store: Store) -> None:
        keep(store, "1")
        remove(store, "1")
        assert [each.op for each in store.history(SOURCE, "1")] == [Op.CREATE, Op.DELETE]

    def test_tombstones_come_newest_first_with_the_last_version(self, store: Store) -> None:
        for n, local_id in enumerate("abc"):
            keep(store, local_id)
            remove(store, local_id, NOW + n * DAY)
        found = store.tombstones()
        assert [stone.local_id for stone, _ in found] == ["c", "b", "a"]
        assert [last.process.title.values["en"] for _, last in found if last] == [f"Title of {id}" for id in "cba"]
        assert [stone.local_id for stone, _ in store.tombstones(limit=2)] == ["c", "b"]
        assert [stone.local_id for stone, _ in store.tombstones(since=NOW + DAY)] == ["c", "b"]

    def test_what_comes_back_keeps_its_number_and_has_no_tombstone(self, store: Store) -> None:
        keep(store, "1")
        remove(store, "1", NOW + DAY)
        assert keep(store, "1", process("Back"), NOW + 2 * DAY) is Kept.CREATED
        created, deleted, again = entries(store)
        assert created.number == deleted.number == again.number
        assert again.op is Op.CREATE
        assert again.previous is None
        assert store.tombstones() == []
        assert alive(store, "1").first_seen == NOW

    def test_a_source_is_known_once_it_is_registered(self, store: Store) -> None:
        assert store.sources() == []
        store.register(site("b.example"))
        store.register(site("a.example"))
        store.register(site("b.example", title="Its new title"))
        assert [row.site.id for row in store.sources()] == ["a.example", "b.example"]
        row = store.source("b.example")
        assert row is not None
        assert row.site == site("b.example", title="Its new title")
        assert (row.processes, row.quarantined, row.last_run, row.last_complete, row.next_due) == (
            0, 0, None, None, None,
        )  # fmt: skip

    def test_a_source_says_how_it_is(self, store: Store) -> None:
        for n in range(3):
            keep(store, str(n))
        keep(store, "0", source="other.example")
        remove(store, "2")
        row = end(store, begin(store))
        with store.transaction() as tx:
            tx.quarantine(aside("9"))
            tx.note_source(SOURCE, last_complete=NOW, last_total=7, drifted="parse: no title any more")
        store.set_next_due(SOURCE, NOW + DAY)
        found = store.source(SOURCE)
        assert found is not None
        assert (found.processes, found.quarantined, found.last_run) == (2, 1, row)
        assert (found.last_complete, found.last_total, found.next_due) == (NOW, 7, NOW + DAY)
        assert found.drifted == "parse: no title any more"
        assert [each for each in store.sources() if each.site.id == SOURCE] == [found]

    def test_runs_come_newest_first(self, store: Store) -> None:
        rows = [end(store, begin(store, f"run-{n}", started=NOW + n * DAY)) for n in range(4)]
        begin(store, "run-of-another", source="other.example")
        assert store.runs(SOURCE) == rows[::-1]
        assert store.runs(SOURCE, limit=2) == [rows[3], rows[2]]


class ObservationsContract:
    """The time series of support."""

    @staticmethod
    def observe(store: Store, *readings: tuple[int | None, int]) -> list[tuple[int | None, int, int]]:
        """Observe (count, day) one after the other; the series as (count, first day, last day)."""
        store.register(site())
        with store.transaction() as tx:
            number = tx.put(known())
            for count, day in readings:
                tx.observe(number, signatures(count, NOW + day * DAY))
        found = store.observations(SOURCE, "1")
        return [(each.support.count, (each.read_at - NOW).days, (each.last_read_at - NOW).days) for each in found]

    @pytest.mark.parametrize(
        ("readings", "series"),
        [
            pytest.param([(5, 0)], [(5, 0, 0)], id="the first reading is kept"),
            pytest.param([(0, 0)], [(0, 0, 0)], id="zero is a count"),
            pytest.param([(5, 0), (5, 1), (5, 3)], [(5, 0, 3)], id="the same count goes on"),
            pytest.param([(5, 0), (6, 1), (6, 2)], [(5, 0, 0), (6, 1, 2)], id="another count is another observation"),
            pytest.param([(5, 0), (6, 1), (5, 2)], [(5, 0, 0), (6, 1, 1), (5, 2, 2)], id="a count may come back"),
            pytest.param([(5, 0), (None, 1), (5, 2)], [(5, 0, 2)], id="unknown is no reading"),
            pytest.param([(5, 2), (4, 1)], [(5, 2, 2)], id="an older reading of another count tells nothing new"),
            pytest.param(
                [(5, 2), (5, 1)], [(5, 2, 2)], id="an older reading of the same count does not turn time back"
            ),
            pytest.param([(5, 2), (5, 2)], [(5, 2, 2)], id="the same reading twice is one"),
        ],
    )
    def test_a_series(
        self, store: Store, readings: list[tuple[int | None, int]], series: list[tuple[int, int, int]]
    ) -> None:
        assert self.observe(store, *readings) == series

    def test_a_reading_without_its_time_is_none(self, store: Store) -> None:
        store.register(site())
        with store.transaction() as tx:
            tx.observe(tx.put(known()), signatures(5, None))
        assert store.observations(SOURCE, "1") == []

    def test_series_are_apart(self, store: Store) -> None:
        store.register(site())
        readings = [signatures(1, place="FR"), signatures(1, place="GR"), signatures(1, verified=True, part="detail")]
        with store.transaction() as tx:
            number = tx.put(known())
            for reading in readings:
                tx.observe(number, reading)
                tx.observe(number, msgspec.structs.replace(reading, count=2, read_at=NOW + DAY))
        found = store.observations(SOURCE, "1")
        assert [(each.support.place, each.support.count) for each in found] == [
            ("FR", 1),
            ("FR", 2),
            ("GR", 1),
            ("GR", 2),
            (None, 1),
            (None, 2),
        ]
        assert found[0] == Observation(support=readings[0], read_at=NOW, last_read_at=NOW)

    def test_what_is_kept_is_observed(self, store: Store) -> None:
        keep(store, "1", process(support=(signatures(5),)))
        keep(store, "1", process(support=(signatures(7, NOW + DAY),)), NOW + DAY)
        assert [each.support.count for each in store.observations(SOURCE, "1")] == [5, 7]


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


class LedgerContract:
    """What the engine asks of a store."""

    def test_a_source_is_leased_once(self, store: Store) -> None:
        with store.lease(SOURCE):
            with pytest.raises(LeaseHeld, match=SOURCE), store.lease(SOURCE):
                pytest.fail("leased twice")
            with store.lease("other.example"):
                pass
        with store.lease(SOURCE):
            pass

    def test_a_lease_ends_with_an_error_inside(self, store: Store) -> None:
        with pytest.raises(ZeroDivisionError), store.lease(SOURCE):
            raise ZeroDivisionError
        with store.lease(SOURCE):
            pass

    def test_a_run_is_unfinished_until_it_has_an_outcome(self, store: Store) -> None:
        assert store.unfinished(SOURCE) is None
        row = begin(store)
        begin(store, "run-2", source="other.example")
        assert store.unfinished(SOURCE) == Begun(row=row, versions="1")
        row = msgspec.structs.replace(row, requests=3, why="slow", missing_parts=("1: detail",))
        with store.transaction() as tx:
            tx.put_run(row)
        assert store.unfinished(SOURCE) == Begun(row=row, versions="1")
        ended = end(store, row)
        assert store.unfinished(SOURCE) is None
        assert store.runs(SOURCE) == [ended]

    def test_a_runs_row_comes_back_whole(self, store: Store) -> None:
        begin(store)
        row = RunRow(run="run-1", source=SOURCE, started=NOW, ended=NOW + DAY, outcome="partial", seconds=1.5, why="ü")
        counters = [field.name for field in msgspec.structs.fields(RunRow) if field.type is int]
        assert counters
        row = msgspec.structs.replace(
            row, missing_parts=("1: detail",), **{name: n for n, name in enumerate(counters, 1)}
        )
        with store.transaction() as tx:
            tx.put_run(row)
        assert store.runs(SOURCE) == [row]

    def test_state_holds_once_it_is_put(self, store: Store) -> None:
        begin(store)
        with store.transaction() as tx:
            assert tx.state(SOURCE) == tx.state("unheard.example") == {}
            assert tx.pending_state("run-1") is None
            tx.put_pending_state("run-1", {"page": 3})
            assert tx.pending_state("run-1") == {"page": 3}
            assert tx.state(SOURCE) == {}
            tx.put_state(SOURCE, {"page": 3, "nested": {"a": [1, None]}})
        store.register(site(title="Another"))
        with store.transaction() as tx:
            assert tx.state(SOURCE) == {"page": 3, "nested": {"a": [1, None]}}

    def test_what_is_not_said_of_a_source_stays(self, store: Store) -> None:
        store.register(site())
        with store.transaction() as tx:
            tx.note_source(SOURCE, last_complete=NOW, last_total=7)
            tx.note_source(SOURCE)
        row = store.source(SOURCE)
        assert row is not None
        assert (row.last_complete, row.last_total) == (NOW, 7)

    # The frontier

    def test_requests_are_open_until_they_are_closed(self, store: Store) -> None:
        begin(store)
        first = Request(f"https://{SOURCE}/", headers={"accept": "a"}, body="b", method="POST", accept=(200, 404))
        detail = Request(f"https://{SOURCE}/1", item="1", part="detail", unless_same="x", max_age=60)
        with store.transaction() as tx:
            assert tx.ask("run-1", first, "key-a", None, 0)
            assert tx.ask("run-1", detail, "key-b", 1, 2)
            assert not tx.ask("run-1", first, "key-a", 2, 0)
            assert tx.waiting("run-1", "1")
            assert not tx.waiting("run-1", "2")
        assert store.open_requests("run-1", 0, 10) == [
            Asked(id=1, request=first, key="key-a"),
            Asked(id=2, request=detail, key="key-b", parent=1, barren=2),
        ]
        assert [each.id for each in store.open_requests("run-1", 1, 10)] == [2]
        assert [each.id for each in store.open_requests("run-1", 0, 1)] == [1]
        with store.transaction() as tx:
            tx.close_request("run-1", 2)
            assert not tx.waiting("run-1", "1")
            assert not tx.ask("run-1", detail, "key-b", 1, 0)
        assert [each.id for each in store.open_requests("run-1", 0, 10)] == [1]

    def test_runs_do_not_share_requests_items_and_scopes(self, store: Store) -> None:
        begin(store)
        begin(store, "run-2", source="other.example")
        with store.transaction() as tx:
            assert tx.ask("run-1", Request(f"https://{SOURCE}/"), "key", None, 0)
            assert tx.ask("run-2", Request(f"https://{SOURCE}/"), "key", None, 0)
            assert tx.gather("run-1", "1", "")
            assert tx.gather("run-2", "1", "")
            tx.state_scope("run-1", ScopeSeen(name="all"))
            assert tx.scopes("run-2") == []
            tx.close_request("run-1", 1)
        assert [each.id for each in store.open_requests("run-2", 0, 10)] == [1]

    def test_what_led_to_a_request_is_known(self, store: Store) -> None:
        begin(store)
        with store.transaction() as tx:
            for n, parent in enumerate((None, 1, 2, 1), 1):
                tx.ask("run-1", Request(f"https://{SOURCE}/{n}"), f"key-{n}", parent, 0)
            assert [tx.leads_to("run-1", 3, f"key-{n}") for n in range(1, 6)] == [True, True, True, False, False]

    def test_the_frontier_of_a_run_that_ended_is_forgotten(self, store: Store) -> None:
        row = begin(store)
        with store.transaction() as tx:
            tx.ask("run-1", Request(f"https://{SOURCE}/1", item="1"), "key", None, 0)
            tx.gather("run-1", "1", "")
            tx.state_scope("run-1", ScopeSeen(name="all", exhaustive=True))
            tx.see("run-1", 1, ["all"], ["1"])
        end(store, row)
        assert store.open_requests("run-1", 0, 10) == []
        with store.transaction() as tx:
            assert tx.gathered("run-1", "1") is None
            assert tx.scopes("run-1") == []

    def test_an_answer_is_remembered_until_the_next(self, store: Store) -> None:
        store.register(site())
        old = Answered(validators=Validators(etag='"a"'), yields=b'["old"]', version="1")
        new = Answered(
            validators=Validators(last_modified="Sun, 01 Mar 2026 12:00:00 GMT"), yields=b"\xc3", version="2"
        )
        with store.transaction() as tx:
            tx.remember(SOURCE, "key", old)
        assert store.answered(SOURCE, "key") == old
        with store.transaction() as tx:
            tx.remember(SOURCE, "key", new)
        assert store.answered(SOURCE, "key") == new
        assert store.answered("other.example", "key") is store.answered(SOURCE, "other") is None

    # Items and their parts

    def test_an_item_is_gathered_and_settled_once_a_run(self, store: Store) -> None:
        begin(store)
        with store.transaction() as tx:
            assert tx.gathered("run-1", "1") is None
            assert tx.gather("run-1", "1", f"https://{SOURCE}/list")
            assert not tx.gather("run-1", "1", f"https://{SOURCE}/page-2")
            assert tx.gathered("run-1", "1") == Gathered(local_id="1", url=f"https://{SOURCE}/list")
            assert tx.settle("run-1", "1")
            assert not tx.settle("run-1", "1")
            assert not tx.settle("run-1", "never seen")

    def test_parts_that_could_not_be_had_are_named_once(self, store: Store) -> None:
        begin(store)
        with store.transaction() as tx:
            tx.lacks("run-1", "unknown", "detail", skip=True)
            tx.gather("run-1", "1", "")
            tx.lacks("run-1", "1", "detail", skip=True)
            tx.lacks("run-1", "1", "feedback", skip=False)
            tx.lacks("run-1", "1", "detail", skip=False)
            assert tx.gathered("run-1", "1") == Gathered(local_id="1", missing=("detail", "feedback"), skip=True)
            assert tx.gathered("run-1", "unknown") is None

    def test_parts_are_kept_one_a_name_until_they_are_forgotten(self, store: Store) -> None:
        begin(store)
        detail = part({"a": [1, {"b": None}], "ü": "🌳"}, url=f"https://{SOURCE}", same="x", version="2")
        with store.transaction() as tx:
            tx.put_part(SOURCE, "1", "list", part({"old": True}))
            tx.put_part(SOURCE, "1", "list", part({"new": True}, run="run-2"))
            tx.put_part(SOURCE, "1", "detail", detail)
            tx.put_part(SOURCE, "2", "list", part({"other": True}))
            assert tx.part(SOURCE, "1", "detail") == detail
            assert tx.part(SOURCE, "1", "feedback") is None
            assert tx.parts(SOURCE, "1") == {"detail": detail, "list": part({"new": True}, run="run-2")}
            tx.forget_parts(SOURCE, "1")
            assert tx.parts(SOURCE, "1") == {}
            assert list(tx.parts(SOURCE, "2")) == ["list"]

    # Scopes

    def test_a_scope_counts_what_was_seen_of_it(self, store: Store) -> None:
        begin(store)
        with store.transaction() as tx:
            tx.state_scope("run-1", ScopeSeen(name="open", exhaustive=True, total=3))
            tx.state_scope("run-1", ScopeSeen(name="open", total=4))
            tx.state_scope("run-1", ScopeSeen(name="open"))
            tx.state_scope("run-1", ScopeSeen(name="all"))
            tx.see("run-1", 1, ["open", "all"], ["1", "2"])
            tx.see("run-1", 2, ["open"], ["2", "3"])
            assert tx.scopes("run-1") == [
                ScopeSeen(name="all", seen=2),
                ScopeSeen(name="open", exhaustive=True, total=4, seen=3),
            ]

    def test_a_failed_request_breaks_the_scopes_that_led_to_it_only(self, store: Store) -> None:
        begin(store)
        with store.transaction() as tx:
            for n, parent in enumerate((None, 1, None), 1):
                tx.ask("run-1", Request(f"https://{SOURCE}/{n}"), f"key-{n}", parent, 0)
            for request, name in ((1, "open"), (3, "closed")):
                tx.state_scope("run-1", ScopeSeen(name=name, exhaustive=True))
                tx.see("run-1", request, [name], [])
            tx.break_scopes("run-1", 2)
            assert {each.name: each.broken for each in tx.scopes("run-1")} == {"open": True, "closed": False}

    def test_a_failed_request_of_no_scope_breaks_all_also_those_to_come(self, store: Store) -> None:
        begin(store)
        begin(store, "run-2", source="other.example")
        with store.transaction() as tx:
            tx.ask("run-1", Request(f"https://{SOURCE}/"), "key", None, 0)
            tx.state_scope("run-1", ScopeSeen(name="open", exhaustive=True))
            tx.break_scopes("run-1", 1)
            tx.state_scope("run-1", ScopeSeen(name="closed", exhaustive=True))
            tx.state_scope("run-2", ScopeSeen(name="open", exhaustive=True))
            assert [each.broken for each in tx.scopes("run-1")] == [True, True]
            assert [each.broken for each in tx.scopes("run-2")] == [False]

    def test_a_scope_without_a_name_is_one_like_others(self, store: Store) -> None:
        begin(store)
        with store.transaction() as tx:
            tx.state_scope("run-1", ScopeSeen(name="", exhaustive=True))
            tx.state_scope("run-1", ScopeSeen(name="open", exhaustive=True))
            assert [(each.name, each.broken) for each in tx.scopes("run-1")] == [("", False), ("open", False)]

    def test_absent_is_what_a_scope_had_and_no_answer_of_the_run_holds(self, store: Store) -> None:
        row = begin(store)
        with store.transaction() as tx:
            tx.state_scope("run-1", ScopeSeen(name="open", exhaustive=True))
            tx.see("run-1", 1, ["open"], ["1", "2", "3"])
            assert tx.absent("run-1", SOURCE, "open") == []
            tx.put_members("run-1", SOURCE, "open")
        end(store, row)
        begin(store, "run-2", started=NOW + DAY)
        with store.transaction() as tx:
            assert tx.members(SOURCE, "open") == 3
            tx.gather("run-2", "1", "")
            tx.gather("run-2", "3", "seen in another scope")
            tx.see("run-2", 1, ["open"], ["1"])
            assert tx.absent("run-2", SOURCE, "open") == ["2"]
            tx.put_members("run-2", SOURCE, "open")
            tx.add_members(SOURCE, "open", ["2", "1"])
            assert tx.members(SOURCE, "open") == 2
            assert tx.members(SOURCE, "closed") == tx.members("other.example", "open") == 0

    # Quarantine and drift

    def test_an_item_in_quarantine_has_one_row(self, store: Store) -> None:
        store.register(site())
        with store.transaction() as tx:
            tx.quarantine(aside("2"))
            tx.quarantine(aside("1", error="old"))
            tx.quarantine(aside("1", {"title": ["x"]}, error="new", stage="validate", at=NOW + DAY))
            tx.quarantine(aside("0", source="other.example"))
        found = store.quarantined()
        assert [(row.source, row.local_id) for row in found] == [
            ("other.example", "0"), (SOURCE, "1"), (SOURCE, "2"),
        ]  # fmt: skip
        wanted = aside("1", {"title": ["x"]}, error="new", stage="validate", at=NOW + DAY)
        assert msgspec.structs.replace(found[1], id=0) == wanted
        assert len({row.id for row in found}) == 3
        assert [row.local_id for row in store.quarantined("other.example")] == ["0"]
        with store.transaction() as tx:
            assert tx.release(SOURCE, "1")
            assert not tx.release(SOURCE, "1")
        assert [row.local_id for row in store.quarantined(SOURCE)] == ["2"]

    def test_the_shape_of_the_last_good_run_is_kept_by_method(self, store: Store) -> None:
        store.register(site())
        with store.transaction() as tx:
            assert tx.shape(SOURCE, "parse") is None
            tx.put_shape(SOURCE, "parse", {"title": 1.0, "closes": 0.5})
            tx.put_shape(SOURCE, "parse", {"title": 0.25})
            tx.put_shape(SOURCE, "detail", {})
            assert tx.shape(SOURCE, "parse") == {"title": 0.25}
            assert tx.shape(SOURCE, "detail") == {}


class StoreContract(
    RecordsContract, ObservationsContract, ChangeLogContract, ErasureContract, TransactionContract, LedgerContract
):
    """All of it."""


def everything(store: Store) -> object:
    """What can be read of a store from outside."""
    return (
        entries(store),
        list(store.all_records()),
        store.sources(),
        store.quarantined(),
        store.observations(SOURCE, "1"),
        store.unfinished(SOURCE),
        store.open_requests("run-1", 0, 100),
    )


def failing(store: Store, write: Callable[[Transaction], object]) -> None:
    """Write in a transaction that is broken off from outside before its end."""

    def broken_off() -> None:
        with store.transaction() as tx:
            write(tx)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        broken_off()


def within(seconds: float, work: Callable[[], object]) -> object:
    """What ``work`` gives in a thread of its own, which must not take longer."""
    found: list[object] = []
    thread = threading.Thread(target=lambda: found.append(work()), daemon=True)
    thread.start()
    thread.join(seconds)
    assert found, "it does not end, or failed"
    return found[0]
