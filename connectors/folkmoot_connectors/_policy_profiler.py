"""The statements of Puzzled by Policy's Policy Profiler, from its tables: each with all its languages and countries."""

from __future__ import annotations

import html
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

import msgspec

from folkmoot_connectors._private import without_contacts
from folkmoot_connectors._tsql import rows, script
from folkmoot_connectors._values import body, by_language, line, read
from folkmoot_hub.connector import MappingError, ParseError, Site
from folkmoot_schema.codes import Kind, Level, Stage, Status, Topic
from folkmoot_schema.process import Place, Process
from folkmoot_schema.texts import Text, is_tag

#: The tables that are read, by columns, since their names matter to nobody. Of users, and of what stakeholders were
#: coded with, nothing is.
_TABLES: Final = {
    "Questions": frozenset({"QuestionID", "Locale", "TargetedCountry", "CategoryID", "QuestionText"}),
    "Categories": frozenset({"CategoryID", "Locale", "TargetedCountry", "CategoryText"}),
    "Answers": frozenset({"AnswerID", "Locale", "AnswerText"}),
    "Countries": frozenset({"Country", "Language", "Translation"}),
}
FIELDS: Final = frozenset({"number", "wordings", "category", "answers", "countries"})
_CODES: Final = {"Greece": "GR", "Hungary": "HU", "Italy": "IT", "Spain": "ES", "UK": "GB"}
_ANSWERS: Final = {"en": "Answers", "el": "Απαντήσεις", "es": "Respuestas", "hu": "Válaszok", "it": "Risposte"}
_ORIGINAL: Final = "en"

Tables = Mapping[str, list[dict[str, Any]]]


class Wording(msgspec.Struct, frozen=True):
    """How the statement is put in a language to people of a country."""

    language: str
    country: str
    text: str


class Statement(msgspec.Struct, frozen=True):
    """A statement: its wordings, its category and possible answers by language, names of countries by code."""

    number: int
    wordings: tuple[Wording, ...]
    category: dict[str, str] = {}
    answers: tuple[dict[str, str], ...] = ()
    countries: dict[str, dict[str, str]] = {}


def tables(content: bytes, document: Any, url: str) -> Tables:
    """The rows of a script, or of ``document`` if it is a transcription; ``ParseError`` if no statement is in it."""
    if document is None:
        text = script(content)
        found = {name: list(rows(text, columns)) for name, columns in _TABLES.items()}
    else:
        found = {name: _transcribed(document.get(name), columns) for name, columns in _TABLES.items()}
    if not any(_numbered(row) for row in found["Questions"]):
        raise ParseError(f"{url} holds no statement: no row with {', '.join(sorted(_TABLES['Questions']))}")
    return found


def _transcribed(told: Any, columns: frozenset[str]) -> list[dict[str, Any]]:
    return [row for row in told if isinstance(row, dict) and columns <= set(row)] if isinstance(told, list) else []


def _numbered(row: Mapping[str, Any]) -> bool:
    return type(row["QuestionID"]) is int


def unnumbered(found: Tables) -> bool:
    """Whether a row belongs to no statement."""
    return not all(map(_numbered, found["Questions"]))


def statements(found: Tables) -> Iterator[dict[str, Any]]:
    """Each statement once, however many languages and countries it is put in."""
    by_number: dict[int, list[dict[str, Any]]] = {}
    for row in filter(_numbered, found["Questions"]):
        by_number.setdefault(row["QuestionID"], []).append(row)
    answers = _answers(found["Answers"])
    countries = _countries(found["Countries"])
    for number, group in sorted(by_number.items()):
        category = Counter(row["CategoryID"] for row in group if isinstance(row["CategoryID"], int)).most_common(1)
        yield {
            "number": number,
            "wordings": list(_wordings(group)),
            "category": _category(found["Categories"], category[0][0]) if category else {},
            "answers": answers,
            "countries": countries,
        }


def _wordings(group: Iterable[Mapping[str, Any]]) -> Iterator[dict[str, str]]:
    for row in group:
        tag, country, text = _tag(row["Locale"]), _region(row["TargetedCountry"]), _text(row["QuestionText"])
        if tag and text:
            yield {"language": tag, "country": country, "text": text}


