"""Dates and deadlines in words, as DESIGN-WEB has them: relative first, the full date always beside.

Days are calendar days in the source's zone, from the reader's present to the last day. A date is said as exactly as
the source gives it and no more so; nothing is ever said to close at 00:00.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import NamedTuple

from folkmoot_schema import dates, phrases
from folkmoot_schema.codes import OutcomeKind, Status
from folkmoot_schema.dates import Precision
from folkmoot_schema.phrases import MONTHS, day, first_opening, partial
from folkmoot_schema.process import Record

#: Up to so many days the days are counted, beyond it the date says more.
_COUNTED = 60
_URGENT = 3
_SOON = 14


class Due(NamedTuple):
    """The deadline tile: ``tone`` is urgent, soon, open, done, shut or arch; ``beside`` stands under the big word.

    ``exact`` is the partial date for machines, where there is one.
    """

    tone: str
    small: str
    big: str
    beside: str = ""
    exact: str | None = None

    @property
    def sentence(self) -> str:
        """Small and big word in one line: ``Closes in 3 days``."""
        return f"{self.small} {self.big}".strip()


def opening(value: str, zone: str = "UTC", weekday: bool = False) -> str:
    """A first moment in words; the start of a day is that day."""
    if dates.precision(value) is Precision.MINUTE:
        local = phrases.local(value, zone)
        if phrases.at_midnight(local):
            return day(local.date(), weekday)
    return partial(value, zone, weekday)


def closing(value: str, zone: str = "UTC", weekday: bool = False) -> str:
    """A last moment in words; the end of a day is that day, and not 00:00 of the next."""
    last = phrases.last_day(value, zone)
    return day(last, weekday) if last else partial(value, zone, weekday)


def span(opens: str | None, closes: str | None, zone: str = "UTC") -> str:
    """A range in words, open at either end where a date is not known."""
    if opens and closes:
        first, last = opening(opens, zone), closing(closes, zone)
        return first if first == last else f"{first} to {last}"
    if opens:
        return f"from {opening(opens, zone)}"
    return f"until {closing(closes, zone)}" if closes else "dates not given"


def instant(value: datetime, zone: str = "UTC") -> str:
    """An instant of ours as a day: ``28 July 2026``."""
    return day(value.astimezone(dates.zone(zone)).date())


def moment(value: datetime, now: datetime) -> str:
    """When we did something, in UTC: ``today at 09:12``, else the day."""
    if value.date() == now.date():
        return f"today at {value:%H:%M} UTC"
    return f"on {day(value.date())}"


def days_between(earlier: date, later: date) -> int:
    """How many calendar days lie between two days."""
    return (later - earlier).days


def due(record: Record, now: datetime) -> Due:
    """The deadline tile of a process at ``now``."""
    status = record.standing.status
    if status is Status.OPEN:
        return _open(record, now)
    if status is Status.ANNOUNCED:
        return _announced(record, now)
    return _over(record, now)


def _open(record: Record, now: datetime) -> Due:
    standing = record.standing
    if standing.deadline is None:
        return Due("open", "Open,", "no closing date", "given by the source")
    if standing.deadline_at is not None and standing.deadline_at <= now:
        return _over(record, now)  # time went on since the status was last worked out
    zone = standing.deadline_zone or "UTC"
    exact = dates.precision(standing.deadline)
    if exact < Precision.DAY:
        return Due("open", "Open until", partial(standing.deadline), "as the source gives it", standing.deadline)
    last = last_day(standing.deadline, zone)
    left = days_between(now.astimezone(dates.zone(zone)).date(), last)
    return _closing(left, last, _closing_time(standing.deadline, zone), standing.deadline_at, now, standing.deadline)


def _closing(left: int, last: date, time: str | None, at: datetime | None, now: datetime, exact: str) -> Due:
    full = day(last, weekday=True)
    tone = "urgent" if left <= _URGENT else "soon" if left <= _SOON else "open"
    if time is not None:
        full = f"{full}, {time}"
        if at is not None and at - now < timedelta(hours=24):
            return Due(tone, "Closes", f"in {_hours(at - now)}", full, exact)
    if left <= 0:
        return Due(tone, "Closes", "today", f"until the end of {full}" if time is None else full, exact)
    if left == 1:
        return Due(tone, "Closes", "tomorrow", full, exact)
    if left <= _COUNTED:
        return Due(tone, "Closes in", f"{left} days", full, exact)
    return Due(tone, "Open until", f"{last.day} {MONTHS[last.month - 1]}", full, exact)


def _hours(left: timedelta) -> str:
    minutes = int(left.total_seconds() // 60)
    if minutes < 60:
        return "1 minute" if minutes <= 1 else f"{minutes} minutes"
    return "1 hour" if minutes < 120 else f"{minutes // 60} hours"


def last_day(deadline: str, zone: str) -> date:
    """The last day on which one can take part, in the source's zone; an end at 00:00 belongs to the day before."""
    return phrases.last_day(deadline, zone) or phrases.local(deadline, zone).date()


