"""``make services`` starts each server once, tells its address, and ends what it started and nothing else."""

from __future__ import annotations

import importlib.util
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parent.parent

pytestmark = [
    pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="no /proc: make services is for Linux"),
    # That it still runs after the command that started it is what a server is for.
    pytest.mark.filterwarnings(r"ignore:subprocess \d+ is still running:ResourceWarning"),
]

ECHO = """
import socket, sys
server = socket.create_server(("127.0.0.1", int(sys.argv[1])))
while True:
    connection, _ = server.accept()
    with connection:
        connection.sendall(b"here")
"""


@pytest.fixture(scope="module")
def services() -> Iterator[ModuleType]:
    spec = importlib.util.spec_from_file_location("services_of_make", ROOT / "tools" / "services.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    yield module
    del sys.modules[spec.name]


def answers(port: int) -> bool:
    with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
        return connection.recv(4) == b"here"


@pytest.fixture
def echo(services: ModuleType) -> object:
    """A small server of ours in place of a real one."""
    return services.Service(
        name="echo",
        package="no-such-package",
        program=sys.executable,
        variable="FOLKMOOT_TEST_ECHO",
        address="echo://127.0.0.1:{port}",
        command=lambda program, folder, port: [program, "-c", ECHO, str(port)],
        answers=answers,
    )


@pytest.fixture
def root(services: ModuleType, tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / ".services"
    services.stop(tmp_path / ".services")


def told(root: Path) -> int:
    """The port that tests are told."""
    name, _, address = (root / "env").read_text().strip().partition("=")
    assert name == "FOLKMOOT_TEST_ECHO"
    return int(address.removeprefix("echo://127.0.0.1:"))


def test_a_server_that_cannot_be_had_is_told_and_the_others_start(
    services: ModuleType, echo: object, root: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services.os, "geteuid", lambda: 1000)
    absent = replace(echo, name="absent", program="no-such-program")  # type: ignore[type-var] # a class of that module
    assert services.start([absent, echo], root) == 1
    assert (
        "absent: no-such-program is not installed; allowed: install it, or run this as root" in capsys.readouterr().out
    )
    assert answers(told(root))


def test_a_server_that_ends_at_once_is_told_with_its_log(
    services: ModuleType, echo: object, root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = replace(echo, command=lambda program, *_: [program, "-c", "raise SystemExit(7)"])  # type: ignore[type-var] # as above
    assert services.start([broken], root) == 1
    assert f"echo: it ended with 7; see {root / 'echo' / 'log'}" in capsys.readouterr().out
    assert (root / "env").read_text() == ""
    assert not (root / "echo" / "process").exists()


def test_a_server_that_never_answers_is_ended(
    services: ModuleType, echo: object, root: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "START", 0.3)
    mute = replace(echo, answers=lambda port: False)  # type: ignore[type-var] # as above
    assert services.start([mute], root) == 1
    assert "echo: it does not answer after 0.3 s" in capsys.readouterr().out


def test_a_second_start_keeps_the_first_server(services: ModuleType, echo: object, root: Path) -> None:
    assert services.start([echo], root) == 0
    first = (root / "echo" / "process").read_text(), told(root)
    assert services.start([echo], root) == 0
    assert ((root / "echo" / "process").read_text(), told(root)) == first


def test_a_server_that_died_is_started_anew(services: ModuleType, echo: object, root: Path) -> None:
    services.start([echo], root)
    pid, born, _ = (root / "echo" / "process").read_text().split()
    services._end(int(pid), born)
    assert services.start([echo], root) == 0
    assert answers(told(root))
    assert (root / "echo" / "process").read_text().split()[0] != pid


def test_two_folders_have_two_servers(services: ModuleType, echo: object, root: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    services.start([echo], root)
    services.start([echo], other)
    assert told(root) != told(other)
    services.stop(other)
    assert answers(told(root))


def test_stop_ends_what_was_started(services: ModuleType, echo: object, root: Path) -> None:
    services.start([echo], root)
    port = told(root)
    assert services.stop(root) == 0
    with pytest.raises(OSError, match="refused"):
        answers(port)
    assert not (root / "env").exists()
    assert services.stop(root) == 0


def test_stop_spares_a_process_that_only_has_the_same_number(services: ModuleType, root: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as somebody:
        (root / "echo").mkdir(parents=True)
        (root / "echo" / "process").write_text(f"{somebody.pid} 1 4000\n")
        services.stop(root)
        assert somebody.poll() is None
        assert not (root / "echo" / "process").exists()
        somebody.communicate(b"\n")


def test_while_apt_installs_no_machine_wide_server_starts(
    services: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    policy = tmp_path / "policy-rc.d"
    monkeypatch.setattr(services, "POLICY", policy)
    with services._no_start():
        assert subprocess.run([policy, "redis-server", "start"]).returncode == 101
    assert not policy.exists()
    policy.write_text("somebody else's")
    with services._no_start():
        pass
    assert policy.read_text() == "somebody else's"


def test_programs_that_are_there_are_named_and_one_that_cannot_be_had_is_told(
    services: ModuleType, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services.os, "geteuid", lambda: 1000)
    assert services.install({"no-such-program": "no-such-package", "sh": "dash"}) == 1
    absent, present = capsys.readouterr().out.splitlines()
    assert absent.startswith("no-such-program: no-such-program is not installed; allowed: install it, or run this as")
    assert present == f"sh: {shutil.which('sh')}"
    assert services.install({"sh": "dash"}) == 0


def test_a_program_that_is_not_there_is_installed_by_its_package(
    services: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: list[tuple[str, ...]] = []

    def apt(*arguments: str) -> None:
        ran.append(arguments)
        made = tmp_path / "reader"
        made.write_text("#!/bin/sh\n")
        made.chmod(0o755)

    (tmp_path / "apt-get").write_text("#!/bin/sh\n")
    (tmp_path / "apt-get").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(services.os, "geteuid", lambda: 0)
    monkeypatch.setattr(services, "POLICY", tmp_path / "policy-rc.d")
    monkeypatch.setattr(services, "_apt", apt)
    assert services.install({"reader": "reader-package"}) == 0
    assert ran == [("update",), ("install", "--yes", "--no-install-recommends", "reader-package")]
    ran.clear()
    assert services.install({"reader": "reader-package", "writer": "writer-package"}) == 1
    assert ran[-1][-1] == "writer-package"


def test_the_programs_that_tests_of_channels_run_are_among_those_installed(services: ModuleType) -> None:
    source = (ROOT / "tests" / "federation" / "readers.py").read_text()
    assert set(re.findall(r'program\("(\w+)"\)', source)) <= set(services.PROGRAMS)


def test_dictionaries_that_are_not_there_are_installed_all_at_once(
    services: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ran: list[tuple[str, ...]] = []
    (tmp_path / "apt-get").write_text("#!/bin/sh\n")
    (tmp_path / "dpkg-query").write_text('#!/bin/sh\n[ "$3" = dictionary-there ] && printf installed\n')
    for program in tmp_path.iterdir():
        program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(services, "POLICY", tmp_path / "policy-rc.d")
    monkeypatch.setattr(services, "_apt", lambda *arguments: ran.append(arguments))
    monkeypatch.setattr(services.os, "geteuid", lambda: 1000)
    packages = ["dictionary-a", "dictionary-there", "dictionary-b"]
    assert services.install_dictionaries(packages) == 1
    assert "dictionaries is not installed; allowed: install it, or run this as root" in capsys.readouterr().out
    monkeypatch.setattr(services.os, "geteuid", lambda: 0)
    assert services.install_dictionaries(["dictionary-there"]) == 0
    assert ran == []
    assert services.install_dictionaries(packages) == 0
    assert ran == [("update",), ("install", "--yes", "--no-install-recommends", "dictionary-a", "dictionary-b")]


@pytest.mark.redis
@pytest.mark.skipif(shutil.which("redis-server") is None, reason="no redis-server (make services installs it)")
def test_redis_starts_and_keeps_nothing_on_disk(services: ModuleType, root: Path) -> None:
    assert services.start(root=root) == 0
    address = (root / "env").read_text()
    assert address.startswith("FOLKMOOT_TEST_REDIS=redis://127.0.0.1:")
    assert services._pong(int(address.rpartition(":")[2]))
    services.stop(root)
    assert {path.name for path in (root / "redis").iterdir()} == {"log"}


def test_the_redis_fixture_answers(redis: str) -> None:
    assert redis.startswith("redis://127.0.0.1:")


def environment_of(services: ModuleType, lock: Path, program: str = "python") -> object:
    return services.Environment("small", lock, program, "FOLKMOOT_TEST_SMALL")


def test_an_environment_is_made_once_for_each_lock_and_tests_are_told_where_it_is(
    services: ModuleType, root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lock = tmp_path / "small.lock"
    for content, made in (("# empty", True), ("# empty", False), ("# another", True)):
        lock.write_text(content)
        assert services.start([], root, [environment_of(services, lock)]) == 0
        assert (root / "env").read_text() == f"FOLKMOOT_TEST_SMALL={root / 'small' / 'bin' / 'python'}\n"
        assert ("making its environment" in capsys.readouterr().out) is made


def test_an_environment_that_cannot_be_made_is_told(
    services: ModuleType, root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "small.lock").write_text("# empty")
    assert services.start([], root, [environment_of(services, tmp_path / "small.lock", "no-such")]) == 1
    assert "small: small.lock brings no no-such" in capsys.readouterr().out
    assert (root / "env").read_text() == ""
