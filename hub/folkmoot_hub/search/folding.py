"""Words made comparable: one folding for what is indexed and for what is asked.

Case, accents and compatibility forms do not count: ``Straße`` is ``strasse``, ``ΠΟΛΗΣ`` and ``πόλης`` are one word,
``ﬁ`` is ``fi``. The basis is Unicode case folding and NFKD (Unicode Standard Annex 15) without marks; letters that
Unicode does not decompose (``ø ł đ æ`` …) are replaced by those that people type for them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

#: A longer token is cut to this many characters, in texts and in queries alike: nobody types it.
LONGEST = 100

_TOKEN = re.compile(r"[^\W_]+")
_BETWEEN = re.compile(r"[\W_]+")
_LETTERS = str.maketrans(
    {
        "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ŧ": "t", "þ": "th", "ı": "i",
        "ŋ": "n", "ĸ": "k", "ƒ": "f",
        "\u200b": " ",  # the zero-width space parts words; other format characters (soft hyphen …) only join them
    }
)  # fmt: skip


def fold(text: str) -> str:
    """``text`` without differences of case, accents and compatibility forms; folding twice changes nothing more."""
    if text.isascii():
        return text.lower()
    # Decomposition can bring up capitals and removing a mark can bring together what composes: hence two rounds.
    return _once(_once(text))


def _once(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS)).casefold()
    return decomposed.translate({ord(c): None for c in set(decomposed) if _joins(c)})


def _joins(character: str) -> bool:
    category = unicodedata.category(character)
    return category[0] == "M" or category == "Cf"


def tokens(text: str) -> tuple[str, ...]:
    """The folded words of ``text`` in order: runs of letters and digits, all else parts them."""
    return tuple(token[:LONGEST] for token in _TOKEN.findall(fold(text)))


def spans(text: str) -> tuple[tuple[int, int], ...]:
    """Where in ``text`` each of its :func:`tokens` stands: the first character and the one after the last.

    Marks and format characters belong to the letter before them. Of one character that makes two tokens (``½``), both
    have its place.
    """
    if all(_keeps_places(character) for character in set(text)):
        return tuple(match.span() for match in _TOKEN.finditer(text))
    return tuple(_traced(text))


def _traced(text: str) -> Iterator[tuple[int, int]]:
    """As :func:`spans`, character by character: each folds by itself, whatever stands beside it."""
    folded = [fold(character) for character in text]
    owners = [place for place, part in enumerate(folded) for _ in part]
    for match in _TOKEN.finditer("".join(folded)):
        end = owners[match.end() - 1] + 1
        while end < len(text) and not folded[end]:
            end += 1
        yield owners[match.start()], end


@lru_cache(maxsize=4096)
def _keeps_places(character: str) -> bool:
    """Whether a text of such characters has its tokens where the same pattern finds them unfolded."""
    folded = fold(character)
    pattern = _TOKEN.fullmatch if _TOKEN.fullmatch(character) else _BETWEEN.fullmatch
    return bool(pattern(folded))


def name(text: str) -> str:
    """``text`` as a folded name, to compare whole: its tokens with single spaces, empty if it has none."""
    return " ".join(tokens(text))
