"""Reading what a store holds."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest

from folkmoot_hub.harvest.keeping import Keeper, Kept
from folkmoot_hub.publisher import Tombstone
from folkmoot_hub.store.protocol import Observation, Op, Trouble
from folkmoot_schema.codes import Topic
from folkmoot_schema.process import Record, Threshold
from folkmoot_schema.texts import Text
from hub.store.contract.looking import entries
from hub.store.making import (
    DAY,
    NOW,
    SOURCE,
    Store,
    alive,
    aside,
    begin,
    end,
    keep,
    keep_in,
    known,
    process,
    provenance,
    remove,
    signatures,
    site,
)


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

    @pytest.mark.parametrize(
        ("limit", "skip", "told"), [(2, 0, "34"), (2, 1, "23"), (9, 3, "01"), (1, 5, ""), (None, 2, "012")]
    )
    def test_the_latest_of_a_history_can_be_had(self, store: Store, limit: int | None, skip: int, told: str) -> None:
        for n in range(5):
            keep(store, "1", process(str(n)), NOW + n * DAY)
        found = store.history(SOURCE, "1", limit=limit, skip=skip)
        assert "".join(each.body.process.title.values["en"] for each in found if each.body) == told

    def test_the_sites_are_those_of_the_sources(self, store: Store) -> None:
        for id in ("b.example", "a.example"):
            keep(store, "1", source=id)
        assert store.sites() == {row.site.id: row.site for row in store.sources()}
        assert (store.site("b.example"), store.site("c.example")) == (store.sites()["b.example"], None)

    def test_the_state_is_another_once_something_is_written(self, store: Store) -> None:
        before = store.state()
        assert store.state() == before
        keep(store, "1")
        assert store.state() != before

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
        assert store.checked() is None
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
        assert store.checked() == row.ended
        assert (found.last_complete, found.last_total, found.next_due) == (NOW, 7, NOW + DAY)
        assert found.drifted == "parse: no title any more"
        assert [each for each in store.sources() if each.site.id == SOURCE] == [found]

    def test_runs_come_newest_first(self, store: Store) -> None:
        rows = [end(store, begin(store, f"run-{n}", started=NOW + n * DAY)) for n in range(4)]
        begin(store, "run-of-another", source="other.example")
        assert store.runs(SOURCE) == rows[::-1]
        assert store.runs(SOURCE, limit=2) == [rows[3], rows[2]]

    def test_all_sources_are_watched_in_one_go(self, store: Store) -> None:
        for n in range(3):
            end(store, begin(store, f"run-{n}", started=NOW + n * DAY), NOW + n * DAY)
        end(store, begin(store, "run-3", started=NOW + 2 * DAY + DAY / 24), outcome="failed")
        begin(store, "run-4", started=NOW + 3 * DAY)
        keep(store, "1", source="other.example")
        store.register(site("a.example"))
        found = store.watched(2, NOW + DAY)
        assert [each.row for each in found] == store.sources()
        assert [each.row.site.id for each in found] == ["a.example", "other.example", SOURCE]
        bare, other, town = found
        assert (bare.runs, bare.days, other.runs) == ((), (), ())
        assert list(town.runs) == store.runs(SOURCE, 2)
        assert [each.run for each in town.runs] == ["run-4", "run-3"]
        assert [(each.day - NOW.date(), each.outcome, each.runs) for each in town.days] == [
            (DAY, "complete", 1),
            (2 * DAY, "complete", 1),
            (2 * DAY, "failed", 1),
        ]
        assert store.watched(2, NOW + DAY, SOURCE) == [town]
        assert store.watched(2, NOW + DAY, "nowhere.example") == []

    def test_a_day_is_one_of_utc_and_begins_with_it(self, store: Store) -> None:
        midnight = NOW.replace(hour=0)
        for n, hours in enumerate((-0.001, 0, 23.999)):
            begun = midnight + timedelta(hours=hours)
            end(store, begin(store, f"run-{n}", started=begun), begun)
        [found] = store.watched(1, midnight - DAY)
        assert [(each.day, each.runs) for each in found.days] == [((NOW - DAY).date(), 1), (NOW.date(), 2)]
        [since] = store.watched(1, midnight)
        assert [(each.day, each.runs) for each in since.days] == [(NOW.date(), 2)]

    def test_the_reasons_of_a_quarantine_are_counted(self, store: Store) -> None:
        store.register(site())
        with store.transaction() as tx:
            for local_id in "cab":
                tx.quarantine(aside(local_id))
            tx.quarantine(aside("0", stage="validate", error="it closes before it opens"))
            tx.quarantine(aside("x", source="other.example"))
        assert store.troubles(SOURCE) == [
            Trouble(stage="map", error="it has no title", count=3, local_id="a"),
            Trouble(stage="validate", error="it closes before it opens", count=1, local_id="0"),
        ]
        assert len(store.troubles(SOURCE, limit=1)) == 1
        assert store.troubles("nowhere.example") == []


class ObservationsContract:
    """The time series of support."""

    @staticmethod
    def observe(store: Store, *readings: tuple[int | None, int]) -> list[tuple[int | None, int, int]]:
        """Observe (count, day) one after the other; the series as (count, first day, last day)."""
        store.register(site())
        with store.transaction() as tx:
            number = tx.put(known())
            for count, day in readings:
                tx.observe(number, (signatures(count, NOW + day * DAY),))
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

    def test_another_threshold_is_another_observation(self, store: Store) -> None:
        """The minimum of a country may change while its count does not."""
        store.register(site())
        with store.transaction() as tx:
            number = tx.put(known())
            for day, goal in enumerate((100, 100, 200, 200)):
                reading = signatures(5, NOW + day * DAY, threshold=Threshold(count=goal), place="FR")
                tx.observe(number, (reading,))
        found = store.observations(SOURCE, "1")
        assert [(each.support.threshold, each.read_at, each.last_read_at) for each in found] == [
            (Threshold(count=100), NOW, NOW + DAY),
            (Threshold(count=200), NOW + 2 * DAY, NOW + 3 * DAY),
        ]

    def test_a_reading_without_its_time_is_none(self, store: Store) -> None:
        store.register(site())
        with store.transaction() as tx:
            tx.observe(tx.put(known()), (signatures(5, None),))
        assert store.observations(SOURCE, "1") == []

    def test_series_are_apart(self, store: Store) -> None:
        store.register(site())
        readings = [signatures(1, place="FR"), signatures(1, place="GR"), signatures(1, verified=True, part="detail")]
        with store.transaction() as tx:
            number = tx.put(known())
            for reading in readings:
                tx.observe(number, (reading,))
                tx.observe(number, (msgspec.structs.replace(reading, count=2, read_at=NOW + DAY),))
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
