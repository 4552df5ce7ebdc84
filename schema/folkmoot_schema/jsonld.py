"""A record as a JSON-LD document, built by hand from the structs.

Every node has an address: the process ``<hub>/id/<source>/<local_id>``, its parts that with a fragment (``#phase-1``,
``#support-3``). So there are no blank nodes, and the same document loaded twice is one. Dates keep their precision
(``xsd:gYear``, ``xsd:gYearMonth``, ``xsd:date``, ``xsd:dateTime``); texts are language maps with machine translations
marked in the tag (:meth:`folkmoot_schema.texts.Text.tagged`). What a word means stands in ``context.jsonld``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import cache
from typing import Any, Final
from urllib.parse import quote

import msgspec

from folkmoot_schema import countries, dates, identifiers, shipped
from folkmoot_schema.codes import LinkKind
from folkmoot_schema.process import (
    Document,
    Licence,
    Link,
    Organisation,
    Outcome,
    Phase,
    Place,
    Process,
    Provenance,
    Record,
    Standing,
    Support,
    Threshold,
)
from folkmoot_schema.texts import Text

#: The address of the context. It need not be asked: :func:`context` is the same.
CONTEXT: Final = "https://w3id.org/folkmoot/context.jsonld"
_CELEX: Final = "http://publications.europa.eu/resource/celex/"
_SPDX: Final = "https://spdx.org/licenses/"

Node = dict[str, Any]


@cache
def _context() -> Node:
    content: Node = msgspec.json.decode(shipped.context())["@context"]
    return content


def context() -> Node:
    """The content of the shipped context, that is the value of its ``@context``."""
    return dict(_context())


def to_jsonld(record: Record, hub: str) -> Node:
    """``record`` as a compact JSON-LD document of the hub at the address ``hub``."""
    return {"@context": CONTEXT, **node(record, hub)}


def node(record: Record, hub: str) -> Node:
    """``record`` as a node of a larger document, that is without the context."""
    subject = address(record, hub)
    return _known(
        {
            "id": subject,
            "type": ("ParticipationProcess", "eli-dl:Process", "prov:Entity"),
            "key": record.key,
            "source": source(record, hub),
            "sameAs": _iri(record.origin),
            **_description(record.process, subject),
            **_standing(record.standing, record.process),
            **_parts(record.process, subject),
            **_provenance(record.provenance, subject),
            **_licence(record.licence, subject),
            "firstSeen": dates.iso(record.first_seen),
            "seenAt": dates.iso(record.seen_at),
            "updated": dates.iso(record.updated),
            "countedAt": _instant(record.counted_at),
            "absentSince": _instant(record.absent_since),
        }
    )


def address(record: Record, hub: str) -> str:
    """The process's own address on that hub."""
    return f"{hub.rstrip('/')}/id/{record.path}"


def source(record: Record, hub: str) -> str:
    """The address of the record's source on that hub."""
    return f"{hub.rstrip('/')}/sources/{record.source}"


def celex(number: str) -> str:
    """The IRI of an act by its CELEX number."""
    return _CELEX + quote(number, safe="")


def licence_iri(licence: Licence) -> str | None:
    """The IRI of a licence: its address, else its id if that is an IRI, else the SPDX list's for its id."""
    if licence.url is not None:
        return _iri(licence.url)
    if licence.id is None:
        return None
    return _iri(licence.id) or _SPDX + quote(licence.id, safe="")


def _known(values: Node) -> Node:
    """``values`` without those that are None: what is not known, and a list of nothing."""
    return {name: value for name, value in values.items() if value is not None}


def _filled(**values: Any) -> Node:
    return {name: value for name, value in values.items() if value is not None}


def _iri(value: str | None) -> str | None:
    return None if value is None else identifiers.iri(value)


def _text(text: Text | None) -> dict[str, str] | None:
    return None if text is None else text.tagged()


