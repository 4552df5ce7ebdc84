"""The sites that this package knows: the bundled ones in ``sites.toml``, the samples in ``samples/sites.toml``."""

from __future__ import annotations

from datetime import UTC, date, datetime
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
    """Every site in ``samples/sites.toml`` with its recording in ``samples/<connector>/<the id after its dot>``.

    Recordings of other days lie beside it, in folders of the same name with ``@`` and the day behind it.
    """
    root = Path(str(files("folkmoot_connectors"))) / "samples"
    return [_sample(site, root / site.connector / site.id.partition(".")[2]) for site in _sites("samples/sites.toml")]


def _sample(site: Site, folder: Path) -> Sample:
    others = sorted(folder.parent.glob(f"{folder.name}@*"))
    earlier = tuple((_ten_o_clock(other.name.partition("@")[2]), other) for other in others)
    return Sample(site=site, folder=folder, at=SAMPLES_AT, earlier=earlier)


def _ten_o_clock(day: str) -> datetime:
    return datetime.combine(date.fromisoformat(day), SAMPLES_AT.timetz())


def _sites(name: str) -> list[Site]:
    return load_sites(files("folkmoot_connectors").joinpath(name).read_bytes(), f"folkmoot_connectors/{name}")
