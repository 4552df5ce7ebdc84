"""The bundled sites, read from ``sites.toml``."""

from __future__ import annotations

from importlib.resources import files

from folkmoot_hub.connector import Site
from folkmoot_hub.sites import load_sites


def bundled_sites() -> list[Site]:
    """Every site in ``sites.toml``; those that are not enabled wait for an operator to want them."""
    return load_sites(
        files("folkmoot_connectors").joinpath("sites.toml").read_bytes(), "folkmoot_connectors/sites.toml"
    )
