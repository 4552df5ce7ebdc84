"""Which of the counts of a process stands for it: one rule for search, pages and the programming interface."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from folkmoot_schema.codes import Unit
from folkmoot_schema.process import Process, Support

#: Which count is a process's headline, best first. What counts against is none.
_UNITS: Final = (
    Unit.SIGNATURES,
    Unit.ENDORSEMENTS_FOR,
    Unit.VOTES,
    Unit.FEEDBACK,
    Unit.COMMENTS,
    Unit.PARTICIPANTS,
)


def headline(process: Process) -> Support | None:
    """The one count that stands for a process, None if none is known.

    Of the whole process only, not of a country or an option. Signatures come before endorsements, votes, feedback,
    comments and participants; within a unit the verified count, then the newest reading, then the greater one.
    """
    known = [s for s in process.support if s.count is not None and s.place is None and s.option is None]
    for unit in _UNITS:
        if readings := [s for s in known if s.unit is unit]:
            return max(readings, key=_weight)
    return None


def _weight(support: Support) -> tuple[bool, datetime, int]:
    return support.verified, support.read_at or datetime.min.replace(tzinfo=UTC), support.count or 0
