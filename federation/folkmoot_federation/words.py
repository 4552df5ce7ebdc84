"""What channels say in words: labels of codes, dates, credits, the notes that every channel carries.

All of it is absolute. A document is read days after it was made, so nothing here depends on the clock and no word is
relative to one: the full date, never "tomorrow".
"""

from __future__ import annotations

from functools import cache
from typing import Final

from babel import Locale

from folkmoot_schema import dates, identifiers, labels, phrases
from folkmoot_schema.dates import Precision
from folkmoot_schema.process import Licence, Place, Record

#: What every channel names as its maker, and where that is told of.
NAME: Final = "Folkmoot"
HOME: Final = identifiers.NAMESPACE.rstrip("#")
#: What a feed carries.
NEWS: Final = "Participation processes, newest change first."
#: What a calendar carries.
DEADLINES: Final = (
    "Closing dates of participation processes. Those that close in a month or a year without a day are left out."
)
#: How to get more: the same in every channel, and stated in each, whatever this one was asked for.
LIVE_ONLY: Final = "Only those that are live at their sources, unless the parameter “availability” asks for others."
#: What stands beside everything that is invented.
SAMPLE: Final = "Sample: invented data that shows how the hub works; nobody can take part in it."


def label(scheme: str, code: str) -> str:
    """The English label of a concept of one of our lists (``kind``, ``status``, ``topic`` …)."""
    return labels.label(scheme, code)


@cache
def country(code: str) -> str:
    """The English name of a country (ISO 3166-1, EU, XK; CLDR's), the code itself if it has none."""
    return str(Locale("en").territories.get(code, code))


def closing(value: str, zone: str) -> str:
    """A partial date in words, for the end of something: what ends at 00:00 ends with the day before."""
    last = phrases.last_day(value, zone)
    if last is None or dates.precision(value) is Precision.DAY:
        return phrases.partial(value, zone)
    return f"end of {phrases.day(last)}, {phrases.zone_words(zone)}"


def place(where: Place) -> str:
    """``Malmö, Skåne, Sweden``: as finely as it is known."""
    return ", ".join(part for part in (where.municipality, where.region, country(where.country)) if part)


def facts(record: Record) -> tuple[str, ...]:
    """What a reader must know of a process, each fact a phrase: kind, status, dates, whether it is a copy.

    Counts are not among them: they are not news, so they must not change a document that says when it was updated.
    """
    process, standing = record.process, record.standing
    status = f"Status: {label('status', standing.status)}"
    found = [label("kind", process.kind), f"{status} (worked out by the hub)" if standing.derived else status]
    if opens := phrases.first_opening(record):
        found.append(f"Opening date: {phrases.partial(*opens)}")
    if standing.deadline is not None:
        found.append(f"Closing date: {closing(standing.deadline, standing.deadline_zone or 'UTC')}")
    if process.availability != "live":
        found.append(label("availability", process.availability))
    return tuple(found)


def rights(licence: Licence) -> str:
    """The licence line: name, id, address and the credit that the source asks for."""
    terms = ", ".join(dict.fromkeys(part for part in (licence.name, licence.id, licence.url) if part))
    return f"Licence: {terms}. {licence.attribution}" if licence.attribution else f"Licence: {terms}."
