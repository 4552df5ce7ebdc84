"""Texts of processes as a page shows them: in the reader's language where that exists, the original under it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from markupsafe import Markup, escape

from folkmoot_hub import markup
from folkmoot_hub.search.documents import language
from folkmoot_hub.search.highlights import Span, highlights
from folkmoot_hub.search.words import Words
from folkmoot_hub.web import labels
from folkmoot_schema.labels import best
from folkmoot_schema.process import Organisation, Process
from folkmoot_schema.texts import UNDETERMINED, Text, clean, cut

#: The language of the interface: what a reader gets where there is nothing in a language of theirs.
INTERFACE: Final = "en"


_NONE: Final = Markup("")


class Told(NamedTuple):
    """A text and its language as ``lang`` wants it: empty where nobody stated it, None where it is the page's own."""

    text: str | Markup
    lang: str | None


class Title(NamedTuple):
    """A title, the original where that is another, and in words which language this is.

    Of a title of great length ``shown`` is the beginning, ``whole`` all of it.
    """

    shown: Told
    original: Told | None
    note: str
    whole: Told | None = None


def told(text: Text, languages: Sequence[str]) -> Told:
    """``text`` in the first of ``languages`` that it exists in, else as it was written."""
    tag, value = text.best(*languages)
    return Told(_safe(value) if text.html else clean(value), lang(tag))


def labelled(parameter: str, value: str, languages: Sequence[str]) -> Told:
    """The words for the value of a parameter, in the first of ``languages`` that there are some in."""
    chosen = best(languages)
    return Told(labels.label(parameter, value, chosen), lang(chosen))


def lang(tag: str) -> str | None:
    """A language tag as the value of ``lang``."""
    return None if tag == INTERFACE else "" if tag == UNDETERMINED else tag


def attribute(one: Told) -> Markup:
    """The attribute ``lang`` that an element with ``one`` in it needs, nothing where it is the page's own."""
    return _NONE if one.lang is None else Markup(f' lang="{escape(one.lang)}"')  # noqa: S704 - escaped


def span(one: Told) -> Markup:
    """``one`` as an element."""
    return Markup(f"<span{attribute(one)}>{escape(one.text)}</span>")  # noqa: S704 - escaped


def time(words: str, exact: str | None) -> Markup:
    """``words``, with the partial date for machines where there is one."""
    if not exact:
        return escape(words)
    return Markup(f'<time datetime="{escape(exact)}">{escape(words)}</time>')  # noqa: S704 - escaped


def paragraphs(text: Text, languages: Sequence[str]) -> list[Told]:
    """``text`` as paragraphs; HTML stays one block with its own."""
    if text.html:
        return [told(text, languages)]
    tag, value = text.best(*languages)
    return [Told(clean(part), lang(tag)) for part in value.splitlines() if clean(part)]


def title(text: Text, languages: Sequence[str]) -> Title:
    """The title of a process for a reader of ``languages``."""
    tag, _ = text.best(*languages)
    original = (
        None if tag == text.original else told(Text({text.original: text.values[text.original]}, text.original), ())
    )
    whole = told(text, languages)
    shown = _cut(whole)
    longer = whole if shown != whole else None
    return Title(shown, original and _cut(original), _note(text, tag, languages), longer)


def _cut(one: Told) -> Told:
    return one if isinstance(one.text, Markup) else Told(cut(one.text), one.lang)


def marked(process: Process, shown: Title, languages: Sequence[str], words: Words) -> Title:
    """``shown``, the title of ``process`` for a reader of ``languages``, with what ``words`` find in it marked."""
    if not words.wanted:
        return shown
    tag, _ = process.title.best(*languages)
    original = shown.original and _marked(process, shown.original, process.title.original, words)
    return shown._replace(shown=_marked(process, shown.shown, tag, words), original=original)


def _marked(process: Process, one: Told, tag: str, words: Words) -> Told:
    if isinstance(one.text, Markup):  # places in HTML are not those of its text
        return one
    found = highlights(one.text, words, language(process, tag))
    return Told(_with_marks(one.text, found), one.lang) if found else one


def _with_marks(text: str, found: Sequence[Span]) -> Markup:
    parts, at = [], 0
    for begin, end in found:
        parts += [escape(text[at:begin]), "<mark>", escape(text[begin:end]), "</mark>"]
        at = end
    return Markup("".join([*parts, escape(text[at:])]))  # noqa: S704 - every part of the text is escaped


def _note(text: Text, tag: str, languages: Sequence[str]) -> str:
    written = labels.language(text.original)
    if tag in text.machine:
        return f"Title translated by machine from {written}"
    if tag == UNDETERMINED:
        return "Language not stated"
    return f"In {labels.language(tag)}" if tag in languages else f"In {labels.language(tag)} (original)"


def name(organisation: Organisation | None, languages: Sequence[str]) -> Told | None:
    """The name of an organisation."""
    return told(organisation.name, languages) if organisation is not None else None


def web(address: str | None) -> str | None:
    """``address`` if a page may link to it: http(s) alone."""
    return address if address and address.lower().startswith(("http://", "https://")) else None


def _safe(value: str) -> Markup:
    # Sanitised on the way in already; done again, since whoever changes the store would otherwise own the page.
    return Markup(markup.sanitise(value))  # noqa: S704 - what nh3 let through
