"""The controlled lists of the schema, each as a string enumeration.

A member's value is what stands in JSON, in addresses and as the last segment of the concept's IRI
(``https://w3id.org/folkmoot/<list>/<value>``); labels and definitions are in ``vocabulary/``.
"""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """What sort of participation process it is."""

    CONSULTATION = "consultation"
    CALL_FOR_EVIDENCE = "call-for-evidence"
    PETITION = "petition"
    CITIZENS_INITIATIVE = "citizens-initiative"
    PROPOSAL = "proposal"
    PARTICIPATORY_BUDGET = "participatory-budget"
    DEBATE = "debate"
    SURVEY = "survey"
    BALLOT = "ballot"
    PROBLEM_REPORT = "problem-report"
    ELECTION = "election"
    HEARING = "hearing"
    CO_DRAFTING = "co-drafting"
    MODEL = "model"
    STATISTICS = "statistics"
    PROJECT = "project"
    NEWS = "news"
    BULLETIN = "bulletin"
    STANDING_FORM = "standing-form"


class Flag(StrEnum):
    """A remark on a process that is neither its kind nor its status."""

    LAST_CALL = "last-call"
    SAMPLE = "sample"
    CURATED = "curated"


class Status(StrEnum):
    """Where a process stands. Computed by :mod:`folkmoot_schema.status`, never copied blindly."""

    ANNOUNCED = "announced"
    OPEN = "open"
    CLOSED = "closed"
    UNDER_REVIEW = "under-review"
    ANSWERED = "answered"
    UNSUCCESSFUL = "unsuccessful"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    SUSPENDED = "suspended"
    ENDED = "ended"
    UNKNOWN = "unknown"


#: What a source says for good: such a flag wins over any date.
TERMINAL = frozenset(Status) - {Status.ANNOUNCED, Status.OPEN, Status.UNKNOWN}


class Level(StrEnum):
    """The level of government that decides."""

    SUPRANATIONAL = "supranational"
    NATIONAL = "national"
    REGIONAL = "regional"
    LOCAL = "local"
    DISTRICT = "district"


class Stage(StrEnum):
    """The step of the policy cycle that the process belongs to."""

    AGENDA_SETTING = "agenda-setting"
    POLICY_DESIGN = "policy-design"
    POLICY_IMPLEMENTATION = "policy-implementation"
    MONITORING_AND_EVALUATION = "monitoring-and-evaluation"


class Topic(StrEnum):
    """The 13 data themes of the EU (authority table ``data-theme``), by their codes there."""

    AGRI = "AGRI"
    ECON = "ECON"
    EDUC = "EDUC"
    ENER = "ENER"
    ENVI = "ENVI"
    GOVE = "GOVE"
    HEAL = "HEAL"
    INTR = "INTR"
    JUST = "JUST"
    REGI = "REGI"
    SOCI = "SOCI"
    TECH = "TECH"
    TRAN = "TRAN"


class PhaseKind(StrEnum):
    """What happens in a phase. Only :data:`PARTICIPATION` phases open and close a process."""

    PARTICIPATION = "participation"
    PREPARATION = "preparation"
    VERIFICATION = "verification"
    REVIEW = "review"
    DECISION = "decision"
    FEEDBACK = "feedback"
    IMPLEMENTATION = "implementation"


class Unit(StrEnum):
    """What a support count counts."""

    SIGNATURES = "signatures"
    ENDORSEMENTS_FOR = "endorsements-for"
    ENDORSEMENTS_AGAINST = "endorsements-against"
    VOTES = "votes"
    FEEDBACK = "feedback"
    COMMENTS = "comments"
    PARTICIPANTS = "participants"


class OutcomeKind(StrEnum):
    """What the authority did with it."""

    REPLY = "reply"
    REPORT = "report"
    DECISION = "decision"
    LEGAL_ACT = "legal-act"
    REJECTED = "rejected"
    FORWARDED = "forwarded"
    HEARING = "hearing"
    FOLLOW_UP = "follow-up"
    IMPLEMENTED = "implemented"


class LinkKind(StrEnum):
    """What kind of reference joins a process to something else."""

    CELEX = "celex"
    COM = "com"
    C = "c"
    ARES = "ares"
    PROCEDURE = "procedure"
    PETITION = "petition"
    INITIATIVE = "initiative"
    RELATED = "related"
    WEBSITE = "website"
    LEGAL_BASIS = "legal-basis"


class DocumentKind(StrEnum):
    """The role of an attached document."""

    MAIN = "main"
    ANNEX = "annex"
    DRAFT_ACT = "draft-act"
    DECISION = "decision"
    FUNDING = "funding"
    REPORT = "report"
    OTHER = "other"


class Availability(StrEnum):
    """Where one can still look at it."""

    LIVE = "live"
    ARCHIVED = "archived"
    RECORD_ONLY = "record-only"
