"""What makes a change, and how much it matters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from folkmoot_hub.store import changes
from folkmoot_hub.store.protocol import Weight
from folkmoot_schema.codes import (
    Availability,
    DocumentKind,
    Flag,
    Kind,
    Level,
    LinkKind,
    OutcomeKind,
    PhaseKind,
    Stage,
    Status,
    Topic,
)
from folkmoot_schema.process import (
    RESOURCE_TYPES,
    Document,
    Link,
    Organisation,
    Outcome,
    Phase,
    Place,
    Process,
    Standing,
    Threshold,
)
from folkmoot_schema.status import assess_process
from folkmoot_schema.texts import Text
from hub.store.making import DAY, NOW, process, signatures
from schema.generating import processes, supports

Told = Literal["material", "minor", "count"] | None


@dataclass(frozen=True)
class Field:
    """What the change of a field is told as, and a value that differs from the sample process's."""

    told: Told
    value: Any


_BODY = Organisation(name=Text({"en": "Town hall"}, "en"))
#: Every field of a process. One that is missing here fails the first test: say what its change is worth.
FIELDS: dict[str, Field] = {
    "kind": Field("material", Kind.PETITION),
    "title": Field("material", Text({"en": "Another"}, "en")),
    "summary": Field("material", Text({"en": "Short"}, "en")),
    "body": Field("material", Text({"en": "Long"}, "en")),
    "organiser": Field("material", _BODY),
    "authority": Field("material", _BODY),
    # A participation phase would change status and deadline, too.
    "phases": Field("material", (*process().phases, Phase(kind=PhaseKind.REVIEW, opens="2026-05"))),
    "outcomes": Field("material", (Outcome(kind=OutcomeKind.REPLY),)),
    "documents": Field("material", (Document(url="https://town.example/a.pdf", kind=DocumentKind.MAIN),)),
    "links": Field("material", (Link(kind=LinkKind.CELEX, value="32019R0788"),)),
    "availability": Field("material", Availability.ARCHIVED),
    "url": Field("minor", "https://town.example/moved"),
    "flags": Field("minor", (Flag.LAST_CALL,)),
    "place": Field("minor", Place(country="FR")),
    "level": Field("minor", Level.LOCAL),
    "topics": Field("minor", (Topic.ENVI,)),
    "eurovoc": Field("minor", ("http://eurovoc.europa.eu/1",)),
    "act_types": Field("minor", (f"{RESOURCE_TYPES}REG",)),
    "keywords": Field("minor", ("trees",)),
    "audiences": Field("minor", ("residents",)),
    "stage": Field("minor", Stage.POLICY_DESIGN),
    "source_status": Field("minor", "OPEN"),
    "participate_url": Field("minor", "https://town.example/sign"),
    "published": Field("minor", "2026-02"),
    "support": Field("count", (signatures(6),)),
    "observed_at": Field(None, "2026-03-01"),
    # The sample process is announced by its dates, so that the same word of its source changes nothing that is news.
    "flag": Field(None, Status.ANNOUNCED),
}
SAMPLE = process(support=(signatures(5),))


def standing(value: Process) -> Standing:
    """Where it stands on the first day."""
    return assess_process(value, seen_at=NOW, now=NOW, interval=DAY)


def told(before: Process, after: Process) -> Told:
    """The weight of the step as a plain word."""
    weight = changes.weight((before, standing(before)), (after, standing(after)))
    return None if weight is None else weight.value


def test_every_field_of_a_process_is_weighed() -> None:
    assert set(FIELDS) == {field.name for field in msgspec.structs.fields(Process)}


@pytest.mark.parametrize("name", FIELDS)
def test_a_changed_field_is_told_as(name: str) -> None:
    after = msgspec.structs.replace(SAMPLE, **{name: FIELDS[name].value})
    assert after != SAMPLE
    assert (told(SAMPLE, after), told(after, SAMPLE)) == (FIELDS[name].told, FIELDS[name].told)


@pytest.mark.parametrize("name", [name for name, field in FIELDS.items() if field.told not in {"material", "count"}])
def test_with_a_changed_count_the_weightier_counts(name: str) -> None:
    after = msgspec.structs.replace(SAMPLE, support=(signatures(6),), **{name: FIELDS[name].value})
    assert told(SAMPLE, after) == (FIELDS[name].told or "count")


