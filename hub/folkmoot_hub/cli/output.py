"""What commands print: lines for people, JSON and files for machines, progress for those who wait."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeVar

import click

from folkmoot_hub.web import as_json

T = TypeVar("T")

# C0 and C1 controls move the cursor or worse, bidirectional ones reorder the line, surrogates cannot be written.
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]+")
# What JSON may hold as it is and a terminal might obey (ECMA-48, 8.3).
_OBEYED = re.compile("[\x7f-\x9f]")


def printable(text: str) -> str:
    """``text`` as one line without anything that a terminal would obey: whatever it says, it only shows."""
    return _UNPRINTABLE.sub(" ", text)


def say(text: str = "", *, err: bool = False) -> None:
    """One line for a person on standard output, or on standard error."""
    click.echo(printable(text).rstrip(), err=err)


def print_json(value: Any) -> None:
    """``value`` as one line of JSON on standard output."""
    click.echo(_OBEYED.sub(lambda found: f"\\u{ord(found[0]):04x}", as_json.encode(value).decode()))


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """A table for people: each column as wide as its widest cell, the last one as it is."""
    lines = [[*head], *([printable(cell) for cell in row] for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    for line in lines:
        say("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)))


def watched(things: Iterable[T], label: str, length: int | None = None, *, printing: bool = False) -> Iterator[T]:
    """``things`` one after the other, with a bar on standard error if that is a terminal.

    ``printing``: the command writes a line for each meanwhile, so that the bar would be in its way on a terminal.
    """
    if not sys.stderr.isatty() or (printing and sys.stdout.isatty()):
        yield from things
        return
    with click.progressbar(things, length=length, label=label, file=sys.stderr) as bar:
        yield from bar


def write(data: bytes) -> None:
    """Bytes on standard output."""
    sys.stdout.buffer.write(data)
