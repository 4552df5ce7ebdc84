"""Deadlines in words: the table of the web design, and what a clock does to it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from folkmoot_hub.web import words
from folkmoot_schema.codes import Availability, OutcomeKind, PhaseKind, Status
from folkmoot_schema.process import Outcome
from hub.web.building import NOW, organisation, phase, record, text

BRUSSELS = ZoneInfo("Europe/Brussels")


def said(at: datetime = NOW, **made: Any) -> words.Due:
    """The tile of such a process at ``at``."""
    return words.due(record(at=at, **made), at)


TABLE = [
    # case, the process, tile in one line, beside it, tone
    ("the last day", {"closes": "2026-07-28"}, "Closes today", "until the end of Tuesday 28 July 2026", "urgent"),
    (
        "the last day with a time",
        {"closes": "2026-07-28T17:00"},
        "Closes in 5 hours",
        "Tuesday 28 July 2026, 17:00 Brussels time",
        "urgent",
    ),
    (
        "one hour",
        {"closes": "2026-07-28T13:30"},
        "Closes in 1 hour",
        "Tuesday 28 July 2026, 13:30 Brussels time",
        "urgent",
    ),
    (
        "minutes",
        {"closes": "2026-07-28T12:20"},
        "Closes in 20 minutes",
        "Tuesday 28 July 2026, 12:20 Brussels time",
        "urgent",
    ),
    ("the day after", {"closes": "2026-07-29"}, "Closes tomorrow", "Wednesday 29 July 2026", "urgent"),
    (
        "the day after, over 24 hours",
        {"closes": "2026-07-29T17:00"},
        "Closes tomorrow",
        "Wednesday 29 July 2026, 17:00 Brussels time",
        "urgent",
    ),
    ("days", {"closes": "2026-07-31"}, "Closes in 3 days", "Friday 31 July 2026", "urgent"),
    ("four days", {"closes": "2026-08-01"}, "Closes in 4 days", "Saturday 1 August 2026", "soon"),
    ("two weeks", {"closes": "2026-08-11"}, "Closes in 14 days", "Tuesday 11 August 2026", "soon"),
    ("fifteen days", {"closes": "2026-08-12"}, "Closes in 15 days", "Wednesday 12 August 2026", "open"),
    ("60 days", {"closes": "2026-09-26"}, "Closes in 60 days", "Saturday 26 September 2026", "open"),
    ("61 days", {"closes": "2026-09-27"}, "Open until 27 September", "Sunday 27 September 2026", "open"),
    ("next year", {"closes": "2027-01-07"}, "Open until 7 January", "Thursday 7 January 2027", "open"),
    ("month alone", {"closes": "2027-01"}, "Open until January 2027", "as the source gives it", "open"),
    ("year alone", {"closes": "2027"}, "Open until 2027", "as the source gives it", "open"),
    ("no end", {"opens": None, "closes": None}, "Open, no closing date", "given by the source", "open"),
    ("opens later", {"opens": "2026-08-02", "closes": "2026-09-01"}, "Opens in 5 days", "Sunday 2 August 2026", "open"),
    (
        "opens tomorrow",
        {"opens": "2026-07-29", "closes": "2026-09-01"},
        "Opens tomorrow",
        "Wednesday 29 July 2026",
        "open",
    ),
    (
        "opens far off",
        {"opens": "2026-10-12", "closes": "2026-12-01"},
        "Opens 12 October",
        "Monday 12 October 2026",
        "open",
    ),
    ("closed", {"opens": "2017-01-01", "closes": "2017-09-17"}, "Closed 17 September 2017", "", "shut"),
    (
        "closed, unknown when",
        {"opens": None, "closes": None, "flag": Status.CLOSED},
        "Closed, date unknown",
        "",
        "shut",
    ),
    ("closed in a year", {"opens": "2013", "closes": "2014"}, "Closed 2014", "", "shut"),
    ("withdrawn", {"flag": Status.WITHDRAWN}, "Withdrawn", "", "shut"),
    ("refused", {"flag": Status.REFUSED}, "Refused", "", "shut"),
    (
        "too few",
        {"flag": Status.UNSUCCESSFUL, "closes": "2026-07-01"},
        "Closed, not enough support",
        "closed 1 July 2026",
        "shut",
    ),
    ("gone", {"availability": Availability.ARCHIVED}, "Ended", "", "arch"),
]


@pytest.mark.parametrize(("made", "tile", "beside", "tone"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_the_tile_says_what_the_table_says(made: dict[str, Any], tile: str, beside: str, tone: str) -> None:
    due = said(**made)
    assert (due.sentence, due.beside, due.tone) == (tile, beside, tone)


def test_the_answer_is_dated_by_the_last_reply_and_not_by_what_followed_it() -> None:
    outcomes = (
        Outcome(kind=OutcomeKind.REPLY, date="2023-12-07", by=organisation("Council")),
        Outcome(kind=OutcomeKind.LEGAL_ACT, date="2025-07-17", title=text("An act")),
    )
    due = said(flag=Status.ANSWERED, outcomes=outcomes)
    assert (due.sentence, due.exact, due.tone) == ("Answered 7 December 2023", "2023-12-07", "done")


def test_a_day_is_the_calendar_day_of_the_source_and_not_24_hours() -> None:
    late = datetime(2026, 7, 30, 23, 30, tzinfo=BRUSSELS)
    assert said(late).sentence == "Closes tomorrow"
    assert said(late + timedelta(hours=1)).sentence == "Closes today"
    last = datetime(2026, 7, 31, 23, 30, tzinfo=BRUSSELS)
    assert said(last).sentence == "Closes today"
    assert said(last + timedelta(minutes=40)).sentence == "Closed 31 July 2026"


@pytest.mark.parametrize("day", ["2026-03-29", "2026-10-25"], ids=["summer time begins", "summer time ends"])
def test_the_nights_of_the_clock_change_keep_the_last_day(day: str) -> None:
    for hour, minute in ((0, 10), (1, 59), (3, 1), (23, 50)):
        moment = datetime.fromisoformat(f"{day}T{hour:02}:{minute:02}").replace(tzinfo=BRUSSELS)
        assert said(moment.astimezone(UTC), opens="2026-01-01", closes=day).sentence == "Closes today"
    after = datetime.fromisoformat(f"{day}T00:10").replace(tzinfo=BRUSSELS) + timedelta(days=1)
    assert said(after.astimezone(UTC), opens="2026-01-01", closes=day).small == "Closed"


def test_an_end_at_midnight_belongs_to_the_day_before() -> None:
    due = said(closes="2026-07-29T00:00")
    assert (due.sentence, due.beside) == ("Closes today", "until the end of Tuesday 28 July 2026")
    assert words.closing("2026-08-01T00:00", "Europe/Brussels") == "31 July 2026"
    assert words.opening("2026-08-01T00:00", "Europe/Brussels") == "1 August 2026"


@pytest.mark.parametrize("zone", ["Pacific/Apia", "America/New_York", "UTC"])
def test_a_date_at_either_end_of_the_calendar_is_said_too(zone: str) -> None:
    assert said(closes="9999-12-31T23:59Z", zone=zone).sentence == "Open until 31 December"
    assert said(opens="9999-12-31T23:59Z", closes=None, zone=zone).sentence == "Opens 31 December"
    assert said(opens=None, closes="0001-01-01T00:00Z", zone=zone).sentence == "Closed 1 January 1"


def test_a_page_that_is_older_than_its_standing_never_calls_a_closed_thing_open() -> None:
    open_then = record(closes="2026-07-31")
    later = NOW + timedelta(days=9)
    assert open_then.standing.status is Status.OPEN
    assert words.due(open_then, later).sentence == "Closed 31 July 2026"


def test_an_opening_is_that_of_taking_part_and_not_of_another_phase() -> None:
    phases = (phase("2026-08", "2026-09", kind=PhaseKind.PREPARATION), phase("2026-08-01", "2026-09-01"))
    assert said(phases=phases).sentence == "Opens in 4 days"


@pytest.mark.parametrize(
    ("opens", "closes", "expected"),
    [
        ("2026-07-01", "2026-07-31", "1 July 2026 to 31 July 2026"),
        ("2026-07-01", "2026-07-01", "1 July 2026"),
        ("2026", None, "from 2026"),
        (None, "2026-07", "until July 2026"),
        (None, None, "dates not given"),
        ("2026-07-01T09:00", "2026-08-01T00:00", "1 July 2026, 09:00 Brussels time to 31 July 2026"),
    ],
)
def test_a_range_is_said_as_exactly_as_it_is_known(opens: str | None, closes: str | None, expected: str) -> None:
    assert words.span(opens, closes, "Europe/Brussels") == expected


PARTIAL = st.one_of(
    st.dates(min_value=datetime(2020, 1, 1).date(), max_value=datetime(2030, 12, 31).date()).map(str),
    st.datetimes(min_value=datetime(2020, 1, 1), max_value=datetime(2030, 12, 31)).map(lambda d: f"{d:%Y-%m-%dT%H:%M}"),
    st.integers(2020, 2030).map(str),
    st.tuples(st.integers(2020, 2030), st.integers(1, 12)).map(lambda pair: f"{pair[0]}-{pair[1]:02}"),
)


@given(
    opens=st.none() | PARTIAL, closes=st.none() | PARTIAL, at=st.datetimes(datetime(2021, 1, 1), datetime(2029, 1, 1))
)
def test_nothing_is_said_that_is_not_known(opens: str | None, closes: str | None, at: datetime) -> None:
    due = said(at.replace(tzinfo=UTC), opens=opens, closes=closes)
    everything = f"{due.sentence} {due.beside}"
    assert due.tone in {"urgent", "soon", "open", "done", "shut", "arch"}
    assert due.sentence
    assert "midnight" not in everything
    assert "00:00" not in everything
    assert "-1" not in everything
    if closes and len(closes) == 4 and due.exact == closes:
        assert not any(month in everything for month in ("January", "December"))
