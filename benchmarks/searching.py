"""Searching 100,000 records: the index against SQLite FTS5 with facets in SQL, and our code against the bare engine."""

from __future__ import annotations

import os
import sqlite3
import tempfile
from pathlib import Path

import tantivy

from benchmarks import town
from benchmarks.measuring import Goal, compare
from folkmoot_hub.search import tantivy_query, tantivy_schema
from folkmoot_hub.search.documents import document
from folkmoot_hub.search.query import FACETS, Query, Sort
from folkmoot_hub.search.tantivy_index import TantivyIndex
from folkmoot_hub.search.words import parse_words

RECORDS = int(os.environ.get("FOLKMOOT_BENCH_RECORDS", "100000"))
_QUERIES = ("park", "night train", "water school", "bicycle energy", "market")
_ROUNDS = 4


def search() -> bool:
    """Seven facets and the first 20, for five queries; the counts must be equal."""
    with tempfile.TemporaryDirectory() as folder:
        index = TantivyIndex(Path(folder) / "index")
        index.rebuild((number + 1, town.record(number)) for number in range(RECORDS))
        index.close()
        database = Path(folder) / "fts.db"
        _fill(database)
        _check_equal(Path(folder) / "index", database)
        what = f"{RECORDS:,} records, {len(_QUERIES)} queries of 1 or 2 words"
        first = compare(
            "search: time to FTS5 + SQL",
            lambda: _ours(Path(folder) / "index"),
            lambda: _fts(database),
            Goal(at_most=0.1),
            f"7 facets and the top 20; {what}",
            rounds=3,
            faster=False,
        )
        second = compare(
            "search: time to bare engine",
            lambda: _ours(Path(folder) / "index"),
            lambda: _bare(Path(folder) / "index"),
            Goal(at_most=1.5),
            f"the same, against the engine's own calls on prepared queries; {what}",
            faster=False,
        )
        return first and second


def _ours(folder: Path) -> None:
    index = TantivyIndex(folder)
    for _ in range(_ROUNDS):
        for words in _QUERIES:
            index.search(Query(q=words, facets=True, sort=Sort.CLOSING))


def _bare(folder: Path) -> None:
    """What the engine itself does for the same answer: one count, one aggregation, one sorted page."""
    index = TantivyIndex(folder)
    schema = index._schema
    spoken = town.LANGUAGES
    prepared = [tantivy_query.build(schema, Query(q=words), parse_words(words), spoken) for words in _QUERIES]
    terms = {group: {"terms": {"field": group, "size": 60_000}} for group in FACETS}
    for _ in range(_ROUNDS):
        for query in prepared:
            searcher = index._searcher()
            searcher.search(query, limit=1)
            searcher.aggregate(query, terms)
            searcher.search(
                query,
                limit=21,
                count=False,
                order_by_field=tantivy_schema.rank_field(Sort.CLOSING),
                order=tantivy.Order.Asc,
            )


_ONE = ("status", "kind", "country", "stage", "source", "language", "topic")


def _fill(path: Path) -> None:
    database = sqlite3.connect(path)
    database.execute(f"CREATE TABLE record (id INTEGER PRIMARY KEY, closes INTEGER, {', '.join(_ONE)})")
    database.execute("CREATE VIRTUAL TABLE words USING fts5 (text, content='', tokenize='unicode61')")
    for number in range(RECORDS):
        found = document(town.record(number))
        values = [next(iter(found.values[name]), None) for name in _ONE]
        marks = ", ".join("?" * (2 + len(values)))
        database.execute(f"INSERT INTO record VALUES ({marks})", (number + 1, found.closes, *values))
        text = " ".join(token for tokens in (*found.title, *found.text) for token in tokens)
        database.execute("INSERT INTO words (rowid, text) VALUES (?, ?)", (number + 1, text))
    database.commit()
    for name in _ONE:
        database.execute(f"CREATE INDEX by_{name} ON record ({name})")
    database.execute("ANALYZE")
    database.commit()
    database.close()


def _fts(path: Path) -> None:
    database = sqlite3.connect(path)
    for _ in range(_ROUNDS):
        for words in _QUERIES:
            _answer(database, words)


def _answer(database: sqlite3.Connection, words: str) -> dict[str, dict[str, int]]:
    """What a hub would do with SQLite alone: the hits once into a table, then a count for each group."""
    database.execute("DROP TABLE IF EXISTS temp.hit")
    database.execute("CREATE TEMP TABLE hit AS SELECT rowid AS id FROM words WHERE words MATCH ?", (words,))
    database.execute("SELECT count(*) FROM hit").fetchone()
    facets = {
        name: dict(
            database.execute(f"SELECT {name}, count(*) FROM hit JOIN record USING (id) GROUP BY {name}").fetchall()
        )
        for name in _ONE
    }
    database.execute("SELECT id FROM hit JOIN record USING (id) ORDER BY closes, id LIMIT 20").fetchall()
    return facets


def _check_equal(folder: Path, path: Path) -> None:
    index, database = TantivyIndex(folder), sqlite3.connect(path)
    for words in _QUERIES:
        ours = index.search(Query(q=words, facets=True)).facets
        theirs = _answer(database, words)
        for name in _ONE:
            if dict(ours[name]) != {value: count for value, count in theirs[name].items() if value is not None}:
                raise AssertionError(f"{words}: {name}: {ours[name]} and {theirs[name]} differ")
