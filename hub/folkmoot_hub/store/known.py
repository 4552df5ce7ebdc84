"""What a store keeps of one process: the record, and what the hub needs to see whether a new version differs."""

from __future__ import annotations

from datetime import datetime

import msgspec

from folkmoot_hub.connector import Site
from folkmoot_schema.process import Process, Provenance, Record, Standing


class Steady(msgspec.Struct, frozen=True, kw_only=True):
    """The span in which no date of a process passes, while its source is heard of.

    A sight inside it whose trust ends inside it, too, leaves the standing as it is; only, where ``silences``, the next
    transition is the end of that trust.
    """

    since: datetime
    until: datetime
    silences: bool


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """One process as the store keeps it. ``number`` is 0 until it has been put there.

    ``item_digest`` is that of the item it was mapped from, with the versions that mapped it; ``absences`` counts the
    complete runs in a row whose exhaustive lists no longer had it. Of one that is gone (``gone_at``) process, standing
    and provenance are None; ``erased`` says that it was erased and may never come back. Without ``steady`` its standing
    must be looked at whenever it is seen.
    """

    source: str
    local_id: str
    number: int = 0
    process: Process | None = None
    standing: Standing | None = None
    provenance: Provenance | None = None
    steady: Steady | None = None
    item_digest: str = ""
    first_seen: datetime
    updated: datetime
    seen_at: datetime
    counted_at: datetime | None = None
    absent_since: datetime | None = None
    absences: int = 0
    gone_at: datetime | None = None
    gone_reason: str = ""
    erased: bool = False

    def record(self, site: Site) -> Record:
        """The record as readers get it; its licence is the source's present one. Only for one that is not gone."""
        assert self.process is not None
        assert self.standing is not None
        assert self.provenance is not None
        return Record(
            source=self.source,
            local_id=self.local_id,
            process=self.process,
            standing=self.standing,
            provenance=self.provenance,
            first_seen=self.first_seen,
            updated=self.updated,
            seen_at=self.seen_at,
            counted_at=self.counted_at,
            absent_since=self.absent_since,
            licence=site.licence,
        )
