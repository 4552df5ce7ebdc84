"""Dates in English words, which pages and channels say alike: as exactly as the source gives them and no more so.

A time is said in the zone that stands beside it. At either end of the calendar, where that zone has no such time, it is
said as it was written.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final

from folkmoot_schema import dates
from folkmoot_schema.codes import PhaseKind
from folkmoot_schema.dates import Precision
from folkmoot_schema.process import Record

MONTHS: Final = "January February March April May June July August September October November December".split()
_DAYS: Final = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
_MINUTE: Final = timedelta(minutes=1)


def day(value: date, weekday: bool = False) -> str:
    """``31 July 2026``, with ``Friday`` before it if asked."""
    words = f"{value.day} {MONTHS[value.month - 1]} {value.year}"
    return f"{_DAYS[value.weekday()]} {words}" if weekday else words


def partial(value: str, zone: str = "UTC", weekday: bool = False) -> str:
    """A partial date at its own precision, a time with its zone: ``31 July 2026, 17:00 Brussels time``."""
    exact = dates.precision(value)
    if exact is Precision.YEAR:
        return value
    if exact is Precision.MONTH:
        return f"{MONTHS[int(value[5:7]) - 1]} {value[:4]}"
    on = day(local(value, zone).date(), weekday)
    return on if exact is Precision.DAY else f"{on}, {time(value, zone)}"


def time(value: str, zone: str) -> str:
    """The time of a partial date that has one: ``17:00 Brussels time``."""
    return f"{local(value, zone):%H:%M} {zone_words(zone)}"


def zone_words(zone: str) -> str:
    """``Brussels time`` for ``Europe/Brussels``."""
    return f"{zone.rpartition('/')[2].replace('_', ' ')} time" if "/" in zone else zone


def local(value: str, zone: str) -> datetime:
    """A day (its first moment) or a time as the clocks of ``zone`` show it."""
    moment = datetime.fromisoformat(value)
    try:
        return moment.astimezone(dates.zone(zone)) if moment.tzinfo else moment
    except OverflowError:
        return moment


def at_midnight(moment: datetime) -> bool:
    """Whether it is in the first minute of its day."""
    return (moment.hour, moment.minute) == (0, 0)


def last_day(value: str, zone: str) -> date | None:
    """The day with which something ends, the one before if it ends at 00:00; None within a day, or if none is known."""
    exact = dates.precision(value)
    if exact is Precision.DAY:
        return date.fromisoformat(value)
    if exact is not Precision.MINUTE:
        return None
    end = local(value, zone)
    return (end - _MINUTE).date() if at_midnight(end) and end.date() > date.min else None


def first_opening(record: Record) -> tuple[str, str] | None:
    """The opening of taking part that the standing speaks of, as the source gives it, and its zone."""
    for phase in record.process.phases:
        opens = phase.opens if phase.kind is PhaseKind.PARTICIPATION else None
        if opens is not None and dates.begins(opens, phase.zone) == record.standing.opens_at:
            return opens, phase.zone
    return None
