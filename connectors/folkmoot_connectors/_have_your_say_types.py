"""The types that the items of the portal are read back with."""

from __future__ import annotations

import msgspec


class _Wire(msgspec.Struct, frozen=True, rename="camel"):
    """Our names for fields that the portal writes in camel case."""


class Translation(_Wire, frozen=True):
    """One text in one language; only the field ``SHORT_TITLE`` is known."""

    field: str | None = None
    language: str | None = None
    value: str | None = None


class Coded(_Wire, frozen=True):
    """A topic or policy area."""

    code: str | None = None
    label: str | None = None


class Window(_Wire, frozen=True):
    """A time for feedback, as the list has it."""

    front_end_stage: str | None = None
    receiving_feedback_status: str | None = None
    feedback_start_date: str | None = None
    feedback_end_date: str | None = None


class Row(_Wire, frozen=True):
    """An entry of a search, as the item keeps it."""

    reference: str | None = None
    initiative_status: str | None = None
    foreseen_act_type: str | None = None
    short_title: str | None = None
    initiative_translations: tuple[Translation, ...] = ()
    topics: tuple[Coded, ...] = ()
    current_statuses: tuple[Window, ...] = ()


class File(_Wire, frozen=True):
    """A document of the Commission, to be had under ``brpapi/download/{documentId}``."""

    document_id: str | int | float | None = None
    language: str | None = None
    type: str | None = None
    title: str | None = None
    reference: str | None = None


class Publication(_Wire, frozen=True):
    """One thing published in the course of an initiative: a call for evidence, a questionnaire, a draft, an act."""

    type: str | None = None
    reference: str | None = None
    title: str | None = None
    stage: str | None = None
    front_end_stage: str | None = None
    published_date: str | None = None
    adoption_date: str | None = None
    end_date: str | None = None
    planned_period: str | None = None
    receiving_feedback_status: str | None = None
    total_feedback: int | float | None = None
    attachments: tuple[File, ...] = ()

    @property
    def step(self) -> str | None:
        """Where in the initiative it stands, as the portal shows it."""
        return self.front_end_stage or self.stage


class Detail(_Wire, frozen=True):
    """The details of an initiative, as the item keeps them."""

    reference: str | None = None
    initiative_status: str | None = None
    receiving_feedback_status: str | None = None
    stage: str | None = None
    foreseen_act_type: str | None = None
    short_title: str | None = None
    short_description: str | None = None
    dossier_summary: str | None = None
    language: str | None = None
    dg: str | None = None
    is_evaluation: bool | None = None
    topics: tuple[Coded, ...] = ()
    policy_areas: tuple[Coded, ...] = ()
    publications: tuple[Publication, ...] = ()
