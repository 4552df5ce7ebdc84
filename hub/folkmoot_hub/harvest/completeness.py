"""Complete, partial or suspicious: what a run that has asked everything may conclude.

Absence is judged only inside an exhaustive scope that the run completed; everything else is unknown. A scope that
shrank by more than the brake is not believed, unless somebody says that it is right, and neither is a run that could
not read more of its items than that.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from folkmoot_hub.connector import Site
from folkmoot_hub.harvest.keeping import Keeper
from folkmoot_hub.harvest.ledger import ScopeSeen, Transaction
from folkmoot_hub.harvest.tally import Outcome, Tally

#: To have lost fewer items of a scope than this never is suspicious, nor to have been unable to read fewer of several.
_LEAST: Final = 5
#: So many complete runs in a row must have missed an item before ``on_absence = "remove"`` removes it.
_RUNS: Final = 2


def judge(
    tx: Transaction, site: Site, tally: Tally, keeper: Keeper, *, accept_shrinkage: bool, lost: Sequence[str] = ()
) -> Outcome:
    """The outcome of a run that has asked everything; what is absent is marked, or removed where a site wants it.

    ``lost`` says what its answers have lost that they always had.
    """
    scopes = tx.scopes(tally.run)
    for scope in scopes:
        if scope.total is not None and scope.seen < scope.total:
            tally.problem(f"{scope.name}: {scope.seen} of {scope.total} items")
    row = tally.row
    if row.missing:
        tally.problem(f"parts of items that could not be had: {row.missing}")
    whole = [scope for scope in scopes if _completed(scope)]
    shrunk = [] if accept_shrinkage else [scope for scope in whole if _shrunk(tx, site, scope)]
    if not row.answers and (row.requests or row.why):
        return "failed"
    outcome: Outcome = "partial" if tally.row.why else "complete"
    if shrunk and outcome == "complete":
        outcome = "suspicious"
    if any([_drifted(tally, lost), _unreadable(tx, site, tally)]):
        outcome = "suspicious"
    for scope in shrunk:
        before = tx.members(site.id, scope.name)
        tally.problem(f"{scope.name}: only {scope.seen} of the {before} items of last time, which is not believed")
    for scope in whole:
        if scope not in shrunk:
            _judge_absence(tx, site, tally, keeper, scope, complete=outcome == "complete")
    return outcome


def _completed(scope: ScopeSeen) -> bool:
    return scope.exhaustive and not scope.broken and (scope.total is None or scope.seen >= scope.total)


def _shrunk(tx: Transaction, site: Site, scope: ScopeSeen) -> bool:
    before = tx.members(site.id, scope.name)
    return _brakes(site, before - scope.seen, before)


def _brakes(site: Site, lost: int, of: int) -> bool:
    return lost >= _LEAST and lost > site.brake * of


def _drifted(tally: Tally, lost: Sequence[str]) -> bool:
    """Whether answers have lost what they always had: what they told of their items was not taken, or is doubtful."""
    row = tally.row
    for each in lost:
        tally.drifted(each)
    said = ", ".join(lost) or row.drifted
    if row.unread:
        tally.problem(f"{said}, so that {row.unread} of {row.items} items were not read")
    elif lost:
        tally.problem(f"{said}, which is not believed")
    return bool(row.unread or lost)


def _unreadable(tx: Transaction, site: Site, tally: Tally) -> bool:
    """Whether so many items of the run ended in quarantine, or all of them, that it says little of its source."""
    aside, met = tx.aside(site.id, tally.run), tally.row.items
    if not _brakes(site, aside, met) and not 0 < aside == met:
        return False
    tally.problem(f"{aside} of {met} items could not be read")
    return True


def _judge_absence(
    tx: Transaction, site: Site, tally: Tally, keeper: Keeper, scope: ScopeSeen, *, complete: bool
) -> None:
    kept = []
    for local_id in tx.absent(tally.run, site.id, scope.name):
        known = tx.known(site.id, local_id)
        if known is None or known.process is None:
            continue
        if site.on_absence == "remove" and complete and known.absences + 1 >= _RUNS:
            keeper.remove(tx, local_id, "its source lists it no longer")
            tally.add(gone=1)
            continue
        keeper.miss(tx, known, counted=complete)
        kept.append(local_id)
    tx.put_members(tally.run, site.id, scope.name)
    if site.on_absence == "remove":
        # They must be missed once more before they go.
        tx.add_members(site.id, scope.name, kept)


def total(tx: Transaction, run: str) -> int | None:
    """How many items the source states in all, None if it does not.

    Scopes may lie beside each other (open, closed) or inside one another (all, open): their totals are added, less what
    the run has seen more than once. It never is less than any of them states.
    """
    stated = [(scope.total, scope.seen) for scope in tx.scopes(run) if scope.total is not None]
    if not stated:
        return None
    twice = sum(seen for _, seen in stated) - tx.seen_of_stated(run)
    return max(sum(total for total, _ in stated) - twice, *(total for total, _ in stated))
