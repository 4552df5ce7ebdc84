"""Tables that come as CSV: what a row tells, and what is none."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from folkmoot_connectors._tables import Table, read_table
from folkmoot_hub.connector import ParseError

URL = "https://town.example/export.csv"
CELL = st.text(st.characters(blacklist_categories=("Cs", "Cc"), blacklist_characters="\ufeff"), max_size=8)


def test_a_field_that_has_no_end_is_told() -> None:
    with pytest.raises(ParseError, match=f"the answer of {URL} is not CSV: field larger than"):
        read_table('a,b\n1,"' + "x" * 140_000, URL)


@pytest.mark.parametrize("text", ["", "\ufeff", "\n\n"])
def test_what_holds_nothing_has_no_names_and_no_rows(text: str) -> None:
    assert read_table(text, URL) == Table((), [])


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_headings_are_told_in_one_case_and_whatever_separates_them(separator: str) -> None:
    text = "\ufeff" + separator.join([" Year ", "N  AME", ""]) + "\r\n" + separator.join(["2020", "x", "y"]) + "\r\n"
    assert read_table(text, URL) == Table(("year", "n ame"), [{"year": "2020", "n ame": "x"}])


def test_rows_of_another_length_lose_nothing_else_and_empty_ones_are_left_out() -> None:
    assert read_table("a;b\n1\n\n ; \n2;3;4\n", URL).rows == [{"a": "1"}, {"a": "2", "b": "3"}]


def test_a_line_break_inside_a_cell_stays() -> None:
    assert read_table('a,b\n"one\r\ntwo",3\n', URL).rows == [{"a": "one\r\ntwo", "b": "3"}]


@given(st.lists(st.tuples(CELL, CELL).filter(lambda row: any(cell.strip() for cell in row)), max_size=5))
def test_every_cell_comes_back_as_it_was_written(rows: list[tuple[str, str]]) -> None:
    file = io.StringIO(newline="")
    csv.writer(file).writerows([("a", "b"), *rows])
    assert read_table(file.getvalue(), URL).rows == [{"a": a, "b": b} for a, b in rows]
