"""The embedded search index: tantivy, in one folder or in memory."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any, Final

import tantivy

from folkmoot_hub.errors import IndexingError
from folkmoot_hub.search import cursors, languages, tantivy_query, tantivy_schema
from folkmoot_hub.search.documents import document
from folkmoot_hub.search.orders import number_of
from folkmoot_hub.search.protocol import Result
from folkmoot_hub.search.query import FACETS, Query, Sort
from folkmoot_hub.search.tantivy_files import Folder
from folkmoot_hub.search.words import Words, parse_words
from folkmoot_schema.process import Record

#: Memory that the writer fills before it writes a segment, in bytes.
HEAP: Final = 50_000_000
#: More values than a facet ever has, so that its counts are exact.
_VALUES: Final = 60_000
#: How many hits more than needed are read to find the end of a run of equal scores.
_SLACK: Final = 50


class TantivyIndex:
    """A search index in ``directory``, or in memory if that is None.

    Opening takes no lock: any number of processes may search. The first :meth:`apply` makes this one the writer until
    :meth:`close`. Raises ``IndexingError`` if the index is damaged or of another version (:func:`open_or_reset`
    starts it anew) and, on writing, if another process is the writer.
    """

    def __init__(self, directory: Path | None = None) -> None:
        self._folder = Folder(directory) if directory is not None else None
        self._name = f"the search index {directory}" if directory else "the search index in memory"
        self._schema = tantivy_schema.build()
        self._writer: tantivy.IndexWriter | None = None
        self._write_lock = Lock()
        self._reload_lock = Lock()
        self._seen: tuple[int, int] | None = None
        self._commits = 0
        if self._folder is not None:
            self._folder.prepare()
        with self._troubles("cannot be opened"):
            self._index = tantivy.Index(self._schema, path=str(self._folder.engine) if self._folder else None)
            tantivy_schema.register(self._index)
            # We reload by ourselves: tantivy's own watcher looks every half second only.
            self._index.config_reader("manual")
            self._prove()

    @property
    def unwritten(self) -> bool:
        """Whether nothing was ever committed to it, so that it has to be built from the start of the log."""
        return self._folder.unwritten if self._folder is not None else self._searcher().num_docs == 0

    def apply(self, upserts: Iterable[tuple[int, Record]], deletes: Iterable[int]) -> None:
        """Put and remove processes in one commit, visible when it returns; all of it or nothing.

        Of two upserts of one number the last counts; a number that is in ``deletes`` too is removed.
        """
        gone = set(deletes)
        with self._write_lock, self._writing() as writer:
            kept = {number: record for number, record in upserts if number not in gone}
            if numbers := sorted(gone | kept.keys()):
                # Not delete_documents_by_term: it takes an int for a signed one and so finds nothing here.
                writer.delete_documents_by_query(tantivy_query.numbered(self._schema, numbers))
            for number, record in kept.items():
                writer.add_document(tantivy_schema.convert(number, document(record)))

    def rebuild(self, records: Iterable[tuple[int, Record]]) -> None:
        """Hold these and nothing else, in one commit: until then searches see what was there."""
        with self._write_lock, self._writing() as writer:
            writer.delete_all_documents()
            for number, record in records:
                writer.add_document(tantivy_schema.convert(number, document(record)))

    def clear(self) -> None:
        """Forget everything."""
        with self._write_lock, self._writing() as writer:
            writer.delete_all_documents()

    def close(self) -> None:
        """Let go of the writer's lock, after merges that are under way. Searching goes on to be possible."""
        with self._write_lock:
            writer, self._writer = self._writer, None
            if writer is not None:
                with self._troubles("cannot be closed"):
                    writer.wait_merging_threads()

    def numbers(self) -> set[int]:
        """The numbers of all processes in it."""
        with self._troubles("cannot be read"):
            searcher = self._searcher()
            everything = tantivy.Query.all_query()
            found = searcher.search(
                everything, limit=max(searcher.num_docs, 1), count=False, order_by_field=tantivy_schema.NUMBER
            )
            return {number for number, _ in found.hits}

    def state(self) -> Hashable:
        """What stays equal as long as searches see the same, whoever writes."""
        try:
            return self._folder.stamp() if self._folder is not None else self._commits
        except OSError as error:
            raise IndexingError(f"{self._name} cannot be read: {error}") from error

    def search(self, query: Query) -> Result:
        """Answer ``query``; ``QueryError`` if its words or its cursor cannot be understood.

        ``next`` is a position in every order but relevance to words: while the index changes, pages there neither
        repeat nor skip what stays as it is. Relevance changes with every other document, so that its ``next`` is an
        offset and holds only for an index that does not change.
        """
        words = parse_words(query.q)
        position = cursors.read(query)
        with self._troubles("cannot be read"):
            searcher = self._searcher()
            spoken = _languages(searcher) if words.required else ()
            found = tantivy_query.build(self._schema, query, words, spoken)
            total = _total(searcher, found) if words or query.pairs() else int(searcher.num_docs)
            facets = self._facets(searcher, query, found, words, spoken) if query.facets else {}
            numbers: list[int] = []
            following: int | None = None
            if query.limit and total:
                if query.order is Sort.RELEVANCE and words.wanted:
                    numbers, following = _by_score(searcher, found, query, position)
                else:
                    numbers, following = self._by_rank(searcher, found, query, position)
        following_cursor = None if following is None else cursors.write(query, following)
        return Result(total=total, numbers=tuple(numbers), facets=facets, next=following_cursor)

    def _by_rank(
        self, searcher: tantivy.Searcher, found: tantivy.Query, query: Query, position: int | None
    ) -> tuple[list[int], int | None]:
        if position is not None:
            found = tantivy_query.after(self._schema, found, query.order, position)
        offset = (query.page - 1) * query.limit
        if offset >= searcher.num_docs:  # tantivy sets memory aside for all hits up to here
            return [], None
        hits = searcher.search(
            found,
            limit=query.limit + 1,
            count=False,
            order_by_field=tantivy_schema.rank_field(query.order),
            offset=offset,
            order=tantivy.Order.Asc,
        ).hits
        ranks = [int(rank) for rank, _ in hits[: query.limit]]
        return [number_of(rank) for rank in ranks], ranks[-1] if len(hits) > query.limit else None

    def _facets(
        self, searcher: tantivy.Searcher, query: Query, found: tantivy.Query, words: Words, spoken: Sequence[str]
    ) -> Mapping[str, Mapping[str, int]]:
        """The counts of every group, a group's own selection not applied to it: one query for each that has one."""
        selected = [group for group in FACETS if getattr(query, group)]
        counted = _counts(searcher, found, [group for group in FACETS if group not in selected])
        for group in selected:
            wider = query.without(group)
            counted |= _counts(searcher, tantivy_query.build(self._schema, wider, words, spoken), [group])
        return {group: counted[group] for group in FACETS}

    def _searcher(self) -> tantivy.Searcher:
        """A view of the latest commit, also of one by another process."""
        if self._folder is not None:
            with self._reload_lock:
                stamp = self._folder.stamp()
                if stamp != self._seen:
                    self._index.reload()
                    self._seen = stamp
        return self._index.searcher()

    def _prove(self) -> None:
        """Read a little of every field that is searched, so that damage shows now and not on a person's search."""
        self._index.reload()
        searcher = self._searcher()
        _counts(searcher, tantivy.Query.all_query(), list(FACETS))
        for field, option in ((tantivy_schema.TITLE, "position"), (tantivy_schema.TITLE_STEMS, "freq")):
            searcher.search(tantivy.Query.term_query(self._schema, field, "a", index_option=option), limit=1)

    @contextmanager
    def _writing(self) -> Iterator[tantivy.IndexWriter]:
        """One commit: what is done inside comes about as a whole or not at all."""
        with self._troubles("cannot be written"):
            if self._writer is None:
                self._writer = self._become_writer()
            try:
                yield self._writer
                self._writer.commit()
            except BaseException:
                self._undo(self._writer)
                raise
            if self._folder is not None:
                self._folder.written()
            self._index.reload()
            self._commits += 1

    def _undo(self, writer: tantivy.IndexWriter) -> None:
        """Whatever happened, nothing of it may come with the next commit."""
        try:
            writer.rollback()
        except BaseException:  # also a panic: a writer that cannot go back is of no more use
            self._writer = None
            raise

    def _become_writer(self) -> tantivy.IndexWriter:
        try:
            return self._index.writer(heap_size=HEAP, num_threads=1)
        except ValueError as error:
            if "LockBusy" in str(error):
                raise IndexingError(f"{self._name} has another writer: only one process at a time can be") from error
            raise

    @contextmanager
    def _troubles(self, problem: str) -> Iterator[None]:
        """Every trouble of the engine as an ``IndexingError`` that names the index."""
        try:
            yield
        except (ValueError, OSError) as error:
            raise IndexingError(f"{self._name} {problem}: {error}") from error
        except BaseException as error:
            # A panic inside the engine is derived from BaseException and cannot be imported.
            if type(error).__name__ == "PanicException":
                raise IndexingError(f"{self._name} {problem}: it is damaged ({error})") from error
            raise


