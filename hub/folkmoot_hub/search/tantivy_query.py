"""A checked query as tantivy takes it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

import tantivy
from tantivy import FieldType, Occur

from folkmoot_hub.search import tantivy_schema as fields
from folkmoot_hub.search.documents import FILTERS, asked, instant
from folkmoot_hub.search.query import Query, Sort
from folkmoot_hub.search.words import Phrase, Word, Words

#: How much more a word in the title counts than one elsewhere.
TITLE_BOOST = 3.0
#: How much another form of a word counts against the word itself, which counts as a form besides.
FORM_BOOST = 0.5

_Clause = tuple[Occur, tantivy.Query]


def build(schema: tantivy.Schema, query: Query, words: Words, languages: Sequence[str] = ()) -> tantivy.Query:
    """What matches ``query``, whose words are ``words``. Only the words score.

    ``languages`` are those in which forms of a word are looked for: all that the index has stems of.
    """
    if words.nothing:
        return tantivy.Query.empty_query()
    clauses = [*_words(schema, words, languages), *_values(schema, query), *_times(schema, query)]
    if all(occur is Occur.MustNot for occur, _ in clauses):
        clauses.append((Occur.Must, tantivy.Query.all_query()))
    return tantivy.Query.boolean_query(clauses)


def after(schema: tantivy.Schema, found: tantivy.Query, order: Sort, position: int) -> tantivy.Query:
    """Of what matches ``found``, that which comes after the rank ``position``."""
    later = tantivy.Query.range_query(
        schema, fields.rank_field(order), FieldType.Unsigned, lower_bound=position, include_lower=False
    )
    return tantivy.Query.boolean_query([(Occur.Must, found), (Occur.Must, later)])


def numbered(schema: tantivy.Schema, numbers: list[int]) -> tantivy.Query:
    """The documents with these numbers."""
    return tantivy.Query.term_set_query(schema, fields.NUMBER, numbers)


def _words(schema: tantivy.Schema, words: Words, languages: Sequence[str]) -> Iterator[_Clause]:
    for word in words.required:
        yield Occur.Must, tantivy.Query.boolean_query(list(_some_form(schema, word, languages)))
    for phrase in words.phrases:
        yield Occur.Must, _anywhere(schema, phrase)
    for phrase in words.excluded:
        yield Occur.MustNot, _anywhere(schema, phrase)


def _some_form(schema: tantivy.Schema, word: Word, languages: Sequence[str]) -> Iterator[_Clause]:
    yield Occur.Should, _anywhere(schema, (word.token,))
    stems = word.stems(languages)
    for field, boost in ((fields.TITLE_STEMS, TITLE_BOOST * FORM_BOOST), (fields.TEXT_STEMS, FORM_BOOST)):
        if stems:
            terms = [tantivy.Query.term_query(schema, field, stem, index_option="freq") for stem in stems]
            # The best of the languages, not their sum: a text in 24 languages is not 24 times as good.
            yield Occur.Should, tantivy.Query.boost_query(tantivy.Query.disjunction_max_query(terms), boost)


def _anywhere(schema: tantivy.Schema, phrase: Phrase) -> tantivy.Query:
    title = tantivy.Query.boost_query(_in(schema, fields.TITLE, phrase), TITLE_BOOST)
    return tantivy.Query.boolean_query([(Occur.Should, title), (Occur.Should, _in(schema, fields.TEXT, phrase))])


def _in(schema: tantivy.Schema, field: str, phrase: Phrase) -> tantivy.Query:
    if len(phrase) == 1:
        return tantivy.Query.term_query(schema, field, phrase[0])
    return tantivy.Query.phrase_query(schema, field, list(phrase))


def _values(schema: tantivy.Schema, query: Query) -> Iterator[_Clause]:
    for name in FILTERS:
        if values := asked(query, name):
            yield Occur.Must, _silent(tantivy.Query.term_set_query(schema, name, values))


def _times(schema: tantivy.Schema, query: Query) -> Iterator[_Clause]:
    if query.opens_after is not None:
        yield Occur.Must, _since(schema, fields.OPENS, query.opens_after)
    if query.updated_after is not None:
        yield Occur.Must, _since(schema, fields.UPDATED, query.updated_after)
    if query.closes_before is not None:
        until = instant(query.closes_before)
        yield (
            Occur.Must,
            _silent(tantivy.Query.range_query(schema, fields.CLOSES, FieldType.Integer, upper_bound=until)),
        )


def _since(schema: tantivy.Schema, field: str, moment: datetime) -> tantivy.Query:
    found = tantivy.Query.range_query(schema, field, FieldType.Integer, lower_bound=instant(moment))
    return _silent(found)


def _silent(found: tantivy.Query) -> tantivy.Query:
    return tantivy.Query.const_score_query(found, 0.0)
