"""A process becomes a change of the log, or none: comparing what is known with what was harvested."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

import msgspec

from folkmoot_hub.clock import Clock, FixedClock
from folkmoot_hub.connector import Site
from folkmoot_hub.harvest.ledger import Part, Transaction
from folkmoot_hub.store import changes
from folkmoot_hub.store.known import Known, Steady
from folkmoot_hub.store.protocol import Cause, Op, Weight
from folkmoot_schema import status
from folkmoot_schema.process import Process, Provenance, Standing, Support


class Kept(StrEnum):
    """What became of an item: the name of the counter in the run's row."""

    CREATED = "created"
    CHANGED = "changed"
    COUNTED = "counted"
    UNCHANGED = "unchanged"


_BY_WEIGHT = {
    Weight.MATERIAL: Kept.CHANGED,
    Weight.MINOR: Kept.CHANGED,
    Weight.COUNT: Kept.COUNTED,
    None: Kept.UNCHANGED,
}


class Keeper:
    """Keeps the processes of one run. ``now`` is the run's present, ``cause`` what its changes come from.

    What was seen was seen at ``now``; what is told is told when it is written, which ``clock`` says: a run may take
    hours, and whoever asks meanwhile for what changed since must not be passed by. Without a clock ``now`` is
    the present.
    """

    def __init__(self, site: Site, now: datetime, cause: Cause = Cause.HARVEST, *, clock: Clock | None = None) -> None:
        self._site = site
        self._now = now
        self._clock = clock or FixedClock(now)
        self._cause = cause

    def keep(
        self, tx: Transaction, old: Known | None, local_id: str, process: Process, provenance: Provenance, digest: str
    ) -> Kept:
        """Keep a process that was mapped; ``old`` is what the store has of it."""
        if old is None or old.process is None or old.standing is None:
            return self._create(tx, old, local_id, process, provenance, digest)
        support = changes.known_counts_kept(old.process.support, process.support)
        if support != process.support:
            # A count that the source no longer tells must not be taken for read again when the item is the same next
            # time: without a digest it will be mapped, and looked at in this way, once more.
            process, digest = msgspec.structs.replace(process, support=support), ""
        standing = self._standing(process, self._moment(old))
        weight = changes.weight((old.process, old.standing), (process, standing))
        later = msgspec.structs.replace(
            old, process=process, standing=standing, provenance=provenance, item_digest=digest
        )
        return self._write(tx, old, later, weight)

    def see(self, tx: Transaction, old: Known, parts: Mapping[str, Part]) -> Kept:
        """The item is still there and the same; the counts of ``parts`` were read when these were."""
        assert old.process is not None
        assert old.standing is not None
        support = tuple(_read_again(each, parts) for each in old.process.support)
        process = msgspec.structs.replace(old.process, support=support)
        standing = self._standing(process, self._moment(old))
        told = changes.stage(standing) != changes.stage(old.standing)
        later = msgspec.structs.replace(old, process=process, standing=standing)
        return self._write(tx, old, later, Weight.MATERIAL if told else None, same=True)

    def meet(self, tx: Transaction, old: Known) -> None:
        """The item is still there, but cannot be read: it is not absent, and what is known of it is not confirmed.

        Its last sight stays what it was, so that the clock tells when the source's word holds no longer.
        """
        if old.absent_since is None:
            return
        moment = self._moment(old)
        later = msgspec.structs.replace(old, absent_since=None, absences=0, counted_at=moment)
        tx.put(later)
        self._append(tx, later, Op.UPDATE, Weight.MINOR, moment, "its source lists it again, and it cannot be read")

    def miss(self, tx: Transaction, old: Known, *, counted: bool) -> None:
        """A list that should have the item has it no longer: it stays, and says since when."""
        since, moment = old.absent_since or self._now, self._moment(old)
        later = msgspec.structs.replace(old, absent_since=since, absences=old.absences + counted)
        if old.absent_since is None:
            later = msgspec.structs.replace(later, counted_at=moment)
            self._append(tx, later, Op.UPDATE, Weight.MINOR, moment, "its source lists it no longer")
        tx.put(later)

    def remove(self, tx: Transaction, local_id: str, reason: str) -> bool:
        """The source deleted it: a tombstone, and nothing more of its parts. Whether there was a process to remove."""
        source = self._site.id
        tx.forget_parts(source, local_id)
        tx.release(source, local_id)
        old = tx.known(source, local_id)
        if old is None or old.process is None:
            return False
        moment = self._moment(old)
        tx.put(_gone(old, moment, reason))
        tx.append(
            old.number,
            op=Op.DELETE,
            at=moment,
            cause=self._cause,
            weight=Weight.MATERIAL,
            digest="",
            reason=reason,
        )
        return True

    @property
    def silent(self) -> datetime:
        """Until when it holds what was seen in this run."""
        return self._now + self._site.trust

    def moment(self) -> datetime:
        """The present in which something is told, of what was not told of since."""
        return self._moment()

    def _steady(self, known: Known, moment: datetime) -> Steady | None:
        """For how long a sight leaves the standing as it is, None if it must be looked at each time."""
        assert known.process is not None
        assert known.standing is not None
        since, until = status.steady(known.process, moment)
        if not moment < self.silent < until:
            return None
        return Steady(since=since, until=until, silences=known.standing.next_transition_at == self.silent)

    def _moment(self, old: Known | None = None) -> datetime:
        """The present in which something is told: never before the run's own, nor before the last news."""
        return max(self._now, self._clock.now(), old.updated if old else self._now)

    def _standing(self, process: Process, now: datetime) -> Standing:
        return status.assess_process(process, seen_at=self._now, now=now, interval=self._site.trust)

    def _create(
        self,
        tx: Transaction,
        old: Known | None,
        local_id: str,
        process: Process,
        provenance: Provenance,
        digest: str,
    ) -> Kept:
        moment = self._moment(old)
        made = Known(
            source=self._site.id,
            local_id=local_id,
            number=old.number if old else 0,
            process=process,
            standing=self._standing(process, moment),
            provenance=provenance,
            item_digest=digest,
            first_seen=old.first_seen if old else moment,
            updated=moment,
            seen_at=self._now,
        )
        made = msgspec.structs.replace(made, steady=self._steady(made, moment))
        made = msgspec.structs.replace(made, number=tx.put(made))
        if not tx.observe(made.number, process.support):
            tx.touch(msgspec.structs.replace(made, steady=None))
        self._append(tx, made, Op.CREATE, Weight.MATERIAL, moment)
        return Kept.CREATED

    def _write(self, tx: Transaction, old: Known, later: Known, weight: Weight | None, *, same: bool = False) -> Kept:
        """Write the process; with ``same`` its texts are those that the store has."""
        absent = old.absent_since is not None and self._now < old.absent_since  # missed since: this was put aside
        if old.absent_since is not None and not absent and weight in {None, Weight.COUNT}:
            weight = Weight.MINOR  # it is listed again
        moment = self._moment(old)
        later = msgspec.structs.replace(
            later,
            seen_at=self._now,
            updated=moment if weight is Weight.MATERIAL else old.updated,
            counted_at=moment if weight in {Weight.MINOR, Weight.COUNT} else old.counted_at,
            absent_since=old.absent_since if absent else None,
            absences=old.absences if absent else 0,
        )
        assert later.process is not None
        steady = self._steady(later, moment) if tx.observe(later.number, later.process.support) else None
        later = msgspec.structs.replace(later, steady=steady)
        if same:
            tx.touch(later)
        else:
            tx.put(later)
        if weight is not None:
            self._append(tx, later, Op.UPDATE, weight, moment)
        return _BY_WEIGHT[weight]

    def _append(self, tx: Transaction, known: Known, op: Op, weight: Weight, at: datetime, reason: str = "") -> None:
        body = known.record(self._site)
        tx.append(
            known.number,
            op=op,
            at=at,
            cause=self._cause,
            weight=weight,
            digest=changes.digest(body),
            body=None if weight is Weight.COUNT else body,
            reason=reason,
        )


def _gone(old: Known, at: datetime, reason: str) -> Known:
    return msgspec.structs.replace(
        old, process=None, standing=None, provenance=None, item_digest="", gone_at=at, gone_reason=reason
    )


def _read_again(support: Support, parts: Mapping[str, Part]) -> Support:
    part = parts.get(support.part)
    if part is None or support.count is None or (support.read_at is not None and part.read_at <= support.read_at):
        return support
    return msgspec.structs.replace(support, read_at=part.read_at)
