"""Whether one record matches a query, without any index: for tombstones, webhooks, and as the oracle of the tests."""

from __future__ import annotations

from folkmoot_hub.search import languages
from folkmoot_hub.search.documents import FILTERS, Document, asked, document, instant
from folkmoot_hub.search.query import Query
from folkmoot_hub.search.words import Phrase, Word, Words, parse_words
from folkmoot_schema.process import Record


def matches(query: Query, record: Record) -> bool:
    """Whether a search for ``query`` finds ``record``; ``QueryError`` if its words cannot be understood."""
    words = parse_words(query.q)
    bare = document(record, words=False)  # to read all texts takes a hundred times as long, and most need not be
    if not (_has_values(query, bare) and _in_time(query, bare)):
        return False
    return not words or _has_words(words, document(record))


def matches_document(query: Query, found: Document) -> bool:
    """As :func:`matches`, for what :func:`~folkmoot_hub.search.documents.document` made of the record."""
    return _has_words(parse_words(query.q), found) and _has_values(query, found) and _in_time(query, found)


def _has_words(words: Words, found: Document) -> bool:
    if words.nothing:
        return False
    return (
        all(_speaks_of(found, word) for word in words.required)
        and all(_contains(found, phrase) for phrase in words.phrases)
        and not any(_contains(found, phrase) for phrase in words.excluded)
    )


def _speaks_of(found: Document, word: Word) -> bool:
    """Whether it has the word itself, or a form of it in one of the languages that it is written in."""
    if _contains(found, (word.token,)):
        return True
    there = {*found.title_stems, *found.text_stems}
    return not there.isdisjoint(word.stems(languages.among(there)))


def _contains(found: Document, phrase: Phrase) -> bool:
    size = len(phrase)
    return any(
        text[at : at + size] == phrase
        for texts in (found.title, found.text)
        for text in texts
        for at in range(len(text) - size + 1)
    )


def _has_values(query: Query, found: Document) -> bool:
    for name in FILTERS:
        wanted = asked(query, name)
        if wanted and not set(wanted) & set(found.values[name]):
            return False
    return True


def _in_time(query: Query, found: Document) -> bool:
    """Bounds are inclusive, so that ``closes_before`` a day takes in what closes as the day before ends.

    What has no such date is not found by one.
    """
    opens, closes, updated = (instant(m) for m in (query.opens_after, query.closes_before, query.updated_after))
    return (
        (opens is None or (found.opens is not None and found.opens >= opens))
        and (closes is None or (found.closes is not None and found.closes <= closes))
        and (updated is None or found.modified >= updated)
    )
