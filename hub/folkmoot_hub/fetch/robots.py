"""What robots.txt allows us (RFC 9309), remembered per origin for a day."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from protego import Protego
from yarl import URL

from folkmoot_hub.connector import Site
from folkmoot_hub.errors import NotAllowed, RetryableError

#: Our product token: what a robots.txt calls us.
AGENT = "Folkmoot"
#: Seconds that rules are remembered (RFC 9309, section 2.4), and that a failure to get them is.
KEEP, KEEP_FAILURE = 86400.0, 600.0
#: How much of a file is read (RFC 9309, section 2.5: at least 500 KiB).
MAX_BYTES = 512 * 1024
#: A site that asks for longer pauses cannot be harvested in any useful time.
MAX_DELAY = 3600.0

#: Gets the text of a robots.txt, None if there is none (4xx); a RetryableError if that cannot be known now.
Load = Callable[[str, Site], Awaitable[str | None]]


class _Rules:
    """The rules of one origin, or the error for which they are unknown."""

    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.parsed: Protego | None = None
        self.failure: RetryableError | None = None
        self.until = float("-inf")


class Robots:
    """Answers whether an address may be asked. ``monotonic`` tells seconds."""

    def __init__(self, load: Load, monotonic: Callable[[], float]) -> None:
        self._load = load
        self._monotonic = monotonic
        self._origins: dict[str, _Rules] = {}

    async def delay(self, url: str, site: Site) -> float:
        """The Crawl-delay in seconds (0 if none) for ``url``, which may be asked.

        ``NotAllowed`` if it may not; ``RetryableError`` if the rules cannot be had: unreachable means disallowed.
        """
        rules = await self._rules(str(URL(url).origin()), site)
        if not rules.can_fetch(url, AGENT):
            raise NotAllowed(f"robots.txt of {URL(url).host} forbids {AGENT} to ask {url}")
        delay = float(rules.crawl_delay(AGENT) or 0.0)
        if delay > MAX_DELAY:
            raise NotAllowed(
                f"robots.txt of {URL(url).host} asks for {delay:g} s between requests; allowed: {MAX_DELAY:g}"
            )
        return delay if delay > 0 else 0.0

    async def _rules(self, origin: str, site: Site) -> Protego:
        rules = self._origins.setdefault(origin, _Rules())
        async with rules.lock:
            if rules.until <= self._monotonic():
                await self._renew(rules, origin, site)
            if rules.parsed is None:
                raise self._unknown(rules, origin)
            return rules.parsed

    async def _renew(self, rules: _Rules, origin: str, site: Site) -> None:
        try:
            text = await self._load(f"{origin}/robots.txt", site)
        except RetryableError as error:
            rules.parsed, rules.failure = None, error
            rules.until = self._monotonic() + KEEP_FAILURE
        else:
            rules.parsed, rules.failure = Protego.parse(text or ""), None
            rules.until = self._monotonic() + KEEP

    def _unknown(self, rules: _Rules, origin: str) -> RetryableError:
        """A fresh error of the remembered kind: one object raised twice would gather tracebacks."""
        kind = type(rules.failure) if rules.failure else RetryableError
        error = kind(f"whether {origin} may be asked is not known now: {rules.failure}")
        error.retry_after = max(0.0, rules.until - self._monotonic())
        return error
