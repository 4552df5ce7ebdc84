"""Argument graphs: Carneades' YAML read into plain data, and plain data told as HTML.

A graph is ``{"statements": {id: {"text", "label"}}, "issues": [[id]], "arguments": [{"conclusion", "premises",
"scheme", "undercutter"}]}``. What else a document holds is dropped: its ``meta`` names the authors of what it quotes.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final

import yaml

from folkmoot_connectors._private import without_contacts

#: A longer text, or more statements or arguments, is no graph that anybody drew.
_LONGEST: Final = 100_000
_MOST: Final = 1000
_IN, _OUT = "in", "out"

Graph = Mapping[str, Any]


def read(text: str) -> dict[str, Any] | None:
    """The graph in ``text``; None if it is no YAML, holds no statement, or refers to its own parts.

    All scalars are texts (YAML 1.1 would take a statement ``no`` for false). An alias, with which a few lines can be
    millions, is in no graph.
    """
    if len(text) > _LONGEST:
        return None
    try:
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text, Loader=yaml.BaseLoader)):
            return None
        document = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506 - it makes texts, lists and mappings only
    except (yaml.YAMLError, RecursionError, ValueError):
        return None
    return _graph(document) if isinstance(document, dict) else None


def _graph(document: Mapping[Any, Any]) -> dict[str, Any] | None:
    labels = _labels(document.get("labels"))
    statements = {
        name: _without_nothing({"text": _told(said), "label": labels.get(name) or _label(said)})
        for name, said in _entries(document.get("statements"))
    }
    if not statements:
        return None
    positions = (_names(issue.get("positions")) for _, issue in _entries(document.get("issues")) if _is_map(issue))
    arguments = (_argument(each) for _, each in _entries(document.get("arguments")) if _is_map(each))
    return {
        "statements": statements,
        "issues": [each for each in positions if each],
        "arguments": [each for each in arguments if "conclusion" in each],
    }


def _argument(each: Mapping[Any, Any]) -> dict[str, Any]:
    told = {name: _name(each.get(name)) for name in ("conclusion", "scheme", "undercutter")}
    return _without_nothing({**told, "premises": _names(each.get("premises"))})


def _entries(value: Any) -> list[tuple[str, Any]]:
    """The named entries of a mapping; one whose name is no text, or only spaces, is none."""
    entries = list(value.items()) if isinstance(value, dict) else []
    return [(name, each) for key, each in entries[:_MOST] if (name := _name(key))]


def _names(value: Any) -> list[str]:
    """The statements that a list names, or a mapping of their roles."""
    each = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [name for one in list(each)[:_MOST] if (name := _name(one))]


def _name(value: Any) -> str | None:
    text = without_contacts(" ".join(value.split())) if isinstance(value, str) else ""
    return text or None


def _told(said: Any) -> str | None:
    return _name(said.get("text") if isinstance(said, dict) else said)


def _label(said: Any) -> str | None:
    label = said.get("label") if isinstance(said, dict) else None
    return label if label in (_IN, _OUT) else None


def _labels(value: Any) -> dict[str, str]:
    """Which statements are accepted (``in``) and which are not (``out``)."""
    lists = value if isinstance(value, dict) else {}
    return {name: label for label in (_OUT, _IN) for name in _names(lists.get(label))}


def _is_map(value: Any) -> bool:
    return isinstance(value, dict)


def _without_nothing(told: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in told.items() if value}


# Told as HTML


def told(graph: Graph, *, english: bool) -> str:
    """``graph`` as HTML: the questions, then each argument with its premises. Its words of ours are English or none."""
    statements = graph.get("statements")
    known = statements if isinstance(statements, Mapping) else {}

    def shown(name: object) -> str:
        found = known.get(name) if isinstance(name, str) else None
        said = found if isinstance(found, Mapping) else {}
        label = {_IN: " (accepted)", _OUT: " (not accepted)"}.get(str(said.get("label")), "")
        return html.escape(str(said.get("text") or name), quote=False) + (label if english else "")

    issues = [f"<li>{' / '.join(map(shown, each))}</li>" for each in _questions(graph)]
    arguments = [_shown(each, shown, english) for each in _arguments(graph)]
    loose = [f"<li>{shown(name)}</li>" for name in _loose(known, graph)]
    parts = {"Questions": issues, "Arguments": arguments, "Other statements": loose}
    return "\n".join(_sections(parts, english))


def _sections(parts: Mapping[str, list[str]], english: bool) -> Iterator[str]:
    for number, (heading, rows) in enumerate((name, rows) for name, rows in parts.items() if rows):
        yield (f"<h3>{heading}</h3>" if english else "<hr>" if number else "") + f"<ul>{''.join(rows)}</ul>"


def _shown(argument: Mapping[str, Any], shown: Callable[[object], str], english: bool) -> str:
    premises = "".join(f"<li>{shown(name)}</li>" for name in _texts(argument.get("premises")))
    undercutter = argument.get("undercutter")
    if undercutter and english:
        premises += f"<li>unless: {shown(undercutter)}</li>"
    return f"<li>{shown(argument['conclusion'])}" + (f"<ul>{premises}</ul>" if premises else "") + "</li>"


def _loose(known: Iterable[Any], graph: Graph) -> list[Any]:
    """Statements that stand in no argument and no question."""
    used = {name for each in _questions(graph) for name in each}
    for each in _arguments(graph):
        used.update((each["conclusion"], str(each.get("undercutter")), *_texts(each.get("premises"))))
    return [name for name in known if name not in used]


def _questions(graph: Graph) -> list[list[str]]:
    return [texts for each in _listed(graph.get("issues")) if (texts := _texts(each))]


def _arguments(graph: Graph) -> list[Mapping[str, Any]]:
    rows = [each for each in _listed(graph.get("arguments")) if isinstance(each, Mapping)]
    return [each for each in rows if isinstance(each.get("conclusion"), str)]


def _texts(value: Any) -> list[str]:
    return [each for each in _listed(value) if isinstance(each, str)]


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
