"""Sites from a TOML file: the bundled ones of a plugin and an operator's own, by the same strict rules.

Each site is a table ``[[site]]`` whose keys are the fields of :class:`~folkmoot_hub.connector.Site`. Whatever is
misspelt, missing or of the wrong kind is refused with one line that says where, what is wrong and what is allowed.
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping
from typing import Any, get_args, get_type_hints

import msgspec

from folkmoot_hub.errors import ConfigError
from folkmoot_hub.site import Archive, Evidence, Reach, Site
from folkmoot_schema import dates
from folkmoot_schema.codes import Level
from folkmoot_schema.identifiers import check_source
from folkmoot_schema.process import Licence, Organisation, Place, Point, check_url
from folkmoot_schema.texts import is_tag

_ALLOWED = {
    "id": "lower-case letters, digits, '.' and '-', at most 100, such as 'consult.example.org'",
    "connector": "the id of an installed connector, such as 'feed'",
    "title": "a text in quotes",
    "base": "an absolute http(s) address",
    "homepage": "an absolute http(s) address",
    "place": "{ country = 'DE', region = '…', municipality = '…' } with ISO 3166-1 alpha-2 (GR, GB), EU or XK",
    "level": ", ".join(Level),
    "languages": "a list of at least one BCP 47 tag, such as ['en', 'cy']",
    "zone": "a time zone of the IANA database, such as 'Europe/Brussels'",
    "authority": "{ name = 'The City of …', iri = '…', homepage = 'https://…' }; name may be a table by language",
    "licence": "{ id = 'CC-BY-4.0', name = '…', url = 'https://…', attribution = '…' }",
    "interval": "a whole number of seconds, at least 60",
    "pace": "a number of seconds from 0 to 3600",
    "concurrency": "a whole number from 1 to 16",
    "hosts": "a list of host names",
    "brake": "a share above 0 and at most 1",
    "on_absence": "'keep' or 'remove'",
    "via": "'web' or 'archive'",
    "archive": "{ profile = 'wayback', url = 'https://…', collection = '…', files = ['…'], since = '…', until = '…' }",
    "enabled": "true or false",
    "sample": "true or false",
    "sample_of": "the id of the source that a sample stands for",
    "reach": ", ".join(get_args(Reach)),
    "evidence": ", ".join(get_args(Evidence)),
    "ended": "a partial date in quotes, such as '2013' or '2013-06'",
    "settings": "a table of the connector's own settings",
}
_REQUIRED = tuple(field.name for field in msgspec.structs.fields(Site) if field.required)
_NESTED: dict[str, type[msgspec.Struct]] = {
    "place": Place,
    "authority": Organisation,
    "licence": Licence,
    "archive": Archive,
}


def load_sites(toml: bytes, origin: str) -> list[Site]:
    """The sites of a TOML file; ``origin`` is its name for error messages. ``ConfigError`` if anything is wrong."""
    try:
        document = tomllib.loads(toml.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{origin}: this is not TOML: {error}") from error
    if unknown := sorted(set(document) - {"site"}):
        raise ConfigError(f"{origin}: {unknown[0]}: unknown key; allowed: tables [[site]]")
    return sites_from(document.get("site", []), origin)


def sites_from(tables: Any, origin: str) -> list[Site]:
    """The sites of the tables ``[[site]]`` in ``origin``; ``ConfigError`` if one is wrong, or its id not its own."""
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise ConfigError(f"{origin}: site: it is not a list of tables; allowed: tables [[site]]")
    sites = [_site(table, f"{origin}: [[site]] {_name(table, number)}") for number, table in enumerate(tables, 1)]
    _check_unique(sites, origin)
    return sites


def _site(table: Mapping[str, Any], where: str) -> Site:
    """One site from a table; ``where`` begins the error message: file, and which site."""
    for key in table:
        if key not in _ALLOWED:
            raise ConfigError(f"{where} {key}: unknown key; allowed: {', '.join(_ALLOWED)}")
    for key in _REQUIRED:
        if key not in table:
            raise ConfigError(f"{where} {key}: it is missing; allowed: {_ALLOWED[key]}")
    hints = get_type_hints(Site)
    languages = table.get("languages")
    first = languages[0] if isinstance(languages, list) and languages else "en"
    values = _told_by_via({key: _value(key, value, hints[key], first, where) for key, value in table.items()})
    try:
        return Site(**values)
    except ValueError as error:  # each key is right, but not beside the others
        raise ConfigError(f"{where} {error}") from error


def _told_by_via(values: Mapping[str, Any]) -> dict[str, Any]:
    """``values`` with what follows from them: of a platform that is read in an archive, copies are what there is."""
    return {"reach": "archived", **values} if values.get("via") == "archive" else dict(values)


def _value(key: str, value: Any, hint: Any, language: Any, where: str) -> Any:
    if isinstance(value, dict) and key in _NESTED:
        _check_keys(value, _NESTED[key], f"{where} {key}", _ALLOWED[key])
        value = _organisation(value, language) if key == "authority" else value
    try:
        checked = msgspec.convert(value, hint)
        _check(key, checked)
    except (msgspec.ValidationError, ValueError) as error:
        problem = str(error).replace("`", "")
        raise ConfigError(f"{where} {key}: {value!r} is wrong ({problem}); allowed: {_ALLOWED[key]}") from error
    return checked


def _check(key: str, value: Any) -> None:
    """What the type alone does not tell; ``ValueError`` if ``value`` breaks it."""
    limits = {"interval": (60, 10**9), "pace": (0, 3600), "concurrency": (1, 16), "brake": (1e-9, 1)}
    if key == "id":
        check_source(value)
    elif key in {"base", "homepage"} and value is not None:
        check_url(value, key)
    elif key == "zone":
        dates.zone(value)
    elif key == "ended" and value is not None:
        dates.check(value)
    elif key == "languages" and not (value and all(is_tag(tag) for tag in value)):
        raise ValueError("not a list of language tags")
    elif key in limits and not limits[key][0] <= value <= limits[key][1]:
        raise ValueError("out of range")
    elif key in {"title", "connector"} and not value.strip():
        raise ValueError("it is empty")


def _check_keys(table: Mapping[str, Any], type: type[msgspec.Struct], where: str, allowed: str) -> None:
    known = {field.name for field in msgspec.structs.fields(type)}
    if unknown := sorted(set(table) - known):
        raise ConfigError(f"{where}.{unknown[0]}: unknown key; allowed: {allowed}")
    if type is Place and isinstance(table.get("point"), dict):
        _check_keys(table["point"], Point, f"{where}.point", "{ latitude = 50.8, longitude = 4.4 }")


def _organisation(table: Mapping[str, Any], language: Any) -> dict[str, Any]:
    """An authority whose name is a plain text, or a table by language whose first entry is the original."""
    name = table.get("name")
    if isinstance(name, str):
        name = {language: name}
    if isinstance(name, dict) and name and "values" not in name:
        name = {"values": name, "original": next(iter(name))}
    return {**table, "name": name} if name is not None else dict(table)


def _name(table: Mapping[str, Any], number: int) -> str:
    id = table.get("id")
    return f"{id}:" if isinstance(id, str) else f"number {number}:"


def _check_unique(sites: list[Site], origin: str) -> None:
    seen: set[str] = set()
    for site in sites:
        if site.id in seen:
            raise ConfigError(f"{origin}: [[site]] {site.id}: id: it is given twice; allowed: one table for each id")
        seen.add(site.id)


def overridden(site: Site, block: Mapping[str, Any], settings: Collection[str], origin: str) -> Site:
    """``site`` under the settings that a recording names; ``ConfigError`` naming ``origin`` if one is unknown or wrong.

    Keys of a site replace those of ``site``, but for its id and connector, which say what is harvested and not how; all
    others must be among ``settings``, those that the connector reads.
    """
    where = f"{origin}: site:"
    fields = {
        key: value for key, value in block.items() if key in _ALLOWED and key not in {"id", "connector", "settings"}
    }
    own = {key: value for key, value in block.items() if key not in _ALLOWED} | dict(block.get("settings", {}))
    if unknown := sorted(set(own) - set(settings)):
        allowed = ", ".join(sorted({*_ALLOWED, *settings} - {"settings"}))
        raise ConfigError(f"{where} {unknown[0]}: unknown key; allowed: {allowed}")
    hints = get_type_hints(Site)
    first = site.languages[0]
    values = _told_by_via({key: _value(key, value, hints[key], first, where) for key, value in fields.items()})
    return msgspec.structs.replace(site, **values, settings={**site.settings, **own})
