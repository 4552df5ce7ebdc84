"""The geometry of a line of counts."""

from __future__ import annotations

import re
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from folkmoot_hub.web.chart import LARGE, SMALL, Size, Stretch, chart, scale
from hub.web.building import DAY, NOW


def stretch(first: float, last: float, number: int, goal: int | None = None) -> Stretch:
    """A number that was read from one day to another, counted from the present."""
    return Stretch(NOW + first * DAY, NOW + last * DAY, number, goal)


def spots(path: str) -> list[tuple[float, float]]:
    """The places that a path leads through."""
    found = [float(number) for number in re.findall(r"-?\d+(?:\.\d+)?(?:e[+-]?\d+)?", path)]
    return list(zip(found[::2], found[1::2], strict=True))


@pytest.mark.parametrize(
    ("highest", "step", "lines"),
    [
        (0, 1, 1),
        (1, 1, 1),
        (2, 1, 2),
        (3, 1, 3),
        (4, 1, 4),
        (40955, 15000, 3),
        (99, 25, 4),
        (100, 25, 4),
        (101, 40, 3),
        (1_000_000, 250_000, 4),
        (1_502_319, 400_000, 4),
    ],
)
def test_the_scale_begins_at_zero_and_ends_close_above_the_highest(highest: int, step: int, lines: int) -> None:
    assert scale(highest) == (step, lines)


@given(st.integers(1, 2**53))
def test_the_highest_always_fits_and_never_fills_less_than_half(highest: int) -> None:
    step, lines = scale(highest)
    assert highest <= step * lines <= max(2 * highest, 3)
    assert 1 <= lines <= 4


def test_a_number_that_stood_still_for_two_weeks_is_dashed() -> None:
    made = chart([stretch(0, 1, 10), stretch(2, 16, 20), stretch(17, 30.9, 30), stretch(31, 31, 40)], LARGE)
    [dashed] = map(spots, made.dashed)
    assert len(dashed) == 2
    [(start, height), (end, _)] = dashed
    assert made.still == [(start, end, height)]
    before, after = map(spots, made.solid)
    assert before[-1] == dashed[0]
    assert after[0] == dashed[1]
    assert [y for _, y in after][1:3] == [after[1][1]] * 2  # not quite two weeks: drawn through


def test_the_line_lies_where_its_numbers_say() -> None:
    made = chart([stretch(0, 0, 0), stretch(10, 10, 45000), stretch(20, 20, 15000)], SMALL)
    assert made.rows[0] == (made.bottom, 0)
    assert made.rows[-1] == (made.top, 45000)
    [line] = map(spots, made.solid)
    middle = (made.left + made.right) / 2
    assert line == [
        (pytest.approx(made.left, abs=0.1), made.bottom),
        (pytest.approx(middle, abs=0.1), made.top),
        (pytest.approx(made.right, abs=0.1), pytest.approx(made.rows[1].at, abs=0.1)),
    ]
    assert made.last == line[-1]
    assert spots(made.area) == [*line, (line[-1][0], made.bottom), (line[0][0], made.bottom)]
    assert made.area.endswith("Z")


def test_a_goal_is_drawn_where_it_is_near_and_left_out_where_it_would_press_the_line_flat() -> None:
    near = chart([stretch(0, 1, 10, 200), stretch(2, 3, 100, 200)], LARGE)
    assert spots(near.goal) == [(near.left, near.rows[-1].at), (near.right, near.rows[-1].at)]
    assert near.rows[-1].value == 200
    far = chart([stretch(0, 1, 10, 201), stretch(2, 3, 100, 201)], LARGE)
    assert far.goal == ""
    assert far.rows[-1].value == 100
    assert chart([stretch(0, 1, 10), stretch(2, 3, 100)], LARGE).goal == ""


def test_a_goal_that_changed_is_a_step() -> None:
    made = chart([stretch(0, 1, 50), stretch(2, 3, 80, 100), stretch(6, 6, 80, 60), stretch(10, 10, 90, 60)], LARGE)
    begins, before, after, ends = spots(made.goal)
    assert begins[0] > made.left
    assert before[0] == after[0]
    assert begins[1] == before[1] < after[1] == ends[1]
    assert ends[0] == made.right


@pytest.mark.parametrize(
    ("days", "step", "first", "number"),
    [
        (6, "day", "2026-07-29", 6),
        (30, "day", "2026-08-02", 6),
        (175, "month", "2026-08-01", 6),
        (700, "month", "2027-01-01", 3),
        (3000, "year", "2028-01-01", 4),
    ],
)
def test_dates_are_the_first_of_what_suits_the_span(days: int, step: str, first: str, number: int) -> None:
    made = chart([stretch(0, 0, 1), stretch(days, days, 2)], LARGE)
    assert {one.step for one in made.dates} == {step}
    assert made.dates[0].day.isoformat() == first
    assert len(made.dates) == number
    assert all(later.at - earlier.at > 4 * LARGE.font for earlier, later in pairwise(made.dates))


STRETCHES = st.lists(
    st.tuples(st.floats(0.001, 400), st.floats(0, 60), st.integers(0, 10**12), st.none() | st.integers(1, 10**12)),
    min_size=1,
    max_size=400,
)


@given(STRETCHES, st.sampled_from([LARGE, SMALL]))
@settings(max_examples=150, deadline=None)
def test_everything_lies_on_the_drawing(given: list[tuple[float, float, int, int | None]], size: Size) -> None:
    moment, made = NOW, []
    for pause, lasts, number, goal in given:
        first = moment + pause * DAY
        moment = first + timedelta(days=lasts)
        made.append(Stretch(first, moment, number, goal))
    drawn = chart(made, size)
    places = [spot for path in (drawn.area, drawn.goal, *drawn.solid, *drawn.dashed) for spot in spots(path)]
    assert all(drawn.left <= x <= drawn.right and drawn.top <= y <= drawn.bottom for x, y in places)
    assert 0 < drawn.left < drawn.right < size.width
    assert 0 < drawn.top < drawn.bottom < size.height
    assert all(drawn.left <= one.at <= drawn.right for one in drawn.dates)
    assert len(drawn.dates) <= size.ticks + 1
    assert len(places) < 8 * size.width  # however many numbers there are
    assert drawn.last.x == drawn.right or made[0].first == made[-1].last
    lines = [spots(path) for path in (*drawn.solid, *drawn.dashed)]
    assert all(earlier[0] <= later[0] for line in lines for earlier, later in pairwise(line))


def test_no_line_leads_over_a_gap() -> None:
    stretches = [stretch(0, 1, 10), stretch(2, 2, 20), stretch(5, 5, 30)._replace(gap=True), stretch(9, 9, 40)]
    made = chart(stretches, LARGE)
    before, after = map(spots, made.solid)
    assert before[-1][0] < after[0][0]
    assert after[-1] == made.last
    assert made.area.count("M") == made.area.count("Z") == 2
    assert (made.dashed, made.alone) == ([], [])


def test_ten_thousand_numbers_make_no_longer_path_than_can_be_seen() -> None:
    hours = [Stretch(NOW + n * DAY / 24, NOW + n * DAY / 24, n) for n in range(10_000)]
    made = chart(hours, LARGE)
    assert len(spots(made.area)) < 3 * LARGE.width
    assert made.rows[-1].value == 10_000
