"""Deviations that the system proposes, and what people make of them."""

import uuid
from collections.abc import Callable
from datetime import date

import pytest

from randomization.signals import unblinded
from screening.models import Participant
from tests.visits import cast
from tests.visits.conftest import on
from trialsite.accounts.access import NotAllowed
from trialsite.accounts.models import Role, User
from trialsite.audit.context import acting
from trialsite.crf.actions import mark_not_done, save_record
from trialsite.crf.outcomes import Saved
from visits.deviations.classifying import (
    NotClassified,
    begin_recording,
    dismiss,
    release_number,
)
from visits.deviations.form import ProtocolDeviation
from visits.deviations.models import ProposedDeviation
from visits.deviations.proposing import Category, propose_deviation, withdraw_proposal
from visits.deviations.states import ProposalState

DAY = date(2026, 4, 3)
CAUSE = "booked-outside:W2"


def propose(participant: Participant, cause: str = CAUSE) -> ProposedDeviation:
    """Propose a visit outside its window."""
    with acting("system:tests"):
        propose_deviation(
            participant=participant,
            category=Category.VISIT_WINDOW,
            cause=cause,
            term="A visit was booked outside its window.",
            on=DAY,
            visit="W2",
        )
    return ProposedDeviation.objects.get(participant=participant, cause=cause)


def record(by: User, participant: Participant, number: int) -> Saved:
    """Submit the form of a deviation as it is prefilled, with severity and action."""
    proposal = ProtocolDeviation.proposal_for(participant, number)
    assert proposal is not None
    outcome = save_record(
        by=by,
        participant=participant,
        form="DV",
        visit="LOG",
        typed={**proposal.typed, "DVSEV": "MINOR", "DVACN": "Explained to the site"},
        version=0,
        key=uuid.uuid4(),
        repeat=number,
    )
    assert isinstance(outcome, Saved), outcome
    return outcome


def test_a_cause_is_proposed_once_and_again_after_it_was_withdrawn(participant: Participant) -> None:
    propose(participant)
    propose(participant)
    assert ProposedDeviation.objects.count() == 1
    with acting("system:tests"):
        withdraw_proposal(participant=participant, cause=CAUSE)
    assert ProposedDeviation.objects.get().state == ProposalState.WITHDRAWN
    assert propose(participant).state == ProposalState.OPEN


def test_a_proposal_becomes_a_deviation_with_its_term_and_day(
    participant: Participant, coordinator: User
) -> None:
    proposed = propose(participant)
    with on(DAY):
        number = begin_recording(by=coordinator, proposed=proposed)
        assert begin_recording(by=coordinator, proposed=proposed) == number
        saved = record(coordinator, participant, number)
    stored = ProtocolDeviation.objects.get(record=saved.record)
    assert (proposed.term, "VISIT WINDOW", DAY) == (stored.DVTERM, stored.DVCAT, stored.DVSTDTC)
    proposed.refresh_from_db()
    assert (proposed.state, proposed.record, proposed.by) == (
        ProposalState.RECORDED,
        saved.record,
        coordinator,
    )
    with acting("system:tests"):
        withdraw_proposal(participant=participant, cause=CAUSE)
    proposed.refresh_from_db()
    assert proposed.state == ProposalState.RECORDED


def test_when_its_record_is_made_void_the_proposal_is_open_again(
    participant: Participant, coordinator: User
) -> None:
    proposed = propose(participant)
    with on(DAY):
        saved = record(coordinator, participant, begin_recording(by=coordinator, proposed=proposed))
        mark_not_done(
            by=coordinator,
            participant=participant,
            form="DV",
            visit="LOG",
            version=saved.record.version,
            reason="Entered twice",
            repeat=saved.record.repeat,
        )
    proposed.refresh_from_db()
    assert (proposed.state, proposed.record) == (ProposalState.OPEN, None)


def test_a_proposal_is_dismissed_with_a_reason_and_stays_so(
    participant: Participant, coordinator: User
) -> None:
    proposed = propose(participant)
    with pytest.raises(NotClassified, match="Say why"):
        dismiss(by=coordinator, proposed=proposed, reason=" ")
    with pytest.raises(NotClassified, match="telephone"):
        dismiss(by=coordinator, proposed=proposed, reason="Call +86 139 1234 5678")
    dismiss(by=coordinator, proposed=proposed, reason="Agreed with the sponsor")
    assert propose(participant).state == ProposalState.DISMISSED
    with pytest.raises(NotClassified, match="decided already"):
        begin_recording(by=coordinator, proposed=proposed)


def test_prohibited_medication_after_screening_is_proposed_until_it_is_corrected(
    participant: Participant, coordinator: User
) -> None:
    told = {"CMDTC": "2026-03-31", "IVIGYN": "N", "PROHMED": "Y"}
    with on(DAY):
        cast.enter(coordinator, participant, "CM", "S", **told)
        assert not ProposedDeviation.objects.exists()
        cast.enter(coordinator, participant, "CM", "W2", **told)
        proposed = ProposedDeviation.objects.get()
        assert (proposed.category, proposed.on, proposed.state) == (
            "PROHIBITED MED",
            date(2026, 3, 31),
            ProposalState.OPEN,
        )
        save_record(
            by=coordinator,
            participant=participant,
            form="CM",
            visit="W2",
            typed=told | {"PROHMED": "N"},
            version=1,
            key=uuid.uuid4(),
            reason="Typing error",
        )
    proposed.refresh_from_db()
    assert proposed.state == ProposalState.WITHDRAWN


def test_an_unblinding_proposes_a_deviation(participant: Participant, coordinator: User) -> None:
    with acting(coordinator):
        unblinded.send(object, participant=participant, record=participant, by=coordinator)
    assert ProposedDeviation.objects.get().category == "UNBLINDING"


@pytest.mark.req("I2", "C1")
@pytest.mark.parametrize(
    "act",
    [
        lambda by, proposed: begin_recording(by=by, proposed=proposed),
        lambda by, proposed: dismiss(by=by, proposed=proposed, reason="No"),
    ],
)
def test_only_the_site_classifies(
    participant: Participant, act: Callable[[User, ProposedDeviation], object]
) -> None:
    monitor = cast.make_person(Role.MONITOR, None)
    with pytest.raises(NotAllowed):
        act(monitor, propose(participant))


def test_a_deviation_that_nobody_proposed_is_not_filled_in(
    participant: Participant, coordinator: User
) -> None:
    proposed = propose(participant)
    number = begin_recording(by=coordinator, proposed=proposed)
    release_number(by=coordinator, participant=participant, number=number)
    assert ProtocolDeviation.proposal_for(participant, number) is None
