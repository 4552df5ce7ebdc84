"""What the harvest engine asks of a store: a lease, the frontier of a run, parts of items, and processes.

Everything the engine writes happens in a :class:`Transaction`: all of it or nothing, however the program ends. It may
hold several answers at once (group commit).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, NamedTuple, Protocol

import msgspec

from folkmoot_hub.connector import Request, Site
from folkmoot_hub.fetch.protocol import Validators
from folkmoot_hub.store.known import Known
from folkmoot_hub.store.protocol import Cause, Op, QuarantineRow, RunRow, Weight
from folkmoot_schema.process import Record, Support, canonical_json


class Begun(msgspec.Struct, frozen=True, kw_only=True):
    """A run that has begun: its row, and under which versions (connector, settings, transport) it runs."""

    row: RunRow
    versions: str


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """A request of a run's frontier.

    ``id`` counts from 1 within the run; ``parent`` is the request whose answer asked for it, None at the start.
    ``barren`` counts the answers in a row, up to that parent, that brought nothing new.
    """

    id: int
    request: Request
    key: str
    parent: int | None = None
    barren: int = 0


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """One part of an item as it was last had.

    ``same`` is what the request's ``unless_same`` said then, ``version`` the connector's, ``run`` the run that got it;
    ``captured_at`` is when an archive took it.
    """

    data: Mapping[str, Any]
    fetched_at: datetime
    url: str = ""
    same: str | None = None
    version: str = ""
    run: str = ""
    captured_at: datetime | None = None

    @property
    def read_at(self) -> datetime:
        """When what it tells was so: an archived count is one of the day on which it was captured."""
        return self.captured_at or self.fetched_at

    @property
    def digest(self) -> str:
        """The digest of its data."""
        return digest_of(self.data)


def digest_of(data: Mapping[str, Any]) -> str:
    """The digest (SHA-256) of the data of a part."""
    return hashlib.sha256(canonical_json(data)).hexdigest()


class Held(NamedTuple):
    """What a part of an item that the store has is known by: the digest of its data, when that was so, its run."""

    digest: str
    read_at: datetime
    run: str


#: By id and name of the part.
HeldParts = Mapping[tuple[str, str], Held]


class Candidate(msgspec.Struct, frozen=True, kw_only=True):
    """An item of a run that may be settled, and what the store knows of it without reading any of its texts.

    ``number`` is that of its process, 0 if there is none that is live; ``steady``: seen at the moment asked about, its
    standing is what it was. ``waiting``: more of it is still asked for.
    """

    local_id: str
    skip: bool
    waiting: bool
    number: int = 0
    item_digest: str = ""
    steady: bool = False


class Gathered(msgspec.Struct, frozen=True, kw_only=True):
    """An item of a run whose parts come together: ``missing`` could not be had, ``skip``: it is not to be mapped."""

    local_id: str
    url: str = ""
    missing: tuple[str, ...] = ()
    skip: bool = False


class Answered(msgspec.Struct, frozen=True, kw_only=True):
    """What the last whole answer to a request yielded, kept to be repeated when the next one is the same.

    That it is, the server says ("not modified"), or ``mark`` does: the digest of all that was read. ``yields`` tells
    the parts of items by their digests only; ``shape`` is the shape of their data. ``item``: whose part it brings.
    """

    validators: Validators
    yields: bytes
    version: str
    mark: str = ""
    shape: bytes = b"{}"
    item: str | None = None


class ScopeSeen(msgspec.Struct, frozen=True, kw_only=True):
    """A scope in a run: whether it is exhaustive, the total stated, how many of its items were seen, and whether a
    request that belongs to it failed."""

    name: str
    exhaustive: bool = False
    total: int | None = None
    seen: int = 0
    broken: bool = False


class Transaction(Protocol):
    """Writing, and reading what was written. Every method is about one source, that of the run."""

    # The run

    def begin(self, begun: Begun) -> None:
        """Put down a new run."""
        ...

    def put_run(self, row: RunRow) -> None:
        """Write the run's row anew; one with an outcome has ended, and its frontier is forgotten."""
        ...

    def state(self, source: str) -> Mapping[str, Any]:
        """What the connector left in the last complete run."""
        ...

    def put_state(self, source: str, data: Mapping[str, Any]) -> None:
        """Keep what the connector wants to find next time."""
        ...

    def note_source(
        self,
        source: str,
        *,
        last_complete: datetime | None = None,
        last_total: int | None = None,
        drifted: str | None = None,
    ) -> None:
        """What a run that ended says of its source; None leaves what was there."""
        ...

    def pending_state(self, run: str) -> Mapping[str, Any] | None:
        """What the connector said so far that it wants to find next time, None if nothing."""
        ...

    def put_pending_state(self, run: str, data: Mapping[str, Any]) -> None:
        """Keep that until the run has ended."""
        ...

    # The frontier

    def ask(self, run: str, request: Request, key: str, parent: int | None, barren: int) -> bool:
        """Open a request; False if the run has one with this key already."""
        ...

    def asks(self, run: str, key: str) -> bool:
        """Whether the run has a request with this key, open or not."""
        ...

    def leads_to(self, run: str, id: int, key: str) -> bool:
        """Whether the request with this key is ``id`` itself or one that led to it."""
        ...

    def stems_from(self, run: str, id: int, key: str) -> bool:
        """Whether the request with this key was opened by the answer to ``id`` or to one that led to it."""
        ...

    def close_request(self, run: str, id: int) -> None:
        """The request is answered, or has failed for good."""
        ...

    def waiting(self, run: str, local_id: str) -> bool:
        """Whether a request for a part of this item is still open."""
        ...

    def remember(self, source: str, key: str, answered: Answered) -> None:
        """Keep what an answer yielded, for when it is said to be the same."""
        ...

    def forget_answers(self, source: str, run: str) -> None:
        """Drop what answers told that the run, which was complete, has not asked for; parts of items stay."""
        ...

    # Items and scopes

    def gather(self, run: str, local_id: str, url: str) -> bool:
        """The item belongs to this run; True if it is new to it."""
        ...

    def gather_all(self, run: str, local_ids: Sequence[str], url: str) -> int:
        """The items belong to this run; how many are new to it."""
        ...

    def gathered(self, run: str, local_id: str) -> Gathered | None:
        """The item as this run knows it, None if it does not."""
        ...

    def candidates(
        self, run: str, source: str, local_ids: Sequence[str], moment: datetime, silent: datetime
    ) -> list[Candidate]:
        """What is known of these items of the run; seen at ``moment``, they would be trusted until ``silent``."""
        ...

    def see_again(
        self, run: str, source: str, seen: Sequence[Candidate], seen_at: datetime, silent: datetime, parts: HeldParts
    ) -> int:
        """These are still there and the same, and steady: settled, out of quarantine, their counts read with ``parts``.

        How many of them are settled for the first time in this run.
        """
        ...

    def settle(self, run: str, local_id: str) -> bool:
        """The item has been mapped or put aside; True if that is the first time in this run."""
        ...

    def lacks(self, run: str, local_id: str, part: str, skip: bool) -> None:
        """A part of the item could not be had; ``skip``: then the item is not to be mapped."""
        ...

    def part(self, source: str, local_id: str, name: str) -> Part | None:
        """One part of an item."""
        ...

    def parts(self, source: str, local_id: str) -> dict[str, Part]:
        """Every part of an item that was ever had."""
        ...

    def held(self, source: str, local_ids: Sequence[str]) -> HeldParts:
        """What parts of these items there are."""
        ...

    def skipped(self, run: str, local_ids: Sequence[str]) -> set[str]:
        """Which of these items are not to be mapped in this run."""
        ...

    def put_part(self, source: str, local_id: str, name: str, part: Part) -> None:
        """Keep a part, in place of an earlier one."""
        ...

    def put_parts(self, source: str, parts: Mapping[tuple[str, str], Part]) -> None:
        """Keep these parts, by id and name, in place of earlier ones."""
        ...

    def renew_parts(self, source: str, names: Sequence[tuple[str, str]], part: Part) -> None:
        """These parts, by id and name, were had again with the same data; all else is as ``part`` has it."""
        ...

    def state_scope(self, run: str, scope: ScopeSeen) -> None:
        """What an answer said of a scope; ``seen`` and ``broken`` are not read."""
        ...

    def see(self, run: str, request: int, scopes: Sequence[str], local_ids: Sequence[str]) -> int:
        """The items, found in the answer to ``request``, are in these scopes; how often one is new in one of them."""
        ...

    def break_scopes(self, run: str, request: int) -> None:
        """The request failed: scopes that it or a request which led to it belong to are not whole, all if there is
        none."""
        ...

    def scopes(self, run: str) -> list[ScopeSeen]:
        """Every scope of the run."""
        ...

    def seen_of_stated(self, run: str) -> int:
        """How many items were seen in scopes that state a total, each counted once."""
        ...

    def members(self, source: str, scope: str) -> int:
        """How many items the scope had when it was last judged."""
        ...

    def absent(self, run: str, source: str, scope: str) -> list[str]:
        """The items that the scope had when it was last judged, and that this run has not seen anywhere."""
        ...

    def put_members(self, run: str, source: str, scope: str) -> None:
        """The scope has been judged: what this run saw in it are its items now."""
        ...

    def add_members(self, source: str, scope: str, local_ids: Sequence[str]) -> None:
        """Let these items be of the scope, too."""
        ...

    # Processes and the log

    def known(self, source: str, local_id: str) -> Known | None:
        """The process as the store keeps it, None if it never was here."""
        ...

    def put(self, known: Known) -> int:
        """Keep the process as it is now; its number."""
        ...

    def touch(self, known: Known) -> None:
        """Keep a process that the store has as it is now, but for its texts and provenance, which are the same."""
        ...

    def erased(self, source: str, local_ids: Sequence[str]) -> set[str]:
        """Which of these processes were erased and may not come back."""
        ...

    def observe(self, number: int, supports: Sequence[Support]) -> bool:
        """What the process shows of every series; whether each is the last observation of its series.

        A new observation if count or threshold differ from the last, else a later sight. One without a count is none.
        """
        ...

    def append(
        self,
        number: int,
        *,
        op: Op,
        at: datetime,
        cause: Cause,
        weight: Weight,
        digest: str,
        body: Record | None = None,
        reason: str = "",
    ) -> None:
        """Append an entry to the change log."""
        ...

    def forget_parts(self, source: str, local_id: str) -> None:
        """Drop every part of an item that its source deleted."""
        ...

    # Quarantine and drift

    def quarantine(self, row: QuarantineRow) -> None:
        """Put an item aside, in place of an earlier row of the same item."""
        ...

    def aside(self, source: str, run: str) -> int:
        """How many items are in quarantine since this run."""
        ...

    def release(self, source: str, local_id: str) -> bool:
        """Take an item out of quarantine; whether it was there."""
        ...

    def release_nameless(self, source: str, run: str) -> None:
        """Let go of items without a usable id that the run has not met: nothing else would ever end them."""
        ...

    def shape(self, source: str, name: str) -> dict[str, float] | None:
        """The shape that was kept of the last good run under this name."""
        ...

    def put_shape(self, source: str, name: str, shape: Mapping[str, float]) -> None:
        """Keep the shape of a good run under this name."""
        ...


class Ledger(Protocol):
    """The harvesting face of a store."""

    def lease(self, source: str) -> AbstractContextManager[None]:
        """Run this source alone; ``LeaseHeld`` if somebody else does. It ends with whoever holds it, however."""
        ...

    def register(self, site: Site) -> None:
        """Make the source known, or note its present settings."""
        ...

    def set_next_due(self, source: str, moment: datetime | None) -> None:
        """Note when the source is to be harvested next."""
        ...

    def unfinished(self, source: str) -> Begun | None:
        """The run of this source that was not ended."""
        ...

    def open_requests(self, run: str, after: int, limit: int) -> list[Asked]:
        """Open requests of the run with an id above ``after``, by id."""
        ...

    def answered(self, source: str, key: str) -> Answered | None:
        """What the last whole answer to this request yielded."""
        ...

    def held(self, source: str, local_ids: Sequence[str]) -> HeldParts:
        """What parts of these items there are."""
        ...

    def quarantined(self, source: str | None = None) -> list[QuarantineRow]:
        """The items in quarantine, by source and id."""
        ...

    def transaction(self) -> AbstractContextManager[Transaction]:
        """Everything inside happens, or nothing."""
        ...