def open_or_reset(directory: Path) -> tuple[TantivyIndex, bool]:
    """The index in ``directory``, emptied if it is damaged or of another version, and whether it is fresh.

    A fresh index has to be filled from the start of the change log: set the reader's cursor back before the first
    :meth:`TantivyIndex.apply`, after which the index no longer is fresh. ``IndexingError`` if it would have to be
    emptied while another process writes to it.
    """
    try:
        index = TantivyIndex(directory)
    except IndexingError:
        Folder(directory).empty()
        return TantivyIndex(directory), True
    if index.unwritten and index.numbers():
        # The first commit came about and its version did not: what happened then, nobody knows.
        Folder(directory).empty()
        return TantivyIndex(directory), True
    return index, index.unwritten


def _languages(searcher: tantivy.Searcher) -> tuple[str, ...]:
    """The languages that the index has stems of, those of what was deleted lately included."""
    return tuple(one for one in languages.OFFICIAL if searcher.doc_freq(tantivy_schema.STEMMED, one))


def _total(searcher: tantivy.Searcher, found: tantivy.Query) -> int:
    answer: Any = searcher.search(found, limit=1)  # Any: the stub of SearchResult leaves count out
    return int(answer.count)


def _counts(searcher: tantivy.Searcher, found: tantivy.Query, groups: list[str]) -> dict[str, dict[str, int]]:
    """The count of every value of ``groups``, greatest first, then by value."""
    terms = {group: {"terms": {"field": group, "size": _VALUES}} for group in groups}
    if not terms:
        return {}
    answer = searcher.aggregate(found, terms)
    return {
        group: {
            bucket["key"]: bucket["doc_count"]
            for bucket in sorted(answer[group]["buckets"], key=lambda b: (-b["doc_count"], b["key"]))
        }
        for group in groups
    }


