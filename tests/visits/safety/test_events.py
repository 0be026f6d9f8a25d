"""Entering events: numbers, drafts, versions, void, and what their forms refuse or ask."""

import uuid
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from screening.models import Participant
from tests.visits import cast
from tests.visits.conftest import on
from tests.visits.safety.factories import HEADACHE, PNEUMONIA, findings, put, saved
from trialsite.accounts.access import NotAllowed
from trialsite.accounts.models import Role, Site, User
from trialsite.crf.actions import mark_not_done, save_record
from trialsite.crf.events import begin_event
from trialsite.crf.lifecycle import RecordState
from trialsite.crf.models import Draft, Record
from trialsite.crf.outcomes import ReasonNeeded, Saved
from trialsite.crf.permissions import EntryClosed
from visits.safety.forms.adverse_event import AdverseEvent, FollowUp
from visits.safety.gaps import gaps_of, with_gaps
from visits.safety.listing import kinds_of


def void(by: User, participant: Participant, number: int, form: str = "AE") -> Record:
    """Make an event void."""
    record = Record.objects.get(participant=participant, form=form, repeat=number)
    outcome = mark_not_done(
        by=by,
        participant=participant,
        form=form,
        visit="LOG",
        version=record.version,
        reason="Entered twice",
        repeat=number,
    )
    assert isinstance(outcome, Saved)
    return outcome.record


@pytest.mark.req("F4")
def test_two_people_who_begin_an_event_at_once_get_two_numbers(
    participant: Participant, coordinator: User, investigator: User
) -> None:
    assert begin_event(by=coordinator, participant=participant, form=AdverseEvent) == 1
    assert begin_event(by=investigator, participant=participant, form=AdverseEvent) == 2
    assert begin_event(by=coordinator, participant=participant, form=AdverseEvent) == 1


@pytest.mark.req("F9")
def test_of_two_first_submissions_under_one_number_the_second_gets_the_next(
    participant: Participant, coordinator: User, investigator: User
) -> None:
    with on(date(2026, 3, 22)):
        first = saved(put(coordinator, participant, HEADACHE))
        second = save_record(
            by=investigator,
            participant=participant,
            form="AE",
            visit="LOG",
            typed=HEADACHE | {"AETERM": "Nausea"},
            version=0,
            key=uuid.uuid4(),
            repeat=1,
        )
    assert saved(second).repeat == 2
    assert AdverseEvent.objects.get(record=first).AETERM == "Headache"


@pytest.mark.req("F7")
def test_a_replay_of_a_first_submission_adds_no_event(participant: Participant, coordinator: User) -> None:
    key = uuid.uuid4()
    with on(date(2026, 3, 22)):
        outcomes = [
            save_record(
                by=coordinator,
                participant=participant,
                form="AE",
                visit="LOG",
                typed=HEADACHE,
                version=0,
                key=key,
                repeat=1,
            )
            for _ in range(2)
        ]
    assert [saved(outcome).repeat for outcome in outcomes] == [1, 1]
    assert Record.objects.filter(form="AE").count() == 1


def test_what_was_learned_later_stands_in_rows(participant: Participant, coordinator: User) -> None:
    rows = {
        "FOLLOWUP-0-AEFUDTC": "2026-03-22",
        "FOLLOWUP-0-AEFUTERM": "Transferred to the ward",
        "FOLLOWUP-0-AEFUOUT": "RECOVERING/RESOLVING",
    }
    with on(date(2026, 3, 22)):
        record = saved(put(coordinator, participant, PNEUMONIA | rows))
    assert record.state == RecordState.COMPLETE
    assert FollowUp.objects.get(form_id=record.pk).AEFUOUT == "RECOVERING/RESOLVING"


@pytest.mark.req("A3")
def test_a_changed_event_needs_a_reason_and_a_void_one_stays(
    participant: Participant, coordinator: User
) -> None:
    with on(date(2026, 3, 22)):
        saved(put(coordinator, participant, HEADACHE))
        worse = HEADACHE | {"AETOXGR": "2"}
        assert isinstance(put(coordinator, participant, worse), ReasonNeeded)
        saved(put(coordinator, participant, worse, reason="Source corrected"))
        record = void(coordinator, participant, 1)
        assert (record.state, record.not_done_reason) == (RecordState.VOID, "Entered twice")
        assert AdverseEvent.objects.filter(record=record).exists()
        with pytest.raises(EntryClosed, match="void"):
            put(coordinator, participant, HEADACHE, reason="Again")


def test_an_event_that_was_never_entered_cannot_be_void(participant: Participant, coordinator: User) -> None:
    with pytest.raises(EntryClosed, match="entered"):
        mark_not_done(
            by=coordinator, participant=participant, form="AE", visit="LOG", version=0, reason="x", repeat=1
        )


