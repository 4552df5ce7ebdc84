"""Initiatives and votes of the Spanish Congress as processes, whichever of the two interfaces told of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec

from folkmoot_connectors import _openkratio_colibri as colibri
from folkmoot_connectors import _openkratio_congress as congress
from folkmoot_connectors._values import address, line, read, shortened
from folkmoot_hub.connector import MappingError, Site
from folkmoot_schema.codes import DocumentKind, Kind, LinkKind, OutcomeKind, PhaseKind, Stage, Status, Unit
from folkmoot_schema.process import Document, Link, Organisation, Outcome, Phase, Process, Support
from folkmoot_schema.texts import Text

# By how the word of a result begins. The first was seen; the others say what they say. Any other is closed.
_RESULTS: Final = {
    "aprobad": Status.ANSWERED,
    "rechazad": Status.REFUSED,
    "retirad": Status.WITHDRAWN,
    "caducad": Status.ENDED,
}
# What its authors or the end of the legislature did is no decision of the Congress.
_NOT_DECIDED: Final = frozenset({Status.WITHDRAWN, Status.ENDED})
_CLOSED: Final = "Cerrado"
_POPULAR: Final = "iniciativa legislativa popular"
_ASSENT: Final = {"sí": True, "si": True, "no": False}
# So much of what was voted on is in a title; the whole of it is the body then.
_LONGEST: Final = 240


class Count(msgspec.Struct, frozen=True):
    """A vote, whoever told of it. Counts are None where nobody counted."""

    number: int
    session: int
    on: str | None
    subject: str
    heading: str
    part: tuple[str, ...]
    assent: bool | None
    present: int | None
    ballots: tuple[int | None, int | None, int | None]
    told_in: str


class _Information(msgspec.Struct, frozen=True, rename="camel"):
    sesion: int
    numero_votacion: int
    fecha: str = ""
    titulo: str = ""
    texto_expediente: str = ""
    titulo_sub_grupo: str = ""
    texto_sub_grupo: str = ""


class _Totals(msgspec.Struct, frozen=True, rename="camel"):
    asentimiento: str = ""
    presentes: int | None = None
    afavor: int | None = None
    en_contra: int | None = None
    abstenciones: int | None = None


class _Vote(msgspec.Struct, frozen=True):
    informacion: _Information
    page: str
    totales: _Totals = _Totals()


# Initiatives


def of_congress(id: str, data: Mapping[str, Any], site: Site) -> Process:
    """An initiative as the Congress's open data tell it. Its deadlines are for deputies: nobody else takes part."""
    told = read(data, congress.Initiative)
    word, on = congress.result(told.resultadotramitacion)
    decided = "" if _meant(word) in _NOT_DECIDED else word
    flag = _flag(told.situacionactual, word)
    documents = _documents(told)
    return Process(
        kind=_kind(told.tipo),
        title=site.text(line(told.objeto)),
        # Its own page has an address that nobody of us has seen; where it was first published has.
        url=documents[0].url if documents else _page(told.page, id),
        summary=_joined(site, told.tipo, told.comisioncompetente, told.tipotramitacion),
        organiser=_organiser(site, congress.lines_of(told.autor)),
        authority=site.authority,
        place=site.place,
        level=site.level,
        keywords=tuple(filter(None, [line(told.tipo)])),
        stage=Stage.POLICY_DESIGN,
        phases=tuple(_phases(told, site)),
        flag=flag,
        source_status=_word(told.situacionactual, word),
        outcomes=_outcomes(site, decided, on),
        documents=documents,
        links=_related(id, congress.numbers(told.iniciativasrelacionadas, told.iniciativasdeorigen)),
    )


def of_colibri(data: Mapping[str, Any], site: Site) -> Process:
    """An initiative as Colibrí tells it, which does not say what became of it."""
    told = read(data, colibri.Initiative)
    return Process(
        kind=_kind(told.initiative_type),
        title=site.text(line(told.title)),
        url=address(told.url, site.base) or site.base,
        summary=_joined(site, told.initiative_type),
        organiser=_organiser(site, [line(group.name) for group in told.groups]),
        authority=site.authority,
        place=site.place,
        level=site.level,
        keywords=tuple(filter(None, [line(told.initiative_type)])),
        stage=Stage.POLICY_DESIGN,
        phases=_presented(site, told.register_date or None, told.calification_date or None),
        flag=Status.UNKNOWN,
        links=tuple(Link(kind=LinkKind.RELATED, value=each) for each in told.votings),
    )


def _kind(type: str) -> Kind:
    return Kind.CITIZENS_INITIATIVE if _POPULAR in line(type).casefold() else Kind.PROPOSAL


def _flag(state: str, result: str) -> Status | None:
    if line(state) != _CLOSED:
        return Status.UNDER_REVIEW if line(state) else None
    return _meant(result)


def _meant(result: str) -> Status:
    began = (status for start, status in _RESULTS.items() if result.casefold().startswith(start))
    return next(began, Status.CLOSED)


def _word(state: str, result: str) -> str | None:
    return ": ".join([*congress.lines_of(state), *filter(None, [result])]) or None


