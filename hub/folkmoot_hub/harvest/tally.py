"""What is counted while a run goes on, and said when it has ended.

All of it stands in the row, which is written with every group of answers: a run that goes on after an interruption
counts and says what one does that was never interrupted.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final, Literal

import msgspec

from folkmoot_hub.store.protocol import RunRow

Outcome = Literal["complete", "partial", "suspicious", "failed"]

#: More missing parts are counted but not named.
_NAMED: Final = 1000
#: Of more problems it is only said that there are more.
_TOLD: Final = 5
_JOIN: Final = "; "
_MORE: Final = "and more"


class Tally:
    """The row of a run as it grows; it goes on from ``row`` when a run is resumed."""

    def __init__(self, row: RunRow) -> None:
        self.row = row

    @property
    def run(self) -> str:
        """The run's id."""
        return self.row.run

    def add(self, **counts: int) -> None:
        """Count: each keyword is a counter of the row."""
        summed = {name: getattr(self.row, name) + count for name, count in counts.items()}
        self.row = msgspec.structs.replace(self.row, **summed)

    def missing(self, local_id: str, part: str) -> None:
        """A part of an item could not be had."""
        self.add(missing=1)
        if len(self.row.missing_parts) < _NAMED:
            named = (*self.row.missing_parts, f"{local_id}: {part}")
            self.row = msgspec.structs.replace(self.row, missing_parts=named)

    def problem(self, text: str) -> None:
        """Something for which the run is not complete."""
        told = self.row.why.split(_JOIN) if self.row.why else []
        text = text.replace(_JOIN, ", ") if len(told) < _TOLD else _MORE
        if text not in told:
            self.row = msgspec.structs.replace(self.row, why=_JOIN.join([*told, text]))

    def drifted(self, reason: str) -> None:
        """Answers have another shape than the connector knows; the first reason is kept."""
        self.row = msgspec.structs.replace(self.row, drifted=self.row.drifted or reason)

    def end(self, outcome: Outcome, ended: datetime, seconds: float) -> RunRow:
        """The row of the run that has ended."""
        seconds = round(self.row.seconds + seconds, 3)
        self.row = msgspec.structs.replace(self.row, outcome=outcome, ended=ended, seconds=seconds)
        return self.row
