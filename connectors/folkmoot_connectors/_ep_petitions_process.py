"""The parts of a process, made from what a list and the pages of a petition tell."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Final

from folkmoot_connectors._data import table
from folkmoot_connectors._ep_petitions_page import Told
from folkmoot_connectors._ep_petitions_words import LISTED, STATUSES, WORDS
from folkmoot_connectors._values import by_language, day, excerpt
from folkmoot_schema.codes import LinkKind, OutcomeKind, PhaseKind, Status, Topic
from folkmoot_schema.process import Link, Organisation, Outcome, Phase, Place
from folkmoot_schema.texts import Text

_EURLEX: Final = "https://eur-lex.europa.eu/legal-content/EN/TXT/?uri=CELEX:"
# Until 2014: regulations "No 261/2004", directives and decisions "94/62/EC"; since then all "2016/679".
_ACT: Final = re.compile(
    r"\b(?P<type>Regulation|Directive|Decision)\s+(?:\((?:EC|EU|EEC|Euratom)\)\s+)?(?P<no>No\.?\s+)?"
    r"(?P<one>\d{1,4})/(?P<two>\d{1,4})(?:/(?:EC|EU|EEC|CE|JHA))?(?![\d/])"
)
_LETTER: Final = {"Regulation": "R", "Directive": "L", "Decision": "D"}


class Petition:
    """One petition: its ``row`` in the list, and its ``pages`` by language, the first one asked first."""

    def __init__(self, number: str, row: Told, pages: Mapping[str, Told]) -> None:
        self.number = number
        self.row = row
        self.pages = pages

    @property
    def all(self) -> tuple[Told, ...]:
        """The pages, then the row."""
        return (*self.pages.values(), self.row)

    def title(self) -> Text:
        """The titles by language, else the row's, else the number under which the portal knows it."""
        values = {tag: page.title or "" for tag, page in self.pages.items()}
        found = self._text(values) or by_language({LISTED: self.row.title or ""}, LISTED)
        first = next(iter(self.pages), LISTED)
        return found or Text({first: WORDS[first].untitled.format(self.number)}, first)

    def summary(self) -> Text | None:
        """The beginnings of the summaries by language, else what the list gives of it."""
        values = {tag: excerpt(page.summary) for tag, page in self.pages.items()}
        return self._text(values) or by_language({LISTED: self.row.summary or ""}, LISTED)

    def body(self) -> Text | None:
        """The whole summaries, where one is longer than its beginning."""
        values = {tag: page.summary or "" for tag, page in self.pages.items()}
        longer = any(value != excerpt(value) for value in values.values())
        return self._text(values) if longer else None

    def _text(self, values: Mapping[str, str]) -> Text | None:
        return by_language(values, next(iter(self.pages), LISTED))

    def status(self) -> tuple[Status | None, str | None]:
        """Ours, and the portal's own word; the filter stands in for the word only where that was seen."""
        words = [told.status for told in self.all if told.status]
        word = words[0] if words else None
        known = next((STATUSES[each.lower()] for each in words if each.lower() in STATUSES), None)
        if known is not None:
            return known, word
        if any(told.refused_on for told in self.all):
            return Status.REFUSED, word
        return (Status.OPEN if word is None and self.row.asked == "AVAILABLE" else None), word

    def organiser(self) -> Organisation | None:
        """The association, else the petitioner by nationality alone."""
        for tag, page in self.pages.items():
            if page.association:
                return Organisation(name=Text({tag: page.association}, tag))
        country = next((told.nationality for told in self.all if told.nationality), None)
        return Organisation(name=Text({"en": f"Petitioner ({country})"}, "en")) if country else None

    def place(self, default: Place | None) -> Place | None:
        """The country that the page names; never the one that was searched for, which is an assignment."""
        country = next((page.country for page in self.pages.values() if page.country), None)
        return Place(country=country) if country else default

    def phases(self, zone: str) -> tuple[Phase, ...]:
        """The year of the number, in which the petition was registered: all that the portal says of dates."""
        year = self.number.partition("/")[2]
        label = Text({"en": "Registered", "de": "Registriert"}, "en")
        return (Phase(kind=PhaseKind.PREPARATION, opens=year, zone=zone, label=label),)

    def topics(self) -> tuple[Topic, ...]:
        """The EU data themes of all topics, in the order of their codes: each language orders topics in its own way."""
        known = _themes()
        return tuple(
            sorted({theme for page in self.pages.values() for each in page.topics for theme in known.get(each, ())})
        )

    def keywords(self) -> tuple[str, ...]:
        """The portal's topics in the first language that has them."""
        return next((page.topics for page in self.pages.values() if page.topics), ())

    def outcomes(self, by: Organisation | None) -> tuple[Outcome, ...]:
        """That it was declared inadmissible, when, and why."""
        for told in self.all:
            if told.refused_on:
                date = day(told.refused_on, "%d %B %Y", "declared inadmissible on")
                title = f"Declared inadmissible: {told.refused_why}" if told.refused_why else "Declared inadmissible"
                return (Outcome(kind=OutcomeKind.REJECTED, date=date, title=Text({"en": title}, "en"), by=by),)
        return ()

    def links(self, url: str) -> tuple[Link, ...]:
        """The petition's own number, and the acts that it names."""
        own = Link(kind=LinkKind.PETITION, value=self.number, url=url)
        texts = [text for told in self.all for text in (told.title, told.summary) if text]
        found = dict.fromkeys(number for text in texts for number in acts(text))
        return (own, *(Link(kind=LinkKind.CELEX, value=number, url=_EURLEX + number) for number in found))


def acts(text: str) -> Iterator[str]:
    """The CELEX numbers of the acts of the Union that ``text`` names by type and number (English)."""
    for found in _ACT.finditer(text):
        one, two = found["one"], found["two"]
        year_last = found["type"] == "Regulation" and (bool(found["no"]) or not _is_year(one))
        year, number = (two, one) if year_last else (one, two)
        if len(year) == 2:
            year = f"19{year}"
        if _is_year(year):
            yield f"3{year}{_LETTER[found['type']]}{number.zfill(4)}"


def _is_year(value: str) -> bool:
    return len(value) == 4 and 1952 <= int(value) <= 2099


@cache
def _themes() -> dict[str, tuple[Topic, ...]]:
    return table("ep_petitions_topics", dict[str, tuple[Topic, ...]])
