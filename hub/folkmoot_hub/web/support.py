"""Counted backing in words, percents and bars. What is unknown is said so, and never is 0."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final, NamedTuple

from folkmoot_hub.web import labels, words
from folkmoot_hub.web.texts import Told, told
from folkmoot_schema import dates, phrases
from folkmoot_schema.codes import Unit
from folkmoot_schema.headline import headline
from folkmoot_schema.process import Process, Support

#: A bar never is narrower than this, so that a little is seen to be something.
_LEAST: Final = 0.8
#: A number that has not moved for so long is not updated, rather than not supported.
_STILL: Final = timedelta(days=14)


class Line(NamedTuple):
    """One count: ``number`` of ``of``, the goal,, ``percent`` of it, ``bar`` its width from 0 to 100.

    ``what`` is the unit, or the whole of ``not known``; ``notes`` are when it was read and the like.
    """

    label: Told | None
    number: str
    of: str
    what: str
    percent: str
    bar: float | None
    reached: bool
    notes: str


def percent(count: int, goal: int) -> str:
    """The share of the goal: to the nearest tenth below 10, else rounded down, so that 100 means reached."""
    share = count * 100
    if share < 10 * goal:
        tenths = min((share * 20 + goal) // (2 * goal), 99)
        return "less than 0.1 %" if not tenths and count else f"{tenths // 10}.{tenths % 10} %"
    return f"{labels.number(share // goal)} %"


def whole_percent(count: int, goal: int) -> str:
    """The share of the goal, rounded down to a whole number: 99.55 % is 99 %."""
    whole = count * 100 // goal
    return "less than 1 %" if not whole and count else f"{labels.number(whole)} %"


def width(count: int, goal: int) -> float:
    """How far a bar goes, of 100."""
    return min(100.0, max(_LEAST, round(count * 100 / goal, 1))) if count else 0.0


def line(support: Support, languages: Sequence[str] = ()) -> Line:
    """One reading as a line."""
    count, goal = support.count, support.threshold.count if support.threshold else None
    label = told(support.option, languages) if support.option else _place(support)
    if count is None:
        needed = f"{labels.number(goal)} needed" if goal else ""
        return Line(label, "", "", f"{units(support.unit)}: number not known", "", None, False, needed)
    return Line(
        label=label,
        number=labels.number(count),
        of=labels.number(goal) if goal else "",
        what=labels.counted(goal or count, support.unit).partition(" ")[2],
        percent=percent(count, goal) if goal else "",
        bar=width(count, goal) if goal else None,
        reached=bool(goal and count >= goal),
        notes=", ".join(_notes(support)),
    )


def _place(support: Support) -> Told | None:
    return Told(labels.country(support.place), None) if support.place else None


def units(unit: Unit) -> str:
    """What is counted, as a heading has it: ``Signatures``."""
    many = labels.UNITS.get(unit, ("", str(unit)))[1]
    return many[:1].upper() + many[1:]


def _notes(support: Support) -> list[str]:
    notes = [words.instant(support.read_at)] if support.read_at else []
    if support.threshold and not support.verified and (support.count or 0) >= support.threshold.count:
        notes.append("not yet verified")
    elif support.verified:
        notes.append("verified")
    return notes


def head(process: Process, languages: Sequence[str] = ()) -> Line | None:
    """The one count that stands for the process, None where none is known."""
    found = headline(process)
    return line(found, languages) if found else None


class Country(NamedTuple):
    """A country's count against its own goal: the bar is filled up to ``bar`` of 100, the goal stands at ``mark``.

    All countries of a process have one scale: up to their goal, or up to twice that where one is over it; ``beyond``
    says that the count goes on behind the end.
    """

    name: str
    number: str
    goal: str
    percent: str
    bar: float | None
    mark: float
    reached: bool
    beyond: bool


class Backing(NamedTuple):
    """Everything counted for a process: the headline, what else is counted, the countries by share."""

    headline: Line | None
    others: list[Line]
    countries: list[Country]
    reached: int
    with_goal: int
    counted: str
    changed: str


#: Fewer places than this are lines, unless each has a minimum of its own.
_PLACES: Final = 3


def backing(process: Process, languages: Sequence[str]) -> Backing:
    """All counts of a process; those of the whole process and of options are lines, those of countries a table."""
    first = headline(process)
    countries = _by_country(process.support)
    with_goal = [s for s in countries if s.threshold is not None]
    if not with_goal and len(countries) < _PLACES:
        countries = []
    everywhere = [s for s in process.support if s is not first and (s.place is None or not countries)]
    if first is not None:  # another reading of what the headline says already tells nothing more
        everywhere = [s for s in everywhere if s.unit is not first.unit or s.option is not None or s.place is not None]
    over = any(_reached(s) for s in with_goal)
    return Backing(
        headline=line(first, languages) if first else None,
        others=[line(s, languages) for s in everywhere],
        countries=[_country(s, over) for s in countries],
        reached=sum(map(_reached, with_goal)),
        with_goal=len(with_goal),
        counted=_counted(countries, over) if with_goal else "",
        changed=_changed(first),
    )


def _changed(support: Support | None) -> str:
    """When the source last changed the number, where it stood still for two weeks or more before it was read."""
    if support is None or support.changed_at is None or support.read_at is None:
        return ""
    still = support.read_at - dates.begins(support.changed_at, "UTC")
    return phrases.partial(support.changed_at) if still >= _STILL else ""


def _by_country(readings: Sequence[Support]) -> list[Support]:
    """One reading for each country, the greatest share first, unknown ones last."""
    best: dict[str, Support] = {}
    for one in readings:
        if one.place is not None:
            held = best.get(one.place)
            if held is None or (one.count is not None, one.verified) > (held.count is not None, held.verified):
                best[one.place] = one
    return sorted(best.values(), key=_rank)


def _rank(support: Support) -> tuple[bool, float, int, str]:
    count, goal = support.count, support.threshold.count if support.threshold else None
    return count is None, -(count or 0) / goal if goal else 0.0, -(count or 0), labels.country(support.place or "")


def _reached(support: Support) -> bool:
    return bool(support.count is not None and support.threshold and support.count >= support.threshold.count)


def _counted(countries: Sequence[Support], over: bool) -> str:
    """Where the marks stand, and when the source counted, where it says so of all alike."""
    mark = "The mark in the middle is the minimum" if over else "The mark at the right end is the minimum"
    days = {support.changed_at for support in countries if support.count is not None}
    [day] = days if len(days) == 1 else [None]
    return f"{mark} of that country. Counted {phrases.partial(day)}." if day else f"{mark} of that country."


def _country(support: Support, over: bool) -> Country:
    """A country; ``over`` says that one of them is over its goal, so that the scale goes up to twice that."""
    count, goal = support.count, support.threshold.count if support.threshold else None
    end = (2 if over else 1) * (goal or 1)
    return Country(
        name=labels.country(support.place or ""),
        number=labels.number(count) if count is not None else "not known",
        goal=labels.number(goal) if goal is not None else "",
        percent=whole_percent(count, goal) if count is not None and goal else "",
        bar=width(count, end) if count is not None and goal else None,
        mark=49.5 if over else 99.0,
        reached=_reached(support),
        beyond=bool(count is not None and goal and count > end),
    )
