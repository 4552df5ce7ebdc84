"""The SHACL shapes: valid records conform, and every shape is seen failing on a graph broken for it."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings
from rdflib import DCAT, DCTERMS, FOAF, ORG, PROV, RDF, SH, SKOS, XSD, Graph, Literal, URIRef

from folkmoot_schema import shipped
from folkmoot_schema.codes import Flag, Level, LinkKind, OutcomeKind, Stage, Status, Topic, Unit
from folkmoot_schema.graph import ADMS, CV, ELI_DL, FM, SCHEMA, concept, graph
from folkmoot_schema.process import (
    RESOURCE_TYPES,
    Document,
    Link,
    Organisation,
    Outcome,
    Phase,
    Place,
    Record,
    Standing,
    Support,
    Threshold,
)
from folkmoot_schema.texts import Text
from folkmoot_schema.validation import shacl, shacl_graph
from schema.generating import HUB, records
from schema.test_process import NOW, a_process, a_record

TEXT = Text({"en": "A sample"}, "en")
ME = URIRef(f"{HUB}/id/sample/1")
WRONG = Literal("wrong")
OTHER = URIRef("https://sample.example/other")
THEMES = "http://publications.europa.eu/resource/authority/data-theme/"


@cache
def whole() -> Record:
    """A record that has one of everything the shapes speak of."""
    body = Organisation(name=TEXT)
    return a_record(
        process=a_process(
            summary=TEXT, body=TEXT, flags=(Flag.SAMPLE,), organiser=body, authority=body, place=Place(country="EU"),
            level=Level.LOCAL, topics=(Topic.ENVI,), eurovoc=("http://eurovoc.europa.eu/1",), stage=Stage.POLICY_DESIGN,
            act_types=(f"{RESOURCE_TYPES}REG",),
            phases=(Phase(opens="2026", closes="2026-06-30"),), flag=Status.OPEN,
            participate_url="https://sample.example/p", observed_at="2026", published="2026-02",
            support=(Support(unit=Unit.VOTES, count=1, place="GR", threshold=Threshold(count=2, celex="32019R0788"),
                             read_at=NOW, changed_at="2026"),),
            outcomes=(Outcome(kind=OutcomeKind.REPLY, date="2026-07", by=body),),
            documents=(Document(url="https://sample.example/d", size=1),),
            links=(Link(kind=LinkKind.CELEX, value="32019R0788"),),
        ),
        standing=Standing(status=Status.OPEN, deadline="2026-06-30", deadline_zone="UTC", deadline_at=NOW, opens_at=NOW,
                          next_transition_at=NOW),
    )  # fmt: skip


def part(name: str) -> URIRef:
    return URIRef(f"{ME}#{name}")


def without(subject: URIRef, predicate: URIRef) -> Callable[[Graph], object]:
    return lambda data: data.remove((subject, predicate, None))


def instead(subject: URIRef, predicate: URIRef, value: Literal | URIRef) -> Callable[[Graph], object]:
    return lambda data: data.set((subject, predicate, value))


def also(subject: URIRef, predicate: URIRef, value: Literal | URIRef) -> Callable[[Graph], object]:
    return lambda data: data.add((subject, predicate, value))


PHASE, PERIOD, SUPPORT, THRESHOLD = (part(f"{name}-1") for name in ("phase", "period", "support", "threshold"))
OUTCOME, DOCUMENT, REFERENCE = (part(f"{name}-1") for name in ("outcome", "document", "reference"))
INSTANT = Literal("2026-06-01T00:00:00Z", datatype=XSD.dateTime)

#: How a graph is broken, and the message of the shape that must see it.
BROKEN: list[tuple[Callable[[Graph], object], str]] = [
    (instead(ME, DCTERMS.identifier, Literal("eci:1")), "exactly one key"),
    (without(ME, DCTERMS.title), "a title, not empty"),
    (also(ME, DCTERMS.title, Literal("Another", lang="en")), "a title, not empty"),
    (also(ME, DCTERMS.abstract, Literal("Another", lang="en")), "summaries are texts"),
    (instead(ME, DCTERMS.description, WRONG), "bodies are texts"),
    (also(ME, FM.htmlIn, DCTERMS.title), "only summary and body"),
    (instead(ME, FOAF.page, WRONG), "exactly one page"),
    (also(ME, FM.participationPage, OTHER), "at most one page for taking part"),
    (also(ME, DCTERMS.spatial, WRONG), "places are named by IRIs"),
    (also(ME, DCAT.theme, OTHER), "topics are data themes"),
    (also(ME, DCTERMS.subject, OTHER), "subjects are EuroVoc"),
    (also(ME, FM.actType, URIRef(f"{THEMES}ENVI")), "types of acts are resource types"),
    (instead(ME, SCHEMA.organizer, OTHER), "at most one organiser"),
    (instead(ME, CV.hasCompetentAuthority, OTHER), "at most one authority"),
    (also(ME, ELI_DL.consists_of, OTHER), "consists of phases and outcomes"),
    (also(ME, SCHEMA.interactionStatistic, OTHER), "counts are readings"),
    (also(ME, FM.reference, OTHER), "references are described"),
    (without(ME, ELI_DL.process_type), "exactly one kind"),
    (also(ME, ADMS.status, concept("status", "closed")), "exactly one status"),
    (without(ME, FM.availability), "exactly one availability"),
    (also(ME, FM.level, concept("level", "national")), "at most one level"),
    (also(ME, FM.policyStage, concept("stage", "agenda-setting")), "at most one step"),
    (also(ME, FM.sourceFlag, concept("status", "closed")), "at most one status at the source"),
    (without(ME, FM.statusDerived), "says whether the status is derived"),
    (instead(ME, FM.deadline, WRONG), "at most one deadline"),
    (instead(ME, FM.deadlineZone, OTHER), "at most one zone"),
    (instead(ME, FM.deadlineAt, WRONG), "an instant: deadlineAt"),
    (instead(ME, FM.opensAt, WRONG), "an instant: opensAt"),
    (instead(ME, FM.nextTransitionAt, WRONG), "an instant: nextTransitionAt"),
    (instead(ME, FM.observedAt, WRONG), "observedAt is one date"),
    (instead(ME, DCTERMS.issued, WRONG), "published on one date"),
    (also(ME, PROV.wasDerivedFrom, WRONG), "derived from one address"),
    (without(ME, PROV.generatedAtTime), "when it was fetched"),
    (without(ME, PROV.wasGeneratedBy), "by which harvest"),
    (without(ME, FM.digest), "one digest"),
    (instead(ME, DCTERMS.modified, WRONG), "when it last changed"),
    (without(ME, FM.firstSeen), "when it was first seen"),
    (without(ME, FM.seenAt), "when it was last seen"),
    (without(ME, DCTERMS.rights), "under which terms"),
    (also(ME, DCTERMS.license, WRONG), "at most one licence"),
    (instead(ME, ELI_DL.process_type, concept("status", "open")), "in the scheme of kinds"),
    (instead(ME, ADMS.status, concept("kind", "petition")), "in the scheme of statuses"),
    (instead(ME, FM.availability, OTHER), "availability is in its scheme"),
    (also(ME, FM.flag, OTHER), "flags are in the scheme"),
    (instead(ME, FM.level, OTHER), "in the scheme of levels"),
    (instead(ME, FM.policyStage, OTHER), "in the scheme of steps"),
    (instead(ME, FM.sourceFlag, OTHER), "source’s status is in the scheme"),
    (without(PHASE, ELI_DL.had_activity_type), "a phase has one kind"),
    (instead(PHASE, DCTERMS.temporal, OTHER), "at most one period"),
    (instead(PHASE, FOAF.page, WRONG), "a phase has at most one page"),
    (instead(PERIOD, DCAT.startDate, WRONG), "at most one start"),
    (also(PERIOD, DCAT.endDate, INSTANT), "at most one end"),
    (lambda data: (data.remove((PERIOD, DCAT.startDate, None)), data.remove((PERIOD, DCAT.endDate, None))),
     "a start or an end"),
    (without(PERIOD, FM.timeZone), "a period has a time zone"),
    (instead(SUPPORT, FM.unit, OTHER), "a count has one unit"),
    (instead(SUPPORT, SCHEMA.userInteractionCount, Literal(-1)), "0 or more; unknown is no count"),
    (without(SUPPORT, FM.verified), "whether the count is verified"),
    (without(SUPPORT, FM.part), "which part told"),
    (instead(SUPPORT, PROV.generatedAtTime, WRONG), "of one instant"),
    (instead(SUPPORT, DCTERMS.modified, WRONG), "changed on one date"),
    (instead(SUPPORT, DCTERMS.spatial, OTHER), "counts per place are per country"),
    (instead(SUPPORT, FM.threshold, OTHER), "at most one threshold"),
    (instead(THRESHOLD, FM.requiredCount, Literal(0)), "a threshold is one number"),
    (instead(THRESHOLD, DCTERMS.conformsTo, WRONG), "laid down by one act"),
    (without(OUTCOME, ELI_DL.had_activity_type), "an outcome has one kind"),
    (instead(OUTCOME, ELI_DL.activity_date, WRONG), "an outcome has at most one date"),
    (instead(OUTCOME, ELI_DL.had_responsible_organization, OTHER), "by at most one organisation"),
    (without(DOCUMENT, SCHEMA.url), "a document has one address"),
    (without(DOCUMENT, DCTERMS.type), "a document has one kind"),
    (instead(DOCUMENT, DCAT.byteSize, WRONG), "a size is in bytes"),
    (without(REFERENCE, DCTERMS.type), "a reference has one kind"),
    (instead(REFERENCE, DCTERMS.identifier, Literal("")), "a reference has one value"),
    (without(part("organiser"), SKOS.prefLabel), "an organisation has a name"),
    (also(part("organiser"), FOAF.mbox, OTHER), "no mailboxes"),
    (without(part("connector"), DCTERMS.identifier), "a connector has an id"),
    (without(part("connector"), SCHEMA.softwareVersion), "a connector has a version"),
    (also(OTHER, RDF.type, FOAF.Person), "no natural persons"),
]  # fmt: skip


def test_the_whole_record_conforms() -> None:
    assert shacl([whole()], HUB) == []
    assert (part("organiser"), RDF.type, ORG.Organization) in graph(whole(), HUB)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(records())
def test_generated_records_conform(record: Record) -> None:
    assert shacl([record], HUB) == []


def test_many_records_are_judged_together() -> None:
    assert shacl([whole(), a_record(local_id="2")], HUB) == []
    assert shacl([], HUB) == []


@pytest.mark.parametrize(("damage", "message"), BROKEN)
def test_a_broken_graph_is_seen_by_the_shape_for_it(damage: Callable[[Graph], object], message: str) -> None:
    data = graph(whole(), HUB)
    damage(data)
    found = shacl_graph(data)
    assert any(message in line for line in found), found


def test_every_shape_has_a_graph_broken_for_it() -> None:
    shapes = Graph().parse(data=shipped.vocabulary("shapes.ttl"), format="turtle")
    messages = {
        str(message) for subject, message in shapes.subject_objects(SH.message) if (subject, SH.path) in _paths(shapes)
    }
    seen = {message for _, message in BROKEN}
    assert messages
    assert not [message for message in messages if not any(fragment in message for fragment in seen)]


def _paths(shapes: Graph) -> set[tuple[object, object]]:
    return {(subject, SH.path) for subject in shapes.subjects(SH.path, None)}
