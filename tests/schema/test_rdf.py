"""Turtle and N-Triples say what the graph says, and equal records give equal bytes."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rdflib import Graph

from folkmoot_schema import process as schema
from folkmoot_schema import rdf
from folkmoot_schema.graph import graph
from folkmoot_schema.process import Record
from schema.generating import HUB, records
from schema.test_process import a_process, a_record

quickly = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@quickly
@given(st.lists(records(), max_size=2))
def test_both_forms_hold_the_triples_of_the_graph_and_no_other(some: list[Record]) -> None:
    expected = {triple for record in some for triple in graph(record, HUB)}
    for data, form in ((rdf.turtle(some, HUB), "turtle"), (rdf.ntriples(some, HUB), "nt")):
        assert set(Graph().parse(data=data, format=form)) == expected


@quickly
@given(records())
def test_ntriples_say_nothing_twice_and_keep_one_subject_together(record: Record) -> None:
    lines = rdf.ntriples([record, record], HUB).splitlines()
    assert len(lines) == len(set(lines)) == len(graph(record, HUB))
    subjects = [line.split(b" ")[0] for line in lines]
    runs = [subject for n, subject in enumerate(subjects) if n == 0 or subjects[n - 1] != subject]
    assert len(runs) == len(set(runs))


def test_no_records_are_no_triples() -> None:
    assert rdf.ntriples([], HUB) == b""
    assert len(Graph().parse(data=rdf.turtle([], HUB), format="turtle")) == 0


def test_turtle_shortens_names_by_the_contexts_prefixes() -> None:
    text = rdf.turtle([a_record()], HUB).decode()
    assert "@prefix fm: <https://w3id.org/folkmoot#> ." in text
    assert "a fm:ParticipationProcess , eli-dl:Process , prov:Entity" in text


@pytest.mark.parametrize("form", ["turtle", "ntriples"])
def test_another_process_writes_the_same_bytes(form: str) -> None:
    record = a_record(process=a_process(keywords=("b", "a", "c")))
    code = (
        "import sys; from folkmoot_schema import process, rdf; "
        f"sys.stdout.buffer.write(rdf.{form}([process.record_from_json(sys.stdin.buffer.read())], {HUB!r}))"
    )
    for _ in range(2):
        done = subprocess.run(
            [sys.executable, "-c", code], input=schema.to_json(record), capture_output=True, check=True
        )
        assert done.stdout == getattr(rdf, form)([record], HUB)
