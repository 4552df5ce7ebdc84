"""The rows that a script of SQL Server inserts: ``INSERT [table] ([column], …) VALUES (value, …)``, nothing else."""

from __future__ import annotations

import re
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterator
from typing import Any, Final

from folkmoot_hub.connector import ParseError

_INSERT: Final = re.compile(
    r"\bINSERT\s+(?:INTO\s+)?([\w.\[\]]{1,200})\s*\(([^()']{1,4000})\)\s*VALUES\s*(?=\()", re.IGNORECASE
)
# A text, a number, NULL, or anything else up to the comma, such as CAST(0x… AS DateTime), which is read as nothing.
_VALUE: Final = re.compile(
    r"\s*(?:N?'(?P<text>(?:[^']|'')*)'|(?P<number>-?\d{1,18}(?:\.\d{1,18})?)(?=\s*[,)])"
    r"|(?P<other>[\w.]+\s*(?:\((?:[^()']|'[^']*'|\([^()']*\))*\))?))\s*(?P<end>[,)])",
    re.IGNORECASE,
)
_NEXT: Final = re.compile(r"\s*(,?)\s*(?=\()")


def script(body: bytes) -> str:
    """A script as text: by its byte order mark, since SQL Server's own tools write UTF-16, else UTF-8."""
    if body.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        return body.decode("utf-16", errors="replace")
    return body.removeprefix(BOM_UTF8).decode("utf-8", errors="replace")


def rows(text: str, wanted: frozenset[str]) -> Iterator[dict[str, Any]]:
    """The rows of every table that has all columns ``wanted``, by the names of columns.

    ``ParseError`` if one of them cannot be read to its end: then how many there are is not known.
    """
    for found in _INSERT.finditer(text):
        columns = [name.strip(" []\t\r\n") for name in found[2].split(",")]
        if wanted <= set(columns):
            yield from _rows(text, found.end(), columns, found[1])


def _rows(text: str, at: int, columns: list[str], table: str) -> Iterator[dict[str, Any]]:
    while True:
        values, at = _row(text, at, table)
        if len(values) != len(columns):
            raise ParseError(f"a row of {table} has {len(values)} values for {len(columns)} columns")
        yield dict(zip(columns, values, strict=True))
        after = _NEXT.match(text, at)
        if after is None or not after[1]:
            return
        at = after.end()


def _row(text: str, at: int, table: str) -> tuple[list[Any], int]:
    """The values in the brackets that open at ``at``, and where they end."""
    values: list[Any] = []
    at += 1
    while found := _VALUE.match(text, at):
        values.append(_value(found))
        at = found.end()
        if found["end"] == ")":
            return values, at
    raise ParseError(f"a row of {table} ends in a value that cannot be read, at character {at}")


def _value(found: re.Match[str]) -> Any:
    if found["text"] is not None:
        return found["text"].replace("''", "'")
    if found["number"] is not None:
        return float(found["number"]) if "." in found["number"] else int(found["number"])
    return None
