"""What makes the forms of a word one, by language: which tool reads which of the 24 official languages of the Union.

Snowball's stemmers read 19; Croatian by the one for Serbian, which was made from a Croatian one and knows both
alphabets. The dictionaries of simplemma give the base form first where Snowball has no stemmer (bg, lv, sk, sl) and
where more forms meet with them than without. Greek, Hungarian and Italian do without: there they also part what meets
(πολίτης and πολίτες), and German, where they add little. :mod:`~folkmoot_hub.search.endings` takes off the endings of
words that no dictionary knows, and is all that there is for Maltese. What they make of a word is folded last: case and
accents never count. A dictionary is loaded with the first word of its language, in up to a second or two.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

import Stemmer
from simplemma.strategies import DefaultStrategy, StreamDictionaryFactory

from folkmoot_hub.search.endings import stripped
from folkmoot_hub.search.folding import LONGEST, fold

#: Language → its stemmer in Snowball.
SNOWBALL: Final = {
    "cs": "czech", "da": "danish", "de": "german", "el": "greek", "en": "english", "es": "spanish", "et": "estonian",
    "fi": "finnish", "fr": "french", "ga": "irish", "hr": "serbian", "hu": "hungarian", "it": "italian",
    "lt": "lithuanian", "nl": "dutch", "pl": "polish", "pt": "portuguese", "ro": "romanian", "sv": "swedish",
}  # fmt: skip
#: Language → the dictionary of simplemma that gives the base form first; Croatian is in that of Serbo-Croatian.
DICTIONARIES: Final = {
    **{language: language for language in (
        "bg", "cs", "da", "en", "es", "et", "fi", "fr", "ga", "lt", "lv", "nl", "pl", "pt", "ro", "sk", "sl", "sv",
    )},
    "hr": "hbs",
}  # fmt: skip
#: The 24 official languages of the European Union.
OFFICIAL: Final = tuple(sorted({*SNOWBALL, *DICTIONARIES, "mt"}))
#: Words that are remembered with their stems, of all languages together: a few hundred bytes each.
REMEMBERED: Final = 65_536

# No language has longer words, and a dictionary that takes one apart takes its time.
_LETTERS = re.compile(rf"[^\W\d_]{{2,{LONGEST}}}")
# A word in other letters is none of the language, and no dictionary has to be loaded to say so.
_GREEK, _CYRILLIC = "\u0370-\u03ff\u1f00-\u1fff", "\u0400-\u04ff"
_ALPHABETS = {"el": re.compile(f"[{_GREEK}]+"), "bg": re.compile(f"[{_CYRILLIC}]+")}
_LATIN = re.compile(f"[^{_GREEK}{_CYRILLIC}]+")
# The frugal form of the dictionaries takes a tenth of the memory, and what is slow about it is remembered.
# Every query asks all of them: of its own accord, simplemma keeps eight and loads the ninth anew each time.
_lemmas = DefaultStrategy(dictionary_factory=StreamDictionaryFactory(cache_max_size=len(DICTIONARIES)))
_threads = threading.local()


def language(tag: str) -> str | None:
    """The language that texts of this tag (BCP 47) are read in, None if it is none of :data:`OFFICIAL`."""
    base = tag.partition("-")[0]
    return base if base in OFFICIAL else None


@lru_cache(maxsize=REMEMBERED)
def stem(language: str, word: str) -> str | None:
    """What the forms of ``word``, as it is written, have in common in ``language``: a folded token such as ``de:haus``.

    None for what is no word of 2 to 100 letters, or not in the letters of the language. The language is part of the
    token: nothing is the same word in another.
    """
    written = unicodedata.normalize("NFKC", word).lower()
    # Soft hyphens and the like part no word and are no part of one.
    written = "".join(character for character in written if unicodedata.category(character) != "Cf")
    if not (_LETTERS.fullmatch(written) and _ALPHABETS.get(language, _LATIN).fullmatch(written)):
        return None
    if language in DICTIONARIES:
        written = (_lemmas.get_lemma(written, DICTIONARIES[language]) or written).lower()
    if language in SNOWBALL:
        written = _stemmer(SNOWBALL[language]).stemWord(written)
    found = fold(stripped(language, written))
    return f"{language}:{found}" if _LETTERS.fullmatch(found) else None


def among(stems: Iterable[str]) -> tuple[str, ...]:
    """The languages that ``stems`` are of, sorted."""
    return tuple(sorted({token.partition(":")[0] for token in stems}))


def _stemmer(algorithm: str) -> Stemmer.Stemmer:
    """The stemmer of this thread: one must not be used by two at once."""
    made: dict[str, Stemmer.Stemmer] = _threads.__dict__
    if algorithm not in made:
        made[algorithm] = Stemmer.Stemmer(algorithm, 0)
    return made[algorithm]
