"""Support over time: the headline count at every moment at which something was read, as a chart and as its table.

Which count stands for a process is one rule (:func:`folkmoot_schema.headline.headline`), then as now: so the line
ends at the number that the page shows above it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import groupby, pairwise
from statistics import median
from typing import Any, Final, NamedTuple

import msgspec

from folkmoot_hub.store.protocol import Observation
from folkmoot_hub.web import labels, support, words
from folkmoot_hub.web.chart import LARGE, SMALL, Chart, Date, Stretch, chart
from folkmoot_schema import phrases
from folkmoot_schema.headline import headline
from folkmoot_schema.process import Process, Support

#: Fewer readings than this are told in words, not drawn.
LEAST: Final = 5
#: The table holds no more rows than about a year of weeks, so that a page stays light.
_ROWS: Final = 60
#: A pause so many times as long as usual, and longer than so many days, is a gap.
_GAP: Final = 2.5
_DAYS: Final = timedelta(days=2)
#: The answers of one run are minutes apart and make one reading.
_RUN: Final = timedelta(hours=1)
_PERIODS: Final[Sequence[tuple[str, Callable[[date], Any]]]] = (
    ("day", lambda day: day),
    ("week", lambda day: day.isocalendar()[:2]),
    ("month", lambda day: (day.year, day.month)),
    ("year", lambda day: day.year),
)


class Row(NamedTuple):
    """A number of the table: the days on which it was first and last read, and its share of what was needed then.

    ``number`` is ``none read`` for a gap, whose days are those of the numbers around it.
    """

    first: str
    last: str
    number: str
    goal: str
    percent: str
    reached: bool


class Axis(NamedTuple):
    """A chart with the words on it: dates of the axis, and the note over a dashed part that has room for one."""

    chart: Chart
    dates: list[tuple[float, str]]
    note: tuple[float, float, str] | None


class OverTime(NamedTuple):
    """What the page shows of support over time. ``label`` says in a sentence what the picture shows."""

    heading: str
    label: str
    axes: list[Axis]
    number: str
    day: str
    goal: str
    captions: list[str]
    rows: list[Row]
    thinned: str
    needed: bool
    unchanged: str


def over_time(process: Process, observations: Sequence[Observation]) -> OverTime | None:
    """The chart and the table of a process; None where there are too few readings."""
    found = stretches(process, observations)
    if sum(1 if one.first == one.last else 2 for one in found) < LEAST:
        return None
    last, unit = found[-1], support.units(_of(process).unit)
    period, shown = _fewer(found)
    day = _short(last.last.date())
    axes = [_axis(chart(found, size), day) for size in (LARGE, SMALL)]
    drawn = bool(axes[0].chart.goal)
    return OverTime(
        heading=f"{unit} over time",
        label=_sentence(unit, found),
        axes=axes,
        number=labels.number(last.number),
        day=day,
        goal=f"{labels.number(last.goal)} needed" if last.goal and drawn else "",
        captions=list(_captions(found, drawn)),
        rows=list(_rows(shown)),
        thinned=period,
        needed=any(one.goal for one in found),
        unchanged=words.instant(last.first) if last.still else "",
    )


def stretches(process: Process, observations: Sequence[Observation]) -> list[Stretch]:
    """The headline over time, the oldest first: equal readings in a row are one stretch."""
    first = headline(process)
    if first is None:
        return []
    ours = [one for one in observations if _alike(one.support, first)]
    hourly = [
        list(group)[-1]
        for _, group in groupby(_headlines(process, ours), lambda each: each[0].timestamp() // _RUN.seconds)
    ]
    found: list[Stretch] = []
    for at, one in hourly:
        made = Stretch(at, at, one.count or 0, one.threshold.count if one.threshold else None, one.verified)
        if found and found[-1][2:] == made[2:]:
            found[-1] = found[-1]._replace(last=at)
        else:
            found.append(made)
    return _parted(found)


def _parted(found: Sequence[Stretch]) -> list[Stretch]:
    """The stretches with a gap wherever the pause between two is far longer than usual.

    A reading that told no number is none, so that nobody can tell it from one that was not made.
    """
    pauses = [(later.first - earlier.last).total_seconds() for earlier, later in pairwise(found)]
    most = max(_GAP * median(pauses or [0.0]), _DAYS.total_seconds())
    return [*found[:1], *(one._replace(gap=pause > most) for one, pause in zip(found[1:], pauses, strict=True))]


def _of(process: Process) -> Support:
    found = headline(process)
    assert found is not None
    return found


def _alike(one: Support, first: Support) -> bool:
    return one.unit is first.unit and one.place is None and one.option is None


def _headlines(process: Process, observations: Sequence[Observation]) -> Iterator[tuple[datetime, Support]]:
    """Which reading the rule prefers, at every moment at which one began or ended.

    Within an observation its count held throughout, so it is as new as any other reading there.
    """
    moments = sorted({moment for one in observations for moment in (one.read_at, one.last_read_at)})
    begun = sorted(observations, key=lambda one: one.read_at)
    latest: dict[str, Observation] = {}
    next_ = 0
    for moment in moments:
        while next_ < len(begun) and begun[next_].read_at <= moment:
            latest[begun[next_].support.series] = begun[next_]
            next_ += 1
        readings = tuple(
            msgspec.structs.replace(one.support, read_at=min(moment, one.last_read_at)) for one in latest.values()
        )
        found = headline(msgspec.structs.replace(process, support=readings))
        if found is not None:
            yield moment, found


def _sentence(unit: str, found: Sequence[Stretch]) -> str:
    first, last = found[0], found[-1]
    began, ended = words.instant(first.first), words.instant(last.last)
    verb = "rose" if last.number > first.number else "fell" if last.number < first.number else ""
    if not verb:
        return f"{unit}: {labels.number(last.number)} both on {began} and on {ended}."
    return f"{unit} {verb} from {labels.number(first.number)} on {began} to {labels.number(last.number)} on {ended}."


def _captions(found: Sequence[Stretch], drawn: bool) -> Iterator[str]:
    first, last = words.instant(found[0].first), words.instant(found[-1].last)
    numbers = labels.plural(len(found), "number", "different numbers")
    yield f"{numbers} read from {first} to {last}."
    if any(one.still for one in found):
        yield "Dashed: the source showed the same number for two weeks or more."
    if any(one.gap for one in found):
        yield "Where the line has a gap, no number was read."
    goals = list(dict.fromkeys(one.goal for one in found if one.goal))
    if len(goals) > 1:
        yield f"What is needed changed: {', then '.join(map(labels.number, goals))}."
    if goals and not drawn:
        yield f"The goal, {labels.number(goals[-1])}, is far above this chart."


def _fewer(found: Sequence[Stretch]) -> tuple[str, list[Stretch]]:
    """Few enough for a table: all, or the last of each day, week, month or year. The word for which, empty for all."""
    if len(found) <= _ROWS:
        return "", list(found)
    thinned = ((word, _last_of_each(found, period)) for word, period in _PERIODS)
    return next((each for each in thinned if len(each[1]) <= _ROWS), ("", list(found)))


def _last_of_each(found: Sequence[Stretch], period: Callable[[date], Any]) -> list[Stretch]:
    return [list(group)[-1] for _, group in groupby(found, lambda one: period(one.last.date()))]


def _rows(found: Sequence[Stretch]) -> Iterator[Row]:
    """The rows of the stretches, the newest first, and of the gaps between them."""
    for at in reversed(range(len(found))):
        one = found[at]
        yield Row(
            first=words.instant(one.first),
            last=words.instant(one.last),
            number=labels.number(one.number),
            goal=labels.number(one.goal) if one.goal else "",
            percent=support.percent(one.number, one.goal) if one.goal else "",
            reached=bool(one.goal and one.number >= one.goal),
        )
        if one.gap and at:
            yield Row(words.instant(found[at - 1].last), words.instant(one.first), "none read", "", "", reached=False)


#: What stands over a dashed part, the first that there is room for.
_NOTES: Final = ("number not updated by the source", "not updated")


def _axis(made: Chart, day: str) -> Axis:
    """The chart with its words; the longest dashed part but the last, which ends at its own number, bears the note.

    The ``day`` of the last number stands beside it, and not on the axis as well.
    """
    inner = [one for one in made.still if one[1] < made.last.x]
    placed = _note(made, *max(inner, key=lambda one: one[1] - one[0])) if inner else None
    ticks = [(one.at, _tick(one)) for one in made.dates]
    return Axis(made, [(at, word) for at, word in ticks if word != day], placed)


def _note(made: Chart, start: float, end: float, height: float) -> tuple[float, float, str] | None:
    letter = made.size.font * 0.56
    fits = next((note for note in _NOTES if len(note) * letter <= end - start), None)
    return (round((start + end) / 2, 1), round(height - made.size.font * 0.6, 1), fits) if fits else None


def _tick(at: Date) -> str:
    if at.step == "year" or (at.step == "month" and at.day.month == 1):
        return str(at.day.year)
    month = phrases.MONTHS[at.day.month - 1][:3]
    return month if at.step == "month" else f"{at.day.day} {month}"


def _short(day: date) -> str:
    return f"{day.day} {phrases.MONTHS[day.month - 1][:3]}"
