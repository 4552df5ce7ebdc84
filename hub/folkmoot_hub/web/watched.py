"""What the pages about sources show: how harvesting each goes, in words."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from datetime import datetime
from typing import Final, NamedTuple

from folkmoot_hub.connector import Connector
from folkmoot_hub.store.protocol import RunRow, SourceRow
from folkmoot_hub.web import health, labels, words
from folkmoot_hub.web.face import HubFace
from folkmoot_hub.web.health import Health

#: So many runs are shown on the page of a source.
RUNS: Final = 20
_OUTCOMES: Final = {"complete": "Complete", "partial": "Partial", "suspicious": "Suspicious", "failed": "Failed"}


class Watched(NamedTuple):
    """A source: ``complete`` is ``n of m`` or ``unknown total``, ``line`` what its last run did."""

    row: SourceRow
    health: Health
    word: str
    last_complete: str
    complete: str
    line: str


def watched(row: SourceRow, latest: Sequence[RunRow], now: datetime) -> Watched:
    """How ``row`` goes; ``latest`` are its last runs, newest first."""
    state = health.health(row, latest, now)
    ended = next((run for run in latest if run.outcome is not None), None)
    return Watched(
        row=row,
        health=state,
        word=labels.HEALTH[state.word],
        last_complete=words.moment(row.last_complete, now) if row.last_complete else "never",
        complete=_complete(row, ended),
        line=_line(ended, state.reason, now) if ended else "No run has ended yet.",
    )


def _complete(row: SourceRow, ended: RunRow | None) -> str:
    if ended is None:
        return "not read yet"
    if row.last_total is None:
        return "unknown total"
    return f"{labels.number(ended.items)} of {labels.number(row.last_total)}"


def _line(run: RunRow, said: str, now: datetime) -> str:
    """What a run did; why it is not complete is left out where it was ``said`` already."""
    parts = [
        labels.plural(run.requests, "request", "requests"),
        labels.plural(run.items, "item", "items"),
        f"{labels.number(run.created)} new",
        f"{labels.number(run.changed)} changed",
    ]
    if run.quarantined:
        parts.append(f"{labels.number(run.quarantined)} quarantined")
    if run.missing:
        parts.append(labels.plural(run.missing, "missing part", "missing parts"))
    done = f"{_OUTCOMES[run.outcome or 'failed']} {words.moment(run.ended or run.started, now)}: {', '.join(parts)}."
    return done if not run.why or run.why in said else f"{done} {_sentence(run.why)}"


def _sentence(why: str) -> str:
    return f"{why[:1].upper()}{why[1:].rstrip('.')}."


def all_watched(face: HubFace, now: datetime) -> list[Watched]:
    """Every source, those that need looking after first, then by title. Blocks."""
    found = [watched(row, face.records.runs(row.site.id, 2), now) for row in face.records.sources()]
    return sorted(found, key=lambda one: (health.ORDER.index(one.health.word), one.row.site.title.casefold()))


class Section(NamedTuple):
    """A section of a connector's documentation."""

    heading: str
    text: str


def documentation(connector: type[Connector] | None) -> list[Section]:
    """What the docstring of a connector says, section by section; the first has no heading."""
    text = inspect.cleandoc(connector.__doc__ or "") if connector else ""
    sections: list[Section] = []
    heading, lines = "", list[str]()
    for line in [*text.splitlines(), "End"]:
        if line and not line[0].isspace() and (sections or lines or heading) and _is_heading(line):
            sections.append(Section(heading, " ".join(" ".join(lines).replace("``", "").split())))
            heading, lines = line, []
        else:
            lines.append(line)
    return [section for section in sections if section.text]


def _is_heading(line: str) -> bool:
    """A heading of a connector's docstring: one to three words at the margin, without a full stop."""
    return len(line.split()) <= 3 and not line.endswith(".")


def outcome(run: RunRow) -> str:
    """The outcome of a run in a word."""
    return _OUTCOMES[run.outcome] if run.outcome else "Running"
