"""Cursors: a position, bound to its query and order, and nothing that was tampered with."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from folkmoot_hub.errors import QueryError
from folkmoot_hub.search import cursors
from folkmoot_hub.search.query import Query, Sort
from hub.search import making
from hub.search.making import parsed, replaced

POSITIONS = st.integers(0, 2**64 - 1)
ASKED = parsed(kind="petition")


@given(making.queries(), POSITIONS)
def test_what_is_written_is_read(query: Query, position: int) -> None:
    cursor = cursors.write(query, position)
    assert cursors.read(replaced(query, cursor=cursor)) == position
    assert parsed(cursor=cursor).cursor == cursor


def test_without_one_there_is_no_position() -> None:
    assert cursors.read(Query(page=3)) is None


def test_how_the_result_is_shown_may_change() -> None:
    shown = replaced(ASKED, limit=7, facets=True, hl="fr", sort=ASKED.order)
    assert cursors.read(replaced(shown, cursor=cursors.write(ASKED, 5))) == 5


@pytest.mark.parametrize(
    "other", [Query(), parsed(kind="ballot"), parsed(kind="petition", q="a"), parsed(kind="petition", sort="newest")]
)
def test_one_of_another_query_or_order_is_refused(other: Query) -> None:
    with pytest.raises(QueryError, match=r"^cursor: .*belongs to another query or order; allowed: what an earlier"):
        cursors.read(replaced(other, cursor=cursors.write(ASKED, 5)))


def test_beside_a_page_it_is_refused() -> None:
    with pytest.raises(QueryError, match=r"^page: stands beside a cursor"):
        cursors.read(replaced(ASKED, cursor=cursors.write(ASKED, 5), page=2))


@given(POSITIONS, st.integers(0, 127))
def test_no_bit_of_it_can_be_changed(position: int, bit: int) -> None:
    raw = int.from_bytes(urlsafe_b64decode(cursors.write(ASKED, position) + "==")) ^ 1 << bit
    with pytest.raises(QueryError, match=r"^cursor: "):
        cursors.read(replaced(ASKED, cursor=urlsafe_b64encode(raw.to_bytes(16)).decode().rstrip("=")))


@given(POSITIONS, st.data())
def test_no_character_of_it_can_be_changed_left_out_or_added(position: int, data: st.DataObject) -> None:
    cursor = cursors.write(ASKED, position)
    at = data.draw(st.integers(0, len(cursor)))
    rest = data.draw(st.sampled_from([cursor[at:], cursor[at + 1 :]]))
    changed = cursor[:at] + data.draw(st.text("AZaz09-_=+/ é\n", max_size=2)) + rest
    assume(changed != cursor)
    with pytest.raises(QueryError, match=r"^cursor: "):
        cursors.read(replaced(ASKED, cursor=changed))


@given(st.text(max_size=40))
def test_any_text_is_refused_by_name(text: str) -> None:
    with pytest.raises(QueryError) as refused:
        cursors.read(replaced(ASKED, cursor=text))
    assert refused.value.parameter == "cursor"


def test_orders_are_told_apart() -> None:
    assert len({cursors.write(replaced(ASKED, sort=order), 1) for order in Sort}) == len(Sort)
