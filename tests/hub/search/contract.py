"""What every search index promises: a class that the tests of an implementation inherit.

It needs a fixture ``index``, an empty index. What is right is told by :func:`folkmoot_hub.search.matching.matches` and
by plain sorting here, never by a part of an index.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from folkmoot_hub.errors import IndexingError, QueryError
from folkmoot_hub.search.matching import matches
from folkmoot_hub.search.protocol import Index
from folkmoot_hub.search.query import FACETS, MAX_LIMIT, Query, Sort
from folkmoot_schema.codes import Availability, Kind, Status, Topic, Unit
from folkmoot_schema.headline import headline
from folkmoot_schema.process import Record, Support
from folkmoot_schema.texts import Text
from hub.search import making
from hub.search.making import START, parsed, record, replaced

Corpus = Mapping[int, Record]

#: The index is one for all examples and emptied by each; the class is run once for each implementation.
_over_and_over = settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.differing_executors,
        HealthCheck.too_slow,
    ],
)
#: The orders that have a key of their own, apart from the index's.
_STABLE = (Sort.CLOSING, Sort.NEWEST, Sort.SUPPORT, Sort.UPDATED)
_VALUES: Mapping[str, Callable[[Record], Collection[str]]] = {
    "status": lambda one: [one.standing.status],
    "kind": lambda one: [one.process.kind],
    "country": lambda one: [one.process.place.country] if one.process.place else [],
    "topic": lambda one: one.process.topics,
    "stage": lambda one: [one.process.stage] if one.process.stage else [],
    "source": lambda one: [one.source],
    "language": lambda one: [one.process.title.original],
}


def fill(index: Index, corpus: Corpus) -> None:
    """Make ``corpus`` the whole content of ``index``."""
    index.clear()
    index.apply(corpus.items(), [])


def matching(corpus: Corpus, query: Query) -> set[int]:
    """The numbers that ``query`` has to find."""
    return {number for number, one in corpus.items() if matches(query, one)}


def counted(corpus: Corpus, query: Query) -> dict[str, dict[str, int]]:
    """The seven counts by brute force: what a group's own selection leaves out is counted in that group."""
    return {
        group: dict(
            Counter(
                str(value)
                for one in corpus.values()
                if matches(query.without(group), one)
                for value in set(_VALUES[group](one))
            )
        )
        for group in FACETS
    }


def in_order(corpus: Corpus, numbers: set[int], order: Sort) -> tuple[int, ...]:
    """``numbers`` as ``order`` wants them; whoever is equal goes by number."""
    return tuple(sorted(numbers, key=lambda number: (*_key(corpus[number], order), number)))


def _key(one: Record, order: Sort) -> tuple[Any, ...]:
    far = (datetime.max.replace(tzinfo=UTC) - START).total_seconds()
    if order is Sort.CLOSING:
        closes, opens = _seconds(one.standing.deadline_at), _seconds(one.standing.opens_at)
        if one.standing.status is Status.OPEN:
            return (0, closes) if closes is not None else (1, 0)
        if one.standing.status is Status.ANNOUNCED:
            return 2, far if opens is None else opens
        return 3, far if closes is None else -closes
    if order is Sort.SUPPORT:
        count = headline(one.process)
        known = count.count if count else None
        # An index need not tell apart what is beyond all that anybody ever counted.
        return (0, -min(known, 2**34)) if known is not None else (1, 0)
    if order is Sort.RELEVANCE:
        return (one.process.availability is not Availability.LIVE,)
    return (-(_seconds(one.first_seen if order is Sort.NEWEST else one.updated) or 0),)


def _seconds(moment: datetime | None) -> int | None:
    """Whole seconds: within one, nothing is nearer."""
    return None if moment is None else (moment - START) // timedelta(seconds=1)


def pages(index: Index, query: Query, limit: int) -> Iterator[tuple[int, ...]]:
    """Every page by its number, until one is empty."""
    for page in range(1, MAX_LIMIT):
        numbers = index.search(replaced(query, limit=limit, page=page)).numbers
        if not numbers:
            return
        yield numbers


