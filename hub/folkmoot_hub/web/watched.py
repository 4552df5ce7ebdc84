"""What the pages about sources show: how harvesting each goes, in words."""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final, NamedTuple

from folkmoot_hub.connector import Connector
from folkmoot_hub.store.protocol import RunRow, SourceRow, Watch
from folkmoot_hub.web import health, labels, strip, words
from folkmoot_hub.web.face import HubFace
from folkmoot_hub.web.health import Health
from folkmoot_hub.web.known import SampleItem, known, samples_of
from folkmoot_hub.web.strip import Strip

#: So many runs are shown on the page of a source.
RUNS: Final = 20
_OUTCOMES: Final = {"complete": "Complete", "partial": "Partial", "suspicious": "Suspicious", "failed": "Failed"}


class Watched(NamedTuple):
    """A source: ``complete`` is ``n of m`` or the like, ``line`` what its last run did, ``strip`` its two weeks.

    ``reach`` is what there is of its platform, ``evidence`` what our reading was proven on: a word and its meaning.
    """

    row: SourceRow
    health: Health
    word: str
    last_complete: str
    complete: str
    line: str
    strip: Strip
    reach: tuple[str, str]
    evidence: tuple[str, str]
    samples: list[SampleItem]

    @property
    def met(self) -> bool:
        """Whether it is one that this hub reads, or has read."""
        return self.row.site.enabled or self.row.last_run is not None


def watched(watch: Watch, now: datetime, samples: list[SampleItem]) -> Watched:
    """How a source goes; ``samples`` are those that stand for it here."""
    row, state = watch.row, health.health(watch.row, watch.runs, now)
    ended = last_ended(watch.runs)
    return Watched(
        row=row,
        health=state,
        word=labels.HEALTH[state.word],
        last_complete=words.moment(row.last_complete, now) if row.last_complete else "never",
        complete=completeness(row, ended, state),
        line=_line(ended, state.reason, now) if ended else "No run has ended yet.",
        strip=strip.strip(watch.days, now),
        reach=labels.REACH[row.site.reach],
        evidence=labels.EVIDENCE[row.site.evidence],
        samples=samples,
    )


def last_ended(runs: Sequence[RunRow]) -> RunRow | None:
    """The last run that ended."""
    return next((run for run in runs if run.outcome is not None), None)


def completeness(row: SourceRow, ended: RunRow | None, state: Health) -> str:
    """How much of what there is was read: ``127 of 127``, what of it is missing, or why that cannot be said.

    Of how many is what the platform itself states.
    """
    if ended is None:
        return "not read yet"
    if state.word == "failing" and ended.outcome == "failed":
        return "stopped"
    if ended.outcome == "complete" and not ended.items and not row.last_total:
        return "complete, empty"
    if row.last_total is None:
        return "unknown total"
    read = _of(ended.items - ended.quarantined - ended.unread, row.last_total)
    return f"{read}, {labels.plural(ended.missing, 'missing part', 'missing parts')}" if ended.missing else read


def _of(read: int, total: int) -> str:
    """``read`` of ``total``; where only some lists state how much they hold, more is read than they state."""
    told = f" of {labels.number(total)}" if read <= total else f" read, the platform states {labels.number(total)}"
    return f"{labels.number(read)}{told}"


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
    return " ".join([done, *(_sentence(why) for why in reasons(run) if why not in said)])


def reasons(run: RunRow) -> list[str]:
    """Why a run is not what it should be, each reason once."""
    return [why for why in (run.why, run.drifted if run.drifted not in run.why else "") if why]


def _sentence(why: str) -> str:
    return f"{why[:1].upper()}{why[1:].rstrip('.')}."


def all_watched(face: HubFace, now: datetime) -> list[Watched]:
    """Every source, those that need looking after first, then by title. Blocks."""
    every = known(face.records, face.sites, now)
    found = [watched(one, now, samples_of(one.row.site.id, every)) for one in every]
    return sorted(found, key=lambda one: (health.ORDER.index(one.health.word), one.row.site.title.casefold()))


def fields(connector: type[Connector] | None) -> Mapping[str, Sequence[str]]:
    """The fields that a connector names, by the part of an item: all that may ever be kept of an answer.

    Parts that are numbered and have the same fields stand together: ``chapter1 to chapter40``.
    """
    named = [(part, sorted(names)) for part, names in connector.fields.items()] if connector else []
    together: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for part, names in sorted(named, key=lambda each: _natural(each[0])):
        together.setdefault((_natural(part)[0], tuple(names)), []).append(part)
    return {
        f"{parts[0]} to {parts[-1]}" if len(parts) > 1 else parts[0]: names for (_, names), parts in together.items()
    }


def _natural(part: str) -> tuple[str, int]:
    """The name of a part without the number at its end, and that number: ``chapter9`` goes before ``chapter10``."""
    bare = part.rstrip("0123456789")
    return bare, int(part[len(bare) :] or 0)


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
