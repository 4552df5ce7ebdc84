"""Status, deadline and next transition: one pure function of what is known and the clock.

The rules, in the order they apply:

1. A terminal flag of the source (closed, withdrawn, answered …) wins over every date.
2. What is no longer live (an archived copy, a bare record) and not terminal is ``ended``, never open.
3. Otherwise the dates of the participation phases are read against the clock. A window whose opening lies
   after its own closing tells only this: before both dates nothing has begun, after both everything is over. It
   counts only where no other window tells more; so does a window without any date.
4. ``open`` and ``announced`` hold as the source's word while they agree with the dates and the source was seen
   within ``interval``; else the status is derived from the dates and marked so.
5. No definite end and not seen: ``unknown``. So it is, though seen, if the source's flag is ``unknown``: such a source
   lists also what is over, and to be in its list says nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import NamedTuple

import msgspec

from folkmoot_schema import dates
from folkmoot_schema.codes import TERMINAL, Availability, PhaseKind, Status
from folkmoot_schema.process import Phase, Process, Standing


class _Said(Enum):
    """What dates alone say about participation at one moment."""

    BEFORE = "before"
    DURING = "during"
    AFTER = "after"
    UNDECIDED = "undecided"


class _Window(NamedTuple):
    """A participation phase as instants: it certainly has opened at ``opened``, certainly is over at ``over``.

    Between ``opens`` and ``opened`` it may have opened (a year-only opening), between ``closing`` and ``over`` it
    may be over (a year-only closing).
    """

    phase: Phase
    opens: datetime | None
    opened: datetime | None
    closing: datetime | None
    over: datetime | None

    @property
    def contradictory(self) -> bool:
        """Whether it closes before it opens."""
        return self.opens is not None and self.over is not None and self.over <= self.opens

    @property
    def telling(self) -> bool:
        """Whether its dates can be believed: there are some, and they do not contradict each other."""
        return not self.contradictory and (self.opens is not None or self.over is not None)


def assess(
    phases: Sequence[Phase],
    flag: Status | None,
    *,
    seen_at: datetime,
    now: datetime,
    interval: timedelta,
    availability: Availability = Availability.LIVE,
) -> Standing:
    """Where a process stands at ``now``.

    ``seen_at`` is when a run last saw it at the source; ``interval`` is for how long that sight holds. The
    answer's ``next_transition_at`` is the first later moment at which status or deadline would come out
    differently with nothing else changed, None if never.
    """
    windows = _windows(phases)
    silent_at = seen_at + interval
    standing = _at(windows, flag, now, silent_at, availability)
    for moment in _moments(windows, silent_at, after=now):
        later = _at(windows, flag, moment, silent_at, availability)
        if (later.status, later.deadline, later.deadline_zone) != (
            standing.status,
            standing.deadline,
            standing.deadline_zone,
        ):
            return _with_transition(standing, moment)
    return standing


def assess_process(process: Process, *, seen_at: datetime, now: datetime, interval: timedelta) -> Standing:
    """:func:`assess` for a whole process."""
    return assess(
        process.phases,
        process.flag,
        seen_at=seen_at,
        now=now,
        interval=interval,
        availability=process.availability,
    )


def steady(process: Process, now: datetime) -> tuple[datetime, datetime]:
    """From when until when around ``now`` no date of the process passes; the end is the first moment after it.

    Within it a standing depends on nothing but whether the process was seen.
    """
    moments = [m for window in _windows(process.phases) for m in _dates(window)]
    since = max((moment for moment in moments if moment <= now), default=datetime.min.replace(tzinfo=UTC))
    until = min((moment for moment in moments if moment > now), default=datetime.max.replace(tzinfo=UTC))
    return since, until


def _at(
    windows: Sequence[_Window], flag: Status | None, now: datetime, silent_at: datetime, availability: Availability
) -> Standing:
    window = _choose(windows, now)
    if flag in TERMINAL:
        return _standing(flag, False, window, "the source says so")
    if availability is not Availability.LIVE:
        return _standing(Status.ENDED, True, window, "no longer live at its source")
    said = _said(window, now)
    seen = now < silent_at
    if flag in {Status.OPEN, Status.ANNOUNCED}:
        agreed = {Status.OPEN: _Said.DURING, Status.ANNOUNCED: _Said.BEFORE}[flag]
        if seen and said in {agreed, _Said.UNDECIDED}:
            return _standing(flag, False, window, "the source says so")
    if said is _Said.UNDECIDED and flag is Status.OPEN and window is not None and _ends_later(window, now):
        # The source once said that it had opened, and its end is known and lies ahead.
        return _standing(Status.OPEN, True, window, "it was open when last seen and its closing lies ahead")
    return _derived(said, window, seen, listed_is_open=flag is not Status.UNKNOWN)


def _ends_later(window: _Window, now: datetime) -> bool:
    return not window.contradictory and window.closing is not None and now < window.closing


def _derived(said: _Said, window: _Window | None, seen: bool, *, listed_is_open: bool) -> Standing:
    if said is _Said.BEFORE:
        return _standing(Status.ANNOUNCED, True, window, "its opening lies ahead")
    if said is _Said.AFTER:
        return _standing(Status.CLOSED, True, window, "its closing has passed")
    if said is _Said.DURING and window is not None:
        if window.over is not None:
            return _standing(Status.OPEN, True, window, "the present lies within its dates")
        if seen and listed_is_open:
            return _standing(Status.OPEN, True, window, "it has opened and its source still lists it")
    reason = "its dates do not tell" if seen else "no end is known and its source has been silent"
    return _standing(Status.UNKNOWN, True, window, reason)


def _standing(status: Status, derived: bool, window: _Window | None, reason: str) -> Standing:
    if window is None:
        return Standing(status=status, derived=derived, reason=reason)
    usable = not window.contradictory
    dated = usable and window.phase.closes is not None
    return Standing(
        status=status,
        derived=derived,
        deadline=window.phase.closes if dated else None,
        deadline_zone=window.phase.zone if dated else None,
        deadline_at=window.over if dated else None,
        opens_at=window.opens if usable else None,
        reason=reason,
    )


def _with_transition(standing: Standing, moment: datetime) -> Standing:
    return msgspec.structs.replace(standing, next_transition_at=moment)


def _windows(phases: Sequence[Phase]) -> list[_Window]:
    return [_window(phase) for phase in phases if phase.kind is PhaseKind.PARTICIPATION]


def _window(phase: Phase) -> _Window:
    opens, closes = phase.opens, phase.closes
    return _Window(
        phase,
        opens=dates.begins(opens, phase.zone) if opens else None,
        opened=_opened(opens, phase.zone) if opens else None,
        closing=_closing(closes, phase.zone) if closes else None,
        over=dates.ends(closes, phase.zone) if closes else None,
    )


def _opened(value: str, zone: str) -> datetime:
    """From when it has certainly opened: at once for a day or a minute, after it all for a month or a year."""
    exact = dates.precision(value) >= dates.Precision.DAY
    return dates.begins(value, zone) if exact else dates.ends(value, zone)


def _closing(value: str, zone: str) -> datetime:
    """From when it may be over: only after the whole day, but from the start of a year-only date."""
    exact = dates.precision(value) >= dates.Precision.DAY
    return dates.ends(value, zone) if exact else dates.begins(value, zone)


def _said(window: _Window | None, now: datetime) -> _Said:
    if window is None:
        return _Said.UNDECIDED
    if window.contradictory:
        assert window.opened is not None
        assert window.over is not None
        if now < window.over:
            return _Said.BEFORE
        return _Said.AFTER if now >= window.opened else _Said.UNDECIDED
    if window.opens is not None and now < window.opens:
        return _Said.BEFORE
    if window.over is not None and now >= window.over:
        return _Said.AFTER
    if window.opened is None or now < window.opened:
        return _Said.UNDECIDED
    if window.closing is not None and now >= window.closing:
        return _Said.UNDECIDED
    return _Said.DURING


def _choose(windows: Sequence[_Window], now: datetime) -> _Window | None:
    """The window that matters now: an open one (the last to close), the next to open, the last one that closed.

    Windows that tell nothing to rely on come after those that do, but before nothing at all.
    """
    rank = {_Said.DURING: 0, _Said.UNDECIDED: 1, _Said.BEFORE: 2, _Said.AFTER: 3}

    def order(window: _Window) -> tuple[bool, int, float]:
        said = _said(window, now)
        instant = {
            _Said.DURING: -_stamp(window.over, datetime.max),
            _Said.UNDECIDED: -_stamp(window.over, datetime.max),
            _Said.BEFORE: _stamp(window.opens, datetime.min),
            _Said.AFTER: -_stamp(window.over, datetime.min),
        }[said]
        return not window.telling, rank[said], instant

    return min(windows, key=order, default=None)


def _stamp(moment: datetime | None, default: datetime) -> float:
    return (moment or default.replace(tzinfo=UTC)).timestamp()


def _moments(windows: Iterable[_Window], silent_at: datetime, after: datetime) -> Iterator[datetime]:
    """Every later moment at which the answer can change, in order."""
    moments = {silent_at}
    for window in windows:
        moments.update(_dates(window))
    yield from sorted(moment for moment in moments if moment > after)


def _dates(window: _Window) -> list[datetime]:
    """The moments at which what a window says can change."""
    return [m for m in (window.opens, window.opened, window.closing, window.over) if m is not None]
