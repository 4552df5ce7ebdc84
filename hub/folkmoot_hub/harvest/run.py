"""One run of one source: leased, resumable at any point, and judged when everything has been asked."""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from datetime import datetime, timedelta
from typing import Final

import msgspec

from folkmoot_hub.clock import Clock
from folkmoot_hub.connector import Connector, Run, Site
from folkmoot_hub.errors import FetchError, ParseError
from folkmoot_hub.fetch.protocol import Fetcher
from folkmoot_hub.harvest import completeness, drift, mapping
from folkmoot_hub.harvest.keeping import Keeper
from folkmoot_hub.harvest.ledger import Asked, Begun, Ledger, Transaction
from folkmoot_hub.harvest.taking import Landed, Taker
from folkmoot_hub.harvest.tally import Outcome, Tally
from folkmoot_hub.store.protocol import RunRow

log = logging.getLogger(__name__)

#: At most so many answers share a transaction, so that it stays short.
GROUP: Final = 32
#: Open requests are read in portions of this size.
_PORTION: Final = 200


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """How a run is made. ``via`` names the transport: a run begun on a recording is not gone on with on the web.

    ``most_requests`` and ``deadline`` (seconds of this process's time) bound it; ``accept_shrinkage`` believes a list
    that has become much shorter.
    """

    via: str = "web"
    most_requests: int = 100_000
    deadline: float = 6 * 3600.0
    accept_shrinkage: bool = False


class Harvest:
    """Harvests one source. ``connector_version`` is what provenance names (of distribution and connector)."""

    def __init__(
        self,
        site: Site,
        connector: Connector,
        fetcher: Fetcher,
        ledger: Ledger,
        clock: Clock,
        *,
        connector_version: str = "",
        options: Options | None = None,
    ) -> None:
        self._site = site
        self._connector = connector
        self._fetcher = fetcher
        self._ledger = ledger
        self._clock = clock
        self._connector_version = connector_version or connector.version
        self._options = options or Options()
        self._versions = f"{mapping.versions(connector, site)} via {self._options.via}"

    async def run(self) -> RunRow:
        """Harvest, going on where an earlier run was cut off; the row of the run that has ended.

        ``LeaseHeld`` if somebody else harvests this source; ``UsageError`` if its settings are wrong; ``StoreError`` if
        the store fails, in which case the run can be gone on with.
        """
        with self._ledger.lease(self._site.id):
            begun = time.monotonic()
            taker, tally, resumed = await asyncio.to_thread(self._begin)
            await _Drive(self._site, self._fetcher, self._ledger, taker, tally, self._versions, self._options).drive()
            seconds = time.monotonic() - begun
            return await asyncio.to_thread(self._end, taker, tally, seconds, resumed=resumed)

    # Beginning

    def _begin(self) -> tuple[Taker, Tally, bool]:
        self._ledger.register(self._site)
        found = self._ledger.unfinished(self._site.id)
        if found is not None and self._goes_on(found):
            with self._ledger.transaction() as tx:
                run = Run(site=self._site, now=found.row.started, state=tx.state(self._site.id))
            tally = Tally(found.row)
            return self._taker(run, tally), tally, True
        if found is not None:
            self._abandon(found)
        return (*self._start(), False)

    def _goes_on(self, found: Begun) -> bool:
        age = self._clock.now() - found.row.started
        return found.versions == self._versions and timedelta() <= age < timedelta(seconds=self._site.interval)

    def _abandon(self, found: Begun) -> None:
        tally = Tally(found.row)
        tally.problem("cut off, and too old or too different to be gone on with")
        with self._ledger.transaction() as tx:
            tx.put_run(tally.end("failed", self._clock.now(), 0.0))

    def _start(self) -> tuple[Taker, Tally]:
        now = self._clock.now().replace(microsecond=0)
        row = RunRow(run=_run_id(now), source=self._site.id, started=now)
        tally = Tally(row)
        with self._ledger.transaction() as tx:
            taker = self._taker(Run(site=self._site, now=now, state=tx.state(self._site.id)), tally)
            tx.begin(Begun(row=row, versions=self._versions))
            try:
                taker.start(tx)
            except ParseError as error:
                tally.problem(str(error))
            tx.put_run(tally.row)
        return taker, tally

    def _taker(self, run: Run, tally: Tally) -> Taker:
        return Taker(
            self._ledger,
            self._connector,
            run,
            tally,
            versions=self._versions,
            connector_version=self._connector_version,
            most=self._options.most_requests,
        )

    # Ending

    def _end(self, taker: Taker, tally: Tally, seconds: float, *, resumed: bool) -> RunRow:
        started = tally.row.started
        with self._ledger.transaction() as tx:
            outcome = completeness.judge(
                tx,
                self._site,
                tally,
                Keeper(self._site, started),
                accept_shrinkage=self._options.accept_shrinkage,
            )
            drifted = taker.drifted
            if not resumed:  # the shapes of what came before the interruption are not known
                for method, shape in taker.shapes.shares().items():
                    gone = drift.lost(tx.shape(self._site.id, method) or {}, shape)
                    drifted = drifted or (f"{method}: no {', '.join(gone)} any more" if gone else "")
                    if outcome == "complete" and not gone:
                        tx.put_shape(self._site.id, method, shape)
            ended = max(self._clock.now(), started)
            self._note(tx, tally, outcome, ended, drifted)
            row = tally.end(outcome, ended, seconds)
            tx.put_run(row)
        log.info("%s", line(row))
        return row

    def _note(self, tx: Transaction, tally: Tally, outcome: Outcome, ended: datetime, drifted: str) -> None:
        complete = outcome == "complete"
        state = tx.pending_state(tally.run)
        if complete and state is not None:
            tx.put_state(self._site.id, state)
        tx.note_source(
            self._site.id,
            last_complete=ended if complete else None,
            last_total=completeness.total(tx.scopes(tally.run)),
            drifted=drifted,
        )


