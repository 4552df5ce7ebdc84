"""What the hub asks of a store, whichever database is behind it.

Three faces of one thing, so that a caller depends on no more than it uses: :class:`Records` (reading),
:class:`ChangeLog` (readers and their cursors), and with the engine that alone uses it
:class:`folkmoot_hub.harvest.ledger.Ledger` (runs, frontier, quarantine). An implementation is usable from any thread;
its methods block and are called off the event loop.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Literal, Protocol

import msgspec

from folkmoot_hub.connector import Site
from folkmoot_hub.publisher import Tombstone
from folkmoot_schema.process import Record, Support


class Op(StrEnum):
    """What a change did."""

    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"


class Cause(StrEnum):
    """Why a change happened."""

    HARVEST = "harvest"
    CLOCK = "clock"
    CORRECTION = "correction"
    ERASURE = "erasure"
    PEER = "peer"


class Weight(StrEnum):
    """How much a change matters to those who are told.

    Material: news, moves ``updated``. Minor: the record reads differently, but it is no news (topics, keywords).
    Count: only counts of support moved; such an entry has no body.
    """

    MATERIAL = "material"
    MINOR = "minor"
    COUNT = "count"


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of the change log.

    ``number`` is the process's number in this store. ``body`` is the record after the change, None for counts,
    deletions and erased entries; ``previous`` is the record before it, where there was one and it was not erased: as
    the last entry with a body has it, so that its counts may be older.
    """

    seq: int
    number: int
    source: str
    local_id: str
    op: Op
    at: datetime
    cause: Cause
    weight: Weight
    digest: str
    body: Record | None = None
    previous: Record | None = None
    reason: str = ""


class Observation(msgspec.Struct, frozen=True, kw_only=True):
    """One value of one support series: first read at ``read_at``, still the same at ``last_read_at``."""

    support: Support
    read_at: datetime
    last_read_at: datetime


class RunRow(msgspec.Struct, frozen=True, kw_only=True):
    """What is said of a run when it has ended (and, with ``outcome`` None, while it runs).

    ``requests`` have come back, ``answers`` of them with an answer that could be read; ``asked`` were opened. ``items``
    are the ids that were seen, ``missing`` the parts of them that could not be had, the first of which are named;
    ``unread`` are those whose answers were not believed. ``drifted`` says which answer first had a shape that the
    connector, or the last good run, does not know.
    """

    run: str
    source: str
    started: datetime
    ended: datetime | None = None
    outcome: Literal["complete", "partial", "suspicious", "failed"] | None = None
    requests: int = 0
    asked: int = 0
    answers: int = 0
    items: int = 0
    created: int = 0
    changed: int = 0
    unchanged: int = 0
    counted: int = 0
    gone: int = 0
    quarantined: int = 0
    missing: int = 0
    unread: int = 0
    bytes: int = 0
    seconds: float = 0.0
    why: str = ""
    missing_parts: tuple[str, ...] = ()
    drifted: str = ""


class SourceRow(msgspec.Struct, frozen=True, kw_only=True):
    """A source as the store knows it: its site, how many processes it has, its runs and its health.

    ``last_total`` is how many items it stated in all when it last did, each counted once.
    """

    site: Site
    processes: int
    last_run: RunRow | None = None
    last_complete: datetime | None = None
    last_total: int | None = None
    next_due: datetime | None = None
    quarantined: int = 0
    drifted: str = ""


class Day(msgspec.Struct, frozen=True, kw_only=True):
    """How many runs of a source that began on one day (UTC) ended with one outcome."""

    day: date
    outcome: Literal["complete", "partial", "suspicious", "failed"]
    runs: int


class Watch(msgspec.Struct, frozen=True, kw_only=True):
    """A source with its latest runs, newest first, and what its runs of some days came to, the oldest day first."""

    row: SourceRow
    runs: tuple[RunRow, ...] = ()
    days: tuple[Day, ...] = ()


class Trouble(msgspec.Struct, frozen=True, kw_only=True):
    """Why ``count`` items of a source are in quarantine; ``local_id`` is the first of them."""

    stage: Literal["identify", "map", "validate"]
    error: str
    count: int
    local_id: str