def _instant(moment: datetime | None) -> str | None:
    return None if moment is None else dates.iso(moment)


def _date(value: str | None, zone: str | None = None, *, last: bool = False) -> Node | None:
    if value is None:
        return None
    name, lexical = dates.xsd(value, zone, last=last)
    return {"@type": f"xsd:{name}", "@value": lexical}


def _description(process: Process, subject: str) -> Node:
    return {
        "kind": process.kind,
        "flags": process.flags or None,
        "title": process.title.tagged(),
        "summary": _text(process.summary),
        "body": _text(process.body),
        "html": _html(process) or None,
        "inLanguage": process.title.original,
        "url": _iri(process.url),
        "participateUrl": _iri(process.participate_url),
        "availability": process.availability,
        "observedAt": _date(process.observed_at),
        "published": _date(process.published),
        "organiser": _organisation(process.organiser, f"{subject}#organiser"),
        "authority": _organisation(process.authority, f"{subject}#authority"),
        "country": None if process.place is None else countries.CODES[process.place.country],
        "place": _place(process.place, subject),
        "level": process.level,
        "topics": process.topics or None,
        "eurovoc": process.eurovoc or None,
        "actTypes": process.act_types or None,
        "keywords": process.keywords or None,
        "audiences": [_audience(label, subject, n) for n, label in enumerate(process.audiences, 1)] or None,
        "policyStage": process.stage,
    }


def _html(process: Process) -> list[str]:
    """The properties whose texts are sanitised HTML."""
    texts = {"dcterms:abstract": process.summary, "dcterms:description": process.body}
    return [name for name, text in texts.items() if text is not None and text.html]


def _organisation(organisation: Organisation | None, name: str) -> Node | None:
    if organisation is None:
        return None
    return _filled(
        id=_iri(organisation.iri) or name,
        type="org:Organization",
        name=organisation.name.tagged(),
        homepage=_iri(organisation.homepage),
    )


def _place(place: Place | None, subject: str) -> Node | None:
    if place is None or (place.region is None and place.municipality is None and place.point is None):
        return None
    point = place.point
    inner = _filled(id=f"{subject}#address", type="locn:Address", region=place.region, municipality=place.municipality)
    return _filled(
        id=f"{subject}#place",
        type="dcterms:Location",
        address=inner if len(inner) > 2 else None,
        point=None if point is None else f"POINT({point.longitude} {point.latitude})",
    )


def _audience(label: str, subject: str, n: int) -> Node:
    return {"id": f"{subject}#audience-{n}", "type": "dcterms:AgentClass", "label": label}


def _standing(standing: Standing, process: Process) -> Node:
    return {
        "status": standing.status,
        "derived": standing.derived,
        "reason": standing.reason or None,
        "sourceFlag": process.flag,
        "sourceStatus": process.source_status,
        "deadline": _date(standing.deadline, standing.deadline_zone, last=True),
        "deadlineZone": standing.deadline_zone,
        "deadlineAt": _instant(standing.deadline_at),
        "opensAt": _instant(standing.opens_at),
        "nextTransitionAt": _instant(standing.next_transition_at),
    }


def _parts(process: Process, subject: str) -> Node:
    return {
        "phases": [_phase(phase, subject, n) for n, phase in enumerate(process.phases, 1)] or None,
        "support": [_support(support, subject, n) for n, support in enumerate(process.support, 1)] or None,
        "outcomes": [_outcome(outcome, subject, n) for n, outcome in enumerate(process.outcomes, 1)] or None,
        "documents": [_document(document, subject, n) for n, document in enumerate(process.documents, 1)] or None,
        "references": [_link(link, subject, n) for n, link in enumerate(process.links, 1)] or None,
        "acts": list(_acts(process.links)) or None,
    }


