"""Lists in pages: one bad item costs itself, one bad page costs itself, and the rest is asked for all the same."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final

from folkmoot_hub.connector import ParseError

#: What the first page says of how many there are is believed up to here.
MOST_PAGES: Final = 2000


def identified(entries: Iterable[Any], identity: Callable[[Any], str]) -> list[tuple[str, Any]]:
    """Each entry with its id; one that has none gets an empty one, with which it goes into quarantine alone.

    ``ParseError``, as ``identity`` raises it, if not one has an id: then it is the list that has another shape.
    """
    found, errors = [], []
    for entry in entries:
        try:
            found.append((identity(entry), entry))
        except ParseError as error:
            found.append(("", entry))
            errors.append(error)
    if errors and len(errors) == len(found):
        raise errors[0]
    return found


def offsets(first: int, held: int, size: int, total: int) -> range:
    """Where all other pages begin, after a first one at ``first`` that held so many; ``size`` counts if it was empty.

    A page that holds fewer than were asked for sets the step: a source may cap what it gives.
    """
    step = held or size
    return range(first + step, min(total, first + step * MOST_PAGES), step) if step else range(0)


def further(offset: int, held: int, size: int, total: int) -> range:
    """Where the page to ask after another than the first begins, if any.

    That is what a short page left out, or, on the grid of whole pages, what the list has grown by meanwhile.
    """
    after = offset + held
    wanted = held and after < total and (held < size or after % size == 0)
    return range(after, after + 1) if wanted else range(0)
