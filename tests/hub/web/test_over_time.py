"""Support over time: which number stood for a process when, and what is said of it."""

from __future__ import annotations

import gzip
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Any

import msgspec
import pytest

from folkmoot_hub.store.protocol import Observation
from folkmoot_hub.web.chart import Stretch
from folkmoot_hub.web.over_time import OverTime, over_time, stretches
from folkmoot_schema.codes import Unit
from folkmoot_schema.headline import headline
from folkmoot_schema.process import Process, Support
from hub.web.building import DAY, NOW, record, signatures, text


def observed(first: float, last: float, count: int, goal: int | None = None, **more: Any) -> Observation:
    """A count that was read from one day to another, counted from the present."""
    begun, ended = NOW + first * DAY, NOW + last * DAY
    support = msgspec.structs.replace(signatures(count, goal, **more), read_at=begun)
    return Observation(support=support, read_at=begun, last_read_at=ended)


def process(observations: list[Observation]) -> Process:
    """The process as the last reading of every series has it."""
    latest: dict[str, Support] = {}
    for one in observations:
        latest[one.support.series] = msgspec.structs.replace(one.support, read_at=one.last_read_at)
    return record(support=tuple(latest.values())).process


def days(observations: list[Observation]) -> list[tuple[float, float, int]]:
    """The headline over time: (first day, last day, number)."""
    found = stretches(process(observations), observations)
    return [((one.first - NOW) / DAY, (one.last - NOW) / DAY, one.number) for one in found]


def test_without_readings_there_is_nothing() -> None:
    assert stretches(record().process, []) == []
    assert over_time(record().process, []) is None
    assert days([observed(0, 1, 5, place="FR")]) == []


def test_one_series_is_told_as_it_was_read() -> None:
    assert days([observed(0, 2, 5), observed(3, 3, 7), observed(4, 9, 8)]) == [(0, 2, 5), (3, 3, 7), (4, 9, 8)]


def test_the_verified_number_stands_once_there_is_one() -> None:
    listed = [observed(0, 2, 5), observed(3, 9, 90)]
    verified = [observed(6, 7, 80, verified=True, part="detail")]
    assert days([*verified, *listed]) == [(0, 2, 5), (3, 3, 90), (6, 9, 80)]


def test_of_list_and_detail_the_newer_reading_stands() -> None:
    listed = [observed(0, 0, 5), observed(2, 2, 9)]
    detail = [observed(1, 1, 6, part="detail"), observed(3, 3, 10, part="detail")]
    assert days([*detail, *listed]) == [(0, 0, 5), (1, 1, 6), (2, 2, 9), (3, 3, 10)]


def test_a_number_that_is_read_all_the_time_is_as_new_as_one_read_between() -> None:
    """A detail that lags behind the list does not make the line jump whenever it is read."""
    listed = [observed(0, 10, 50)]
    detail = [observed(3, 3, 40, part="detail"), observed(6, 6, 45, part="detail")]
    assert days([*detail, *listed]) == [(0, 10, 50)]


def test_of_two_readings_that_are_equally_new_the_greater_stands() -> None:
    listed = [observed(0, 10, 50)]
    assert days([observed(3, 4, 60, part="detail"), *listed]) == [(0, 0, 50), (3, 4, 60), (10, 10, 50)]


def test_the_answers_of_one_run_are_one_reading() -> None:
    listed = [observed(0, 0, 50), observed(1, 1, 60)]
    detail = [observed(0.001, 0.001, 49, part="detail"), observed(1.001, 1.001, 58, part="detail")]
    assert [number for _, _, number in days([*detail, *listed])] == [49, 58]


def test_only_what_is_counted_alike_is_in_the_line() -> None:
    others = [
        observed(1, 1, 1000, place="FR"),
        observed(1, 1, 1000, option=text("Yes")),
        Observation(support=Support(unit=Unit.COMMENTS, count=7), read_at=NOW, last_read_at=NOW),
    ]
    assert days([observed(0, 2, 5), *others]) == [(0, 2, 5)]


def test_the_line_ends_at_the_headline() -> None:
    listed = [observed(0, 1, 5), observed(2, 4, 9)]
    detail = [observed(1, 2, 6, part="detail"), observed(3, 5, 11, part="detail")]
    of = process([*detail, *listed])
    stands = headline(of)
    assert stands is not None
    assert stretches(of, [*detail, *listed])[-1].number == stands.count == 11


