"""The windows in which an initiative takes feedback: from its list and its details, each once.

The list names the current ones, the details give one for each publication. Nothing is computed here: the hub's own
function chooses among them by the clock.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from folkmoot_connectors._have_your_say_types import Detail, Row
from folkmoot_connectors._values import day, line
from folkmoot_hub.connector import MappingError
from folkmoot_schema.codes import Status
from folkmoot_schema.dates import check
from folkmoot_schema.process import Phase
from folkmoot_schema.texts import Text

ZONE = "Europe/Brussels"
PLANNING = frozenset({"PLANNING_WORKFLOW", "INIT_PLANNED"})
DRAFT = "ISC_WORKFLOW"
ADOPTION = "ADOPTION_WORKFLOW"
_LABELS = {
    **dict.fromkeys(PLANNING, "Call for evidence"),
    "OPC_LAUNCHED": "Public consultation",
    DRAFT: "Draft act",
    ADOPTION: "Commission adoption",
}
_FLAGS = {"OPEN": Status.OPEN, "UPCOMING": Status.ANNOUNCED, "CLOSED": Status.CLOSED}
_STOPPED = {"ABANDONED": Status.WITHDRAWN, "SUSPENDED": Status.SUSPENDED}
_NO_FEEDBACK = "DISABLED"
_DAY = "%Y/%m/%d"


class Window(NamedTuple):
    """A time for feedback: the step of the initiative, the portal's word for it, and its dates as they are given."""

    step: str | None
    word: str | None
    opens: str | None
    closes: str | None
    planned: str | None = None

    @property
    def dated(self) -> bool:
        """Whether it has a date at all."""
        return bool(self.opens or self.closes)


def windows(row: Row, detail: Detail) -> tuple[Window, ...]:
    """Those of the list, completed by the details, and those that only the details know."""
    found = [each for each in _listed(row) if each.step or each.word or each.dated]
    for each in _published(detail):
        for number, known in enumerate(found):
            if _same(known, each):
                found[number] = _completed(known, each)
                break
        else:
            found.append(each)
    return tuple(dict.fromkeys(found))


def _listed(row: Row) -> Iterator[Window]:
    for each in row.current_statuses:
        if each.receiving_feedback_status != _NO_FEEDBACK:
            opens = moment(each.feedback_start_date, "feedbackStartDate")
            closes = moment(each.feedback_end_date, "feedbackEndDate")
            yield Window(each.front_end_stage, each.receiving_feedback_status, opens, closes)


def _published(detail: Detail) -> Iterator[Window]:
    for each in detail.publications:
        word = each.receiving_feedback_status
        closes = moment(each.end_date, "endDate")
        if word == _NO_FEEDBACK or not (word or closes):
            continue
        opens = moment(each.published_date, "publishedDate")
        yield Window(each.step, word, opens, closes, line(each.planned_period) or None)


def _same(one: Window, other: Window) -> bool:
    """Whether two windows are one, told twice: of one step, and with a date in common or none that is another."""
    if one.step and other.step and one.step != other.step:
        return False  # a call for evidence and a questionnaire may well run side by side
    pairs = [
        (mine, theirs) for mine, theirs in ((one.opens, other.opens), (one.closes, other.closes)) if mine and theirs
    ]
    if any(mine == theirs for mine, theirs in pairs):
        return True
    return not pairs and one.step == other.step


def _completed(known: Window, by: Window) -> Window:
    return Window(*(mine or theirs for mine, theirs in zip(known, by, strict=True)))


def moment(value: str | None, what: str) -> str | None:
    """``yyyy/MM/dd HH:mm:ss`` in Brussels as a partial date, ``yyyy/MM/dd`` as a day; None if empty or "Unknown".

    ``MappingError`` naming ``what`` if it is anything else.
    """
    text = (value or "").strip()
    if not text or text.startswith("Unknown"):
        return None
    date, _, time = text.partition(" ")
    found = day(date, _DAY, what)
    try:
        return check(f"{found}T{time}") if time else found
    except ValueError:
        raise MappingError(f"{what}: {value!r} is not in the form yyyy/MM/dd HH:mm:ss") from None


def phases(found: Iterable[Window]) -> tuple[Phase, ...]:
    """Each window as a phase of participation."""
    return tuple(Phase(opens=each.opens, closes=each.closes, zone=ZONE, label=_label(each)) for each in found)


def _label(window: Window) -> Text | None:
    name = _LABELS.get(window.step or "")
    if window.planned and not window.dated:
        name = f"{name or 'Feedback'}, planned: {window.planned}"
    return Text({"en": name}, "en") if name else None


def standing(row: Row, detail: Detail, found: tuple[Window, ...]) -> tuple[Status, str | None]:
    """What the portal says of the whole: its word mapped to a status, and the word.

    An initiative that was stopped is that. Otherwise the window that counts speaks: an open one, a dated one to come,
    one that closed, one to come that has no date. Whether its word still holds is for the dates to say. Without a word
    it is unknown, since the portal lists what is over as well.
    """
    stopped = row.initiative_status or detail.initiative_status or ""
    if stopped in _STOPPED:
        return _STOPPED[stopped], stopped
    said = {each.word for each in found}
    dated = {each.word for each in found if each.dated}
    counting = [("OPEN", said), ("UPCOMING", dated), ("CLOSED", said), ("UPCOMING", said)]
    words = [word for word, where in counting if word in where]
    word = next(iter(words), detail.receiving_feedback_status)
    return _FLAGS.get(word or "", Status.UNKNOWN), word
