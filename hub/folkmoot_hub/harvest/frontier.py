"""Which requests of a run are asked: each once, none for what is held, none in a circle, none beyond the budget."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Final

from folkmoot_hub.connector import Request, Run
from folkmoot_hub.harvest.asking import key_of, problem_of
from folkmoot_hub.harvest.ledger import Asked, Transaction
from folkmoot_hub.harvest.repeating import Told
from folkmoot_hub.harvest.tally import Tally

#: After so many answers in a row that bring nothing new, a trail is not followed any further.
BARREN: Final = 5


class Frontier:
    """The open requests of one run. ``most`` is the budget; ``version`` that of the connector whose parts are held."""

    def __init__(self, run: Run, tally: Tally, *, most: int, version: str) -> None:
        self._run = run
        self._tally = tally
        self._most = most
        self._version = version

    def open(self, tx: Transaction, parent: Asked | None, request: Request, barren: int) -> None:
        """Ask for ``request``, which the answer to ``parent`` wants; ``barren`` counts answers with nothing new."""
        run, key, above = self._tally.run, key_of(request), parent.id if parent else None
        if request.item is not None and (problem_of(request.item) is not None or self._held(tx, request)):
            return  # an item without a usable id has no parts
        if tx.asks(run, key):
            if request.item is None and above is not None and tx.leads_to(run, above, key):
                self.lose(tx, request, above, f"{request.url} is asked for again by what it led to: a loop")
        elif request.item is None and barren >= BARREN:
            self.lose(tx, request, above, f"{request.url} would go on after {barren} answers with nothing new")
        elif self._tally.row.asked >= self._most:
            why = f"more than {self._most} requests: the rest is not asked"
            self._tally.problem(why)
            self.lose(tx, request, above, why)
        elif tx.ask(run, request, key, above, barren):
            self._tally.add(asked=1)

    def turns_in_place(self, tx: Transaction, asked: Asked, told: Iterable[Told]) -> bool:
        """Whether an answer without items only asks once more for what its own trail asked, and for one thing beside.

        So does an index that ignores which page is wanted: the same links under every address, and a next page. A map
        of maps brings many that are new, an empty month brings the next and repeats nothing, and what another list
        brought before this one is no repetition.
        """
        run, keys = self._tally.run, {key_of(each) for each in told if isinstance(each, Request)}
        again = [key for key in keys if tx.asks(run, key)]
        return bool(again) and len(keys) - len(again) <= 1 and all(tx.stems_from(run, asked.id, key) for key in again)

    def lose(self, tx: Transaction, request: Request, at: int | None, why: str) -> None:
        """There will be no answer to ``request``: what it would have told, at the place ``at``, is unknown."""
        run, item = self._tally.run, request.item
        if item is None:
            self._tally.problem(why)
            tx.break_scopes(run, at or 0)
            return
        gathered = tx.gathered(run, item)
        if gathered is None or request.part not in gathered.missing:
            self._tally.missing(item, request.part)
        tx.lacks(run, item, request.part, skip=request.if_failed == "skip")

    def _held(self, tx: Transaction, request: Request) -> bool:
        """Whether the part asked for is held already, got for the same digest and not too long ago."""
        if request.item is None or request.unless_same is None:
            return False
        held = tx.part(self._run.site.id, request.item, request.part)
        if held is None or held.same != request.unless_same or held.version != self._version:
            return False
        return request.max_age is None or self._run.now - held.fetched_at < timedelta(seconds=request.max_age)
