"""One arm to one person: on record first, sealed to who asked, shown once, within minutes."""

import uuid
from datetime import timedelta

import psycopg
import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from nacl.public import PrivateKey

from randomization.models import TreatmentRequest
from randomization.unblinding.actions import record_code_break, request_unblinding, show_treatment
from randomization.unblinding.envelope import SEALED_LENGTH, EnvelopeBroken, open_arm, seal_arm
from randomization.unblinding.models import UnblindingAnswer, UnblindingDisclosure, UnblindingRequest
from randomization.unblinding.policies import UnblindingRefused
from randomization.unblinding.reasons import HOLDS, UnblindingReason
from randomization.vault.database import Connection
from randomization.vault.disclosing import disclose, disclose_waiting
from screening.models import Participant
from tests.randomization.factories import OpenList, make_participants, make_person, make_site, tampering
from tests.randomization.unblinding.conftest import (
    SECRET,
    WORDS,
    AskFor,
    arm_of,
    give_number,
    key_for,
    no_password,
)
from trialsite import protocol
from trialsite.accounts.access import NotAllowed
from trialsite.accounts.models import Role, Site, User
from trialsite.accounts.passwords import PasswordRefused
from trialsite.audit.context import acting


def ask(participant: Participant, by: User, **changed: object) -> UnblindingRequest:
    request_id = uuid.uuid4()
    given: dict[str, object] = {
        "UBREAS": UnblindingReason.SAE,
        "UBREASD": WORDS,
        "password": no_password,
        "request_id": request_id,
        "key": key_for(request_id),
    }
    return request_unblinding(by=by, participant=participant, **(given | changed))  # type: ignore[arg-type]


@pytest.mark.req("U1", "U2")
def test_the_investigator_learns_the_arm_once(
    vault_db: Connection, opened: OpenList, randomized: Participant, investigator: User, ask_for: AskFor
) -> None:
    request = ask_for(randomized)
    assert disclose(vault_db, opened.key, request.id)
    shown = show_treatment(by=investigator, request_id=request.id, key=key_for(request.id))
    assert shown == arm_of(randomized, opened)
    disclosure = UnblindingDisclosure.objects.get()
    assert (disclosure.request, disclosure.to) == (request, investigator)
    with pytest.raises(UnblindingRefused, match="shown already"):
        show_treatment(by=investigator, request_id=request.id, key=key_for(request.id))
    assert UnblindingDisclosure.objects.count() == 1


@pytest.mark.req("U1")
def test_both_arms_come_out_right(
    vault_db: Connection, opened: OpenList, site: Site, investigator: User, ask_for: AskFor
) -> None:
    people = make_participants(10, site, investigator)
    arms = set()
    for participant in people:
        request = ask_for(give_number(participant, investigator, vault_db, opened))
        assert disclose_waiting(vault_db, opened.key) == 1
        shown = show_treatment(by=investigator, request_id=request.id, key=key_for(request.id))
        assert shown == arm_of(participant, opened)
        arms.add(shown)
    assert arms == set(protocol.ARMS)


@pytest.mark.req("U2")
def test_nothing_is_asked_inside_a_transaction_that_could_be_rolled_back(
    randomized: Participant, investigator: User
) -> None:
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        ask(randomized, investigator)
    assert not UnblindingRequest.objects.exists()


