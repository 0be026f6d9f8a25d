"""load_list and answer_requests, as a person or another process runs them."""

import io
import subprocess
import sys
from pathlib import Path
from uuid import UUID

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from randomization import list_file
from randomization.actions import request_number
from randomization.models import TreatmentRequest
from randomization.states import State
from randomization.vault import keys
from randomization.vault.database import Connection, WrongRole, connect
from randomization.vault.kits_packing import Pack
from randomization.vault.loading import load
from screening.models import Participant
from tests.randomization.factories import LOADER, MAKER, OpenList, make_list, make_participants
from tests.randomization.processes import vault_environment, wait_until
from tests.randomization.supply.factories import LATE, stock
from trialsite import environment, protocol
from trialsite.accounts.models import Site, User

MANAGE = str(environment.ROOT / "manage.py")


@pytest.fixture
def sealed(tmp_path: Path, key_file: Path) -> tuple[OpenList, Path]:
    made, file = make_list(key=keys.load(key_file)), tmp_path / "list.json"
    file.write_text(list_file.write(made.sealed))
    return made, file


def manage(*arguments: str, key_file: Path, broker: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, MANAGE, *arguments],
        env=vault_environment(key_file, broker),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
    )


@pytest.mark.req("B5")
def test_a_list_is_loaded_once_and_only_counts_and_commitment_are_said(
    vault_db: Connection, sealed: tuple[OpenList, Path], key_file: Path, broker: str
) -> None:
    made, file = sealed
    done = manage("load_list", str(file), "--by", LOADER, key_file=key_file, broker=broker)
    assert done.returncode == 0, done.stderr
    assert list_file.commitment_of(made.sealed) in done.stdout
    assert "Every row was opened once" in done.stdout
    said = done.stdout + done.stderr
    assert not any(arm in said for arm in protocol.ARMS)
    assert not any(slot.RANDNO in said for slot in made.slots)
    assert vault_db.execute("SELECT count(*) FROM vault.slot").fetchone() == (len(made.slots),)

    again = manage("load_list", str(file), "--by", LOADER, key_file=key_file, broker=broker)
    assert again.returncode == 1
    assert "loaded already" in again.stderr
    assert "Traceback" not in again.stderr


@pytest.mark.req("B5")
def test_a_list_for_another_key_or_a_damaged_one_is_refused(
    vault_db: Connection, sealed: tuple[OpenList, Path], tmp_path: Path, key_file: Path, broker: str
) -> None:
    _, file = sealed
    other_key = tmp_path / "other.key"
    keys.make(other_key)
    done = manage("load_list", str(file), "--by", LOADER, key_file=other_key, broker=broker)
    assert (done.returncode, "another key" in done.stderr) == (1, True)
    file.write_text(file.read_text().replace('"NOILD", 1,', '"NOILD", 2,'))
    done = manage("load_list", str(file), "--by", LOADER, key_file=key_file, broker=broker)
    assert (done.returncode, "changed after it was sealed" in done.stderr) == (1, True)
    assert vault_db.execute("SELECT count(*) FROM vault.list").fetchone() == (0,)


@pytest.mark.req("B5", "C8")
def test_whoever_made_a_list_cannot_load_it(
    vault_db: Connection, sealed: tuple[OpenList, Path], key_file: Path, broker: str
) -> None:
    done = manage("load_list", str(sealed[1]), "--by", MAKER.upper(), key_file=key_file, broker=broker)
    assert (done.returncode, "Somebody else loads it" in done.stderr) == (1, True)
    assert vault_db.execute("SELECT count(*) FROM vault.list").fetchone() == (0,)


@pytest.mark.django_db
@pytest.mark.req("B1", "C8")
def test_the_web_role_can_neither_load_a_list_nor_answer(sealed: tuple[OpenList, Path]) -> None:
    with pytest.raises(CommandError, match="DATABASE_ROLE=vault"):
        call_command("load_list", sealed[1], by=LOADER, stdout=io.StringIO())
    with pytest.raises(WrongRole):
        connect()


def test_answer_requests_answers_what_waits(
    vault_db: Connection,
    sealed: tuple[OpenList, Path],
    key_file: Path,
    broker: str,
    site: Site,
    investigator: User,
) -> None:
    load(vault_db, sealed[0].sealed, loader=LOADER)
    stock(vault_db, sealed[0].key, site, Pack(site.code, "A1", LATE, 3))
    for participant in make_participants(3, site, investigator):
        request_number(participant=participant, by=investigator)
    done = manage("answer_requests", key_file=key_file, broker=broker)
    assert (done.returncode, done.stdout) == (0, "Answered: 3\n"), done.stderr
    assert TreatmentRequest.objects.filter(state=State.ANSWERED).count() == 3


def test_answer_requests_follows_until_its_input_is_closed(
    vault_db: Connection,
    sealed: tuple[OpenList, Path],
    key_file: Path,
    broker: str,
    site: Site,
    investigator: User,
) -> None:
    load(vault_db, sealed[0].sealed, loader=LOADER)
    stock(vault_db, sealed[0].key, site, Pack(site.code, "A1", LATE, 5))
    first, *others = make_participants(5, site, investigator)
    process = subprocess.Popen(
        [sys.executable, MANAGE, "answer_requests", "--follow"],
        env=vault_environment(key_file, broker),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout
        assert "until standard input is closed" in process.stdout.readline()
        for participant in (first, *others):
            request = request_number(participant=participant, by=investigator)
            wait_until(lambda pk=request.pk: is_answered(pk), "an answer")  # type: ignore[misc]
    finally:
        process.communicate(timeout=60)  # closes its input
    assert process.returncode == 0


def is_answered(pk: UUID) -> bool:
    return TreatmentRequest.objects.filter(pk=pk, state=State.ANSWERED).exists()


def test_without_a_key_answer_requests_says_so_in_one_line(
    participant: Participant, tmp_path: Path, broker: str
) -> None:
    done = manage("answer_requests", key_file=tmp_path / "missing.key", broker=broker)
    assert done.returncode == 1
    assert "missing.key cannot be read" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
