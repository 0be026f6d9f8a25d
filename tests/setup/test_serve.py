"""`make run`: one command starts everything, Ctrl-C stops it, and a crash leaves nothing in the way."""

import os
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from tests.real_stack import Stack, free_port
from tests.setup.running import data_directory, run, start
from trialsite.serving import procfile

pytestmark = pytest.mark.xdist_group("serve")  # they share `served`
NO_DEMONSTRATION = {"DEMO": "0"}


@contextmanager
def prepared() -> Iterator[Stack]:
    """A data directory with a key and nothing else; the tests start `serve` on it themselves."""
    with data_directory() as var:
        described = Stack(var, **NO_DEMONSTRATION)
        described.manage("make_vault_key")
        yield described


@pytest.fixture(scope="module")
def system() -> Iterator[Stack]:
    """The data directory on which `served` runs."""
    with prepared() as described:
        yield described


def serve(system: Stack) -> tuple[subprocess.Popen[str], str]:
    """`serve`, once it has said where to go; and what it has said until then."""
    process = start("manage.py", "serve", variables=variables(system))
    assert process.stdout is not None
    said = ""
    for line in process.stdout:
        said += line
        if "Ctrl-C" in line:
            break
    assert f"Open {system.base_url}" in said, said + process.communicate()[1]
    assert system.healthy()
    return process, said


def variables(system: Stack) -> dict[str, str]:
    """What `serve` is started with."""
    return {"EDC_VAR": str(system.var), "PORT": str(system.port), **NO_DEMONSTRATION}


def environments(var: Path) -> dict[int, dict[str, str]]:
    """The variables of each process that works on the data directory, by its number."""
    found = {}
    for process in psutil.process_iter():
        try:
            given = process.environ()
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
        if given.get("EDC_RUN") == str(var) and process.status() != psutil.STATUS_ZOMBIE:
            found[process.pid] = given
    return found


def end(process: subprocess.Popen[str], how: signal.Signals) -> None:
    """Stop `serve`."""
    process.send_signal(how)
    _, error = process.communicate(timeout=30)
    assert process.returncode == 0, error


@dataclass(frozen=True)
class Served:
    """A running `serve`."""

    process: subprocess.Popen[str]
    said: str


@pytest.fixture(scope="module")
def served(system: Stack) -> Iterator[Served]:
    """`serve`, shared by the tests that only look at it."""
    process, said = serve(system)
    yield Served(process, said)
    end(process, signal.SIGTERM)
    assert_nothing_is_left(system)


def assert_nothing_is_left(system: Stack) -> None:
    """No process, no server, no open port."""
    assert environments(system.var) == {}
    assert not (system.var / "postgres" / "data" / "postmaster.pid").exists()
    assert not system.answers()


def test_it_says_where_to_go_and_how_to_stop(served: Served, system: Stack) -> None:
    assert f"Open {system.base_url}\n" in served.said
    assert "Ctrl-C stops everything." in served.said


def test_a_second_start_is_told_that_it_runs_already(served: Served, system: Stack) -> None:
    code, _, error = run("manage.py", "serve", variables=variables(system))
    assert (code, error) == (2, f"edc: it runs already, at {system.base_url}.\n")
    assert served.process.poll() is None
    assert system.healthy()


@pytest.mark.req("B6", "S5")
def test_only_the_vault_knows_where_the_key_is_and_has_its_role(served: Served, system: Stack) -> None:
    given = environments(system.var)
    vaults = {pid for pid in given if "randomization.vault.worker" in psutil.Process(pid).cmdline()}
    assert {pid for pid, known in given.items() if "VAULT_KEY_FILE" in known} == vaults
    assert {pid for pid, known in given.items() if known.get("DATABASE_ROLE") == "vault"} == vaults
    assert len(vaults) == 1


@pytest.mark.req("F1", "F2", "F3")
def test_after_killing_everything_it_starts_again_and_ctrl_c_stops_it() -> None:
    with prepared() as system:
        first, _ = serve(system)
        orphans = environments(system.var)
        assert len(orphans) >= len(procfile.commands())
        first.kill()
        first.wait()
        for pipe in (first.stdout, first.stderr):  # the orphans still hold the other ends
            assert pipe is not None
            pipe.close()
        system.postgres().kill()
        second, said = serve(system)
        assert "Stopped" in said
        assert not orphans.keys() & environments(system.var).keys()
        end(second, signal.SIGINT)
        assert_nothing_is_left(system)


def test_a_process_that_dies_stops_the_rest_and_says_so() -> None:
    with prepared() as system:
        process, _ = serve(system)
        victim = next(pid for pid, given in environments(system.var).items() if "VAULT_KEY_FILE" in given)
        os.kill(victim, signal.SIGKILL)
        _, error = process.communicate(timeout=30)
        assert process.returncode == 1
        assert "a process ended by itself" in error
        assert_nothing_is_left(system)


def test_an_occupied_port_is_one_clear_line() -> None:
    with socket.socket() as other, prepared() as system:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        given = {**variables(system), "PORT": str(port)}
        code, _, error = run("manage.py", "serve", variables=given)
    assert code == 2
    assert error == f"edc: port {port} is in use; choose another, as in: make run PORT={port + 1}\n"


def test_a_real_server_is_prepared_by_the_account_that_the_address_names(
    served: Served, system: Stack
) -> None:
    password = (system.var / "secrets" / "database_superuser").read_text()
    port = (system.var / "run" / "postgres.port").read_text()
    url = f"postgres://postgres:{password}@127.0.0.1:{port}/elsewhere"
    show = "from django.db import connection as c; c.cursor(); print(c.settings_dict['NAME'])"
    with data_directory() as other:
        given = {"EDC_VAR": str(other), "DATABASE_URL": url, "DEMO": "0", "PORT": str(free_port())}
        code, _, error = run("manage.py", "serve", "--prepare", variables=given)
        assert code == 0, error
        assert run("manage.py", "shell", "--no-imports", "-c", show, variables=given)[1] == "elsewhere\n"
        assert not (other / "postgres").exists()
