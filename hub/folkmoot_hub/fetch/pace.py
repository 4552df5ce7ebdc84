"""How often and how many at a time: turns to ask a host."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from folkmoot_hub.errors import TooManyRequests
from folkmoot_hub.fetch.retry import Sleep


class _Lane:
    """The turns of one host: who is asking now, when the last one began, until when it wants peace."""

    def __init__(self) -> None:
        self.active = 0
        self.began = float("-inf")
        self.peace_until = float("-inf")
        self.order = asyncio.Lock()
        self.free = asyncio.Event()


class Pace:
    """Gives turns, per host. ``monotonic`` tells seconds, ``sleep`` waits that many; tests bring their own.

    A host that wants peace for longer than ``patience`` seconds is not waited for: ``TooManyRequests`` at once.
    """

    def __init__(self, monotonic: Callable[[], float], sleep: Sleep, patience: float) -> None:
        self._monotonic = monotonic
        self._sleep = sleep
        self._patience = patience
        self._lanes: dict[str, _Lane] = {}

    @asynccontextmanager
    async def turn(self, host: str, interval: float, concurrency: int) -> AsyncIterator[None]:
        """Hold a turn: it begins ``interval`` seconds or more after the last one, with at most ``concurrency`` held."""
        lane = self._lane(host)
        async with lane.order:  # who waits first is served first
            await self._begin(lane, host, interval, concurrency)
        try:
            yield
        finally:
            lane.active -= 1
            lane.free.set()

    def pause(self, host: str, seconds: float) -> None:
        """Give the host peace for ``seconds`` from now: no turn begins before."""
        lane = self._lane(host)
        lane.peace_until = max(lane.peace_until, self._monotonic() + seconds)

    def _lane(self, host: str) -> _Lane:
        return self._lanes.setdefault(host, _Lane())

    async def _begin(self, lane: _Lane, host: str, interval: float, concurrency: int) -> None:
        # In a loop, since while we wait a turn may begin a longer peace.
        while True:
            self._check_peace(lane, host)
            wait = max(lane.began + interval, lane.peace_until) - self._monotonic()
            if lane.active >= concurrency:
                lane.free.clear()
                await lane.free.wait()
            elif wait > 0:
                await self._sleep(wait)
            else:
                break
        lane.active += 1
        lane.began = self._monotonic()

    def _check_peace(self, lane: _Lane, host: str) -> None:
        rest = lane.peace_until - self._monotonic()
        if rest > self._patience:
            error = TooManyRequests(f"{host} asked us to wait {rest:.0f} s more, longer than {self._patience:g} s")
            error.retry_after = rest
            raise error
