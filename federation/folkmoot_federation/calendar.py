"""iCalendar (RFC 5545, RFC 7986) at ``/deadlines.ics``: one event for each process that closes on a known day.

A deadline that is a day, or the end of one (its last minute, or 00:00 of the next), is an event of that whole day,
wherever its reader lives; one with another time is an event of no length at that instant, in UTC. A month or a year is
no day, so such a process has no event. Whoever subscribes hears of a moved date by ``SEQUENCE`` and ``DTSTAMP``
(RFC 5546, 2.1.5), of a withdrawn, refused or deleted process by ``STATUS:CANCELLED``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from importlib.metadata import version
from typing import ClassVar, Final
from uuid import NAMESPACE_URL, uuid5

from icalendar import Calendar, Event, Timezone, TimezoneStandard, vCategory, vText

from folkmoot_federation import authors, texts, words
from folkmoot_federation.categories import categories
from folkmoot_federation.links import page
from folkmoot_hub.publisher import Listing, Publisher, Sort, Tombstone
from folkmoot_schema import dates, identifiers, phrases
from folkmoot_schema.codes import Status
from folkmoot_schema.dates import Precision
from folkmoot_schema.process import Record

#: How often a reader may come back.
REFRESH: Final = timedelta(hours=1)
#: Octets that every reader keeps of a UID (RFC 5545, 3.8.4.7).
_LONGEST_UID: Final = 255
# As an instant, the end of a day in Brussels would stand on the next one in Helsinki.
_LAST_MINUTE: Final = (23, 59)
_STATUS: Final = {Status.WITHDRAWN: "CANCELLED", Status.REFUSED: "CANCELLED", Status.SUSPENDED: "TENTATIVE"}
# Nothing that RFC 5545, 3.1 calls CONTROL, nor what has no form in UTF-8. A line break is written as \n.
_UNWRITABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


class Deadlines(Publisher):
    """The calendar of any search."""

    id: ClassVar[str] = "calendar"
    title: ClassVar[str] = "Calendar of deadlines (iCalendar)"
    path: ClassVar[str] = "/deadlines.ics"
    media_type: ClassVar[str] = "text/calendar; charset=utf-8"
    order: ClassVar[Sort] = Sort.CLOSING
    dated: ClassVar[bool] = True
    most: ClassVar[int] = 500
    word: ClassVar[str] = "Calendar"

    def publish(self, listing: Listing) -> bytes:
        """The calendar of ``listing``: its records with a day to close on in their order, then what is gone of them."""
        calendar = Calendar()
        _describe(calendar, listing)
        for event in _events(listing):
            calendar.add_component(event)
        if not calendar.subcomponents:
            calendar.add_component(_nothing())
        return bytes(calendar.to_ical(sorted=False))


class _Words(vText):
    """A text, escaped as RFC 5545, 3.3.11 has it: the library takes a backslash before an N for a line break."""

    def __new__(cls, value: str, language: str | None = None) -> _Words:
        written = _UNWRITABLE.sub("\ufffd", value.replace("\r\n", "\n").replace("\r", "\n"))
        return super().__new__(cls, written, params={"LANGUAGE": language} if language else None)

    def to_ical(self) -> bytes:
        escaped = self.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")
        return escaped.encode()


def _describe(calendar: Calendar, listing: Listing) -> None:
    name, about = _Words(texts.heading(listing), "en"), _Words(texts.about(listing, words.DEADLINES), "en")
    calendar.add("prodid", _Words(f"-//{words.NAME}//{words.NAME} {version('folkmoot')}//EN"))
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    for old, new, value in (("x-wr-calname", "name", name), ("x-wr-caldesc", "description", about)):
        calendar.add(old, _Words(value))
        calendar.add(new, value)
    calendar.add("url", listing.page_url)
    calendar.add("source", listing.self_url, {"VALUE": "URI"})
    calendar.add("last-modified", listing.updated)
    calendar.add("refresh-interval", REFRESH, {"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")


def _events(listing: Listing) -> Iterator[Event]:
    for record in listing.records:
        standing = record.standing
        if standing.deadline and (when := _when(standing.deadline, standing.deadline_zone)):
            yield _event(record, when, listing)
    for tombstone in listing.tombstones:
        if tombstone.deadline and (when := _when(tombstone.deadline, tombstone.deadline_zone)):
            yield _cancelled(tombstone, when)


def _when(deadline: str, zone: str | None) -> date | datetime | None:
    """The whole day or the instant (UTC) of a deadline, None where no day is known."""
    zone = zone or "UTC"
    if last := phrases.last_day(deadline, zone):
        return last
    if dates.precision(deadline) is not Precision.MINUTE:
        return None
    end = phrases.local(deadline, zone)
    return end.date() if (end.hour, end.minute) == _LAST_MINUTE else dates.ends(deadline, zone)


def _bare(key: str, changed: datetime, when: date | datetime, status: str) -> Event:
    event = Event()
    event.add("uid", _uid(key))
    event.add("dtstamp", changed)
    event.add("sequence", sequence(changed))
    event.add("dtstart", when)
    event.add("status", status)
    event.add("transp", "TRANSPARENT")
    return event


def _uid(key: str) -> str:
    """The key; for one that some readers would cut off, a name-based UUID of it (RFC 9562, 5.5)."""
    return key if len(key) <= _LONGEST_UID else str(uuid5(NAMESPACE_URL, key))


def sequence(changed: datetime) -> int:
    """The revision of an event: the minutes from 1970 to its last material change, which go on until the year 6053.

    Of two changes in one minute the later ``DTSTAMP`` tells (RFC 5546, 2.1.5).
    """
    return max(int(changed.timestamp()) // 60, 0)


def _event(record: Record, when: date | datetime, listing: Listing) -> Event:
    title = texts.title(record, listing.languages, listing.sample)
    event = _bare(record.key, record.updated, when, _STATUS.get(record.standing.status, "CONFIRMED"))
    event.add("created", record.first_seen)
    event.add("last-modified", record.updated)
    event.add("summary", _Words(title.text, title.lang))
    event.add("description", _Words("\n\n".join(_description(record, listing))))
    event.add("url", page(record, listing.hub))
    if record.process.place is not None:
        event.add("location", _Words(words.place(record.process.place)))
    labels = dict.fromkeys(category.label for category in categories(record, listing.sample))
    event.add("categories", vCategory([_Words(label) for label in labels]))
    return event


def _description(record: Record, listing: Listing) -> Iterator[str]:
    if texts.is_sample(record, listing.sample):
        yield words.SAMPLE
    yield " · ".join(words.facts(record))
    yield authors.author(record, listing).name
    if (summary := record.process.summary) and (told := texts.plain(summary, listing.languages)).text:
        yield told.text
    if address := identifiers.iri(record.process.participate_url or record.process.url):
        yield address
    yield words.rights(record.licence)


def _cancelled(tombstone: Tombstone, when: date | datetime) -> Event:
    """What is left: neither title nor text, which were taken back."""
    event = _bare(tombstone.key, tombstone.at, when, "CANCELLED")
    event.add("summary", _Words(f"Removed: {tombstone.reason}" if tombstone.reason else "Removed", "en"))
    return event


def _nothing() -> Timezone:
    """A calendar has at least one component (RFC 5545, 3.6), also one without any event: the zone of its times."""
    zone, standard = Timezone(), TimezoneStandard()
    zone.add("tzid", "UTC")
    standard.add("dtstart", datetime(1970, 1, 1))  # noqa: DTZ001 - local time by definition (RFC 5545, 3.6.5)
    standard.add("tzoffsetfrom", timedelta())
    standard.add("tzoffsetto", timedelta())
    standard.add("tzname", "UTC")
    zone.add_component(standard)
    return zone
