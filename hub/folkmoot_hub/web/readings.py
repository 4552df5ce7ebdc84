"""The readings of support of a process as the programming interface gives them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec

from folkmoot_hub.store.protocol import Observation
from folkmoot_schema.headline import headline
from folkmoot_schema.process import Record, Support


class SupportItem(msgspec.Struct, frozen=True, kw_only=True):
    """One reading of counted backing; ``count`` null is unknown, ``place`` null is everywhere.

    ``threshold`` is how much is needed, ``read_at`` when the hub read the count, ``changed_at`` when the source says
    that it last changed.
    """

    unit: str
    count: int | None
    place: str | None
    option: str | None
    verified: bool
    threshold: int | None
    read_at: datetime | None
    changed_at: str | None


class ReadingItem(SupportItem, frozen=True, kw_only=True):
    """One value of one series of readings: first read at ``read_at``, still the same at ``last_read_at``.

    ``threshold`` is what was needed then, ``threshold_act`` the act that says so (CELEX). ``part`` is the part of the
    source's answer that told it: what list and detail say are two series.
    """

    last_read_at: datetime
    threshold_act: str | None
    part: str


class Readings(msgspec.Struct, frozen=True, kw_only=True):
    """Support over time: every value that was read, by series, the oldest first.

    ``headline`` is the one reading that stands for the process now: of the whole of it, signatures before votes and
    comments, the verified one, then the newest.
    """

    key: str
    page: str
    headline: SupportItem | None
    items: list[ReadingItem]


def readings(record: Record, hub: str, observations: Sequence[Observation]) -> Readings:
    """All ``observations`` of ``record``; ``hub`` is the hub's address."""
    first = headline(record.process)
    return Readings(
        key=record.key,
        page=f"{hub}/process/{record.path}",
        headline=support_item(first) if first else None,
        items=[reading(one) for one in observations],
    )


def reading(one: Observation) -> ReadingItem:
    """One observation."""
    said = msgspec.structs.asdict(support_item(one.support))
    act = one.support.threshold.celex if one.support.threshold else None
    told = {**said, "read_at": one.read_at, "last_read_at": one.last_read_at}
    return ReadingItem(**told, threshold_act=act, part=one.support.part)


def support_item(reading: Support) -> SupportItem:
    """One reading, as of now."""
    return SupportItem(
        unit=str(reading.unit),
        count=reading.count,
        place=reading.place,
        option=reading.option.values[reading.option.original] if reading.option else None,
        verified=reading.verified,
        threshold=reading.threshold.count if reading.threshold else None,
        read_at=reading.read_at,
        changed_at=reading.changed_at,
    )
