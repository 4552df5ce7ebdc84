"""Partial dates: what a source says about time, kept as exactly as it says it, and no more so.

A partial date is a string in one of these forms (EDTF level 0, a profile of ISO 8601):

======================  ==========  ==============================================
form                    precision   XML Schema type
======================  ==========  ==============================================
``2026``                year        ``xsd:gYear``
``2026-03``             month       ``xsd:gYearMonth``
``2026-03-29``          day         ``xsd:date``
``2026-03-29T02:30``    minute      ``xsd:dateTime`` (seconds are added in RDF)
======================  ==========  ==============================================

A minute may carry seconds and an offset (``2026-03-29T02:30:00+02:00``, ``…Z``); without an offset it is
local time in the zone that stands beside it. Nothing here ever turns a year into 1 January: a partial date
is an interval, from :func:`begins` to :func:`ends`.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from enum import IntEnum
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_FORM = re.compile(
    r"(?P<year>\d{4})(?:-(?P<month>\d{2})(?:-(?P<day>\d{2})"
    r"(?:T(?P<hour>\d{2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:\.\d+)?)?(?P<offset>Z|[+-]\d{2}:\d{2})?)?)?)?",
    re.ASCII,
)
#: The forms allowed, for error messages.
FORMS = "YYYY, YYYY-MM, YYYY-MM-DD or YYYY-MM-DDThh:mm[:ss][offset]"


class Precision(IntEnum):
    """How exactly a date is known; a greater value is more exact."""

    YEAR = 1
    MONTH = 2
    DAY = 3
    MINUTE = 4


def zone(name: str) -> ZoneInfo:
    """The time zone called ``name`` in the IANA database; ``ValueError`` if there is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"{name!r} is not a time zone of the IANA database") from error


def check(value: str) -> str:
    """``value`` if it is a partial date that exists in the calendar; else ``ValueError``."""
    precision(value)
    return value


@lru_cache(maxsize=4096)  # the same days come again and again, and are asked for whenever a record is read or written
def precision(value: str) -> Precision:
    """How exact ``value`` is; ``ValueError`` if it is not a partial date."""
    match = _FORM.fullmatch(value)
    if match is None:
        raise ValueError(f"{value!r} is not a date: allowed are {FORMS}")
    try:
        if match["hour"] is not None:
            datetime.fromisoformat(value)
            return Precision.MINUTE
        date(int(match["year"]), int(match["month"] or 1), int(match["day"] or 1))
    except ValueError as error:
        raise ValueError(f"{value!r} is not a date of the calendar ({error})") from error
    if match["day"] is not None:
        return Precision.DAY
    return Precision.MONTH if match["month"] is not None else Precision.YEAR


@lru_cache(maxsize=4096)
def begins(value: str, zone_name: str) -> datetime:
    """The first instant (UTC) that ``value`` can mean, read in ``zone_name`` if it has no offset.

    A local time that occurs twice (end of summer time) means its first occurrence here; one that does not
    exist (begin of summer time) is read with the offset valid before the change, as PEP 495 has it.
    """
    exact = precision(value)
    if exact is Precision.MINUTE:
        return _instant(datetime.fromisoformat(value), zone_name, fold=0)
    first = datetime.fromisoformat({1: f"{value}-01-01", 2: f"{value}-01", 3: value}[exact])
    return _instant(first, zone_name, fold=0)


@lru_cache(maxsize=4096)
def ends(value: str, zone_name: str) -> datetime:
    """The first instant (UTC) after everything that ``value`` can mean: a date-only deadline is inclusive.

    A minute ends when it says: ``23:59`` is over at 23:59:00. A local time that occurs twice means its second
    occurrence here, so that nobody is told too early that it is too late.
    """
    exact = precision(value)
    if exact is Precision.MINUTE:
        return _instant(datetime.fromisoformat(value), zone_name, fold=1)
    year, month, day = (int(part) for part in [*value.split("-"), "1", "1"][:3])
    try:
        if exact is Precision.YEAR:
            after = datetime(year + 1, 1, 1)  # noqa: DTZ001 - local time on purpose; the zone is applied below
        elif exact is Precision.MONTH:
            after = datetime(year + month // 12, month % 12 + 1, 1)  # noqa: DTZ001 - as above
        else:
            after = datetime(year, month, day) + timedelta(days=1)  # noqa: DTZ001 - as above
    except (ValueError, OverflowError):
        return datetime.max.replace(tzinfo=UTC)
    return _instant(after, zone_name, fold=0)


def _instant(local: datetime, zone_name: str, fold: int) -> datetime:
    if local.tzinfo is None:
        local = local.replace(tzinfo=zone(zone_name), fold=fold)
    try:
        return local.astimezone(UTC)
    except OverflowError:
        limit = datetime.min if local.year == 1 else datetime.max
        return limit.replace(tzinfo=UTC)


_XSD = {Precision.YEAR: "gYear", Precision.MONTH: "gYearMonth", Precision.DAY: "date"}


def xsd(value: str, zone_name: str | None = None, *, last: bool = False) -> tuple[str, str]:
    """``value`` as a literal of XML Schema: the type's local name and the lexical form.

    A minute gets the offset of ``zone_name`` (none, if there is no zone either). Of a local time that occurs twice
    the first is meant, with ``last`` the second, as in :func:`begins` and :func:`ends`.
    """
    exact = precision(value)
    if exact is not Precision.MINUTE:
        return _XSD[exact], value
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is None and zone_name is not None:
        moment = moment.replace(tzinfo=zone(zone_name), fold=1 if last else 0)
    return "dateTime", (moment if _is_writable(moment) else moment.astimezone(UTC)).isoformat().replace("+00:00", "Z")


def _is_writable(moment: datetime) -> bool:
    """Whether XML Schema can write its offset: whole minutes, at most 14 hours (local mean time has seconds)."""
    offset = moment.utcoffset() or timedelta()
    return abs(offset) <= timedelta(hours=14) and not offset.seconds % 60


def iso(moment: datetime) -> str:
    """An instant as RFC 3339 in UTC with whole seconds: ``2026-03-29T00:30:00Z``."""
    return moment.astimezone(UTC).isoformat(timespec="seconds").removesuffix("+00:00") + "Z"


def parse_instant(value: str) -> datetime:
    """The instant (UTC) that an RFC 3339 string with an offset means; ``ValueError`` for anything else."""
    try:
        moment = datetime.fromisoformat(value)
    except ValueError as error:
        raise ValueError(f"{value!r} is not a time: YYYY-MM-DDThh:mm:ssZ (RFC 3339) is") from error
    if moment.tzinfo is None:
        raise ValueError(f"{value!r} has no offset: write YYYY-MM-DDThh:mm:ssZ (RFC 3339)")
    return moment.astimezone(UTC)
