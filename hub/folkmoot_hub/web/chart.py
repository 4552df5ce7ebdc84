"""A line of counts as geometry: numbers and instants in, coordinates of an SVG out. Nothing here is drawn or worded.

The vertical scale begins at 0, always. A goal is drawn where it is near enough for the line still to be seen.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Final, NamedTuple

#: A number that has been the same for so long is not updated, rather than not supported.
STILL: Final = timedelta(days=14)
#: A goal further above the line than this would press it flat.
_NEAR: Final = 2
_STEPS: Final = (1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10)
#: The intervals of the axis of time, in days, months and years.
_DAYS, _MONTHS, _YEARS = (1, 2, 5, 10, 15), (1, 2, 3, 6), (1, 2, 5, 10)


class Stretch(NamedTuple):
    """A ``number`` that was read at ``first`` and, with no other between, at ``last``; ``goal`` is what it needs.

    ``gap`` says that no number was read for long before it, so that no line may lead to it.
    """

    first: datetime
    last: datetime
    number: int
    goal: int | None = None
    verified: bool = False
    gap: bool = False

    @property
    def still(self) -> bool:
        """Whether the source showed the same number for two weeks or more."""
        return self.last - self.first >= STILL


class Size(NamedTuple):
    """How large a chart is, in the units of its ``viewBox``; ``ticks`` is how many dates its axis has room for."""

    width: int
    height: int
    font: int
    ticks: int


LARGE: Final = Size(720, 270, 14, 7)
SMALL: Final = Size(358, 230, 13, 4)


class Tick(NamedTuple):
    """A line of the grid at ``at``: its value, and the first of its day for dates."""

    at: float
    value: int


class Date(NamedTuple):
    """A date on the axis of time: ``step`` is ``day``, ``month`` or ``year``, whatever the axis counts in."""

    at: float
    day: date
    step: str


class Spot(NamedTuple):
    """A place."""

    x: float
    y: float


class Chart(NamedTuple):
    """What an SVG is made of. ``solid`` and ``dashed`` are paths, ``goal`` is one with its steps, empty if too far off.

    ``left``, ``right``, ``top``, ``bottom`` bound the field. ``still`` are the dashed parts as (from, to, height).
    ``alone`` are the places between two gaps.
    """

    size: Size
    left: float
    right: float
    top: float
    bottom: float
    rows: list[Tick]
    dates: list[Date]
    area: str
    solid: list[str]
    dashed: list[str]
    alone: list[Spot]
    goal: str
    goal_at: Spot | None
    last: Spot
    still: list[tuple[float, float, float]]


def chart(stretches: Sequence[Stretch], size: Size) -> Chart:
    """The chart of ``stretches``, of which there is one at least, the oldest first."""
    goals = [one.goal for one in stretches if one.goal]
    highest = max(one.number for one in stretches)
    near = [goal for goal in goals if goal <= _NEAR * highest]
    step, lines = scale(max([highest, *near]))
    field = _Field(stretches[0].first, stretches[-1].last, step * lines, size)
    runs = [_thinned([(spot, one.still) for one in run for spot in field.ends(one)]) for run in _unbroken(stretches)]
    goal = _steps(field, stretches) if near and len(near) == len(goals) else []
    return Chart(
        size=size,
        left=field.left,
        right=field.right,
        top=field.top,
        bottom=field.bottom,
        rows=[Tick(field.y(step * n), step * n) for n in range(lines + 1)],
        dates=list(_dates(field, size.ticks)),
        area="".join(_area([spot for spot, _ in points], field.bottom) for points in runs),
        solid=[_path(part) for points in runs for part in _parts(points, still=False)],
        dashed=[_path(part) for points in runs for part in _parts(points, still=True)],
        alone=[points[0][0] for points in runs[:-1] if len(points) == 1],
        goal=_path(goal) if goal else "",
        goal_at=goal[0] if goal else None,
        last=runs[-1][-1][0],
        still=[(field.x(one.first), field.x(one.last), field.y(one.number)) for one in stretches if one.still],
    )


def scale(highest: int) -> tuple[int, int]:
    """The step of the grid and how many there are, so that ``highest`` fits with as little room above as can be."""
    if highest < 3:
        return 1, max(highest, 1)
    return min(((_round_up(highest / lines), lines) for lines in (3, 4)), key=lambda found: found[0] * found[1])


def _round_up(value: float) -> int:
    power = 10.0 ** math.floor(math.log10(value))
    return next(math.ceil(step * power) for step in _STEPS if step * power >= value)


class _Field:
    """Where instants and counts lie on the drawing."""

    def __init__(self, first: datetime, last: datetime, highest: int, size: Size) -> None:
        self.first, self.last, self._highest = first, last, highest
        letter = size.font * 0.62  # the widest digit of the usual fonts
        widest = len(f"{highest:,}")
        self.left = round(widest * letter + 8, 1)
        self.right = round(size.width - max(widest, 6) * letter - 16, 1)
        self.top, self.bottom = float(size.font), float(size.height - 2 * size.font)
        self._span = (last - first).total_seconds() or 1.0

    def x(self, at: datetime) -> float:
        share = (at - self.first).total_seconds() / self._span
        return round(self.left + (self.right - self.left) * share, 1)

    def y(self, count: int) -> float:
        return round(self.bottom - (self.bottom - self.top) * count / self._highest, 1)

    def ends(self, one: Stretch) -> Iterator[Spot]:
        yield Spot(self.x(one.first), self.y(one.number))
        if one.last > one.first:
            yield Spot(self.x(one.last), self.y(one.number))


def _unbroken(stretches: Sequence[Stretch]) -> Iterator[list[Stretch]]:
    """The stretches between two gaps."""
    run: list[Stretch] = []
    for one in stretches:
        if one.gap and run:
            yield run
            run = []
        run.append(one)
    yield run


_Points = list[tuple[Spot, bool]]


def _thinned(points: _Points) -> _Points:
    """The points without those that share a unit of the axis with both their neighbours: nobody could see them."""
    columns = [int(spot.x) for spot, _ in points]
    ends = {0, len(points) - 1}
    return [point for n, point in enumerate(points) if n in ends or not columns[n - 1] == columns[n] == columns[n + 1]]


def _parts(points: _Points, *, still: bool) -> Iterator[list[Spot]]:
    """The parts of the line that are dashed, which are those between the ends of a still stretch, or the others."""
    part: list[Spot] = []
    for (here, stood), (there, stands) in pairwise(points):
        flat = stood and stands and here.y == there.y
        if flat is still:
            part = part or [here]
            part.append(there)
        elif part:
            yield part
            part = []
    if part:
        yield part


def _path(spots: Sequence[Spot]) -> str:
    return "M" + "L".join(f"{spot.x:g} {spot.y:g}" for spot in spots)


def _area(spots: Sequence[Spot], bottom: float) -> str:
    return f"{_path(spots)}L{spots[-1].x:g} {bottom:g}L{spots[0].x:g} {bottom:g}Z"


def _steps(field: _Field, stretches: Sequence[Stretch]) -> list[Spot]:
    """The goal from the first stretch that has one to the end, with a step wherever it changed."""
    spots: list[Spot] = []
    for one in stretches:
        if one.goal is None:
            continue
        at, height = field.x(one.first), field.y(one.goal)
        if not spots:
            spots.append(Spot(at, height))
        elif spots[-1].y != height:
            spots += [Spot(at, spots[-1].y), Spot(at, height)]
    return [*spots, Spot(field.right, spots[-1].y)] if spots else []


def _dates(field: _Field, most: int) -> Iterator[Date]:
    """The dates of the axis, at most about ``most``: the first of days, months or years, whichever suits the span."""
    days = max((field.last - field.first).days, 1)
    if days <= _DAYS[-1] * most / 2:
        step, every = "day", _every(days, _DAYS, most)
    elif days <= 31 * _MONTHS[-1] * most:
        step, every = "month", _every(days / 30.5, _MONTHS, most)
    else:
        step, every = "year", _every(days / 365, _YEARS, most)
    for day in _firsts(field.first.astimezone(UTC).date(), step, every):
        at = datetime(day.year, day.month, day.day, tzinfo=UTC)
        if at > field.last:
            return
        if at >= field.first:
            yield Date(field.x(at), day, step)


def _every(units: float, steps: Sequence[int], most: int) -> int:
    return next((step for step in steps if units / step <= most), steps[-1])


def _firsts(day: date, step: str, every: int) -> Iterator[date]:
    """The days, months or years of the axis from ``day`` on; every so many of them, counted so that January is one."""
    if step == "day":
        while True:
            yield day
            day += timedelta(days=every)
    month = day.year * 12 + day.month - 1
    size = every if step == "month" else 12 * every
    for number in range(month // size * size, 9999 * 12, size):
        yield date(number // 12, number % 12 + 1, 1)
