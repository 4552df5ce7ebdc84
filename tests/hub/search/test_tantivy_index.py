"""The embedded index: the contract, in memory and on disk, and what only a folder can go through."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from folkmoot_hub.errors import IndexingError
from folkmoot_hub.search.query import Query
from folkmoot_hub.search.tantivy_index import TantivyIndex, open_or_reset
from folkmoot_hub.search.tantivy_schema import VERSION
from hub.search.contract import IndexContract
from hub.search.making import parsed, record


class TestInMemory(IndexContract):
    @pytest.fixture
    def index(self) -> Iterator[TantivyIndex]:
        made = TantivyIndex()
        yield made
        made.close()


class TestOnDisk(IndexContract):
    @pytest.fixture
    def index(self, tmp_path: Path) -> Iterator[TantivyIndex]:
        made = TantivyIndex(tmp_path / "search")
        yield made
        made.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of an index with processes 1 to 20 and a few deletions, in several segments."""
    directory = tmp_path / "search"
    index = TantivyIndex(directory)
    for first in (1, 11):
        index.apply([(number, record("fur and park")) for number in range(first, first + 10)], [])
    index.apply([], [5])
    index.close()
    return directory


LEFT = set(range(1, 21)) - {5}


def test_is_there_again_after_reopening(folder: Path) -> None:
    index = TantivyIndex(folder)
    assert index.numbers() == LEFT
    assert index.search(parsed(q='"fur and"', limit=0, facets=1)).facets["status"] == {"open": 19}
    index.apply([(99, record("park"))], [1])
    index.close()
    assert TantivyIndex(folder).numbers() == (LEFT | {99}) - {1}


def test_a_cursor_outlives_the_process(folder: Path) -> None:
    first = TantivyIndex(folder).search(parsed(limit=10))
    second = TantivyIndex(folder).search(parsed(limit=10, cursor=first.next))
    assert set(first.numbers + second.numbers) == LEFT
    assert second.next is None


def test_another_process_sees_what_the_writer_commits(folder: Path) -> None:
    reader, writer = TantivyIndex(folder), TantivyIndex(folder)
    for number in range(100, 105):
        writer.apply([(number, record())], [])
        assert number in reader.numbers()
    writer.close()


def test_searching_goes_on_after_closing_and_writing_can_begin_again(folder: Path) -> None:
    index = TantivyIndex(folder)
    index.apply([], [1])
    index.close()
    index.close()
    assert index.search(Query()).total == 18
    index.apply([(1, record())], [])
    assert index.search(Query()).total == 19
    index.close()


class TestASecondWriter:
    def test_is_refused_until_the_first_lets_go(self, folder: Path) -> None:
        first, second = TantivyIndex(folder), TantivyIndex(folder)
        first.apply([(30, record())], [])
        with pytest.raises(IndexingError, match="has another writer: only one process at a time"):
            second.apply([(31, record())], [])
        assert second.numbers() == LEFT | {30}
        first.close()
        second.apply([(31, record())], [])
        assert first.numbers() == LEFT | {30, 31}
        second.close()

    def test_is_refused_from_another_process_and_may_not_reset_either(self, folder: Path) -> None:
        index = TantivyIndex(folder)
        index.apply([(30, record())], [])
        code = (
            "import sys; from pathlib import Path\n"
            "from folkmoot_hub.errors import IndexingError\n"
            "from folkmoot_hub.search.tantivy_index import TantivyIndex, open_or_reset\n"
            "folder = Path(sys.argv[1])\n"
            "for attempt in (lambda: TantivyIndex(folder).clear(),\n"
            "                lambda: ((folder / 'version').write_text('0'), open_or_reset(folder))):\n"
            "    try: attempt()\n"
            "    except IndexingError as error: print(error)\n"
        )
        told = subprocess.run([sys.executable, "-c", code, str(folder)], capture_output=True, text=True, check=True)
        first, second = told.stdout.splitlines()
        assert "has another writer" in first
        assert "another process is writing" in second
        assert index.numbers() == LEFT | {30}
        index.close()

    def test_takes_over_from_one_that_died(self, folder: Path) -> None:
        code = (
            "import os, sys; from pathlib import Path\n"
            "from folkmoot_hub.search.tantivy_index import TantivyIndex\n"
            "TantivyIndex(Path(sys.argv[1])).apply([], [1])\n"
            "os._exit(9)\n"
        )
        assert subprocess.run([sys.executable, "-c", code, str(folder)], check=False).returncode == 9
        index = TantivyIndex(folder)
        index.apply([], [2])
        assert index.numbers() == LEFT - {1, 2}
        index.close()