def test_there_is_one_death_at_most_and_another_after_a_void_one(
    participant: Participant, coordinator: User
) -> None:
    death = {"DTHDTC": "2026-03-20", "DTHCAUS": "Respiratory failure", "DTHAUTOP": "N", "DTHREL": "U"}
    with on(date(2026, 3, 22)):
        saved(put(coordinator, participant, death, form="DD"))
        with pytest.raises(EntryClosed, match="entered already"):
            put(coordinator, participant, death, form="DD", number=2)
        void(coordinator, participant, 1, "DD")
        assert saved(put(coordinator, participant, death, form="DD", number=2)).repeat == 2


@pytest.mark.req("C1")
def test_an_event_is_entered_from_consent_on_by_the_site_alone(coordinator: User, site: Site) -> None:
    screened = cast.make_participant(coordinator, site, day1=None)
    with on(date(2026, 3, 22)):
        saved(put(coordinator, screened, HEADACHE))
        monitor = cast.make_person(Role.MONITOR, None)
        with pytest.raises(NotAllowed):
            put(monitor, screened, HEADACHE, number=2)
        with pytest.raises(EntryClosed, match="belongs to a visit"):
            put(coordinator, screened, {}, form="VS")


@pytest.mark.req("D1")
@pytest.mark.parametrize(
    ("changes", "check"),
    [
        ({"AESTDTC": "2026-03-01"}, "from_consent_on"),
        ({"AEENDTC": "2026-03-19", "AEOUT": "RECOVERED/RESOLVED"}, "end_on_or_after_start"),
        ({"AETOXGR": "5"}, "grade_5_is_fatal"),
        ({"AESHOSP": "N"}, "serious_has_criterion"),
        ({"AESDTH": "Y"}, "fatal_is_serious"),
        ({"AEACN": "DOSE NOT CHANGED"}, "dose_under_antibiotics"),
        ({"AESI": "N", "AESICAT": ""}, "antibiotics_are_of_interest"),
        ({"AEOUT": "RECOVERED/RESOLVED"}, "end_fits_outcome"),
    ],
)
def test_what_does_not_fit_is_refused_or_asked(
    participant: Participant, coordinator: User, changes: dict[str, str], check: str
) -> None:
    with on(date(2026, 3, 22)):
        assert check in findings(put(coordinator, participant, PNEUMONIA | changes))
    assert not Record.objects.filter(form="AE").exists()


def test_what_is_missing_elsewhere_is_an_open_task_until_it_is_there(
    participant: Participant, coordinator: User
) -> None:
    fatal = PNEUMONIA | {
        "AETOXGR": "5",
        "AEOUT": "FATAL",
        "AESDTH": "Y",
        "AEENDTC": "2026-03-21",
        "AEACN": "DRUG WITHDRAWN",
    }
    with on(date(2026, 3, 22)):
        assert gaps_of(participant) == []
        saved(put(coordinator, participant, fatal))
        assert {gap.name for gap in gaps_of(participant)} == {
            "death_missing",
            "end_of_treatment_missing",
            "stay_missing",
        }
        stay = {"HOSTDTC": "2026-03-20", "HOENDTC": "2026-03-21", "HOREAS": "Pneumonia"}
        saved(put(coordinator, participant, stay, form="HO"))
        death = {"DTHDTC": "2026-03-21", "DTHCAUS": "Pneumonia", "DTHAUTOP": "N", "DTHREL": "U"}
        saved(put(coordinator, participant, death, form="DD"))
        assert {gap.name for gap in gaps_of(participant)} == {
            "end_of_treatment_missing",
            "end_by_death_missing",
        }
        void(coordinator, participant, 1)
        assert [gap.name for gap in gaps_of(participant)] == ["fatal_event_missing", "end_by_death_missing"]
    assert [each.pk for each in with_gaps(Participant.objects.all())] == [participant.pk]


def test_the_list_of_events_shows_ongoing_ones_first_and_void_ones_last(
    participant: Participant, coordinator: User
) -> None:
    with on(date(2026, 3, 22)):
        saved(put(coordinator, participant, HEADACHE))
        saved(put(coordinator, participant, PNEUMONIA, number=2))
        saved(put(coordinator, participant, HEADACHE | {"AETERM": "Nausea"}, number=3))
        void(coordinator, participant, 1)
        with CaptureQueriesContext(
            connection,
        ) as few:
            (events, *_) = kinds_of(participant)
    assert [(line.number, line.word) for line in events.lines] == [(2, "Ongoing"), (3, "Over"), (1, "Void")]
    assert events.lines[0].clock is not None
    assert len(few) == 3  # records, reports, and the one form that has any


def test_a_begun_event_leaves_nothing_but_a_draft(participant: Participant, coordinator: User) -> None:
    begin_event(by=coordinator, participant=participant, form=AdverseEvent)
    assert Draft.objects.filter(form="AE", repeat=1).count() == 1
    assert not Record.objects.filter(form="AE").exists()
