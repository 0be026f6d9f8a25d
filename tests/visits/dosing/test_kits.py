"""A dose entered at its visit: the kit of the vault and nothing else, by the whole way."""

import uuid
from datetime import date

import pytest

from randomization.actions import request_kit
from randomization.models import Kit, KitMove
from randomization.policies import NotYet
from randomization.supply.states import KitState
from randomization.vault.database import Connection
from screening.models import Participant
from tests.randomization.factories import load_list
from tests.screening.factories import make_cast
from tests.visits.factories import at, enter, kit, laboratory, override, randomized, say
from trialsite.crf.actions import save_record
from trialsite.crf.outcomes import Refused, Saved
from visits.deviations.models import ProposedDeviation
from visits.dosing.gate import Advice
from visits.forms.dose_given import DoseGiven
from visits.models import ScheduledVisit

pytestmark = pytest.mark.django_db(transaction=True)


def dose(kit_number: str, day: str) -> dict[str, str]:
    """What is typed for an infusion of an hour."""
    return {
        "EXPERF": "Y",
        "EXKIT": kit_number,
        "EXROUTE": "INTRAVENOUS",
        "EXLOC": "FOREARM",
        "EXDOSPLN": "100",
        "EXVOL": "100",
        "EXINTP": "N",
        "EXSTDTC": day,
        "EXSTTIM": "10:00",
        "EXENDTC": day,
        "EXENTIM": "11:00",
        "EXREACT": "N",
    }


def first_kit(participant: Participant) -> str:
    """The kit that came with the treatment number."""
    return participant.treatment_requests.get().KITNO or ""


@pytest.mark.req("B2", "D1")
def test_only_the_kit_that_the_vault_gave_for_a_visit_is_accepted_there(vault_db: Connection) -> None:
    cast, opened = make_cast(), load_list(vault_db)
    participant = randomized(cast, vault_db, opened)
    assert ScheduledVisit.objects.filter(participant=participant).count() == 5
    first = first_kit(participant)
    with at(date(2026, 3, 16)):
        laboratory(cast.coordinator, participant, "D1")
        saved = enter(cast.coordinator, participant, "EX", "D1", **dose(first, "2026-03-16"))
    assert isinstance(saved, Saved)

    with at(date(2026, 3, 30)):
        laboratory(cast.coordinator, participant, "W2")
        say(cast.lab_assessor, participant, "W2", Advice.GIVE)
        before = enter(cast.coordinator, participant, "EX", "W2", **dose(first, "2026-03-30"))
        assert isinstance(before, Refused)
        assert before.reading.refused[0].message.startswith("No kit has been given for this visit yet.")
        second = kit(cast, vault_db, opened, participant, "W2")
        wrong = enter(cast.coordinator, participant, "EX", "W2", **dose(first, "2026-03-30"))
        assert isinstance(wrong, Refused)
        assert [problem.check for problem in wrong.reading.refused] == ["kit_given_for_visit"]
        right = enter(cast.coordinator, participant, "EX", "W2", **dose(second, "2026-03-30"))
    assert isinstance(right, Saved)
    assert {row.EXKIT for row in DoseGiven.objects.all()} == {first, second}


@pytest.mark.req("D5", "E3")
def test_a_dose_too_soon_and_too_early_is_given_when_an_investigator_overrides_it_and_still_asks(
    vault_db: Connection,
) -> None:
    cast, opened = make_cast(), load_list(vault_db)
    participant = randomized(cast, vault_db, opened)
    first = first_kit(participant)
    with at(date(2026, 3, 16)):
        laboratory(cast.coordinator, participant, "D1")
        enter(cast.coordinator, participant, "EX", "D1", **dose(first, "2026-03-16"))
    with at(date(2026, 3, 26)):
        laboratory(cast.coordinator, participant, "W2")
        say(cast.lab_assessor, participant, "W2", Advice.GIVE)
        with pytest.raises(NotYet) as refused:
            request_kit(participant=participant, visit="W2", by=cast.investigator)
        assert "26 Mar 2026 lies before the window of this visit" in refused.value.reason
        assert "Only 10 days from the dose of Day 1" in refused.value.reason
        override(cast.investigator, participant, "W2", date(2026, 3, 26))
        assert ProposedDeviation.objects.get().cause == "dose-override:W2"
        second = kit(cast, vault_db, opened, participant, "W2")
        typed = dose(second, "2026-03-26")
        other_day = enter(cast.coordinator, participant, "EX", "W2", **dose(second, "2026-03-25"))
        assert isinstance(other_day, Refused)
        assert "gate_open" in {problem.check for problem in other_day.reading.refused}
        asked = enter(cast.coordinator, participant, "EX", "W2", **typed)
        assert isinstance(asked, Refused)
        assert {problem.check for problem in asked.reading.asked(typed)} == {
            "dose_in_window",
            "days_between_doses",
        }
        confirmed = enter(cast.coordinator, participant, "EX", "W2", **typed, EXSTDTC_OK="1")
    assert isinstance(confirmed, Saved)
    assert confirmed.record.open_queries == 2
    assert participant.origins(confirmed.record)["EXPERF"] == (
        "Overridden by Dr Investigator for 2026-03-26: in the window, at least 11 days since the last dose."
    )