class TestOpenOrReset:
    def test_leaves_a_sound_index_as_it_is(self, folder: Path) -> None:
        index, fresh = open_or_reset(folder)
        assert (index.numbers(), fresh) == (LEFT, False)

    def test_of_a_folder_that_is_not_there_is_fresh(self, tmp_path: Path) -> None:
        index, fresh = open_or_reset(tmp_path / "a" / "b")
        assert (index.numbers(), fresh, index.unwritten) == (set(), True, True)
        index.apply([], [])
        assert not index.unwritten
        index.close()

    def test_of_another_version_is_emptied(self, folder: Path) -> None:
        (folder / "version").write_text(f"{VERSION + 1}\n")
        with pytest.raises(IndexingError, match=r"has version '\d+', this hub needs \d+: .*folkmoot reindex"):
            TantivyIndex(folder)
        _is_emptied(folder)

    def test_of_a_commit_whose_version_was_never_written_is_emptied(self, folder: Path) -> None:
        (folder / "version").unlink()
        _is_emptied(folder)

    @pytest.mark.parametrize("below", ["", "below"])
    def test_where_a_file_stands_in_the_way_says_so(self, tmp_path: Path, below: str) -> None:
        (tmp_path / "file").write_text("somebody's")
        with pytest.raises(IndexingError, match=r"search index .*Not a directory"):
            open_or_reset(tmp_path / "file" / below)
        assert (tmp_path / "file").read_text() == "somebody's"


def _emptied_file(path: Path) -> None:
    path.write_bytes(b"")


def _cut_in_half(path: Path) -> None:
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])


def _cut_at_its_end(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def _overwritten(path: Path) -> None:
    path.write_bytes(b"\xa5" * path.stat().st_size)


def _prolonged(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"\0" * 7)


# What a full disk, a lost page or a cut of power leave behind.
_DAMAGES = (Path.unlink, _emptied_file, _cut_in_half, _cut_at_its_end, _overwritten, _prolonged)


@pytest.mark.parametrize("damage", _DAMAGES, ids=lambda damage: damage.__name__.strip("_"))
def test_damage_to_any_one_file_is_survived(folder: Path, damage: Callable[[Path], None]) -> None:
    """Each file in turn: either the index still answers rightly, or it is emptied and known to be fresh."""
    sound = {path.name: path.read_bytes() for path in (folder / "tantivy").iterdir()}
    outcomes: dict[str, bool] = {}
    for name in sorted(sound):
        if name.endswith(".lock"):
            continue
        _restore(folder, sound)
        damage(folder / "tantivy" / name)
        index, fresh = open_or_reset(folder)
        outcomes[name] = fresh
        assert index.numbers() == (set() if fresh else LEFT), name
        assert index.search(parsed(q='"fur and"', facets=1)).total == (0 if fresh else 19), name
        index.apply([(50, record("fur and more"))], [])
        assert index.search(parsed(q='"fur and"', facets=1)).total == (1 if fresh else 20), name
        index.close()
    assert any(outcomes.values())


def _restore(folder: Path, sound: dict[str, bytes]) -> None:
    for path in (folder / "tantivy").iterdir():
        path.unlink()
    for name, data in sound.items():
        (folder / "tantivy" / name).write_bytes(data)


def _is_emptied(folder: Path) -> None:
    index, fresh = open_or_reset(folder)
    assert (index.numbers(), fresh) == (set(), True)
    index.apply([(1, record())], [])
    index.close()
    again, fresh = open_or_reset(folder)
    assert (again.numbers(), fresh) == ({1}, False)
