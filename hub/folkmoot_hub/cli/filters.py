"""The filters of ``search`` and ``export``: the parameters of the programming interface, as options or ``name=value``.

Their names, meaning and checks are those of :mod:`folkmoot_hub.search.query`; nothing is decided here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

import click

from folkmoot_hub.search import query
from folkmoot_hub.search.query import Query
from folkmoot_hub.web import parameters

_Decorated = TypeVar("_Decorated", bound=Callable[..., Any])
_ASSIGNMENT = re.compile(r"^([a-z_]+)=(.*)$", re.DOTALL)

#: Longer lists of values stand in the error for one that is wrong, not in every help.
_LISTED = 25
#: Those that say what is in a result.
RESTRICTING = tuple(name for name in query.PARAMETERS if name not in query.PRESENTATION)


def filters(names: Iterable[str]) -> Callable[[_Decorated], _Decorated]:
    """A decorator that gives a command the argument ``words`` and an option for each of ``names``."""
    options = [_option(described) for described in parameters.described(names) if described["name"] != "facets"]

    def decorate(command: _Decorated) -> _Decorated:
        for option in reversed(options):
            command = option(command)
        return click.argument("words", nargs=-1, metavar="[WORD|NAME=VALUE]…")(command)

    return decorate


def _option(described: Mapping[str, Any]) -> Callable[[_Decorated], _Decorated]:
    name, schema = described["name"], described["schema"]
    several = schema.get("type") == "array"
    values = (schema["items"] if several else schema).get("enum")
    text = described["description"] + (f"  [{', '.join(values)}]" if values and len(values) <= _LISTED else "")
    return click.option(
        f"--{name.replace('_', '-')}", name, multiple=several, metavar="VALUE", help=text + (" Repeatable." * several)
    )


def asked(words: Iterable[str], options: Mapping[str, Any], allowed: Iterable[str]) -> Query:
    """The query that words and options make; ``QueryError`` names what is unknown or wrong.

    A word such as ``country=BE`` sets a parameter, all others together are ``q``.
    """
    pairs: list[tuple[str, str]] = []
    plain: list[str] = []
    for word in words:
        if assignment := _ASSIGNMENT.match(word):
            pairs.append((assignment[1], assignment[2]))
        else:
            plain.append(word)
    if plain:
        pairs.append(("q", " ".join(plain)))
    for name, value in options.items():
        values = value if isinstance(value, tuple) else () if value is None else (value,)
        pairs.extend((name, one) for one in values)
    return query.parse(pairs, allowed)
