"""Validation: every rule seen firing, and nothing said of what is right."""

from __future__ import annotations

import inspect
import time
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings

from folkmoot_schema import process as schema
from folkmoot_schema import validation
from folkmoot_schema.codes import Availability, LinkKind, OutcomeKind, Status, Topic, Unit
from folkmoot_schema.process import Document, Link, Organisation, Outcome, Phase, Place, Process, Support
from folkmoot_schema.texts import Text
from folkmoot_schema.validation import Severity, validate, validate_json
from schema.generating import processes
from schema.test_process import a_process, a_record


def text(value: str, **more: Any) -> Text:
    return Text({"en": value}, "en", **more)


def sound(**values: Any) -> Process:
    ordinary = {"place": Place(country="EU"), "topics": (Topic.ENVI,), "flag": Status.OPEN}
    return a_process(**{**ordinary, **values})


ERRORS = [
    ({"title": text("")}, "title.en", "empty"),
    ({"title": text(" \u200e\n")}, "title.en", "empty"),
    ({"title": Text({"en": "A", "fr": " "}, "en")}, "title.fr", "empty"),
    ({"organiser": Organisation(name=text(" "))}, "organiser.name.en", "empty"),
    ({"title": text("A <b>bold</b> title")}, "title.en", "HTML in a plain text"),
    ({"summary": text("One<br/>two")}, "summary.en", "HTML in a plain text"),
    ({"title": text("A title", html=True)}, "title", "plain text"),
    ({"documents": (Document(url="https://a.example", title=text("<p>x")),)}, "documents[0].title.en", "HTML"),
    ({"body": text("<p>x</p><script>1</script>", html=True)}, "body.en", "not sanitised"),
    ({"body": text('<p onclick="x()">x</p>', html=True)}, "body.en", "not sanitised"),
    ({"body": text('<a href=" JavaScript:x()">x</a>', html=True)}, "body.en", "not sanitised"),
    ({"body": text("<iframe src='https://a.example'>", html=True)}, "body.en", "not sanitised"),
    ({"title": text("Write to someone@sample.example")}, "title.en", "e-mail"),
    ({"authority": Organisation(name=text("someone@sample.example"))}, "authority.name.en", "e-mail"),
    ({"outcomes": (Outcome(kind=OutcomeKind.REPLY, by=Organisation(name=text("a@b.example"))),)},
     "outcomes[0].by.name.en", "e-mail"),
    ({"title": text("a \ud800 b")}, "title.en", "surrogate"),
    ({"keywords": ("a\udfff",)}, "$", "surrogate"),
    ({"url": "https://user:word@sample.example/"}, "url", "user name"),
    ({"links": (Link(kind=LinkKind.RELATED, value="x", url="http://u@sample.example"),)}, "links[0].url", "user name"),
]  # fmt: skip
WARNINGS = [
    ({"phases": (Phase(opens="2025-12-18", closes="2025-04-02"),)}, "phases[0].closes", "closes (2025-04-02) before"),
    ({"phases": (Phase(opens="2026-02-01"),), "outcomes": (Outcome(kind=OutcomeKind.REPLY, date="2025"),)},
     "outcomes[0].date", "before anybody could take part"),
    ({"flag": None}, "phases", "status will be unknown"),
    ({"place": None}, "place", "not known where"),
    ({"topics": ()}, "topics", "no topic"),
    ({"title": Text({"und": "A"}, "und")}, "title", "language is not known"),
    ({"summary": text("A", machine=("en",))}, "summary", "machine translation"),
    ({"title": text(" A  title")}, "title.en", "stray spaces"),
    ({"title": text("x" * 1001)}, "title.en", "longer than 1000"),
    ({"support": (Support(unit=Unit.VOTES, count=1), Support(unit=Unit.VOTES, count=2))}, "support[1]",
     "second reading"),
    ({"availability": Availability.ARCHIVED}, "observed_at", "when it was observed"),
    ({"links": (Link(kind=LinkKind.CELEX, value="2019/788"),)}, "links[0].value", "CELEX"),
]  # fmt: skip


@pytest.mark.parametrize(("values", "path", "message"), ERRORS)
def test_what_makes_a_record_unusable_is_an_error_that_names_the_field(
    values: dict[str, Any], path: str, message: str
) -> None:
    report = validate(sound(**values))
    assert not report.ok
    assert any(found.path == path and message in found.message for found in report.errors), report


