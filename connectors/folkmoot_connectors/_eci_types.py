"""The types that the items of the register are read back with."""

from __future__ import annotations

import msgspec


class _Wire(msgspec.Struct, frozen=True, rename="camel"):
    """Our names for fields that the register writes in camel case."""


class Row(_Wire, frozen=True):
    """An entry of a search, as the item keeps it."""

    title: str = ""
    pub_reg_num: str | None = None
    com_reg_num: str | None = None
    year: str | int | None = None
    number: str | int | None = None
    status: str | None = None
    language_code: str | None = None
    total_supporters: int | None = None
    support_link: str | None = None
    last_call: bool | None = None


class File(_Wire, frozen=True):
    """A document of the register, to be had under ``document/{id}``."""

    id: int | str
    name: str | None = None
    mime_type: str | None = None
    size: int | None = None


class Decision(_Wire, frozen=True):
    """The Commission's decision to register, as a CELEX number or as a document."""

    celex: str | None = None
    corrigendum: str | None = None
    document: File | None = None


class Version(_Wire, frozen=True):
    """The texts in one language."""

    language_code: str
    original: bool | None = None
    title: str | None = None
    objectives: str | None = None
    annex_text: str | None = None
    treaties: str | None = None
    website: str | None = None
    support_link: str | None = None
    commission_decision: Decision | None = None
    additional_document: File | None = None
    draft_legal: File | None = None


class CountryCount(_Wire, frozen=True):
    """The count of one country; one that came in after the submission is not in the total."""

    country_code_type: str
    total: int | None = None
    after_submission: bool | None = None


class Counts(_Wire, frozen=True):
    """A report of signatures: running (``sosReport``) or verified (``submission``)."""

    total_signatures: int | None = None
    update_date: str | None = None
    online_sos_update_date: str | None = None
    entry: tuple[CountryCount, ...] = ()


class Step(_Wire, frozen=True):
    """A step of the initiative's progress; one without a date has not been reached."""

    name: str
    date: str | None = None


class Category(_Wire, frozen=True):
    """A subject category by its code."""

    category_type: str


class Translation(_Wire, frozen=True):
    """The address of an answer's document in one language."""

    language_code: str
    link: str | None = None


class AnswerLink(_Wire, frozen=True):
    """One document or page of the Commission's answer."""

    default_name: str = ""
    default_link: str | None = None
    link: tuple[Translation, ...] = ()


class Answer(_Wire, frozen=True):
    """The Commission's answer."""

    decision_date: str | None = None
    links: tuple[AnswerLink, ...] = ()


class Detail(_Wire, frozen=True):
    """The details of an initiative, as the item keeps them."""

    status: str | None = None
    last_call: bool | None = None
    registration_date: str | None = None
    deadline: str | None = None
    start_collection_date: str | None = None
    early_closure_date: str | None = None
    refusal_date: str | None = None
    refusal_document: File | None = None
    linguistic_versions: tuple[Version, ...] = ()
    categories: tuple[Category, ...] = ()
    progress: tuple[Step, ...] = ()
    sos_report: Counts | None = None
    submission: Counts | None = None
    answer: Answer | None = None
    pre_answer: Answer | None = None
    organisers: tuple[str, ...] = ()
    committee: tuple[str, ...] = ()
    funding_document: File | None = None
