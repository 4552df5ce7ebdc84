"""Words made comparable: one folding for what is indexed and for what is asked.

Case, accents and compatibility forms do not count: ``Straße`` is ``strasse``, ``ΠΟΛΗΣ`` and ``πόλης`` are one word,
``ﬁ`` is ``fi``. The basis is Unicode case folding and NFKD (Unicode Standard Annex 15) without marks; letters that
Unicode does not decompose (``ø ł đ æ`` …) are replaced by those that people type for them.
"""

from __future__ import annotations

import re
import unicodedata

#: A longer token is cut to this many characters, in texts and in queries alike: nobody types it.
LONGEST = 100

_TOKEN = re.compile(r"[^\W_]+")
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


def name(text: str) -> str:
    """``text`` as a folded name, to compare whole: its tokens with single spaces, empty if it has none."""
    return " ".join(tokens(text))
