"""Texts by language.

Languages are BCP 47 tags (RFC 5646); ``und`` stands for one that is not known.
"""

from __future__ import annotations

import re

import msgspec

#: The tag of a language that nobody stated (ISO 639-2).
UNDETERMINED = "und"

# RFC 5646, 2.1, without extensions and private use: language, extended language, script, region, variants.
_TAG = re.compile(
    r"[a-z]{2,3}(-[A-Za-z]{3}){0,3}(-[A-Za-z]{4})?(-([A-Za-z]{2}|[0-9]{3}))?(-([A-Za-z0-9]{5,8}|[0-9][A-Za-z0-9]{3}))*"
)
# Bidirectional controls can make a title read as something else; they have no place in a stored text.
_BIDI = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
# C0 and C1 without the white space among them (a terminal takes U+009B for the start of a command), and the BOM.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufeff]")
# A lone surrogate cannot be written as UTF-8; some sources deliver them inside JSON escapes.
_SURROGATE = re.compile("[\ud800-\udfff]")


class Text(msgspec.Struct, frozen=True, omit_defaults=True):
    """One text in one or more languages.

    ``values`` maps a BCP 47 tag to the text; ``original`` is the tag of the language it was written in
    and is a key of ``values``; ``machine`` lists the tags whose text a machine translated; ``html`` says
    that the values are sanitised HTML rather than plain text.
    """

    values: dict[str, str]
    original: str
    machine: tuple[str, ...] = ()
    html: bool = False

    def __post_init__(self) -> None:
        if not self.values:
            raise ValueError("a text needs at least one language")
        if self.original not in self.values:
            raise ValueError(f"the original language {self.original!r} is not among {sorted(self.values)}")
        for tag in (*self.values, *self.machine):
            if not is_tag(tag):
                raise ValueError(f"{tag!r} is not a language tag (BCP 47, lower-case language)")
        if unknown := set(self.machine) - set(self.values):
            raise ValueError(f"machine translations without a text: {sorted(unknown)}")

    def best(self, *languages: str) -> tuple[str, str]:
        """The text in the first of ``languages`` that it exists in, else the original: (tag, text)."""
        for language in languages:
            if language in self.values:
                return language, self.values[language]
        return self.original, self.values[self.original]

    def tagged(self) -> dict[str, str]:
        """The values by the tags that they bear in RDF: in lower case, a machine translation marked as such.

        The mark is BCP 47's own (extension T, RFC 6497): ``fr-t-en-t0-und`` is French, from English, by a machine.
        So ``langMatches(lang(?text), "fr")`` finds it, and what is not marked is the original or a person's work.
        """
        if not self.machine:
            return {tag.lower(): value for tag, value in self.values.items()}
        language = self.original.partition("-")[0]
        return {
            f"{tag}-t-{language}-t0-und".lower() if tag in self.machine else tag.lower(): value
            for tag, value in self.values.items()
        }


def printable(value: str) -> str:
    """``value`` without control characters; what cannot be written as UTF-8 becomes U+FFFD."""
    return _SURROGATE.sub("\ufffd", _CONTROL.sub("", value))


def clean(value: str) -> str:
    """``value`` as :func:`printable`, without bidirectional controls, its white space folded and trimmed."""
    return " ".join(_BIDI.sub("", printable(value)).split())


def cut(value: str, most: int = 300) -> str:
    """``value`` if it has at most ``most`` characters; else so many of its words as fit, and ``…``."""
    if len(value) <= most:
        return value
    begun = value[:most]
    words = begun[: begun.rfind(" ")] if " " in begun[most // 2 :] else begun[:-1]
    return f"{words.rstrip(' ,;:-–')}…"


def is_tag(value: str) -> bool:
    """Whether ``value`` has the form of a language tag as this schema writes them."""
    return bool(_TAG.fullmatch(value))
