"""Partial dates: forms, intervals, both nights of a clock change, XML Schema."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from folkmoot_schema import dates
from folkmoot_schema.dates import Precision
from schema.generating import ZONES, partial_dates

BRUSSELS = "Europe/Brussels"


def at(value: str) -> datetime:
    return datetime.fromisoformat(value).astimezone(UTC)


@pytest.mark.parametrize(
    "value",
    [
        "", "26", "2026-3", "2026-13", "2026-02-30", "0000", "2026-03-29T", "2026-03-29T24:00", "2026-03-29T02:30:61",
        "29/03/2026", "2026-03-29 02:30", "2026-03-29T02:30+0200", "2026-03-29T02:30+25:00", "2026-03-29\n", "２０２６",
    ],
)  # fmt: skip
def test_what_is_no_date_is_refused_by_name(value: str) -> None:
    with pytest.raises(ValueError, match=r"is not a date"):
        dates.check(value)


def test_an_unknown_zone_is_refused_by_name() -> None:
    for name in ("Europe/Brussel", "", "../etc/passwd", "Europe"):
        with pytest.raises(ValueError, match="is not a time zone of the IANA database"):
            dates.zone(name)


@pytest.mark.parametrize(
    ("value", "precision", "begins", "ends"),
    [
        ("2026", Precision.YEAR, "2025-12-31T23:00Z", "2026-12-31T23:00Z"),
        ("2026-12", Precision.MONTH, "2026-11-30T23:00Z", "2026-12-31T23:00Z"),
        ("2026-02", Precision.MONTH, "2026-01-31T23:00Z", "2026-02-28T23:00Z"),
        ("2026-06-30", Precision.DAY, "2026-06-29T22:00Z", "2026-06-30T22:00Z"),
        ("2026-06-30T23:59", Precision.MINUTE, "2026-06-30T21:59Z", "2026-06-30T21:59Z"),
        ("2026-06-30T23:59:30Z", Precision.MINUTE, "2026-06-30T23:59:30Z", "2026-06-30T23:59:30Z"),
        ("9999", Precision.YEAR, "9998-12-31T23:00Z", "9999-12-31T23:59:59.999999+00:00"),
        ("9999-12-31", Precision.DAY, "9999-12-30T23:00Z", "9999-12-31T23:59:59.999999+00:00"),
    ],
)
def test_a_partial_date_is_an_interval_in_its_zone(value: str, precision: Precision, begins: str, ends: str) -> None:
    assert dates.precision(value) is precision
    assert dates.begins(value, BRUSSELS) == at(begins)
    assert dates.ends(value, BRUSSELS) == at(ends)


@pytest.mark.parametrize(
    ("value", "begins", "ends"),
    [
        # 2026-03-29: at 02:00 the clock goes to 03:00. The day has 23 hours; 02:30 does not exist and is read as
        # before the change.
        ("2026-03-29", "2026-03-28T23:00Z", "2026-03-29T22:00Z"),
        ("2026-03-29T01:59", "2026-03-29T00:59Z", "2026-03-29T00:59Z"),
        ("2026-03-29T02:30", "2026-03-29T01:30Z", "2026-03-29T00:30Z"),
        ("2026-03-29T03:00", "2026-03-29T01:00Z", "2026-03-29T01:00Z"),
        # 2026-10-25: at 03:00 it goes to 02:00. The day has 25 hours; 02:30 occurs twice: it opens at the first and
        # closes at the second.
        ("2026-10-25", "2026-10-24T22:00Z", "2026-10-25T23:00Z"),
        ("2026-10-25T02:30", "2026-10-25T00:30Z", "2026-10-25T01:30Z"),
        ("2026-10-25T02:30+02:00", "2026-10-25T00:30Z", "2026-10-25T00:30Z"),
        ("2026-10-25T03:00", "2026-10-25T02:00Z", "2026-10-25T02:00Z"),
    ],
)
def test_both_nights_of_a_clock_change(value: str, begins: str, ends: str) -> None:
    assert dates.begins(value, BRUSSELS) == at(begins)
    assert dates.ends(value, BRUSSELS) == at(ends)


@given(partial_dates(), st.sampled_from(ZONES))
def test_no_date_ends_before_it_begins_but_for_a_minute_that_does_not_exist(value: str, zone: str) -> None:
    begins, ends = dates.begins(value, zone), dates.ends(value, zone)
    if dates.precision(value) is Precision.MINUTE:
        assert abs(ends - begins) <= timedelta(days=1)
    else:
        assert begins < ends


@given(partial_dates(), st.sampled_from(ZONES), st.booleans())
def test_a_literal_of_xml_schema_means_the_same_instant(value: str, zone: str, last: bool) -> None:
    name, lexical = dates.xsd(value, zone, last=last)
    if name == "dateTime":
        moment = dates.ends(value, zone) if last else dates.begins(value, zone)
        assert datetime.fromisoformat(lexical).astimezone(UTC) == moment
    else:
        assert (name, lexical) == ({4: "gYear", 7: "gYearMonth", 10: "date"}[len(value)], value)


@pytest.mark.parametrize(
    ("value", "zone", "lexical"),
    [
        ("2026-10-25T02:30", BRUSSELS, "2026-10-25T02:30:00+02:00"),
        ("2026-06-30T12:00", "UTC", "2026-06-30T12:00:00Z"),
        ("2026-06-30T12:00", None, "2026-06-30T12:00:00"),
        ("2026-06-30T12:00:05.5Z", None, "2026-06-30T12:00:05.500000Z"),
        # Local mean time had seconds, and an offset of 15 hours is not of XML Schema: both are written in UTC.
        ("1850-01-01T12:00", BRUSSELS, "1850-01-01T11:42:30Z"),
        ("2026-06-30T12:00+15:00", None, "2026-06-29T21:00:00Z"),
    ],
)
def test_how_a_minute_is_written_in_xml_schema(value: str, zone: str | None, lexical: str) -> None:
    assert dates.xsd(value, zone) == ("dateTime", lexical)


def test_the_second_of_two_equal_local_times_is_written_for_a_closing() -> None:
    assert dates.xsd("2026-10-25T02:30", BRUSSELS, last=True) == ("dateTime", "2026-10-25T02:30:00+01:00")


@given(st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=st.just(UTC)))
def test_an_instant_reads_back_to_the_second(moment: datetime) -> None:
    assert dates.parse_instant(dates.iso(moment)) == moment.replace(microsecond=0)


@pytest.mark.parametrize("value", ["", "yesterday", "2026-03-29", "2026-03-29T02:30"])
def test_an_instant_without_offset_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match="RFC 3339"):
        dates.parse_instant(value)
