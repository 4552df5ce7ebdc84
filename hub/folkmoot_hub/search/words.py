"""The words of a query, understood in the same way by every engine.

``animal welfare`` asks for both words, ``"animal welfare"`` for the phrase, ``-fur`` excludes. What is written as one
word and falls into several tokens is a phrase: ``0123/2024``, ``e-mail``, ``COM(2024)12``. A part without a letter or
digit asks for nothing; where a query has only such parts, nothing is found: whoever typed it asked for *something*.
"""

from __future__ import annotations

import re

import msgspec

from folkmoot_hub.errors import QueryError
from folkmoot_hub.search.folding import tokens

_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»", '"'))
_PART = re.compile(r'(?P<minus>-?)"(?P<phrase>[^"]*)"|(?P<word>[^\s"]+)')

Phrase = tuple[str, ...]


class Words(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the words of a query ask for, folded.

    ``required`` are single tokens and ``phrases`` sequences of tokens that must all occur, ``excluded`` are sequences
    (also of one token) of which none may. ``nothing``: no process can match.
    """

    required: tuple[str, ...] = ()
    phrases: tuple[Phrase, ...] = ()
    excluded: tuple[Phrase, ...] = ()
    nothing: bool = False

    @property
    def wanted(self) -> tuple[Phrase, ...]:
        """Everything that must occur, single tokens as phrases of one."""
        return (*((token,) for token in self.required), *self.phrases)

    def __bool__(self) -> bool:
        return bool(self.required or self.phrases or self.excluded or self.nothing)


def parse_words(q: str) -> Words:
    """The words of ``q``; ``QueryError`` if a quotation mark has no partner. Any kind of quotation mark will do."""
    q = q.translate(_QUOTES)
    if q.count('"') % 2:
        raise QueryError("q", "a quotation mark has no partner", 'words, "a phrase in quotation marks", -without')
    wanted: dict[Phrase, None] = {}  # a dict keeps the order and drops repetitions
    excluded: dict[Phrase, None] = {}
    for part in _PART.finditer(q):
        minus, text = _read(part)
        if phrase := tokens(text):
            (excluded if minus else wanted)[phrase] = None
    return Words(
        required=tuple(phrase[0] for phrase in wanted if len(phrase) == 1),
        phrases=tuple(phrase for phrase in wanted if len(phrase) > 1),
        excluded=tuple(excluded),
        nothing=bool(q.strip()) and not wanted and not excluded,
    )


def _read(part: re.Match[str]) -> tuple[bool, str]:
    word = part["word"]
    if word is None:
        return bool(part["minus"]), part["phrase"]
    return word.startswith("-"), word
