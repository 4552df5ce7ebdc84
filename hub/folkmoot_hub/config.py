"""The operator's configuration: one TOML file, every key of it optional.

Whatever is wrong in it is told in one line at start: file, key, what is wrong, what is allowed.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final, get_type_hints
from urllib.parse import urlsplit

import msgspec

from folkmoot_hub.connector import Site
from folkmoot_hub.errors import ConfigError
from folkmoot_hub.fetch.settings import FetchSettings
from folkmoot_hub.sites import sites_from
from folkmoot_schema.identifiers import check_source
from folkmoot_schema.process import check_url

#: The file that is read from the data directory where none is named.
FILE_NAME: Final = "folkmoot.toml"
BROKERS: Final = ("redis", "rediss", "amqp", "amqps", "memory")

_ALLOWED: Final = {
    "title": "a text in quotes",
    "data": "a folder, relative to this file or from the root on",
    "base_url": "http(s) and a host, such as 'https://folkmoot.example.org', without a path",
    "contact": "a mail or web address on one line, such as 'mailto:hub@example.org', so that sources can reach you",
    "broker": f"an address for Celery that starts with {', '.join(f'{scheme}://' for scheme in BROKERS)}",
    "fetch": "a table [fetch]",
    "harvest": "a table [harvest]",
    "secrets": "a table [secrets] of entries such as token = { env = 'TOKEN' }",
    "site": "tables [[site]]",
}
_TEXTS: Final = ("title", "data", "base_url", "contact", "broker")
_PLACE: Final = "{ env = 'NAME_OF_A_VARIABLE' } or { file = 'path' }"
_OF_TYPE: Final[dict[Any, str]] = {
    float: "a number of seconds",
    int: "a whole number",
    bool: "true or false",
    tuple[str, ...]: "a list of texts in quotes",
}
_MAIL = re.compile(r"(?:mailto:)?[^\s@:/]+@[^\s@:/]+", re.IGNORECASE)
_SECRET_NAME = re.compile(r"^[A-Za-z0-9_.-]+$")


class Harvest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which sources are harvested: ``only`` these (all that are enabled if empty), ``enabled`` beside those that are
    so by themselves, never the ``disabled`` ones."""

    only: tuple[str, ...] = ()
    enabled: tuple[str, ...] = ()
    disabled: tuple[str, ...] = ()


class Secrets:
    """Secrets by name, read where the configuration says when they are asked for, and never shown."""

    def __init__(self, places: Mapping[str, tuple[str, str]], env: Mapping[str, str], file: str) -> None:
        self._places = places
        self._env = env
        self._file = file

    def __call__(self, name: str) -> str:
        """The secret ``name``; ``ConfigError`` if it is not configured, not there, or empty."""
        if name not in self._places:
            known = ", ".join(sorted(self._places)) or "none is configured"
            raise ConfigError(f"{self._file}: secrets.{name}: it is missing; allowed: {known}")
        kind, where = self._places[name]
        value = self._env.get(where, "") if kind == "env" else self._read(name, where)
        if not value:
            place = f"the environment variable {where}" if kind == "env" else where
            raise ConfigError(f"{self._file}: secrets.{name}: {place} is empty; allowed: a text that is not")
        return value

    def problems(self) -> Iterator[str]:
        """For each secret that cannot be had, why, in one line that names it and never shows it."""
        for name in sorted(self._places):
            try:
                self(name)
            except ConfigError as error:
                yield str(error)

    def _read(self, name: str, where: str) -> str:
        try:
            return Path(where).read_text().strip()
        except (OSError, UnicodeDecodeError) as error:
            problem = getattr(error, "strerror", None) or "not text"
            raise ConfigError(f"{self._file}: secrets.{name}: {where}: {problem}; allowed: a text file") from error

    def __repr__(self) -> str:
        return f"Secrets({', '.join(sorted(self._places))})"


