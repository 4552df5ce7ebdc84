"""The code blocks of the documentation are run, and one that does not do what the page says is seen."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from hub.testing.environment import Environment

ROOT = Path(__file__).parents[2]
PAGES = sorted(path for path in (ROOT / "docs").rglob("*.md") if "_build" not in path.parts)


#: Pages with one block that is wrong, and what must be said of it.
WRONG = {
    "python": ("```python\nassert 1 == 2\n```\n", "AssertionError"),
    "toml": ('```toml\ncontakt = "mailto:hub@example.org"\n```\n', "contakt: unknown key"),
    "told": ("```console\n$ echo one\ntwo\n```\n", "echo one prints"),
    "code": ("```console\n$ echo one\none\n$ false\n```\n", "false: exit code 1"),
    "good": ("```console\n$ true  # exits with 3\n```\n", "true: exit code 0"),
    "gap": ("```console\n$ printf '1\\n2\\n3\\n'\n1\n…\n4\n```\n", "printf '1\\n2\\n3\\n' prints"),
    "file": (
        "```{code-block} text\n:caption: a/b.txt\nx\n```\n\n```console\n$ cat a/b.txt\ny\n```\n",
        "cat a/b.txt prints",
    ),
}


def run(folder: Path, pages: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run the blocks of these pages as those of the documentation are."""
    shutil.copy(ROOT / "docs" / "conftest.py", folder)
    for name, page in pages.items():
        (folder / f"{name}.md").write_text(page)
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-c",
        str(ROOT / "pyproject.toml"),
        "-p",
        "no:cacheprovider",
        str(folder),
    ]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True)


def test_a_block_that_is_wrong_fails(tmp_path: Path) -> None:
    done = run(tmp_path, {name: page for name, (page, _) in WRONG.items()})
    assert done.returncode == 1, done.stdout + done.stderr
    assert f"{len(WRONG)} failed, 1 passed" in done.stdout  # the file that "file" writes
    for name, (_, told) in WRONG.items():
        assert told in done.stdout, name


def test_blocks_of_a_page_share_names_files_and_a_folder(tmp_path: Path) -> None:
    page = """\
```python
x = 1
```

```python
assert x == 1
```

```{code-block} python
:caption: one.py
print("x" * 3)
```

```console
$ python one.py
xxx
$ echo one two three
one…three
```

```sh
false
```
"""
    done = run(tmp_path, {"page": page})
    assert done.returncode == 0, done.stdout + done.stderr
    assert "4 passed" in done.stdout


def test_commands_find_nothing_of_the_tester_and_do_not_wait_for_ever(tmp_path: Path) -> None:
    environment = Environment(tmp_path / "environment")
    told = environment.shell("folkmoot doctor; echo $HOME", tmp_path).stdout
    assert str(tmp_path / "environment" / "home") in told
    assert f"data           {tmp_path}" in told
    environment.patience = 0.5
    with pytest.raises(subprocess.TimeoutExpired):
        environment.shell("sleep 60 & sleep 60", tmp_path)


def test_no_block_is_of_a_kind_that_nobody_knows() -> None:
    """A misspelt language would be a block that is never run."""
    known = {"console", "json", "python", "sh", "text", "toml"}
    found = {
        (page.name, language)
        for page in PAGES
        for language in re.findall(r"^ *```(?:\{code-block\} )?([\w-]*)\n(?=.)", page.read_text("utf-8"), re.MULTILINE)
    }
    assert {(page, language) for page, language in found if language and language not in known} == set()


def test_the_pages_are_found_by_make_test() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "--collect-only", "-q", "docs/tutorials"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert "docs/tutorials/first-connector.md" in done.stdout
    assert "docs" in re.findall(r"^testpaths = (.*)$", (ROOT / "pyproject.toml").read_text("utf-8"), re.MULTILINE)[0]
