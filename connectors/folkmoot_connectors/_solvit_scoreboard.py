"""What pages and files tell of SOLVIT: a year of the Single Market Scoreboard, figures in rows, stories of success.

A period is the key of everything, never an address: the Scoreboard shows another year under the same one (SOURCE.md).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from html import escape
from typing import Final

import msgspec
from babel import Locale, UnknownLocaleError

from folkmoot_connectors import _drupal as drupal
from folkmoot_connectors._private import OMITTED, without_contacts
from folkmoot_connectors._tables import heading, read_table
from folkmoot_hub.connector import Page, ParseError
from folkmoot_schema import countries
from folkmoot_schema.texts import UNDETERMINED, clean, is_tag

_PERIOD: Final = re.compile(
    r"(?<![\d/])(0?[1-9]|1[0-2])/((?:19|20)\d\d)\s*[-–—]\s*(0?[1-9]|1[0-2])/((?:19|20)\d\d)(?![\d/])"
)
#: The language at the end of an address: ``solvit_en``, ``index_en.htm``.
_SUFFIX: Final = re.compile(r"_([a-z]{2})(?:\.html?)?/?$")
_EU_CODES: Final = {"EL": "GR", "UK": "GB"}
_PROBLEM: Final = re.compile(
    r"(?:the )?(?:problem|issue|problème|le problème|das problem)\s*[:–-]\s*(\S.*)", re.IGNORECASE
)
_SOLUTION: Final = re.compile(
    r"(?:the )?(?:solution|outcome|la solution|lösung|die lösung)\s*[:–-]\s*(\S.*)", re.IGNORECASE
)
_TITLES: Final = r"(?:(?i:Mrs?|Ms|Dr|Prof|Herrn?|Frau|Mme|Mlle|Sra?|Sig|Sig\.ra)|Miss|M)\b\.?"
_PARTICLES: Final = r"(?:(?:van|von|vom|zu|zum|zur|den|der|ten|ter|de|del|della|di|da|dos|du|des|la|le|el|al|af|y)\s+)"
# An initial, or a word with a capital, of which only those of Latin-1 are told from small letters.
_NAMED: Final = r"(?![a-zß-öø-ÿ])(?:[^\W\d_]{1,2}\.|[^\W\d_][\w’'-]{0,60})"
_TITLED: Final = re.compile(rf"\b{_TITLES}(?:\s+{_PARTICLES}{{0,3}}{_NAMED}){{1,5}}")


class Period(msgspec.Struct, frozen=True):
    """A reporting period: its first and its last month."""

    opens: str
    closes: str

    def __str__(self) -> str:
        return " – ".join("/".join(reversed(month.split("-"))) for month in (self.opens, self.closes))


class Year(msgspec.Struct, frozen=True):
    """A year of the Scoreboard, or a country's figures in it. ``language`` is that of the texts.

    ``figures`` are rows of an indicator and its value as the source writes it; what it does not tell is not among them.
    """

    opens: str
    closes: str
    language: str
    title: str = ""
    body: str = ""
    url: str = ""
    country: str | None = None
    figures: tuple[tuple[str, str], ...] = ()


class Story(msgspec.Struct, frozen=True):
    """A case that a page tells as solved, without anybody's name."""

    title: str
    problem: str
    solution: str
    language: str
    url: str


def period(value: str) -> Period | None:
    """The first reporting period in ``value``, such as ``1/2017 - 12/2017``; None if there is none that can be."""
    for one, year, other, last in _PERIOD.findall(value):
        found = Period(f"{year}-{int(one):02}", f"{last}-{int(other):02}")
        if found.opens <= found.closes:
            return found
    return None


def asked_language(url: str, page: Page | None = None) -> str:
    """The language of an address by its ending, else that of the page."""
    if found := _SUFFIX.search(url):
        return found[1]
    stated = page.string("/html/@lang").lower() if page else ""
    return stated if stated and is_tag(stated) else UNDETERMINED


def text_language(asked: str) -> str:
    """In which language the text under such an address is: known for English alone.

    The page that was seen under the address of another language was in English.
    """
    return asked if asked == "en" else UNDETERMINED


def year(page: Page, url: str) -> Year:
    """The year that ``page`` shows; ``ParseError`` if it names no reporting period."""
    main = page.first("//main") or page.first("//body")
    found = period(main.text) if main else None
    if main is None or found is None:
        raise ParseError(f"{url} names no reporting period")
    return Year(
        opens=found.opens,
        closes=found.closes,
        language=text_language(asked_language(url, page)),
        title=without_contacts(clean(main.string(".//h1"))),
        body=drupal.prose(main) + "".join(_table(each) for each in main.all(".//table")),
        url=url,
    )


