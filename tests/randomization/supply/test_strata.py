"""Stratum errors and numbers given in error: recorded beside what was used, and nothing is drawn anew."""

from unittest.mock import patch

import pytest

from randomization.actions import take_up_answer
from randomization.models import NumberError, TreatmentRequest
from randomization.supply.ledger import SupplyRefused
from randomization.supply.strata import LABELS, mismatches, record_number_error
from randomization.vault.database import Connection
from screening.forms.diagnosis import Diagnosis
from screening.models import Participant
from tests.randomization import factories
from tests.randomization.checks import used
from tests.randomization.conftest import Ask
from tests.randomization.factories import given
from tests.randomization.supply.conftest import Stocked
from tests.randomization.supply.factories import person, signs
from trialsite.accounts.access import NotAllowed
from trialsite.accounts.models import Role, Site, User
from trialsite.audit.context import acting
from trialsite.crf.lifecycle import RecordState
from trialsite.crf.models import Record


@pytest.fixture
def numbered(
    vault_db: Connection, ask: Ask, stocked: Stocked, listed: factories.OpenList, participant: Participant
) -> TreatmentRequest:
    stocked(2)
    return take_up_answer(request_id=given(vault_db, listed, ask(participant)).id)


@pytest.fixture
def diagnosis(participant: Participant, investigator: User) -> Diagnosis:
    """The form that the stratum comes from; participant 01-001 has lung disease."""
    with acting(investigator):
        record = Record.objects.create(
            participant=participant,
            form="DC",
            visit="S",
            state=RecordState.COMPLETE,
            created_by=investigator,
            changed_by=investigator,
            version=1,
        )
        return Diagnosis._default_manager.create(record=record, ILDYN="Y")


@pytest.mark.req("B3", "A3")
def test_a_corrected_stratum_stands_beside_the_one_that_was_used(
    numbered: TreatmentRequest, diagnosis: Diagnosis, vault_db: Connection
) -> None:
    assert mismatches() == []
    before = used(vault_db)
    corrector = person(Role.COORDINATOR, numbered.participant.site)
    with acting(corrector, role="COORDINATOR", reason="CT read again"):
        diagnosis.ILDYN = "N"
        diagnosis.save(update_fields=["ILDYN"])
    (found,) = mismatches()
    assert (found.used, found.corrected) == (LABELS["ILD"], LABELS["NOILD"])
    assert (found.by, found.reason) == (corrector.full_name, "CT read again")
    numbered.refresh_from_db()
    assert numbered.stratum == "ILD"
    assert used(vault_db) == before


@pytest.mark.req("B3")
def test_a_number_given_in_error_is_recorded_once_and_stays(
    numbered: TreatmentRequest, investigator: User, vault_db: Connection, site: Site
) -> None:
    before = used(vault_db), numbered.RANDNO, numbered.KITNO
    why = "Consent had been withdrawn"
    record_number_error(by=investigator, request=numbered, reason=why, password=signs)
    numbered.refresh_from_db()
    assert (used(vault_db), numbered.RANDNO, numbered.KITNO) == before
    assert NumberError.objects.get().reason == why
    with pytest.raises(SupplyRefused, match="recorded already"):
        record_number_error(by=investigator, request=numbered, reason=why, password=signs)
    with pytest.raises(NotAllowed):
        record_number_error(by=person(Role.COORDINATOR, site), request=numbered, reason=why, password=signs)


def test_nothing_is_given_in_error_before_it_is_given(
    ask: Ask, participant: Participant, investigator: User
) -> None:
    with patch("randomization.actions.tell_vault"):
        request = ask(participant)
    with pytest.raises(SupplyRefused, match="Nothing was given"):
        record_number_error(by=investigator, request=request, reason="x", password=signs)
