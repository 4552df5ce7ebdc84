"""The parts of a process, made from what the portal tells of an initiative."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from urllib.parse import quote

import msgspec

from folkmoot_connectors._data import Theme, table
from folkmoot_connectors._have_your_say_answers import whole
from folkmoot_connectors._have_your_say_types import Coded, Detail, File, Publication, Row
from folkmoot_connectors._have_your_say_windows import ADOPTION, DRAFT, PLANNING, Window, moment
from folkmoot_connectors._values import body, by_language, excerpt, fuller, line
from folkmoot_hub.connector import Site
from folkmoot_schema.codes import DocumentKind, Kind, LinkKind, OutcomeKind, Stage, Topic, Unit
from folkmoot_schema.process import RESOURCE_TYPES, Document, Link, Organisation, Outcome, Support
from folkmoot_schema.texts import Text, is_tag

_REFERENCE = re.compile(r"(?<![A-Za-z])(Ares|COM|C) ?\( ?(\d{4}) ?\) ?0*([1-9]\d{0,9})(?!\d)", re.IGNORECASE)
_LINKS = {"ARES": (LinkKind.ARES, "Ares"), "COM": (LinkKind.COM, "COM"), "C": (LinkKind.C, "C")}
_DEPARTMENT = re.compile(r"[A-Z][A-Z_]{1,14}", re.ASCII)


class _Act(msgspec.Struct, frozen=True):
    label: str
    stage: Stage | None = None
    legal_act: bool = False


@cache
def themes() -> dict[str, Theme]:
    """The portal's topics by code."""
    return table("have_your_say_topics", dict[str, Theme])


@cache
def acts() -> dict[str, _Act]:
    """The types of acts and of what is published before them, by the code of the EU table of resource types."""
    return table("have_your_say_acts", dict[str, _Act])


def tag(code: str | None) -> str | None:
    """The language tag of the portal's code (``EL``), None if it is none."""
    found = (code or "").strip().lower()
    return found if is_tag(found) else None


def title(row: Row, detail: Detail, language: str) -> Text | None:
    """The short title in ``language``, in which lists are asked for, and in every one it is translated to."""
    values = {language: line(row.short_title) or line(detail.short_title)}
    for each in row.initiative_translations:
        if each.field == "SHORT_TITLE" and (other := tag(each.language)):
            values[other] = values.get(other) or line(each.value)
    return by_language(values, language)


def texts(detail: Detail, language: str) -> tuple[Text | None, Text | None]:
    """Summary (plain), and body (HTML) where it says more."""
    written = tag(detail.language) or language
    excerpted = excerpt(detail.short_description) or excerpt(detail.dossier_summary)
    brief = by_language({written: excerpted}, written)
    return brief, fuller(by_language({written: body(detail.dossier_summary)}, written, html=True), brief)


def kind(detail: Detail, found: tuple[Window, ...]) -> Kind:
    """A call for evidence while nothing but that is known of it, then a consultation."""
    steps = _steps(detail, found)
    return Kind.CALL_FOR_EVIDENCE if steps and steps <= PLANNING else Kind.CONSULTATION


def stage(row: Row, detail: Detail, found: tuple[Window, ...]) -> Stage | None:
    """The step of the policy cycle: by what is to be made, if that is an evaluation or an implementing act."""
    types = {each.type for each in detail.publications} | {_act(row, detail)}
    of_types = {known.stage for code in types if (known := acts().get(code or ""))}
    if detail.is_evaluation or Stage.MONITORING_AND_EVALUATION in of_types:
        return Stage.MONITORING_AND_EVALUATION
    if Stage.POLICY_IMPLEMENTATION in of_types:
        return Stage.POLICY_IMPLEMENTATION
    if steps := _steps(detail, found):
        return Stage.AGENDA_SETTING if steps <= PLANNING else Stage.POLICY_DESIGN
    return Stage.POLICY_DESIGN if Stage.POLICY_DESIGN in of_types else None


def _steps(detail: Detail, found: tuple[Window, ...]) -> set[str]:
    """The steps that have dates; before there are any, those that are planned."""
    dated = {each.step for each in found if each.step and each.dated}
    planned = dated or {each.step for each in found if each.step}
    return planned or {step for step in (detail.stage,) if step}


def _act(row: Row, detail: Detail) -> str | None:
    return row.foreseen_act_type or detail.foreseen_act_type


def act_types(row: Row, detail: Detail) -> tuple[str, ...]:
    """The type of the act that is to come, if the EU table of resource types has it."""
    code = _act(row, detail)
    return (RESOURCE_TYPES + code,) if code and code in acts() else ()