def rows(text: str, columns: Mapping[str, str], url: str, language: str) -> list[tuple[str, Year | None]]:
    """The figures of a file with one value a row, by id; None for a row that cannot be placed, which has no id.

    ``ParseError`` if a column is missing, or if no row can be placed at all.
    """
    found = [_row(row, language) for row in _rows(text, columns, url)]
    years: dict[str, Year] = {}
    for one in filter(None, found):
        id = f"figures/{one.opens}/{one.closes}/{one.country}/{one.language}"
        before = years.get(id)
        years[id] = msgspec.structs.replace(one, figures=before.figures + one.figures) if before else one
    if not years:
        raise ParseError(f"{url} holds no row with a country and a reporting period that are known")
    return [*years.items(), *([("", None)] * found.count(None))]


def _rows(text: str, columns: Mapping[str, str], url: str) -> Iterator[dict[str, str]]:
    found = read_table(text, url)
    wanted = {key: heading(name) for key, name in columns.items()}
    if missing := [columns[key] for key, name in wanted.items() if key != "language" and name not in found.names]:
        raise ParseError(f"{url} has no column {missing[0]!r}; it has {', '.join(found.names) or 'none'}")
    for row in found.rows:
        yield {key: clean(row.get(name, "")) for key, name in wanted.items()}


def _row(row: Mapping[str, str], language: str) -> Year | None:
    tag = row.get("language", "").lower() or language
    found, place = period(row["period"]), country(row["country"], tag)
    if found is None or place is None or not row["indicator"] or not is_tag(tag):
        return None
    value = without_contacts(row["value"])
    figures = ((without_contacts(row["indicator"]), value),) if value else ()
    return Year(opens=found.opens, closes=found.closes, language=tag, country=place, figures=figures)


def country(value: str, language: str) -> str | None:
    """The code of a country that is given by its code, also the Union's own (EL, UK), or by its name (CLDR)."""
    code = _EU_CODES.get(value.upper(), value.upper())
    if len(code) == 2 and code in countries.CODES:
        return code
    return _names(language).get(value.casefold()) or _names("en").get(value.casefold())


@cache
def _names(language: str) -> dict[str, str]:
    try:
        known = Locale(language).territories
    except (UnknownLocaleError, ValueError):
        return {}
    return {name.casefold(): code for code, name in known.items() if code in countries.CODES}


def stories(page: Page, url: str) -> list[Story]:
    """The stories on a page: a heading, and below it a text that begins with "Problem:" and one with "Solution:".

    Anything else is passed over; ``ParseError`` if nothing of the page has that form.
    """
    main = page.first("//main") or page
    language = text_language(asked_language(url, page))
    found = [story for block in _told(main) if (story := _story(block, language, url))]
    if not found:
        raise ParseError(f"{url} shows no story: a heading with a problem and a solution below it")
    return found


def _told(main: Page) -> Iterator[list[str]]:
    """The texts below each heading, the heading first."""
    block: list[str] = []
    for each in main.all(".//*[self::h2 or self::h3 or self::h4 or self::p]"):
        if each.string("name()") != "p":
            yield block
            block = []
        block.append(clean(each.text))
    yield block


def _story(block: Iterable[str], language: str, url: str) -> Story | None:
    title, *texts = [*block, ""]
    problem = next((found[1] for text in texts if (found := _PROBLEM.fullmatch(text))), None)
    solution = next((found[1] for text in texts if (found := _SOLUTION.fullmatch(text))), None)
    if not (title and problem and solution):
        return None
    return Story(_anonymous(title), _anonymous(problem), _anonymous(solution), language, url)


def _anonymous(text: str) -> str:
    return without_contacts(_TITLED.sub(OMITTED, text))


def table(figures: Iterable[tuple[str, str]]) -> str:
    """Figures as an HTML table."""
    return _written([list(row) for row in figures])


def _table(element: Page) -> str:
    found = [[without_contacts(clean(cell.text)) for cell in row.all("./th | ./td")] for row in element.all(".//tr")]
    return _written([row for row in found if any(row)])


def _written(rows: list[list[str]]) -> str:
    lines = "".join(f"<tr>{' '.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in rows)
    return f"<table>{lines}</table>" if lines else ""
