"""What the Commission did with an initiative."""

from __future__ import annotations

from collections.abc import Iterator

from folkmoot_connectors._bodies import COMMISSION
from folkmoot_connectors._eci_process import tag
from folkmoot_connectors._eci_support import FORM, step_date
from folkmoot_connectors._eci_types import AnswerLink, Detail
from folkmoot_connectors._values import address, day
from folkmoot_schema.codes import DocumentKind, OutcomeKind
from folkmoot_schema.process import Document, Organisation, Outcome
from folkmoot_schema.texts import Text

# What the parts of an answer are called in the register, what they are for us, and how we name them.
_PARTS = {
    "COMMUNICATION": (OutcomeKind.REPLY, "Communication of the Commission"),
    "ANNEX": (OutcomeKind.REPLY, "Annex to the communication"),
    "PRESS_RELEASE": (OutcomeKind.REPLY, "Press release"),
    "FOLLOW_UP": (OutcomeKind.FOLLOW_UP, "Follow-up"),
}


def outcomes(detail: Detail, document_base: str, by: Organisation = COMMISSION) -> tuple[Outcome, ...]:
    """The refusal, the parts of the answer, or at least the day it was given; ``document_base`` is where files are."""
    return (*_refusal(detail, document_base, by), *_answer(detail, by))


def _refusal(detail: Detail, document_base: str, by: Organisation) -> Iterator[Outcome]:
    file = detail.refusal_document
    date = day(detail.refusal_date, FORM, "refusalDate")
    if date or file:
        url = f"{document_base}/{file.id}" if file else None
        name = Text({"en": "Registration refused"}, "en")
        yield Outcome(kind=OutcomeKind.REJECTED, date=date, title=name, url=url, by=by)


def _answer(detail: Detail, by: Organisation) -> Iterator[Outcome]:
    date = day(detail.answer.decision_date, FORM, "decisionDate") if detail.answer else None
    date = date or step_date(detail, "ANSWERED")
    parts = detail.answer.links if detail.answer else ()
    for part in parts:
        yield _outcome(part, date, by)
    if date and not any(part.default_name == "COMMUNICATION" for part in parts):
        name = Text({"en": "Answer of the Commission"}, "en")
        yield Outcome(kind=OutcomeKind.REPLY, date=date, title=name, by=by)


def _outcome(part: AnswerLink, date: str | None, by: Organisation) -> Outcome:
    words = part.default_name.replace("_", " ").capitalize() or "Part of the answer"
    kind, label = _PARTS.get(part.default_name, (OutcomeKind.REPLY, words))
    # A page of follow-up grows over the years: the day of the answer is not its date.
    dated = None if kind is OutcomeKind.FOLLOW_UP else date
    return Outcome(kind=kind, date=dated, title=Text({"en": label}, "en"), url=address(part.default_link), by=by)


def translations(detail: Detail) -> tuple[Document, ...]:
    """The answer's communication and annex in every language that has an address of its own."""
    kinds = {"COMMUNICATION": DocumentKind.DECISION, "ANNEX": DocumentKind.ANNEX}
    found: dict[str, Document] = {}
    for part in detail.answer.links if detail.answer else ():
        for each in part.link if part.default_name in kinds else ():
            url = address(each.link)
            if url:
                language = tag(each.language_code)
                found.setdefault(url, Document(url=url, kind=kinds[part.default_name], language=language))
    return tuple(found.values())
