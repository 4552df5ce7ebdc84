"""An answer becomes rows: further requests, items and their parts, scopes, processes, in one transaction.

Several answers may share a transaction (group commit). A program that is killed has taken all of a group or none of it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Final, NamedTuple

from folkmoot_hub.connector import (
    LIST,
    Connector,
    Gone,
    Item,
    Request,
    Response,
    Run,
    Scope,
    Seen,
    State,
    Total,
    WholeItem,
    Yielded,
)
from folkmoot_hub.errors import FetchError, GoneAtSource, MappingError, ParseError
from folkmoot_hub.fetch.protocol import Fetched, Validators
from folkmoot_hub.harvest import mapping, reading
from folkmoot_hub.harvest.asking import key_of
from folkmoot_hub.harvest.drift import Shapes
from folkmoot_hub.harvest.keeping import Keeper
from folkmoot_hub.harvest.ledger import Answered, Asked, Ledger, Part, ScopeSeen, Transaction
from folkmoot_hub.harvest.tally import Tally
from folkmoot_hub.store.protocol import QuarantineRow
from folkmoot_schema.identifiers import check_local_id
from folkmoot_schema.process import Provenance, canonical_json

#: After so many answers in a row that bring items and not one new, a trail is not followed any further.
BARREN: Final = 5


class Landed(NamedTuple):
    """A request that has come back: with an answer, or with the reason why there is none."""

    asked: Asked
    fetched: Fetched | None
    error: FetchError | None = None


class _Read(NamedTuple):
    """What an answer tells, or why it cannot be read."""

    landed: Landed
    yields: list[Yielded]
    error: FetchError | ParseError | None = None


class Taker:
    """Takes the answers of one run. ``versions`` is what the mapping depends on; ``most`` the budget of requests."""

    def __init__(
        self,
        ledger: Ledger,
        connector: Connector,
        run: Run,
        tally: Tally,
        *,
        versions: str,
        connector_version: str,
        most: int,
    ) -> None:
        self._ledger = ledger
        self._connector = connector
        self._run = run
        self._source = run.site.id
        self._tally = tally
        self._versions = versions
        self._connector_version = connector_version
        self._most = most
        self._keeper = Keeper(run.site, run.now)
        self.shapes = Shapes()
        #: The first reason to believe that the source's answers have another shape than the connector knows.
        self.drifted = ""

    def start(self, tx: Transaction) -> None:
        """Take what the connector asks first, inside the transaction that begins the run."""
        self._apply(tx, None, reading.starting(self._connector, self._run))

    def take(self, landed: Sequence[Landed]) -> None:
        """Take a group of answers: all of it, or nothing if this fails or the program ends. Blocks."""
        read = [self._read(each) for each in landed]
        with self._ledger.transaction() as tx:
            touched: dict[str, None] = {}
            for each in read:
                touched |= dict.fromkeys(self._take_one(tx, each))
            for local_id in touched:
                self._settle(tx, local_id)
            tx.put_run(self._tally.row)

    # Reading

    def _read(self, landed: Landed) -> _Read:
        if landed.fetched is None:
            return _Read(landed, [], landed.error)
        try:
            if landed.fetched.not_modified:
                return _Read(landed, self._repeated(landed.asked))
            response = self._response(landed.asked.request, landed.fetched)
            self.shapes.see(response)
            return _Read(landed, reading.parsed(self._connector, response))
        except ParseError as error:
            return _Read(landed, [], error)

    def _repeated(self, asked: Asked) -> list[Yielded]:
        kept = self._ledger.answered(self._source, asked.key)
        if kept is None:
            raise ParseError(f"{asked.request.url} is said to be the same, but what it told is not known any more")
        return reading.decode(kept.yields)

    def _response(self, request: Request, fetched: Fetched) -> Response:
        return Response(
            run=self._run,
            request=request,
            url=fetched.url,
            status=fetched.status,
            headers=fetched.headers,
            body=fetched.body,
            fetched_at=fetched.fetched_at,
            captured_at=fetched.captured_at,
        )

    # Taking

    def _take_one(self, tx: Transaction, read: _Read) -> list[str]:
        """The ids of the items that the answer, or its failing, is about."""
        asked, fetched = read.landed.asked, read.landed.fetched
        tx.close_request(self._tally.run, asked.id)
        self._tally.add(requests=1, bytes=fetched.size if fetched else 0)
        if read.error is not None:
            return self._fail(tx, asked, read.error)
        assert fetched is not None
        self._tally.add(answers=1)
        self._remember(tx, asked, fetched, read.yields)
        touched = self._apply(tx, read.landed, read.yields)
        return touched if asked.request.item is None else [*touched, asked.request.item]

    def _fail(self, tx: Transaction, asked: Asked, error: FetchError | ParseError) -> list[str]:
        request, run = asked.request, self._tally.run
        if isinstance(error, ParseError):
            self.drifted = self.drifted or str(error)
        if request.item is None:
            self._tally.problem(str(error))
            tx.break_scopes(run, asked.id)
            return []
        if isinstance(error, GoneAtSource):
            self._remove(tx, request.item, "its source says that it is gone (410)")
            return []
        self._tally.missing(request.item, request.part)
        tx.lacks(run, request.item, request.part, skip=request.if_failed == "skip")
        return [request.item]

    def _remember(self, tx: Transaction, asked: Asked, fetched: Fetched, yields: list[Yielded]) -> None:
        if fetched.not_modified:
            return
        headers = fetched.headers
        validators = Validators(etag=headers.get("etag"), last_modified=headers.get("last-modified"))
        if validators:
            kept = Answered(validators=validators, yields=reading.encode(yields), version=self._versions)
            tx.remember(self._source, asked.key, kept)

    def _apply(self, tx: Transaction, landed: Landed | None, yields: list[Yielded]) -> list[str]:
        """Put down what was yielded; the ids of the items that something was said of."""
        found = [each for each in yields if isinstance(each, Item | Seen)]
        fresh = [self._found(tx, landed, each) for each in found]
        for each in yields:
            if isinstance(each, Gone):
                self._remove(tx, each.id, each.reason or "its source says that it was deleted")
            elif isinstance(each, State):
                tx.put_pending_state(self._tally.run, {**(tx.pending_state(self._tally.run) or {}), **each.data})
        ids = [each.id for each in found]
        self._place(tx, landed, yields, ids)
        barren = landed.asked.barren + 1 if landed is not None and found and not any(fresh) else 0
        for each in yields:
            if isinstance(each, Request):
                self._ask(tx, landed, each, barren)
        return list(dict.fromkeys(ids))

    def _found(self, tx: Transaction, landed: Landed | None, found: Item | Seen) -> bool:
        """Something was said of an item; whether it is new to this run."""
        try:
            check_local_id(found.id)
        except ValueError as error:
            self._put_aside_nameless(tx, found, str(error))
            return False
        fetched = landed.fetched if landed else None
        new = tx.gather(self._tally.run, found.id, fetched.url if fetched else "")
        if new:
            self._tally.add(items=1)
        if isinstance(found, Item):
            self._put_part(tx, landed, found)
        return new

    def _put_part(self, tx: Transaction, landed: Landed | None, item: Item) -> None:
        held = tx.part(self._source, item.id, item.part)
        if held is not None and held.run == self._tally.run:
            return  # an item may stand on two pages: the first one counts, so that the order of answers does not
        known = tx.known(self._source, item.id)
        if known is not None and known.erased:
            return
        fetched = landed.fetched if landed else None
        part = Part(
            data=item.data,
            fetched_at=fetched.fetched_at if fetched else self._run.now,
            url=fetched.url if fetched else "",
            same=landed.asked.request.unless_same if landed else None,
            version=self._connector_version,
            run=self._tally.run,
        )
        tx.put_part(self._source, item.id, item.part, part)

    def _place(self, tx: Transaction, landed: Landed | None, yields: list[Yielded], ids: list[str]) -> None:
        """The scopes that the answer states, and that its items are in."""
        names: dict[str, None] = {}
        for each in yields:
            if isinstance(each, Scope):
                tx.state_scope(self._tally.run, ScopeSeen(name=each.name, exhaustive=each.exhaustive))
                names[each.name] = None
            elif isinstance(each, Total):
                tx.state_scope(self._tally.run, ScopeSeen(name=each.scope, total=each.n))
                names[each.scope] = None
        if names:
            tx.see(self._tally.run, landed.asked.id if landed else 0, list(names), ids)

    def _ask(self, tx: Transaction, landed: Landed | None, request: Request, barren: int) -> None:
        run, key = self._tally.run, key_of(request)
        if self._held(tx, request):
            return
        parent = landed.asked.id if landed else None
        if parent is not None and request.item is None:
            if tx.leads_to(run, parent, key):
                self._stop_trail(tx, parent, f"{request.url} is asked for again by what it led to: a loop")
                return
            if barren >= BARREN:
                self._stop_trail(tx, parent, f"{request.url} would go on after {barren} answers without a new item")
                return
        if self._tally.row.asked >= self._most:
            self._tally.problem(f"more than {self._most} requests: the rest is not asked")
            if request.item is None:
                tx.break_scopes(run, parent or 0)
            else:
                self._tally.missing(request.item, request.part)
                tx.lacks(run, request.item, request.part, skip=request.if_failed == "skip")
            return
        if tx.ask(run, request, key, parent, barren):
            self._tally.add(asked=1)

    def _stop_trail(self, tx: Transaction, parent: int, why: str) -> None:
        self._tally.problem(why)
        tx.break_scopes(self._tally.run, parent)

    def _held(self, tx: Transaction, request: Request) -> bool:
        """Whether the part asked for is held already, got for the same digest and not too long ago."""
        if request.item is None or request.unless_same is None:
            return False
        held = tx.part(self._source, request.item, request.part)
        if held is None or held.same != request.unless_same or held.version != self._connector_version:
            return False
        return request.max_age is None or self._run.now - held.fetched_at < timedelta(seconds=request.max_age)

    # Items become processes

    def _settle(self, tx: Transaction, local_id: str) -> None:
        """Map an item whose chain has ended."""
        run = self._tally.run
        gathered = tx.gathered(run, local_id)
        if gathered is None or gathered.skip or tx.waiting(run, local_id):
            return
        known = tx.known(self._source, local_id)
        if known is not None and known.erased:
            return
        parts = tx.parts(self._source, local_id)
        digest = mapping.digest(parts, self._versions)
        if known is not None and known.process is not None and (not parts or known.item_digest == digest):
            kept = self._keeper.see(tx, known, parts, run)
        elif parts:
            item = WholeItem(
                local_id, {name: part.data for name, part in parts.items()}, gathered.missing, gathered.url
            )
            try:
                process = mapping.mapped(self._connector, item, parts, self._run)
            except MappingError as error:
                self._put_aside(tx, item, error)
                if known is not None and known.process is not None:
                    self._keeper.see(tx, known, {}, run)
                return
            provenance = provenance_of(
                self._source,
                self._connector,
                self._connector_version,
                parts,
                run=run,
                url=gathered.url,
                missing=gathered.missing,
            )
            kept = self._keeper.keep(tx, known, local_id, process, provenance, digest)
            tx.release(self._source, local_id)
        else:
            return
        if tx.settle(run, local_id):
            self._tally.add(**{str(kept): 1})

    def _put_aside(self, tx: Transaction, item: WholeItem, error: MappingError) -> None:
        row = QuarantineRow(
            id=0,
            source=self._source,
            local_id=item.id,
            stage="validate" if isinstance(error, mapping.Invalid) else "map",
            error=str(error),
            address=item.url or "",
            payload=dict(item.parts),
            at=self._run.now,
            run=self._tally.run,
        )
        tx.quarantine(row)
        if tx.settle(self._tally.run, item.id):
            self._tally.add(quarantined=1)

    def _put_aside_nameless(self, tx: Transaction, found: Item | Seen, error: str) -> None:
        """An item whose id cannot be one: it is kept under a digest, for a person to look at."""
        data = dict(found.data) if isinstance(found, Item) else {}
        name = hashlib.sha256(canonical_json([found.id[:500].encode("utf-8", "replace").hex(), data])).hexdigest()[:16]
        known = tx.gather(self._tally.run, f"unnamed-{name}", "")
        item = WholeItem(f"unnamed-{name}", {LIST: data})
        if known:
            self._tally.add(items=1)
            self._put_aside(tx, item, MappingError(error))

    def _remove(self, tx: Transaction, local_id: str, reason: str) -> None:
        if self._keeper.remove(tx, tx.known(self._source, local_id), reason):
            self._tally.add(gone=1)


def provenance_of(
    source: str,
    connector: Connector,
    connector_version: str,
    parts: Mapping[str, Part],
    *,
    run: str,
    url: str,
    missing: tuple[str, ...] = (),
) -> Provenance:
    """Where a process that was mapped from ``parts`` comes from."""
    main = parts.get(LIST) or next(iter(parts.values()))
    data = {name: part.data for name, part in parts.items()}
    return Provenance(
        source=source,
        fetched_at=main.fetched_at,
        digest=hashlib.sha256(canonical_json(data)).hexdigest(),
        connector=connector.id,
        connector_version=connector_version,
        url=main.url or url or None,
        run=run,
        missing=missing,
    )