@pytest.mark.parametrize(("values", "path", "message"), WARNINGS)
def test_what_is_odd_is_a_warning_and_the_record_goes_on(values: dict[str, Any], path: str, message: str) -> None:
    report = validate(sound(**values))
    assert report.ok
    assert [found.path for found in report.warnings] == [path]
    assert message in report.warnings[0].message


def test_every_rule_has_a_case_above() -> None:
    """A rule without a case would fire for none of them once it alone is run."""
    cases = {Severity.ERROR: ERRORS, Severity.WARNING: WARNINGS}
    for severity, rules in ((Severity.ERROR, validation._ERRORS), (Severity.WARNING, validation._WARNINGS)):
        for rule in rules:
            assert inspect.isfunction(rule)
            assert any(list(rule(sound(**values))) for values, _, _ in cases[severity]), rule.__name__


@pytest.mark.parametrize(
    "title",
    ["Less than <10 % of people", "a < b > c", "C++ <vector> for all", "R&D", "@home", "50 @ 3.5", "“Quoted” – 公園"],
)
def test_a_title_that_only_looks_odd_is_not_remarked_on(title: str) -> None:
    assert validate(sound(title=text(title))).findings == ()


@pytest.mark.parametrize(
    "body",
    [
        '<p>A <a href="https://sample.example/?on=1" rel="noopener">link</a> on data: all of it</p>',
        "<table><tr><td>x</td></tr></table>",
        "<p>The script of the play, and its style = simple</p>",
        "<p>javascript: a language</p>",
    ],
)
def test_sanitised_html_in_a_body_is_right(body: str) -> None:
    assert validate(sound(body=text(body, html=True))).findings == ()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(processes())
def test_generated_processes_are_valid(process: Process) -> None:
    report = validate(process)
    assert report.ok, report
    assert set(validate_json(schema.to_json(process)).findings) == set(report.findings)


def test_errors_come_first_in_a_report() -> None:
    report = validate(a_process(title=text("")))
    assert [found.severity for found in report.findings] == sorted(
        (found.severity for found in report.findings), key=[Severity.ERROR, Severity.WARNING].index
    )
    assert report.findings == report.errors + report.warnings
    assert report.warnings


def test_json_of_a_record_and_of_a_process_are_both_read() -> None:
    record = a_record(process=sound())
    assert validate_json(schema.to_json(record)) == validate_json(schema.to_json(record.process)) == validate(sound())


@pytest.mark.parametrize(
    ("data", "path", "message"),
    [
        (b"", "", "truncated"),
        (b"[]", "", "Expected `object`"),
        (b"{}", "", "missing required field `kind`"),
        (b'{"process":{}}', "process", "missing required field"),
        (b'{"kind":"riot"}', "kind", "Invalid enum value 'riot'"),
        (b'{"kind":"petition","url":"x"}', "", "missing required field `title`"),
        (b'{"kind":"petition","title":{"values":{"en":"A"},"original":"fr"},"url":"https://a.example"}', "title",
         "is not among"),
        (b'{"kind":"\xff"}', "", "utf-8"),
    ],
)  # fmt: skip
def test_json_that_does_not_fit_is_one_error_at_the_field(data: bytes, path: str, message: str) -> None:
    report = validate_json(data)
    (found,) = report.errors
    assert (found.severity, found.path) == (Severity.ERROR, path)
    assert message in found.message


def test_a_report_can_be_kept_as_json() -> None:
    report = validate(a_process(title=text("")))
    assert msgspec.json.decode(schema.to_json(report), type=validation.Report) == report


HOSTILE = ("a", "<", "< ", "<a =", " on", "<a on", "<p", "a@b.", "a@", "&", "<!--", "data:", "\"'")


@pytest.mark.parametrize("piece", HOSTILE)
@pytest.mark.parametrize("start", ["", "<", "<a x=", "a@b."])
def test_a_text_made_to_take_for_ever_takes_as_long_as_it_is(start: str, piece: str) -> None:
    """Where time grew with the square of the length, this would take minutes."""
    value = start + piece * (300_000 // len(piece)) + " " * 300_000
    begun = time.perf_counter()
    validate(sound(title=text(value), body=text(value, html=True)))
    assert time.perf_counter() - begun < 20
