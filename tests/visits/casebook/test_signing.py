"""Signing a visit: who may, what it covers, what a later change makes of it."""

import uuid
from datetime import date

import pytest
from django.db import DatabaseError, connection
from django.test import Client

from screening.models import Participant
from tests.visits import cast
from tests.visits.conftest import on
from trialsite.accounts import actions as accounts
from trialsite.accounts.access import NotAllowed
from trialsite.accounts.models import Role, Site, User
from trialsite.accounts.passwords import PasswordRefused
from trialsite.audit.context import acting
from trialsite.crf.actions import mark_not_done, save_record
from trialsite.crf.models import Record
from trialsite.crf.outcomes import Saved
from trialsite.crf.queries import raise_query
from visits.casebook.contents import contents_of
from visits.casebook.models import SignedRecord, VisitSignature
from visits.casebook.signing import (
    SigningRefused,
    Stale,
    flaw,
    seen_hash,
    sign_refusal,
    sign_visit,
    signable_forms,
    unsigned_visits,
)

pytestmark = pytest.mark.django_db

WEEK_2 = date(2026, 3, 30)
PASSWORD = "eine lange Passphrase 7"
ADDRESS = "/participants/01-001/W2/sign/"


def freely(by: User) -> None:
    """Stands for a password that was typed and is right."""


@pytest.fixture
def investigator(site: Site) -> User:
    """The investigator of site 01, with a password."""
    user = cast.make_person(Role.INVESTIGATOR, site)
    accounts.set_password(by="system:tests", user=user, password=PASSWORD)
    return user


@pytest.fixture
def visited(participant: Participant, coordinator: User) -> Participant:
    """The participant after week 2: its dates are complete, the vital signs were not done."""
    with on(WEEK_2):
        done = cast.enter(coordinator, participant, "SV", "W2", SVSTDTC="2026-03-30", SVCONTMO="ON-SITE")
        assert isinstance(done, Saved)
        mark_not_done(
            by=coordinator, participant=participant, form="VS", visit="W2", version=0, reason="Refused"
        )
        cast.enter(coordinator, participant, "OX", "W2", OXDTC="2026-03-30")
    return participant


def sign(by: User, participant: Participant, visit: str = "W2") -> VisitSignature:
    """Sign what waits now."""
    seen = seen_hash(signable_forms(participant, visit))
    return sign_visit(by=by, participant=participant, visit=visit, password=freely, seen=seen)


def move_date(by: User, participant: Participant) -> None:
    """Correct the day of week 2."""
    record = Record.objects.get(participant=participant, visit="W2", form="SV")
    saved = save_record(
        by=by,
        participant=participant,
        form="SV",
        visit="W2",
        typed={"SVSTDTC": "2026-03-29", "SVCONTMO": "ON-SITE"},
        version=record.version,
        key=uuid.uuid4(),
        reason="Typing error",
    )
    assert isinstance(saved, Saved)


@pytest.mark.req("E1", "E2")
def test_a_signature_covers_the_finished_forms_in_their_version(
    visited: Participant, investigator: User
) -> None:
    with on(WEEK_2):
        signed = sign(investigator, visited)
    records = {each.record.form: each for each in signed.records.select_related("record")}
    assert set(records) == {"SV", "VS"}
    assert all(each.version == each.record.version for each in records.values())
    assert (signed.signer_name, signed.signer_role) == (investigator.full_name, Role.INVESTIGATOR)
    assert "participant 01-001, week 2" in signed.meaning
    now = contents_of([each.record for each in records.values()])
    assert flaw(signed, list(records.values()), now) is None
    again = sign_refusal(investigator, visited, signable_forms(visited, "W2"))
    assert again == "Every finished form is signed."


@pytest.mark.req("E2")
def test_a_changed_form_waits_again_and_the_old_signature_stays(
    visited: Participant, investigator: User, coordinator: User
) -> None:
    with on(WEEK_2):
        first = sign(investigator, visited)
        move_date(coordinator, visited)
        waiting = {each.record.form: each for each in signable_forms(visited, "W2") if each.waits}
        assert set(waiting) == {"SV"}
        assert waiting["SV"].changed
        second = sign(investigator, visited)
    assert [each.record.form for each in second.records.all()] == ["SV"]
    contents = contents_of(Record.objects.filter(participant=visited, form__in=("SV", "VS"), visit="W2"))
    assert flaw(first, list(first.records.all()), contents) is None


@pytest.mark.req("E2", "A5")
def test_a_value_altered_past_the_application_breaks_the_signature(
    visited: Participant, investigator: User
) -> None:
    with on(WEEK_2):
        signed = sign(investigator, visited)
    with acting("system:tests"), connection.cursor() as cursor:
        cursor.execute("UPDATE screening_visitdates SET \"SVCONTMO\" = 'PHONE'")
    records = list(signed.records.select_related("record"))
    found = flaw(signed, records, contents_of([each.record for each in records]))
    assert found == "A value was altered past the application since it was signed."


@pytest.mark.req("E2", "A4")
@pytest.mark.parametrize("model", [VisitSignature, SignedRecord])
def test_the_application_can_neither_change_nor_remove_a_signature(
    visited: Participant, investigator: User, model: type[VisitSignature] | type[SignedRecord]
) -> None:
    with on(WEEK_2):
        sign(investigator, visited)
    table = model._meta.db_table
    for statement in (f"DELETE FROM {table}", f"UPDATE {table} SET id = id"):
        with pytest.raises(DatabaseError, match="permission denied"), acting("system:tests"):
            connection.cursor().execute(statement)


