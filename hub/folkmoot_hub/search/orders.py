"""The orders of a result, each as one unsigned 64-bit number a document: the rank, least first.

The process's number stands in the low bits, so no two documents share a rank, ties go by number, and "after this one"
is a range. Times count in whole seconds and from 1900 to 2172; what lies outside is put at the nearer end.
"""

from __future__ import annotations

from folkmoot_hub.errors import IndexingError
from folkmoot_hub.search.documents import Document
from folkmoot_hub.search.query import Sort
from folkmoot_schema.codes import Availability, Status

_NUMBER_BITS = 29
_KEY_BITS = 64 - _NUMBER_BITS
_TIME_BITS = _KEY_BITS - 2  # the closing order puts one of four groups before the time
#: Numbers of processes are below this: 536,870,912.
NUMBERS = 1 << _NUMBER_BITS

_KEY_LAST = (1 << _KEY_BITS) - 1
_TIME_LAST = (1 << _TIME_BITS) - 1
_SECONDS_1900_TO_1970 = 2_208_988_800


def rank(found: Document, order: Sort, number: int) -> int:
    """The rank of a document in ``order``; ``IndexingError`` if ``number`` is none. By order:

    - closing: open with a deadline, nearest first; open without; announced, nearest opening first; the rest, latest
      deadline first;
    - newest, updated: latest first; support: greatest headline count first, unknown ones last;
    - relevance: only for a query that asks for no words (it may exclude some), where all are equally relevant: live
      ones first.
    """
    if not 0 <= number < NUMBERS:
        raise IndexingError(f"{number} is not a process's number: 0 to {NUMBERS - 1} are")
    return _key(found, order) << _NUMBER_BITS | number


def number_of(position: int) -> int:
    """The number of the process that has the rank ``position``."""
    return position & (NUMBERS - 1)


def is_live(found: Document) -> bool:
    """Whether it still is where it was; what is not ranks below what is equally relevant."""
    return Availability.LIVE.value in found.values["availability"]


def _key(found: Document, order: Sort) -> int:
    if order is Sort.CLOSING:
        group, time = _closing(found)
        return group << _TIME_BITS | time
    if order is Sort.SUPPORT:
        return _KEY_LAST if found.support is None else _KEY_LAST - 1 - min(found.support, _KEY_LAST - 1)
    if order is Sort.RELEVANCE:
        return int(not is_live(found))
    return _latest_first(found.first_seen if order is Sort.NEWEST else found.updated)


def _closing(found: Document) -> tuple[int, int]:
    if Status.OPEN.value in found.values["status"]:
        return (1, 0) if found.closes is None else (0, _earliest_first(found.closes))
    if Status.ANNOUNCED.value in found.values["status"]:
        return 2, _earliest_first(found.opens)
    return 3, _latest_first(found.closes)


def _earliest_first(microseconds: int | None) -> int:
    """Seconds since 1900; unknown comes last."""
    if microseconds is None:
        return _TIME_LAST
    return min(max(microseconds // 1_000_000 + _SECONDS_1900_TO_1970, 0), _TIME_LAST - 1)


def _latest_first(microseconds: int | None) -> int:
    """The same, backwards; unknown comes last here too."""
    return _TIME_LAST if microseconds is None else _TIME_LAST - 1 - _earliest_first(microseconds)
