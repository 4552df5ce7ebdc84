"""The parts of a process, made from the details of an initiative."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from urllib.parse import unquote

from folkmoot_connectors._data import Theme, table
from folkmoot_connectors._eci_support import FORM, registered_on, step_date
from folkmoot_connectors._eci_types import Decision, Detail, File, Row, Version
from folkmoot_connectors._values import address, body, by_language, day, excerpt, line, shortened
from folkmoot_schema.codes import DocumentKind, LinkKind, PhaseKind, Status, Topic
from folkmoot_schema.process import Document, Link, Organisation, Phase
from folkmoot_schema.texts import Text

ZONE = "Europe/Brussels"
#: The register's word for where an initiative stands (labels in SOURCE.md), and ours.
STATUS = {
    "REGISTERED": Status.ANNOUNCED,
    "COLLECTION_START_DATE": Status.ANNOUNCED,
    "ONGOING": Status.OPEN,
    "CLOSED": Status.CLOSED,
    "VERIFICATION": Status.UNDER_REVIEW,
    "SUBMITTED": Status.UNDER_REVIEW,
    "ANSWERED": Status.ANSWERED,
    "INSUFFICIENT_SUPPORT": Status.UNSUCCESSFUL,
    "INSUFFICIENT_SUPPORT_AFTER_VERIFICATION": Status.UNSUCCESSFUL,
    "WITHDRAWN": Status.WITHDRAWN,
    "REJECTED": Status.REFUSED,
}
_EURLEX = "https://eur-lex.europa.eu/legal-content/EN/TXT/?uri=CELEX:"
_CELEX = re.compile(r"CELEX:([0-9CE]\d{4}[A-Z]{1,2}[0-9A-Z()_]{2,30})")
_NUMBER = re.compile(r"(?<![A-Za-z])(COM|C)[_(](\d{4})[_)] ?(\d{1,5})(?!\d)")


def tag(code: str) -> str:
    """The language tag of the register's code: ``EL`` is Greek here, not a country."""
    return code.strip().lower()


def original(row: Row, detail: Detail) -> str:
    """The language an initiative was written in: the version that says so, else the list's, else the first."""
    versions = detail.linguistic_versions
    stated = [tag(version.language_code) for version in versions if version.original]
    listed = [tag(row.language_code)] if row.language_code else []
    known = {tag(version.language_code) for version in versions}
    return next(iter([*stated, *(code for code in listed if code in known or not known), *sorted(known), "en"]))


def text(row: Row, detail: Detail, make: Callable[[Version], str], *, html: bool = False) -> Text | None:
    """What ``make`` reads from every version, in all languages that have it."""
    values = {tag(version.language_code): make(version) for version in detail.linguistic_versions}
    return by_language(values, original(row, detail), html=html)


def title(row: Row, detail: Detail) -> Text | None:
    """The title in all languages; the list's alone while there are no details."""
    found = text(row, detail, lambda version: line(version.title))
    if found is not None:
        return found
    code = tag(row.language_code or "en")
    return by_language({code: line(row.title)}, code)


def summary(version: Version) -> str:
    """The beginning of the objectives, plain."""
    return excerpt(version.objectives)


def whole_text(version: Version) -> str:
    """The objectives and the annex, as HTML."""
    return "\n".join(filter(None, (body(version.objectives), body(version.annex_text))))


def phases(detail: Detail) -> tuple[Phase, ...]:
    """Registration, collection, verification, the Commission's review and its decision, as far as dated."""
    started = day(detail.start_collection_date, FORM, "startCollectionDate")
    started = started or step_date(detail, "COLLECTION_START_DATE")
    answered, submitted = step_date(detail, "ANSWERED"), step_date(detail, "SUBMITTED")
    windows = (
        (PhaseKind.PREPARATION, registered_on(detail), started),
        (PhaseKind.PARTICIPATION, started, _closing(detail)),
        (PhaseKind.VERIFICATION, step_date(detail, "VERIFICATION"), submitted),
        (PhaseKind.REVIEW, submitted, answered),
        (PhaseKind.DECISION, answered, answered),
    )
    return tuple(
        Phase(kind=kind, opens=opens, closes=closes, zone=ZONE)
        for kind, opens, closes in windows
        if opens or (closes and kind is PhaseKind.PARTICIPATION)
    )