def test_the_threshold_of_every_time_is_kept() -> None:
    observations = [observed(0, 1, 5, 100), observed(2, 3, 5, 200), observed(4, 5, 6, 200)]
    found = stretches(process(observations), observations)
    assert [(one.number, one.goal) for one in found] == [(5, 100), (5, 200), (6, 200)]


def made(*observations: Observation) -> OverTime:
    """What is shown of these."""
    found = over_time(process(list(observations)), observations)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("observations", "shown"),
    [
        ([observed(n, n, n) for n in range(4)], False),
        ([observed(n, n, n) for n in range(5)], True),
        ([observed(0, 1, 1), observed(2, 3, 2)], False),
        ([observed(0, 1, 1), observed(2, 3, 2), observed(4, 4, 3)], True),
    ],
)
def test_it_is_drawn_from_five_readings_on(observations: list[Observation], shown: bool) -> None:
    assert (over_time(process(observations), observations) is not None) == shown


def test_a_sentence_says_what_the_picture_shows() -> None:
    rising = made(*(observed(n, n, 1000 * n + 5) for n in range(6)))
    assert rising.label == "Signatures rose from 5 on 28 July 2026 to 5,005 on 2 August 2026."
    assert (rising.heading, rising.number, rising.day) == ("Signatures over time", "5,005", "2 Aug")
    falling = made(*(observed(n, n, 9 - n) for n in range(6)))
    assert falling.label == "Signatures fell from 9 on 28 July 2026 to 4 on 2 August 2026."
    back = made(*(observed(n, n, abs(2 - n)) for n in range(5)))
    assert back.label == "Signatures: 2 both on 28 July 2026 and on 1 August 2026."


def test_what_cannot_be_seen_is_said() -> None:
    far = made(*(observed(n, n + 0.5, n, 1_000_000) for n in range(5)))
    assert far.captions == [
        "5 different numbers read from 28 July 2026 to 1 August 2026.",
        "The goal, 1,000,000, is far above this chart.",
    ]
    assert (far.goal, far.unchanged) == ("", "")
    near = made(*(observed(n, n + 0.5, n, 5) for n in range(5)))
    assert near.goal == "5 needed"
    assert len(near.captions) == 1
    changed = made(*(observed(n, n + 0.5, n, 5 if n < 3 else 6) for n in range(5)))
    assert changed.captions[1:] == ["What is needed changed: 5, then 6."]
    still = made(observed(0, 1, 1), observed(2, 3, 2), observed(4, 18, 3))
    assert still.captions[1:] == ["Dashed: the source showed the same number for two weeks or more."]
    assert still.unchanged == "1 August 2026"


def test_a_dashed_part_bears_its_note_where_there_is_room() -> None:
    steps = [observed(0, 1, 1), observed(2, 60, 2), observed(61, 62, 9), observed(63, 80, 10)]
    wide, narrow = (axis.note for axis in made(*steps).axes)
    assert wide is not None
    assert wide[2] == "number not updated by the source"
    assert narrow is not None
    assert narrow[2] == "not updated"
    short = [observed(0, 1, 1), observed(2, 16, 2), *(observed(n, n, n) for n in range(17, 400, 20))]
    assert [axis.note for axis in made(*short).axes] == [None, None]
    last = [observed(0, 1, 1), observed(2, 3, 2), observed(4, 90, 9)]
    assert [axis.note for axis in made(*last).axes] == [None, None]


def test_where_no_number_was_read_for_long_the_line_has_a_gap_and_the_table_a_row() -> None:
    shown = made(observed(0, 1, 5), observed(2, 2, 6), observed(5, 5, 9), observed(6, 7, 10), observed(8, 8, 11))
    assert "Where the line has a gap, no number was read." in shown.captions
    assert [(row.first, row.last, row.number) for row in shown.rows][2:5] == [
        ("2 August 2026", "2 August 2026", "9"),
        ("30 July 2026", "2 August 2026", "none read"),
        ("30 July 2026", "30 July 2026", "6"),
    ]
    for axis in shown.axes:
        assert len(axis.chart.solid) == 2
        assert axis.chart.area.count("Z") == 2
        assert axis.chart.alone == []


@pytest.mark.parametrize(
    ("moments", "gaps"),
    [
        ([0, 1, 2, 3, 4, 5], []),
        ([0, 1, 2, 4, 5, 6], []),
        ([0, 1, 2, 4.1, 5, 6], []),
        ([0, 1, 2, 4.6, 5.6, 6.6], [3]),
        ([0, 21, 42, 63, 105, 126], []),
        ([0, 21, 42, 63, 126, 147], [4]),
        ([0, 0.1, 0.2, 0.3, 2.2, 2.3], []),
        ([0, 0.1, 0.2, 0.3, 2.4, 2.5], [4]),
    ],
)
def test_a_pause_is_a_gap_if_it_is_much_longer_than_usual_and_than_two_days(
    moments: list[float], gaps: list[int]
) -> None:
    read = [observed(at, at, n) for n, at in enumerate(moments)]
    assert [n for n, one in enumerate(stretches(process(read), read)) if one.gap] == gaps
    assert any("gap" in caption for caption in made(*read).captions) == bool(gaps)


