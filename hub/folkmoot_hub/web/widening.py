"""What to try when nothing was found: searches one step wider that do find something."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

import msgspec

from folkmoot_hub.errors import QueryError
from folkmoot_hub.search.protocol import Index
from folkmoot_hub.search.query import Query
from folkmoot_hub.web.chips import chips, unfiltered

_SHOWN: Final = 3
#: So many are tried at most: each is a search.
_TRIED: Final = 12


class Widening(NamedTuple):
    """A wider search, what it gives up in words, and how much it finds."""

    label: str
    query: Query
    finds: int


def widenings(index: Index, query: Query, sources: Mapping[str, str]) -> list[Widening]:
    """Up to three wider searches that find at least one process, the least wide first. Blocks."""
    found: list[Widening] = []
    for label, wider in [*_wider(query, sources)][:_TRIED]:
        count = _count(index, wider)
        if count and wider not in [one.query for one in found]:
            found.append(Widening(label, wider, count))
        if len(found) == _SHOWN:
            break
    return found


def _count(index: Index, query: Query) -> int:
    try:
        return index.search(msgspec.structs.replace(query, limit=0, page=1, facets=False)).total
    except QueryError:  # half of a phrase has a quotation mark without a partner
        return 0


def _wider(query: Query, sources: Mapping[str, str]) -> Iterator[tuple[str, Query]]:
    filters = chips(query, sources)
    for chip in filters:
        yield f"Without “{chip.label.text}”", chip.without
    if len(filters) > 1:
        yield "Without any filter", unfiltered(query)
    given = query.q.split()
    if len(given) > 1:
        for left_out in range(len(given)):
            rest = " ".join(word for at, word in enumerate(given) if at != left_out)
            yield f"Without the word “{given[left_out]}”", msgspec.structs.replace(query, q=rest, page=1)
        for word in given:
            yield f"Only “{word}”, without any filter", msgspec.structs.replace(unfiltered(query), q=word)
    if query.q:
        yield "Without any words", msgspec.structs.replace(query, q="", page=1)