def _phases(told: congress.Initiative, site: Site) -> Iterator[Phase]:
    presented = congress.spanish_day(told.fechapresentacion, "FECHAPRESENTACION")
    yield from _presented(site, presented, congress.spanish_day(told.fechacalificacion, "FECHACALIFICACION"))
    for step in congress.steps(told.tramitacionseguida):
        kind = PhaseKind.DECISION if step.label.startswith("Concluido") else PhaseKind.REVIEW
        yield _phase(site, kind, step)
    for step in congress.deadlines(told.plazos):
        yield _phase(site, PhaseKind.REVIEW, step._replace(label=f"Plazo: {step.label}"))


def _presented(site: Site, presented: str | None, admitted: str | None) -> tuple[Phase, ...]:
    step = congress.Step("Presentación y calificación", presented, admitted)
    return (_phase(site, PhaseKind.PREPARATION, step),) if presented or admitted else ()


def _phase(site: Site, kind: PhaseKind, step: congress.Step) -> Phase:
    return Phase(kind=kind, opens=step.opens, closes=step.closes, zone=site.zone, label=site.text(step.label))


def _outcomes(site: Site, word: str, on: str | None) -> tuple[Outcome, ...]:
    if not word:
        return ()
    kind = OutcomeKind.REJECTED if word.casefold().startswith("rechazad") else OutcomeKind.DECISION
    return (Outcome(kind=kind, date=on, title=site.text(word), by=site.authority),)


def _documents(told: congress.Initiative) -> tuple[Document, ...]:
    urls = dict.fromkeys([*congress.addresses(told.enlacesbocg), *congress.addresses(told.enlacesds)])
    return tuple(
        Document(url=url, kind=DocumentKind.OTHER, title=_named(url), language="es", media_type="application/pdf")
        for url in urls
        if urlsplit(url).path.lower().endswith(".pdf")
    )


def _named(url: str) -> Text:
    return Text({"es": PurePosixPath(urlsplit(url).path).stem}, "es")


def _related(id: str, numbers: Iterable[str]) -> tuple[Link, ...]:
    """Initiatives of the same legislature, by the ids that they have here."""
    term = id.partition("/")[0]
    return tuple(Link(kind=LinkKind.RELATED, value=f"{term}/{number}") for number in numbers)


# Votes


def congress_vote(data: Mapping[str, Any], site: Site) -> Process:
    """A vote as the Congress's open data tell it."""
    told = read(data, _Vote)
    what, totals = told.informacion, told.totales
    count = Count(
        number=what.numero_votacion,
        session=what.sesion,
        on=congress.spanish_day(what.fecha, "fecha"),
        subject=what.texto_expediente or what.titulo,
        heading=what.titulo,
        part=(what.titulo_sub_grupo, what.texto_sub_grupo),
        assent=_ASSENT.get(line(totals.asentimiento).casefold()),
        present=totals.presentes,
        ballots=(totals.afavor, totals.en_contra, totals.abstenciones),
        told_in="list",
    )
    return _vote(count, told.page, site)


def colibri_vote(session: Mapping[str, Any], detail: Mapping[str, Any], url: str, site: Site) -> Process:
    """A vote as Colibrí tells it, with the day of its session."""
    meeting, told = read(session, colibri.Session), read(detail, colibri.Voting)
    count = Count(
        number=told.number,
        session=meeting.session,
        on=meeting.date or None,
        subject=told.record_text or told.title,
        heading=told.title,
        part=(told.subgroup_title, told.subgroup_text),
        assent=told.assent,
        present=told.attendee,
        ballots=(told.for_votes, told.against_votes, told.abstains),
        told_in="detail",
    )
    return _vote(count, url, site)


def _vote(count: Count, url: str, site: Site) -> Process:
    subject = line(count.subject)
    title = " · ".join(text for each in (shortened(subject, _LONGEST), *count.part) if (text := line(each)))
    decided = congress.Step(f"Votación {count.number} de la sesión {count.session}", count.on, count.on)
    return Process(
        kind=Kind.BALLOT,
        title=site.text(title),
        url=_page(url, title),
        summary=_joined(site, decided.label, count.heading),
        body=site.text(subject) if len(subject) > _LONGEST else None,
        organiser=site.authority,
        authority=site.authority,
        place=site.place,
        level=site.level,
        audiences=("Diputados",),
        stage=Stage.POLICY_DESIGN,
        phases=(_phase(site, PhaseKind.DECISION, decided),) if count.on else (),
        flag=Status.CLOSED,
        support=_support(count, site),
        outcomes=_outcomes(site, "Aprobado por asentimiento", count.on) if count.assent else (),
    )


def _support(count: Count, site: Site) -> tuple[Support, ...]:
    """The ballots by option. Where nobody counted there are none: an assent is not a vote of nought to nought."""
    if not any(count.ballots):
        return ()
    options = zip(("A favor", "En contra", "Abstención"), count.ballots, strict=True)
    votes = [
        Support(unit=Unit.VOTES, count=each, option=site.text(label), verified=True, part=count.told_in)
        for label, each in options
        if each is not None
    ]
    present = [Support(unit=Unit.PARTICIPANTS, count=count.present, part=count.told_in)] if count.present else []
    return (*present, *votes)


# Both


def _organiser(site: Site, names: Iterable[str]) -> Organisation | None:
    name = "; ".join(filter(None, names))
    return Organisation(name=site.text(name)) if name else None


def _joined(site: Site, *texts: str) -> Text | None:
    return site.text_or_none(" · ".join(text for each in texts if (text := line(each))))


def _page(url: str, what: str) -> str:
    found = address(url)
    if found is None:
        raise MappingError(f"{what}: {url!r} is no address")
    return found