def _closing_time(deadline: str, zone: str) -> str | None:
    """``17:00 Brussels time``; None where only the day is known, or where it is the end of a day."""
    return None if phrases.last_day(deadline, zone) else phrases.time(deadline, zone)


def _announced(record: Record, now: datetime) -> Due:
    begins = first_opening(record)
    if begins is None:
        return Due("open", "Announced,", "no opening date", "given by the source")
    value, zone = begins
    if dates.precision(value) < Precision.DAY:
        return Due("open", "Opens", partial(value), "as the source gives it", value)
    first = phrases.local(value, zone).date()
    left = days_between(now.astimezone(dates.zone(zone)).date(), first)
    full = opening(value, zone, weekday=True)
    if left < 0:  # time went on since the status was last worked out
        return Due("open", "Opened", full, "", value)
    if left == 1:
        return Due("open", "Opens", "tomorrow", full, value)
    if 2 <= left <= _COUNTED:
        return Due("open", "Opens in", f"{left} days", full, value)
    return Due("open", "Opens", "today" if left == 0 else f"{first.day} {MONTHS[first.month - 1]}", full, value)


_OVER = {
    Status.UNDER_REVIEW: ("soon", "Under review", "waiting for an answer"),
    Status.ANSWERED: ("done", "Answered", ""),
    Status.UNSUCCESSFUL: ("shut", "Closed,", "not enough support"),
    Status.REFUSED: ("shut", "", "Refused"),
    Status.WITHDRAWN: ("shut", "", "Withdrawn"),
    Status.SUSPENDED: ("soon", "", "On hold"),
    Status.ENDED: ("arch", "", "Ended"),
    Status.UNKNOWN: ("shut", "Status", "unknown"),
}


def _over(record: Record, now: datetime) -> Due:
    status, deadline = record.standing.status, record.standing.deadline
    zone = record.standing.deadline_zone or "UTC"
    tone, small, big = _OVER.get(status, ("shut", "", ""))
    if status is Status.ANSWERED:
        answered = _answered(record)
        return Due(tone, "Answered", partial(answered) if answered else "date unknown", "", answered)
    if status in {Status.OPEN, Status.CLOSED}:
        return Due(
            tone, "Closed" if deadline else "Closed,", _date_only(deadline, zone) or "date unknown", "", deadline
        )
    return Due(tone, small, big, _closing_note(record, now), deadline)


def _answered(record: Record) -> str | None:
    """The date of the answer: of the last reply, else of whatever came last."""
    dated = [one for one in record.process.outcomes if one.date]
    replies = [one for one in dated if one.kind is OutcomeKind.REPLY] or dated
    return max((one.date for one in replies if one.date), default=None)


def _closing_note(record: Record, now: datetime) -> str:
    """``closed 17 September 2017``, where it is known and past."""
    deadline, at = record.standing.deadline, record.standing.deadline_at
    if deadline is None or at is None or at > now:
        return ""
    return f"closed {_date_only(deadline, record.standing.deadline_zone or 'UTC')}"


def _date_only(deadline: str | None, zone: str) -> str | None:
    if deadline is None or dates.precision(deadline) < Precision.DAY:
        return deadline and partial(deadline)
    return day(last_day(deadline, zone))


def days_since(deadline_at: datetime, now: datetime) -> int:
    """How many whole days ago something ended."""
    return max(0, (now - deadline_at).days)


def ago(then: datetime, now: datetime) -> str:
    """How long ago something was, in whole days: ``today``, ``1 day ago``, ``12 days ago``."""
    days = days_since(then, now)
    return "today" if days == 0 else "1 day ago" if days == 1 else f"{days:,} days ago"


def duration(seconds: int) -> str:
    """A rhythm in its greatest whole unit: ``day``, ``6 hours``, ``90 minutes``."""
    for unit, size in (("day", 86400), ("hour", 3600), ("minute", 60)):
        if seconds % size == 0 and seconds:
            count = seconds // size
            return unit if count == 1 else f"{count:,} {unit}s"
    return f"{seconds:,} seconds"