def leaves(index: Index, query: Query, limit: int) -> Iterator[tuple[int, ...]]:
    """Every page by cursor."""
    cursor = None
    while True:
        found = index.search(replaced(query, limit=limit, cursor=cursor))
        yield found.numbers
        if (cursor := found.next) is None:
            return


class IndexContract:
    """The promises of :class:`folkmoot_hub.search.protocol.Index`."""

    def test_an_empty_one_finds_nothing(self, index: Index) -> None:
        found = index.search(parsed(q="animal", facets=1))
        assert (found.total, found.numbers, found.next) == (0, (), None)
        assert found.facets == {group: {} for group in FACETS}
        assert index.numbers() == set()

    @_over_and_over
    @given(corpus=making.corpora(), asked=st.lists(making.queries(), min_size=1, max_size=6))
    def test_finds_and_counts_what_brute_force_does(self, index: Index, corpus: Corpus, asked: list[Query]) -> None:
        fill(index, corpus)
        assert index.numbers() == set(corpus)
        for query in asked:
            found = index.search(replaced(query, limit=MAX_LIMIT, facets=True))
            expected = matching(corpus, query)
            assert len(found.numbers) == found.total == len(expected)
            assert set(found.numbers) == expected
            assert found.facets == counted(corpus, query)
            assert found.next is None

    @_over_and_over
    @given(corpus=making.corpora(), query=making.queries(), order=st.sampled_from(Sort))
    def test_sorts_as_asked_and_equals_by_number(self, index: Index, corpus: Corpus, query: Query, order: Sort) -> None:
        fill(index, corpus)
        query = replaced(query, q="", sort=order, limit=MAX_LIMIT)
        assert index.search(query).numbers == in_order(corpus, matching(corpus, query), order)

    @_over_and_over
    @given(corpus=making.corpora(16), query=making.queries(), limit=st.integers(1, 5))
    def test_pages_neither_repeat_nor_skip(self, index: Index, corpus: Corpus, query: Query, limit: int) -> None:
        fill(index, corpus)
        whole = index.search(replaced(query, limit=MAX_LIMIT)).numbers
        by_number, by_cursor = list(pages(index, query, limit)), list(leaves(index, query, limit))
        assert sum(by_number, ()) == whole
        assert sum(by_cursor, ()) == whole
        assert all(len(page) == limit for page in by_cursor[:-1])

    @_over_and_over
    @given(data=st.data(), query=making.queries(), order=st.sampled_from(_STABLE), limit=st.integers(1, 3))
    def test_a_cursor_neither_repeats_nor_skips_what_stays_while_the_rest_changes(
        self, index: Index, data: st.DataObject, query: Query, order: Sort, limit: int
    ) -> None:
        corpus = dict(data.draw(making.corpora(16)))
        restless = data.draw(st.sets(st.sampled_from(sorted(corpus)))) if corpus else set()
        stays = {number: one for number, one in corpus.items() if number not in restless}
        query = replaced(query, sort=order)
        fill(index, corpus)
        seen: list[int] = []
        for page in leaves(index, query, limit):
            seen.extend(page)
            new, gone = data.draw(making.corpora(3)), data.draw(st.sets(st.sampled_from([0, *restless])))
            index.apply(
                [(number, one) for number, one in new.items() if number not in stays],
                [number for number in gone if number not in stays],
            )
        assert [number for number in seen if number in stays] == list(in_order(stays, matching(stays, query), order))

    def test_limit_nought_counts_alone(self, index: Index) -> None:
        fill(index, {1: record(), 2: record()})
        found = index.search(parsed(limit=0, facets=1))
        assert (found.total, found.numbers, found.next) == (2, (), None)
        assert found.facets["status"] == {"open": 2}

    def test_counts_no_groups_unless_asked(self, index: Index) -> None:
        fill(index, {1: record()})
        assert index.search(Query()).facets == {}

    def test_a_groups_own_selection_does_not_narrow_its_counts(self, index: Index) -> None:
        fill(
            index,
            {
                1: record(kind=Kind.PETITION, status=Status.OPEN),
                2: record(kind=Kind.PETITION, status=Status.CLOSED),
                3: record(kind=Kind.SURVEY, status=Status.OPEN),
            },
        )
        found = index.search(parsed(kind="petition", status="open", facets=1))
        assert found.total == 1
        assert found.facets["kind"] == {"petition": 1, "survey": 1}
        assert found.facets["status"] == {"open": 1, "closed": 1}
        assert found.facets["source"] == {"a.example": 1}

    def test_counts_a_process_once_in_each_of_its_values(self, index: Index) -> None:
        fill(index, {1: record(topics=(Topic.ENVI, Topic.ENVI, Topic.AGRI))})
        assert index.search(parsed(facets=1)).facets["topic"] == {"AGRI": 1, "ENVI": 1}

    def test_a_page_beyond_the_last_is_empty(self, index: Index) -> None:
        fill(index, {1: record("fur")})
        for query in (parsed(page=500, limit=500), parsed(page=500, limit=500, q="fur")):
            found = index.search(query)
            assert (found.total, found.numbers, found.next) == (1, (), None)

    @pytest.mark.parametrize("query", [parsed(sort="relevance"), parsed(q="-other"), parsed(q="-other", kind="survey")])
    def test_copies_come_after_what_is_live_where_no_word_tells_them_apart(self, index: Index, query: Query) -> None:
        one = record(kind=Kind.SURVEY)
        copy = record(kind=Kind.SURVEY, availability=Availability.ARCHIVED)
        left = record(kind=Kind.SURVEY, availability=Availability.RECORD_ONLY)
        fill(index, {1: copy, 2: one, 3: left, 4: one})
        assert index.search(query).numbers == (2, 4, 1, 3)

    @pytest.mark.parametrize("q", ["park", "park -fur", '"a park"', "river park"])
    def test_copies_come_after_what_is_live_and_equally_relevant(self, index: Index, q: str) -> None:
        one, copy = (record("a park by the river", availability=a) for a in (Availability.LIVE, Availability.ARCHIVED))
        for number in (6, 2, 9, 4):  # one commit each: in an engine of segments they come to lie apart
            index.apply([(number, copy if number < 5 else one)], [])
        assert index.search(parsed(q=q)).numbers == (6, 9, 2, 4)

    def test_a_copy_that_matches_better_comes_before_what_is_live(self, index: Index) -> None:
        better = record("park", availability=Availability.ARCHIVED)
        worse = record("Something else", summary=Text({"en": "and somewhere in it a park"}, "en"))
        fill(index, {1: worse, 2: better})
        assert index.search(parsed(q="park")).numbers == (2, 1)

    def test_a_copy_that_matches_a_little_better_does_too(self, index: Index) -> None:
        worse, better = "A park, a bench and a fountain by the river", "A park and a bench by the river"
        fill(index, {1: record(worse), 2: record(better, availability=Availability.ARCHIVED)})
        assert index.search(parsed(q="park")).numbers == (2, 1)

    def test_a_phrase_does_not_reach_from_one_text_into_the_next(self, index: Index) -> None:
        two = record(Text({"de": "Park", "en": "River"}, "en"), summary=Text({"en": "fur"}, "en"), keywords=("law",))
        fill(index, {1: two, 2: record("Park, River", summary=Text({"en": "fur, law"}, "en"))})
        assert index.search(parsed(q="park river fur law", limit=0)).total == 2
        assert index.search(parsed(q='"park river"')).numbers == (2,)
        assert index.search(parsed(q='"fur law"')).numbers == (2,)

    def test_words_in_the_title_count_more(self, index: Index) -> None:
        inside = record("river", summary=Text({"en": "park"}, "en"))
        fill(index, {1: inside, 2: record("park", summary=Text({"en": "river"}, "en"))})
        assert index.search(parsed(q="park")).numbers == (2, 1)
        assert index.search(parsed(q="river")).numbers == (1, 2)

    def test_finds_other_forms_in_the_language_of_each_text_and_the_word_itself_before_them(self, index: Index) -> None:
        german = Text({"de": "Häuser am Fluss", "en": "By the river"}, "de")
        fill(index, {1: record(german), 2: record(Text({"de": "Haus am Fluss"}, "de")), 3: record("Häuser")})
        assert index.search(parsed(q="Haus")).numbers == (2, 1)
        assert index.search(parsed(q='"Haus"')).numbers == (2,)
        assert index.search(parsed(q="haus -häuser")).numbers == (2,)
        assert index.search(parsed(q="Häusern", facets=1)).facets["language"] == {"de": 2}

    def test_a_form_in_the_title_counts_more_than_one_elsewhere(self, index: Index) -> None:
        inside = record("river", summary=Text({"en": "parks"}, "en"))
        fill(index, {1: inside, 2: record("parks", summary=Text({"en": "river"}, "en"))})
        assert index.search(parsed(q="park")).numbers == (2, 1)

    def test_a_form_in_many_languages_is_not_better_than_in_one(self, index: Index) -> None:
        many = Text(dict.fromkeys(("da", "de", "nl", "sv"), "Parks"), "de")
        fill(index, {1: record(many), 2: record("Parks")})
        assert index.search(parsed(q="park")).numbers == (2, 1)

    def test_equally_relevant_ones_go_by_number_over_many_pages(self, index: Index) -> None:
        numbers = list(range(1, 151))
        for part in (numbers[1::2], numbers[::2]):
            index.apply([(number, record("park")) for number in reversed(part)], [])
        assert [number for page in leaves(index, parsed(q="park"), 20) for number in page] == numbers

    def test_unknown_support_is_not_nought(self, index: Index) -> None:
        def backed(count: int | None) -> Record:
            return record(support=(Support(unit=Unit.SIGNATURES, count=count),))

        fill(index, {1: record(), 2: backed(None), 3: backed(0), 4: backed(7)})
        assert index.search(parsed(sort="support")).numbers == (4, 3, 1, 2)

    def test_closing_puts_first_what_closes_first(self, index: Index) -> None:
        day = timedelta(days=1)
        fill(
            index,
            {
                1: record(status=Status.CLOSED, deadline_at=START - 2 * day),
                2: record(status=Status.CLOSED, deadline_at=START - day),
                3: record(status=Status.ANNOUNCED, opens_at=START + 2 * day),
                4: record(status=Status.ANNOUNCED, opens_at=START + day),
                5: record(status=Status.OPEN),
                6: record(status=Status.OPEN, deadline_at=START + 2 * day),
                7: record(status=Status.OPEN, deadline_at=START + day),
                8: record(status=Status.UNKNOWN),
            },
        )
        assert index.search(Query()).numbers == (7, 6, 5, 4, 3, 2, 1, 8)

    def test_refuses_a_cursor_of_another_query(self, index: Index) -> None:
        fill(index, {1: record("fur"), 2: record("fur")})
        cursor = index.search(parsed(limit=1)).next
        assert cursor is not None
        with pytest.raises(QueryError, match=r"^cursor: "):
            index.search(parsed(limit=1, cursor=cursor, kind="petition"))
        assert index.search(parsed(limit=1, cursor=cursor, facets=1)).numbers == (2,)

    def test_refuses_words_that_cannot_be_understood(self, index: Index) -> None:
        with pytest.raises(QueryError, match=r"^q: a quotation mark has no partner"):
            index.search(parsed(q='animal "welfare'))

    def test_an_upsert_replaces_as_a_whole(self, index: Index) -> None:
        index.apply([(1, record("fur", kind=Kind.PETITION))], [])
        index.apply([(1, record("park", kind=Kind.SURVEY))], [])
        assert index.search(parsed(q="fur")).total == 0
        found = index.search(parsed(q="park", facets=1))
        assert (found.total, found.numbers, found.facets["kind"]) == (1, (1,), {"survey": 1})

    def test_of_two_upserts_of_one_number_the_last_counts(self, index: Index) -> None:
        index.apply([(1, record("fur")), (1, record("park"))], [])
        assert index.search(parsed(q="fur")).total == 0
        assert index.search(Query()).numbers == (1,)

    def test_deletes(self, index: Index) -> None:
        fill(index, {1: record("fur"), 2: record("fur")})
        index.apply([], [1, 99])
        found = index.search(parsed(q="fur", facets=1))
        assert (found.total, found.numbers, found.facets["kind"]) == (1, (2,), {"consultation": 1})
        assert index.numbers() == {2}

    def test_what_is_put_and_deleted_at_once_is_gone(self, index: Index) -> None:
        index.apply([(1, record()), (2, record())], [1])
        assert index.numbers() == {2}

    def test_forgets_everything(self, index: Index) -> None:
        fill(index, {1: record(), 2: record()})
        index.clear()
        assert index.numbers() == set()
        index.apply([(3, record())], [])
        assert index.search(Query()).numbers == (3,)

    def test_nothing_to_apply_is_no_trouble(self, index: Index) -> None:
        index.apply([], [])
        assert index.numbers() == set()

    @pytest.mark.parametrize("number", [-1, 1 << 29, 1 << 63, 1 << 64])
    def test_refuses_what_is_no_number_and_takes_nothing_with_it(self, index: Index, number: int) -> None:
        index.apply([(1, record("fur"))], [])
        with pytest.raises(IndexingError):
            index.apply([(2, record()), (number, record())], [1])
        assert index.search(parsed(q="fur")).numbers == (1,)
        index.apply([(3, record())], [])
        assert index.numbers() == {1, 3}

    def test_a_reader_that_breaks_off_takes_nothing_with_it(self, index: Index) -> None:
        def broken() -> Iterator[tuple[int, Record]]:
            yield 2, record()
            raise RuntimeError("the store broke off")

        index.apply([(1, record())], [])
        with pytest.raises(RuntimeError, match="broke off"):
            index.apply(broken(), [1])
        index.apply([(3, record())], [])
        assert index.numbers() == {1, 3}

    def test_searching_from_threads_meanwhile_sees_whole_commits_alone(self, index: Index) -> None:
        """Every commit turns all processes from petitions to surveys or back: no search may find some of both."""
        size, rounds = 40, 15
        kinds = (Kind.PETITION, Kind.SURVEY)

        def all_of(kind: Kind) -> list[tuple[int, Record]]:
            return [(number, record("fur", kind=kind)) for number in range(size)]

        index.apply(all_of(kinds[1]), [])
        done = threading.Event()
        seen: set[Kind] = set()
        troubles: list[object] = []
        searches = Counter[str]()

        def search(name: str, query: Query) -> None:
            while not done.is_set():
                try:
                    found = index.search(query)
                    if found.total != size or len(found.numbers) != size or len(found.facets["kind"]) != 1:
                        troubles.append(found)
                    seen.update(map(Kind, found.facets["kind"]))
                    searches[name] += 1
                except BaseException as error:
                    troubles.append(error)
                    return

        asked = {"rank": parsed(facets=1, limit=100), "score": parsed(q="fur", facets=1, limit=100)}
        threads = [threading.Thread(target=search, args=pair) for pair in asked.items()]
        for thread in threads:
            thread.start()
        try:
            for turn in range(rounds):
                index.apply(all_of(kinds[turn % 2]), [])
                assert index.search(parsed(kind=kinds[turn % 2], limit=0)).total == size
        finally:
            done.set()
            for thread in threads:
                thread.join(30)
        assert troubles == []
        assert seen == set(kinds)
        assert all(searches[name] > 0 for name in asked)
