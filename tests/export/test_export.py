"""The export: complete, reproducible, inert, and never unblinding."""

import csv
import hashlib
import io
import json
import uuid
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client

from screening.forms.laboratory_masked import LaboratoryMasked
from screening.models import Participant
from tests.cast import VITAL_SIGNS
from trialsite.accounts.access import NotAllowed
from trialsite.accounts.models import Role, User
from trialsite.audit.context import acting
from trialsite.audit.events import events
from trialsite.crf.actions import save_record
from trialsite.crf.forms import REGISTER
from trialsite.crf.models import Record
from trialsite.crf.outcomes import Saved
from trialsite.export.actions import build_export, path_of, request_export
from trialsite.export.models import Export
from trialsite.protocol import MASKED_VISITS

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def own_directory(settings: LazySettings, tmp_path: Path) -> None:
    """Exports of a test go into a directory of its own."""
    settings.EXPORT_DIR = tmp_path


@pytest.fixture
def administrator(person: Callable[..., User]) -> User:
    """Who may export."""
    return person(Role.ADMINISTRATOR, None)


def exported(by: User) -> tuple[Export, dict[str, bytes]]:
    """A finished export and its files by name."""
    export = build_export(pk=request_export(by=by).pk)
    with zipfile.ZipFile(path_of(export)) as archive:
        return export, {name: archive.read(name) for name in archive.namelist()}


def lines(data: bytes) -> list[dict[str, str]]:
    """The CSV's rows."""
    return list(csv.DictReader(io.StringIO(data.decode())))


def enter(participant: Participant, by: User, form: str, visit: str = "S", **typed: str) -> Record:
    """Submit a form and insist that it was stored."""
    outcome = save_record(
        by=by, participant=participant, form=form, visit=visit, typed=typed, version=0, key=uuid.uuid4()
    )
    assert isinstance(outcome, Saved)
    return outcome.record


def test_there_is_one_file_for_each_form_and_the_manifest_describes_every_file(administrator: User) -> None:
    export, files = exported(administrator)
    manifest = json.loads(files["manifest.json"])
    described = {part["file"]: part for part in manifest["files"]}
    assert set(described) == set(files) - {"manifest.json"}
    assert {f"{code.lower()}.csv" for code in REGISTER} <= set(files)
    for name, part in described.items():
        assert part["sha256"] == hashlib.sha256(files[name]).hexdigest()
        assert part["rows"] == len(lines(files[name]))
    assert export.rows == sum(part["rows"] for part in manifest["files"])


@pytest.mark.req("A7")
def test_values_come_out_as_they_went_in(
    participant: Participant, coordinator: User, administrator: User
) -> None:
    enter(participant, coordinator, "VS", **{**VITAL_SIGNS, "WEIGHT": "116", "WEIGHT_UNIT": "jin"})
    (line,) = lines(exported(administrator)[1]["vs.csv"])
    assert (line["SITEID"], line["SUBJID"], line["VISIT"], line["RECSTAT"]) == (
        "01",
        "01-001",
        "S",
        "complete",
    )
    assert (line["WEIGHT"], line["WEIGHT_ORRES"], line["WEIGHT_ORRESU"]) == ("58", "116", "jin")


@pytest.mark.req("X2")
@pytest.mark.parametrize("start", ["=", "+", "-", "@"])
def test_text_that_a_spreadsheet_would_run_is_inert(
    participant: Participant, coordinator: User, administrator: User, start: str
) -> None:
    enter(participant, coordinator, "MH", **{"RECORDS-0-MHTERM": f"{start}cmd|calc"})
    (line,) = lines(exported(administrator)[1]["mh_records.csv"])
    assert line["MHTERM"] == f"'{start}cmd|calc"


@pytest.mark.req("X1")
def test_the_same_export_gives_the_same_bytes_after_the_data_changed(
    participant: Participant, coordinator: User, administrator: User
) -> None:
    export, files = exported(administrator)
    enter(participant, coordinator, "VS", **VITAL_SIGNS)
    again = build_export(pk=export.pk)
    assert again.sha256 == hashlib.sha256(path_of(export).read_bytes()).hexdigest() == export.sha256
    assert lines(files["vs.csv"]) == []


@pytest.mark.req("L19", "L8")
def test_a_masked_form_leaves_only_with_its_open_visits(
    participant: Participant, coordinator: User, administrator: User
) -> None:
    enter(participant, coordinator, "LBI", CRP="6.1", CRP_UNIT="mg/L")
    with acting("system:tests"):
        for visit in MASKED_VISITS:
            record = Record.objects.create(
                participant=participant,
                form="LBI",
                visit=visit,
                state="complete",
                created_by=coordinator,
                changed_by=coordinator,
            )
            LaboratoryMasked.objects.create(record=record, CRP="0.31")
    _, files = exported(administrator)
    assert [line["VISIT"] for line in lines(files["lbi.csv"])] == ["S"]
    assert not any(b"0.31" in data for data in files.values())


@pytest.mark.req("C1", "B4")
@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMINISTRATOR])
def test_nobody_but_an_administrator_exports(person: Callable[..., User], role: Role) -> None:
    with pytest.raises(NotAllowed):
        request_export(by=person(role))


@pytest.mark.req("A6", "X1")
def test_an_export_is_logged_with_who_and_its_hash(administrator: User) -> None:
    export, _ = exported(administrator)
    assert (export.asked_by, export.state, len(export.sha256)) == (administrator, "done", 64)


@pytest.mark.req("A6")
def test_each_download_is_one_event(client: Client, administrator: User) -> None:
    export, _ = exported(administrator)
    client.force_login(administrator)
    answer = client.get(f"/exports/{export.pk}/")
    assert hashlib.sha256(b"".join(answer)).hexdigest() == export.sha256
    (event,) = events(what="exported")
    assert (event.actor, event.details["sha256"]) == (administrator.username, export.sha256)


def test_an_export_that_fails_says_so_and_leaves_no_file(
    administrator: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: Any, **kwargs: Any) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("trialsite.export.actions.write_archive", broken)
    export = request_export(by=administrator)
    with pytest.raises(OSError, match="disk full"):
        build_export(pk=export.pk)
    export.refresh_from_db()
    assert export.state == "failed"
    assert not path_of(export).exists()
