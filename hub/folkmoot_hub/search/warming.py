"""What searches load when they are first needed, loaded before anybody searches."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from folkmoot_hub.enrich.language import detect
from folkmoot_hub.search import languages
from folkmoot_hub.search.protocol import Index
from folkmoot_hub.search.query import Query
from folkmoot_schema.texts import UNDETERMINED

#: Any word in the letters of the language has its dictionary loaded.
_WORDS: Final = {"bg": "парк", "el": "πάρκο"}
_WORD: Final = "park"
_SENTENCE: Final = "Nothing but a sentence whose language is looked for."


def warm(index: Index, ended: Callable[[], bool] = lambda: False) -> None:
    """Load the dictionaries of the languages that ``index`` holds, and what finds out a language, if it is needed.

    That takes seconds of processor time, and tens of megabytes, that the first search would have to wait for; it ends
    early when ``ended``. ``IndexingError`` if the index cannot be read.
    """
    there = index.search(Query(limit=0, facets=True)).facets.get("language", {})
    for tag in there:
        if ended():
            return
        if tag == UNDETERMINED:
            detect(_SENTENCE)
        elif (language := languages.language(tag)) is not None:
            languages.stem(language, _WORDS.get(language, _WORD))
