"""What a change of a process says, in words: one sentence for each thing that reads differently."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import NamedTuple

from folkmoot_hub.store.protocol import Cause, Change, Op
from folkmoot_hub.web import labels, words
from folkmoot_schema import phrases
from folkmoot_schema.codes import Status
from folkmoot_schema.process import Organisation, Outcome, Record
from folkmoot_schema.texts import Text


class Entry(NamedTuple):
    """One change: when, what in sentences, and why where that is not a harvest."""

    at: datetime
    sentences: list[str]
    cause: str


_CAUSES = {
    Cause.CLOCK: "because time went by",
    Cause.CORRECTION: "corrected here",
    Cause.ERASURE: "erased here",
    Cause.PEER: "told by another hub",
}


def entries(history: Iterable[Change]) -> list[Entry]:
    """The history of a process in words, newest first."""
    found = [Entry(change.at, list(sentences(change)), _CAUSES.get(change.cause, "")) for change in history]
    return found[::-1]


def sentences(change: Change) -> Iterator[str]:
    """What ``change`` did. A version that was erased can no longer be compared; then only so much is said."""
    if change.op is Op.DELETE:
        yield f"Removed: {change.reason}" if change.reason else "Removed."
    elif change.op is Op.CREATE:
        yield f"First seen, as {_status(change.body.standing.status)}." if change.body else "First seen."
    elif change.body is None or change.previous is None:
        yield "Changed; what it was before is no longer kept."
    else:
        yield from list(_differences(change.previous, change.body)) or ["Changed in its details."]


def _differences(before: Record, after: Record) -> Iterator[str]:
    yield from _standing(before, after)
    old, new = before.process, after.process
    if _original(old.title) != _original(new.title):
        yield f"Title changed from “{_original(old.title)}” to “{_original(new.title)}”."
    elif old.title != new.title:
        yield "Title in other languages changed."
    if (old.summary, old.body) != (new.summary, new.body):
        yield "Text changed."
    yield from _organisation("Organiser", old.organiser, new.organiser)
    yield from _organisation("Authority", old.authority, new.authority)
    yield from _outcomes(old.outcomes, new.outcomes)
    yield from _counted("document", old.documents, new.documents)
    yield from _counted("link", old.links, new.links)
    if (old.url, old.participate_url) != (new.url, new.participate_url):
        yield "Its address at the source changed."
    if old.availability != new.availability:
        yield f"Now: {labels.AVAILABILITIES[new.availability].lower()}."


def _standing(before: Record, after: Record) -> Iterator[str]:
    old, new = before.standing, after.standing
    if old.status is not new.status:
        yield f"Status: {_status(old.status)} → {_status(new.status)}."
    said = [
        *_moved("Opening", _opening(before), _opening(after)),
        *_moved("Closing", _closing(before), _closing(after)),
    ]
    yield from said
    if not said and before.process.phases != after.process.phases:
        yield "Phases changed."


def _status(status: Status) -> str:
    return labels.STATUSES[status].lower()


def _closing(record: Record) -> str | None:
    standing = record.standing
    return words.closing(standing.deadline, standing.deadline_zone or "UTC") if standing.deadline else None


def _opening(record: Record) -> str | None:
    found = phrases.first_opening(record)
    return words.opening(*found) if found else None


def _moved(which: str, old: str | None, new: str | None) -> Iterator[str]:
    if old == new:
        return
    if old is None:
        yield f"{which} date set: {new}."
    elif new is None:
        yield f"{which} date taken back; it was {old}."
    else:
        yield f"{which} date moved from {old} to {new}."


def _original(text: Text) -> str:
    return text.values[text.original]


def _organisation(what: str, old: Organisation | None, new: Organisation | None) -> Iterator[str]:
    if old == new:
        return
    if new is None:
        yield f"{what} no longer given."
    elif old is None:
        yield f"{what} given: {_original(new.name)}."
    elif _original(old.name) != _original(new.name):
        yield f"{what} changed from {_original(old.name)} to {_original(new.name)}."


def _outcomes(old: tuple[Outcome, ...], new: tuple[Outcome, ...]) -> Iterator[str]:
    for outcome in new:
        if outcome not in old:
            date = f" of {phrases.partial(outcome.date)}" if outcome.date else ""
            title = f": {_original(outcome.title)}" if outcome.title else ""
            yield f"Outcome: {labels.OUTCOMES[outcome.kind].lower()}{date}{title}."
    if len(gone := [outcome for outcome in old if outcome not in new]) and len(new) < len(old):
        yield f"{labels.plural(len(gone), 'outcome', 'outcomes')} no longer given."


def _counted(what: str, old: tuple[object, ...], new: tuple[object, ...]) -> Iterator[str]:
    added = sum(1 for one in new if one not in old)
    gone = sum(1 for one in old if one not in new)
    if added:
        yield f"{labels.plural(added, what, what + 's')} added."
    if gone:
        yield f"{labels.plural(gone, what, what + 's')} no longer given."
