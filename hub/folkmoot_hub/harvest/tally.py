"""What is counted while a run goes on, and said when it has ended."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

from folkmoot_hub.store.protocol import RunRow

Outcome = Literal["complete", "partial", "suspicious", "failed"]

#: More missing parts are counted but not named.
_NAMED = 1000
#: More problems are counted but not told.
_TOLD = 5
_JOIN = "; "


class Tally:
    """The row of a run as it grows; it goes on from ``row`` when a run is resumed."""

    def __init__(self, row: RunRow) -> None:
        self.row = row
        self._untold = 0

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
        if text in told:
            return
        if len(told) >= _TOLD:
            self._untold += 1
            return
        self.row = msgspec.structs.replace(self.row, why=_JOIN.join([*told, text.replace(_JOIN, ", ")]))

    def end(self, outcome: Outcome, ended: datetime, seconds: float) -> RunRow:
        """The row of the run that has ended."""
        why = self.row.why
        if self._untold:
            why = f"{why}{_JOIN}and {self._untold} more"
        self.row = msgspec.structs.replace(
            self.row, outcome=outcome, ended=ended, seconds=round(self.row.seconds + seconds, 3), why=why
        )
        return self.row