def _closing(detail: Detail) -> str | None:
    """The last day of collecting: closed early, or as it came to pass, or as it is due."""
    early = day(detail.early_closure_date, FORM, "earlyClosureDate")
    return early or step_date(detail, "CLOSED") or day(detail.deadline, FORM, "deadline")


def organiser(detail: Detail, language: str) -> Organisation | None:
    """The legal entity that an initiative was set up with, else its committee by the members' countries only."""
    for name in detail.organisers:
        if line(name):
            return Organisation(name=Text({language: line(name)}, language))
    if not detail.linguistic_versions:
        return None
    countries = f" ({', '.join(detail.committee)})" if detail.committee else ""
    return Organisation(name=Text({"en": f"Citizens' committee{countries}"}, "en"))


@cache
def _categories() -> dict[str, Theme]:
    return table("eci_categories", dict[str, Theme])


def topics(detail: Detail) -> tuple[Topic, ...]:
    """The EU data themes of the categories, each once."""
    known = (_categories().get(each.category_type) for each in detail.categories)
    return tuple(dict.fromkeys(topic for theme in known if theme for topic in theme.topics))


def keywords(detail: Detail) -> tuple[str, ...]:
    """The register's labels of the categories; a code it has added since is kept as it is."""
    known = ((each.category_type, _categories().get(each.category_type)) for each in detail.categories)
    return tuple(dict.fromkeys(theme.label if theme else code for code, theme in known))


def documents(detail: Detail, where: str) -> tuple[Document, ...]:
    """All documents, each once; ``where`` is the address they are below."""
    found: dict[str, Document] = {}

    def add(file: File | None, kind: DocumentKind, language: str | None = None) -> None:
        if file is not None:
            url = f"{where}/{file.id}"
            name = line(file.name)
            label = Text({language or "und": name}, language or "und") if name else None
            media = file.mime_type or None
            found.setdefault(
                url, Document(url=url, kind=kind, title=label, language=language, media_type=media, size=file.size)
            )

    for version in detail.linguistic_versions:
        language = tag(version.language_code)
        add(version.additional_document, DocumentKind.OTHER, language)
        add(version.draft_legal, DocumentKind.DRAFT_ACT, language)
        add((version.commission_decision or Decision()).document, DocumentKind.DECISION, language)
    add(detail.refusal_document, DocumentKind.DECISION)
    add(detail.funding_document, DocumentKind.FUNDING)
    return tuple(found.values())


def links(row: Row, detail: Detail, url: str) -> tuple[Link, ...]:
    """The initiative's own number, the decision to register, the legal basis, its web site, the answer's numbers."""
    found: dict[tuple[LinkKind, str], Link] = {}
    own = row.pub_reg_num or row.com_reg_num
    candidates = [Link(kind=LinkKind.INITIATIVE, value=own, url=url)] if own else []
    language = original(row, detail)
    for version in sorted(detail.linguistic_versions, key=lambda each: tag(each.language_code) != language):
        candidates += _of_version(version, first=tag(version.language_code) == language)
    candidates += _of_answer(detail)
    for link in candidates:
        found.setdefault((link.kind, link.value), link)
    return tuple(found.values())


def _of_version(version: Version, *, first: bool) -> Iterator[Link]:
    decision = version.commission_decision or Decision()
    for celex in (decision.celex, decision.corrigendum):
        if celex and celex.strip():
            number = celex.strip().upper()
            yield Link(kind=LinkKind.CELEX, value=number, url=_EURLEX + number)
    basis = shortened(line(version.treaties), 300)
    if first and basis:
        yield Link(kind=LinkKind.LEGAL_BASIS, value=basis)
    site = address(version.website)
    if site:
        yield Link(kind=LinkKind.WEBSITE, value=site, url=site)


def _of_answer(detail: Detail) -> Iterator[Link]:
    """The numbers of the answer's documents, which stand in file names and parameters only."""
    for each in (
        *(detail.answer.links if detail.answer else ()),
        *(detail.pre_answer.links if detail.pre_answer else ()),
    ):
        url = address(each.default_link)
        for where in (each.default_link, *(translation.link for translation in each.link)):
            plain = unquote(where or "")
            for series, year, number in _NUMBER.findall(plain):
                kind = LinkKind.COM if series == "COM" else LinkKind.C
                yield Link(kind=kind, value=f"{series}({year}){int(number)}", url=url)
            for celex in _CELEX.findall(plain):
                yield Link(kind=LinkKind.CELEX, value=celex, url=_EURLEX + celex)
