"""Whatever happens in whatever order, the log tells it: random stories, told to a store and to a plain dictionary."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from unittest import mock

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from folkmoot_hub.harvest.keeping import Keeper, Kept
from folkmoot_hub.publisher import Tombstone
from folkmoot_hub.store.protocol import Cause, Change, Op, Weight
from folkmoot_hub.store.sqlite import database
from folkmoot_hub.store.sqlite.store import SqliteStore
from folkmoot_schema.process import Process, Record
from folkmoot_schema.status import assess_process
from hub.store.making import DAY, NOW, SOURCE, aside, keep_in, part, process, signatures, site

_HASTY = tuple(each.replace("synchronous=FULL", "synchronous=OFF") for each in database._PRAGMAS)
_IDS = st.sampled_from("abc")
_CLOSES = st.sampled_from(["2026-03-03", "2026-03-20", "2026", None])

_KEPT = {
    Weight.MATERIAL: Kept.CHANGED,
    Weight.MINOR: Kept.CHANGED,
    Weight.COUNT: Kept.COUNTED,
    None: Kept.UNCHANGED,
}


@dataclass
class Living:
    """What the model knows of a process that is there."""

    value: Process
    status: tuple[str, str | None]
    seen_at: datetime
    updated: datetime
    counted_at: datetime | None = None
    absent_since: datetime | None = None
    counts: list[int] = field(default_factory=list)

    def standing(self, now: datetime) -> tuple[str, str | None]:
        """Status and deadline at that moment, if nobody sees it again."""
        found = assess_process(self.value, seen_at=self.seen_at, now=now, interval=DAY)
        return found.status, found.deadline


class Story(RuleBasedStateMachine):
    """A source's processes over some weeks."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        with mock.patch.object(database, "_PRAGMAS", _HASTY):
            self.store = SqliteStore(Path(self.folder.name))
        self.store.register(site())
        self.now = NOW
        self.living: dict[str, Living] = {}
        self.erased: set[str] = set()
        self.deleted: set[str] = set()
        self.told: list[tuple[str, Op, Cause, Weight]] = []

    def teardown(self) -> None:
        """Let go of the store."""
        self.store.close()
        self.folder.cleanup()

    # What happens

    @rule(hours=st.integers(1, 400))
    def wait(self, hours: int) -> None:
        """Time goes by."""
        self.now += timedelta(hours=hours)

    @rule(local_id=_IDS, title=st.sampled_from("XY"), words=st.sampled_from([(), ("w",)]),
          count=st.none() | st.integers(0, 2), closes=_CLOSES)  # fmt: skip
    def keep(self, local_id: str, title: str, words: tuple[str, ...], count: int | None, closes: str | None) -> None:
        """A run maps a process that is new or was changed at its source, or not."""
        if local_id in self.erased:
            return  # the engine does not get so far: see harvest/taking.py
        value = process(title, keywords=words, closes=closes, support=(signatures(count, self.now),))
        with self.store.transaction() as tx:
            kept = keep_in(tx, local_id, value, self.now)
        assert kept is self._model_keep(local_id, value, count)

    def _model_keep(self, local_id: str, value: Process, count: int | None) -> Kept:
        before = self.living.get(local_id)
        after = Living(value, ("", None), self.now, self.now)
        after.status = after.standing(self.now)
        if before is None:
            after.counts = [] if count is None else [count]
            self._tell(local_id, Op.CREATE, Cause.HARVEST, Weight.MATERIAL)
            self.living[local_id] = after
            return Kept.CREATED
        known = before.counts[-1] if before.counts else None
        counted = count is not None and count != known
        weight = self._weigh(before, after, counted=counted)
        after.counts = [*before.counts, count] if counted and count is not None else before.counts
        self._date(after, before, weight)
        self.living[local_id] = after
        self._told_of_update(local_id, weight)
        return _KEPT[weight]

    @staticmethod
    def _weigh(before: Living, after: Living, *, counted: bool) -> Weight | None:
        old, new = before.value, after.value
        if (old.title, old.phases, before.status) != (new.title, new.phases, after.status):
            return Weight.MATERIAL
        if old.keywords != new.keywords or old.url != new.url or before.absent_since is not None:
            return Weight.MINOR
        return Weight.COUNT if counted else None

    def _date(self, after: Living, before: Living, weight: Weight | None) -> None:
        after.updated = self.now if weight is Weight.MATERIAL else before.updated
        after.counted_at = self.now if weight in {Weight.MINOR, Weight.COUNT} else before.counted_at

    def _told_of_update(self, local_id: str, weight: Weight | None) -> None:
        if weight is not None:
            self._tell(local_id, Op.UPDATE, Cause.HARVEST, weight)

    @precondition(lambda self: self.living)
    @rule(data=st.data())
    def see(self, data: st.DataObject) -> None:
        """A run finds a process as it was."""
        local_id = data.draw(st.sampled_from(sorted(self.living)))
        with self.store.transaction() as tx:
            known = tx.known(SOURCE, local_id)
            assert known is not None
            Keeper(site(), self.now).see(tx, known, {})
        before = self.living[local_id]
        after = replace(before, seen_at=self.now, absent_since=None)
        after.status = after.standing(self.now)
        weight = self._weigh(before, after, counted=False)
        self._date(after, before, weight)
        self.living[local_id] = after
        self._told_of_update(local_id, weight)

    @precondition(lambda self: self.living)
    @rule(data=st.data())
    def miss(self, data: st.DataObject) -> None:
        """A complete list does not hold a process any more."""
        local_id = data.draw(st.sampled_from(sorted(self.living)))
        with self.store.transaction() as tx:
            known = tx.known(SOURCE, local_id)
            assert known is not None
            Keeper(site(), self.now).miss(tx, known, counted=True)
        living = self.living[local_id]
        if living.absent_since is None:
            living.absent_since = living.counted_at = self.now
            self._tell(local_id, Op.UPDATE, Cause.HARVEST, Weight.MINOR)

    @rule(local_id=_IDS)
    def remove(self, local_id: str) -> None:
        """The source says that it was deleted."""
        with self.store.transaction() as tx:
            assert Keeper(site(), self.now).remove(tx, local_id, "deleted") is (local_id in self.living)
        if self.living.pop(local_id, None) is not None:
            self.deleted.add(local_id)
            self._tell(local_id, Op.DELETE, Cause.HARVEST, Weight.MATERIAL)

    @rule(local_id=_IDS)
    def hold(self, local_id: str) -> None:
        """A part of it is kept, and it is put aside."""
        if local_id not in self.erased:
            with self.store.transaction() as tx:
                tx.put_part(SOURCE, local_id, "list", part({"title": local_id}))
                tx.quarantine(aside(local_id))

    @rule()
    def advance(self) -> None:
        """The scheduler lets time pass in the store."""
        self.store.advance(self.now)
        for local_id, living in self.living.items():
            status = living.standing(self.now)
            if status != living.status:
                living.status, living.updated = status, self.now
                self._tell(local_id, Op.UPDATE, Cause.CLOCK, Weight.MATERIAL)

    @rule(local_id=_IDS)
    def erase(self, local_id: str) -> None:
        """Somebody asks for it to be forgotten."""
        with self.store.transaction() as tx:
            held = tx.parts(SOURCE, local_id)
        there = local_id in self.living or local_id in self.deleted or bool(held)
        assert self.store.erase(SOURCE, local_id, "asked for", self.now) is (there and local_id not in self.erased)
        if there and local_id not in self.erased:
            self.living.pop(local_id, None)
            self.erased.add(local_id)
            self._tell(local_id, Op.DELETE, Cause.ERASURE, Weight.MATERIAL)

    def _tell(self, local_id: str, op: Op, cause: Cause, weight: Weight) -> None:
        self.told.append((local_id, op, cause, weight))
        if op is Op.CREATE:
            self.deleted.discard(local_id)

    # What must be true

    @invariant()
    def records_are_what_the_model_says(self) -> None:
        """Every process reads as the model has it, and nothing else is there."""
        assert {each.local_id for _, each in self.store.all_records()} == set(self.living)
        for local_id, living in self.living.items():
            found = self.store.get(SOURCE, local_id)
            assert isinstance(found, Record)
            assert (found.process.title, found.process.phases) == (living.value.title, living.value.phases)
            assert found.process.keywords == living.value.keywords
            assert (found.standing.status, found.standing.deadline) == living.status
            assert (found.updated, found.counted_at) == (living.updated, living.counted_at)
            assert (found.seen_at, found.absent_since) == (living.seen_at, living.absent_since)
            assert [each.count for each in found.process.support] == [living.counts[-1] if living.counts else None]
        for local_id in self.erased:
            assert isinstance(self.store.get(SOURCE, local_id), Tombstone)

    @invariant()
    def the_log_tells_each_change_once(self) -> None:
        """Operations, causes and weights are those of the story, up to the order of what the clock did at once."""
        found = [(each.local_id, each.op, each.cause, each.weight) for each in self.store.changes(0)]
        assert sorted(found) == sorted(self.told)
        for local_id in "abc":
            assert [each for each in found if each[0] == local_id] == [
                each for each in self.told if each[0] == local_id
            ]

    @invariant()
    def the_log_replayed_gives_the_store(self) -> None:
        """Whoever reads it all has what the store has, and each entry fits on the one before."""
        held: dict[str, Record] = {}
        dates: dict[str, tuple[datetime, datetime | None]] = {}
        for entry in self.store.changes(0):
            if entry.local_id in self.erased:
                assert (entry.body, entry.previous) == (None, None)
                continue
            assert entry.previous == held.get(entry.local_id)
            _replay(entry, held, dates)
        assert set(held) == set(self.living)
        for local_id, told in held.items():
            present = self.store.get(SOURCE, local_id)
            assert isinstance(present, Record)
            assert told.process.title == present.process.title
            assert told.process.keywords == present.process.keywords
            assert told.standing.status == present.standing.status
            assert told.absent_since == present.absent_since
            assert (present.updated, present.counted_at) == dates[local_id]

    @invariant()
    def the_history_is_what_was_news(self) -> None:
        """And nothing besides."""
        for local_id in "abc":
            news = [
                each for each in self.store.changes(0) if each.local_id == local_id and each.weight is Weight.MATERIAL
            ]
            assert self.store.history(SOURCE, local_id) == news

    @invariant()
    def the_next_transition_lies_ahead_of_what_was_told(self) -> None:
        """The clock is never asked for in vain: at the next transition something does change."""
        moment = self.store.next_transition()
        moments = [
            found.standing.next_transition_at
            for _, found in self.store.all_records()
            if found.standing.next_transition_at is not None
        ]
        assert moment == min(moments, default=None)


def _replay(entry: Change, held: dict[str, Record], dates: dict[str, tuple[datetime, datetime | None]]) -> None:
    if entry.op is Op.DELETE:
        del held[entry.local_id], dates[entry.local_id]
        return
    if entry.op is Op.CREATE:
        assert entry.local_id not in held
        dates[entry.local_id] = (entry.at, None)
    updated, counted = dates[entry.local_id]
    dates[entry.local_id] = (entry.at, counted) if entry.weight is Weight.MATERIAL else (updated, entry.at)
    if entry.weight is Weight.COUNT:
        assert entry.body is None
    else:
        assert entry.body is not None
        held[entry.local_id] = entry.body


TestStory = Story.TestCase
TestStory.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)