class Config(msgspec.Struct, frozen=True, kw_only=True):
    """The checked configuration.

    ``data`` is the hub's directory; ``base_url`` its public address without a slash at its end, None to answer under
    whatever address a request names; ``broker`` the address for Celery, None to run jobs in this process; ``file``
    what error messages call the configuration.
    """

    data: Path
    title: str = "Folkmoot"
    base_url: str | None = None
    contact: str | None = None
    broker: str | None = None
    fetch: Mapping[str, Any] = {}
    harvest: Harvest = Harvest()
    secrets: Secrets
    sites: tuple[Site, ...] = ()
    file: str = "the configuration"

    def fetch_settings(self) -> FetchSettings:
        """How to fetch from the web; ``ConfigError`` if no contact is given, since sources must see whom to ask."""
        if self.contact is None:
            raise ConfigError(f"{self.file}: contact: it is missing; allowed: {_ALLOWED['contact']}")
        return FetchSettings(contact=self.contact, **self.fetch)


def load_config(path: Path | None, env: Mapping[str, str], data: Path | None = None) -> Config:
    """The configuration in the TOML file ``path``; ``ConfigError`` if anything in it is wrong.

    Without ``path``, the file that ``FOLKMOOT_CONFIG`` names, else ``folkmoot.toml`` in the data directory if there
    is one, else the defaults. ``data`` (``--data``) wins over ``FOLKMOOT_DATA``, that over the file's key ``data``, and
    that over the platform's directory for data.
    """
    given = data or (Path(env["FOLKMOOT_DATA"]) if env.get("FOLKMOOT_DATA") else None)
    if path is None and env.get("FOLKMOOT_CONFIG"):
        path = Path(env["FOLKMOOT_CONFIG"])
    found = (given or default_data(env)) / FILE_NAME
    if path is None and not found.is_file():
        return Config(data=given or default_data(env), secrets=Secrets({}, env, "the configuration"))
    return _from_file(path or found, given, env)


def default_data(env: Mapping[str, str]) -> Path:
    """Where this platform keeps programs' data: XDG Base Directory, Application Support or LOCALAPPDATA."""
    home = Path(env.get("HOME") or Path.home())
    if sys.platform == "win32":
        return Path(env.get("LOCALAPPDATA") or home / "AppData" / "Local") / "folkmoot"
    if sys.platform == "darwin":
        return home / "Library" / "Application Support" / "folkmoot"
    base = Path(env.get("XDG_DATA_HOME") or "")
    return (base if base.is_absolute() else home / ".local" / "share") / "folkmoot"


def _from_file(path: Path, data: Path | None, env: Mapping[str, str]) -> Config:
    file = str(path)
    document = _read(path)
    for key in document:
        if key not in _ALLOWED:
            raise ConfigError(f"{file}: {key}: unknown key; allowed: {', '.join(_ALLOWED)}")
    texts = {key: _text(document[key], key, file) for key in _TEXTS if key in document}
    inside = texts.pop("data", None)
    tables = {key: _table(document.get(key, {}), key, file) for key in ("fetch", "harvest", "secrets")}
    return Config(
        data=data or (_beside(path, inside, env) if inside else default_data(env)),
        fetch=_fetch(tables["fetch"], texts.get("contact"), file),
        harvest=_harvest(tables["harvest"], file),
        secrets=Secrets(_places(tables["secrets"], path, env), env, file),
        sites=tuple(sites_from(document.get("site", []), file)),
        file=file,
        **texts,
    )


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise ConfigError(f"{path}: it cannot be read: {error.strerror}; allowed: a TOML file") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: this is not TOML: {' '.join(str(error).split())}") from error


def _text(value: Any, key: str, file: str) -> str:
    if problem := _problem(value, key):
        raise ConfigError(f"{file}: {key}: {problem}; allowed: {_ALLOWED[key]}")
    return str(value).rstrip("/") if key == "base_url" else str(value)


def _problem(value: Any, key: str) -> str:
    """What is wrong with one of the plain texts, an empty string if nothing is."""
    if not isinstance(value, str):
        return f"{value!r} is not a text"
    if not value.strip() or not value.isprintable():
        return f"{value!r} is empty or has more than one line"
    if key == "base_url":
        return _problem_of_base(value)
    if key == "broker" and not ("://" in value and urlsplit(value).scheme in BROKERS):
        return "this is no address of a broker"  # not shown, since it may hold a password
    if key == "contact" and not _is_reachable(value):
        return f"{value!r} is wrong"
    return ""


