"""Writes the catalogue of bundled connectors, ``reference/connectors.md``, from their docstrings and sites.

``python docs/catalogue.py`` writes it anew; a test sees whether that was forgotten.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from folkmoot_hub.connector import Connector, Site
from folkmoot_hub.registry import Registry, load_plugins

PAGE = Path(__file__).parent / "reference" / "connectors.md"
#: What else the writer has installed is not ours to list.
_BUNDLED = "folkmoot_connectors."
_HEAD = """\
# Connectors

<!-- Written by docs/catalogue.py from the connectors' docstrings. Change these, then run it. -->

These connectors come with Folkmoot, each for the software of a platform, with the sites that are known of it. A site
that is not *enabled* waits until an operator wants it ([how](../how-to/add-a-site.md)). A platform that is missing is
[one file of thirty lines](../tutorials/first-connector.md) away.
"""


def page() -> str:
    """The whole page."""
    registry = load_plugins()
    bundled = [found for found in registry.connectors.values() if found.__module__.startswith(_BUNDLED)]
    ordered = sorted(bundled, key=lambda found: found.title.casefold())
    return "\n".join([_HEAD, *(_section(found, registry) for found in ordered)])


def _section(found: type[Connector], registry: Registry) -> str:
    sites = [site for site in registry.sites.values() if site.connector == found.id]
    lines = [
        f"## {found.title}",
        "",
        f"Connector `{found.id}`, version {found.version}, for <{found.homepage}>.",
        "",
        *_docstring(found),
        f"Settings: {_listed(found.settings)}.",
        "",
        *_table(sites),
    ]
    return "\n".join(lines)


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


def _table(sites: list[Site]) -> Iterator[str]:
    if not sites:
        yield "No site comes with it.\n"
        return
    yield "| source | title | country | enabled |"
    yield "|---|---|---|---|"
    for site in sorted(sites, key=lambda site: site.id):
        country = site.place.country if site.place else ""
        yield f"| `{site.id}` | [{site.title}]({site.homepage or site.base}) | {country} | {_word(site.enabled)} |"
    yield ""


def _word(enabled: bool) -> str:
    return "yes" if enabled else "no"


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