def _subjects(row: Row, detail: Detail) -> tuple[Coded, ...]:
    return (*row.topics, *detail.topics, *detail.policy_areas)


def topics(row: Row, detail: Detail) -> tuple[Topic, ...]:
    """The EU data themes of topics and policy areas, each once."""
    known = (themes().get(each.code or "") for each in _subjects(row, detail))
    return tuple(dict.fromkeys(topic for theme in known if theme for topic in theme.topics))


def keywords(row: Row, detail: Detail) -> tuple[str, ...]:
    """The portal's words for topics and policy areas, and for the act; a code it has added since is kept as it is."""
    words = [line(each.label) or _label(each.code or "") for each in _subjects(row, detail)]
    known = acts().get(_act(row, detail) or "")
    return tuple(dict.fromkeys(word for word in (*words, known.label if known else "") if word))


def _label(code: str) -> str:
    known = themes().get(code)
    return known.label if known else line(code)


def department(detail: Detail) -> Organisation | None:
    """The directorate-general in charge, by its code."""
    code = detail.dg or ""
    if not _DEPARTMENT.fullmatch(code):
        return None
    return Organisation(name=Text({"en": f"European Commission ({code})"}, "en"))


def support(detail: Detail) -> tuple[Support, ...]:
    """The feedback items of all publications together. One that takes feedback and gives no count leaves it unknown."""
    counts = [whole(each.total_feedback) for each in detail.publications if _counts(each)]
    if not counts:
        return ()
    known = [count for count in counts if count is not None]
    return (Support(unit=Unit.FEEDBACK, count=sum(known) if len(known) == len(counts) else None, part="detail"),)


def _counts(publication: Publication) -> bool:
    return publication.total_feedback is not None or publication.receiving_feedback_status in {"OPEN", "CLOSED"}


def documents(detail: Detail, site: Site) -> tuple[Document, ...]:
    """The documents of all publications, each once."""
    found: dict[str, Document] = {}
    for publication in detail.publications:
        for file in publication.attachments:
            if url := _download(file, site):
                found.setdefault(url, _document(file, publication, url))
    return tuple(found.values())


def _download(file: File, site: Site) -> str | None:
    id = file.document_id
    name = id.strip() if isinstance(id, str) else str(whole(id) or "")
    return site.url(f"brpapi/download/{quote(name, safe='')}") if name else None


def _document(file: File, publication: Publication, url: str) -> Document:
    language = tag(file.language)
    name = line(file.title) or line(file.reference)
    label = Text({language or "und": name}, language or "und") if name else None
    return Document(url=url, kind=_role(file, publication), title=label, language=language)


def _role(file: File, publication: Publication) -> DocumentKind:
    if file.type == "ANNEX":
        return DocumentKind.ANNEX
    if file.type != "MAIN":
        return DocumentKind.OTHER
    draft = publication.step == DRAFT or (publication.type or "").endswith("_DRAFT")
    return DocumentKind.DRAFT_ACT if draft else DocumentKind.MAIN


def outcomes(row: Row, detail: Detail, site: Site, by: Organisation) -> tuple[Outcome, ...]:
    """What the Commission adopted: an act of law or the proposal for one, or a paper of its own (a decision)."""
    return tuple(_adopted(row, detail, site, by))


def _adopted(row: Row, detail: Detail, site: Site, by: Organisation) -> Iterator[Outcome]:
    for each in detail.publications:
        date = moment(each.adoption_date, "adoptionDate")
        if each.step != ADOPTION or not date:
            continue
        known = acts().get(each.type or "") or acts().get(_act(row, detail) or "")
        files = sorted(
            (file for file in each.attachments if file.type == "MAIN"), key=lambda file: file.language != "EN"
        )
        yield Outcome(
            kind=OutcomeKind.LEGAL_ACT if known and known.legal_act else OutcomeKind.DECISION,
            date=date[:10],
            title=Text({"en": " ".join(filter(None, ("Adopted by the Commission", line(each.reference))))}, "en"),
            url=next(filter(None, (_download(file, site) for file in files)), None),
            by=by,
        )


def links(row: Row, detail: Detail) -> tuple[Link, ...]:
    """The numbers of the initiative and of its publications, in one spelling: ``Ares(2025)1``, ``COM(2021)206``."""
    stated = (row.reference, detail.reference, *(each.reference for each in detail.publications))
    found = [parts for reference in stated for parts in _REFERENCE.findall(reference or "")]
    made = ((*_LINKS[series.upper()], year, number) for series, year, number in found)
    return tuple(dict.fromkeys(Link(kind=of, value=f"{name}({year}){number}") for of, name, year, number in made))
