"""The words of the portal's pages, by language: without them a petition cannot be told from who wrote it."""

from __future__ import annotations

import re
from typing import Final

import msgspec

from folkmoot_schema.codes import Status

_NUMBER: Final = r"(?P<number>\d{4,5}/\d{4})"


class Words(msgspec.Struct, frozen=True, kw_only=True):
    """What stands on the pages of one language.

    ``title`` finds the number in a sentence that is a title, ``signed`` that somebody is named for a petition in
    whatever stands before or after; ``parts`` divide a title into ``by`` (who wrote it) and ``subject``, tried in
    order. ``untitled`` is what a petition without a title is called.
    """

    title: re.Pattern[str]
    signed: re.Pattern[str]
    parts: tuple[re.Pattern[str], ...]
    untitled: str
    heading: str
    number: str
    topics: str
    country: str
    name: str
    association: str

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels of the fields that are read, and of the name, which never is kept."""
        return (self.number, self.topics, self.country, self.name, self.association)


# Who wrote it is told before what it is about, so everything up to a nationality goes, "on behalf of …" with it.
_ABOUT: Final = (
    r"(?:,\s*|\s+)(?:(?:on(?!\s+behalf\b)|concerning|regarding)\s+(?P<subject>.+)|(?P<call>calling\s+for\s+.+))"
)
_ENGLISH: Final = rf"Petition\s+(?:No\.?\s*)?{_NUMBER}\s*,?\s*by\s+"
_GERMAN: Final = rf"Petition\s+(?:Nr\.?\s*)?{_NUMBER}\s*,?\s*eingereicht\s+von\s+"

WORDS: Final = {
    "en": Words(
        title=re.compile(rf"Petition\s+(?:No\.?\s*)?{_NUMBER}", re.IGNORECASE),
        signed=re.compile(_ENGLISH, re.IGNORECASE),
        parts=(
            re.compile(rf"{_ENGLISH}(?P<by>.+?\([^()]{{2,60}}\).*?){_ABOUT}", re.IGNORECASE | re.DOTALL),
            re.compile(rf"{_ENGLISH}(?P<by>[^()]+?){_ABOUT}", re.IGNORECASE | re.DOTALL),
        ),
        untitled="Petition No {}",
        heading="Petition Summary",
        number="Petition number",
        topics="Topics",
        country="Country",
        name="Name",
        association="Name of association",
    ),
    # A name may hold "zu" itself, so without the word for nationality nothing tells where it ends.
    "de": Words(
        title=re.compile(rf"Petition\s+(?:Nr\.?\s*)?{_NUMBER}", re.IGNORECASE),
        signed=re.compile(_GERMAN, re.IGNORECASE),
        parts=(
            re.compile(
                rf"{_GERMAN}(?P<by>.+?Staatsangehörigkeit.*?)(?:,\s*|\s+)"
                r"(?P<subject>(?:zu[rm]?|über|betreffend)\s+.+)",
                re.IGNORECASE | re.DOTALL,
            ),
        ),
        untitled="Petition Nr. {}",
        heading="Zusammenfassung der Petition",
        number="Nummer der Petition",
        topics="Themenbereiche",
        country="Land",
        name="Name",
        association="Name der Vereinigung",
    ),
}

#: The language of the lists: every language lists the same petitions (SOURCE.md), and only here all words are known.
LISTED: Final = "en"
#: "Search results 7227"; thousands may be divided.
TOTAL: Final = re.compile(r"search\s+results\s*:?\s*\(?\s*(\d{1,3}(?:[., ]\d{3})+(?!\d)|\d+)", re.IGNORECASE)
#: What the portal says of where a petition stands (English, lower case). Only the first was seen, the rest is inferred.
STATUSES: Final = {
    "available to supporters": Status.OPEN,
    "closed to supporters": Status.CLOSED,
    "closed": Status.CLOSED,
    "inadmissible": Status.REFUSED,
}
#: The decision on admissibility, as a sentence of its own: when, and why.
REFUSED: Final = re.compile(
    r"The petition was declared inadmissible by the Committee on Petitions (?:on|in its meeting of)"
    r" (?P<day>\d{1,2} [A-Z][a-z]+ \d{4})(?:\s*: (?P<why>.{1,400}?)\.?)?(?:$|(?<=\.) )"
)
#: Nationalities as they stand in brackets, and the country. What is none of these may be anybody's name.
NATIONALITIES: Final = dict(
    pair.rsplit(" ", 1)
    for pair in (
        "Austrian AT,Belgian BE,Bulgarian BG,British GB,Croatian HR,Cuban CU,Cypriot CY,Czech CZ,Danish DK,Dutch NL,"
        "Estonian EE,Finnish FI,French FR,German DE,Greek GR,Hungarian HU,Irish IE,Italian IT,Latvian LV,"
        "Lithuanian LT,Luxembourgish LU,Maltese MT,Norwegian NO,Polish PL,Portuguese PT,Romanian RO,Slovak SK,"
        "Slovenian SI,Spanish ES,Swedish SE,Swiss CH,Turkish TR,Ukrainian UA"
    ).split(",")
)
