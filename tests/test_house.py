"""The house holds: arrows between packages, locks, what may not be committed, and what the README promises."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
from click.testing import CliRunner
from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from folkmoot_hub.cli.root import folkmoot
from folkmoot_hub.config import load_config

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
CONTRACTS = PROJECT["tool"]["importlinter"]["contracts"]
LOCKS = ["requirements.lock", "requirements-dev.lock", "requirements-bench.lock"]

#: For each contract one import that breaks it: the module that does so, and what it imports.
FORBIDDEN = {
    "schema knows no hub, no connector, no channel, no network": ("schema/folkmoot_schema", "aiohttp"),
    "the hub finds plugins by entry point, never by import": ("hub/folkmoot_hub", "folkmoot_connectors"),
    "connectors see the connector API and the schema only": ("connectors/folkmoot_connectors", "folkmoot_hub.store"),
    "channels see the publisher API and the schema only": ("federation/folkmoot_federation", "folkmoot_connectors"),
}


# Which package imports which


def test_every_contract_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    assert lint_imports(no_cache=True, no_logo=True) == EXIT_STATUS_SUCCESS


def test_every_contract_sees_the_import_that_it_forbids(tmp_path: Path) -> None:
    assert FORBIDDEN.keys() == {contract["name"] for contract in CONTRACTS}
    broken = {}
    for name, (package, forbidden) in FORBIDDEN.items():
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
        (tmp_path / package / "trespass.py").write_text(f"import {forbidden}\n")
        broken[name] = f"{Path(package).name}.trespass -> {forbidden} (l.1)"
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    roots = os.pathsep.join(str(tmp_path / package.split("/")[0]) for package, _ in FORBIDDEN.values())
    check = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True, no_logo=True))"
    done = subprocess.run(
        [sys.executable, "-c", check],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": roots, "COLUMNS": "200"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1, done.stdout + done.stderr
    for name, line in broken.items():
        assert f"{name} BROKEN" in done.stdout
        assert line in done.stdout


# Locks


def pinned(lock: str) -> dict[str, tuple[str, int]]:
    """Version and number of hashes of each package in a lock."""
    text = (ROOT / lock).read_text("utf-8").replace("\\\n", " ")
    found = {}
    for line in text.splitlines():
        if line and not line.startswith((" ", "#")):
            match = re.match(r"([\w.-]+)==(\S+)((?: +--hash=sha256:[0-9a-f]{64})*) *$", line)
            assert match, f"{lock}: {line[:80]}"
            found[match[1]] = (match[2], match[3].count("--hash="))
    return found


@pytest.mark.parametrize("lock", [*LOCKS, "requirements-pywb.lock"])
def test_a_lock_pins_by_hash_and_names_no_address(lock: str) -> None:
    packages = pinned(lock)
    assert len(packages) > 20
    assert all(hashes > 0 for _, hashes in packages.values())
    text = (ROOT / lock).read_text("utf-8").lower()
    for word in ("://", "index-url", "find-links", "trusted-host", "git+"):
        assert word not in text


def test_the_locks_agree_and_hold_what_the_project_needs() -> None:
    run, dev, bench = (pinned(lock) for lock in LOCKS)
    assert run.items() <= dev.items()
    project = PROJECT["project"]
    assert plain(project["dependencies"]) <= run.keys()
    for lock, extras in ((dev, ("dev", "docs")), (bench, ("bench",))):
        wanted = [name for extra in extras for name in project["optional-dependencies"][extra]]
        assert plain(wanted) <= lock.keys()
    assert all(dev.get(name, pin) == pin for name, pin in bench.items())


def test_the_build_backend_is_locked_so_that_the_package_itself_installs_without_a_network() -> None:
    assert {*plain(PROJECT["build-system"]["requires"]), "editables"} <= pinned("requirements.lock").keys()


@pytest.mark.parametrize("platform", ["linux", "darwin"])
@pytest.mark.parametrize("python", ["3.11.0", "3.11.9", "3.12.0", "3.13.0", "3.14.0"])
def test_the_lock_holds_what_other_versions_and_machines_need_too(python: str, platform: str) -> None:
    """The lock is made on one machine; a package that is wanted elsewhere alone must stand in it all the same."""
    elsewhere = {
        "python_version": python.rpartition(".")[0],
        "python_full_version": python,
        "sys_platform": platform,
        "platform_system": platform.title(),
    }
    locked = pinned("requirements-dev.lock").keys()
    assert wanted("folkmoot", frozenset({"dev", "docs"}), elsewhere) - locked == set()
    assert wanted("folkmoot", frozenset(), elsewhere) - pinned("requirements.lock").keys() == set()


def test_whatever_is_locked_runs_on_the_oldest_python_that_the_project_allows() -> None:
    oldest = PROJECT["project"]["requires-python"].removeprefix(">=") + ".0"
    needs = {name: metadata.metadata(name).get("Requires-Python") for name in pinned("requirements-dev.lock")}
    assert {name: need for name, need in needs.items() if need and not SpecifierSet(need).contains(oldest)} == {}


def wanted(name: str, extras: frozenset[str], elsewhere: dict[str, str]) -> set[str]:
    """All packages that ``name`` and, in turn, they require in an environment like ours but for ``elsewhere``."""
    seen: set[tuple[str, frozenset[str]]] = set()
    left = {(name, extras)}
    while left:
        name, extras = one = left.pop()
        seen.add(one)
        for requirement in map(Requirement, requires(name) or ()):
            marker = requirement.marker
            if marker is None or any(marker.evaluate({**elsewhere, "extra": extra}) for extra in extras | {""}):
                left.add((canonicalize_name(requirement.name), frozenset(requirement.extras)))
        left -= seen
    return {name for name, _ in seen} - {"folkmoot"}


def requires(name: str) -> list[str] | None:
    """What an installed package requires; nothing of one that is not installed here."""
    try:
        return metadata.requires(name)
    except metadata.PackageNotFoundError:
        return None


def plain(requirements: list[str]) -> set[str]:
    """The names of requirements as a lock writes them."""
    return {re.split(r"[\[<>=! ;]", name)[0].lower().replace("_", "-") for name in requirements}


# What may not be committed


def tracked() -> list[Path]:
    """The files that git knows; the test is skipped where this is no checkout."""
    if not (ROOT / ".git").exists() or shutil.which("git") is None:
        pytest.skip("this is no git checkout")
    command = ["git", "-c", f"safe.directory={ROOT}", "ls-files", "-z"]
    names = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout
    return [path for name in names.decode().split("\0") if name and (path := ROOT / name).is_file()]


#: In pieces, so that this file does not find itself.
HOSTS = ["py" + "pi.org", "python" + "hosted.org", "registry." + "npmjs", "crates" + ".io", "deb." + "debian.org"]
MACHINE_PATH = re.compile(r"(?<![\w.~}/-])/(?:work|root|tmp|home|Users)/[\w.-]+")


@pytest.mark.parametrize("folder", ["work", "root", "tmp", "home"])
def test_a_path_of_a_machine_is_told_from_a_part_of_an_address(folder: str) -> None:
    for before in ("", "see ", '"', "="):
        assert MACHINE_PATH.search(f"{before}/{folder}/main")
    for before in ("https://example.org", "docs", "~", "{base}"):
        assert not MACHINE_PATH.search(f"{before}/{folder}/main")


def test_no_path_of_a_machine_and_no_host_of_a_registry_is_committed() -> None:
    found = []
    for path in tracked():
        text = path.read_bytes().decode("utf-8", errors="replace")
        found += [f"{path.relative_to(ROOT)}: {match[0]}" for match in MACHINE_PATH.finditer(text)]
        found += [f"{path.relative_to(ROOT)}: {host}" for host in HOSTS if host in text]
    assert found == []


def test_nothing_that_a_command_makes_is_committed() -> None:
    made = {".venv", ".services", ".hypothesis", "demo-data", "data", "dist", "build", "htmlcov"}
    paths = [path.relative_to(ROOT) for path in tracked()]
    assert {path.parts[0] for path in paths} & made == set()
    assert [path for path in paths if {"__pycache__", "_build"} & {*path.parts}] == []


# What the README promises


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md"])
def test_every_make_command_of_a_page_exists(page: str) -> None:
    told = set(re.findall(r"\bmake ([a-z][a-z-]+)(?=[`\s])", "\n".join(commands(page))))
    assert told
    assert told <= targets()


def test_every_target_says_what_it_does() -> None:
    done = subprocess.run(["make", "--silent", "help"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert set(re.findall(r"^make ([a-z-]+) ", done.stdout, re.M)) == targets()


def test_the_first_commands_are_demo_and_test() -> None:
    assert re.findall(r"^make ([a-z-]+)", "\n".join(commands("README.md")), re.M)[:2] == ["demo", "test"]


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md"])
def test_what_a_page_links_to_is_there(page: str) -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)", (ROOT / page).read_text("utf-8"))
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_the_configuration_and_the_commands_of_the_readme_are_understood(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (block,) = re.findall(r"^```toml\n(.*?)^```", (ROOT / "README.md").read_text("utf-8"), re.M | re.S)
    Path("folkmoot.toml").write_text(block)
    config = load_config(Path("folkmoot.toml"), {})
    assert (config.data, config.fetch_settings().contact) == (tmp_path / "data", "mailto:hub@example.org")
    lines = "\n".join(commands("README.md")).splitlines()
    told = [line.split()[1:] for line in lines if line.startswith(".venv/bin/folkmoot ")]
    assert [words[-1] for words in told] == ["up", "--help"]
    for words in told:
        done = CliRunner().invoke(folkmoot, [*words, "--help"])
        assert done.exit_code == 0, done.output


def test_the_version_is_the_newest_of_the_changelog() -> None:
    versions = re.findall(r"^## \[(\d[^\]]*)\] - \d{4}-\d\d-\d\d$", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.M)
    assert versions[0] == PROJECT["project"]["version"]


def commands(page: str) -> list[str]:
    """The code of a page: fenced blocks and what stands between backquotes."""
    text = (ROOT / page).read_text("utf-8")
    blocks = re.findall(r"^```\w*\n(.*?)^```", text, re.M | re.S)
    return [*blocks, *(f"{code}\n" for code in re.findall(r"`([^`\n]+)`", text))]


def targets() -> set[str]:
    """What the Makefile can be asked for by a person."""
    return set(re.findall(r"^([a-z][a-z-]*):(?!=)", (ROOT / "Makefile").read_text("utf-8"), re.M))
