"""The words that people see for codes.

The interface speaks English so far, in words of its own; for whoever prefers another of the 24 official languages,
values that stand by themselves come in the labels of the vocabulary.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from folkmoot_hub.web import countries
from folkmoot_schema.labels import REFERENCE, in_language

KINDS: Final = {
    "consultation": "Consultation",
    "call-for-evidence": "Call for evidence",
    "petition": "Petition",
    "citizens-initiative": "Citizens’ initiative",
    "proposal": "Proposal",
    "participatory-budget": "Participatory budget",
    "debate": "Debate",
    "survey": "Survey",
    "ballot": "Ballot",
    "problem-report": "Problem report",
    "election": "Election",
    "hearing": "Hearing",
    "co-drafting": "Drafting together",
    "model": "Model",
    "statistics": "Statistics",
    "project": "Project",
    "news": "News",
    "bulletin": "Bulletin",
    "standing-form": "Standing form",
}
STATUSES: Final = {
    "announced": "Announced",
    "open": "Open",
    "closed": "Closed",
    "under-review": "Under review",
    "answered": "Answered",
    "unsuccessful": "Not enough support",
    "refused": "Refused",
    "withdrawn": "Withdrawn by its organisers",
    "suspended": "On hold",
    "ended": "Ended",
    "unknown": "Status unknown",
}
STAGES: Final = {
    "agenda-setting": "Agenda setting",
    "policy-design": "Policy design",
    "policy-implementation": "Implementation",
    "monitoring-and-evaluation": "Monitoring and evaluation",
}
TOPICS: Final = {
    "AGRI": "Agriculture, fisheries, forestry and food",
    "ECON": "Economy and finance",
    "EDUC": "Education, culture and sport",
    "ENER": "Energy",
    "ENVI": "Environment",
    "GOVE": "Government and public sector",
    "HEAL": "Health",
    "INTR": "International issues",
    "JUST": "Justice, legal system and public safety",
    "REGI": "Regions and cities",
    "SOCI": "Population and society",
    "TECH": "Science and technology",
    "TRAN": "Transport",
}
LEVELS: Final = {
    "supranational": "Supranational",
    "national": "National",
    "regional": "Regional",
    "local": "Local",
    "district": "District",
}
AVAILABILITIES: Final = {
    "live": "On its platform",
    "archived": "Archived",
    "record-only": "Only the record is left",
}
UNITS: Final = {
    "signatures": ("signature", "signatures"),
    "endorsements-for": ("person for it", "people for it"),
    "endorsements-against": ("person against it", "people against it"),
    "votes": ("vote", "votes"),
    "feedback": ("feedback item", "feedback items"),
    "comments": ("comment", "comments"),
    "participants": ("participant", "participants"),
}
OUTCOMES: Final = {
    "reply": "Reply",
    "report": "Report",
    "decision": "Decision",
    "legal-act": "Legal act",
    "rejected": "Rejected",
    "forwarded": "Passed on",
    "hearing": "Hearing",
    "follow-up": "Follow-up",
    "implemented": "Carried out",
}
PHASES: Final = {
    "participation": "Taking part",
    "preparation": "Preparation",
    "verification": "Checking of the support",
    "review": "Review",
    "decision": "Decision",
    "feedback": "Feedback to those who took part",
    "implementation": "Implementation",
}
DOCUMENTS: Final = {
    "main": "Main document",
    "annex": "Annex",
    "draft-act": "Draft act",
    "decision": "Decision",
    "funding": "Funding",
    "report": "Report",
    "other": "Document",
}
LINKS: Final = {
    "celex": "Legal act (CELEX)",
    "com": "COM document",
    "c": "C document",
    "ares": "Ares number",
    "procedure": "Procedure",
    "petition": "Petition",
    "initiative": "Initiative",
    "related": "Related",
    "website": "Website",
    "legal-basis": "Legal basis",
}
HEALTH: Final = {
    "fresh": "Fresh",
    "late": "Late",
    "failing": "Failing",
    "waiting": "Not read yet",
    "archived": "Archived",
    "paused": "Not scheduled",
    "off": "Not read",
}
#: What there is of a platform: the word, and what it means.
REACH: Final = {
    "live": ("Live", "The platform itself can be asked."),
    "archived": ("Archived", "The platform is gone; what is read are copies of what it held, as in a web archive."),
    "record-only": ("Record only", "Nothing of the platform itself can be read, only what others wrote down of it."),
    "unreachable": ("Unreachable", "Neither the platform nor copies of it could be had when we last looked."),
}
#: What our reading of a source was proven on, the strongest first: the word, and what it means.
EVIDENCE: Final = {
    "recorded": ("Recorded answers", "Proven on true answers of this software, kept as they came, here or elsewhere."),
    "self-run": (
        "Its software, run by us",
        "Proven on answers of the platform's own software, run by us with our texts.",
    ),
    "vendor-example": ("Its makers' examples", "Proven on examples that the makers of the software have published."),
    "composite": ("True values, form unproven", "Tried on true values in a form of answer that nobody of us has seen."),
    "shape": ("Form alone", "Tried on the form that the software's code gives to answers; the values are invented."),
    "inferred": ("Inferred", "Nobody of us has seen an answer; how it is read follows from what others say of it."),
    None: ("Not stated", "Whoever configured this source has not said what its reading was proven on."),
}
GROUPS: Final = {
    "status": "Status",
    "kind": "Kind",
    "country": "Country",
    "topic": "Topic",
    "stage": "Stage of the policy cycle",
    "source": "Source",
    "language": "Language",
}
PARAMETERS: Final = {
    **GROUPS,
    "place": "Place",
    "level": "Level",
    "authority": "Authority",
    "availability": "Availability",
    "opens_after": "Opens after",
    "closes_before": "Closes before",
    "updated_after": "Changed after",
}
SORTS: Final = {
    "relevance": "Best match",
    "closing": "Closing soonest",
    "newest": "Newest",
    "support": "Most support",
    "updated": "Last changed",
}
#: What one does in a process of this kind, as a verb.
VERBS: Final = {
    "petition": "sign",
    "citizens-initiative": "sign",
    "proposal": "support it",
    "ballot": "vote",
    "election": "vote",
    "survey": "answer",
    "consultation": "answer",
    "call-for-evidence": "answer",
    "debate": "join in",
}
_TABLES: Final[Mapping[str, Mapping[str, str]]] = {
    "status": STATUSES,
    "kind": KINDS,
    "topic": TOPICS,
    "stage": STAGES,
    "level": LEVELS,
    "availability": AVAILABILITIES,
}


def label(parameter: str, value: str, language: str = REFERENCE) -> str:
    """The words for the value of a parameter, in a language of :func:`folkmoot_schema.labels.best`.

    The value itself where we have none.
    """
    if parameter == "country":
        return country(value, language)
    if parameter == "language":
        return countries.language(value, language)
    if parameter not in _TABLES:
        return value
    table = _TABLES[parameter] if language == REFERENCE else in_language(parameter, language)
    return table.get(value, value)


def country(code: str, language: str = REFERENCE) -> str:
    """The name of a country, its code where there is none."""
    return countries.country(code, language)


def language(tag: str) -> str:
    """The English name of a language, its tag where there is none."""
    return countries.language(tag)


def number(value: int) -> str:
    """A number with its digits grouped by commas."""
    return f"{value:,}"


def counted(value: int, unit: str) -> str:
    """A number and what it counts: ``1 signature``, ``40,955 signatures``."""
    one, many = UNITS.get(unit, (unit, unit))
    return f"{number(value)} {one if value == 1 else many}"


def plural(value: int, one: str, many: str) -> str:
    """``1 process``, ``2 processes``."""
    return f"{number(value)} {one if value == 1 else many}"
