"""The fields of the tantivy index, and a document as tantivy takes it."""

from __future__ import annotations

import tantivy

from folkmoot_hub.search.documents import FILTERS, Document
from folkmoot_hub.search.languages import among
from folkmoot_hub.search.orders import is_live, rank
from folkmoot_hub.search.query import Sort

#: Goes up with every change of the fields, the folding or the ranks, and with what stems words or tells languages
#: (another version of those libraries, too): an index of another version is built anew.
VERSION = 3

NUMBER = "number"
#: The two fields of words, each of folded tokens, the two of their stems, and the languages that these are of.
TITLE, TEXT = "title", "text"
TITLE_STEMS, TEXT_STEMS, STEMMED = "title_stems", "text_stems", "stemmed"
#: Instants in microseconds since 1970.
OPENS, CLOSES, UPDATED = "opens", "closes", "updated"
#: What a score is weighted by: tantivy multiplies it by log2(2 + value).
LIVENESS = "liveness"

_TOKENIZER = "folded"
# A live process scores 1.4 % more than an archived copy: enough to part equals, too little to beat a better match.
_LIVE, _NOT_LIVE = 0.02, 0.0


def rank_field(order: Sort) -> str:
    """The field that holds the ranks of ``order``."""
    return f"by_{order}"


def build() -> tantivy.Schema:
    """The schema: words, filter values (also counted as facets), instants, ranks."""
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field(NUMBER, indexed=True, fast=True)
    for name in (TITLE, TEXT):
        builder.add_text_field(name, tokenizer_name=_TOKENIZER)
    for name in (TITLE_STEMS, TEXT_STEMS):
        # No positions: what must stand beside each other is asked for exactly.
        builder.add_text_field(name, tokenizer_name=_TOKENIZER, index_option="freq")
    builder.add_text_field(STEMMED, tokenizer_name="raw", index_option="basic")
    for name in FILTERS:
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic", fast=True)
    for name in (OPENS, CLOSES, UPDATED):
        builder.add_integer_field(name, fast=True)
    for order in Sort:
        builder.add_unsigned_field(rank_field(order), fast=True)
    builder.add_float_field(LIVENESS, fast=True)
    return builder.build()


def register(index: tantivy.Index) -> None:
    """Teach ``index`` our tokenizer: the tokens are ours already, so it only parts them again."""
    analyzer = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
    index.register_tokenizer(_TOKENIZER, analyzer)


def convert(number: int, found: Document) -> tantivy.Document:
    """``found`` as the document ``number``; ``IndexingError`` if that is no number."""
    made = tantivy.Document()
    made.add_unsigned(NUMBER, number)
    for field, texts in ((TITLE, found.title), (TEXT, found.text)):
        for text in texts:
            made.add_text(field, " ".join(text))
    for field, stems in ((TITLE_STEMS, found.title_stems), (TEXT_STEMS, found.text_stems)):
        made.add_text(field, " ".join(stems))
    for language in among((*found.title_stems, *found.text_stems)):
        made.add_text(STEMMED, language)
    for name, values in found.values.items():
        for value in values:
            made.add_text(name, value)
    for field, moment in ((OPENS, found.opens), (CLOSES, found.closes), (UPDATED, found.modified)):
        if moment is not None:
            made.add_integer(field, moment)
    for order in Sort:
        made.add_unsigned(rank_field(order), rank(found, order, number))
    made.add_float(LIVENESS, _LIVE if is_live(found) else _NOT_LIVE)
    return made
