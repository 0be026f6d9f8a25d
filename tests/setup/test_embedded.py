"""The embedded servers: there when needed, shared, gone afterwards, and back after every kind of crash."""

import os
import shutil
import signal
import stat
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from tests.real_stack import remove_data_directory, wait_for
from tests.setup.running import COMMAND, data_directory, run, start

CONNECTED = (0, "connected\n", "")


@pytest.fixture(scope="module")
def var() -> Iterator[Path]:
    """A data directory that the tests of this file share; no server runs in it between them."""
    with data_directory() as directory:
        yield directory


def server(var: Path) -> psutil.Process | None:
    """The PostgreSQL that runs on the data directory."""
    try:
        recorded = (var / "postgres" / "data" / "postmaster.pid").read_text().split("\n", 1)[0]
        process = psutil.Process(int(recorded))
    except (FileNotFoundError, psutil.NoSuchProcess):
        return None
    return process if process.name() == "postgres" and process.status() != psutil.STATUS_ZOMBIE else None


def command(var: Path) -> tuple[int, str, str]:
    """A management command that uses the database, run to its end."""
    return run(*COMMAND, variables={"EDC_VAR": str(var)})


def holder(var: Path) -> subprocess.Popen[str]:
    """A command that keeps using the servers until its standard input is closed."""
    process = start("manage.py", "keep_servers", variables={"EDC_VAR": str(var)}, stdin=subprocess.PIPE)
    assert process.stdout is not None
    assert "PostgreSQL" in process.stdout.readline()
    return process


def running(var: Path) -> psutil.Process:
    """The server, which must be there."""
    found = server(var)
    assert found is not None
    return found


def test_a_command_works_with_nothing_else_running_and_leaves_nothing(var: Path) -> None:
    assert command(var) == CONNECTED
    assert server(var) is None


def test_two_commands_share_one_server_and_the_last_stops_it(var: Path) -> None:
    first, second = holder(var), holder(var)
    shared = running(var)
    first.communicate(timeout=30)
    assert running(var) == shared
    assert command(var) == CONNECTED
    assert running(var) == shared
    second.communicate(timeout=30)
    assert server(var) is None


def test_commands_that_start_at_once_all_work(var: Path) -> None:
    started = [start(*COMMAND, variables={"EDC_VAR": str(var)}) for _ in range(4)]
    for process in started:
        output, error = process.communicate(timeout=120)
        assert (process.returncode, output, error) == CONNECTED
    assert server(var) is None


@pytest.mark.req("F3")
def test_after_a_killed_server_the_next_command_works(var: Path) -> None:
    user = holder(var)
    running(var).kill()
    assert command(var) == CONNECTED
    user.communicate(timeout=30)
    assert server(var) is None


@pytest.mark.req("F3")
def test_a_server_whose_users_were_killed_is_adopted_and_then_stopped(var: Path) -> None:
    user = holder(var)
    orphan = running(var)
    user.kill()
    user.communicate()
    with_another = holder(var)
    assert running(var) == orphan
    with_another.communicate(timeout=30)
    assert server(var) is None


@pytest.mark.req("F3")
def test_a_number_that_another_program_has_after_the_crash_is_no_obstacle(var: Path) -> None:
    user = holder(var)
    user.kill()
    user.communicate()
    killed = running(var)
    children = killed.children()
    killed.kill()
    wait_for(lambda: not any(child.is_running() for child in children), "the end of the backends")
    pid_file = var / "postgres" / "data" / "postmaster.pid"
    pid_file.write_text(pid_file.read_text().replace(str(killed.pid), str(os.getpid()), 1))
    assert command(var) == CONNECTED


def test_an_interrupted_first_start_is_begun_anew(var: Path) -> None:
    with data_directory() as other:
        half = other / "postgres" / "data.new"
        half.mkdir(parents=True)
        (half / "PG_VERSION").write_text("18\n")
        assert command(other) == CONNECTED
        assert not half.exists()


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_a_command_that_is_interrupted_ends_quietly_and_lets_the_servers_go(
    var: Path, how: signal.Signals
) -> None:
    user = holder(var)
    user.send_signal(how)
    _, error = user.communicate(timeout=30)
    assert (user.returncode, error) == (128 + how, "")
    assert server(var) is None


@pytest.mark.req("S5")
def test_the_server_lets_nobody_in_without_a_password(var: Path) -> None:
    user = holder(var)
    port = int((var / "run" / "postgres.port").read_text())
    for host in ("127.0.0.1", str(var / "postgres" / "socket")):
        for role in ("postgres", "trial_owner", "trial_vault"):
            with pytest.raises(psycopg.OperationalError, match="password"):
                psycopg.connect(host=host, port=port, user=role, password="guess", dbname="edc")
    user.communicate(timeout=30)


@pytest.mark.req("S5")
def test_secrets_are_readable_by_their_owner_alone(var: Path) -> None:
    assert stat.S_IMODE((var / "secrets").stat().st_mode) == 0o700
    modes = {stat.S_IMODE(file.stat().st_mode) for file in (var / "secrets").iterdir()}
    assert modes == {0o600}


def test_it_works_inside_a_private_directory_and_opens_it_to_nobody() -> None:
    private = Path(tempfile.mkdtemp(prefix="edc-private-"))  # mode 0700
    var = private / "deep" / "var"
    try:
        assert command(var) == CONNECTED
        assert stat.S_IMODE(private.stat().st_mode) == 0o700
        assert command(var) == CONNECTED
    finally:
        remove_data_directory(var)
        shutil.rmtree(private, ignore_errors=True)


def test_it_works_in_a_directory_whose_path_is_too_long_for_a_socket() -> None:
    def sockets_elsewhere() -> set[Path]:
        return set(Path(tempfile.gettempdir()).glob(f"edc-{os.geteuid()}-*"))

    before = sockets_elsewhere()
    with data_directory() as short:
        assert command(short.parent / ("long-" * 20) / "var") == CONNECTED
    assert sockets_elsewhere() <= before
