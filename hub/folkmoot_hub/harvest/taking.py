"""An answer becomes rows: further requests, items and their parts, scopes, processes, in one transaction.

Several answers may share a transaction (group commit). A program that is killed has taken all of a group or none of it.
Each answer is taken for itself, in the order in which it was asked for, so that neither groups nor the order in which
answers come back make a difference.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from folkmoot_hub.connector import Connector, Gone, Item, Request, Response, Run, Scope, Seen, State, Total, Yielded
from folkmoot_hub.errors import FetchError, GoneAtSource, ParseError
from folkmoot_hub.fetch.protocol import Fetched, Validators
from folkmoot_hub.harvest import reading
from folkmoot_hub.harvest.asking import problem_of
from folkmoot_hub.harvest.drift import Shapes
from folkmoot_hub.harvest.frontier import Frontier
from folkmoot_hub.harvest.keeping import Keeper
from folkmoot_hub.harvest.ledger import Answered, Asked, Ledger, Part, ScopeSeen, Transaction
from folkmoot_hub.harvest.settling import Settler
from folkmoot_hub.harvest.tally import Tally


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
        keeper: Keeper,
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
        self._frontier = Frontier(run, tally, most=most, version=connector_version)
        self._settler = Settler(connector, run, tally, keeper, versions=versions, connector_version=connector_version)
        self.shapes = Shapes()

    def start(self, tx: Transaction) -> None:
        """Take what the connector asks first, inside the transaction that begins the run."""
        yields = self._without_erased(tx, reading.starting(self._connector, self._run))
        self._settle(tx, self._apply(tx, None, yields))

    def take(self, landed: Sequence[Landed]) -> None:
        """Take a group of answers: all of it, or nothing if this fails or the program ends. Blocks."""
        read = [self._read(each) for each in landed]
        with self._ledger.transaction() as tx:
            for each in read:
                self._settle(tx, self._take_one(tx, each))
            tx.put_run(self._tally.row)

    # Reading

    def _read(self, landed: Landed) -> _Read:
        asked, fetched = landed.asked, landed.fetched
        if fetched is None:
            return _Read(landed, [], landed.error)
        if fetched.not_modified:
            return self._repeated(landed)
        try:
            yields = reading.parsed(self._connector, self._response(asked.request, fetched))
        except ParseError as error:
            return _Read(landed, [], error)
        self.shapes.see(yields)
        return _Read(landed, yields)

    def _repeated(self, landed: Landed) -> _Read:
        kept = self._ledger.answered(self._source, landed.asked.key)
        if kept is None:  # forgotten meanwhile, as when something was erased
            url = landed.asked.request.url
            return _Read(
                landed, [], FetchError(f"{url} is said to be the same, but what it told is not known any more")
            )
        return _Read(landed, reading.decode(kept.yields))

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

    def _settle(self, tx: Transaction, local_ids: Sequence[str]) -> None:
        for local_id in dict.fromkeys(local_ids):
            self._settler.settle(tx, local_id)

    def _take_one(self, tx: Transaction, read: _Read) -> list[str]:
        """The ids of the items that the answer, or its failing, is about."""
        asked, fetched = read.landed.asked, read.landed.fetched
        tx.close_request(self._tally.run, asked.id)
        self._tally.add(requests=1, bytes=fetched.size if fetched else 0)
        of_item = [asked.request.item] if asked.request.item is not None else []
        if read.error is not None or fetched is None:
            self._fail(tx, asked, read.error)
            return of_item
        self._tally.add(answers=1)
        yields = self._without_erased(tx, read.yields)
        self._remember(tx, asked, fetched, yields)
        return [*self._apply(tx, read.landed, yields), *of_item]

    def _fail(self, tx: Transaction, asked: Asked, error: FetchError | ParseError | None) -> None:
        if isinstance(error, ParseError):
            self._tally.drifted(str(error))
        if isinstance(error, GoneAtSource) and asked.request.item is not None:
            self._settler.remove(tx, asked.request.item, "its source says that it is gone (410)")
        else:
            self._frontier.lose(tx, asked.request, asked.id, str(error))

    def _without_erased(self, tx: Transaction, yields: list[Yielded]) -> list[Yielded]:
        """The same, but nothing more of what was erased here than that it is still there."""
        erased = tx.erased(self._source, [each.id for each in yields if isinstance(each, Item)])
        return [Seen(each.id) if isinstance(each, Item) and each.id in erased else each for each in yields]

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
        asked = landed.asked if landed is not None else None
        found = [self._found(tx, landed, each) for each in yields if isinstance(each, Item | Seen)]
        ids = [local_id for local_id, _ in found]
        named = {each.id for each in yields if isinstance(each, Item | Seen)}
        placed = self._place(tx, asked, yields, [local_id for local_id in ids if local_id in named])
        if not named.issuperset(ids):
            self._lose_sight(tx, asked)
        fresh = placed or any(new for _, new in found)
        barren = 0
        if asked is not None and (not fresh if found else self._frontier.turns_in_place(tx, asked, yields)):
            barren = asked.barren + 1
        for each in yields:
            match each:
                case Gone(id=local_id, reason=reason):
                    self._gone(tx, local_id, reason)
                case State(data=data):
                    tx.put_pending_state(self._tally.run, {**(tx.pending_state(self._tally.run) or {}), **data})
                case Request():
                    self._frontier.open(tx, asked, each, barren)
        return ids

    def _lose_sight(self, tx: Transaction, asked: Asked | None) -> None:
        """An item without a usable id may be any that is known: nobody can say what its lists do not hold."""
        url, id = (asked.request.url, asked.id) if asked is not None else ("what the connector brings itself", 0)
        self._tally.problem(f"an item without a usable id: {url}")
        tx.break_scopes(self._tally.run, id)

    def _gone(self, tx: Transaction, local_id: str, reason: str) -> None:
        if problem_of(local_id) is None:
            self._settler.remove(tx, local_id, reason or "its source says that it was deleted")

    def _found(self, tx: Transaction, landed: Landed | None, found: Item | Seen) -> tuple[str, bool]:
        """Something was said of an item: its id, and whether it is new to this run."""
        # The address that was asked: what a source redirects to may spell out a name (as petitions do).
        url = landed.asked.request.url if landed else ""
        if (problem := problem_of(found.id)) is not None:
            return self._settler.put_aside_nameless(tx, found, url, problem), False
        new = tx.gather(self._tally.run, found.id, url)
        if new:
            self._tally.add(items=1)
        if isinstance(found, Item):
            self._put_part(tx, landed, found)
        return found.id, new

    def _put_part(self, tx: Transaction, landed: Landed | None, item: Item) -> None:
        gathered = tx.gathered(self._tally.run, item.id)
        if gathered is not None and gathered.skip:
            return
        held = tx.part(self._source, item.id, item.part)
        if held is not None and held.run == self._tally.run:
            return  # an item may stand on two pages: what the first one says counts
        fetched = landed.fetched if landed else None
        part = Part(
            data=item.data,
            fetched_at=fetched.fetched_at if fetched else self._run.now,
            url=landed.asked.request.url if landed else "",
            same=landed.asked.request.unless_same if landed else None,
            version=self._connector_version,
            run=self._tally.run,
        )
        tx.put_part(self._source, item.id, item.part, part)

    def _place(self, tx: Transaction, asked: Asked | None, yields: list[Yielded], ids: list[str]) -> bool:
        """Put the items into the scopes that the answer states; whether one of them is new there."""
        names: dict[str, None] = {}
        for each in yields:
            match each:
                case Scope(name=name, exhaustive=exhaustive):
                    tx.state_scope(self._tally.run, ScopeSeen(name=name, exhaustive=exhaustive))
                    names[name] = None
                case Total(n=total, scope=name):
                    tx.state_scope(self._tally.run, ScopeSeen(name=name, total=total))
                    names[name] = None
        return bool(names) and tx.see(self._tally.run, asked.id if asked else 0, list(names), ids) > 0
