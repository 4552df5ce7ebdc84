"""The elections of the voting service that followed (agora_elections, now Sequent's ballot-box), one an answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import msgspec

from folkmoot_connectors._ballot import Ballot, Option, Question, drop_options
from folkmoot_connectors._private import TEXT, Shape, sieve
from folkmoot_connectors._values import moment, read
from folkmoot_hub.connector import ParseError, Site
from folkmoot_schema.codes import Status
from folkmoot_schema.texts import is_tag

#: Results that may be shown to everybody. An earlier state may hold some, too: they are not public (SOURCE.md).
_PUBLISHED: Final = "results_pub"
_STATES: Final = {
    "registered": Status.ANNOUNCED,
    "created": Status.ANNOUNCED,
    "started": Status.OPEN,
    "resumed": Status.OPEN,
    "suspended": Status.SUSPENDED,
    "stopped": Status.CLOSED,
    "doing_tally": Status.CLOSED,
    "tally_ok": Status.CLOSED,
    "results_ok": Status.CLOSED,
    _PUBLISHED: Status.CLOSED,
}
_URLS: Final[Shape] = {"title": None, "url": TEXT}
_RESULTS: Final[Shape] = {
    "total_votes": None,
    "questions": {"tally_type": None, "answers": {"id": None, "total_count": None, "winner_position": None}},
}
#: What passes; ``results`` and ``languages`` are decoded from JSON inside the JSON.
SHAPE: Final[Shape] = {
    "title": TEXT,
    "description": TEXT,
    "layout": None,
    "questions": {
        "title": TEXT,
        "description": TEXT,
        "layout": None,
        "tally_type": None,
        "answers": {"id": None, "text": TEXT, "details": TEXT, "urls": _URLS},
    },
    "state": None,
    "startDate": None,
    "endDate": None,
    "resultsUpdated": None,
    "results": _RESULTS,
    "language": None,
}


class _Url(msgspec.Struct):
    title: str = ""
    url: str = ""


class _Answer(msgspec.Struct):
    id: int
    text: str = ""
    details: str = ""
    urls: list[_Url] = []


class _Asked(msgspec.Struct):
    title: str = ""
    description: str = ""
    layout: str = ""
    tally_type: str = ""
    answers: list[_Answer] = []


class _Count(msgspec.Struct):
    id: int
    total_count: float | None = None
    winner_position: int | None = None


class _Counted(msgspec.Struct):
    tally_type: str = ""
    answers: list[_Count] = []


class _Results(msgspec.Struct):
    total_votes: int | None = None
    questions: list[_Counted] = []


class Election(msgspec.Struct, rename="camel"):
    """An election as it is kept; without ``results`` until they are published."""

    title: str
    state: str
    description: str = ""
    layout: str = ""
    questions: list[_Asked] = []
    start_date: str | None = None
    end_date: str | None = None
    results_updated: str | None = None
    results: _Results | None = None
    language: str | None = None


def item(answer: Any, id: str, persons: bool, url: str) -> dict[str, Any]:
    """The fields that pass of the election ``id``; without any option where these are ``persons``.

    ``ParseError`` if the answer is not about it.
    """
    payload = answer.get("payload") if isinstance(answer, Mapping) else None
    configuration = payload.get("configuration") if isinstance(payload, Mapping) else None
    if not isinstance(payload, Mapping) or not isinstance(configuration, Mapping):
        raise ParseError(f"the answer of {url} has no 'payload' with a 'configuration'")
    if isinstance(payload.get("id"), bool) or str(payload.get("id")) != id:
        raise ParseError(f"{url} is about the election {payload.get('id')!r}, not about {id}")
    results = decoded(payload.get("results"), f"results of {url}") if payload.get("state") == _PUBLISHED else None
    # Dates inside the configuration are documented as unused, so those of the payload stand beside its fields.
    kept = results if isinstance(results, Mapping) else None
    passed = sieve({**configuration, **_dated(payload), "results": kept, "language": _language(payload)}, SHAPE)
    if persons or of_persons(passed):
        drop_options(passed.get("questions"), passed.get("results", {}).get("questions"))
    return passed


def of_persons(passed: Mapping[str, Any]) -> bool:
    """Whether its options are candidates: the layout for those says so (SOURCE.md infers it)."""
    questions = passed.get("questions")
    layouts = [each.get("layout") for each in questions] if isinstance(questions, list) else []
    return any("candidates" in str(layout) for layout in (passed.get("layout"), *layouts))


def decoded(value: Any, what: str) -> Any:
    """JSON that stands in a text inside JSON; None if there is none, ``ParseError`` if it is broken."""
    if not isinstance(value, str) or not value.strip():
        return None
    try:
        return msgspec.json.decode(value.encode(errors="replace"))
    except (msgspec.DecodeError, RecursionError) as error:
        raise ParseError(f"{what}: not JSON inside the JSON: {error}") from None


def ballot(id: str, data: Mapping[str, Any], site: Site, persons: bool) -> Ballot:
    """The vote. Its times have no zone and are the server's, so the site's."""
    election = read(data, Election)
    results = election.results
    updated = moment(election.results_updated, "resultsUpdated")
    return Ballot(
        title=election.title,
        url=site.url(f"election/{id}/public/home"),
        language=election.language or site.languages[0],
        zone=site.zone,
        description=election.description,
        persons=persons or of_persons(data),
        questions=tuple(_questions(election, results)),
        opens=moment(election.start_date, "startDate"),
        closes=moment(election.end_date, "endDate"),
        flag=_STATES.get(election.state, Status.UNKNOWN),
        word=election.state,
        cast=results.total_votes if results else None,
        published=updated if results else None,
    )


def _questions(election: Election, results: _Results | None) -> Iterator[Question]:
    counted = results.questions if results else []
    for number, asked in enumerate(election.questions):
        counts = counted[number] if number < len(counted) else _Counted()
        tally = counts.tally_type or asked.tally_type
        yield Question(asked.title, asked.description, tally, tuple(_options(asked, counts)))


def _options(asked: _Asked, counted: _Counted) -> Iterator[Option]:
    counts = {each.id: each for each in counted.answers}
    for each in asked.answers:
        told = counts.get(each.id, _Count(each.id))
        urls = tuple(one.url for one in each.urls if one.title != "Image URL")
        yield Option(each.text, each.details, urls, told.total_count, told.winner_position is not None)


def _dated(payload: Mapping[str, Any]) -> dict[str, Any]:
    return {name: payload.get(name) for name in ("state", "startDate", "endDate", "resultsUpdated")}


def _language(payload: Mapping[str, Any]) -> str | None:
    """The language in which the result is to be printed, if it is one; nothing else states any.

    It is a convenience: where the pipes of the tally are no JSON, nobody is worse off.
    """
    try:
        pipes = decoded(payload.get("tallyPipesConfig"), "tallyPipesConfig")
    except ParseError:
        return None
    told = pipes.get("pipes") if isinstance(pipes, dict) else None
    params = [each.get("params") for each in told if isinstance(each, dict)] if isinstance(told, list) else []
    languages = [each.get("languages") for each in params if isinstance(each, dict) and each.get("languages")]
    flat = [tag for each in languages if isinstance(each, list) for tag in each]
    return flat[0] if len(flat) == 1 and isinstance(flat[0], str) and is_tag(flat[0]) else None
