"""Dates in English words: each as exactly as it is known, also where no clock of its zone shows it."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest
from hypothesis import given

from folkmoot_schema import dates, phrases
from folkmoot_schema.codes import PhaseKind
from folkmoot_schema.dates import Precision
from folkmoot_schema.process import Phase, Record
from schema import generating


@pytest.mark.parametrize("value", ["", "soon", "2026-13", "2026-02-30"])
def test_what_is_no_date_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match="is not a date"):
        phrases.partial(value)


@pytest.mark.parametrize(
    ("value", "zone", "words"),
    [
        ("2026", "Europe/Brussels", "2026"),
        ("2026-07", "Europe/Brussels", "July 2026"),
        ("2026-07-31", "Europe/Brussels", "31 July 2026"),
        ("2026-07-31T17:00", "Europe/Brussels", "31 July 2026, 17:00 Brussels time"),
        ("2026-07-31T23:30Z", "Europe/Brussels", "1 August 2026, 01:30 Brussels time"),
        ("2026-07-31T12:00Z", "UTC", "31 July 2026, 12:00 UTC"),
        ("2026-07-31T12:00", "America/New_York", "31 July 2026, 12:00 New York time"),
        # The clocks never show it there: it is said as it was written.
        ("2026-03-29T02:30", "Europe/Brussels", "29 March 2026, 02:30 Brussels time"),
        ("9999-12-31T23:59Z", "Pacific/Apia", "31 December 9999, 23:59 Apia time"),
        ("0001-01-01T00:00Z", "America/New_York", "1 January 1, 00:00 New York time"),
    ],
)
def test_a_date_is_said_as_exactly_as_it_is_known(value: str, zone: str, words: str) -> None:
    assert phrases.partial(value, zone) == words


def test_the_weekday_stands_before_a_day_where_it_is_wanted() -> None:
    assert phrases.day(date(2026, 7, 31), weekday=True) == "Friday 31 July 2026"
    assert phrases.partial("2026-07-31T17:00", "UTC", weekday=True) == "Friday 31 July 2026, 17:00 UTC"


@pytest.mark.parametrize(
    ("value", "zone", "last"),
    [
        ("2026", "UTC", None),
        ("2026-07", "UTC", None),
        ("2026-07-31", "America/New_York", date(2026, 7, 31)),
        ("2026-08-01T00:00", "America/New_York", date(2026, 7, 31)),
        ("2026-07-31T22:00Z", "Europe/Brussels", date(2026, 7, 31)),
        ("2026-08-01T00:01", "UTC", None),
        ("0001-01-01T00:00", "UTC", None),
        ("9999-12-31T23:59Z", "Pacific/Apia", None),
    ],
)
def test_what_ends_at_midnight_ends_with_the_day_before(value: str, zone: str, last: date | None) -> None:
    assert phrases.last_day(value, zone) == last


@given(generating.partial_dates())
def test_no_date_is_too_early_or_too_late_for_words(value: str) -> None:
    for zone in generating.ZONES:
        said = phrases.partial(value, zone)
        assert (":" in said) is (dates.precision(value) is Precision.MINUTE)


@given(generating.records())
def test_an_opening_is_that_of_taking_part_and_of_the_standing(record: Record) -> None:
    zone, standing = "Europe/Brussels", record.standing
    opens = msgspec.structs.replace(standing, opens_at=dates.begins("2026-08-01", zone))
    phases = (
        Phase(kind=PhaseKind.PREPARATION, opens="2026-08", zone=zone),
        Phase(opens="2026-09-01", zone=zone),
        Phase(opens="2026-08-01", zone=zone),
    )
    about = msgspec.structs.replace(record.process, phases=phases)
    assert phrases.first_opening(msgspec.structs.replace(record, process=about, standing=opens)) == ("2026-08-01", zone)
    nothing = msgspec.structs.replace(standing, opens_at=None)
    assert phrases.first_opening(msgspec.structs.replace(record, process=about, standing=nothing)) is None
