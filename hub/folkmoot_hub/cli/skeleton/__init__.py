"""The package that ``folkmoot connector new`` writes: the files of ``package/``, names and texts filled in.

In them ``$slug`` is the name with hyphens, ``$module`` the import package, ``$name`` the connector's id, ``$Class`` its
class. A path's ``module`` is the import package, too, its ``name`` the id, and ``.in`` behind it is left out.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from string import Template

from folkmoot_hub.errors import UsageError

_NAME = re.compile(r"^[a-z][a-z0-9]*(?:[_-][a-z0-9]+)*$")
_LONGEST = 40


def write(name: str, into: Path, taken: Collection[str] = ()) -> Path:
    """Write the package for the connector ``name`` below ``into``; its folder.

    ``UsageError`` if that is there, or ``name`` is among the ids ``taken`` by other connectors.
    """
    _check(name, taken)
    folder = into / f"folkmoot-{_slug(name)}"
    if folder.exists():
        raise UsageError(f"{folder} is there already; allowed: another name, or another folder (--into)")
    words = {
        "name": module_name(name),
        "slug": _slug(name),
        "module": f"folkmoot_{module_name(name)}",
        "Class": "".join(part.title() for part in _slug(name).split("-")),
        "Title": " ".join(part.title() for part in _slug(name).split("-")),
    }
    # Its test module bears the connector's name, so that those of several connectors can be run together.
    parts = {"module": words["module"], "test_name.py": f"test_{words['name']}.py"}
    for path, template in _templates(files("folkmoot_hub.cli.skeleton") / "package", ()):
        target = folder.joinpath(*(parts.get(part, part) for part in path))
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(Template(template).substitute(words), "utf-8")
    return folder


def _check(name: str, taken: Collection[str]) -> None:
    if not _NAME.fullmatch(name) or len(name) > _LONGEST:
        raise UsageError(
            f"{name!r} cannot be the name of a connector; "
            f"allowed: a letter, then a to z, 0 to 9, '_' between them, at most {_LONGEST}"
        )
    if module_name(name) in taken:
        raise UsageError(
            f"{name!r} is the id of a connector that is installed; allowed: any name but {', '.join(sorted(taken))}"
        )


def module_name(name: str) -> str:
    """The connector's id: ``name`` with underscores, as Python's modules have them."""
    return name.replace("-", "_")


def sample_folder(name: str) -> Path:
    """Where the package has its sample."""
    return Path(f"folkmoot_{module_name(name)}") / "sample"


def _slug(name: str) -> str:
    return name.replace("_", "-")


def _templates(folder: Traversable, path: tuple[str, ...]) -> list[tuple[tuple[str, ...], str]]:
    """Every template with the path of the file that it becomes."""
    found = []
    for entry in sorted(folder.iterdir(), key=lambda one: one.name):
        if entry.is_dir():
            found += _templates(entry, (*path, entry.name))
        elif entry.name.endswith(".in"):
            found.append(((*path, entry.name.removesuffix(".in")), entry.read_text("utf-8")))
    return found