class QuarantineRow(msgspec.Struct, frozen=True, kw_only=True):
    """An item that could not become a process: what it was, where from, and why.

    One that has no usable id (stage ``identify``) stands under a made-up ``local_id``.
    """

    id: int
    source: str
    local_id: str
    stage: Literal["identify", "map", "validate"]
    error: str
    address: str
    payload: dict[str, Any]
    at: datetime
    run: str


class Records(Protocol):
    """Reading what the hub holds."""

    def state(self) -> Hashable:
        """What stays equal as long as nothing is written, whoever writes; compared by one and the same thread."""
        ...

    def get(self, source: str, local_id: str) -> Record | Tombstone | None:
        """The process with that id, what is left of it, or None if it never was here."""
        ...

    def by_number(self, numbers: Sequence[int]) -> list[Record]:
        """The live processes with these numbers, in their order; those that are gone are left out."""
        ...

    def all_records(self, source: str | None = None) -> Iterator[tuple[int, Record]]:
        """Every live process with its number, by number."""
        ...

    def history(self, source: str, local_id: str, *, limit: int | None = None, skip: int = 0) -> list[Change]:
        """The material changes of a process, oldest first, each with both versions."""
        ...

    def observations(self, source: str, local_id: str) -> list[Observation]:
        """Every reading of support of a process, by series, oldest first."""
        ...

    def tombstones(self, since: datetime | None = None, limit: int = 100) -> list[tuple[Tombstone, Record | None]]:
        """What was deleted, newest first, each with its last version where that was not erased."""
        ...

    def sites(self) -> dict[str, Site]:
        """The settings of every source that was ever harvested or registered, by id: of all about it the cheapest."""
        ...

    def site(self, source: str) -> Site | None:
        """The settings of one source."""
        ...

    def checked(self) -> datetime | None:
        """When a run of any source last ended, None if none ever did."""
        ...

    def sources(self) -> list[SourceRow]:
        """Every source that was ever harvested or registered, by id."""
        ...

    def source(self, source: str) -> SourceRow | None:
        """One source."""
        ...

    def runs(self, source: str, limit: int = 20) -> list[RunRow]:
        """The latest runs of a source, newest first."""
        ...

    def watched(self, runs: int, since: datetime, source: str | None = None) -> list[Watch]:
        """Every source, or that one, by id: its latest ``runs``, and by day what those came to that began ``since``.

        In one go, since a hub may have hundreds. Runs that have not ended are in no day.
        """
        ...

    def troubles(self, source: str, limit: int = 20) -> list[Trouble]:
        """Why items of a source are in quarantine, the commonest reason first, then by the first id it concerns."""
        ...


class ChangeLog(Protocol):
    """The change log and the cursors of its readers."""

    def head(self) -> int:
        """The highest sequence number, 0 if there is none."""
        ...

    def changes(self, after: int, limit: int = 1000) -> list[Change]:
        """The entries after ``after`` in order. Having read n, nothing numbered n or lower ever appears again."""
        ...

    def cursor(self, reader: str) -> int:
        """How far the reader came, 0 at first."""
        ...

    def set_cursor(self, reader: str, seq: int) -> None:
        """Remember how far the reader came."""
        ...

    def next_transition(self) -> datetime | None:
        """When time alone will next change something, None if never."""
        ...

    def advance(self, now: datetime, limit: int = 1000) -> int:
        """Append what time alone changed up to ``now`` (cause clock), once each; how many processes were looked at.

        At most ``limit`` are: whoever gets as many calls again.
        """
        ...

    def erase(self, source: str, local_id: str, reason: str, now: datetime) -> bool:
        """Forget a process: tombstone in the log, every body, part, reading and quarantined payload gone.

        False if there was nothing (any more). It may take minutes, since what was written is overwritten.
        """
        ...


__all__ = [
    "Cause",
    "Change",
    "ChangeLog",
    "Day",
    "Observation",
    "Op",
    "QuarantineRow",
    "Records",
    "RunRow",
    "SourceRow",
    "Tombstone",
    "Trouble",
    "Watch",
    "Weight",
]
