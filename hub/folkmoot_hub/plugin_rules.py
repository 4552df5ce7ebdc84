"""What a plugin may bring: the rules that every connector, site, sample and channel is held to before it is taken.

Each function here returns nothing if all is well and raises :class:`~folkmoot_hub.errors.PluginError` with one line
otherwise. Nothing is asked of the network and nothing is stored.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Collection, Mapping
from typing import Any, Final

from folkmoot_hub.connector import Connector, Sample, Site
from folkmoot_hub.errors import PluginError
from folkmoot_hub.fetch.replaying import is_recording
from folkmoot_hub.publisher import Publisher, Sort
from folkmoot_hub.search.query import MAX_LIMIT
from folkmoot_schema.process import check_url

#: First segments of the hub's own addresses, which no channel may take.
HUB_ADDRESSES: Final = frozenset(
    {
        *("", "about", "api", "authority", "calendar", "id", "place", "process", "sources", "static", "subscribe"),
        *("ap", "catalog.ttl", "dumps", "hub", "ldes", "oai", "openapi.json", "sparql", "webhooks", ".well-known"),
        *("favicon.ico", "healthz", "metrics", "opensearch.xml", "readyz", "robots.txt", "sitemap.xml"),
    }
)

# Two labels or more; the one that may be the top-level domain is letters, or an encoded one (RFC 1123, 2.1; RFC 5890).
_HOST_FIRST = re.compile(r"^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+(?:[a-z]{2,63}|xn--[a-z0-9-]+)(?:\.|$)")
_PATH = re.compile(r"^(?:/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)+$")  # no segment of dots, which would be resolved away
# Of connectors and channels; they are no sources, and may be called as their modules are.
_ID = re.compile(r"^[a-z0-9](?:[a-z0-9._-]{0,98}[a-z0-9])?$")
_METHODS: Final[Mapping[str, tuple[str, ...]]] = {"start": ("run",), "parse": ("response",), "map": ("item", "run")}


def starts_with_host(source: str) -> bool:
    """Whether a source id starts with a host name, as ``consult.example.org`` and ``example.org.budget`` do."""
    return bool(_HOST_FIRST.match(source))


def check_connector(found: Any) -> None:
    """``PluginError`` unless ``found`` is a class that the engine can harvest with."""
    if not (isinstance(found, type) and issubclass(found, Connector)) or found is Connector:
        raise PluginError(f"{_shown(found)} is not a connector: a subclass of folkmoot_hub.connector.Connector is")
    _check_names(found)
    for name, arguments in _METHODS.items():
        if getattr(found, name) is getattr(Connector, name):
            raise PluginError(f"it does not say how to {name}: {name}(self, {', '.join(arguments)}) is missing")
        _check_function(found, name, arguments)
    _check_fields(found.fields)
    for attribute in ("hosts", "settings", "secrets"):
        if not _is_set_of_text(getattr(found, attribute)):
            raise PluginError(f"{attribute} is not a set of texts")
    found()


def check_site(found: Any, connectors: Mapping[str, type[Connector]]) -> None:
    """``PluginError`` unless ``found`` is a site of one of ``connectors`` with settings that this one reads."""
    if not isinstance(found, Site):
        raise PluginError(f"{_shown(found)} is not a site: an object of folkmoot_hub.connector.Site is")
    connector = connectors.get(found.connector)
    if connector is None:
        known = ", ".join(sorted(connectors)) or "none is installed"
        raise PluginError(f"connector: {found.connector!r} is not known; allowed: {known}")
    if unknown := sorted(set(found.settings) - set(connector.settings)):
        allowed = ", ".join(sorted(connector.settings)) or f"none, {found.connector} reads no settings"
        raise PluginError(f"settings.{unknown[0]}: {found.connector} reads no such setting; allowed: {allowed}")


def check_sample(found: Any, connectors: Mapping[str, type[Connector]]) -> None:
    """``PluginError`` unless ``found`` is a recording of a site of one of ``connectors`` that calls itself a sample."""
    if not isinstance(found, Sample):
        raise PluginError(f"{_shown(found)} is not a sample: an object of folkmoot_hub.connector.Sample is")
    check_site(found.site, connectors)
    if not found.site.sample:
        raise PluginError("site.sample: it is false; allowed: true, so that nobody takes its records for real")
    if not is_recording(found.folder):
        allowed = "one with recording.json or sample.warc.gz"
        raise PluginError(f"folder: {found.folder.name!r} holds no recording; allowed: {allowed}")
    if found.at.tzinfo is None:
        raise PluginError(f"at: {found.at.isoformat()} has no offset; allowed: a time with one, such as UTC")


def check_source_id(source: str, reserved: Collection[str]) -> None:
    """``PluginError`` unless ``source`` may be the id of a source that is not bundled; those in ``reserved`` are."""
    if source in reserved:
        raise PluginError(f"id: {source!r} is the id of a bundled source; allowed: {HOST_RULE}")
    if not starts_with_host(source):
        raise PluginError(f"id: {source!r} does not start with a host name; allowed: {HOST_RULE}")


HOST_RULE = "a host name of yours, or one and more after it, such as consult.example.org or example.org.budget"


def check_publisher(found: Any) -> None:
    """``PluginError`` unless ``found`` is a channel with an address of its own."""
    if not isinstance(found, Publisher):
        raise PluginError(
            f"{_shown(found)} is not a channel: an object of a subclass of folkmoot_hub.publisher.Publisher is"
        )
    _check_texts(found, ("id", "title", "path", "media_type"))
    _check_id(found.id)
    if not _PATH.match(found.path):
        raise PluginError(f"path: {found.path!r} is not one; allowed: such as /feed.json, without query")
    if found.path.split("/")[1] in HUB_ADDRESSES:
        raise PluginError(f"path: {found.path!r} is an address of the hub; allowed: any other")
    if "/" not in found.media_type:
        raise PluginError(f"media_type: {found.media_type!r} is not one; allowed: such as application/atom+xml")
    _check_listing(found)
    if type(found).publish is Publisher.publish:
        raise PluginError("it does not say how to publish: publish(self, listing) is missing")
    _check_function(type(found), "publish", ("listing",))


def _check_listing(found: Any) -> None:
    """What a channel says of the listing that it wants."""
    if found.order not in set(Sort):
        raise PluginError(f"order: {found.order!r} is none; allowed: {', '.join(Sort)}")
    if not isinstance(found.dated, bool):
        raise PluginError(f"dated: {found.dated!r} is neither; allowed: True or False")
    if not (isinstance(found.most, int) and 1 <= found.most <= MAX_LIMIT):
        raise PluginError(f"most: {found.most!r} is no such number; allowed: 1 to {MAX_LIMIT}")
    if not isinstance(found.word, str):
        raise PluginError("word is not a text")


def _check_names(found: type[Connector]) -> None:
    _check_texts(found, ("id", "title", "homepage", "version"))
    _check_id(found.id)
    try:
        check_url(found.homepage, "homepage")
    except ValueError as error:
        raise PluginError(str(error)) from error


def _check_id(id: str) -> None:
    if not _ID.match(id):
        raise PluginError(f"id: {id!r} cannot be one; allowed: a to z, 0 to 9, '.', '-' and '_', at most 100")


def _check_texts(found: Any, attributes: Collection[str]) -> None:
    for attribute in attributes:
        value = getattr(found, attribute, None)
        if not (isinstance(value, str) and value.strip()):
            raise PluginError(f"{attribute} is missing or not a text")


def _check_function(owner: type, name: str, arguments: tuple[str, ...]) -> None:
    function = getattr(owner, name)
    shown = f"{name}(self, {', '.join(arguments)})"
    if not callable(function):
        raise PluginError(f"{name} is not a function; allowed: {shown}")
    if inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function):
        raise PluginError(f"{name} is async; allowed: {shown} without async, since the hub does all waiting")
    static = inspect.getattr_static(owner, name)
    given = arguments if isinstance(static, staticmethod | classmethod) else (owner, *arguments)
    try:
        inspect.signature(function).bind(*given)
    except TypeError as error:
        raise PluginError(f"{name} cannot be called as {shown}: {error}") from error


def _check_fields(fields: Any) -> None:
    if not isinstance(fields, Mapping) or not all(isinstance(part, str) for part in fields):
        raise PluginError("fields is not a mapping of parts to sets of field names")
    for part, names in fields.items():
        if not _is_set_of_text(names):
            raise PluginError(f"fields: what stands for {part!r} is not a set of field names")


def _is_set_of_text(value: Any) -> bool:
    return isinstance(value, set | frozenset) and all(isinstance(item, str) for item in value)


def _shown(found: Any) -> str:
    return found.__name__ if isinstance(found, type) else f"an object of type {type(found).__name__}"
