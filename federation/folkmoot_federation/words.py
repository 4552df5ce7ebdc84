"""What channels say in words: labels of codes, dates, credits, the notes that every channel carries.

All of it is absolute. A document is read days after it was made, so nothing here depends on the clock and no word is
relative to one: the full date, never "tomorrow".
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import cache
from typing import Final

from babel import Locale

from folkmoot_schema import dates, identifiers, labels
from folkmoot_schema.dates import Precision
from folkmoot_schema.process import Licence, Place, Record

#: What every channel names as its maker, and where that is told of.
NAME: Final = "Folkmoot"
HOME: Final = identifiers.NAMESPACE.rstrip("#")
#: What a feed carries.
NEWS: Final = "Participation processes that are live at their sources, newest change first."
#: What a calendar carries.
DEADLINES: Final = (
    "Closing dates of participation processes that are live at their sources. "
    "Processes that close in a month or a year without a day are left out."
)
#: How to get more: the same in every channel, and stated in each.
LIVE_ONLY: Final = "Archived copies and bare records are left out unless the parameter “availability” asks for them."
#: What stands beside everything that is invented.
SAMPLE: Final = "Sample: invented data that shows how the hub works; nobody can take part in it."

_MONTHS: Final = "January February March April May June July August September October November December".split()
_MINUTE: Final = timedelta(minutes=1)


def label(scheme: str, code: str) -> str:
    """The English label of a concept of one of our lists (``kind``, ``status``, ``topic`` …)."""
    return labels.label(scheme, code)


@cache
def country(code: str) -> str:
    """The English name of a country (ISO 3166-1, EU, XK; CLDR's), the code itself if it has none."""
    return str(Locale("en").territories.get(code, code))


def day(value: date) -> str:
    """``31 July 2026``."""
    return f"{value.day} {_MONTHS[value.month - 1]} {value.year}"


def partial(value: str, zone: str) -> str:
    """A partial date at its own precision, a time with its zone: ``31 July 2026, 17:00 Brussels time``."""
    return _rough(value) or _timed(_local(value, zone), zone)


def closing(value: str, zone: str) -> str:
    """As :func:`partial`, for the end of something: what ends at 00:00 ends with the day before."""
    if rough := _rough(value):
        return rough
    if last := last_day(value, zone):
        return f"end of {day(last)}, {_zone(zone)}"
    return _timed(_local(value, zone), zone)


def last_day(value: str, zone: str) -> date | None:
    """The day with which something ends, in ``zone``; None if it ends within a day, or no day is known."""
    exact = dates.precision(value)
    if exact is Precision.DAY:
        return date.fromisoformat(value)
    if exact is not Precision.MINUTE:
        return None
    local = _local(value, zone)
    midnight = (local.hour, local.minute) == (0, 0) and local.date() > date.min
    return (local - _MINUTE).date() if midnight else None


def _rough(value: str) -> str | None:
    """A date of a day or coarser, None for a time."""
    exact = dates.precision(value)
    if exact is Precision.YEAR:
        return value
    if exact is Precision.MONTH:
        return f"{_MONTHS[int(value[5:7]) - 1]} {value[:4]}"
    return day(date.fromisoformat(value)) if exact is Precision.DAY else None


def _local(value: str, zone: str) -> datetime:
    moment = datetime.fromisoformat(value)
    try:
        return moment.astimezone(dates.zone(zone)) if moment.tzinfo else moment
    except OverflowError:  # at either end of the calendar there is no such time in that zone
        return moment


def _timed(local: datetime, zone: str) -> str:
    return f"{day(local.date())}, {local:%H:%M} {_zone(zone)}"


def place(where: Place) -> str:
    """``Malmö, Skåne, Sweden``: as finely as it is known."""
    return ", ".join(part for part in (where.municipality, where.region, country(where.country)) if part)


def _zone(name: str) -> str:
    return f"{name.rpartition('/')[2].replace('_', ' ')} time" if "/" in name else name


def facts(record: Record) -> tuple[str, ...]:
    """What a reader must know of a process, each fact a phrase: kind, status, dates, whether it is a copy.

    Counts are not among them: they are not news, so they must not change a document that says when it was updated.
    """
    process, standing = record.process, record.standing
    status = f"Status: {label('status', standing.status)}"
    found = [label("kind", process.kind), f"{status} (worked out by the hub)" if standing.derived else status]
    if opens := _opening(record):
        found.append(f"Opening date: {opens}")
    if standing.deadline is not None:
        found.append(f"Closing date: {closing(standing.deadline, standing.deadline_zone or 'UTC')}")
    if process.availability != "live":
        found.append(label("availability", process.availability))
    return tuple(found)


def _opening(record: Record) -> str | None:
    """The opening that the standing speaks of, as the source gives it."""
    for phase in record.process.phases:
        if phase.opens and dates.begins(phase.opens, phase.zone) == record.standing.opens_at:
            return partial(phase.opens, phase.zone)
    return None


def rights(licence: Licence) -> str:
    """The licence line: name, id, address and the credit that the source asks for."""
    identifier = licence.id if licence.id != licence.url else None
    terms = ", ".join(dict.fromkeys(part for part in (licence.name, identifier, licence.url) if part))
    return f"Licence: {terms}. {licence.attribution}" if licence.attribution else f"Licence: {terms}."
