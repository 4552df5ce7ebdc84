"""Writes the catalogue of bundled connectors, ``reference/connectors/``, from their docstrings, sites and samples.

``python docs/catalogue.py`` writes it anew; a test sees whether that was forgotten.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from folkmoot_hub.connector import Connector, Sample, Site
from folkmoot_hub.registry import Registry, load_plugins
from folkmoot_hub.web import labels
from folkmoot_hub.web.watched import fields

FOLDER = Path(__file__).parent / "reference" / "connectors"
#: What else the writer has installed is not ours to list.
_BUNDLED = "folkmoot_connectors."
_NOTE = "<!-- Written by docs/catalogue.py from the connectors' docstrings and sites. Change these, then run it. -->"
_INDEX = f"""\
# Connectors

{_NOTE}

These connectors come with Folkmoot, each for the software of a platform, with the sites that are known of it. A site
that is not *enabled* waits until an operator wants it ([how](../../how-to/add-a-site.md)). A platform that is missing
is [one file of thirty lines](../../tutorials/first-connector.md) away. What the words for reach and evidence mean
stands under [Sources](../statuses.md#sources).

"""
_OWN = """\
A recording from another address, or of some pages alone, is read by
[a site of your own](../../how-to/record-and-replay.md#a-recording-that-asks-for-a-site-of-its-own).
"""


def pages() -> dict[str, str]:
    """Every page by the name of its file."""
    registry = load_plugins()
    bundled = [found for found in registry.connectors.values() if found.__module__.startswith(_BUNDLED)]
    ordered = sorted(bundled, key=lambda found: found.title.casefold())
    index = "\n".join([*_contents(ordered, registry), "", *_toctree(ordered)])
    return {"index.md": _INDEX + index, **{f"{found.id}.md": _page(found, registry) for found in ordered}}


def write() -> None:
    """Write the pages, and remove those of connectors that are no more."""
    FOLDER.mkdir(exist_ok=True)
    found = pages()
    for old in FOLDER.glob("*.md"):
        if old.name not in found:
            old.unlink()
    for name, text in found.items():
        (FOLDER / name).write_text(text, "utf-8")


def _contents(ordered: list[type[Connector]], registry: Registry) -> Iterator[str]:
    yield "| connector | for | sites | reach | evidence |"
    yield "|---|---|---|---|---|"
    for found in ordered:
        sites = _sites(found, registry)
        reach, evidence = (_distinct(getattr(site, name) for site in sites) for name in ("reach", "evidence"))
        yield f"| [`{found.id}`]({found.id}.md) | {found.title} | {len(sites)} | {reach} | {evidence} |"


def _toctree(ordered: list[type[Connector]]) -> list[str]:
    return ["```{toctree}", ":hidden:", "", *(found.id for found in ordered), "```", ""]


def _page(found: type[Connector], registry: Registry) -> str:
    sites = _sites(found, registry)
    samples = [sample for sample in registry.samples.values() if sample.site.connector == found.id]
    lines = [
        f"# {found.title}",
        "",
        _NOTE,
        "",
        f"Connector `{found.id}`, version {found.version}, for <{found.homepage}>.",
        "",
        *_docstring(found),
        "## Settings",
        "",
        f"{_listed(found.settings)}.",
        "",
        "## Fields that may be kept",
        "",
        *(f"- {part}: {_listed(names)}" for part, names in fields(found).items()),
        "",
        "## Sites",
        "",
        *_table(sites),
        _OWN,
        "## Samples",
        "",
        *_samples(samples),
    ]
    return "\n".join(lines)


def _sites(found: type[Connector], registry: Registry) -> list[Site]:
    sites = [site for site in registry.sites.values() if site.connector == found.id]
    return sorted(sites, key=lambda site: site.id)


def _docstring(found: type[Connector]) -> Iterator[str]:
    """Its first paragraphs as they stand, its headings as terms with definitions."""
    for block in re.split(r"\n(?=\S)", _markdown(inspect.getdoc(found) or "")):
        heading, _, told = block.partition("\n")
        if told.startswith("    "):
            yield f"{heading}\n: {' '.join(told.split())}\n"
        else:
            yield f"{' '.join(block.split())}\n"


def _markdown(text: str) -> str:
    return text.replace("``", "`")


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in sorted(names)) or "none"


def _distinct(words: Iterable[str | None]) -> str:
    return ", ".join(dict.fromkeys(word or "not stated" for word in words)) or "–"


def _table(sites: list[Site]) -> Iterator[str]:
    if not sites:
        yield "No site comes with it.\n"
        return
    yield "| source | title | place | languages | licence | reach | evidence | enabled |"
    yield "|---|---|---|---|---|---|---|---|"
    for site in sites:
        cells = (
            f"`{site.id}`",
            f"[{site.title}]({site.homepage or site.base})",
            _place(site),
            ", ".join(site.languages),
            _licence(site),
            f"{labels.REACH[site.reach][0].lower()}{f' (ended {site.ended})' if site.ended else ''}",
            site.evidence or "not stated",
            "yes" if site.enabled else "no",
        )
        yield f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"
    yield ""


def _place(site: Site) -> str:
    if site.place is None:
        return "of many places"
    return ", ".join(part for part in (site.place.municipality, site.place.region, site.place.country) if part)


def _licence(site: Site) -> str:
    terms = site.licence
    named = f"[{terms.name}]({terms.url})" if terms.url else terms.name or "not stated"
    return f"{named}; {terms.attribution}" if terms.attribution else named


def _samples(samples: list[Sample]) -> Iterator[str]:
    if not samples:
        yield "None.\n"
        return
    for sample in sorted(samples, key=lambda each: each.site.id):
        of = f", in the shape of `{sample.site.sample_of}`" if sample.site.sample_of else ""
        yield f"- `{sample.site.id}`: {sample.site.title}{of}; invented"
    yield ""


if __name__ == "__main__":
    write()
