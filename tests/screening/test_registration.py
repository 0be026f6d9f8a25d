"""Registering participants: numbers, consent, rights, repetition and races."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, time
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from screening.forms.consent import Consent
from screening.models import Participant
from screening.registration import RegistrationRefused, register_participant
from tests.screening.factories import Cast, correct, make_cast, registered
from trialsite import clock
from trialsite.accounts.access import NotAllowed
from trialsite.accounts.models import Site, User
from trialsite.audit.reading import history_of
from trialsite.crf.models import Record

AT_ONCE = 6


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def _register(cast: Cast, **changed: Any) -> Participant:
    given: dict[str, Any] = {
        "by": cast.coordinator,
        "site": cast.site,
        "RFICDTC": date(2026, 3, 2),
        "RFICTIM": time(9, 30),
        "ICVER": "1.0",
        "key": uuid.uuid4(),
    }
    return register_participant(**given | changed)


def test_numbers_follow_each_other_at_each_site(cast: Cast) -> None:
    assert [_register(cast).SUBJID for _ in range(3)] == ["01-001", "01-002", "01-003"]
    elsewhere = _register(cast, by=cast.other_coordinator, site=cast.other_site)
    assert elsewhere.SUBJID == "02-001"


@pytest.mark.req("B2")
def test_registration_keeps_the_consent_form(cast: Cast) -> None:
    participant = _register(cast)
    record = Record.objects.get(participant=participant)
    consent = Consent.objects.get(pk=record.pk)
    assert (record.form, record.visit, record.state, record.version) == ("DS", "S", "complete", 1)
    assert (
        "Y",
        date(2026, 3, 2),
        time(9, 30),
        "1.0",
    ) == (consent.RFICYN, consent.RFICDTC, consent.RFICTIM, consent.ICVER)
    assert participant.RFICDTC == consent.RFICDTC


@pytest.mark.req("A1")
def test_history_says_who_registered(cast: Cast) -> None:
    participant = _register(cast)
    [change, *_] = history_of(Participant._meta.db_table, str(participant.pk))
    assert (change.actor, change.role) == (cast.coordinator.username, "Coordinator")


@pytest.mark.req("F7")
def test_the_same_key_registers_once(cast: Cast) -> None:
    key = uuid.uuid4()
    first, again = _register(cast, key=key), _register(cast, key=key)
    assert first.pk == again.pk
    assert Participant.objects.count() == 1
    assert _register(cast).SUBJID == "01-002", "a repetition uses no number"


@pytest.mark.req("B2", "D3")
@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"RFICDTC": date(2026, 3, 3)}, "RFICDTC"),
        ({"ICVER": "13812345678"}, "ICVER"),
        ({"ICVER": " "}, "ICVER"),
        ({"ICVER": "x" * 21}, "ICVER"),
    ],
)
def test_a_consent_that_cannot_be_registers_nobody(cast: Cast, changed: dict[str, Any], field: str) -> None:
    with clock.set_to(datetime(2026, 3, 2, 8, tzinfo=UTC)), pytest.raises(RegistrationRefused) as refused:
        _register(cast, **changed)
    assert list(refused.value.refusals) == [field]
    assert not Participant.objects.exists()
    assert _register(cast).SUBJID == "01-001", "a refusal uses no number"


def test_consent_of_today_counts_by_the_calendar_of_the_site(cast: Cast) -> None:
    # 17:00 in London on 2 March is 01:00 on 3 March in Shanghai.
    with clock.set_to(datetime(2026, 3, 2, 17, tzinfo=UTC)):
        assert date(2026, 3, 3) == _register(cast, RFICDTC=date(2026, 3, 3)).RFICDTC


@pytest.mark.req("C1")
def test_only_the_team_of_the_site_registers(cast: Cast) -> None:
    refused: list[User] = [
        cast.other_coordinator,
        cast.lab_assessor,
        cast.monitor,
        cast.data_manager,
        cast.pharmacist,
        cast.statistician,
        cast.administrator,
    ]
    for person in refused:
        with pytest.raises(NotAllowed):
            _register(cast, by=person)
    assert not Participant.objects.exists()
    assert _register(cast, by=cast.investigator).SUBJID == "01-001"


def test_a_site_that_has_given_all_its_numbers_registers_nobody(cast: Cast) -> None:
    participant = _register(cast)
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('edc.actor', 'system:tests', true)")
    Participant.objects.filter(pk=participant.pk).update(SUBJID="01-999")
    with pytest.raises(RegistrationRefused, match="all its numbers"):
        _register(cast)


def test_a_corrected_date_of_consent_is_followed(cast: Cast) -> None:
    participant = registered(cast.coordinator, cast.site)
    correct(cast.coordinator, participant, "DS", RFICDTC="2026-03-01")
    participant.refresh_from_db()
    assert date(2026, 3, 1) == participant.RFICDTC


@pytest.mark.req("F4", "F7")
@pytest.mark.django_db(transaction=True)
def test_registrations_at_once_get_consecutive_numbers_and_a_double_click_one(transactional_db: None) -> None:
    cast = make_cast()
    # Each key twice: two presses of the same button beside other people's registrations.
    keys = [uuid.uuid4() for _ in range(AT_ONCE)] * 2
    start = Barrier(len(keys))

    def press(key: uuid.UUID) -> str:
        try:
            by, site = User.objects.get(pk=cast.coordinator.pk), Site.objects.get(pk="01")
            start.wait(timeout=30)
            return _register(cast, by=by, site=site, key=key).SUBJID
        finally:
            connection.close()

    with ThreadPoolExecutor(len(keys)) as pool:
        numbers = list(pool.map(press, keys))
    assert numbers[:AT_ONCE] == numbers[AT_ONCE:], "the same key has the same number"
    assert sorted(numbers[:AT_ONCE]) == [f"01-{number:03d}" for number in range(1, AT_ONCE + 1)]
    assert Participant.objects.count() == AT_ONCE