class _Drive:
    """Fetches what is open and hands it over in groups: the next answers are on their way while a group is taken."""

    def __init__(
        self,
        site: Site,
        fetcher: Fetcher,
        ledger: Ledger,
        taker: Taker,
        tally: Tally,
        versions: str,
        options: Options,
    ) -> None:
        self._site = site
        self._fetcher = fetcher
        self._ledger = ledger
        self._taker = taker
        self._tally = tally
        self._versions = versions
        self._end = time.monotonic() + options.deadline
        self._todo: list[Asked] = []
        self._handed = 0
        self._flying: set[asyncio.Task[Landed]] = set()
        self._landed: list[Landed] = []
        self._taking: asyncio.Task[None] | None = None

    async def drive(self) -> None:
        """Until nothing is open any more."""
        try:
            while await self._top_up():
                waiting: set[asyncio.Task[object]] = {*self._flying, *([self._taking] if self._taking else [])}
                done, _ = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
                self._land(done)
        finally:
            await self._stop()

    async def _top_up(self) -> bool:
        """Send and take what can be; whether anything is under way."""
        if self._taking is None and self._landed:
            group, self._landed = self._landed[:GROUP], self._landed[GROUP:]
            self._taking = asyncio.create_task(asyncio.to_thread(self._taker.take, group))
        while len(self._flying) < self._site.concurrency and len(self._landed) < GROUP:
            asked = await self._next()
            if asked is None:
                break
            self._flying.add(asyncio.create_task(self._fetch(asked)))
        return bool(self._flying or self._taking or self._landed)

    async def _next(self) -> Asked | None:
        if not self._todo:
            run = self._tally.run
            self._todo = await asyncio.to_thread(self._ledger.open_requests, run, self._handed, _PORTION)
            self._todo.reverse()
        if not self._todo:
            return None
        asked = self._todo.pop()
        self._handed = asked.id
        return asked

    async def _fetch(self, asked: Asked) -> Landed:
        if time.monotonic() > self._end:
            return Landed(asked, None, FetchError(f"{asked.request.url} was not asked: the run took too long"))
        kept = await asyncio.to_thread(self._ledger.answered, self._site.id, asked.key)
        validators = kept.validators if kept is not None and kept.version == self._versions else None
        try:
            return Landed(asked, await self._fetcher.fetch(asked.request, self._site, validators))
        except FetchError as error:
            return Landed(asked, None, error)

    def _land(self, done: set[asyncio.Task[object]]) -> None:
        for task in done:
            if task is self._taking:
                self._taking = None
                task.result()
            else:
                self._flying.discard(task)
                self._landed.append(task.result())  # type: ignore[arg-type] # every other task is a fetch

    async def _stop(self) -> None:
        for task in self._flying:
            task.cancel()
        await asyncio.gather(*self._flying, *([self._taking] if self._taking else []), return_exceptions=True)


def _run_id(now: datetime) -> str:
    return f"{now:%Y%m%dT%H%M%SZ}-{secrets.token_hex(4)}"


def line(row: RunRow) -> str:
    """The run in one line, for people and logs."""
    counts = (
        f"{row.requests} requests, {row.items} items: {row.created} created, {row.changed} changed,"
        f" {row.counted} counts, {row.unchanged} unchanged, {row.gone} gone, {row.quarantined} quarantined,"
        f" {row.missing} parts missing; {row.bytes:,} bytes in {row.seconds:.1f} s"
    )
    why = f" ({row.why})" if row.why else ""
    return f"{row.source}: {row.outcome or 'running'}{why}; {counts}"
