"""The clock of a serious event, signed reports, their PDF, and the mails about them."""

from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from pypdf import PdfReader

from screening.models import Participant
from screening.snapshot import digest
from tests.visits import cast
from tests.visits.conftest import on
from tests.visits.safety.factories import PNEUMONIA, put, saved, signs
from trialsite.accounts.access import NotAllowed
from trialsite.accounts.models import Role, User
from trialsite.accounts.passwords import PasswordRefused
from trialsite.audit.context import acting
from visits.reminders.mails import notice_of
from visits.reminders.notice_models import Notice, NoticeKind
from visits.safety.content import content_of
from visits.safety.models import SafetyReport, SeriousEvent
from visits.safety.pdf import printed
from visits.safety.reporting import ReportRefused, Stale, close_event, sign_report
from visits.safety.signature import flaw
from visits.safety.states import ReportState

DAY = date(2026, 3, 22)
RECOVERED = PNEUMONIA | {"AEOUT": "RECOVERED/RESOLVED", "AEENDTC": "2026-04-02"}


@pytest.fixture
def serious(participant: Participant, coordinator: User) -> SeriousEvent:
    """A pneumonia, serious since 21 March 9:30 in Shanghai, entered a day later."""
    with on(DAY):
        saved(put(coordinator, participant, PNEUMONIA))
    return SeriousEvent.objects.select_related("record__participant__site", "participant__site").get()


def sign(by: User, serious: SeriousEvent) -> SafetyReport:
    """Sign the next report of what stands there now."""
    serious.record.refresh_from_db()
    return sign_report(by=by, serious=serious, password=signs, seen_hash=digest(content_of(serious.record)))


def test_a_serious_event_starts_a_clock_of_24_hours_and_two_mails(
    serious: SeriousEvent, settings: Any
) -> None:
    assert serious.state == ReportState.OPEN
    assert serious.aware_at == datetime(2026, 3, 21, 1, 30, tzinfo=UTC)
    assert serious.due_at == serious.aware_at + timedelta(hours=24)
    told = Notice.objects.filter(about=serious.pk, kind=NoticeKind.SERIOUS)
    assert {each.address for each in told} == {settings.SPONSOR_EMAIL, settings.MEDICAL_MONITOR_EMAIL}


@pytest.mark.req("P2", "L13")
def test_a_mail_says_number_and_link_and_nothing_else(serious: SeriousEvent, investigator: User) -> None:
    with on(DAY):
        sign(investigator, serious)
    for notice in Notice.objects.select_related("participant"):
        mail = notice_of(notice)
        text = f"{mail.subject} {mail.body}"
        assert "01-001" in text
        assert "/participants/01-001/events/" in text
        for word in ("Pneumonia", "infection", "grade", "related", "dose", "TOCILIZUMAB", "PLACEBO"):
            assert word.lower() not in text.lower().replace("related to", "")


def test_saving_it_again_mails_nobody_again_and_a_corrected_moment_moves_the_clock(
    serious: SeriousEvent, participant: Participant, coordinator: User
) -> None:
    with on(DAY):
        saved(put(coordinator, participant, PNEUMONIA | {"AESAWTIM": "08:00"}, reason="Source corrected"))
    serious.refresh_from_db()
    assert serious.aware_at == datetime(2026, 3, 21, 0, 0, tzinfo=UTC)
    assert Notice.objects.count() == 2


@pytest.mark.req("E1", "E2", "E5")
def test_the_investigator_signs_seriousness_and_causality_as_they_stand(
    serious: SeriousEvent, investigator: User, coordinator: User
) -> None:
    with on(DAY), pytest.raises(NotAllowed):
        sign(coordinator, serious)
    with on(DAY):
        report = sign(investigator, serious)
    assert report.kind == "Initial report"
    assert "Its seriousness and its relation to the study drug" in report.meaning
    assert flaw(SafetyReport.objects.select_related("signed_by").get()) is None
    report.content["cause"] = []
    assert flaw(report) == "What was signed has been altered since."
    serious.refresh_from_db()
    assert serious.state == ReportState.FOLLOW_UP_DUE
    assert serious.due_at == datetime(2026, 3, 29, 4, tzinfo=UTC)