@pytest.mark.req("E3", "E5")
def test_only_an_investigator_of_the_site_signs_and_only_with_the_own_password(
    visited: Participant, coordinator: User, investigator: User
) -> None:
    stranger = cast.make_person(Role.INVESTIGATOR, cast.make_site("02"))

    def wrong(by: User) -> None:
        raise PasswordRefused("This is not your password.")

    with on(WEEK_2):
        for person in (coordinator, stranger, cast.make_person(Role.MONITOR, None)):
            with pytest.raises(NotAllowed):
                sign(person, visited)
        with pytest.raises(PasswordRefused):
            sign_visit(by=investigator, participant=visited, visit="W2", password=wrong, seen="")
    assert not VisitSignature.objects.exists()


def test_what_changed_after_the_page_was_opened_is_not_signed(
    visited: Participant, investigator: User, coordinator: User
) -> None:
    with on(WEEK_2):
        seen = seen_hash(signable_forms(visited, "W2"))
        move_date(coordinator, visited)
        with pytest.raises(Stale):
            sign_visit(by=investigator, participant=visited, visit="W2", password=freely, seen=seen)
        with pytest.raises(SigningRefused, match="No form is finished yet"):
            sign(investigator, visited, "W4")


@pytest.mark.req("L19")
def test_a_masked_form_is_neither_asked_for_nor_signed(
    visited: Participant, investigator: User, site: Site
) -> None:
    with on(WEEK_2):
        assessor = cast.make_person(Role.LAB_ASSESSOR, site)
        mark_not_done(by=assessor, participant=visited, form="LBI", visit="W2", version=0, reason="No blood")
        signed = sign(investigator, visited)
    assert "LBI" not in {each.record.form for each in signed.records.select_related("record")}


def test_a_visit_waits_for_a_signature_when_none_of_its_forms_is_missing(
    visited: Participant, investigator: User, coordinator: User
) -> None:
    assert not unsigned_visits(["01"]).filter(visit="W2").exists()  # forms are missing
    with on(WEEK_2):
        for cell in ("LB", "GC", "CNI", "CM", "SY", "IM", "EX"):
            mark_not_done(
                by=coordinator, participant=visited, form=cell, visit="W2", version=0, reason="Refused"
            )
        mark_not_done(by=coordinator, participant=visited, form="OX", visit="W2", version=1, reason="Refused")
        waiting = unsigned_visits(["01"]).filter(visit="W2")
        assert [(each.SUBJID, each.missing, each.unsigned) for each in waiting] == [("01-001", 0, 10)]
        assert not unsigned_visits(["02"]).exists()
        sign(investigator, visited)
    assert not unsigned_visits(["01"]).filter(visit="W2").exists()


def test_the_page_shows_what_changed_and_which_queries_are_open_and_signs(
    client: Client, visited: Participant, investigator: User, coordinator: User
) -> None:
    client.force_login(investigator)
    with on(WEEK_2):
        sign(investigator, visited)
        move_date(coordinator, visited)
        record = Record.objects.get(participant=visited, visit="W2", form="SV")
        manager = cast.make_person(Role.DATA_MANAGER, None)
        raise_query(by=manager, record=record, field="SVSTDTC", text="Please compare with the source.")
        html = client.get(ADDRESS).content.decode()
        assert "<del>2026-03-30</del>" in html
        assert "<ins>2026-03-29</ins>" in html
        assert "Please compare with the source." in html
        assert "Signed before" in html
        seen = seen_hash(signable_forms(visited, "W2"))
        refused = client.post(ADDRESS, {"seen": seen, "password": "wrong"})
        assert refused.status_code == 422
        assert "This is not your password" in refused.content.decode()
        done = client.post(ADDRESS, {"seen": seen, "password": PASSWORD}, follow=True)
    assert "Week 2 is signed: 1 form." in done.content.decode()
    assert VisitSignature.objects.count() == 2


def test_the_casebook_says_what_is_signed_and_what_changed_since(
    client: Client, visited: Participant, investigator: User, coordinator: User
) -> None:
    client.force_login(investigator)
    with on(WEEK_2):
        assert "Sign 2" in client.get("/participants/01-001/").content.decode()
        sign(investigator, visited)
        signed = client.get("/participants/01-001/").content.decode()
        assert 'Signed<span class="sr"> Week 2</span></a>' in signed
        assert 'title="Not done: Refused; Signed"' in signed
        move_date(coordinator, visited)
        changed = client.get("/participants/01-001/").content.decode()
    assert 'title="Complete, changed after signature"' in changed
    assert "Sign 1" in changed


@pytest.mark.req("C1")
def test_the_page_of_another_site_is_not_found_and_others_read_it_without_signing(
    client: Client, visited: Participant
) -> None:
    client.force_login(cast.make_person(Role.INVESTIGATOR, cast.make_site("02")))
    assert client.get(ADDRESS).status_code == 404
    assert client.get("/participants/01-001/ZZ/sign/").status_code == 404
    client.force_login(cast.make_person(Role.MONITOR, None))
    html = client.get(ADDRESS).content.decode()
    assert "Only an investigator of the site signs." in html
    assert 'type="password"' not in html