@pytest.mark.parametrize(
    ("before", "after", "weight"),
    [
        pytest.param({}, {}, None, id="nothing"),
        pytest.param({"reason": "a"}, {"reason": "b"}, None, id="why is no news"),
        pytest.param({"derived": True}, {}, None, id="that it is derived is no news"),
        pytest.param({"next_transition_at": NOW}, {}, None, id="when it changes next is no news"),
        pytest.param({}, {"status": Status.CLOSED}, Weight.MATERIAL, id="a status is"),
        pytest.param({"deadline": "2026-03"}, {"deadline": "2026-03-20"}, Weight.MATERIAL, id="a deadline is"),
        pytest.param({"deadline_zone": "UTC"}, {"deadline_zone": "Asia/Tokyo"}, Weight.MATERIAL, id="its zone is"),
    ],
)
def test_of_a_standing_status_and_deadline_are_news(
    before: dict[str, Any], after: dict[str, Any], weight: Weight | None
) -> None:
    old, new = (Standing(**{"status": Status.OPEN, **given}) for given in (before, after))
    assert changes.weight((SAMPLE, old), (SAMPLE, new)) is weight


@pytest.mark.parametrize(
    ("before", "after", "weight"),
    [
        pytest.param((signatures(5),), (signatures(5, NOW + DAY),), None, id="read again"),
        pytest.param((signatures(5),), (signatures(5, changed_at="2026"),), None, id="the source's own last update"),
        pytest.param((), (signatures(5),), "count", id="a new series"),
        pytest.param((signatures(5),), (), "count", id="a series that ends"),
        pytest.param((signatures(None),), (signatures(0),), "count", id="zero is not unknown"),
        pytest.param((signatures(5),), (signatures(5, threshold=Threshold(count=9)),), "count", id="what is needed"),
        pytest.param((signatures(5),), (signatures(5, part="detail"),), "count", id="another part tells it"),
    ],
)
def test_counts_are_told_as_counts(before: tuple[Any, ...], after: tuple[Any, ...], weight: Told) -> None:
    old, new = (msgspec.structs.replace(SAMPLE, support=support) for support in (before, after))
    assert told(old, new) == weight


@given(value=processes(), support=st.lists(supports(), max_size=3).map(tuple))
@settings(max_examples=60, deadline=None)
def test_counts_are_never_news(value: Process, support: tuple[Any, ...]) -> None:
    assert told(value, msgspec.structs.replace(value, support=support)) in {None, "count"}
    assert told(value, value) is None


@pytest.mark.parametrize(
    ("old", "new", "kept"),
    [
        pytest.param(
            (signatures(5),), (signatures(None, NOW + DAY),), (signatures(5),), id="unknown leaves the known reading"
        ),
        pytest.param((signatures(5),), (signatures(0),), (signatures(0),), id="zero is known"),
        pytest.param((signatures(5),), (signatures(4),), (signatures(4),), id="less is known"),
        pytest.param((signatures(None),), (signatures(None),), (signatures(None),), id="unknown stays unknown"),
        pytest.param((), (signatures(None),), (signatures(None),), id="nothing was known"),
        pytest.param((signatures(5),), (), (), id="a series that is not there any more has ended"),
        pytest.param(
            (signatures(5, place="FR"), signatures(6)),
            (signatures(None, place="FR"), signatures(7)),
            (signatures(5, place="FR"), signatures(7)),
            id="series by series",
        ),
        pytest.param(
            (signatures(5, threshold=Threshold(count=8)),),
            (signatures(None, threshold=Threshold(count=9)),),
            (signatures(5, threshold=Threshold(count=9)),),
            id="with the threshold of now",
        ),
    ],
)
def test_missing_never_overwrites_known(old: tuple[Any, ...], new: tuple[Any, ...], kept: tuple[Any, ...]) -> None:
    assert changes.known_counts_kept(old, new) == kept


@given(one=processes(), other=processes())
@settings(max_examples=40, deadline=None)
def test_digests_are_equal_where_processes_are(one: Process, other: Process) -> None:
    same = msgspec.structs.replace(one)
    assert changes.digest(one) == changes.digest(same)
    assert (changes.digest(one) == changes.digest(other)) is (one == other)