@pytest.mark.req("D5", "E3")
def test_a_dose_given_against_the_word_of_the_assessor_can_be_recorded_and_stays_in_sight(
    vault_db: Connection,
) -> None:
    cast, opened = make_cast(), load_list(vault_db)
    participant = randomized(cast, vault_db, opened)
    with at(date(2026, 3, 30)):
        laboratory(cast.coordinator, participant, "W2")
        say(cast.lab_assessor, participant, "W2", Advice.GIVE)
        typed = dose(kit(cast, vault_db, opened, participant, "W2"), "2026-03-30")
        say(cast.lab_assessor, participant, "W2", Advice.HOLD, "Repeat the count first")
        asked = enter(cast.coordinator, participant, "EX", "W2", **typed)
        assert isinstance(asked, Refused)
        assert not asked.reading.refused
        assert [problem.check for problem in asked.reading.asked(typed)] == ["dose_against_gate"]
        assert not ProposedDeviation.objects.exists()
        confirmed = enter(cast.coordinator, participant, "EX", "W2", **typed, EXPERF_OK="1")
    assert isinstance(confirmed, Saved)
    assert confirmed.record.open_queries == 1
    proposed = ProposedDeviation.objects.get()
    assert (proposed.cause, proposed.state) == ("dose-against-gate:W2", "open")


@pytest.mark.req("B2", "A1")
def test_the_kit_of_a_dose_is_used_and_given_again_to_nobody_when_the_form_is_corrected(
    vault_db: Connection,
) -> None:
    cast, opened = make_cast(), load_list(vault_db)
    participant = randomized(cast, vault_db, opened)
    first = first_kit(participant)
    assert Kit.objects.get(pk=first).state == KitState.GIVEN
    with at(date(2026, 3, 16)):
        laboratory(cast.coordinator, participant, "D1")
        saved = enter(cast.coordinator, participant, "EX", "D1", **dose(first, "2026-03-16"))
        assert isinstance(saved, Saved)
        assert Kit.objects.get(pk=first).state == KitState.USED
        corrected = save_record(
            by=cast.coordinator,
            participant=participant,
            form="EX",
            visit="D1",
            typed={"EXPERF": "N", "EXHOLD": "N", "EXREASND": "The infusion was not begun"},
            version=saved.record.version,
            key=uuid.uuid4(),
            reason="Entered too early",
        )
    assert isinstance(corrected, Saved)
    assert Kit.objects.get(pk=first).state == KitState.GIVEN
    line = KitMove.objects.filter(kit=first).latest("at")
    assert (line.verb, line.by) == ("CORRECT", cast.coordinator.username)


@pytest.mark.req("D1")
def test_what_is_proposed_for_a_dose_is_not_kept_when_the_dose_was_not_given(vault_db: Connection) -> None:
    cast, opened = make_cast(), load_list(vault_db)
    participant = randomized(cast, vault_db, opened)
    with at(date(2026, 3, 16)):
        proposed = participant.proposal("EX", "D1")
        assert proposed is not None
        assert proposed.typed == {
            "EXPERF": "Y",
            "EXKIT": first_kit(participant),
            "EXROUTE": "INTRAVENOUS",
            "EXDOSPLN": "23.2",
        }
        typed = {**proposed.typed, "EXPERF": "N", "EXHOLD": "N", "EXREASND": "Fever"}
        saved = enter(cast.coordinator, participant, "EX", "D1", **typed)
    assert isinstance(saved, Saved)
    row = DoseGiven.objects.get(record=saved.record)
    assert (row.EXPERF, row.EXKIT, row.EXROUTE, row.EXDOSPLN) == ("N", "", "", None)
