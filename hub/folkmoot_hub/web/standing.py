"""Where a process stands, in sentences: the state box, the policy cycle, what came of it or why nothing did."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from folkmoot_hub.web import labels, words
from folkmoot_hub.web.texts import Told, name, told, web
from folkmoot_hub.web.words import Due
from folkmoot_schema import dates, phrases
from folkmoot_schema.codes import Availability, Stage, Status
from folkmoot_schema.process import Outcome, Phase, Process, Record


class State(NamedTuple):
    """The box at the top: the deadline, the status in words, and the one button that leads to the platform.

    ``primary`` says that one can take part there now; ``address`` is None where there is nothing to lead to.
    """

    due: Due
    status: str
    says: str
    button: str
    address: str | None
    primary: bool
    note: str


_SAYS: Final = {
    Status.ANNOUNCED: "It has not opened yet.",
    Status.CLOSED: "You can no longer take part.",
    Status.UNDER_REVIEW: "You can no longer take part; it is being looked at.",
    Status.ANSWERED: "You can no longer take part.",
    Status.UNSUCCESSFUL: "It did not get the support it needed.",
    Status.REFUSED: "It was not admitted.",
    Status.WITHDRAWN: "Its organisers took it back.",
    Status.SUSPENDED: "Taking part is on hold.",
    Status.ENDED: "What is left is a record; nobody can take part any more.",
    Status.UNKNOWN: "Its source does not tell whether one can still take part.",
}

_LEAVING: Final = "You leave Folkmoot. Taking part happens there; we never see it."
_FILED: Final = "The copy is in a file that this hub has read. It was at {}"
_READ: Final = "No archive shows it. It was read at {}, or in a recording of that."
#: What is left of what is not on its platform any more: a capture, what was read of it otherwise, our record.
_CAPTURED: Final = "What you can read is an archived copy."
_UNCAPTURED: Final = "Its platform cannot be had any more; what you can read is what this hub has read of it."
_RECORDED: Final = "Only this record of it is left."

#: What dates can tell. That a platform is gone, or that nothing is known, does not follow from them.
_DATED: Final = frozenset({Status.ANNOUNCED, Status.OPEN, Status.CLOSED})


def state(record: Record, platform: str, now: datetime) -> State:
    """The box of ``record``; ``platform`` is the title of its source."""
    process, status = record.process, record.standing.status
    due = words.due(record, now)
    if status is Status.OPEN and due.tone == "shut":  # time went on since the status was last worked out
        status = Status.CLOSED
    open_now = status is Status.OPEN
    address = process.participate_url or process.url if open_now else process.url
    nowhere = _note_of_gone(record)
    return State(
        due=due,
        status=_status(record, status),
        says=" ".join(filter(None, [_left(process), _SAYS.get(status, "")])),
        button=_button(process.availability, open_now, platform),
        address=None if nowhere else address,
        primary=open_now,
        note=_LEAVING if open_now else nowhere,
    )


def is_nowhere(record: Record) -> bool:
    """Whether what was read is a copy that no archive shows, so that what was its address leads nowhere."""
    told, process = record.provenance, record.process
    if _is_uncaptured(process):
        was = told.url
    elif told.captured_at is not None and told.url is None:
        was = told.original
    else:
        return False
    return urlsplit(process.url).hostname == urlsplit(was or "").hostname


def _is_uncaptured(process: Process) -> bool:
    """Whether it is gone from its platform, and what was read of it is no capture of an archive."""
    return process.availability is Availability.ARCHIVED and process.observed_at is None


def _note_of_gone(record: Record) -> str:
    """Where it was, in place of a button; empty if there is somewhere to go."""
    told, process = record.provenance, record.process
    if _is_uncaptured(process):
        return _READ.format(told.url or process.url)
    return _FILED.format(process.url) if is_nowhere(record) else ""


def _left(process: Process) -> str:
    """What is left of a process that its platform does not have any more."""
    if process.availability is Availability.ARCHIVED:
        return _UNCAPTURED if _is_uncaptured(process) else _CAPTURED
    return _RECORDED if process.availability is Availability.RECORD_ONLY else ""


def _button(availability: Availability, open_now: bool, platform: str) -> str:
    if open_now:
        return f"Take part on {platform}"
    if availability is Availability.ARCHIVED:
        return "Open the archived copy"
    return f"Read it on {platform}" if availability is Availability.LIVE else "Where it was"


def _status(record: Record, status: Status) -> str:
    worked_out = (record.standing.derived or status is not record.standing.status) and status in _DATED
    return f"{labels.STATUSES[status]} (worked out from its dates)" if worked_out else labels.STATUSES[status]


def is_over(record: Record) -> bool:
    """Whether nothing more comes of it, since it ended or its platform did."""
    return record.standing.status is Status.ENDED or record.process.availability is not Availability.LIVE


class Step(NamedTuple):
    """One step of the policy cycle; ``when`` is past, now, later, or last: there it ended."""

    number: int
    label: str
    when: str


def cycle(stage: Stage | None, over: bool) -> list[Step]:
    """The four steps, empty where it is not known which one it is; ``over``: it goes no further."""
    if stage is None:
        return []
    steps, now = list(Stage), "last" if over else "now"
    here = steps.index(stage)
    return [
        Step(at + 1, labels.STAGES[step], "past" if at < here else now if at == here else "later")
        for at, step in enumerate(steps)
    ]


class Stretch(NamedTuple):
    """A phase: its dates in words, what it is, and ``when``: past, now, later, or empty where it cannot be told."""

    dates: str
    label: Told
    when: str
    address: str | None


def stretches(phases: Sequence[Phase], languages: Sequence[str], now: datetime) -> list[Stretch]:
    """The phases, the first to begin first; those without a date keep their place at the end."""
    ordered = sorted(phases, key=lambda phase: (not (phase.opens or phase.closes), phase.opens or phase.closes or ""))
    return [
        Stretch(
            words.span(phase.opens, phase.closes, phase.zone),
            told(phase.label, languages) if phase.label else Told(labels.PHASES[phase.kind], None),
            _when(phase, now),
            web(phase.url),
        )
        for phase in ordered
    ]


def _when(phase: Phase, now: datetime) -> str:
    if phase.opens and now < dates.begins(phase.opens, phase.zone):
        return "later"
    if phase.closes and now >= dates.ends(phase.closes, phase.zone):
        return "past"
    return "now" if phase.opens and phase.closes else ""


class Happening(NamedTuple):
    """One thing that an authority did."""

    date: str
    exact: str | None
    what: str
    title: Told | None
    address: str | None
    by: Told | None


def happened(outcomes: Sequence[Outcome], languages: Sequence[str]) -> list[Happening]:
    """What the authority did, oldest first, what has no date last."""
    return [
        Happening(
            date=phrases.partial(one.date) if one.date else "date not given",
            exact=one.date,
            what=labels.OUTCOMES[one.kind],
            title=told(one.title, languages) if one.title else None,
            address=web(one.url),
            by=name(one.by, languages),
        )
        for one in sorted(outcomes, key=lambda one: (one.date is None, one.date or ""))
    ]


_SILENT: Final = {
    Status.ANNOUNCED: "Nothing yet: it has not opened.",
    Status.OPEN: "Nothing yet: it is still open. We will put the answer here, and in the feed.",
    Status.UNDER_REVIEW: "It is being looked at. No answer has been published that we could find.",
    Status.UNSUCCESSFUL: "It did not get the support it needed, so no answer is due.",
    Status.WITHDRAWN: "Its organisers withdrew it, so no answer is due.",
    Status.REFUSED: "It was refused. We found no reasons at the source.",
    Status.ANSWERED: "Its source says that it was answered, but not how.",
}
_NOTHING: Final = "No answer has been published that we could find."


def silence(record: Record, now: datetime) -> str:
    """What stands under "What happened next" while nothing did."""
    ended = record.standing.deadline_at
    over = ended is not None and ended <= now
    if record.standing.status in {Status.CLOSED, Status.OPEN} and over and ended is not None:
        return f"Closed {words.ago(ended, now)}. {_NOTHING}"
    return _SILENT.get(record.standing.status, _NOTHING)
