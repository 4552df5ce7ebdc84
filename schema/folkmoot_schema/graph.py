"""A record as an rdflib graph, built triple by triple from the structs.

Only the minting of IRIs is shared with :mod:`folkmoot_schema.jsonld`, so that each proves the other: a test compares
them over generated records. It is some thirty times slower; the hub itself uses :mod:`folkmoot_schema.rdf`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Final, TypeVar

from rdflib import DCAT, DCTERMS, FOAF, ORG, OWL, PROV, RDF, RDFS, SKOS, XSD, Graph, Literal, Namespace, URIRef
from rdflib.term import Node

from folkmoot_schema import countries, dates, identifiers, jsonld
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

ADMS: Final = Namespace("http://www.w3.org/ns/adms#")
CV: Final = Namespace("http://data.europa.eu/m8g/")
ELI_DL: Final = Namespace("http://data.europa.eu/eli/eli-draft-legislation-ontology#")
FM: Final = Namespace(identifiers.NAMESPACE)
GEO: Final = Namespace("http://www.opengis.net/ont/geosparql#")
LOCN: Final = Namespace("http://www.w3.org/ns/locn#")
# schema.org's own context has its terms under http, and so has every profile that uses them.
SCHEMA: Final = Namespace("http://schema.org/")
_Part = TypeVar("_Part")
_THEME: Final = Namespace("http://publications.europa.eu/resource/authority/data-theme/")


def graph(record: Record, hub: str) -> Graph:
    """The triples of ``record`` at the hub of the address ``hub``."""
    made = Graph(bind_namespaces="none")
    writer = _Writer(made, URIRef(jsonld.address(record, hub)))
    writer.record(record, hub)
    return made


def concept(scheme: str, value: str) -> URIRef:
    """The IRI of an entry of one of our controlled lists."""
    return URIRef(f"{identifiers.CONCEPTS}{scheme}/{value}")


class _Writer:
    """Writes one record's statements into a graph; ``me`` is the process."""

    def __init__(self, into: Graph, me: URIRef) -> None:
        self.into = into
        self.me = me

    def say(self, subject: URIRef, predicate: URIRef, *values: Node | None) -> None:
        for value in values:
            if value is not None:
                self.into.add((subject, predicate, value))

    def part(self, name: str, *types: URIRef) -> URIRef:
        node = URIRef(f"{self.me}#{name}")
        self.say(node, RDF.type, *types)
        return node

    def text(self, subject: URIRef, predicate: URIRef, text: Text | None) -> None:
        if text is not None:
            self.say(subject, predicate, *(Literal(value, lang=tag) for tag, value in text.tagged().items()))

    def record(self, record: Record, hub: str) -> None:
        me, base = self.me, hub.rstrip("/")
        self.say(me, RDF.type, FM.ParticipationProcess, ELI_DL.Process, PROV.Entity)
        self.say(me, DCTERMS.identifier, Literal(record.key))
        self.say(me, DCTERMS.source, URIRef(f"{base}/sources/{record.source}"))
        self.say(me, OWL.sameAs, _iri(record.origin))
        self.description(record.process)
        self.parts(record.process)
        self.standing(record.standing)
        self.provenance(record.provenance)
        self.licence(record.licence)
        self.say(me, FM.firstSeen, _instant(record.first_seen))
        self.say(me, FM.seenAt, _instant(record.seen_at))
        self.say(me, DCTERMS.modified, _instant(record.updated))
        self.say(me, FM.countedAt, _instant(record.counted_at))
        self.say(me, FM.absentSince, _instant(record.absent_since))

    def description(self, process: Process) -> None:
        me = self.me
        self.say(me, ELI_DL.process_type, concept("kind", process.kind))
        self.say(me, FM.flag, *(concept("flag", flag) for flag in process.flags))
        self.text(me, DCTERMS.title, process.title)
        self.say(me, SCHEMA.inLanguage, Literal(process.title.original))
        for predicate, text in ((DCTERMS.abstract, process.summary), (DCTERMS.description, process.body)):
            self.text(me, predicate, text)
            if text is not None and text.html:
                self.say(me, FM.htmlIn, predicate)
        self.say(me, FOAF.page, _iri(process.url))
        self.say(me, FM.participationPage, _iri(process.participate_url))
        self.say(me, FM.availability, concept("availability", process.availability))
        self.say(me, FM.observedAt, _date(process.observed_at))
        self.say(me, DCTERMS.issued, _date(process.published))
        self.say(me, SCHEMA.organizer, self.organisation(process.organiser, "organiser"))
        self.say(me, CV.hasCompetentAuthority, self.organisation(process.authority, "authority"))
        self.say(me, FM.sourceFlag, None if process.flag is None else concept("status", process.flag))
        self.say(me, FM.sourceStatus, _plain(process.source_status))
        self.place(process.place)
        self.subjects(process)

    def subjects(self, process: Process) -> None:
        me = self.me
        self.say(me, FM.level, None if process.level is None else concept("level", process.level))
        self.say(me, FM.policyStage, None if process.stage is None else concept("stage", process.stage))
        self.say(me, DCAT.theme, *(_THEME[topic] for topic in process.topics))
        self.say(me, DCTERMS.subject, *(URIRef(iri) for iri in process.eurovoc))
        self.say(me, FM.actType, *(URIRef(iri) for iri in process.act_types))
        self.say(me, DCAT.keyword, *(Literal(word) for word in process.keywords))
        for n, label in enumerate(process.audiences, 1):
            audience = self.part(f"audience-{n}", DCTERMS.AgentClass)
            self.say(audience, RDFS.label, Literal(label))
            self.say(me, DCTERMS.audience, audience)

    def organisation(self, organisation: Organisation | None, name: str) -> URIRef | None:
        if organisation is None:
            return None
        node = _iri(organisation.iri) or URIRef(f"{self.me}#{name}")
        self.say(node, RDF.type, ORG.Organization)
        self.text(node, SKOS.prefLabel, organisation.name)
        self.say(node, FOAF.homepage, _iri(organisation.homepage))
        return node

    def place(self, place: Place | None) -> None:
        if place is None:
            return
        self.say(self.me, DCTERMS.spatial, URIRef(countries.iri(place.country)))
        if (place.region, place.municipality, place.point) == (None, None, None):
            return
        location = self.part("place", DCTERMS.Location)
        self.say(self.me, DCTERMS.spatial, location)
        if place.region is not None or place.municipality is not None:
            address = self.part("address", LOCN.Address)
            self.say(address, LOCN.adminUnitL2, _plain(place.region))
            self.say(address, LOCN.postName, _plain(place.municipality))
            self.say(location, LOCN.address, address)
        if place.point is not None:
            point = f"POINT({place.point.longitude} {place.point.latitude})"
            self.say(location, DCAT.centroid, Literal(point, datatype=GEO.wktLiteral))

    def standing(self, standing: Standing) -> None:
        me = self.me
        self.say(me, ADMS.status, concept("status", standing.status))
        self.say(me, FM.statusDerived, Literal(standing.derived))
        self.say(me, FM.statusReason, _plain(standing.reason or None))
        self.say(me, FM.deadline, _date(standing.deadline, standing.deadline_zone, last=True))
        self.say(me, FM.deadlineZone, _plain(standing.deadline_zone))
        self.say(me, FM.deadlineAt, _instant(standing.deadline_at))
        self.say(me, FM.opensAt, _instant(standing.opens_at))
        self.say(me, FM.nextTransitionAt, _instant(standing.next_transition_at))

    def parts(self, process: Process) -> None:
        me = self.me
        self.say(me, ELI_DL.consists_of, *_each(self.phase, process.phases))
        self.say(me, SCHEMA.interactionStatistic, *_each(self.support, process.support))
        self.say(me, ELI_DL.consists_of, *_each(self.outcome, process.outcomes))
        self.say(me, SCHEMA.subjectOf, *_each(self.document, process.documents))
        self.say(me, FM.reference, *_each(self.link, process.links))

    def phase(self, phase: Phase, n: int) -> URIRef:
        node = self.part(f"phase-{n}", FM.Phase, ELI_DL.Activity)
        self.say(node, ELI_DL.had_activity_type, concept("phase-kind", phase.kind))
        self.text(node, ELI_DL.activity_label, phase.label)
        self.say(node, FOAF.page, _iri(phase.url))
        if phase.opens is not None or phase.closes is not None:
            period = self.part(f"period-{n}", DCTERMS.PeriodOfTime)
            self.say(node, DCTERMS.temporal, period)
            self.say(period, DCAT.startDate, _date(phase.opens, phase.zone))
            self.say(period, DCAT.endDate, _date(phase.closes, phase.zone, last=True))
            self.say(period, FM.timeZone, Literal(phase.zone))
        return node

    def support(self, support: Support, n: int) -> URIRef:
        node = self.part(f"support-{n}", FM.Support, SCHEMA.InteractionCounter)
        self.say(node, FM.unit, concept("unit", support.unit))
        self.say(node, SCHEMA.userInteractionCount, _number(support.count))
        self.say(node, FM.verified, Literal(support.verified))
        self.say(node, FM.part, Literal(support.part))
        self.say(node, DCTERMS.spatial, None if support.place is None else URIRef(countries.iri(support.place)))
        self.text(node, FM.option, support.option)
        self.say(node, PROV.generatedAtTime, _instant(support.read_at))
        self.say(node, DCTERMS.modified, _date(support.changed_at))
        self.say(node, FM.threshold, self.threshold(support.threshold, n))
        return node

    def threshold(self, threshold: Threshold | None, n: int) -> URIRef | None:
        if threshold is None:
            return None
        node = self.part(f"threshold-{n}", FM.Threshold)
        self.say(node, FM.requiredCount, _number(threshold.count))
        self.say(node, DCTERMS.conformsTo, None if threshold.celex is None else URIRef(jsonld.celex(threshold.celex)))
        return node

    def outcome(self, outcome: Outcome, n: int) -> URIRef:
        node = self.part(f"outcome-{n}", FM.Outcome, ELI_DL.Activity)
        self.say(node, ELI_DL.had_activity_type, concept("outcome-kind", outcome.kind))
        self.say(node, ELI_DL.activity_date, _date(outcome.date))
        self.text(node, ELI_DL.activity_label, outcome.title)
        self.say(node, FOAF.page, _iri(outcome.url))
        self.say(node, ELI_DL.had_responsible_organization, self.organisation(outcome.by, f"outcome-{n}-by"))
        return node

    def document(self, document: Document, n: int) -> URIRef:
        node = self.part(f"document-{n}", SCHEMA.DigitalDocument)
        self.say(node, DCTERMS.type, concept("document-kind", document.kind))
        self.say(node, SCHEMA.url, _iri(document.url))
        self.text(node, DCTERMS.title, document.title)
        self.say(node, SCHEMA.inLanguage, _plain(document.language))
        self.say(node, SCHEMA.encodingFormat, _plain(document.media_type))
        size = None if document.size is None else Literal(str(document.size), datatype=XSD.nonNegativeInteger)
        self.say(node, DCAT.byteSize, size)
        return node

    def link(self, link: Link, n: int) -> URIRef:
        node = self.part(f"reference-{n}", FM.Reference)
        self.say(node, DCTERMS.type, concept("link-kind", link.kind))
        self.say(node, DCTERMS.identifier, Literal(link.value))
        self.say(node, FOAF.page, _iri(link.url))
        self.text(node, DCTERMS.title, link.title)
        self.say(self.me, DCTERMS.relation, URIRef(jsonld.celex(link.value)) if link.kind is LinkKind.CELEX else None)
        return node

    def provenance(self, provenance: Provenance) -> None:
        me = self.me
        if provenance.captured_at is None:
            self.say(me, PROV.wasDerivedFrom, _iri(provenance.url))
        else:
            self.say(me, PROV.wasDerivedFrom, self.capture(provenance))
        self.say(me, PROV.generatedAtTime, _instant(provenance.fetched_at))
        self.say(me, FM.digest, Literal(provenance.digest))
        harvest = self.part("harvest", PROV.Activity)
        self.say(me, PROV.wasGeneratedBy, harvest)
        self.say(harvest, DCTERMS.identifier, _plain(provenance.run))
        self.say(harvest, FM.missingPart, *(Literal(part) for part in provenance.missing))
        connector = self.part("connector", PROV.SoftwareAgent)
        self.say(harvest, PROV.wasAssociatedWith, connector)
        self.say(connector, DCTERMS.identifier, Literal(provenance.connector))
        self.say(connector, SCHEMA.softwareVersion, Literal(provenance.connector_version))

    def capture(self, provenance: Provenance) -> URIRef:
        node = _iri(provenance.url) or URIRef(f"{self.me}#capture")
        self.say(node, RDF.type, PROV.Entity)
        self.say(node, PROV.generatedAtTime, _instant(provenance.captured_at))
        self.say(node, PROV.wasDerivedFrom, _iri(provenance.original))
        return node

    def licence(self, licence: Licence) -> None:
        iri = jsonld.licence_iri(licence)
        self.say(self.me, DCTERMS.license, None if iri is None else URIRef(iri))
        rights = self.part("rights", DCTERMS.RightsStatement)
        self.say(self.me, DCTERMS.rights, rights)
        self.say(rights, RDFS.label, Literal(licence.name))
        self.say(rights, DCTERMS.identifier, _plain(licence.id))
        self.say(self.me, SCHEMA.creditText, _plain(licence.attribution))


def _each(write: Callable[[_Part, int], URIRef], values: Iterable[_Part]) -> list[URIRef]:
    return [write(value, n) for n, value in enumerate(values, 1)]


def _plain(value: str | None) -> Literal | None:
    return None if value is None else Literal(value)


def _number(value: int | None) -> Literal | None:
    return None if value is None else Literal(value)


def _iri(value: str | None) -> URIRef | None:
    iri = None if value is None else identifiers.iri(value)
    return None if iri is None else URIRef(iri)


def _instant(moment: datetime | None) -> Literal | None:
    return None if moment is None else Literal(dates.iso(moment), datatype=XSD.dateTime)


def _date(value: str | None, zone: str | None = None, *, last: bool = False) -> Literal | None:
    if value is None:
        return None
    name, lexical = dates.xsd(value, zone, last=last)
    return Literal(lexical, datatype=XSD[name])
