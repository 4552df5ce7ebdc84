"""Counts of signatures and what they must reach.

Thresholds are those of the day of registration, not of today: ``data/eci_thresholds.toml`` holds all six tables.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

import msgspec

from folkmoot_connectors._data import table
from folkmoot_connectors._eci_types import CountryCount, Counts, Detail, Row
from folkmoot_connectors._values import day
from folkmoot_hub.connector import MappingError
from folkmoot_schema.codes import Unit
from folkmoot_schema.process import Support, Threshold

FORM = "%d/%m/%Y"


class _Headline(msgspec.Struct, frozen=True, rename={"since": "from"}):
    since: str
    celex: str
    count: int


class _Table(msgspec.Struct, frozen=True, rename={"since": "from"}):
    since: str
    celex: str
    countries: dict[str, int]


class _Thresholds(msgspec.Struct, frozen=True):
    headline: tuple[_Headline, ...]
    table: tuple[_Table, ...]


@cache
def _thresholds() -> _Thresholds:
    return table("eci_thresholds", _Thresholds)


def headline(registered: str) -> Threshold:
    """What an initiative registered at ``registered`` (a partial date) needs in all."""
    known = _thresholds().headline
    valid = [each for each in known if each.since[: len(registered)] <= registered] or [known[0]]
    return Threshold(count=valid[-1].count, celex=valid[-1].celex)


def in_country(registered: str | None, country: str) -> Threshold | None:
    """What an initiative registered on that day needs in ``country``; None where no table says."""
    valid = [each for each in _thresholds().table if registered and each.since <= registered]
    count = valid[-1].countries.get(country) if valid else None
    return Threshold(count=count, celex=valid[-1].celex) if count else None


def registered_on(detail: Detail) -> str | None:
    """The day of registration, from the field or from the progress."""
    found = day(detail.registration_date, FORM, "registrationDate")
    return found or step_date(detail, "REGISTERED")


def step_date(detail: Detail, name: str) -> str | None:
    """When the progress reached the step ``name``, None if it has not."""
    dates = (day(step.date, FORM, f"progress {name}") for step in detail.progress if step.name == name)
    return next((date for date in dates if date), None)


def support(row: Row, detail: Detail) -> tuple[Support, ...]:
    """All readings: the list's, the details', and the details' per country."""
    registered = registered_on(detail)
    needed = headline(registered or str(row.year or "")) if registered or row.year else None
    readings = [Support(unit=Unit.SIGNATURES, count=row.total_supporters or None, threshold=needed)]
    for counts, verified in ((detail.sos_report, False), (detail.submission, True)):
        if counts is not None:
            readings += _report(counts, verified, needed, registered)
    return tuple(readings)


def _report(counts: Counts, verified: bool, needed: Threshold | None, registered: str | None) -> Iterator[Support]:
    changed = max(filter(None, (_day(counts.update_date), _day(counts.online_sos_update_date))), default=None)
    common: dict[str, Any] = {"unit": Unit.SIGNATURES, "part": "detail", "changed_at": changed}
    total = _total(counts)
    yield Support(count=total, verified=verified, threshold=needed, **common)
    if total is None:
        return  # a report of nothing: its rows are zeros that nobody counted
    for row in _one_per_country(counts.entry):
        late = bool(row.after_submission)
        place = row.country_code_type
        threshold = None if late else in_country(registered, place)
        # What came after the submission is neither in the verified total nor counts towards the threshold.
        yield Support(count=row.total, place=place, verified=verified and not late, threshold=threshold, **common)


def _total(counts: Counts) -> int | None:
    """The total that is stated, else the sum of the rows that count; zero is "not reported" (SOURCE.md)."""
    stated = counts.total_signatures
    if stated is None:
        stated = sum(row.total or 0 for row in counts.entry if not row.after_submission)
    return stated or None


def _one_per_country(rows: Sequence[CountryCount]) -> Iterator[CountryCount]:
    """One row a country; where a country has both, the one that counts."""
    chosen: dict[str, CountryCount] = {}
    for row in sorted(rows, key=lambda row: bool(row.after_submission)):
        chosen.setdefault(row.country_code_type, row)
    yield from chosen.values()


def _day(value: str | None) -> str | None:
    """The day of a report; some carry a time after it."""
    try:
        return day((value or "")[:10], FORM, "updateDate")
    except MappingError:
        return None  # a date of counting that cannot be read is no reason to lose the count
