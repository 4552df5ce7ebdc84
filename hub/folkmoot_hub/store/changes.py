"""What makes a change, and how much it matters: pure comparisons of two versions of a process."""

from __future__ import annotations

import hashlib
from typing import Final

import msgspec

from folkmoot_hub.store.protocol import Weight
from folkmoot_schema.process import Process, Standing, Support, to_json

#: Fields whose change is news. Icons, a source's own "last update" and bookkeeping never get into a process at all.
MATERIAL: Final = (
    "kind", "title", "summary", "body", "organiser", "authority", "phases", "outcomes", "documents", "links",
    "availability",
)  # fmt: skip
_COUNTED: Final = "support"
#: When an archive took it says nothing about the process.
_SILENT: Final = frozenset({"observed_at"})
_MINOR: Final = tuple(
    field.name
    for field in msgspec.structs.fields(Process)
    if field.name not in {*MATERIAL, _COUNTED, *_SILENT, "flag"}  # the flag shows in the standing, and only there
)


def weight(old: tuple[Process, Standing], new: tuple[Process, Standing]) -> Weight | None:
    """How much the step from ``old`` to ``new`` matters, None if it reads the same to everybody."""
    (before, stood), (after, stands) = old, new
    if stage(stood) != stage(stands) or _differs(before, after, MATERIAL):
        return Weight.MATERIAL
    if _differs(before, after, _MINOR):
        return Weight.MINOR
    return Weight.COUNT if counts(before.support) != counts(after.support) else None


def stage(standing: Standing) -> tuple[str, str | None, str | None]:
    """What of a standing is news: status and deadline. That it is derived, and why, is not."""
    return standing.status, standing.deadline, standing.deadline_zone


def counts(support: tuple[Support, ...]) -> dict[str, tuple[int | None, int | None]]:
    """Every series with its count and threshold; when it was read does not matter."""
    return {each.series: (each.count, each.threshold.count if each.threshold else None) for each in support}


def known_counts_kept(old: tuple[Support, ...], new: tuple[Support, ...]) -> tuple[Support, ...]:
    """``new`` with the earlier reading wherever a count is missing that was known: unknown is not zero, nor news."""
    earlier = {each.series: each for each in old if each.count is not None}
    return tuple(_known(each, earlier.get(each.series)) for each in new)


def _known(new: Support, old: Support | None) -> Support:
    if new.count is not None or old is None:
        return new
    return msgspec.structs.replace(old, threshold=new.threshold or old.threshold)


def _differs(before: Process, after: Process, fields: tuple[str, ...]) -> bool:
    return any(getattr(before, name) != getattr(after, name) for name in fields)


def digest(value: msgspec.Struct) -> str:
    """The digest (SHA-256) of a struct of the schema: equal ones have equal digests."""
    return hashlib.sha256(to_json(value)).hexdigest()
