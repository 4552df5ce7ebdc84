"""The calendar channel: what subscribers get of a listing, read back by icalendar and by a stricter reader of ours."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import icalendar
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from federation import making
from federation.calendar_rules import Component, broken, read
from federation.making import HUB, generously, listing, process, record
from folkmoot_federation import calendar, words
from folkmoot_federation.calendar import Deadlines
from folkmoot_hub.publisher import Listing, Sort, Tombstone
from folkmoot_hub.registry import load_plugins
from folkmoot_schema import dates
from folkmoot_schema.codes import Availability, Flag, Status
from folkmoot_schema.dates import Precision
from folkmoot_schema.process import Place, Standing
from folkmoot_schema.texts import Text


def parsed(*records: Any, **changes: Any) -> Component:
    return read(Deadlines().publish(listing(*records, **changes)))


def the_event(*records: Any, **changes: Any) -> Component:
    [event] = parsed(*records, **changes).events()
    return event


def closing(deadline: str | None, zone: str | None = "Europe/Brussels", status: Status = Status.OPEN) -> Any:
    """A record with that deadline."""
    return record(standing=Standing(status=status, deadline=deadline, deadline_zone=zone))


def known_day(deadline: str | None) -> bool:
    return deadline is not None and dates.precision(deadline) >= Precision.DAY


def test_the_plugin_brings_the_channel() -> None:
    [one] = [one for one in load_plugins().publishers if one.id == "calendar"]
    assert (one.path, one.media_type) == ("/deadlines.ics", "text/calendar; charset=utf-8")
    assert (one.order, one.dated, one.most) == (Sort.CLOSING, True, 500)


class TestAnyListing:
    @generously
    @given(making.listings())
    def test_keeps_every_rule_of_the_standard(self, given: Listing) -> None:
        assert broken(Deadlines().publish(given)) == []

    @generously
    @given(making.listings())
    def test_has_one_event_for_each_process_with_a_day_to_close_on(self, given: Listing) -> None:
        events = read(Deadlines().publish(given)).events()
        live = [one for one in given.records if known_day(one.standing.deadline)]
        gone = [one for one in given.tombstones if known_day(one.deadline)]
        assert [event["UID"].value for event in events] == [one.key for one in (*live, *gone)]
        assert all(event["STATUS"].value == "CANCELLED" for event in events[len(live) :])

    @generously
    @given(making.listings())
    def test_is_read_by_icalendar(self, given: Listing) -> None:
        data = Deadlines().publish(given)
        found = icalendar.Calendar.from_ical(data)
        found.validate()
        assert found.errors == []
        assert [str(event["UID"]) for event in found.events] == [one["UID"].value for one in read(data).events()]
        for event in found.events:
            assert event.errors == []
            assert event.end - event.start == (timedelta() if isinstance(event.start, datetime) else timedelta(days=1))

    @generously
    @given(making.listings())
    def test_ends_events_when_processes_close(self, given: Listing) -> None:
        ends = {one.key: one.standing.deadline_at for one in given.records}
        zones = {one.key: dates.zone(one.standing.deadline_zone or "UTC") for one in given.records}
        found = icalendar.Calendar.from_ical(Deadlines().publish(msgspec.structs.replace(given, tombstones=())))
        for event in found.events:
            uid = str(event["UID"])
            end = event.end
            if not isinstance(end, datetime):
                end = datetime(end.year, end.month, end.day, tzinfo=zones[uid])
            # What ends in the first minute of a day ends with the day before it, in the last minute with that day.
            over = (ends[uid] or end).replace(microsecond=0)
            assert -timedelta(minutes=1) <= over - end < timedelta(minutes=1)
            assert not isinstance(event.end, datetime) or over == end

    @generously
    @given(making.listings())
    def test_gives_the_same_bytes_for_equal_listings(self, given: Listing) -> None:
        assert Deadlines().publish(making.turned(given)) == Deadlines().publish(given)

    @generously
    @given(making.listings())
    def test_moves_no_date_and_no_word_when_only_counts_or_harvests_do(self, given: Listing) -> None:
        assert Deadlines().publish(making.later(given)) == Deadlines().publish(given)


@generously
@given(making.STRANGE)
def test_no_character_of_a_source_breaks_the_document(strange: str) -> None:
    data = Deadlines().publish(making.strange(strange))
    assert broken(data) == []
    assert icalendar.Calendar.from_ical(data).errors == []


@generously
@given(st.text(st.sampled_from("aN\\;,:ß€🌳 "), max_size=90).map(lambda text: f"a{text}z"))
def test_every_text_comes_back_as_it_was(text: str) -> None:
    event = the_event(record(process(title=Text({"en": text}, "en"))))
    assert event["SUMMARY"].text == " ".join(text.split())


@pytest.mark.parametrize("forbidden", ["\x00", "\x08", "\x1b", "\x7f", "\x9b"])
def test_no_control_character_gets_in(forbidden: str) -> None:
    assert parsed(title=f"a{forbidden}b")["NAME"].text == "a\ufffdb"


def test_a_line_break_of_any_kind_is_one() -> None:
    assert parsed(title="a\r\nb\rc\nd")["NAME"].text == "a\nb\nc\nd"


class TestTheCalendar:
    def test_names_itself_and_its_page(self) -> None:
        found = parsed(record(), self_url=f"{HUB}/deadlines.ics?kind=consultation")
        assert found["X-WR-CALNAME"].text == found["NAME"].text == "Folkmoot: kind consultation"
        assert found["SOURCE"].value == f"{HUB}/deadlines.ics?kind=consultation"
        assert found["URL"].value == f"{HUB}/?kind=consultation"
        assert found["LAST-MODIFIED"].value == "20260402T093015Z"

    def test_says_how_often_to_come_and_what_it_leaves_out(self) -> None:
        found = parsed()
        assert found["REFRESH-INTERVAL"] == ("REFRESH-INTERVAL", {"VALUE": "DURATION"}, "PT1H")
        assert found["X-PUBLISHED-TTL"].value == "PT1H"
        for said in ("month or a year", "live at their sources", "availability"):
            assert said in found["DESCRIPTION"].text
            assert said in found["X-WR-CALDESC"].text

    def test_without_any_event_still_is_one(self) -> None:
        data = Deadlines().publish(listing())
        assert broken(data) == []
        found = icalendar.Calendar.from_ical(data)
        found.validate()
        assert found.events == []

    def test_of_samples_says_so(self) -> None:
        found = parsed(record(), sample=True)
        assert found["NAME"].text == "Folkmoot: kind consultation (sample data)"
        [event] = found.events()
        assert event["SUMMARY"].text == "[Sample] A park by the river"
        assert "nobody can take part" in event["DESCRIPTION"].text
        assert "Sample" in event["CATEGORIES"].value
        assert b"nvented" not in Deadlines().publish(listing(record()))

    def test_has_no_scheduling_and_no_alarm(self) -> None:
        data = Deadlines().publish(listing(record()))
        assert b"METHOD" not in data
        assert b"VALARM" not in data


class TestWhen:
    @pytest.mark.parametrize(
        ("deadline", "zone", "start"),
        [
            ("2026-07-31", "Europe/Brussels", date(2026, 7, 31)),
            ("2026-07-31", None, date(2026, 7, 31)),
            # The end of a day is that day, for whoever reads it wherever.
            ("2026-08-01T00:00", "America/New_York", date(2026, 7, 31)),
            ("2026-07-31T22:00:00Z", "Europe/Brussels", date(2026, 7, 31)),
            ("2026-08-01T00:00Z", "UTC", date(2026, 7, 31)),
            ("2026-07-31T17:00", "Europe/Dublin", datetime(2026, 7, 31, 16, tzinfo=UTC)),
            ("2026-07-31T23:59", "Europe/Brussels", date(2026, 7, 31)),
            ("2026-07-31T23:59:59", "Europe/Brussels", date(2026, 7, 31)),
            ("2026-07-31T21:59:59.999Z", "Europe/Brussels", date(2026, 7, 31)),
            ("2026-07-31T23:59:59Z", "Europe/Brussels", datetime(2026, 7, 31, 23, 59, 59, tzinfo=UTC)),
            ("2026-07-31T23:58:59", "Europe/Brussels", datetime(2026, 7, 31, 21, 58, 59, tzinfo=UTC)),
            ("2026-07-31T17:00:30.5+05:45", "Asia/Kathmandu", datetime(2026, 7, 31, 11, 15, 30, tzinfo=UTC)),
            # Twice there: the second time is meant, as the status has it.
            ("2026-10-25T02:30", "Europe/Brussels", datetime(2026, 10, 25, 1, 30, tzinfo=UTC)),
            ("9999-12-31", "UTC", date(9999, 12, 31)),
            ("9999-12-31T23:59", "America/Bogota", date(9999, 12, 31)),
            ("9999-12-31T22:00", "America/Bogota", datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)),
            ("0001-01-01T00:00", "UTC", datetime(1, 1, 1, tzinfo=UTC)),
        ],
    )
    def test_an_event_is_as_exact_as_its_deadline(self, deadline: str, zone: str | None, start: date) -> None:
        data = Deadlines().publish(listing(closing(deadline, zone)))
        assert broken(data) == []
        [event] = icalendar.Calendar.from_ical(data).events
        assert event.start == start
        assert isinstance(event.start, datetime) is isinstance(start, datetime)

    @pytest.mark.parametrize(
        ("deadline", "said"),
        [
            ("2026-07-31T23:59:59", "Closing date: 31 July 2026, 23:59 Brussels time"),
            ("2026-08-01T00:00", "Closing date: end of 31 July 2026, Brussels time"),
        ],
    )
    def test_the_end_of_a_day_is_that_day_and_the_time_stands_in_the_words(self, deadline: str, said: str) -> None:
        event = the_event(closing(deadline))
        assert event["DTSTART"] == ("DTSTART", {"VALUE": "DATE"}, "20260731")
        assert said in event["DESCRIPTION"].text

    @pytest.mark.parametrize("deadline", [None, "2026", "2026-07"])
    def test_without_a_day_there_is_no_event(self, deadline: str | None) -> None:
        assert parsed(closing(deadline)).events() == []


class TestAnEvent:
    def test_has_the_key_the_dates_and_the_address_of_its_process(self) -> None:
        event = the_event(record())
        assert event["UID"].value == "urn:folkmoot:exampleville.example:42"
        assert event["URL"].value == f"{HUB}/process/exampleville.example/42"
        assert event["DTSTAMP"].value == event["LAST-MODIFIED"].value == "20260402T093015Z"
        assert event["CREATED"].value == "20260301T080000Z"
        assert event["SUMMARY"] == ("SUMMARY", {"LANGUAGE": "en"}, "A park by the river")
        assert event["TRANSP"].value == "TRANSPARENT"

    def test_tells_the_facts_who_asks_where_to_go_and_the_licence(self) -> None:
        one = record(process(participate_url="https://talk.exampleville.example/answer"))
        assert the_event(one)["DESCRIPTION"].text.split("\n\n") == [
            "Consultation · Status: Open · Opening date: 2 March 2026 · Closing date: 31 July 2026, 17:00 Dublin time",
            "Exampleville Council",
            "Where should the benches stand?",
            "https://talk.exampleville.example/answer",
            words.rights(one.licence),
        ]

    def test_says_where_and_what_of(self) -> None:
        where = Place(country="IE", region="Sample County", municipality="Exampleville")
        event = the_event(record(process(place=where, flags=(Flag.LAST_CALL,))))
        assert event["LOCATION"].text == "Exampleville, Sample County, Ireland"
        assert event["CATEGORIES"].value == "Consultation,Open,Last call,Environment,Regions and cities,Ireland"
        assert [one.name for one in the_event(record(process(place=None))).properties].count("LOCATION") == 0

    def test_is_in_the_readers_language_where_there_is_one(self) -> None:
        event = the_event(record(), languages=("fr", "en"))
        assert event["SUMMARY"] == ("SUMMARY", {"LANGUAGE": "fr"}, "Un parc au bord de l’eau")

    @pytest.mark.parametrize("status", Status)
    def test_is_called_off_when_its_process_is(self, status: Status) -> None:
        special = {"withdrawn": "CANCELLED", "refused": "CANCELLED", "suspended": "TENTATIVE"}
        assert the_event(closing("2026-07-31", status=status))["STATUS"].value == special.get(status, "CONFIRMED")

    def test_of_a_copy_says_that_it_is_one(self) -> None:
        one = record(process(availability=Availability.ARCHIVED))
        assert "rchived" in the_event(one)["DESCRIPTION"].text

    def test_keeps_one_uid_that_no_reader_cuts_off(self) -> None:
        long = record(local_id="ä" * 200)
        uid = the_event(long)["UID"].value
        assert len(uid) == 36
        assert the_event(msgspec.structs.replace(long, updated=making.HARVESTED))["UID"].value == uid
        assert the_event(msgspec.structs.replace(long, local_id="ä" * 201))["UID"].value != uid
        fits = "x" * (255 - len("urn:folkmoot:exampleville.example:"))
        assert the_event(record(local_id=fits))["UID"].value.endswith(fits)
        assert len(the_event(record(local_id=f"{fits}x"))["UID"].value) == 36


class TestTheSequence:
    @generously
    @given(st.datetimes(datetime(2000, 1, 1), datetime(6050, 1, 1)), st.timedeltas(timedelta(), timedelta(days=9999)))
    def test_never_shrinks_and_stays_within_an_integer_of_the_standard(self, at: datetime, more: timedelta) -> None:
        before, after = (calendar.sequence(moment.replace(tzinfo=UTC)) for moment in (at, at + more))
        assert 0 <= before <= after < 2**31
        assert (before < after) or more < timedelta(minutes=1)

    def test_grows_with_a_material_change(self) -> None:
        later = record(updated=making.UPDATED + timedelta(minutes=1))
        assert int(the_event(later)["SEQUENCE"].value) == int(the_event(record())["SEQUENCE"].value) + 1

    def test_and_the_stamp_together_tell_two_changes_of_one_minute_apart(self) -> None:
        first, second = the_event(record()), the_event(record(updated=making.UPDATED + timedelta(seconds=1)))
        assert first["SEQUENCE"] == second["SEQUENCE"]
        assert first["DTSTAMP"].value < second["DTSTAMP"].value

    def test_is_none_below_zero(self) -> None:
        assert calendar.sequence(datetime(1960, 1, 1, tzinfo=UTC)) == 0


class TestTombstones:
    def test_cancel_what_was_announced_and_tell_nothing_of_it(self) -> None:
        before = the_event(record())
        gone = Tombstone(
            source="exampleville.example",
            local_id="42",
            at=making.UPDATED + timedelta(days=1),
            reason="its source deleted it",
            deadline="2026-07-31T17:00",
            deadline_zone="Europe/Dublin",
        )
        event = the_event(tombstones=(gone,))
        assert (event["UID"], event["DTSTART"]) == (before["UID"], before["DTSTART"])
        assert event["STATUS"].value == "CANCELLED"
        assert int(event["SEQUENCE"].value) == int(before["SEQUENCE"].value) + 24 * 60
        assert event["DTSTAMP"].value == "20260403T093015Z"
        assert event["SUMMARY"].text == "Removed: its source deleted it"
        assert {one.name for one in event.properties} == {
            *("UID", "DTSTAMP", "SEQUENCE", "DTSTART", "STATUS", "TRANSP", "SUMMARY"),
        }

    @pytest.mark.parametrize("deadline", [None, "2026", "2026-07"])
    def test_of_what_had_no_event_have_none(self, deadline: str | None) -> None:
        gone = Tombstone(source="a.example", local_id="1", at=making.UPDATED, deadline=deadline)
        assert parsed(tombstones=(gone,)).events() == []