def _by_score(
    searcher: tantivy.Searcher, found: tantivy.Query, query: Query, position: int | None
) -> tuple[list[int], int | None]:
    """The page by relevance, equal scores by number, and the offset of the next one."""
    offset = (query.page - 1) * query.limit if position is None else position
    end = offset + query.limit
    hits = _best(searcher, found, end + 1)
    numbers = searcher.fast_field_values(tantivy_schema.NUMBER, [address for _, address in hits])
    ordered = sorted((-score, int(number or 0)) for (score, _), number in zip(hits, numbers, strict=True))
    return [number for _, number in ordered[offset:end]], end if len(ordered) > end else None


def _best(searcher: tantivy.Searcher, found: tantivy.Query, needed: int) -> list[tuple[float, tantivy.DocAddress]]:
    """At least the ``needed`` best hits and all that score the same as the last of them.

    The engine orders equal scores by where they lie in its files, so a run of equals must be had whole to be ordered.
    """
    most = max(searcher.num_docs, 1)
    limit = min(needed + _SLACK, most)
    while True:
        hits: list[tuple[float, tantivy.DocAddress]] = searcher.search(
            found, limit=limit, count=False, weight_by_field=tantivy_schema.LIVENESS
        ).hits
        if limit == most or len(hits) < limit or hits[-1][0] < hits[needed - 1][0]:
            return hits
        limit = min(limit * 4, most)
