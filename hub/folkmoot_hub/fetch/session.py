"""The fetcher for the web: checked addresses, robots.txt, pace, redirects by hand, retries, secrets."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable

from aiohttp.abc import AbstractResolver

from folkmoot_hub.clock import Clock
from folkmoot_hub.connector import Connector, Request, Site
from folkmoot_hub.errors import NotAllowed, TooManyRedirects
from folkmoot_hub.fetch import robots_file
from folkmoot_hub.fetch.asking import Asker
from folkmoot_hub.fetch.checks import check
from folkmoot_hub.fetch.guard import check_url
from folkmoot_hub.fetch.hops import MAX_REDIRECTS, REDIRECTS, Hop, first_hop, redirected
from folkmoot_hub.fetch.pace import Pace
from folkmoot_hub.fetch.protocol import Fetched, Validators
from folkmoot_hub.fetch.retry import Backoff, Sleep, persist
from folkmoot_hub.fetch.robots import Robots
from folkmoot_hub.fetch.secrets import Sealed
from folkmoot_hub.fetch.settings import FetchSettings
from folkmoot_hub.fetch.transport import Answer, Transport

NOT_MODIFIED = 304


class WebFetcher:
    """Answers requests from the web.

    ``secrets`` gives a secret by name, ``connector_of`` the connector of a site, whose hosts may be asked and whose
    secrets may be sent. ``sleep``, ``monotonic``, ``jitter`` and ``resolver`` stand for waiting, the machine's seconds,
    chance and DNS; tests bring their own.
    """

    def __init__(
        self,
        settings: FetchSettings,
        secrets: Callable[[str], str],
        connector_of: Callable[[Site], type[Connector]],
        clock: Clock,
        *,
        sleep: Sleep = asyncio.sleep,
        monotonic: Callable[[], float] = time.monotonic,
        jitter: Callable[[], float] = random.random,
        resolver: AbstractResolver | None = None,
    ) -> None:
        self._settings = settings
        self._secrets = secrets
        self._connector_of = connector_of
        self._clock = clock
        self._sleep = sleep
        self._backoff = Backoff(settings.backoff, settings.patience, jitter)
        self._transport = Transport(settings, resolver)
        self._asker = Asker(self._transport, Pace(monotonic, sleep, settings.patience), clock)
        self._robots = Robots(self._load_robots, monotonic)

    async def fetch(self, request: Request, site: Site, validators: Validators | None = None) -> Fetched:
        """The checked answer to ``request``; a ``FetchError`` that names the address if there is none."""
        validators = validators or None  # without a value they ask nothing
        return await persist(
            lambda: self._attempt(request, site, validators), self._settings.retries, self._backoff, self._sleep
        )

    async def close(self) -> None:
        """Close all connections."""
        await self._transport.close()

    async def _attempt(self, request: Request, site: Site, validators: Validators | None) -> Fetched:
        """One try: the request, and the redirects that follow from it."""
        hop = first_hop(request, validators)
        sealed = Sealed(self._secrets, self._may_open(hop, site))
        wanted = {*request.accept, NOT_MODIFIED} if validators else {*request.accept}
        asked = [hop]
        while True:
            answer = await self._visit(hop, site, sealed, wanted)
            location = answer.headers.get("location")
            if answer.status in wanted or answer.status not in REDIRECTS or not location:
                return self._judged(request, hop, answer, conditional=validators is not None)
            hop = redirected(hop, answer.status, location)
            if hop in asked or len(asked) > MAX_REDIRECTS:
                way = " -> ".join(each.url for each in (*asked, hop))
                raise TooManyRedirects(f"{way}; allowed: {MAX_REDIRECTS} redirects, and no circle")
            asked.append(hop)

    def _may_open(self, hop: Hop, site: Site) -> frozenset[str]:
        """The secrets that a request asks for; ``NotAllowed`` unless the connector names them all.

        A source can write a placeholder into an address that a connector follows.
        """
        asked, named = hop.secrets(), self._connector_of(site).secrets
        if unnamed := sorted(asked - named):
            allowed = ", ".join(sorted(named)) or "none"
            raise NotAllowed(f"{hop.url}: {site.connector} names no secret {unnamed[0]!r}; allowed: {allowed}")
        return asked

    async def _visit(self, hop: Hop, site: Site, sealed: Sealed, wanted: set[int]) -> Answer:
        """Ask one address, if that is allowed, when it is our turn."""
        check_url(hop.url, site, self._connector_of(site).hosts)
        delay = await self._robots.delay(hop.url, site) if self._settings.robots else 0.0
        return await self._asker.ask(
            hop, site, sealed, interval=max(site.pace, delay), wanted=wanted, cap=self._settings.max_bytes
        )

    def _judged(self, request: Request, hop: Hop, answer: Answer, *, conditional: bool) -> Fetched:
        now = self._clock.now()
        not_modified = conditional and answer.status == NOT_MODIFIED
        if not not_modified:
            check(request, answer.status, answer.headers, answer.body, now)
        return Fetched(
            url=hop.url,
            status=answer.status,
            headers=answer.headers,
            body=b"" if not_modified else answer.body,
            fetched_at=now,
            not_modified=not_modified,
            size=answer.size,
        )

    async def _load_robots(self, address: str, site: Site) -> str | None:
        cap = self._settings.max_bytes
        return await persist(
            lambda: robots_file.load(address, site, self._asker, cap),
            self._settings.retries,
            self._backoff,
            self._sleep,
        )
