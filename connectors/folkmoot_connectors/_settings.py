"""Settings of a site, checked: what is wrong is told with site, setting, value and what is allowed."""

from __future__ import annotations

from collections.abc import Container, Iterable
from typing import Any

from folkmoot_connectors._values import address
from folkmoot_hub.connector import Site
from folkmoot_hub.errors import ConfigError


def wrong(site: Site, name: str, value: object, allowed: str) -> ConfigError:
    """The error for the setting ``name``, to be raised."""
    return ConfigError(f"{site.id}: setting {name}: {value!r} is wrong; allowed: {allowed}")


def switch(site: Site, name: str, default: bool) -> bool:
    """A setting that is true or false; ``ConfigError`` for anything else, such as ``"no"``."""
    value = site.setting(name, default)
    if not isinstance(value, bool):
        raise wrong(site, name, value, "true or false")
    return value


def number(site: Site, name: str, default: int, most: int) -> int:
    """A setting that is a whole number from 1 to ``most``; ``ConfigError`` for anything else."""
    value = site.setting(name, default)
    if type(value) is not int or not 1 <= value <= most:
        raise wrong(site, name, value, f"a whole number from 1 to {most}")
    return value


def choice(site: Site, name: str, allowed: Iterable[str], default: str) -> str:
    """A setting that is one of ``allowed``; ``ConfigError`` for anything else."""
    value = site.setting(name, default)
    if not isinstance(value, str) or value not in list(allowed):
        raise wrong(site, name, value, ", ".join(allowed))
    return value


def several(
    site: Site, name: str, default: Iterable[Any], known: Container[Any], allowed: str, least: int = 0
) -> list[Any]:
    """A setting that is a list of ``known`` texts or whole numbers, at least ``least``, each given once.

    ``ConfigError`` for anything else; ``allowed`` says in words which are known.
    """
    values = site.setting(name, list(default))
    kinds = {int} if isinstance(known, range) else {int, str}  # a text would be looked for by walking the whole range
    fits = isinstance(values, (list, tuple)) and all(type(value) in kinds and value in known for value in values)
    if not fits or len(values) < least:
        raise wrong(site, name, values, f"a list of {'one or more of ' if least else ''}{allowed}")
    return list(dict.fromkeys(values))


def addresses(site: Site, name: str, default: Iterable[str], least: int = 0) -> list[str]:
    """A setting that is a list of addresses at the site's hosts, or of paths below its base, each given once.

    ``ConfigError`` for anything else, and for fewer than ``least``.
    """
    values = site.setting(name, list(default))
    base = f"{site.base.rstrip('/')}/"
    found = [address(value, base) for value in values] if isinstance(values, (list, tuple)) else [None]
    allowed = [url for url in found if url is not None and site.allows(url)]
    if len(allowed) != len(found) or len(allowed) < least:
        many = "one or more " if least else ""
        raise wrong(site, name, values, f"a list of {many}addresses at the site's hosts, or of paths below its base")
    return list(dict.fromkeys(allowed))
