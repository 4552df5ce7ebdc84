"""Items put aside, tried once more: after a fix of the connector, with one command and without asking the source."""

from __future__ import annotations

from datetime import datetime

import msgspec

from folkmoot_hub.clock import FixedClock
from folkmoot_hub.connector import Connector, MappingError, Run, Site, WholeItem
from folkmoot_hub.harvest import mapping
from folkmoot_hub.harvest.keeping import Keeper, Kept
from folkmoot_hub.harvest.ledger import Ledger
from folkmoot_hub.harvest.settling import provenance_of
from folkmoot_hub.store.protocol import Cause, QuarantineRow


class Retried(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one item: ``kept``, or the error that it still has."""

    local_id: str
    kept: Kept | None = None
    error: str = ""


def replay(
    ledger: Ledger, site: Site, connector: Connector, now: datetime, *, connector_version: str = ""
) -> list[Retried]:
    """Map every item of the source in quarantine again, each in a transaction of its own.

    What can be mapped now is kept and leaves quarantine, the rest stays with its present error. ``LeaseHeld`` while the
    source is being harvested. Killed in between, the command goes on with what is left when it is given again.
    """
    run = Run(site=site, now=now)
    version = connector_version or connector.version
    with ledger.lease(site.id):
        retried = [_retry(ledger, connector, run, row, version) for row in ledger.quarantined(site.id)]
    return [each for each in retried if each is not None]


def _retry(ledger: Ledger, connector: Connector, run: Run, row: QuarantineRow, version: str) -> Retried | None:
    """What became of one item; None if it has been erased since the list was read."""
    source, local_id = run.site.id, row.local_id
    if row.stage == "identify":  # its made-up id is none to keep; the next run reads it anew
        return Retried(local_id=local_id, error=row.error)
    with ledger.transaction() as tx:
        if not tx.release(source, local_id):
            return None
        parts = tx.parts(source, local_id)  # as they are by now, which may be newer than what was put aside
        item = WholeItem(local_id, {name: part.data for name, part in parts.items()}, (), row.address or None)
        try:
            process = mapping.mapped(connector, item, parts, run)
        except MappingError as error:
            stage = "validate" if isinstance(error, mapping.Invalid) else "map"
            tx.quarantine(msgspec.structs.replace(row, error=str(error), stage=stage))
            return Retried(local_id=local_id, error=str(error))
        provenance = provenance_of(run.site, connector, version, parts, run=row.run, url=row.address)
        # What is told now was seen when it was put aside.
        keeper = Keeper(run.site, row.at, Cause.CORRECTION, clock=FixedClock(run.now))
        # Without the digest of a run: the next one looks at the item with its own versions.
        kept = keeper.keep(tx, tx.known(source, local_id), local_id, process, provenance, "")
        return Retried(local_id=local_id, kept=kept)