def _problem_of_base(value: str) -> str:
    try:
        check_url(value, "base_url")
        parts = urlsplit(value)
    except ValueError as error:
        return str(error)
    if parts.path.strip("/"):
        return f"{value!r} has a path, and the hub's pages link from the root of the host"
    has_more = parts.query or parts.fragment or parts.username is not None
    return f"{value!r} has a query, a fragment or a user name" if has_more else ""


def _is_reachable(contact: str) -> bool:
    """Whether ``contact`` has the form of a mail address, bare or with ``mailto:``, or of a web address."""
    if _MAIL.fullmatch(contact):
        return True
    try:
        check_url(contact, "contact")
    except ValueError:
        return False
    return True


def _table(value: Any, key: str, file: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ConfigError(f"{file}: {key}: it is not a table; allowed: {_ALLOWED[key]}")
    return value


def _beside(path: Path, name: str, env: Mapping[str, str]) -> Path:
    """The path ``name`` as the configuration file ``path`` means it: relative to its own folder."""
    if name == "~" or name.startswith("~/"):
        name = str(Path(env.get("HOME") or Path.home()) / name[2:])
    return path.absolute().parent / name


def _fetch(table: Mapping[str, Any], contact: str | None, file: str) -> dict[str, Any]:
    """The checked keys of [fetch]; the contact, a key of its own since it names the operator, is checked with them."""
    values = _values(FetchSettings, table, "fetch", file, without="contact")
    try:
        FetchSettings(contact=contact or "not given", **values)
    except ConfigError as error:
        raise ConfigError(f"{file}: {str(error).replace('fetch: contact:', 'contact:')}") from error
    return values


def _harvest(table: Mapping[str, Any], file: str) -> Harvest:
    values = _values(Harvest, table, "harvest", file)
    for key, sources in values.items():
        for source in sources:
            try:
                check_source(source)
            except ValueError as error:
                raise ConfigError(
                    f"{file}: harvest.{key}: {source!r} is wrong; allowed: source ids: {error}"
                ) from error
    return Harvest(**values)


def _values(
    type: type[msgspec.Struct], table: Mapping[str, Any], section: str, file: str, without: str = ""
) -> dict[str, Any]:
    """The entries of ``table``, each converted to the type of the field of ``type`` that it is named after."""
    hints = {name: hint for name, hint in get_type_hints(type).items() if name != without}
    for key in table:
        if key not in hints:
            raise ConfigError(f"{file}: {section}.{key}: unknown key; allowed: {', '.join(hints)}")
    return {key: _convert(value, hints[key], f"{file}: {section}.{key}") for key, value in table.items()}


def _convert(value: Any, hint: Any, where: str) -> Any:
    try:
        return msgspec.convert(value, hint)
    except msgspec.ValidationError as error:
        raise ConfigError(f"{where}: {value!r} is wrong; allowed: {_OF_TYPE[hint]}") from error


def _places(table: Mapping[str, Any], path: Path, env: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """Where each secret is: ``("env", variable)`` or ``("file", absolute path)``."""
    places = {}
    for name, entry in table.items():
        where = f"{path}: secrets.{name}"
        if not _SECRET_NAME.match(name):
            raise ConfigError(f"{where}: it cannot be the name of a secret; allowed: letters, digits, '_', '.' and '-'")
        # What is wrong is not shown: somebody may have written the secret itself here.
        if not (isinstance(entry, dict) and len(entry) == 1 and set(entry) <= {"env", "file"}):
            raise ConfigError(f"{where}: it does not say where the secret is; allowed: {_PLACE}")
        kind, place = next(iter(entry.items()))
        if not (isinstance(place, str) and place):
            raise ConfigError(f"{where}.{kind}: it is not a text; allowed: {_PLACE}")
        places[name] = (kind, str(_beside(path, place, env)) if kind == "file" else place)
    return places
