"""Status, deadline and next transition: every rule, contradictory windows, clock changes, and what moves when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from folkmoot_schema.codes import TERMINAL, Availability, PhaseKind, Status
from folkmoot_schema.process import Phase, Standing
from folkmoot_schema.status import assess
from schema.generating import partial_dates, phases

BRUSSELS = "Europe/Brussels"
DAY = timedelta(days=1)


def at(value: str) -> datetime:
    return datetime.fromisoformat(value).astimezone(UTC)


def window(opens: str | None, closes: str | None, kind: PhaseKind = PhaseKind.PARTICIPATION) -> Phase:
    return Phase(kind=kind, opens=opens, closes=closes, zone=BRUSSELS)


def standing(
    *windows: Phase,
    flag: Status | None = None,
    now: str = "2026-06-01T12:00Z",
    silent: timedelta = timedelta(),
    availability: Availability = Availability.LIVE,
) -> Standing:
    """Where it stands ``now`` at an interval of a day, last seen ``silent`` ago."""
    moment = at(now)
    return assess(windows, flag, seen_at=moment - silent, now=moment, interval=DAY, availability=availability)


RUNNING = window("2026-05-01", "2026-06-30")
AHEAD = window("2026-07-01", "2026-07-31")
PAST = window("2026-01-01", "2026-01-31")
SILENT = timedelta(days=2)


@pytest.mark.parametrize("flag", sorted(TERMINAL))
@pytest.mark.parametrize("dates", [RUNNING, AHEAD, PAST])
def test_rule_1_a_terminal_flag_wins_over_dates_silence_and_archives(flag: Status, dates: Phase) -> None:
    for silent in (timedelta(), SILENT):
        for availability in Availability:
            found = standing(dates, flag=flag, silent=silent, availability=availability)
            assert (found.status, found.derived, found.next_transition_at) == (flag, False, None)


@pytest.mark.parametrize("availability", [Availability.ARCHIVED, Availability.RECORD_ONLY])
@pytest.mark.parametrize("flag", [None, Status.OPEN, Status.ANNOUNCED, Status.UNKNOWN])
def test_rule_2_what_is_no_longer_live_has_ended_and_is_never_open(
    availability: Availability, flag: Status | None
) -> None:
    found = standing(RUNNING, flag=flag, availability=availability)
    assert (found.status, found.derived) == (Status.ENDED, True)


@pytest.mark.parametrize(
    ("dates", "flag", "silent", "status", "derived"),
    [
        # Rule 3: dates alone.
        (RUNNING, None, timedelta(), Status.OPEN, True),
        (AHEAD, None, timedelta(), Status.ANNOUNCED, True),
        (PAST, None, timedelta(), Status.CLOSED, True),
        # Rule 4: the source's word holds while it agrees with the dates and is fresh.
        (RUNNING, Status.OPEN, timedelta(), Status.OPEN, False),
        (AHEAD, Status.ANNOUNCED, timedelta(), Status.ANNOUNCED, False),
        (RUNNING, Status.OPEN, SILENT, Status.OPEN, True),
        (AHEAD, Status.ANNOUNCED, SILENT, Status.ANNOUNCED, True),
        (PAST, Status.OPEN, timedelta(), Status.CLOSED, True),
        (AHEAD, Status.OPEN, timedelta(), Status.ANNOUNCED, True),
        (RUNNING, Status.ANNOUNCED, timedelta(), Status.OPEN, True),
        (PAST, Status.ANNOUNCED, timedelta(), Status.CLOSED, True),
        (RUNNING, Status.UNKNOWN, timedelta(), Status.OPEN, True),
        # A source that knows only one of the two dates.
        (window(None, "2026-06-30"), Status.OPEN, timedelta(), Status.OPEN, False),
        (window(None, "2026-06-30"), Status.OPEN, SILENT, Status.OPEN, True),
        (window(None, "2026-06-30"), None, timedelta(), Status.UNKNOWN, True),
        (window(None, "2026-01-31"), Status.OPEN, timedelta(), Status.CLOSED, True),
        (window("2026-05-01", None), Status.OPEN, timedelta(), Status.OPEN, False),
        (window("2026-05-01", None), None, timedelta(), Status.OPEN, True),
        # Rule 5: no end and not seen.
        (window("2026-05-01", None), Status.OPEN, SILENT, Status.UNKNOWN, True),
        (window("2026-05-01", None), None, SILENT, Status.UNKNOWN, True),
        (window("2026-05-01", None), Status.UNKNOWN, timedelta(), Status.UNKNOWN, True),
        (window("2026-05-01", None), Status.UNKNOWN, SILENT, Status.UNKNOWN, True),
    ],
)
def test_rules_3_to_5_dates_flag_and_silence(
    dates: Phase, flag: Status | None, silent: timedelta, status: Status, derived: bool
) -> None:
    found = standing(dates, flag=flag, silent=silent)
    assert (found.status, found.derived) == (status, derived)


@pytest.mark.parametrize(
    ("flag", "silent", "status"),
    [
        (Status.OPEN, timedelta(), Status.OPEN),
        (Status.ANNOUNCED, timedelta(), Status.ANNOUNCED),
        (Status.OPEN, SILENT, Status.UNKNOWN),
        (Status.ANNOUNCED, SILENT, Status.UNKNOWN),
        (None, timedelta(), Status.UNKNOWN),
    ],
)
def test_without_any_date_the_source_is_believed_only_while_it_speaks(
    flag: Status | None, silent: timedelta, status: Status
) -> None:
    found = standing(flag=flag, silent=silent)
    assert found.status is status
    assert (found.deadline, found.deadline_at, found.opens_at) == (None, None, None)


def test_silence_itself_is_the_next_transition_of_what_has_no_end() -> None:
    found = standing(window("2026-05-01", None), flag=Status.OPEN)
    assert found.next_transition_at == at("2026-06-02T12:00Z")


def test_only_phases_of_participation_open_and_close() -> None:
    found = standing(window("2026-05-01", "2026-06-30", PhaseKind.REVIEW), PAST)
    assert (found.status, found.deadline) == (Status.CLOSED, "2026-01-31")


@pytest.mark.parametrize(
    ("windows", "status", "deadline"),
    [
        ((PAST, AHEAD, RUNNING), Status.OPEN, "2026-06-30"),
        ((PAST, AHEAD), Status.ANNOUNCED, "2026-07-31"),
        ((AHEAD, window("2026-09-01", "2026-09-30")), Status.ANNOUNCED, "2026-07-31"),
        ((PAST, window("2026-02-01", "2026-02-28")), Status.CLOSED, "2026-02-28"),
        ((RUNNING, window("2026-05-15", "2026-06-15")), Status.OPEN, "2026-06-30"),
        ((PAST, window("2026-12-18", "2026-04-02")), Status.CLOSED, "2026-01-31"),
        ((PAST, window(None, None)), Status.CLOSED, "2026-01-31"),
        ((window(None, "2026-06-30"), window(None, "2026-06-15")), Status.UNKNOWN, "2026-06-30"),
    ],
)
def test_of_several_windows_status_and_deadline_come_from_one_and_the_same(
    windows: tuple[Phase, ...], status: Status, deadline: str
) -> None:
    found = standing(*windows)
    assert (found.status, found.deadline) == (status, deadline)


@pytest.mark.parametrize(
    ("now", "status"),
    [
        ("2020-01-15T12:00Z", Status.ANNOUNCED),
        ("2026-06-01T12:00Z", Status.CLOSED),
        ("2019-12-01T12:00Z", Status.ANNOUNCED),
    ],
)
def test_initiative_12131_is_upcoming_by_its_source_and_long_past_by_its_dates(now: str, status: Status) -> None:
    """have-your-say/SOURCE.md: flagged UPCOMING years after its window of January to March 2020."""
    found = standing(window("2020-01", "2020-03"), flag=Status.ANNOUNCED, now=now)
    assert found.status is status
    assert found.deadline == "2020-03"


@pytest.mark.parametrize(
    ("now", "flag", "status"),
    [
        ("2025-04-02T21:59:59Z", None, Status.ANNOUNCED),
        ("2025-04-02T22:00Z", None, Status.UNKNOWN),
        ("2025-10-01T12:00Z", None, Status.UNKNOWN),
        ("2025-10-01T12:00Z", Status.ANNOUNCED, Status.ANNOUNCED),
        ("2025-10-01T12:00Z", Status.OPEN, Status.OPEN),
        ("2025-12-17T22:59:59Z", None, Status.UNKNOWN),
        ("2025-12-17T23:00Z", None, Status.CLOSED),
        ("2026-06-01T12:00Z", Status.OPEN, Status.CLOSED),
        ("2026-06-01T12:00Z", Status.ANNOUNCED, Status.CLOSED),
    ],
)
def test_initiative_14641_opens_after_its_own_end_and_never_states_a_deadline(
    now: str, flag: Status | None, status: Status
) -> None:
    """have-your-say/SOURCE.md: from 2025-12-18 to 2025-04-02."""
    found = standing(window("2025-12-18", "2025-04-02"), flag=flag, now=now)
    assert found.status is status
    assert (found.deadline, found.deadline_at, found.opens_at) == (None, None, None)


def test_a_contradictory_window_with_a_year_only_opening_is_over_after_that_whole_year() -> None:
    turned = window("2026", "2025-04-02")
    assert standing(turned, now="2026-06-01T12:00Z").status is Status.UNKNOWN
    assert standing(turned, now="2027-06-01T12:00Z").status is Status.CLOSED


def test_a_day_is_inclusive_and_stays_a_day() -> None:
    last = standing(RUNNING, now="2026-06-30T21:59:59Z")
    assert (last.status, last.deadline, last.deadline_zone) == (Status.OPEN, "2026-06-30", BRUSSELS)
    assert last.deadline_at == last.next_transition_at == at("2026-06-30T22:00Z")
    assert standing(RUNNING, now="2026-06-30T22:00Z").status is Status.CLOSED


@pytest.mark.parametrize(
    ("now", "status", "following"),
    [
        ("2025-06-01T12:00Z", Status.ANNOUNCED, "2025-12-31T23:00Z"),
        ("2026-06-01T12:00Z", Status.UNKNOWN, "2026-12-31T23:00Z"),
        ("2027-06-01T12:00Z", Status.OPEN, "2027-12-31T23:00Z"),
        ("2028-06-01T12:00Z", Status.UNKNOWN, "2028-12-31T23:00Z"),
        ("2029-06-01T12:00Z", Status.CLOSED, None),
    ],
)
def test_a_year_is_never_taken_for_its_first_of_january(now: str, status: Status, following: str | None) -> None:
    found = standing(window("2026", "2028"), now=now)
    assert (found.status, found.deadline) == (status, "2028")
    assert found.next_transition_at == (at(following) if following else None)


def test_what_was_open_when_last_seen_stays_so_until_its_year_of_closing_begins() -> None:
    assert standing(window(None, "2028"), flag=Status.OPEN, silent=SILENT).status is Status.OPEN
    assert standing(window(None, "2026"), flag=Status.OPEN, silent=SILENT).status is Status.UNKNOWN


@pytest.mark.parametrize(
    ("dates", "transition"),
    [
        # The last day of winter time ends an hour early, that of summer time an hour late.
        (window("2026-03-01", "2026-03-29"), "2026-03-29T22:00Z"),
        (window("2026-03-01", "2026-03-28"), "2026-03-28T23:00Z"),
        (window("2026-03-01", "2026-10-25"), "2026-10-25T23:00Z"),
        (window("2026-03-01", "2026-10-24"), "2026-10-24T22:00Z"),
        # 02:30 occurs twice in October: nobody is told too early that it is too late.
        (window("2026-03-01", "2026-10-25T02:30"), "2026-10-25T01:30Z"),
    ],
)
def test_deadlines_in_both_nights_of_a_clock_change(dates: Phase, transition: str) -> None:
    found = standing(dates, now="2026-03-10T12:00Z")
    assert found.next_transition_at == found.deadline_at == at(transition)
    assert standing(dates, now=(at(transition) - timedelta(seconds=1)).isoformat()).status is Status.OPEN
    assert standing(dates, now=transition).status is Status.CLOSED


@pytest.mark.parametrize(
    ("opens", "transition"),
    [
        ("2026-03-29", "2026-03-28T23:00Z"),
        ("2026-03-29T03:00", "2026-03-29T01:00Z"),
        ("2026-10-25", "2026-10-24T22:00Z"),
        ("2026-10-25T02:30", "2026-10-25T00:30Z"),
    ],
)
def test_openings_in_both_nights_of_a_clock_change(opens: str, transition: str) -> None:
    dates = window(opens, "2026-12-31")
    assert standing(dates, now="2026-03-10T12:00Z").next_transition_at == at(transition)
    assert standing(dates, now=transition).status is Status.OPEN


def _near() -> st.SearchStrategy[datetime]:
    return st.datetimes(datetime(2019, 6, 1), datetime(2024, 6, 1), timezones=st.just(UTC))


@settings(max_examples=300, deadline=None)
@given(
    windows=st.lists(phases(partial_dates(2020, 2023)), max_size=3),
    flag=st.none() | st.sampled_from(Status),
    seen=_near(),
    now=_near(),
    days=st.integers(1, 900),
    availability=st.sampled_from(Availability),
    permille=st.lists(st.integers(0, 999), min_size=1, max_size=8),
)
def test_until_the_next_transition_nothing_changes_and_at_it_something_does(
    windows: list[Phase],
    flag: Status | None,
    seen: datetime,
    now: datetime,
    days: int,
    availability: Availability,
    permille: list[int],
) -> None:
    def answer(moment: datetime) -> Standing:
        interval = timedelta(days=days)
        return assess(windows, flag, seen_at=seen, now=moment, interval=interval, availability=availability)

    first = answer(now)
    end = first.next_transition_at or now + timedelta(days=5000)
    assert end > now
    moments = [now + (end - now) * share // 1000 for share in permille] + [end - timedelta(microseconds=1)]
    for moment in moments:
        later = answer(moment)
        assert (later.status, later.deadline) == (first.status, first.deadline)
        assert later.next_transition_at == first.next_transition_at
    if first.next_transition_at is not None:
        after = answer(first.next_transition_at)
        assert (after.status, after.deadline, after.deadline_zone) != (
            first.status,
            first.deadline,
            first.deadline_zone,
        )


@settings(max_examples=200, deadline=None)
@given(st.lists(phases(partial_dates(2020, 2023)), max_size=3), st.none() | st.just(Status.OPEN), _near(), _near())
def test_open_is_never_said_of_what_is_over(windows: list[Phase], flag: Status, seen: datetime, now: datetime) -> None:
    found = assess(windows, flag, seen_at=seen, now=now, interval=DAY)
    if found.status is Status.OPEN:
        assert found.deadline_at is None or now < found.deadline_at
        assert found.opens_at is None or found.opens_at <= now


@given(st.lists(phases(partial_dates(2020, 2023)), max_size=3), st.randoms(), _near())
def test_the_order_in_which_a_source_lists_its_windows_does_not_matter(windows, random, now) -> None:  # type: ignore[no-untyped-def]
    shuffled = random.sample(windows, len(windows))
    one, other = (assess(each, None, seen_at=now, now=now, interval=DAY) for each in (windows, shuffled))
    assert (one.status, one.deadline_at) == (other.status, other.deadline_at)
