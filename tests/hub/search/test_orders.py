"""Ranks: one number a document that sorts as its order says."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from folkmoot_hub.errors import IndexingError
from folkmoot_hub.search.documents import document
from folkmoot_hub.search.orders import NUMBERS, is_live, number_of, rank
from folkmoot_hub.search.query import Sort
from folkmoot_schema.codes import Availability, Status, Unit
from folkmoot_schema.process import Record, Support
from hub.search import making
from hub.search.making import START, record

_NUMBERS = st.integers(0, NUMBERS - 1)


def backed(count: int | None) -> Record:
    return record(support=(Support(unit=Unit.SIGNATURES, count=count),))


@pytest.mark.parametrize("number", [-1, NUMBERS, 2**64])
@pytest.mark.parametrize("order", Sort)
def test_what_is_no_number_is_refused(number: int, order: Sort) -> None:
    with pytest.raises(IndexingError, match=rf"{number} is not a process's number: 0 to {NUMBERS - 1} are"):
        rank(document(record()), order, number)


@given(making.records(), st.sampled_from(Sort), _NUMBERS)
def test_a_rank_fits_64_bits_and_holds_the_number(one: Record, order: Sort, number: int) -> None:
    found = rank(document(one), order, number)
    assert 0 <= found < 2**64
    assert number_of(found) == number


@given(making.records(), st.sampled_from(Sort), _NUMBERS, _NUMBERS)
def test_equal_documents_go_by_number(one: Record, order: Sort, first: int, second: int) -> None:
    ranks = [rank(document(one), order, number) for number in (first, second)]
    assert (ranks[0] < ranks[1]) == (first < second)


_DAY = timedelta(days=1)
_ORDERED = [
    (
        Sort.CLOSING,
        [
            record(status=Status.OPEN, deadline_at=datetime(1, 1, 1, tzinfo=UTC)),
            record(status=Status.OPEN, deadline_at=START),
            record(status=Status.OPEN, deadline_at=START + timedelta(seconds=1)),
            record(status=Status.OPEN, deadline_at=datetime.max.replace(tzinfo=UTC)),
            record(status=Status.OPEN),
            record(status=Status.ANNOUNCED, opens_at=START, deadline_at=START + 9 * _DAY),
            record(status=Status.ANNOUNCED, opens_at=START + _DAY, deadline_at=START + 2 * _DAY),
            record(status=Status.ANNOUNCED),
            record(status=Status.ANSWERED, deadline_at=START),
            record(status=Status.CLOSED, deadline_at=START - _DAY),
            record(status=Status.ENDED, deadline_at=datetime(1, 1, 1, tzinfo=UTC)),
            record(status=Status.UNKNOWN),
        ],
    ),
    (Sort.NEWEST, [record(first_seen=START + _DAY), record(first_seen=START), record(first_seen=START - _DAY)]),
    (Sort.UPDATED, [record(updated=START + _DAY), record(updated=START), record(updated=START - _DAY)]),
    (Sort.SUPPORT, [backed(2**34), backed(7), backed(1), backed(0), backed(None)]),
    (
        Sort.RELEVANCE,
        [record(availability=Availability.LIVE), record(availability=Availability.ARCHIVED)],
    ),
]


@pytest.mark.parametrize(("order", "records"), _ORDERED, ids=[order for order, _ in _ORDERED])
def test_the_order_is_kept_against_the_numbers(order: Sort, records: list[Record]) -> None:
    ranks = [rank(document(one), order, 1000 - place) for place, one in enumerate(records)]
    assert ranks == sorted(ranks)
    assert len(set(ranks)) == len(ranks)


def test_within_a_second_the_number_decides() -> None:
    earlier, later = (document(record(updated=START + timedelta(milliseconds=n))) for n in (1, 900))
    assert rank(earlier, Sort.UPDATED, 1) < rank(later, Sort.UPDATED, 2)


@pytest.mark.parametrize(("availability", "live"), list(zip(Availability, [True, False, False], strict=True)))
def test_what_is_live_is_told(availability: Availability, live: bool) -> None:
    assert is_live(document(record(availability=availability))) is live
