"""The words of a query, understood in the same way by every engine.

``animal welfare`` asks for both words in any of their forms, ``"animal welfare"`` for the phrase and ``"welfare"`` for
the word exactly so, ``-fur`` excludes, exactly so too. What is written as one word and falls into several tokens is a
phrase: ``0123/2024``, ``e-mail``, ``COM(2024)12``. A part without a letter or digit asks for nothing; where a query has
only such parts, nothing is found: whoever typed it asked for *something*.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import msgspec

from folkmoot_hub.errors import QueryError
from folkmoot_hub.search.folding import spans, tokens
from folkmoot_hub.search.languages import stem

_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»", '"'))
_PART = re.compile(r'(?P<minus>-?)"(?P<phrase>[^"]*)"|(?P<word>[^\s"]+)')

Phrase = tuple[str, ...]


class Word(msgspec.Struct, frozen=True):
    """A word that must occur, in any of its forms: its folded token, and how it was typed (more than once, perhaps)."""

    token: str
    typed: tuple[str, ...]

    def stems(self, languages: Iterable[str]) -> tuple[str, ...]:
        """What stands for all its forms, were it a word of each of ``languages``."""
        found = (stem(language, typed) for language in languages for typed in self.typed)
        return tuple(dict.fromkeys(token for token in found if token))


class Words(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the words of a query ask for, folded.

    ``required`` are words that must occur in some form, ``phrases`` sequences of tokens (also of one) that must occur
    as they are, ``excluded`` are sequences of which none may. ``nothing``: no process can match.
    """

    required: tuple[Word, ...] = ()
    phrases: tuple[Phrase, ...] = ()
    excluded: tuple[Phrase, ...] = ()
    nothing: bool = False

    @property
    def wanted(self) -> bool:
        """Whether anything must occur."""
        return bool(self.required or self.phrases)

    def __bool__(self) -> bool:
        return bool(self.required or self.phrases or self.excluded or self.nothing)


def parse_words(q: str) -> Words:
    """The words of ``q``; ``QueryError`` if a quotation mark has no partner. Any kind of quotation mark will do."""
    q = q.translate(_QUOTES)
    if q.count('"') % 2:
        raise QueryError("q", "a quotation mark has no partner", 'words, "a phrase in quotation marks", -without')
    required: dict[str, dict[str, None]] = {}  # dicts keep the order and drop repetitions
    phrases: dict[Phrase, None] = {}
    excluded: dict[Phrase, None] = {}
    for part in _PART.finditer(q):
        word = part["word"]
        phrase = tokens(part["phrase"] if word is None else word)
        if not phrase:
            continue
        if part["minus"] or (word or "").startswith("-"):
            excluded[phrase] = None
        elif word is None or len(phrase) > 1:
            phrases[phrase] = None
        else:
            required.setdefault(phrase[0], {})[_bare(word)] = None
    return Words(
        required=tuple(Word(token, tuple(typed)) for token, typed in required.items()),
        phrases=tuple(phrases),
        excluded=tuple(excluded),
        nothing=bool(q.strip()) and not (required or phrases or excluded),
    )


def _bare(word: str) -> str:
    """The one word in ``word``, as it was typed but without what stands around it."""
    ((begin, end),) = spans(word)
    return word[begin:end]
