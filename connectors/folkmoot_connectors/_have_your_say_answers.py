"""What of the portal's answers becomes an item, and how either generation of a list is read.

Until about 2025 a list was ``{_embedded: {initiativeResultDtoes: […]}, page: {…}}``, since then it is
``{initiativeResultDtoPage: {content: […], …}}`` (SOURCE.md). What stands in it is the same. The cut is made here,
before anything is stored: no feedback, no name, no login.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from folkmoot_connectors._private import TEXT, sieve
from folkmoot_hub.connector import ParseError

_CODED = {"code": None, "label": TEXT}
_WINDOW = {
    "frontEndStage": None,
    "receivingFeedbackStatus": None,
    "feedbackStartDate": None,
    "feedbackEndDate": None,
}
ROW = {
    "reference": TEXT,
    "initiativeStatus": None,
    "foreseenActType": None,
    "shortTitle": TEXT,
    "initiativeTranslations": {"field": None, "language": None, "value": TEXT},
    "topics": _CODED,
    "currentStatuses": _WINDOW,
}
_FILE = {"documentId": None, "language": None, "type": None, "title": TEXT, "reference": TEXT}
_PUBLICATION = {
    "type": None,
    "reference": TEXT,
    "title": TEXT,
    "stage": None,
    "frontEndStage": None,
    "publishedDate": None,
    "adoptionDate": None,
    "endDate": None,
    "plannedPeriod": TEXT,
    "receivingFeedbackStatus": None,
    "totalFeedback": None,
    "attachments": _FILE,
}
DETAIL = {
    "reference": TEXT,
    "initiativeStatus": None,
    "receivingFeedbackStatus": None,
    "stage": None,
    "foreseenActType": None,
    "shortTitle": TEXT,
    "shortDescription": TEXT,
    "dossierSummary": TEXT,
    "language": None,
    "dg": None,
    "isEvaluation": None,
    "topics": _CODED,
    "policyAreas": _CODED,
    "publications": _PUBLICATION,
}
#: The top-level fields of an item, per part; the engine drops every other.
FIELDS = {"list": frozenset(ROW), "detail": frozenset(DETAIL)}


class Page(NamedTuple):
    """One page of a search, whichever generation it came in; ``number`` counts from nought."""

    entries: list[Any]
    total: int
    pages: int
    number: int


def page(answer: Any, url: str) -> Page:
    """The page that ``answer`` is; ``ParseError`` saying what is wrong if it is of neither generation, or no page."""
    found = _newer(answer) or _older(answer)
    if found is None:
        known = "neither 'initiativeResultDtoPage' nor '_embedded' with 'page'"
        raise ParseError(f"the list {url} has {known}, so it is of no generation that is known")
    entries, counts = found
    numbers = {name: whole(counts.get(name)) for name in ("totalElements", "totalPages", "number")}
    total, pages, number = numbers.values()
    if total is None or pages is None or number is None:
        wrong = ", ".join(repr(name) for name, value in numbers.items() if value is None)
        raise ParseError(f"the list {url} has no whole number for {wrong}")
    if entries is None and total == 0:
        entries = []  # the older generation leaves out a list of nothing
    if not isinstance(entries, list):
        raise ParseError(f"the list {url} has no initiatives in it ('content' or 'initiativeResultDtoes')")
    return Page(entries, total, pages, number)


def _newer(answer: Any) -> tuple[Any, Mapping[str, Any]] | None:
    found = answer.get("initiativeResultDtoPage") if isinstance(answer, Mapping) else None
    return (found.get("content"), found) if isinstance(found, Mapping) else None


def _older(answer: Any) -> tuple[Any, Mapping[str, Any]] | None:
    counts = answer.get("page") if isinstance(answer, Mapping) else None
    if not isinstance(counts, Mapping):
        return None
    held = answer.get("_embedded")
    return (held.get("initiativeResultDtoes") if isinstance(held, Mapping) else None), counts


def whole(value: Any) -> int | None:
    """A whole number of nought or more, which the portal may write as ``12527.0``; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 2**53:
        return None
    return int(value) if value == int(value) else None


def identity(entry: Any, url: str) -> str:
    """The id of an initiative in the answer of ``url``; ``ParseError`` if it has none."""
    id = whole(entry.get("id")) if isinstance(entry, Mapping) else None
    if not id:
        raise ParseError(f"an initiative in {url} has no number for an id")
    return str(id)


def row_item(entry: Mapping[str, Any]) -> dict[str, Any]:
    """The part ``list`` of an entry of a search. The snippet of a search for words is left behind."""
    return sieve(entry, ROW)


def detail_item(details: Mapping[str, Any], *, feedback: bool) -> dict[str, Any]:
    """The part ``detail``, with the number of feedback items if ``feedback``; names of files and units stay behind."""
    item = sieve(details, DETAIL)
    if not feedback:
        for each in listed(item, "publications"):
            each.pop("totalFeedback", None)
    return item


def listed(item: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    """The objects in the list ``name`` of an item; none if there is something else in its place."""
    found = item.get(name)
    return found if isinstance(found, list) else []
