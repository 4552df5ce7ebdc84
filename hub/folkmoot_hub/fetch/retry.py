"""How long to wait before asking again: Retry-After (RFC 9110, section 10.2.3) and exponential back-off."""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TypeVar

from folkmoot_hub.errors import RetryableError

Answer = TypeVar("Answer")
Sleep = Callable[[float], Awaitable[None]]


def retry_after(headers: Mapping[str, str], now: datetime | None = None) -> float | None:
    """The seconds that an answer asks us to wait, None if it does not say so understandably.

    ``headers`` have lower-case names. A date is measured against the answer's own ``date``, which no wrong clock
    can spoil, else against ``now``.
    """
    value = headers.get("retry-after", "").strip()
    if value.isascii() and value.isdigit():
        # A number too long for a float is as good as for ever.
        return float(value) if len(value) < 300 else math.inf
    until = http_date(value)
    since = http_date(headers.get("date", "")) or now
    if until is None or since is None:
        return None
    return max(0.0, (until - since).total_seconds())


def http_date(value: str) -> datetime | None:
    """A date of HTTP (RFC 9110, section 5.6.7), None if ``value`` is none."""
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return moment.replace(tzinfo=moment.tzinfo or UTC)


class Backoff:
    """Waiting times that double, each with a random part so that many waiting do not come back at once.

    ``first`` is the mean of the first wait in seconds, ``patience`` the longest wait that a server may ask for;
    ``jitter`` gives numbers from 0 to 1.
    """

    def __init__(self, first: float, patience: float, jitter: Callable[[], float]) -> None:
        self._first = first
        self._patience = patience
        self._jitter = jitter

    def wait(self, attempt: int, asked: float | None) -> float | None:
        """Seconds to wait after the failed ``attempt`` (from 0); None if the server asks for more than our patience.

        To come back earlier than ``asked`` would be rude, to wait for hours would hold up the run.
        """
        if asked is not None and asked > self._patience:
            return None
        # The exponent is bounded because 2.0 ** 1024 does not fit a float.
        mean = min(self._patience, self._first * 2.0 ** min(attempt, 60))
        return max(asked or 0.0, mean * (0.5 + self._jitter()))


async def persist(ask: Callable[[], Awaitable[Answer]], retries: int, backoff: Backoff, sleep: Sleep) -> Answer:
    """What ``ask`` gives; on a :class:`RetryableError` asked again, up to ``retries`` times."""
    attempt = 0
    while True:
        try:
            return await ask()
        except RetryableError as error:
            wait = backoff.wait(attempt, error.retry_after)
            if attempt >= retries or wait is None:
                raise
        await sleep(wait)
        attempt += 1