def _phase(phase: Phase, subject: str, n: int) -> Node:
    period = _filled(
        id=f"{subject}#period-{n}",
        type="dcterms:PeriodOfTime",
        opens=_date(phase.opens, phase.zone),
        closes=_date(phase.closes, phase.zone, last=True),
        zone=phase.zone,
    )
    return _filled(
        id=f"{subject}#phase-{n}",
        type=("Phase", "eli-dl:Activity"),
        phaseKind=phase.kind,
        activityLabel=_text(phase.label),
        period=period if phase.opens is not None or phase.closes is not None else None,
        url=_iri(phase.url),
    )


def _support(support: Support, subject: str, n: int) -> Node:
    return _filled(
        id=f"{subject}#support-{n}",
        type=("Support", "schema:InteractionCounter"),
        unit=support.unit,
        count=support.count,
        verified=support.verified,
        country=None if support.place is None else countries.CODES[support.place],
        option=_text(support.option),
        part=support.part,
        readAt=_instant(support.read_at),
        changedAt=_date(support.changed_at),
        threshold=_threshold(support.threshold, f"{subject}#threshold-{n}"),
    )


def _threshold(threshold: Threshold | None, name: str) -> Node | None:
    if threshold is None:
        return None
    act = None if threshold.celex is None else celex(threshold.celex)
    return _filled(id=name, type="Threshold", requiredCount=threshold.count, laidDownBy=act)


def _outcome(outcome: Outcome, subject: str, n: int) -> Node:
    return _filled(
        id=f"{subject}#outcome-{n}",
        type=("Outcome", "eli-dl:Activity"),
        outcomeKind=outcome.kind,
        date=_date(outcome.date),
        activityLabel=_text(outcome.title),
        url=_iri(outcome.url),
        by=_organisation(outcome.by, f"{subject}#outcome-{n}-by"),
    )


def _document(document: Document, subject: str, n: int) -> Node:
    return _filled(
        id=f"{subject}#document-{n}",
        type="schema:DigitalDocument",
        documentKind=document.kind,
        file=_iri(document.url),
        title=_text(document.title),
        inLanguage=document.language,
        mediaType=document.media_type,
        size=document.size,
    )


def _link(link: Link, subject: str, n: int) -> Node:
    return _filled(
        id=f"{subject}#reference-{n}",
        type="Reference",
        linkKind=link.kind,
        value=link.value,
        url=_iri(link.url),
        title=_text(link.title),
    )


def _acts(links: Iterable[Link]) -> Iterator[str]:
    """The IRIs of the acts that CELEX numbers name: what joins processes of different sources."""
    return (celex(link.value) for link in links if link.kind is LinkKind.CELEX)


def _provenance(provenance: Provenance, subject: str) -> Node:
    connector = {
        "id": f"{subject}#connector",
        "type": "prov:SoftwareAgent",
        "connectorId": provenance.connector,
        "version": provenance.connector_version,
    }
    harvest = _filled(
        id=f"{subject}#harvest",
        type="prov:Activity",
        run=provenance.run,
        missing=provenance.missing or None,
        connector=connector,
    )
    return {
        "derivedFrom": _origin(provenance, subject),
        "fetchedAt": dates.iso(provenance.fetched_at),
        "digest": provenance.digest,
        "harvest": harvest,
    }


def _origin(provenance: Provenance, subject: str) -> Node | str | None:
    """The answer's address; of one that an archive took, the capture and what it is a copy of."""
    if provenance.captured_at is None:
        return _iri(provenance.url)
    return _filled(
        id=_iri(provenance.url) or f"{subject}#capture",
        type="prov:Entity",
        capturedAt=dates.iso(provenance.captured_at),
        derivedFrom=_iri(provenance.original),
    )


def _licence(licence: Licence, subject: str) -> Node:
    rights = _filled(id=f"{subject}#rights", type="dcterms:RightsStatement", label=licence.name, licenceId=licence.id)
    return {"license": licence_iri(licence), "rights": rights, "credit": licence.attribution}
