"""Validation: what only a whole process can tell, and the shapes for the graph.

:func:`validate` is pure and quick and runs on every record; an error sends the record to quarantine, a warning is kept
with it. What one value alone can tell (a date, an address, a code) is checked earlier, when the struct is made.
:func:`shacl` runs the shipped shapes over the graph: in tests, in ``folkmoot validate`` and on a sample of every run.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Final

import msgspec

from folkmoot_schema import dates, shipped
from folkmoot_schema import process as schema
from folkmoot_schema.codes import Availability, LinkKind, PhaseKind
from folkmoot_schema.process import Organisation, Process, Record
from folkmoot_schema.texts import UNDETERMINED, Text, clean

if TYPE_CHECKING:
    from rdflib import Graph


class Severity(StrEnum):
    """What a finding means for the record: quarantine, or a remark."""

    ERROR = "error"
    WARNING = "warning"


class Finding(msgspec.Struct, frozen=True):
    """One thing found: how bad, where (a path such as ``phases[0].closes``), and what, in a sentence."""

    severity: Severity
    path: str
    message: str


class Report(msgspec.Struct, frozen=True):
    """All findings about one process, errors first."""

    findings: tuple[Finding, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether there is no error."""
        return not self.errors

    @property
    def errors(self) -> tuple[Finding, ...]:
        """The findings for which the record goes into quarantine."""
        return tuple(finding for finding in self.findings if finding.severity is Severity.ERROR)

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """The findings that are kept with the record."""
        return tuple(finding for finding in self.findings if finding.severity is Severity.WARNING)


_Found = Iterator[tuple[str, str]]

_ELEMENTS: Final = (
    "a|abbr|article|b|blockquote|body|br|button|center|code|dd|div|dl|dt|em|embed|font|footer|form|h[1-6]|head|header|hr"
    "|html|i|iframe|img|input|li|link|meta|nav|object|ol|p|pre|q|s|script|section|small|span|strong|style|sub|sup|svg"
    "|table|tbody|td|textarea|th|thead|tr|u|ul|video"
)
_MARKUP: Final = re.compile(rf"</?(?:{_ELEMENTS})(?:\s[^<>]*)?/?>", re.IGNORECASE)
# These run over whatever a source says: no two repetitions side by side take the same characters, and a search begins
# where a word does, so that each takes time in proportion to the text.
_ACTIVE: Final = re.compile(
    r"<\s*(?:/\s*)?(?:script|style|iframe|frame|object|embed|applet|form|input|button|textarea|select|link|meta|base|svg"
    r"|math|template|noscript)\b"
    r"|<[^<>]*\son[a-z]+\s*="
    r"|<[^<>]*=\s*(?:[\"']\s*)?(?:javascript|vbscript|data)\s*:",
    re.IGNORECASE,
)
_MAIL: Final = re.compile(r"(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}")
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_USER: Final = re.compile(r"https?://[^/?#]*@", re.IGNORECASE)
_CELEX: Final = re.compile(r"[0-9CE][0-9]{4}[A-Z]{1,2}[0-9]{4}(?:\([0-9]+\)|R\([0-9]+\))*")
_LONG: Final = 1000


def validate(process: Process) -> Report:
    """What is wrong with ``process`` (errors) and what is odd about it (warnings)."""
    errors = [Finding(Severity.ERROR, path, message) for rule in _ERRORS for path, message in rule(process)]
    warnings = [Finding(Severity.WARNING, path, message) for rule in _WARNINGS for path, message in rule(process)]
    return Report((*errors, *warnings))


def validate_json(data: bytes) -> Report:
    """:func:`validate` for a process or a record as JSON; what does not fit the structs is an error of its own."""
    try:
        is_record = "process" in msgspec.json.decode(data, type=dict[str, msgspec.Raw])
        value = schema.record_from_json(data).process if is_record else schema.process_from_json(data)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        message, _, path = str(error).partition(" - at `$")
        return Report((Finding(Severity.ERROR, path.rstrip("`").lstrip("."), message),))
    return validate(value)


def shacl(records: Sequence[Record], hub: str) -> list[str]:
    """What the shipped shapes find in the graph of ``records``: one line a finding, sorted; none if it conforms."""
    from rdflib import Graph  # it and pyshacl take long to load, and the engine needs neither

    from folkmoot_schema import rdf

    return shacl_graph(Graph().parse(data=rdf.ntriples(records, hub), format="nt"))


def shacl_graph(graph: Graph) -> list[str]:
    """:func:`shacl` for a graph at hand."""
    import pyshacl  # as above
    from rdflib import SH

    shapes, concepts = _shapes()
    _, results, _ = pyshacl.validate(graph + concepts, shacl_graph=shapes, inference="none")
    return sorted(
        f"{results.value(result, SH.focusNode)}: {results.value(result, SH.resultMessage)}"
        for result in results.objects(None, SH.result)
    )


@cache
def _shapes() -> tuple[Graph, Graph]:
    from rdflib import Graph

    shapes = Graph().parse(data=shipped.vocabulary("shapes.ttl"), format="turtle")
    concepts = Graph()
    for name in shipped.names():
        if name not in {"shapes.ttl", "folkmoot.ttl"}:
            concepts.parse(data=shipped.vocabulary(name), format="turtle")
    return shapes, concepts


def _lines(process: Process) -> Iterator[tuple[str, Text | None]]:
    """The texts that are one plain line: title, names, labels."""
    yield "title", process.title
    for path, organisation in _organisations(process):
        yield f"{path}.name", organisation.name
    yield from ((f"phases[{n}].label", phase.label) for n, phase in enumerate(process.phases))
    yield from ((f"support[{n}].option", support.option) for n, support in enumerate(process.support))
    yield from ((f"outcomes[{n}].title", outcome.title) for n, outcome in enumerate(process.outcomes))
    yield from ((f"documents[{n}].title", document.title) for n, document in enumerate(process.documents))
    yield from ((f"links[{n}].title", link.title) for n, link in enumerate(process.links))


