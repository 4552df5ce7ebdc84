"""The sources of this hub: the sites that plugins know and the operator's own, as the configuration wants them."""

from __future__ import annotations

from datetime import datetime

import msgspec

from folkmoot_hub.config import Config
from folkmoot_hub.connector import Run, Site
from folkmoot_hub.errors import ConfigError, ParseError, PluginError, UsageError
from folkmoot_hub.harvest.reading import starting
from folkmoot_hub.plugin_rules import HOST_RULE, check_site, check_source_id
from folkmoot_hub.registry import Broken, Registry


def configured_sources(registry: Registry, config: Config, now: datetime) -> dict[str, Site]:
    """Every source by id, ``enabled`` as plugin and configuration say; ``ConfigError`` if the configuration is wrong.

    An operator's site takes an id of its own and a connector that is installed; ``[harvest]`` names sources that
    exist. While a plugin is broken, what is missing may be its: then such a site joins ``registry.broken`` instead,
    and the hub goes on. The connector of every enabled source is asked what it would begin with at ``now``, which
    fetches nothing, so that settings it refuses are told at once and not by the first harvest.
    """
    sources = dict(registry.sites)
    for site in config.sites:
        if site.connector not in registry.connectors and registry.broken:
            _put_aside(site, registry)
            continue
        _check(site, sources, registry, f"{config.file}: [[site]] {site.id}:")
        sources[site.id] = site
    if not registry.broken:
        _check_named(sources, config)
    wanted = [msgspec.structs.replace(site, enabled=_enabled(site, config)) for site in sources.values()]
    return {site.id: site for site in wanted if not site.enabled or _begins(site, registry, config, now)}


def _check(site: Site, sources: dict[str, Site], registry: Registry, where: str) -> None:
    if site.id in registry.reserved:
        raise ConfigError(
            f"{where} id: a source with it comes with Folkmoot, and its settings cannot be changed; allowed: "
            f'[harvest] enabled = ["{site.id}"] to have that one; for other settings an id of your own: {HOST_RULE}'
        )
    try:
        check_source_id(site.id, registry.reserved)
        check_site(site, registry.connectors)
    except PluginError as error:
        raise ConfigError(f"{where} {error}") from error
    if site.id in sources:
        raise ConfigError(f"{where} id: a plugin brings a source with it; allowed: any other")


def _begins(site: Site, registry: Registry, config: Config, now: datetime) -> bool:
    """Whether ``site`` can be taken: its connector does not refuse the settings. ``ConfigError`` if the operator's are.

    A connector that fails in another way is named as broken, and its source stays: its runs fail, and say so.
    """
    try:
        starting(registry.connectors[site.connector](), Run(site=site, now=now))
    except UsageError as error:
        problem = " ".join(str(error).split()).removeprefix(f"{site.id}: ")
        if site.id not in registry.sites:
            raise ConfigError(f"{config.file}: [[site]] {site.id}: {problem}") from error
        _break(registry, f"site {site.id}", problem)
        return False
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # whatever a plugin raises, SystemExit too
        reason = str(error) if isinstance(error, ParseError) else type(error).__name__
        _break(registry, f"connector {site.connector}: site {site.id}", reason)
    return True


def _put_aside(site: Site, registry: Registry) -> None:
    reason = f"connector: {site.connector!r} is not there while a plugin is broken"
    _break(registry, f"configuration: site {site.id}", reason)


def _break(registry: Registry, name: str, reason: str) -> None:
    broken = Broken(name=name, distribution="", version="", reason=reason)
    if broken not in registry.broken:
        registry.broken.append(broken)


def _enabled(site: Site, config: Config) -> bool:
    wanted = config.harvest
    if site.id in wanted.disabled:
        return False
    if wanted.only:
        return site.id in wanted.only
    return site.enabled or site.id in wanted.enabled


def _check_named(sources: dict[str, Site], config: Config) -> None:
    for key in ("only", "enabled", "disabled"):
        for source in getattr(config.harvest, key):
            if source not in sources:
                known = ", ".join(sorted(sources)) or "none is known"
                raise ConfigError(f"{config.file}: harvest.{key}: {source!r} is no source; allowed: {known}")