def test_a_number_alone_between_two_gaps_is_a_dot() -> None:
    read = [*(observed(n, n, n) for n in (0, 1, 2, 3)), observed(9, 9, 7), *(observed(n, n, n) for n in (15, 16, 17))]
    shown = made(*read).axes[0].chart
    [spot] = shown.alone
    assert shown.left < spot.x < shown.right


def test_the_table_holds_every_number_the_newest_first() -> None:
    rows = made(observed(0, 1, 50, 100), observed(2, 2, 70, 100), observed(3, 4, 100, 100)).rows
    assert [(row.first, row.last, row.number, row.goal, row.percent, row.reached) for row in rows] == [
        ("31 July 2026", "1 August 2026", "100", "100", "100 %", True),
        ("30 July 2026", "30 July 2026", "70", "100", "70 %", False),
        ("28 July 2026", "29 July 2026", "50", "100", "50 %", False),
    ]


@pytest.mark.parametrize(
    ("number", "hours", "word"), [(60, 24, ""), (400, 2, "day"), (300, 24, "week"), (999, 24, "month")]
)
def test_a_long_table_holds_the_last_number_of_each_period(number: int, hours: int, word: str) -> None:
    shown = made(*(observed(n * hours / 24, n * hours / 24, n) for n in range(number)))
    assert shown.thinned == word
    assert len(shown.rows) <= 60
    assert shown.rows[0].number == shown.number == f"{number - 1:,}"


def test_the_axis_names_months_and_in_january_the_year() -> None:
    shown = made(*(observed(n, n, n) for n in range(0, 300, 30)))
    assert [word for _, word in shown.axes[0].dates] == ["Sep", "Nov", "2027", "Mar"]
    week = made(*(observed(n, n, n) for n in range(6)))
    assert [word for _, word in week.axes[0].dates] == ["29 Jul", "30 Jul", "31 Jul", "1 Aug"]
    assert week.day == "2 Aug"  # stands beside the last number


def test_a_stretch_of_two_weeks_to_the_second_is_still() -> None:
    begun = datetime.fromisoformat("2026-03-02T08:00:00+00:00")
    assert Stretch(begun, begun + 14 * DAY, 1).still
    assert not Stretch(begun, begun + 14 * DAY - DAY / 86400, 1).still


@pytest.mark.recordings
def test_the_register_let_a_number_stand_twice(recordings: Path) -> None:
    """290 readings of the register: a number that stands still is told to, on both occasions."""
    counts: list[tuple[datetime, int]] = []
    with gzip.open(recordings / "eci" / "register_ongoing_daily_2025-09_to_2026-06.jsonl.gz") as lines:
        for day in map(msgspec.json.decode, lines):
            listed = {entry["pubRegNum"]: entry["totalSupporters"] for entry in day["entries"]}
            if "ECI(2025)000002" in listed:
                counts.append((datetime.fromisoformat(day["recorded_at"]), listed["ECI(2025)000002"]))
    observations = []
    for _, group in groupby(counts, key=lambda each: each[1]):
        readings = list(group)
        (begun, count), (ended, _) = readings[0], readings[-1]
        support = msgspec.structs.replace(signatures(count, 1_000_000), read_at=begun)
        observations.append(Observation(support=support, read_at=begun, last_read_at=ended))
    found = stretches(process(observations), observations)
    still = [(one.first.date().isoformat(), one.last.date().isoformat(), one.number) for one in found if one.still]
    assert [(first, last) for first, last, _ in still] == [("2026-03-02", "2026-05-07"), ("2026-05-08", "2026-06-30")]
    assert still[-1][2] == 40955
    shown = made(*observations)
    assert shown.label == "Signatures rose from 474 on 7 January 2026 to 40,955 on 30 June 2026."
    assert [row.value for row in shown.axes[0].chart.rows] == [0, 15000, 30000, 45000]
    assert [word for _, word in shown.axes[0].dates] == ["Feb", "Mar", "Apr", "May", "Jun"]
    assert [len(axis.chart.dashed) for axis in shown.axes] == [2, 2]
