"""A town's worth of processes, one for every status and then some."""

from __future__ import annotations

from folkmoot_schema.codes import (
    Availability,
    DocumentKind,
    Flag,
    Kind,
    LinkKind,
    OutcomeKind,
    PhaseKind,
    Stage,
    Status,
    Topic,
)
from folkmoot_schema.process import Document, Licence, Link, Outcome, Record
from folkmoot_schema.texts import Text
from hub.web.building import DAY, NOW, organisation, phase, record, signatures, text

OPEN = record(
    "open/1",
    "Shade for the market square",
    kind=Kind.PETITION,
    authority=organisation("Town Hall"),
    support=(signatures(40955, 1_000_000),),
    topics=(Topic.ENVI,),
    stage=Stage.AGENDA_SETTING,
    participate_url="https://town.example.org/sign",
)
ANNOUNCED = record("announced", "Rain gardens", opens="2026-08-02", closes="2026-09-12")
CLOSED = record("closed", "Trams after ten", opens="2026-01-12", closes="2026-03-08")
SPANISH = record(
    "es",
    Text({"es": "Parque en la plaza", "en": "A park in the square", "de": "Park am Platz"}, "es", machine=("de",)),
    country="ES",
    closes="2027-01-07",
    kind=Kind.PROPOSAL,
    support=(signatures(None, 500),),
)
ICELANDIC = record("is", text("Garður við höfnina", "is"), country="IS", opens=None, closes=None, kind=Kind.DEBATE)
ANSWERED = record(
    "answered",
    "Bees on roofs",
    opens="2025-01-12",
    closes="2025-06-12",
    kind=Kind.CITIZENS_INITIATIVE,
    country="EU",
    flag=Status.ANSWERED,
    source_status="REPLIED",
    stage=Stage.POLICY_DESIGN,
    organiser=organisation("Bees for All"),
    authority=organisation("Council of Exampleton"),
    body=Text({"en": "<p>We ask for <strong>bees</strong>.</p>"}, "en", html=True),
    support=(
        signatures(1_502_319, 1_000_000, verified=True),
        signatures(23160, 23265, place="RO", verified=True),
        signatures(64162, 5640, place="LV", verified=True),
        signatures(None, 4230, place="MT"),
    ),
    phases=(
        phase("2025-01-12", "2025-06-12"),
        phase("2025-06-13", "2025-12-07", kind=PhaseKind.VERIFICATION),
    ),
    outcomes=(
        Outcome(kind=OutcomeKind.HEARING, date="2025-10-10", title=text("Hearing in the assembly")),
        Outcome(kind=OutcomeKind.REPLY, date="2025-12-07", url="https://town.example.org/answer"),
    ),
    documents=(
        Document(
            url="https://town.example.org/plan.pdf",
            kind=DocumentKind.MAIN,
            title=text("The plan"),
            language="en",
            media_type="application/pdf",
            size=1_234_567,
        ),
    ),
    links=(Link(kind=LinkKind.CELEX, value="32025R0001"),),
    licence=Licence(
        id="CC-BY-4.0",
        name="CC BY 4.0",
        url="https://creativecommons.org/licenses/by/4.0/",
        attribution="Exampleton Town Hall",
    ),
)
UNDER_REVIEW = record("review", "Signs in two languages", closes="2026-06-01", flag=Status.UNDER_REVIEW)
UNSUCCESSFUL = record("few", "Not enough hands", closes="2025-03-01", flag=Status.UNSUCCESSFUL)
REFUSED = record("refused", "A bridge to the moon", flag=Status.REFUSED)
WITHDRAWN = record("withdrawn", "A second fountain", flag=Status.WITHDRAWN)
SUSPENDED = record("hold", "The old mill", flag=Status.SUSPENDED)
ENDED = record(
    "ended",
    "The library on wheels",
    opens="2013",
    closes=None,
    url="https://archive.example/2015/https://town.example.org/ended",
    availability=Availability.ARCHIVED,
    observed_at="2015-08-15T12:00:00Z",
)
UNKNOWN = record("unknown", "Something about benches", closes=None, seen_at=NOW - 9 * DAY, absent_since=NOW - 8 * DAY)
SAMPLE = record("sample", "An invented thing", flags=(Flag.SAMPLE,))

BY_STATUS: dict[Status, Record] = {
    Status.ANNOUNCED: ANNOUNCED,
    Status.OPEN: OPEN,
    Status.CLOSED: CLOSED,
    Status.UNDER_REVIEW: UNDER_REVIEW,
    Status.ANSWERED: ANSWERED,
    Status.UNSUCCESSFUL: UNSUCCESSFUL,
    Status.REFUSED: REFUSED,
    Status.WITHDRAWN: WITHDRAWN,
    Status.SUSPENDED: SUSPENDED,
    Status.ENDED: ENDED,
    Status.UNKNOWN: UNKNOWN,
}
ALL = (*BY_STATUS.values(), SPANISH, ICELANDIC, SAMPLE)