@pytest.mark.req("E3")
def test_nothing_is_signed_without_the_password_or_when_the_event_changed_meanwhile(
    serious: SeriousEvent, investigator: User
) -> None:
    def wrong(by: User) -> None:
        raise PasswordRefused("This is not your password.")

    seen = digest(content_of(serious.record))
    with pytest.raises(PasswordRefused):
        sign_report(by=investigator, serious=serious, password=wrong, seen_hash=seen)
    with pytest.raises(Stale):
        sign_report(by=investigator, serious=serious, password=signs, seen_hash="0" * 64)
    assert not SafetyReport.objects.exists()


@pytest.mark.req("E2")
def test_a_signed_report_can_neither_be_changed_nor_removed(
    serious: SeriousEvent, investigator: User
) -> None:
    with on(DAY):
        report = sign(investigator, serious)
    rows = SafetyReport.objects.filter(pk=report.pk)
    with acting("system:tests"):
        for change in (lambda: rows.update(meaning="x"), rows.delete):
            with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
                change()


def test_the_whole_way_of_a_report_to_its_end_and_back(
    serious: SeriousEvent, participant: Participant, coordinator: User, investigator: User
) -> None:
    with on(DAY):
        sign(investigator, serious)
        with pytest.raises(ReportRefused, match="final outcome"):
            close_event(by=investigator, serious=serious)
    with on(date(2026, 4, 3)):
        saved(put(coordinator, participant, RECOVERED, reason="New information"))
        serious.refresh_from_db()
        assert serious.due_at == datetime(2026, 4, 4, 4, tzinfo=UTC)
        assert sign(investigator, serious).kind == "Follow-up 1"
        final = SeriousEvent.objects.get()
        assert final.state == ReportState.REPORTED
        assert final.due_at is None
        assert close_event(by=investigator, serious=serious).state == ReportState.CLOSED
        saved(put(coordinator, participant, RECOVERED | {"AEREL": "RELATED"}, reason="New information"))
    serious.refresh_from_db()
    assert serious.state == ReportState.FOLLOW_UP_DUE


def test_an_event_that_is_not_serious_after_all_is_closed_or_corrected_at_the_sponsor(
    participant: Participant, coordinator: User, investigator: User
) -> None:
    harmless = PNEUMONIA | dict.fromkeys(
        ("AESDTH", "AESLIFE", "AESHOSP", "AESDISAB", "AESCONG", "AESMIE", "AESAWDTC", "AESAWTIM"), ""
    )
    harmless |= {"AESER": "N"}
    with on(DAY):
        saved(put(coordinator, participant, PNEUMONIA))
        saved(put(coordinator, participant, PNEUMONIA, number=2))
        first, second = SeriousEvent.objects.order_by("record__repeat").select_related(
            "record__participant__site", "participant__site"
        )
        sign(investigator, second)
        for number in (1, 2):
            saved(put(coordinator, participant, harmless, number=number, reason="Outpatient"))
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == (ReportState.CLOSED, ReportState.FOLLOW_UP_DUE)


@pytest.mark.req("E1")
def test_a_report_prints_the_same_bytes_each_time_and_says_who_signed_what(
    serious: SeriousEvent, participant: Participant, coordinator: User, investigator: User
) -> None:
    with on(DAY):
        sign(investigator, serious)
        saved(put(coordinator, participant, PNEUMONIA | {"AETERM": "肺炎"}, reason="Source corrected"))
        sign(investigator, serious)
    first, second = SafetyReport.objects.select_related("signed_by")
    paper = printed(second, [first])
    assert paper == printed(second, [first])
    text = "\n".join(page.extract_text() for page in PdfReader(BytesIO(paper)).pages)
    for said in (
        "Follow-up 1",
        "01-001",
        "肺炎",
        "Possibly related",
        second.signature,
        investigator.full_name,
    ):
        assert said in text
    assert "Pneumonia" in "\n".join(
        page.extract_text() for page in PdfReader(BytesIO(printed(first, []))).pages
    )


@pytest.mark.req("L19", "B1")
def test_a_report_holds_no_laboratory_value_and_no_arm(
    serious: SeriousEvent, participant: Participant, investigator: User
) -> None:
    assessor = cast.make_person(Role.LAB_ASSESSOR, participant.site)
    with on(date(2026, 3, 31)):
        cast.enter(assessor, participant, "LBI", "W2", LBDTC="2026-03-31", CRP="87.31", CRP_UNIT="mg/L")
        content = str(content_of(serious.record))
    assert "87.31" not in content
    assert "CRP" not in content
    assert set(content_of(serious.record)) == {
        *("trial", "registration", "participant", "site", "randomized", "number", "version", "void", "event"),
        *("seriousness", "aware", "cause", "follow_up", "doses", "medication"),
    }