def _category(told: Iterable[Mapping[str, Any]], number: int) -> dict[str, str]:
    """The name of a category: in each language the one that most countries have."""
    names: dict[str, Counter[str]] = {}
    for row in told:
        tag, text = _tag(row["Locale"]), _text(row["CategoryText"])
        if row["CategoryID"] == number and tag and text:
            names.setdefault(tag, Counter())[text] += 1
    return {tag: counted.most_common(1)[0][0] for tag, counted in names.items()}


def _answers(told: Iterable[Mapping[str, Any]]) -> list[dict[str, str]]:
    by_number: dict[int, dict[str, str]] = {}
    for row in told:
        tag, text = _tag(row["Locale"]), _text(row["AnswerText"])
        if type(row["AnswerID"]) is int and tag and text:
            by_number.setdefault(row["AnswerID"], {})[tag] = text
    return [values for _, values in sorted(by_number.items())]


def _countries(told: Iterable[Mapping[str, Any]]) -> dict[str, dict[str, str]]:
    names: dict[str, dict[str, str]] = {}
    for row in told:
        code, tag, text = _CODES.get(str(row["Country"])), _tag(row["Language"]), _text(row["Translation"])
        if code and tag and text:
            names.setdefault(code, {})[tag] = text
    return names


def _tag(locale: Any) -> str:
    """The language of a locale such as "el-GR", empty if it has none."""
    tag = str(locale).partition("-")[0].strip().lower()
    return tag if is_tag(tag) else ""


def _region(locale: Any) -> str:
    """The country of a locale, however it is spelt: one row says "hu-hu"."""
    return str(locale).partition("-")[2].strip().upper()


def _text(value: Any) -> str:
    return line(without_contacts(value)) if isinstance(value, str) else ""


# As a process


def process(data: Mapping[str, Any], url: str, site: Site) -> Process:
    """A statement as a survey that is over. Whoever answered it is in no file, nor how many did.

    It is closed rather than ended: a questionnaire is there to be answered, which nobody can any more; ``ended`` is for
    what stopped in whatever state it was, as a debate does.
    """
    told = read(data, Statement)
    title = _agreed(told) or by_language(told.category, _ORIGINAL)
    if title is None:
        raise MappingError(f"statement {told.number} has no wording")
    category = by_language(told.category, _ORIGINAL)
    return Process(
        kind=Kind.SURVEY,
        title=title,
        url=url,
        summary=category if category != title else None,
        body=_body(told, with_wordings=_agreed(told) is None),
        authority=site.authority,
        place=site.place or Place(country="EU"),
        level=site.level or Level.SUPRANATIONAL,
        topics=(Topic.SOCI,),
        keywords=tuple(filter(None, [told.category.get(_ORIGINAL)])),
        stage=Stage.AGENDA_SETTING,
        flag=Status.CLOSED,
    )


def _agreed(told: Statement) -> Text | None:
    """The statement by language, if in each more than half of the countries have the same wording; else None.

    So one that was put differently in one country by mistake does not count, and one that is another for each
    country has no wording of its own.
    """
    values = {}
    for tag in dict.fromkeys(each.language for each in told.wordings):
        wordings = Counter(each.text for each in told.wordings if each.language == tag)
        text, count = wordings.most_common(1)[0]
        if 2 * count <= wordings.total():
            return None
        values[tag] = text
    return by_language(values, _ORIGINAL)


def _body(told: Statement, *, with_wordings: bool) -> Text | None:
    tags = dict.fromkeys([*(each.language for each in told.wordings), *(tag for each in told.answers for tag in each)])
    bodies = {}
    for tag in tags:
        wordings = [
            f"{told.countries.get(each.country, {}).get(tag, each.country)}: {each.text}"
            for each in told.wordings
            if with_wordings and each.language == tag
        ]
        answers = [each[tag] for each in told.answers if tag in each]
        head = f"<p>{_ANSWERS.get(tag, '')}</p>" if answers and tag in _ANSWERS else ""
        bodies[tag] = body(_listed(wordings) + head + _listed(answers))
    return by_language(bodies, _ORIGINAL, html=True)


def _listed(texts: Iterable[str]) -> str:
    rows = "".join(f"<li>{html.escape(text)}</li>" for text in texts)
    return f"<ul>{rows}</ul>" if rows else ""
