"""The registry: which connectors, sites, samples and channels plugins bring, and which plugins are broken.

Plugins are entry points of the group ``folkmoot`` (:mod:`folkmoot_hub.hooks`). Each is loaded, registered and asked
by itself, so that whatever goes wrong in one is written down as :class:`Broken`, with its reason, and stops nothing.
"""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, redirect_stdout
from importlib.metadata import EntryPoint, entry_points
from pathlib import PurePath
from types import FrameType
from typing import Any, Final

import msgspec
import pluggy

from folkmoot_hub import hooks
from folkmoot_hub.connector import Connector, Sample, Site
from folkmoot_hub.errors import PluginError
from folkmoot_hub.plugin_rules import check_connector, check_publisher, check_sample, check_site, check_source_id
from folkmoot_hub.publisher import Publisher

#: The distribution whose plugins are bundled: its sources need no host name in their ids.
BUNDLED: Final = "folkmoot"
_LONGEST_REASON: Final = 300


class Broken(msgspec.Struct, frozen=True, kw_only=True):
    """A plugin, or one thing that it brings, that was not taken.

    ``name`` is the entry point's, followed by what it brought (``connectors: site eci``) where only that is broken;
    ``reason`` is one line.
    """

    name: str
    distribution: str
    version: str
    reason: str


class _Origin(msgspec.Struct, frozen=True):
    """Who brings a plugin."""

    name: str
    distribution: str
    version: str

    @property
    def bundled(self) -> bool:
        return self.distribution == BUNDLED


class _Brought(msgspec.Struct):
    """What one plugin's hooks gave, as yet unchecked."""

    origin: _Origin
    connectors: list[Any]
    sites: list[Any]
    samples: list[Any]
    publishers: list[Any]


class Registry:
    """What the plugins bring, checked: connectors by id, sites and samples by source id, channels, what is broken."""

    def __init__(self) -> None:
        self.connectors: dict[str, type[Connector]] = {}
        self.sites: dict[str, Site] = {}
        self.samples: dict[str, Sample] = {}
        self.publishers: list[Publisher] = []
        self.broken: list[Broken] = []
        #: The ids of bundled sources, which nobody else may use.
        self.reserved: frozenset[str] = frozenset()
        self._versions: dict[str, str] = {}
        self._interrupts: list[int] = []

    def connector_version(self, id: str) -> str:
        """The version that provenance names: of the distribution and, after a plus sign, of the connector."""
        return f"{self._versions[id]}+{self.connectors[id].version}"

    def package_of(self, id: str) -> str:
        """The import package of the connector ``id``, in which its ``package:`` files lie."""
        module = self.connectors[id].__module__
        return getattr(sys.modules.get(module), "__package__", None) or module

    def _add_connector(self, found: Any, origin: _Origin) -> None:
        check_connector(found)
        if found.id in self.connectors:
            raise PluginError(f"id: {found.id!r} is the id of another connector that is installed")
        self.connectors[found.id] = found
        self._versions[found.id] = origin.version

    def _add_site(self, found: Any, origin: _Origin) -> None:
        check_site(found, self.connectors)
        self._check_free(found.id, origin)
        self.sites[found.id] = found

    def _add_sample(self, found: Any, origin: _Origin) -> None:
        check_sample(found, self.connectors)
        self._check_free(found.site.id, origin)
        self.samples[found.site.id] = found

    def _check_free(self, source: str, origin: _Origin) -> None:
        if not origin.bundled:
            check_source_id(source, self.reserved)
        if source in self.sites or source in self.samples:
            raise PluginError(f"id: {source!r} is the id of another source that is installed")

    def _add_publisher(self, found: Any, origin: _Origin) -> None:
        check_publisher(found)
        for other in self.publishers:
            if found.id == other.id or found.path == other.path:
                raise PluginError(f"id or path: {found.id!r} at {found.path} is taken by {other.id!r} at {other.path}")
        self.publishers.append(found)

    def _add_all(self, what: str, add: Callable[[Any, _Origin], None], found: Iterable[Any], origin: _Origin) -> None:
        """Add each of ``found`` by itself, so that a broken one harms no other."""
        for one in found:
            try:
                add(one, origin)
            except BaseException as error:
                self._break(origin, error, f"{what} {_name(one)}")

    def _break(self, origin: _Origin, error: BaseException, part: str = "") -> None:
        if self._interrupts:  # the user's, whatever the plugin made of it
            raise KeyboardInterrupt from error
        name = f"{origin.name}: {part}" if part else origin.name
        self.broken.append(
            Broken(name=name, distribution=origin.distribution, version=origin.version, reason=_reason(error))
        )


