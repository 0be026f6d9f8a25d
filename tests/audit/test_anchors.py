"""Whoever tampers with history, superuser or not, is found out by the anchors (A5, F14)."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from tests.audit.tampering import (
    TAMPERINGS,
    Owner,
    edit_a_value,
    forge,
    rewrite_everything_with_anchors_that_fit,
    tamper,
)
from trialsite.accounts.acting import acting
from trialsite.accounts.models import Site
from trialsite.audit import tasks
from trialsite.audit.anchors import anchors_after, keep_outside, read_file, write_anchors
from trialsite.audit.events import record_event
from trialsite.audit.verification import verify_history

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.req("A5")]


@pytest.fixture(autouse=True)
def journal(settings: Settings, tmp_path: Path) -> Path:
    """The file outside the database."""
    settings.ANCHOR_FILE = tmp_path / "outside" / "anchors.log"
    return Path(settings.ANCHOR_FILE)


@pytest.fixture
def anchored(journal: Path, owner: Owner) -> Owner:
    """Three anchors over two, three and four lines, and the owner, who will tamper."""
    for number in range(3):
        with acting("system:tests"):
            Site.objects.create(code=f"{number:02}", name="New")
            Site.objects.update(time_zone=f"Etc/GMT-{number + 1}")
        assert write_anchors() == 1
    verdict = verify_history(journal)
    assert (verdict.anchors, verdict.faults, verdict.notes) == (3, [], [])
    return owner


@pytest.mark.parametrize(("act", "words"), TAMPERINGS)
def test_tampering_is_found_and_its_first_place_named(
    anchored: Owner, journal: Path, act: Callable[[Owner], None], words: str
) -> None:
    act(anchored)
    assert words in verify_history(journal).faults[0]


def test_a_line_in_a_gap_between_two_others_is_found(journal: Path, owner: Owner) -> None:
    with acting("system:tests"):
        Site.objects.create(code="01", name="A")
    [(gap,)] = owner.execute("SELECT nextval('audit.line_id')").fetchall()
    with acting("system:tests"):
        Site.objects.create(code="02", name="B")
    write_anchors()
    forge(owner, gap)
    assert "sealed 2 lines; now there are 3" in verify_history(journal).faults[0]


def test_an_event_is_sealed_like_a_change(journal: Path, owner: Owner) -> None:
    record_event("exported", by="system:tests")
    assert write_anchors() == 1
    tamper(owner, "UPDATE audit.event SET what = 'printed'", "event")
    assert verify_history(journal).faults


def test_the_command_says_what_is_wrong_and_fails(anchored: Owner, journal: Path) -> None:
    out = io.StringIO()
    call_command("verify_history", stdout=out)
    assert out.getvalue() == "9 lines under 3 anchors: the history is unchanged.\n"
    edit_a_value(anchored)
    with pytest.raises(CommandError, match="Anchor 1") as failed:
        call_command("verify_history", file=journal)
    assert failed.value.returncode == 1


def test_a_line_that_commits_late_is_neither_missed_nor_taken_for_a_forgery(
    journal: Path, web_db: psycopg.Connection[Any]
) -> None:
    web_db.execute("SELECT set_config('edc.actor', 'system:late', false)")
    with web_db.transaction():
        web_db.execute("INSERT INTO accounts_site VALUES ('01', 'Late', 'UTC')")
        assert write_anchors() == 0  # a writer holds the table: nothing is sealed over its head
    with acting("system:tests"):
        Site.objects.create(code="02", name="B")
    assert write_anchors() == 1
    verdict = verify_history(journal)
    assert (verdict.lines, verdict.faults, verdict.notes) == (2, [], [])


def test_what_is_newer_than_the_last_anchor_is_said_to_be_unsealed(anchored: Owner, journal: Path) -> None:
    record_event("exported", by="system:tests")
    verdict = verify_history(journal)
    assert verdict.notes == ["1 lines are newer than the last anchor and not yet sealed."]
    assert not verdict.faults


def test_the_file_catches_up_after_a_process_died_between_database_and_file(
    anchored: Owner, journal: Path
) -> None:
    lines = journal.read_bytes().splitlines(keepends=True)
    journal.write_bytes(lines[0] + lines[1][:20])
    assert verify_history(journal).faults == ["Line 2 of the anchor file is not an anchor."]
    keep_outside(journal)
    assert journal.read_bytes() == b"".join(lines)
    journal.unlink()
    assert verify_history(journal).notes == ["The last 3 anchors are in the database only."]
    keep_outside(journal)
    assert journal.read_bytes() == b"".join(lines)


def test_nothing_is_appended_to_a_file_that_disagrees(
    anchored: Owner, journal: Path, caplog: pytest.LogCaptureFixture
) -> None:
    rewrite_everything_with_anchors_that_fit(anchored)
    before = journal.read_bytes()
    write_anchors()
    assert journal.read_bytes() == before
    assert "disagree" in caplog.text


def test_a_long_backlog_is_sealed_in_several_anchors(journal: Path, owner: Owner) -> None:
    owner.execute(
        'INSERT INTO audit.history (actor, role, reason, op, "table", row_id, changes)'
        " SELECT 'system:tests', '', '', 'U', 'accounts_site', '01', '{}' FROM generate_series(1, 20001)"
    )
    assert write_anchors() == 2
    assert [anchor.lines for anchor in anchors_after(0)] == [20000, 1]
    assert verify_history(journal).faults == []
    assert [len(kept) for kept in read_file(journal)] == [2, 0]


def test_an_anchor_is_asked_for_on_commit(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(tasks.write_anchors, "delay", lambda: asked.append("now"))
    with acting("system:tests"):
        tasks.anchor_soon()
        assert asked == []
    assert asked == ["now"]
