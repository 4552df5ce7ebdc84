"""Where in a text the words of a query stand: the same tokens and stems as the index has, over the text as written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from folkmoot_hub.search.folding import spans, tokens
from folkmoot_hub.search.languages import stem
from folkmoot_hub.search.words import Phrase, Words

#: From one character to before another.
Span = tuple[int, int]


def highlights(text: str, words: Words, language: str | None) -> tuple[Span, ...]:
    """The places of ``text`` that ``words`` find, in order and apart from each other; a phrase is one place.

    ``language`` is the one that the text is read in, None where only the words themselves are found.
    """
    places, found = spans(text), tokens(text)
    hits = [*_words(text, places, found, words, language), *_phrases(places, found, words.phrases)]
    return tuple(_apart(sorted(hits)))


def _words(
    text: str, places: tuple[Span, ...], found: tuple[str, ...], words: Words, language: str | None
) -> Iterator[Span]:
    exact = {word.token for word in words.required}
    forms = {token for word in words.required for token in word.stems([language] if language else [])}
    for (begin, end), token in zip(places, found, strict=True):
        if token in exact or (language and forms and stem(language, text[begin:end]) in forms):
            yield begin, end


def _phrases(places: tuple[Span, ...], found: tuple[str, ...], phrases: Iterable[Phrase]) -> Iterator[Span]:
    for phrase in phrases:
        for at in range(len(found) - len(phrase) + 1):
            if found[at : at + len(phrase)] == phrase:
                yield places[at][0], places[at + len(phrase) - 1][1]


def _apart(hits: list[Span]) -> Iterator[Span]:
    """``hits``, sorted, with those that overlap made one."""
    last: Span | None = None
    for begin, end in hits:
        if last is not None and begin < last[1]:
            last = last[0], max(last[1], end)
            continue
        if last is not None:
            yield last
        last = begin, end
    if last is not None:
        yield last
