"""The sources of this hub: the sites that plugins know and the operator's own, as the configuration wants them."""

from __future__ import annotations

import msgspec

from folkmoot_hub.config import Config
from folkmoot_hub.connector import Site
from folkmoot_hub.errors import ConfigError, PluginError
from folkmoot_hub.plugin_rules import check_site, check_source_id
from folkmoot_hub.registry import Broken, Registry


def configured_sources(registry: Registry, config: Config) -> dict[str, Site]:
    """Every source by id, ``enabled`` as plugin and configuration say; ``ConfigError`` if the configuration is wrong.

    An operator's site takes an id of its own and a connector that is installed; ``[harvest]`` names sources that
    exist. While a plugin is broken, what is missing may be its: then such a site joins ``registry.broken`` instead,
    and the hub goes on.
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
    return {source: msgspec.structs.replace(site, enabled=_enabled(site, config)) for source, site in sources.items()}


def _check(site: Site, sources: dict[str, Site], registry: Registry, where: str) -> None:
    try:
        check_source_id(site.id, registry.reserved)
        check_site(site, registry.connectors)
    except PluginError as error:
        raise ConfigError(f"{where} {error}") from error
    if site.id in sources:
        raise ConfigError(f"{where} id: a plugin brings a source with it; allowed: any other")


def _put_aside(site: Site, registry: Registry) -> None:
    reason = f"connector: {site.connector!r} is not there while a plugin is broken"
    aside = Broken(name=f"configuration: site {site.id}", distribution="", version="", reason=reason)
    if aside not in registry.broken:
        registry.broken.append(aside)


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
