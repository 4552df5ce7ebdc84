"""An answer becomes rows: further requests, items and their parts, scopes, processes, in one transaction.

Several answers may share a transaction (group commit). A program that is killed has taken all of a group or none of it.
Each answer is taken for itself, in the order in which it was asked for, so that neither groups nor the order in which
answers come back make a difference.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from folkmoot_hub.connector import LIST, Connector, Gone, Item, Request, Response, Run, Scope, Seen, State, Total
from folkmoot_hub.errors import FetchError, GoneAtSource, ParseError
from folkmoot_hub.fetch.protocol import Fetched, Validators
from folkmoot_hub.harvest import drift, reading, repeating
from folkmoot_hub.harvest.asking import problem_of
from folkmoot_hub.harvest.doubting import Doubt, Doubts
from folkmoot_hub.harvest.frontier import Frontier
from folkmoot_hub.harvest.keeping import Keeper
from folkmoot_hub.harvest.ledger import Answered, Asked, Ledger, Part, ScopeSeen, Transaction, digest_of
from folkmoot_hub.harvest.repeating import Kept, Same, Told
from folkmoot_hub.harvest.settling import Settler
from folkmoot_hub.harvest.tally import Tally


class Landed(NamedTuple):
    """A request that has come back: with an answer, or with the reason why there is none."""

    asked: Asked
    fetched: Fetched | None
    error: FetchError | None = None


class _Read(NamedTuple):
    """What an answer tells, or why it cannot be read.

    ``answered`` is to be kept of it; ``shape`` is that of its items, ``before`` of the last one's that was another.
    ``doubt`` says why it is not believed.
    """

    landed: Landed
    told: list[Told]
    error: FetchError | ParseError | None = None
    answered: Answered | None = None
    shape: bytes | None = None
    before: bytes | None = None
    repeated: bool = False
    doubt: str = ""


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
        accept_drift: bool = False,
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
        self.doubts = Doubts(run.site.id, connector.version, accept=accept_drift)
        #: What is put off, and what is taken when everything else has been; their requests stay open until then.
        self._doubted: list[_Read] = []
        self._last: list[_Read] = []

    def start(self, tx: Transaction) -> None:
        """Take what the connector asks first, inside the transaction that begins the run."""
        told = self._without_erased(tx, reading.starting(self._connector, self._run))
        self._settle(tx, self._apply(tx, None, told))

    def take(self, landed: Sequence[Landed]) -> None:
        """Take a group of answers: all of it, or nothing if this fails or the program ends. Blocks."""
        read = [self._read(each) for each in landed]
        with self._ledger.transaction() as tx:
            for each in read:
                if _waits(each):
                    self._last.append(each)
                else:
                    self._take(tx, self._believed(tx, each))
            tx.put_run(self._tally.row)

    def take_doubted(self) -> bool:
        """Take what was put off, since nothing tells more of it; whether there was any: it may ask for more. Blocks."""
        return self._take_all(self._doubted)

    def take_last(self) -> None:
        """Take what can be judged only when everything else has been taken. Blocks."""
        self._take_all(self._last)

    def _take_all(self, waiting: list[_Read]) -> bool:
        if not waiting:
            return False
        with self._ledger.transaction() as tx:
            self._take(tx, waiting)
            tx.put_run(self._tally.row)
        waiting.clear()
        return True

    def _take(self, tx: Transaction, read: Sequence[_Read]) -> None:
        for each in read:
            self._settle(tx, self._take_one(tx, each))

    def _believed(self, tx: Transaction, read: _Read) -> list[_Read]:
        """This answer and those that were put off, as far as can be told by now whether they are to be believed.

        A part alone proves nothing, so that it is put off; what leads on to other pages is not.
        """
        if read.shape is None:
            return [read]
        self.doubts.see(read.landed.asked.request.then, read.shape)
        waiting, self._doubted = [*self._doubted, read], []
        ready = []
        for each in waiting:
            doubt = self._doubt(tx, each)
            if doubt is None or doubt.proven:
                ready.append(each._replace(doubt=doubt.lost if doubt else ""))
            elif each.landed.asked.request.item is None:
                ready.append(each)
            else:
                self._doubted.append(each)
        return ready

    def _doubt(self, tx: Transaction, read: _Read) -> Doubt | None:
        """Why an answer is not to be believed; one that is the same as last time is."""
        if read.shape is None or read.repeated:
            return None
        return self.doubts.of(tx, read.landed.asked.request.then, read.shape, read.before)

    # Reading

    def _read(self, landed: Landed) -> _Read:
        asked, fetched = landed.asked, landed.fetched
        if fetched is None:
            return _Read(landed, [], landed.error)
        last = repeating.last(self._ledger, self._source, asked.key, self._versions)
        kept = repeating.kept(self._ledger, self._source, last, run=self._tally.run)
        if fetched.not_modified and kept is None:  # forgotten meanwhile, as when something was erased
            why = f"{asked.request.url} is said to be the same, but what it told is not known any more"
            return _Read(landed, [], FetchError(why))
        response = self._response(asked.request, fetched)
        mark = "" if fetched.not_modified else repeating.mark(response)
        if kept is not None and (fetched.not_modified or kept.answered.mark == mark):
            return self._repeated(landed, kept)
        try:
            yields = reading.parsed(self._connector, response)
        except ParseError as error:
            return _Read(landed, [], error)
        shape = drift.shape_of(yields)
        answered = Answered(
            validators=_validators(fetched),
            yields=b"",
            version=self._versions,
            mark=mark,
            shape=shape,
            item=asked.request.item,
        )
        return _Read(landed, list(yields), answered=answered, shape=shape, before=last.shape if last else None)

    def _repeated(self, landed: Landed, kept: Kept) -> _Read:
        """What an answer that is the same told last time; it is kept anew only if its server calls it otherwise now."""
        fetched, read = landed.fetched, _Read(landed, kept.told, shape=kept.answered.shape, repeated=True)
        if fetched is None or fetched.not_modified or _validators(fetched) == kept.answered.validators:
            return read
        return read._replace(answered=msgspec.structs.replace(kept.answered, validators=_validators(fetched)))

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
        self._settler.settle(tx, list(dict.fromkeys(local_ids)))

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
        if read.doubt:
            return [*self._take_unread(tx, read), *of_item]
        told = self._without_erased(tx, read.told)
        if read.answered is not None:
            answered = msgspec.structs.replace(read.answered, yields=repeating.yields(told))
            tx.remember(self._source, asked.key, answered)
        return [*self._apply(tx, read.landed, told), *of_item]

    def _take_unread(self, tx: Transaction, read: _Read) -> list[str]:
        """Take of an answer that is not believed no more than which items there are and where it goes on.

        Nothing of them is kept or mapped in this run, unless another answer had told of them before.
        """
        asked = read.landed.asked
        self._tally.drifted(read.doubt)
        if asked.request.item is not None:
            self._frontier.lose(tx, asked.request, asked.id, read.doubt)
            return []
        items = {(each.id, each.part) for each in read.told if isinstance(each, Item) and problem_of(each.id) is None}
        ids = list(dict.fromkeys(id for id, _ in sorted(items)))
        held, skipped = tx.held(self._source, ids), tx.skipped(self._tally.run, ids)
        had = {name[0] for name in items if name in held and held[name].run == self._tally.run}
        told = [each for each in read.told if not (isinstance(each, Request) and each.item is not None)]
        told = [Seen(each.id) if isinstance(each, Item) and each.id in ids else each for each in told]
        found = self._apply(tx, read.landed, told)
        for local_id in ids:
            if local_id not in had and local_id not in skipped:
                tx.lacks(self._tally.run, local_id, LIST, skip=True)
                self._tally.add(unread=1)
        return found

    def _fail(self, tx: Transaction, asked: Asked, error: FetchError | ParseError | None) -> None:
        if isinstance(error, ParseError):
            self._tally.drifted(str(error))
        item = asked.request.item
        if isinstance(error, GoneAtSource) and item is not None and not self._settler.is_there(tx, item):
            self._settler.remove(tx, item, "its source says that it is gone (410)")
        else:
            self._frontier.lose(tx, asked.request, asked.id, str(error))

    def _without_erased(self, tx: Transaction, told: Sequence[Told]) -> list[Told]:
        """The same, but nothing more of what was erased here than that it is still there."""
        erased = tx.erased(self._source, [each.id for each in told if isinstance(each, Item | Same)])
        return [Seen(each.id) if isinstance(each, Item | Same) and each.id in erased else each for each in told]

    def _apply(self, tx: Transaction, landed: Landed | None, told: list[Told]) -> list[str]:
        """Put down what was told; the ids of the items that something was said of."""
        asked = landed.asked if landed is not None else None
        ids, new = self._gather(tx, landed, told)
        named = {each.id for each in told if isinstance(each, Item | Same | Seen)}
        placed = self._place(tx, asked, told, [local_id for local_id in ids if local_id in named])
        if not named.issuperset(ids):
            self._lose_sight(tx, asked)
        fresh = placed or new > 0
        barren = 0
        if asked is not None and (not fresh if ids else self._frontier.turns_in_place(tx, asked, told)):
            barren = asked.barren + 1
        for each in told:
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

    def _gather(self, tx: Transaction, landed: Landed | None, told: Sequence[Told]) -> tuple[list[str], int]:
        """The ids of the items that something was said of, and how many of them are new to this run."""
        # The address that was asked: what a source redirects to may spell out a name (as petitions do).
        url = landed.asked.request.url if landed else ""
        ids, named = [], []
        for each in told:
            if not isinstance(each, Item | Same | Seen):
                continue
            if isinstance(each, Item | Seen) and (problem := problem_of(each.id)) is not None:
                ids.append(self._settler.put_aside_nameless(tx, each, url, problem))
            else:
                ids.append(each.id)
                named.append(each)
        new = tx.gather_all(self._tally.run, list(dict.fromkeys(each.id for each in named)), url)
        self._tally.add(items=new)
        self._put_parts(tx, landed, [each for each in named if not isinstance(each, Seen)])
        return ids, new

    def _put_parts(self, tx: Transaction, landed: Landed | None, items: Sequence[Item | Same]) -> None:
        """Keep the parts of these items, each only if it differs from the one that is held.

        An item may stand on two pages, or twice on one: what is said of it first in a run counts.
        """
        run, ids = self._tally.run, [each.id for each in items]
        held, skipped = tx.held(self._source, ids), tx.skipped(run, ids)
        part, other, same = self._part(landed), dict[tuple[str, str], Part](), dict[tuple[str, str], None]()
        for each in items:
            name = each.id, each.part
            before = held.get(name)
            if each.id in skipped or name in other or name in same or (before is not None and before.run == run):
                continue
            digest = each.digest if isinstance(each, Same) else digest_of(each.data)
            if before is not None and before.digest == digest:
                same[name] = None
            elif isinstance(each, Item):
                other[name] = msgspec.structs.replace(part, data=each.data)
        tx.renew_parts(self._source, list(same), part)
        tx.put_parts(self._source, other)

    def _part(self, landed: Landed | None) -> Part:
        """A part, still empty, that was had with this answer."""
        fetched = landed.fetched if landed else None
        return Part(
            data={},
            fetched_at=fetched.fetched_at if fetched else self._run.now,
            captured_at=fetched.captured_at if fetched else None,
            url=landed.asked.request.url if landed else "",
            same=landed.asked.request.unless_same if landed else None,
            version=self._connector_version,
            run=self._tally.run,
        )

    def _place(self, tx: Transaction, asked: Asked | None, told: Sequence[Told], ids: list[str]) -> bool:
        """Put the items into the scopes that the answer states; whether one of them is new there."""
        names: dict[str, None] = {}
        for each in told:
            match each:
                case Scope(name=name, exhaustive=exhaustive):
                    tx.state_scope(self._tally.run, ScopeSeen(name=name, exhaustive=exhaustive))
                    names[name] = None
                case Total(n=total, scope=name):
                    tx.state_scope(self._tally.run, ScopeSeen(name=name, total=total))
                    names[name] = None
        return bool(names) and tx.see(self._tally.run, asked.id if asked else 0, list(names), ids) > 0


def _waits(read: _Read) -> bool:
    """Whether a part is said to be gone for good: so is its item, unless any other answer of the run tells of it."""
    return isinstance(read.error, GoneAtSource) and read.landed.asked.request.item is not None


def _validators(fetched: Fetched) -> Validators:
    headers = fetched.headers
    return Validators(etag=headers.get("etag"), last_modified=headers.get("last-modified"))
