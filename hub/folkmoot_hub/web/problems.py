"""What goes wrong, as the client is told: problem details of RFC 9457."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

import msgspec

from folkmoot_hub.errors import QueryError

#: The media type of a problem for machines (RFC 9457, 3).
PROBLEM_JSON = "application/problem+json"
_VERBS = ("is ", "has ", "holds ", "stands ")


class ProblemDocument(msgspec.Struct, kw_only=True, omit_defaults=True):
    """A problem as JSON (RFC 9457): ``parameter`` is at fault, ``allowed`` says in words what it may be."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    parameter: str | None = None
    allowed: str | None = None
    available: dict[str, str] | None = None
    reference: str | None = None


class Problem(Exception):
    """Raised when a request cannot be answered as asked; the error pages and documents are made from it.

    ``available`` maps media types to the addresses that give them (406); ``reference`` is the number under which an
    unexpected error stands in the log.
    """

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        parameter: str | None = None,
        allowed: str | None = None,
        available: Mapping[str, str] | None = None,
        reference: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.parameter = parameter
        self.allowed = allowed
        self.available = dict(available) if available is not None else None
        self.reference = reference
        self.headers = dict(headers or {})

    @property
    def title(self) -> str:
        """The name of the status (RFC 9110, 15)."""
        return HTTPStatus(self.status).phrase

    def document(self) -> ProblemDocument:
        """The problem for machines."""
        return ProblemDocument(
            title=self.title,
            status=self.status,
            detail=_writable(self.detail),
            parameter=_writable(self.parameter) if self.parameter is not None else None,
            allowed=self.allowed,
            available=self.available,
            reference=self.reference,
        )


def bad_parameter(error: QueryError) -> Problem:
    """The 400 that a bad parameter gets."""
    # What begins with a verb is said of the parameter, anything else has a subject of its own.
    link = " " if error.problem.startswith(_VERBS) else ": "
    return Problem(400, f"{error.parameter}{link}{error.problem}", parameter=error.parameter, allowed=error.allowed)


def _writable(text: str) -> str:
    """``text`` as it can be written in UTF-8, and not longer than anyone wants to read."""
    shown = text.encode("utf-8", "backslashreplace").decode("utf-8")
    return shown if len(shown) <= 500 else f"{shown[:499]}…"
