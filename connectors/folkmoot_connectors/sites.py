"""The sites that this package knows: the bundled ones in ``sites.toml``, the samples in ``samples/sites.toml``."""

from __future__ import annotations

from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

from folkmoot_hub.connector import Sample, Site
from folkmoot_hub.sites import load_sites

#: The moment at which every sample is true: all their answers are recorded on that day, all deadlines lie around it.
SAMPLES_AT = datetime(2026, 3, 2, 10, tzinfo=UTC)


def bundled_sites() -> list[Site]:
    """Every site in ``sites.toml``; those that are not enabled wait for an operator to want them."""
    return _sites("sites.toml")


def bundled_samples() -> list[Sample]:
    """Every site in ``samples/sites.toml`` with its recording in ``samples/<connector>/<the id after its dot>``."""
    root = Path(str(files("folkmoot_connectors"))) / "samples"
    return [
        Sample(site=site, folder=root / site.connector / site.id.partition(".")[2], at=SAMPLES_AT)
        for site in _sites("samples/sites.toml")
    ]


def _sites(name: str) -> list[Site]:
    return load_sites(files("folkmoot_connectors").joinpath(name).read_bytes(), f"folkmoot_connectors/{name}")
