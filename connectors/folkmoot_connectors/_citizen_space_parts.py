"""The parts of a process, made from the fields of an activity."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from folkmoot_connectors._values import address, body, by_language, day, line, size_in_bytes
from folkmoot_schema.codes import Kind, LinkKind, PhaseKind, Stage, Status
from folkmoot_schema.process import Document, Link, Phase
from folkmoot_schema.texts import Text

_FORM = "%Y/%m/%d"
_KINDS = {
    "consultation": Kind.CONSULTATION,
    "survey": Kind.SURVEY,
    "basic_survey": Kind.SURVEY,
    "call_for_evidence": Kind.CALL_FOR_EVIDENCE,
    "call_for_ideas": Kind.CALL_FOR_EVIDENCE,
}
#: From here on a form is no longer a consultation but stands open (SOURCE.md).
_STANDING_DAYS = 2 * 366


def path(local_id: str) -> str:
    """The path of an activity's own page below its hub."""
    workspace, _, id = local_id.partition("/")
    return f"{quote(workspace, safe='')}/{quote(id, safe='')}"


def kind(data: Mapping[str, Any], flag: Status | None) -> Kind:
    """By the type of activity; a form without end, or open for more than two years, is a standing form.

    What is only announced may still get its end, so there a missing one says nothing.
    """
    opens, closes = _day(data, "startdate"), _day(data, "enddate")
    endless = closes is None and flag is not Status.ANNOUNCED
    if endless or (opens and closes and _days(opens, closes) > _STANDING_DAYS):
        return Kind.STANDING_FORM
    word = str(data.get("activity_type") or "").lower().replace("-", "_").replace(" ", "_")
    return _KINDS.get(word, Kind.CONSULTATION)


def stage(kind: Kind, flag: Status | None, data: Mapping[str, Any]) -> Stage | None:
    """The step of the policy cycle, by the rule that SOURCE.md infers; a standing form belongs to none."""
    if kind is Kind.STANDING_FORM:
        return None
    if kind is Kind.CALL_FOR_EVIDENCE:
        return Stage.AGENDA_SETTING
    if flag is Status.CLOSED and data.get("resultdate"):
        return Stage.MONITORING_AND_EVALUATION
    return Stage.POLICY_DESIGN


def phases(data: Mapping[str, Any], zone: str) -> tuple[Phase, ...]:
    """The time to take part, and when feedback and results are promised: promises, not outcomes."""
    opens, closes = _day(data, "startdate"), _day(data, "enddate")
    found = [Phase(opens=opens, closes=closes, zone=zone)] if opens or closes else []
    for field, label in (("feedbackdate", "Feedback expected"), ("resultdate", "Results expected")):
        if when := _day(data, field):
            found.append(Phase(kind=PhaseKind.FEEDBACK, opens=when, zone=zone, label=Text({"en": label}, "en")))
    return tuple(found)


def whole_text(data: Mapping[str, Any], language: str) -> str:
    """Overview, why, and what happens next, under headings where the hub is in English, else between rules."""
    sections = [body(data.get("overview"))]
    for field, heading in (("why", "Why"), ("what_happens_next", "What happens next")):
        if text := body(data.get(field)):
            sections.append(f"<h3>{heading}</h3>\n{text}" if language.startswith("en") else f"<hr>\n{text}")
    return "\n".join(filter(None, sections))


def terms(data: Mapping[str, Any], field: str) -> tuple[str, ...]:
    """The names of interests, audiences or areas, each once, without stray spaces."""
    return tuple(dict.fromkeys(name for term in _rows(data, field) if (name := line(term.get("name")))))


def documents(data: Mapping[str, Any], base: str, language: str) -> tuple[Document, ...]:
    """The supporting documents; their sizes are rounded by the source."""
    found: dict[str, Document] = {}
    for each in _rows(data, "supporting_documents"):
        if url := address(each.get("url"), base):
            size = size_in_bytes(each.get("size"))
            found.setdefault(url, Document(url=url, title=_title(each, language), size=size))
    return tuple(found.values())


def links(data: Mapping[str, Any], base: str, language: str) -> tuple[Link, ...]:
    """Related activities by their local id, and related pages by their address."""
    found = [*_related(data, base, language), *_pages(data, base, language)]
    return tuple({(link.kind, link.value): link for link in reversed(found)}.values())[::-1]


def _related(data: Mapping[str, Any], base: str, language: str) -> Iterator[Link]:
    for each in _rows(data, "related_consultations"):
        if url := address(each.get("url"), base):
            steps = [unquote(step) for step in urlsplit(url).path.split("/") if step]
            value = "/".join(steps[:2]) if len(steps) >= 2 else url
            yield Link(kind=LinkKind.RELATED, value=value, url=url, title=_title(each, language))


def _pages(data: Mapping[str, Any], base: str, language: str) -> Iterator[Link]:
    for each in _rows(data, "related_links"):
        if url := address(each.get("url"), base):
            yield Link(kind=LinkKind.WEBSITE, value=url, url=url, title=_title(each, language))


def _rows(data: Mapping[str, Any], field: str) -> list[Mapping[str, Any]]:
    """The rows of a list; a site without the add-on leaves ``areas`` out, and what is no list has none."""
    rows = data.get(field)
    return rows if isinstance(rows, list) else []


def _title(each: Mapping[str, Any], language: str) -> Text | None:
    return by_language({language: line(each.get("title"))}, language)


def _day(data: Mapping[str, Any], field: str) -> str | None:
    return day(data.get(field), _FORM, field)


def _days(opens: str, closes: str) -> int:
    return (date.fromisoformat(closes) - date.fromisoformat(opens)).days
