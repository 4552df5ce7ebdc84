"""Everything that the search page shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple

import msgspec

from folkmoot_hub.search.query import MAX_PAGE, Query, Sort
from folkmoot_hub.search.words import parse_words
from folkmoot_hub.web import addresses, cards, facets, labels, widening, words
from folkmoot_hub.web.cards import Card
from folkmoot_hub.web.chips import Chip, chips, unfiltered
from folkmoot_hub.web.face import HubFace
from folkmoot_hub.web.facets import Group
from folkmoot_hub.web.finding import found
from folkmoot_hub.web.widening import Widening
from folkmoot_schema.codes import Kind, Status
from folkmoot_schema.process import Record

_LEAVES: Final = 4
_ANSWERS: Final = 3
#: What closes later than this is not soon, and a form that is always there is no news.
_SOON: Final = timedelta(days=365)
_NEWS: Final = tuple(kind for kind in Kind if kind is not Kind.STANDING_FORM)


class Order(NamedTuple):
    """One order that can be chosen; the address is that of the present one, too."""

    label: str
    address: str
    current: bool


class Pager(NamedTuple):
    """The addresses of the pages beside this one; ``end`` is that of the last, where this one lies behind it."""

    previous: str | None
    following: str | None
    end: str | None


class Front(NamedTuple):
    """What only the home page has: the hub in numbers, what closes soon, what came of it."""

    sources: int
    checked: str
    closing: list[Card]
    answers: list[Card]


class Results(NamedTuple):
    """What the search page is made of. ``carried`` is what a form carries on, besides its own fields."""

    query: Query
    headline: str
    total: int
    everything: int
    cards: list[Card]
    groups: list[Group]
    carried: list[tuple[str, str]]
    chips: list[tuple[Chip, str]]
    clear: str
    orders: list[Order]
    widenings: list[tuple[Widening, str]]
    first: int
    last: int
    pager: Pager
    front: Front | None


def results(face: HubFace, query: Query, front: bool, languages: Sequence[str], now: datetime) -> Results:
    """Search and put together the page; ``front`` makes it the home page. Blocks."""
    sources = {id: site.title for id, site in face.records.sites().items()}
    result = found(face, msgspec.structs.replace(query, facets=True))
    asked = parse_words(query.q)
    made = [cards.card(record, languages, now, sources, query.hl, asked) for record in result.records]
    return Results(
        query=query,
        headline=_headline(query, result.total, front),
        total=result.total,
        everything=face.index.search(Query(limit=0)).total,
        cards=made,
        groups=facets.groups(query, result.facets, sources, languages),
        carried=[(name, value) for name, value in query.pairs(presentation=True) if name != "page"],
        chips=[(chip, addresses.search(chip.without)) for chip in chips(query, sources, languages)],
        clear=addresses.search(unfiltered(query)),
        orders=_orders(query),
        widenings=[] if result.total else _widenings(face, query, sources),
        first=(query.page - 1) * query.limit + 1,
        last=(query.page - 1) * query.limit + len(made),
        pager=_pager(query, result.total),
        front=_front(face, sources, languages, now, query.hl) if front else None,
    )


def _headline(query: Query, total: int, front: bool) -> str:
    about = f" for “{query.q}”" if query.q else ""
    if front:
        return f"{labels.number(total)} open now" if total else "Nothing is open now"
    if not total:
        return f"Nothing found{about}"
    return f"{labels.plural(total, 'result', 'results')}{about}"


def _widenings(face: HubFace, query: Query, sources: Mapping[str, str]) -> list[tuple[Widening, str]]:
    return [(one, addresses.search(one.query)) for one in widening.widenings(face.index, query, sources)]


def _orders(query: Query) -> list[Order]:
    wanted = [Sort.RELEVANCE] if query.q else []
    wanted += [Sort.CLOSING, Sort.NEWEST, Sort.SUPPORT]
    if query.order not in wanted:
        wanted.append(query.order)
    default = Sort.RELEVANCE if query.q else Sort.CLOSING
    return [
        Order(
            labels.SORTS[order],
            addresses.search(msgspec.structs.replace(query, sort=None if order is default else order, page=1)),
            order is query.order,
        )
        for order in wanted
    ]


def _pager(query: Query, total: int) -> Pager:
    pages = -(-total // query.limit)
    last = min(pages, MAX_PAGE)
    return Pager(
        previous=_page(query, query.page - 1) if 1 < query.page <= pages else None,
        following=_page(query, query.page + 1) if query.page < last else None,
        end=_page(query, last) if query.page > pages > 0 else None,
    )


def _page(query: Query, page: int) -> str:
    return addresses.search(msgspec.structs.replace(query, page=page))


def _front(
    face: HubFace,
    sources: Mapping[str, str],
    languages: Sequence[str],
    now: datetime,
    hl: str | None,
) -> Front:
    def made(records: Sequence[Record]) -> list[Card]:
        return [cards.card(record, languages, now, sources, hl) for record in records]

    soon = Query(status=(Status.OPEN,), kind=_NEWS, closes_before=now + _SOON, sort=Sort.CLOSING, limit=40)
    answered = found(face, Query(status=(Status.ANSWERED,), sort=Sort.UPDATED, limit=40)).records
    checked = face.records.checked()
    return Front(
        sources=len(sources),
        checked=words.moment(checked, now) if checked else "",
        closing=made([record for record in found(face, soon).records if _is_ahead(record, now)][:_LEAVES]),
        answers=made(sorted(answered, key=_answered, reverse=True)[:_ANSWERS]),
    )


def _is_ahead(record: Record, now: datetime) -> bool:
    """Whether it is still to close: the index counts it as open until the hub next looks at the clock."""
    at = record.standing.deadline_at
    return at is not None and now < at


def _answered(record: Record) -> str:
    return max((one.date for one in record.process.outcomes if one.date), default="")
