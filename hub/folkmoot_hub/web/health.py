"""How harvesting a source goes, in one word and one reason."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from folkmoot_hub.store.protocol import RunRow, SourceRow
from folkmoot_schema import phrases


class Health(NamedTuple):
    """``word`` is one of :data:`ORDER`; ``reason`` is a short sentence for people."""

    word: str
    reason: str


#: Worst first: the order of the table of sources.
ORDER = ("failing", "late", "waiting", "fresh", "archived", "paused", "off")
#: A run takes time itself, so a source is not late the minute its interval is over.
_GRACE = 0.1


def health(row: SourceRow, latest: Sequence[RunRow], now: datetime) -> Health:
    """The health of a source; ``latest`` are its last runs, newest first, two that ended among them.

    Failing: the last run that ended is suspicious, or each of the last two is, failed, or met answers of another shape
    than before. Late: the last complete run is older than the promised interval and a tenth of it. Fresh: neither.
    Waiting: never read completely. Archived: its platform has ended, and it was read or is not read any more. Paused:
    it is not enabled, so that it is read when somebody asks for it. Off: nor was it ever read.
    """
    ended = [run for run in latest if run.outcome is not None]
    if row.site.ended and (row.last_complete or not row.site.enabled):
        return Health("archived", f"The platform ended ({phrases.partial(row.site.ended)}); nothing more will come.")
    if ended and (ended[0].outcome == "suspicious" or (len(ended) >= 2 and all(map(_bad, ended[:2])))):
        return Health("failing", _failing(ended[0]))
    if not row.site.enabled:
        return _not_enabled(row, bool(ended))
    if row.last_complete is None:
        why = f": {ended[0].why}" if ended and ended[0].why else ""
        return Health("waiting", f"Not read completely yet{why}.")
    if now - row.last_complete > timedelta(seconds=row.site.interval) * (1 + _GRACE):
        return Health("late", "The last complete run is older than promised.")
    return Health("fresh", "Read completely within its promised interval.")


def _not_enabled(row: SourceRow, read: bool) -> Health:
    if not read:
        return Health("off", "Not read here: it is not enabled.")
    asked = "Not read by itself, since it is not enabled here"
    return Health("paused", f"{asked}." if row.last_complete else f"{asked}, and not read completely yet.")


def _bad(run: RunRow) -> bool:
    return run.outcome in {"failed", "suspicious"} or bool(run.drifted)


def _failing(last: RunRow) -> str:
    if last.outcome == "suspicious":
        return f"The last run is not believed: {last.why or 'no reason was written down'}."
    if last.drifted:
        return f"Its answers have another shape than before: {last.drifted}."
    return f"The last two runs failed: {last.why or 'no reason was written down'}."
