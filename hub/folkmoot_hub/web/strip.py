"""The last two weeks of a source: one bar a day, as good as the best run that began on it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Final, Literal, NamedTuple

import msgspec

from folkmoot_hub.store.protocol import Day

DAYS: Final = 14
Quality = Literal["good", "partial", "failed", "none"]
_QUALITIES: Final[dict[str, Quality]] = {
    "complete": "good",
    "partial": "partial",
    "suspicious": "partial",
    "failed": "failed",
}
_ORDER: Final[tuple[Quality, ...]] = ("good", "partial", "failed")


class DayItem(msgspec.Struct, frozen=True, kw_only=True):
    """A day (UTC) of a source: as good as the best run that began on it, ``none`` if none did."""

    day: date
    quality: Quality


class Bar(NamedTuple):
    """A day as it is drawn: how far from the left, and its quality."""

    x: int
    quality: str


class Strip(NamedTuple):
    """The bars of two weeks, and the same in words."""

    bars: list[Bar]
    says: str


def since(now: datetime) -> datetime:
    """When the first of the days began."""
    return now.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=DAYS - 1)


def last_days(days: Iterable[Day], now: datetime) -> list[DayItem]:
    """The last days up to today, the oldest first."""
    best: dict[date, Quality] = {}
    for one in days:
        there, here = best.get(one.day, "failed"), _QUALITIES[one.outcome]
        best[one.day] = min(there, here, key=_ORDER.index)
    first = since(now).date()
    every = (first + timedelta(days=n) for n in range(DAYS))
    return [DayItem(day=day, quality=best.get(day, "none")) for day in every]


def strip(days: Iterable[Day], now: datetime) -> Strip:
    """The last days as bars."""
    found = last_days(days, now)
    counts = [sum(1 for one in found if one.quality == quality) for quality in _ORDER]
    says = ", ".join(f"{count} {quality}" for count, quality in zip(counts, _ORDER, strict=True))
    return Strip([Bar(n * 6, one.quality) for n, one in enumerate(found)], says)