def load_plugins(extra: Mapping[str, object] | None = None, installed: Iterable[EntryPoint] | None = None) -> Registry:
    """Everything that the installed plugins bring, the bundled ones first, the others by name.

    ``extra`` are further plugins, by name, that no distribution brings; ``installed`` replaces the entry points of
    this Python environment. No error of a plugin leaves this function (see :attr:`Registry.broken`), and nothing that
    one prints meanwhile gets among the output: it goes to standard error.
    """
    registry = Registry()
    with redirect_stdout(sys.stderr), _interrupts(registry._interrupts):
        _load(registry, _plugins(extra or {}, installed))
    return registry


def _load(registry: Registry, plugins: Iterable[tuple[_Origin, Callable[[], object]]]) -> None:
    brought = [_ask(registry, origin, load) for origin, load in plugins]
    known = [one for one in brought if one is not None]
    for one in known:
        registry._add_all("connector", registry._add_connector, one.connectors, one.origin)
    registry.reserved = frozenset(
        site.id for one in known if one.origin.bundled for site in _sites_of(one) if isinstance(site, Site)
    )
    # Only now, since a site may belong to a connector of another plugin.
    for one in known:
        registry._add_all("site", registry._add_site, one.sites, one.origin)
        registry._add_all("sample", registry._add_sample, one.samples, one.origin)
        registry._add_all("channel", registry._add_publisher, one.publishers, one.origin)


@contextmanager
def _interrupts(heard: list[int]) -> Iterator[None]:
    """Write down in ``heard`` that the user pressed Ctrl+C: a plugin may raise ``KeyboardInterrupt`` by itself."""
    before = signal.getsignal(signal.SIGINT)
    # In another thread than the main one no signal is handled, so that every such exception is the plugin's.
    if not callable(before) or threading.current_thread() is not threading.main_thread():
        yield
        return

    def note(number: int, frame: FrameType | None) -> object:
        heard.append(number)
        return before(number, frame)

    signal.signal(signal.SIGINT, note)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _sites_of(one: _Brought) -> Iterable[Any]:
    yield from one.sites
    yield from (sample.site for sample in one.samples if isinstance(sample, Sample))


def _plugins(
    extra: Mapping[str, object], installed: Iterable[EntryPoint] | None
) -> Iterable[tuple[_Origin, Callable[[], object]]]:
    points = entry_points(group=hooks.PROJECT) if installed is None else installed
    found = [(_origin(point), point.load) for point in points]
    yield from sorted(found, key=lambda one: (not one[0].bundled, one[0].distribution, one[0].name))
    for name, plugin in extra.items():
        yield _Origin(name, "", "0"), lambda plugin=plugin: plugin  # type: ignore[misc] # binds this turn's plugin


def _origin(point: EntryPoint) -> _Origin:
    if point.dist is None:
        return _Origin(point.name, "", "0")
    return _Origin(point.name, point.dist.name, point.dist.version)


def _ask(registry: Registry, origin: _Origin, load: Callable[[], object]) -> _Brought | None:
    """What the plugin brings, or None if it is broken as a whole."""
    try:
        hook = _hooks_of(load(), origin.name)
        return _Brought(
            origin,
            connectors=_given(hook, "connectors"),
            sites=_given(hook, "sites"),
            samples=_given(hook, "samples"),
            publishers=_given(hook, "publishers"),
        )
    except BaseException as error:
        registry._break(origin, error)  # import errors, SystemExit, KeyboardInterrupt, whatever a hook raises
        return None


def _hooks_of(plugin: object, name: str) -> Any:
    # A manager for each plugin: one that fails half-way through registering leaves nothing behind in another's.
    manager = pluggy.PluginManager(hooks.PROJECT)
    manager.add_hookspecs(hooks)
    manager.register(plugin, name)
    manager.check_pending()
    if not manager.get_hookcallers(plugin):
        raise PluginError("it implements no hook; allowed: functions with the decorator folkmoot_hub.hooks.hookimpl")
    return manager.hook


def _given(hook: Any, what: str) -> list[Any]:
    found: list[Any] = []
    for result in getattr(hook, f"{hooks.PROJECT}_{what}")():
        if isinstance(result, str) or not isinstance(result, Iterable | None):
            kind = type(result).__name__
            raise PluginError(
                f"{hooks.PROJECT}_{what} gave what is no list but of type {kind}; allowed: a list of {what}"
            )
        found += result or ()
    return found


def _name(found: Any) -> str:
    try:
        named = getattr(getattr(found, "site", found), "id", None) or getattr(found, "__name__", None)
    except Exception:  # a property of a plugin's object that fails
        named = None
    return named if isinstance(named, str) else f"of type {type(found).__name__}"


def _reason(error: BaseException) -> str:
    """What went wrong, in one line that everybody may read: files are named without their folders."""
    try:
        text = " ".join(str(error).split())
        for place in (getattr(error, name, None) for name in ("path", "filename", "filename2")):
            if isinstance(place, str) and place:
                text = text.replace(place, PurePath(place).name)
    except Exception:  # an exception of a plugin whose text cannot be made either
        text = ""
    kind = "" if isinstance(error, PluginError) else type(error).__name__
    return (": ".join(part for part in (kind, text) if part))[:_LONGEST_REASON]
