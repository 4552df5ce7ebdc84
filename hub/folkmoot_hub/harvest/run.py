"""One run of one source: leased, resumable at any point, and judged when everything has been asked."""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Callable
from datetime import datetime, timedelta

import msgspec

from folkmoot_hub.clock import Clock
from folkmoot_hub.connector import Connector, Run, Site
from folkmoot_hub.errors import ParseError
from folkmoot_hub.fetch.protocol import Fetcher
from folkmoot_hub.harvest import completeness, mapping
from folkmoot_hub.harvest.driving import Drive, finished
from folkmoot_hub.harvest.keeping import Keeper
from folkmoot_hub.harvest.ledger import Begun, Ledger, Transaction
from folkmoot_hub.harvest.taking import Taker
from folkmoot_hub.harvest.tally import Outcome, Tally
from folkmoot_hub.store.protocol import RunRow

log = logging.getLogger(__name__)


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """How a run is made. ``via`` names the transport: a run begun on a recording is not gone on with on the web.

    ``most_requests`` and ``deadline`` (seconds of this process's time) bound it; ``accept_shrinkage`` believes a list
    that has become much shorter, ``accept_drift`` answers that have lost what they always had. ``lacking`` is asked
    at the end why the transport itself may not hold all, so that the run is not complete.
    """

    via: str = "web"
    most_requests: int = 100_000
    deadline: float = 6 * 3600.0
    accept_shrinkage: bool = False
    accept_drift: bool = False
    lacking: Callable[[], str] = str


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
            taker, tally, resumed = await finished(self._begin)
            drive = Drive(self._site, self._fetcher, self._ledger, taker, tally, self._versions, self._options.deadline)
            await drive.drive()
            while await finished(taker.take_doubted):
                await drive.drive()
            await finished(taker.take_last)
            seconds = time.monotonic() - begun
            return await finished(self._end, taker, tally, seconds, resumed)

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
            self._keeper(run.now),
            versions=self._versions,
            connector_version=self._connector_version,
            most=self._options.most_requests,
            accept_drift=self._options.accept_drift,
        )

    def _keeper(self, now: datetime) -> Keeper:
        return Keeper(self._site, now, clock=self._clock)

    # Ending

    def _end(self, taker: Taker, tally: Tally, seconds: float, resumed: bool) -> RunRow:
        keeper = self._keeper(tally.row.started)
        with self._ledger.transaction() as tx:
            # The shapes of what came before an interruption are not known.
            lost = [] if resumed else taker.doubts.drifted(tx)
            accept = self._options.accept_shrinkage
            if lacking := self._options.lacking():
                tally.problem(lacking)
            outcome = completeness.judge(tx, self._site, tally, keeper, accept_shrinkage=accept, lost=lost)
            if not resumed:
                taker.doubts.keep(tx, complete=outcome == "complete")
            ended = max(self._clock.now(), tally.row.started)
            if outcome == "complete":
                tx.release_nameless(self._site.id, tally.run)
                tx.forget_answers(self._site.id, tally.run)
            self._note(tx, tally, outcome, ended)
            row = tally.end(outcome, ended, seconds)
            tx.put_run(row)
        log.info("%s", line(row))
        return row

    def _note(self, tx: Transaction, tally: Tally, outcome: Outcome, ended: datetime) -> None:
        complete = outcome == "complete"
        state = tx.pending_state(tally.run)
        if complete and state is not None:
            tx.put_state(self._site.id, state)
        tx.note_source(
            self._site.id,
            last_complete=ended if complete else None,
            last_total=completeness.total(tx, tally.run),
            drifted=tally.row.drifted or ("" if complete else None),
        )


def _run_id(now: datetime) -> str:
    return f"{now:%Y%m%dT%H%M%SZ}-{secrets.token_hex(4)}"


def line(row: RunRow) -> str:
    """The run in one line, for people and logs.

    What its source names and its connector leaves out, such as drafts, is counted as not kept; what is gone may be of
    an earlier run.
    """
    became = row.created + row.changed + row.counted + row.unchanged + row.gone + row.quarantined + row.unread
    left = f", {row.items - became} not kept" if row.outcome == "complete" and row.items > became else ""
    counts = (
        f"{row.requests} requests, {row.items} items: {row.created} created, {row.changed} changed,"
        f" {row.counted} counts, {row.unchanged} unchanged, {row.gone} gone, {row.quarantined} quarantined,"
        f" {row.missing} parts missing{left}; {row.bytes:,} bytes in {row.seconds:.1f} s"
    )
    why = f" ({row.why})" if row.why else ""
    return f"{row.source}: {row.outcome or 'running'}{why}; {counts}"
