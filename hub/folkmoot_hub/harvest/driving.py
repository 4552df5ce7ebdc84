"""Fetching what is open and handing it over, while other answers are on their way."""

from __future__ import annotations

import asyncio
import functools
import time
from collections import deque
from collections.abc import Callable
from typing import Any, Final, NamedTuple, ParamSpec, TypeVar

from folkmoot_hub.connector import Site
from folkmoot_hub.errors import FetchError
from folkmoot_hub.fetch.protocol import Fetcher, Validators
from folkmoot_hub.harvest import repeating
from folkmoot_hub.harvest.ledger import Asked, Ledger
from folkmoot_hub.harvest.taking import Landed, Taker
from folkmoot_hub.harvest.tally import Tally

#: At most so many answers share a transaction, so that it stays short, and wait for an earlier one.
GROUP: Final = 32
#: Open requests are read in portions of this size.
_PORTION: Final = 32

P = ParamSpec("P")
T = TypeVar("T")


async def finished(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """What ``work`` gives, done in a thread; who is cancelled meanwhile waits for its end, since a thread goes on."""
    future = in_thread(work, *args, **kwargs)
    try:
        return await asyncio.shield(future)
    except asyncio.CancelledError:
        await asyncio.wait([future])
        raise


def in_thread(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> asyncio.Future[T]:
    """``work`` begun in a thread. It is no task, since an event loop that is interrupted cancels all of those."""
    return asyncio.get_running_loop().run_in_executor(None, functools.partial(work, *args, **kwargs))


class _Todo(NamedTuple):
    """A request to be sent, and how to ask whether its answer is the same as last time."""

    asked: Asked
    validators: Validators | None


class Drive:
    """Fetches what is open and hands it over in groups: the next answers are on their way while a group is taken."""

    def __init__(
        self,
        site: Site,
        fetcher: Fetcher,
        ledger: Ledger,
        taker: Taker,
        tally: Tally,
        versions: str,
        deadline: float,
    ) -> None:
        self._site = site
        self._fetcher = fetcher
        self._ledger = ledger
        self._taker = taker
        self._tally = tally
        self._versions = versions
        self._deadline = deadline
        self._end = time.monotonic() + deadline
        self._todo: list[_Todo] = []
        self._handed = 0
        #: What is open may have become more since it was last looked at.
        self._more = True
        self._flying: set[asyncio.Task[Landed]] = set()
        #: What has been sent and not taken, in the order of the frontier, and what of it has come back.
        self._order: deque[int] = deque()
        self._landed: dict[int, Landed] = {}
        self._taking: asyncio.Future[None] | None = None

    async def drive(self) -> None:
        """Until nothing is open any more. It may be called again when what was put off has been taken."""
        self._more = True
        try:
            while await self._top_up():
                waiting: set[asyncio.Future[Any]] = {*self._flying, *([self._taking] if self._taking else [])}
                done, _ = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
                self._land(done)
        finally:
            await self._stop()

    async def _top_up(self) -> bool:
        """Send and take what can be; whether anything is under way."""
        if self._taking is None and (group := self._group()):
            self._taking = in_thread(self._taker.take, group)
        while len(self._flying) < self._site.concurrency and len(self._landed) < GROUP:
            todo = await self._next()
            if todo is None:
                break
            self._order.append(todo.asked.id)
            self._flying.add(asyncio.create_task(self._fetch(todo)))
        return bool(self._flying or self._taking)

    def _group(self) -> list[Landed]:
        """What is to be taken next: as far as everything asked before it has come back, too."""
        group: list[Landed] = []
        while self._order and self._order[0] in self._landed and len(group) < GROUP:
            group.append(self._landed.pop(self._order.popleft()))
        return group

    async def _next(self) -> _Todo | None:
        if not self._todo and self._more:
            self._more = False
            self._todo = await asyncio.to_thread(self._portion)
        if not self._todo:
            return None
        todo = self._todo.pop()
        self._handed = todo.asked.id
        return todo

    def _portion(self) -> list[_Todo]:
        """What is open and not handed out yet, the last first. Blocks."""
        run, source = self._tally.run, self._site.id
        found = self._ledger.open_requests(run, self._handed, _PORTION)
        self._more = self._more or len(found) == _PORTION
        return [
            _Todo(each, repeating.validators(self._ledger, source, each.key, run=run, versions=self._versions))
            for each in reversed(found)
        ]

    async def _fetch(self, todo: _Todo) -> Landed:
        asked, validators = todo
        if time.monotonic() > self._end:
            why = f"the run took longer than {self._deadline:g} s: the rest is not asked"
            return Landed(asked, None, FetchError(why))
        try:
            return Landed(asked, await self._fetcher.fetch(asked.request, self._site, validators))
        except FetchError as error:
            return Landed(asked, None, error)

    def _land(self, done: set[asyncio.Future[Any]]) -> None:
        for task in done:
            if task is self._taking:
                self._taking = None
                self._more = True
                task.result()
            else:
                self._flying.discard(task)
                landed: Landed = task.result()
                self._landed[landed.asked.id] = landed

    async def _stop(self) -> None:
        for task in self._flying:
            task.cancel()
        await asyncio.gather(*self._flying, *([self._taking] if self._taking else []), return_exceptions=True)
