"""An item whose parts have come together becomes a process, or goes into quarantine; one that is gone is removed."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Literal

from folkmoot_hub.connector import LIST, Connector, Item, MappingError, Run, Seen, Site, WholeItem
from folkmoot_hub.harvest import copies, mapping
from folkmoot_hub.harvest.keeping import Keeper, Kept
from folkmoot_hub.harvest.ledger import Gathered, Part, Transaction
from folkmoot_hub.harvest.tally import Tally
from folkmoot_hub.store.known import Known
from folkmoot_hub.store.protocol import QuarantineRow
from folkmoot_schema.process import Provenance, canonical_json

_Stage = Literal["identify", "map", "validate"]


class Settler:
    """Settles the items of one run; ``versions`` is what the mapping depends on beside the item."""

    def __init__(
        self,
        connector: Connector,
        run: Run,
        tally: Tally,
        keeper: Keeper,
        *,
        versions: str,
        connector_version: str,
    ) -> None:
        self._connector = connector
        self._run = run
        self._source = run.site.id
        self._tally = tally
        self._versions = versions
        self._connector_version = connector_version
        self._keeper = keeper

    def settle(self, tx: Transaction, local_ids: Sequence[str]) -> None:
        """Settle those of these items whose chain has ended: nothing more of them is asked for.

        Those that are the same and steady, which are nearly all in most runs, are so in a few statements for all.
        """
        moment, silent = self._keeper.moment(), self._keeper.silent
        found = tx.candidates(self._tally.run, self._source, local_ids, moment, silent)
        ready = [each for each in found if not each.waiting]
        steady = [each for each in ready if each.steady and not each.skip]
        parts = tx.held(self._source, [each.local_id for each in steady])
        digests: dict[str, dict[str, str]] = {}
        for (local_id, name), held in parts.items():
            digests.setdefault(local_id, {})[name] = held.digest
        same = {
            each.local_id: each
            for each in steady
            if each.local_id in digests and each.item_digest == mapping.digest(digests[each.local_id], self._versions)
        }
        if same:
            seen = tx.see_again(self._tally.run, self._source, list(same.values()), self._run.now, silent, parts)
            self._tally.add(unchanged=seen)
        for each in ready:
            if each.local_id not in same:
                self._settle(tx, each.local_id)

    def _settle(self, tx: Transaction, local_id: str) -> None:
        run = self._tally.run
        gathered = tx.gathered(run, local_id)
        if gathered is None:
            return
        known = tx.known(self._source, local_id)
        if known is not None and known.erased:
            return  # nothing of it is read any more; this is for whatever else might bring it back
        kept = self._kept(tx, gathered, known)
        if kept is not None and tx.settle(run, local_id):
            self._tally.add(**{str(kept): 1})

    def put_aside_nameless(self, tx: Transaction, found: Item | Seen, url: str, error: str) -> str:
        """An item whose id cannot be one is kept under a digest, for a person to look at; that made-up id."""
        data = dict(found.data) if isinstance(found, Item) else {}
        name = f"unnamed-{hashlib.sha256(canonical_json([found.id[:500], data])).hexdigest()[:16]}"
        if tx.gather(self._tally.run, name, url):
            self._put_aside(tx, WholeItem(name, {LIST: data}, (), url), "identify", error)
            tx.settle(self._tally.run, name)
            self._tally.add(items=1, quarantined=1)
        return name

    def is_there(self, tx: Transaction, local_id: str) -> bool:
        """Whether an answer of this run told of the item, and none that it is gone."""
        gathered, known = tx.gathered(self._tally.run, local_id), tx.known(self._source, local_id)
        return gathered is not None and not (gathered.skip and (known is None or known.process is None))

    def remove(self, tx: Transaction, local_id: str, reason: str) -> None:
        """The source says that the item is gone: for this run it is, whatever other answers still tell of it."""
        tx.gather(self._tally.run, local_id, "")
        tx.lacks(self._tally.run, local_id, LIST, skip=True)
        if self._keeper.remove(tx, local_id, reason):
            self._tally.add(gone=1)

    def _kept(self, tx: Transaction, gathered: Gathered, known: Known | None) -> Kept | str | None:
        """The counter for what became of the item, None if nothing did."""
        there = known is not None and known.process is not None
        if gathered.skip:
            self._meet(tx, known)
            return None
        parts = tx.parts(self._source, gathered.local_id)
        digest = mapping.digest({name: part.digest for name, part in parts.items()}, self._versions)
        if known is not None and there and (not parts or known.item_digest == digest):
            tx.release(self._source, gathered.local_id)
            return self._keeper.see(tx, known, parts)
        return self._mapped(tx, gathered, known, parts, digest) if parts else None

    def _meet(self, tx: Transaction, known: Known | None) -> None:
        if known is not None and known.process is not None:
            self._keeper.meet(tx, known)

    def _mapped(
        self, tx: Transaction, gathered: Gathered, known: Known | None, parts: Mapping[str, Part], digest: str
    ) -> Kept | str:
        data = {name: part.data for name, part in parts.items()}
        item = WholeItem(gathered.local_id, data, gathered.missing, gathered.url)
        try:
            process = mapping.mapped(self._connector, item, parts, self._run)
        except MappingError as error:
            self._put_aside(tx, item, "validate" if isinstance(error, mapping.Invalid) else "map", str(error))
            self._meet(tx, known)
            return "quarantined"
        provenance = provenance_of(
            self._run.site,
            self._connector,
            self._connector_version,
            parts,
            run=self._tally.run,
            url=gathered.url,
            missing=gathered.missing,
        )
        tx.release(self._source, gathered.local_id)
        return self._keeper.keep(tx, known, gathered.local_id, process, provenance, digest)

    def _put_aside(self, tx: Transaction, item: WholeItem, stage: _Stage, error: str) -> None:
        row = QuarantineRow(
            id=0,
            source=self._source,
            local_id=item.id,
            stage=stage,
            error=error,
            address=item.url or "",
            payload=dict(item.parts),
            at=self._run.now,
            run=self._tally.run,
        )
        tx.quarantine(row)


def provenance_of(
    site: Site,
    connector: Connector,
    connector_version: str,
    parts: Mapping[str, Part],
    *,
    run: str,
    url: str,
    missing: tuple[str, ...] = (),
) -> Provenance:
    """Where a process that was mapped from ``parts`` comes from."""
    main = copies.main(parts)
    address = main.url or url or None
    data = {name: part.data for name, part in parts.items()}
    return Provenance(
        source=site.id,
        fetched_at=main.fetched_at,
        digest=hashlib.sha256(canonical_json(data)).hexdigest(),
        connector=connector.id,
        connector_version=connector_version,
        url=address if main.captured_at is None else copies.address(site, address, main.captured_at),
        run=run,
        missing=missing,
        captured_at=main.captured_at,
        original=None if main.captured_at is None else address,
    )