@pytest.mark.req("U2", "A4")
@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("unblindingrequest", "id"),
        ("unblindinganswer", "request_id"),
        ("unblindingdisclosure", "request_id"),
        ("codebreak", "id"),
        ("finalunblinding", "id"),
        ("finalapproval", "id"),
        ("finalarm", "participant_id"),
    ],
)
def test_what_is_on_record_is_neither_changed_nor_removed(
    owner: psycopg.Connection[tuple[object, ...]], web_db: Connection, table: str, column: str
) -> None:
    for statement in (
        f"DELETE FROM randomization_{table}",
        f"UPDATE randomization_{table} SET {column} = {column}",
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            web_db.execute(statement)
    with pytest.raises(psycopg.errors.IntegrityError, match="never changed or removed"):
        owner.execute(f"DELETE FROM randomization_{table}")


@pytest.mark.req("U2", "B6")
def test_each_login_adds_its_own_rows_only(
    vault_db: Connection, web_db: Connection, opened: OpenList, randomized: Participant, ask_for: AskFor
) -> None:
    request = ask_for(randomized)
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        web_db.execute(
            "INSERT INTO randomization_unblindinganswer (request_id, sealed) VALUES (%s, %s)",
            [request.id, bytes(SEALED_LENGTH)],
        )
    for statement in (
        "SELECT * FROM randomization_unblindingrequest",
        "SELECT sealed FROM randomization_unblindinganswer",
        "INSERT INTO randomization_unblindingdisclosure (request_id, to_id) VALUES (gen_random_uuid(), 1)",
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            vault_db.execute(statement)


@pytest.mark.req("U2")
def test_an_answer_that_is_not_there_or_not_ones_own_cannot_be_marked_as_shown(
    vault_db: Connection, opened: OpenList, site: Site, randomized: Participant, ask_for: AskFor
) -> None:
    request = ask_for(randomized)
    other = make_person(Role.INVESTIGATOR, site)
    for to in (request.asked_by, other):
        with pytest.raises(IntegrityError, match="to the person who asked"), acting("system:tests"):
            UnblindingDisclosure.objects.create(request=request, to=to)
    disclose(vault_db, opened.key, request.id)
    with pytest.raises(IntegrityError, match="to the person who asked"), acting("system:tests"):
        UnblindingDisclosure.objects.create(request=request, to=other)


@pytest.mark.req("U2", "B6")
def test_a_colleague_or_another_browser_cannot_open_the_answer(
    vault_db: Connection, opened: OpenList, site: Site, randomized: Participant, ask_for: AskFor
) -> None:
    request = ask_for(randomized)
    disclose(vault_db, opened.key, request.id)
    with pytest.raises(UnblindingRequest.DoesNotExist):
        show_treatment(
            by=make_person(Role.INVESTIGATOR, site), request_id=request.id, key=key_for(request.id)
        )
    with pytest.raises(UnblindingRefused, match="the browser in which it was asked"):
        show_treatment(by=request.asked_by, request_id=request.id, key=key_for(request.id, bytes(32)))
    assert not UnblindingDisclosure.objects.exists()  # and it can still be opened where it was asked for
    assert show_treatment(by=request.asked_by, request_id=request.id, key=key_for(request.id))


@pytest.mark.req("U2")
def test_after_its_minutes_an_answer_is_neither_given_nor_shown(
    owner: psycopg.Connection[tuple[object, ...]],
    vault_db: Connection,
    opened: OpenList,
    randomized: Participant,
    ask_for: AskFor,
) -> None:
    answered, waiting = ask_for(randomized), ask_for(randomized)
    disclose(vault_db, opened.key, answered.id)
    with tampering(owner, "randomization_unblindingrequest"):  # the only way to make it older
        owner.execute("UPDATE randomization_unblindingrequest SET asked_at = asked_at - %s", [HOLDS])
    with pytest.raises(UnblindingRefused, match="is over"):
        show_treatment(by=answered.asked_by, request_id=answered.id, key=key_for(answered.id))
    with pytest.raises(IntegrityError), acting("system:tests"):
        UnblindingDisclosure.objects.create(request=answered, to=answered.asked_by)
    assert disclose_waiting(vault_db, opened.key) == 0
    with pytest.raises(psycopg.errors.IntegrityError, match="within 15 minutes"):
        disclose(vault_db, opened.key, waiting.id)


@pytest.mark.req("L15", "B6")
def test_equal_arms_give_unequal_bytes_of_one_length_bound_to_one_request() -> None:
    key, request, participant = PrivateKey.generate(), uuid.uuid4(), uuid.uuid4()
    sealed = [
        seal_arm(arm, key.public_key, request=request, participant=participant)
        for arm in protocol.ARMS
        for _ in range(50)
    ]
    assert {len(each) for each in sealed} == {SEALED_LENGTH}
    assert len(set(sealed)) == len(sealed)
    assert {open_arm(each, key, request=request, participant=participant) for each in sealed} == set(
        protocol.ARMS
    )
    with pytest.raises(EnvelopeBroken):
        open_arm(sealed[0], key, request=uuid.uuid4(), participant=participant)
    with pytest.raises(EnvelopeBroken):
        open_arm(sealed[0], PrivateKey.generate(), request=request, participant=participant)


@pytest.mark.req("B6", "B7", "U2")
def test_the_whole_database_holds_neither_the_arm_nor_a_key_that_opens_it(
    owner: psycopg.Connection[tuple[object, ...]],
    vault_db: Connection,
    opened: OpenList,
    randomized: Participant,
    ask_for: AskFor,
) -> None:
    request = ask_for(randomized)
    disclose(vault_db, opened.key, request.id)
    show_treatment(by=request.asked_by, request_id=request.id, key=key_for(request.id))
    secrets = [
        *(arm.encode() for arm in protocol.ARMS),
        SECRET.hex().encode(),
        bytes(key_for(request.id)).hex().encode(),
    ]
    tables = owner.execute(
        "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables"
        " WHERE schemaname IN ('public', 'audit', 'vault')"
    ).fetchall()
    for (table,) in tables:
        with owner.cursor().copy(f"COPY {table} TO STDOUT") as rows:
            content = b"".join(bytes(row) for row in rows)
        assert not any(secret.lower() in content.lower() for secret in secrets), table


@pytest.mark.req("U2", "P1", "L22")
@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("", "why the treatment must be known"),
        ("SAE", "why the treatment must be known"),
        ("Call her at 13800138000, ICU bed 3", "telephone"),
        ("Neutropenia, probably on tocilizumab", "tocilizumab"),
        ("CRP fell from 80 to 2 after the dose", "CRP"),
        ("怀疑使用了托珠单抗，需要确认治疗方案", "托珠单抗"),
    ],
)
def test_a_reason_is_given_that_neither_identifies_nor_unblinds(
    randomized: Participant, investigator: User, words: str, told: str
) -> None:
    with pytest.raises(UnblindingRefused, match=told):
        ask(randomized, investigator, UBREASD=words)
    assert not UnblindingRequest.objects.exists()