def _organisations(process: Process) -> Iterator[tuple[str, Organisation]]:
    named = [("organiser", process.organiser), ("authority", process.authority)]
    named += [(f"outcomes[{n}].by", outcome.by) for n, outcome in enumerate(process.outcomes)]
    yield from ((path, organisation) for path, organisation in named if organisation is not None)


def _all_texts(process: Process) -> Iterator[tuple[str, str, Text]]:
    """Every text in every language: (path, value, the text it belongs to)."""
    for path, text in (*_lines(process), ("summary", process.summary), ("body", process.body)):
        if text is not None:
            yield from ((f"{path}.{tag}", value, text) for tag, value in text.values.items())


def _empty(process: Process) -> _Found:
    for path, text in _lines(process):
        for tag, value in ({} if text is None else text.values).items():
            if not clean(value):
                yield f"{path}.{tag}", "it is empty"


def _marked_up(process: Process) -> _Found:
    for path, text in _lines(process):
        if text is not None and text.html:
            yield path, "it is to be plain text, not HTML"
    for path, value, text in _all_texts(process):
        if not text.html and _MARKUP.search(value):
            yield path, "there is HTML in a plain text"


def _active(process: Process) -> _Found:
    for path, value, text in _all_texts(process):
        if text.html and _ACTIVE.search(value):
            yield (
                path,
                "its HTML is not sanitised: scripts, styles, forms, handlers and embedded content are not allowed",
            )


def _mail(process: Process) -> _Found:
    for path, text in (("title", process.title), *((f"{p}.name", o.name) for p, o in _organisations(process))):
        for tag, value in text.values.items():
            if _MAIL.search(value):
                yield f"{path}.{tag}", "there is an e-mail address in it"


def _unwritable(process: Process) -> _Found:
    try:
        schema.to_json(process)
    except (UnicodeEncodeError, msgspec.MsgspecError):
        paths = [path for path, value, _ in _all_texts(process) if _SURROGATE.search(value)]
        yield from ((path, "it holds a lone surrogate, which UTF-8 cannot write") for path in paths or ["$"])


def _credentials(process: Process) -> _Found:
    urls = [("url", process.url), ("participate_url", process.participate_url)]
    urls += [(f"documents[{n}].url", document.url) for n, document in enumerate(process.documents)]
    urls += [(f"links[{n}].url", link.url) for n, link in enumerate(process.links)]
    for path, url in urls:
        if url is not None and _USER.match(url):
            yield path, "there is a user name in the address"


def _contradictory(process: Process) -> _Found:
    for n, phase in enumerate(process.phases):
        if phase.opens is None or phase.closes is None:
            continue
        if dates.ends(phase.closes, phase.zone) <= dates.begins(phase.opens, phase.zone):
            yield f"phases[{n}].closes", f"it closes ({phase.closes}) before it opens ({phase.opens})"


def _early_outcome(process: Process) -> _Found:
    windows = [phase for phase in process.phases if phase.kind is PhaseKind.PARTICIPATION and phase.opens is not None]
    first = min((dates.begins(phase.opens or "", phase.zone) for phase in windows), default=None)
    for n, outcome in enumerate(process.outcomes):
        if first is not None and outcome.date is not None and dates.ends(outcome.date, "UTC") <= first:
            yield f"outcomes[{n}].date", f"it is dated {outcome.date}, before anybody could take part"


def _undated(process: Process) -> _Found:
    dated = any(phase.opens or phase.closes for phase in process.phases if phase.kind is PhaseKind.PARTICIPATION)
    if not dated and process.flag is None and process.availability is Availability.LIVE:
        yield "phases", "no date and no flag of the source: its status will be unknown"


def _placeless(process: Process) -> _Found:
    if process.place is None:
        yield "place", "it is not known where it applies"
    if not process.topics:
        yield "topics", "no topic is known"


def _languages(process: Process) -> _Found:
    if process.title.original == UNDETERMINED:
        yield "title", "its language is not known"
    for path, text in (*_lines(process), ("summary", process.summary), ("body", process.body)):
        if text is not None and text.original in text.machine:
            yield path, "the original is marked as a machine translation"


def _untidy(process: Process) -> _Found:
    for tag, value in process.title.values.items():
        if value != clean(value):
            yield f"title.{tag}", "there are stray spaces or invisible characters in it"
        if len(value) > _LONG:
            yield f"title.{tag}", f"it is longer than {_LONG} characters"


def _twice(process: Process) -> _Found:
    seen: set[str] = set()
    for n, support in enumerate(process.support):
        if support.series in seen:
            yield f"support[{n}]", f"a second reading of {support.series}"
        seen.add(support.series)


def _unobserved(process: Process) -> _Found:
    if process.availability is not Availability.LIVE and process.observed_at is None:
        yield "observed_at", "what is no longer live should say when it was observed"


def _not_normal(process: Process) -> _Found:
    for n, link in enumerate(process.links):
        if link.kind is LinkKind.CELEX and not _CELEX.fullmatch(link.value):
            yield f"links[{n}].value", f"{link.value!r} does not look like a CELEX number"


_Rule = Callable[[Process], _Found]
_ERRORS: Final[tuple[_Rule, ...]] = (_empty, _marked_up, _active, _mail, _unwritable, _credentials)
_WARNINGS: Final[tuple[_Rule, ...]] = (
    _contradictory, _early_outcome, _undated, _placeless, _languages, _untidy, _twice, _unobserved, _not_normal,
)  # fmt: skip
