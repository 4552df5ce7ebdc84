"""What the portal's pages tell of petitions, read by the order of their texts: their markup is known from no page.

Whoever wrote a petition is left out here, before anything is an item: the name in the title goes with all that stands
beside it, and what is left is searched for it once more.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import takewhile, zip_longest
from typing import Final

import msgspec
from babel import Locale

from folkmoot_connectors._ep_petitions_words import (
    LISTED,
    NATIONALITIES,
    REFUSED,
    STATUSES,
    TOTAL,
    WORDS,
    Words,
)
from folkmoot_connectors._private import OMITTED, without_contacts
from folkmoot_connectors._values import line
from folkmoot_hub.connector import Page, ParseError
from folkmoot_schema import countries

_TEXTS: Final = "//body//text()[normalize-space()][not(parent::script or parent::style or parent::noscript)]"
_LINKS: Final = "//body//a/@href[contains(., 'petition')]"
#: The number in an address, its slash encoded twice; in the older form it is a step of the path, and a title follows.
_LINKED: Final = re.compile(
    r"\S*/petition/content/(?:\S*[?&]petitionNumber=)?(\d{4,5})%(?:25)*2F(\d{4})(?:[/&#]\S*)?", re.IGNORECASE
)
_NUMBER: Final = re.compile(r"\d{4,5}/\d{4}", re.ASCII)
_STATUS: Final = re.compile(r"Status\s*:\s*(.*)", re.IGNORECASE)
_CUT: Final = re.compile(r"(?<!\s)\s*(?:\.\.\.|…)$")
# A sentence, not a button or a label; no summary that was seen is shorter.
_LEAST: Final = 40
_LONGEST_TITLE: Final = 2000
_MOST_TOPICS: Final = 5
_APART: Final = re.compile(
    r"\([^()]*\)|[,;]|\band\b|\bund\b|\bon behalf of\b|\bim Namen (?:de[rs]|von)?\b", re.IGNORECASE
)


class Told(msgspec.Struct, frozen=True, omit_defaults=True):
    """What one page, or one entry of a list, tells of a petition. ``country`` and ``nationality`` are ISO codes.

    Topics are in the order of the alphabet, since that of the page differs by language and says nothing.
    """

    title: str | None = None
    summary: str | None = None
    status: str | None = None
    asked: str | None = None
    nationality: str | None = None
    association: str | None = None
    topics: tuple[str, ...] = ()
    country: str | None = None
    refused_on: str | None = None
    refused_why: str | None = None


class Listing(msgspec.Struct, frozen=True):
    """A list: how many petitions it says there are, and those that it shows, by number."""

    total: int
    shown: dict[str, Told]


def listing(page: Page, asked: str) -> Listing:
    """The list on ``page``, for which the status ``asked`` was asked; ``ParseError`` if it is none."""
    hits: dict[str, list[str]] = {}
    total, current, before = None, None, ""
    for piece in _pieces(page, f"{_TEXTS} | {_LINKS}"):
        if number := linked(piece):
            current = hits.setdefault(number, [])
        elif current is not None:
            current.append(piece)
        if total is None and (found := TOTAL.match(piece) or TOTAL.match(f"{before} {piece}")):
            total = int(re.sub(r"\D", "", found[1]))
        before = piece
    if total is None:
        raise ParseError(f"{page.url} does not say how many petitions there are: what it would list is not known")
    if total and not hits:
        raise ParseError(f"{page.url} says that there are {total} petitions and shows none")
    return Listing(total, {number: _hit(number, pieces, asked) for number, pieces in hits.items()})


def _pieces(page: Page, xpath: str) -> list[str]:
    """The texts of a page in order. They are escaped twice, so what is read from the markup is still escaped."""
    return [text for piece in page.strings(xpath) if (text := line(line(piece)))]


def linked(address: str) -> str | None:
    """The number of the petition whose page ``address`` is, None if it is another page."""
    found = _LINKED.fullmatch(address)
    return f"{found[1]}/{found[2]}" if found else None


def _hit(number: str, pieces: Sequence[str], asked: str) -> Told:
    words = WORDS[LISTED]
    title = _title(pieces, number, words)
    others = [piece for piece in pieces[:6] if not _is_title(piece, words)]
    summary = next((piece for piece in others if len(piece) >= _LEAST and REFUSED.match(piece) is None), None)
    status = next((piece for piece in others if piece.lower() in STATUSES), None)
    return _told(title, words, summary=summary, status=status, asked=asked, texts=others)


def page_of(page: Page, number: str, language: str) -> Told:
    """What the page of the petition ``number`` tells; ``ParseError`` if this is not it, and so nothing is known."""
    words = WORDS[language]
    pieces = _pieces(page, _TEXTS)
    fields = _fields(pieces, words)
    title = _title(pieces, number, words)
    stated = [value for value in fields.get(words.number, ()) if _NUMBER.fullmatch(value)]
    if title is None and number not in stated:
        found = f"it is about {stated[0]}" if stated else "what became of it is not known"
        raise ParseError(f"{page.url} is not the page of petition {number}: {found}")
    return _told(
        title,
        words,
        summary=_summary(pieces, words),
        status=_status(pieces),
        texts=pieces,
        topics=fields.get(words.topics, ())[:_MOST_TOPICS],
        country=_country(fields.get(words.country, ()), language),
        name=_first(fields, words.name),
        association=_first(fields, words.association),
    )


def _told(
    title: str | None,
    words: Words,
    *,
    summary: str | None,
    status: str | None,
    texts: Sequence[str],
    asked: str | None = None,
    topics: Sequence[str] = (),
    country: str | None = None,
    name: str | None = None,
    association: str | None = None,
) -> Told:
    """The parts without the petitioner. An association of the petitioner's own name may be that person's."""
    by, subject = _divided(title, words)
    if association and name and association.casefold() == name.casefold():
        association = None
    names = [each for each in (name, *_APART.split(by)) if each and each.strip(" .") != association]
    refused = next((found for found in map(REFUSED.search, texts) if found), None)

    def told(value: str | None) -> str | None:
        return _without(value, names) or None if value else None

    return Told(
        title=told(subject),
        summary=told(_CUT.sub("…", summary) if summary else None),
        status=told(status),
        asked=asked,
        nationality=next(
            (NATIONALITIES[word] for word in re.findall(r"\(([^()]*)\)", by) if word in NATIONALITIES), None
        ),
        association=told(association),
        topics=tuple(sorted({topic for topic in map(told, topics) if topic})),
        country=country,
        refused_on=refused["day"] if refused else None,
        refused_why=told(refused["why"]) if refused else None,
    )


def _title(pieces: Sequence[str], number: str, words: Words) -> str | None:
    """The sentence that is the title; a bare number is none, but says what the page is about."""
    found = [piece for piece in pieces if (match := words.title.match(piece)) and match["number"] == number]
    return max(found, key=len, default=None)


def _is_title(piece: str, words: Words) -> bool:
    """Whether a text is a title, or names somebody as one does: then nothing of it may be kept for something else."""
    return words.title.match(piece) is not None or words.signed.search(piece) is not None


def _divided(title: str | None, words: Words) -> tuple[str, str | None]:
    """Who, and what about. Where the words between them are not known, everything is about who."""
    sentence = (title or "")[:_LONGEST_TITLE]
    for form in words.parts:
        if found := form.fullmatch(sentence):
            parts = found.groupdict()
            subject = parts["subject"] or parts.get("call") or ""
            return parts["by"], subject[:1].upper() + subject[1:]
    return words.title.sub("", sentence), None


def _without(value: str, names: Sequence[str]) -> str:
    """``value`` without contacts and without ``names``, also where only the last part of one stands after a "Mr"."""
    for name in names:
        parts = re.sub(r"^\W*(?:by\b|von\b)?\W*", "", name).split()
        if len(parts) < 2 or len("".join(parts)) < 5 or "[" in name:
            continue
        whole, last = r"\s+".join(map(re.escape, parts)), re.escape(parts[-1])
        value = re.sub(rf"(?<!\w)(?:{whole}|(?:Mrs?|Ms|Dr|Herr|Frau)\.?\s+{last})(?!\w)", OMITTED, value, flags=re.I)
    return without_contacts(value)


def _fields(pieces: Sequence[str], words: Words) -> dict[str, tuple[str, ...]]:
    """The values by label: each label is followed by a text that is a colon. The last has one value at most.

    Where a colon is missing, the label that stands there ends the values: what follows it may be a name.
    """
    colons = [at for at, piece in enumerate(pieces) if piece == ":" and at > 0]
    fields: dict[str, tuple[str, ...]] = {}
    for at, after in zip_longest(colons, colons[1:]):
        end = at + 2 if after is None else after - 1
        values = takewhile(lambda piece: piece not in words.labels, pieces[at + 1 : end])
        fields.setdefault(pieces[at - 1], tuple(values))
    return fields


def _first(fields: dict[str, tuple[str, ...]], label: str) -> str | None:
    return next(iter(fields.get(label, ())), None)


def _summary(pieces: Sequence[str], words: Words) -> str | None:
    """The longest text under the heading, which stands in a menu, too; a title repeated there is none."""
    found = (" ".join(_below(pieces, at, words)) for at, piece in enumerate(pieces) if piece == words.heading)
    text = max(found, key=len, default="")
    return re.sub(r"\s+(?=[,.;:!?)])", "", text) or None


def _below(pieces: Sequence[str], heading: int, words: Words) -> Iterator[str]:
    """The texts between a heading and whatever comes next; only the first if nothing tells where they end."""
    kept: list[str] = []
    for at in range(heading + 1, len(pieces)):
        if _is_next(pieces, at, words):
            return iter(kept)
        if not _is_title(pieces[at], words) and REFUSED.match(pieces[at]) is None:
            kept.append(pieces[at])
    return iter(kept[:1])


def _is_next(pieces: Sequence[str], at: int, words: Words) -> bool:
    """Whether something else begins: a heading, which stands in the menu, too, or a field with its label."""
    piece = pieces[at]
    headed = len(piece) < _LEAST and pieces.count(piece) > 1
    labelled = any(re.match(rf"{re.escape(label)}\s*:", piece, re.IGNORECASE) for label in words.labels)
    return headed or labelled or pieces[at + 1 : at + 2] == [":"] or _STATUS.match(piece) is not None


def _status(pieces: Sequence[str]) -> str | None:
    for at, piece in enumerate(pieces):
        if found := _STATUS.fullmatch(piece):
            return found[1] or next(iter(pieces[at + 1 : at + 2]), None)
    return None


def _country(values: Sequence[str], language: str) -> str | None:
    """The code of the one country that is named; several, or one of an unknown name, are no place."""
    found = {_names(language).get(value.casefold()) for value in values}
    return found.pop() if len(found) == 1 else None


@cache
def _names(language: str) -> dict[str, str]:
    """The codes of countries by their names in ``language`` (CLDR), and by one that the portal uses beside them."""
    known = {name.casefold(): code for code, name in Locale(language).territories.items() if code in countries.CODES}
    return {**known, "czech republic": "CZ", "tschechische republik": "CZ"}