@pytest.mark.req("U1")
def test_without_right_password_or_number_nothing_is_on_record(
    site: Site, participant: Participant, investigator: User, randomized: Participant
) -> None:
    def wrong(by: User) -> None:
        raise PasswordRefused("This is not your password.")

    with pytest.raises(PasswordRefused):
        ask(randomized, investigator, password=wrong)
    with pytest.raises(NotAllowed, match="Only investigators"):
        ask(randomized, make_person(Role.COORDINATOR, site))
    with pytest.raises(NotAllowed, match="at another site"):
        ask(randomized, make_person(Role.INVESTIGATOR, make_site("02")))
    (without,) = make_participants(1, site, investigator, start=50)
    with pytest.raises(UnblindingRefused, match="no treatment number"):
        ask(without, investigator)
    assert not UnblindingRequest.objects.exists()


@pytest.mark.req("F7")
def test_the_same_form_twice_is_one_request(randomized: Participant, investigator: User) -> None:
    request_id = uuid.uuid4()
    twice = [
        ask(randomized, investigator, request_id=request_id, key=key_for(request_id), UBREASD=words)
        for words in (WORDS, f"{WORDS}.")
    ]
    assert twice[0] == twice[1]
    assert UnblindingRequest.objects.get().UBREASD == WORDS


@pytest.mark.req("O4", "U2")
def test_the_times_are_the_database_clocks_whatever_the_web_process_says(
    randomized: Participant, investigator: User
) -> None:
    with acting("system:tests"):
        made = UnblindingRequest.objects.create(
            participant=randomized,
            RANDNO=randomized.RANDNO,
            UBREAS="SAE",
            UBREASD=WORDS,
            asked_by=investigator,
            asked_at=randomized.registered_at - timedelta(days=300),
            public_key=bytes(32),
        )
    made.refresh_from_db()
    assert made.asked_at > randomized.registered_at
    with (
        pytest.raises(IntegrityError, match="only a participant with this treatment number"),
        acting("system:tests"),
    ):
        UnblindingRequest.objects.create(
            participant=randomized,
            RANDNO="R000",
            UBREAS="SAE",
            UBREASD=WORDS,
            asked_by=investigator,
            public_key=bytes(32),
        )


@pytest.mark.req("B6")
def test_an_answer_of_another_length_is_refused(
    vault_db: Connection, randomized: Participant, ask_for: AskFor
) -> None:
    request = ask_for(randomized)
    vault_db.execute("SELECT set_config('edc.actor', 'system:vault', false)")
    with pytest.raises(psycopg.errors.CheckViolation):
        vault_db.execute(
            "INSERT INTO randomization_unblindinganswer (request_id, sealed) VALUES (%s, %s)",
            [request.id, bytes(SEALED_LENGTH - 1)],
        )
    assert not UnblindingAnswer.objects.exists()


@pytest.mark.req("U4", "B1")
def test_unblinding_changes_no_treatment_request(
    vault_db: Connection, opened: OpenList, randomized: Participant, ask_for: AskFor
) -> None:
    before = list(TreatmentRequest.objects.values())
    request = ask_for(randomized)
    disclose(vault_db, opened.key, request.id)
    show_treatment(by=request.asked_by, request_id=request.id, key=key_for(request.id))
    assert list(TreatmentRequest.objects.values()) == before


@pytest.mark.req("U3", "U2")
def test_a_code_break_made_outside_is_recorded_afterwards(site: Site, randomized: Participant) -> None:
    pharmacist = make_person(Role.PHARMACIST, None)
    given = {
        "by": pharmacist,
        "participant": randomized,
        "UBREAS": "OVERDOSE",
        "UBREASD": WORDS,
        "UBWHO": "Pharmacist on duty",
        "UBREQ": "ICU physician on duty",
        "password": no_password,
    }
    with pytest.raises(UnblindingRefused, match="in the future"):
        record_code_break(**given, opened_at=timezone.now() + timedelta(hours=1))  # type: ignore[arg-type]
    made = record_code_break(**given, opened_at=timezone.now() - timedelta(hours=1))  # type: ignore[arg-type]
    assert (made.RANDNO, made.recorded_by) == (randomized.RANDNO, pharmacist)
