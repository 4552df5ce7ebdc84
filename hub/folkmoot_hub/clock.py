"""The clock, which everything that depends on time takes as a parameter.

The system's, a fixed one (``--now``, ``FOLKMOOT_NOW``), or one that a test moves by hand.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Protocol

from folkmoot_schema import dates


class Clock(Protocol):
    """Anything that tells the time."""

    def now(self) -> datetime:
        """The present instant, in UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The present instant, in UTC."""
        return datetime.now(UTC)


class FixedClock:
    """A clock that stands still until it is moved."""

    def __init__(self, now: datetime) -> None:
        self._now = now.astimezone(UTC)

    def now(self) -> datetime:
        """The instant it stands at, in UTC."""
        return self._now

    def move_to(self, now: datetime) -> None:
        """Stand at ``now`` from here on."""
        self._now = now.astimezone(UTC)

    def move(self, step: timedelta) -> None:
        """Go on by ``step``."""
        self._now += step


def clock_from(text: str | None) -> Clock:
    """The clock that ``--now`` asks for: fixed at an RFC 3339 time or the start of a day in UTC, else the system's."""
    if not text:
        return SystemClock()
    if dates.precision(text) is dates.Precision.DAY:
        return FixedClock(dates.begins(text, "UTC"))
    return FixedClock(dates.parse_instant(text))
