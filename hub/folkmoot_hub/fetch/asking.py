"""Asking one address when it is our turn, with secrets in place only while it is sent."""

from __future__ import annotations

from collections.abc import Container

import aiohttp

from folkmoot_hub.clock import Clock
from folkmoot_hub.connector import Site
from folkmoot_hub.fetch.guard import check_form
from folkmoot_hub.fetch.hops import Hop
from folkmoot_hub.fetch.pace import Pace
from folkmoot_hub.fetch.retry import retry_after
from folkmoot_hub.fetch.secrets import Sealed
from folkmoot_hub.fetch.transport import Answer, Sending, Transport, failed

#: Answers whose Retry-After is for the whole host, not for this request alone.
_BUSY = (429, 503)


class Asker:
    """Sends what it is given, at the pace of the host."""

    def __init__(self, transport: Transport, pace: Pace, clock: Clock) -> None:
        self._transport = transport
        self._pace = pace
        self._clock = clock

    async def ask(
        self, hop: Hop, site: Site, sealed: Sealed, *, interval: float, wanted: Container[int], cap: int
    ) -> Answer:
        """The answer, sealed again: whatever secret it repeats is a placeholder once more."""
        async with self._pace.turn(hop.host, interval, site.concurrency):
            answer = await self._send(hop, sealed, wanted, cap)
        if answer.status in _BUSY and (wait := retry_after(answer.headers, self._clock.now())):
            self._pace.pause(hop.host, wait)
        headers = {name: sealed.seal(value) for name, value in answer.headers.items()}
        return Answer(answer.status, headers, sealed.seal_bytes(answer.body), answer.size)

    async def _send(self, hop: Hop, sealed: Sealed, wanted: Container[int], cap: int) -> Answer:
        try:
            sending = Sending(
                hop.method,
                check_form(sealed.open_url(hop.url)),
                {name: sealed.open(value) for name, value in hop.headers.items()},
                sealed.open(hop.body).encode() if hop.body is not None else None,
                hop.url,
            )
            return await self._transport.send(sending, wanted, cap)
        except (aiohttp.ClientError, OSError, ValueError) as error:
            # Without the cause: its text, which a log may print, holds the address with its secrets.
            raise failed(error, hop.url, sealed.seal(str(error))) from None
