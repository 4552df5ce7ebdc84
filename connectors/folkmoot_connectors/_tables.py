"""Tables that come as CSV: rows by their headings, whatever separates them and however the headings are written."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from typing import Final, NamedTuple

from folkmoot_hub.connector import ParseError
from folkmoot_schema.texts import clean

_SEPARATORS: Final = ",;\t"


class Table(NamedTuple):
    """The headings, and the cells of each row by them; a row that is shorter lacks some."""

    names: tuple[str, ...]
    rows: list[dict[str, str]]


def heading(name: str) -> str:
    """``name`` as tables have it here: one line, in whatever case it was."""
    return clean(name).casefold()


def read_table(text: str, url: str) -> Table:
    """CSV with a line of headings, separated by commas, semicolons or tabs; rows without a word are left out.

    ``ParseError`` if it is none. What is not named is passed over.
    """
    text = text.removeprefix("\ufeff")
    first = text.partition("\n")[0]
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=max(_SEPARATORS, key=first.count)))
    except csv.Error as error:
        raise ParseError(f"the answer of {url} is not CSV: {error}") from None
    names = tuple(heading(name) for name in lines[0]) if lines else ()
    return Table(tuple(filter(None, names)), [_row(names, cells) for cells in lines[1:] if _says_something(cells)])


def _row(names: Iterable[str], cells: Iterable[str]) -> dict[str, str]:
    return {name: cell for name, cell in zip(names, cells, strict=False) if name}


def _says_something(cells: Iterable[str]) -> bool:
    return any(cell.strip() for cell in cells)
