"""Taking one invented participant through the trial, by the same actions that the pages call."""

import uuid
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from randomization.actions import request_kit, request_number, take_up_answer
from randomization.models import TreatmentRequest
from randomization.states import State
from screening.actions import record_screen_failure, sign_eligibility, submit_for_review
from screening.case import case_of
from screening.criteria import Overall
from screening.models import Participant
from screening.registration import register_participant
from trialsite import clock
from trialsite.accounts.models import User
from trialsite.crf.actions import mark_not_done
from trialsite.crf.exchange import typed_from
from trialsite.crf.forms import form_by_code
from trialsite.protocol import DOSE_VISITS, EARLY_END_VISIT, MASKED_VISITS, UNSCHEDULED
from trialsite.simulation.answers import Form
from trialsite.simulation.appointments import book_after
from trialsite.simulation.dosing import decide, dose, no_dose
from trialsite.simulation.entering import SimulationStopped, submit
from trialsite.simulation.events import Between
from trialsite.simulation.people import Team
from trialsite.simulation.person import ASSESSED_VISITS, Person
from trialsite.simulation.signing import sign_visit_before
from trialsite.simulation.visit_answers import assessment, end_of_study
from visits.calendar.leaving import record_early_end
from visits.windows import window

# Days from a scheduled visit to what comes between it and the next.
_UNTIL_UNSCHEDULED, _UNTIL_LEAVING = 5, 8

Wait = Callable[[TreatmentRequest], TreatmentRequest]
Refill = Callable[[Team, Counter[str]], None]


class Course:
    """One participant's way; `counts` is shared by all."""

    def __init__(
        self,
        person: Person,
        team: Team,
        random: Random,
        until: date,
        counts: Counter[str],
        wait: Wait,
        refill: Refill,
    ) -> None:
        self.person = person
        self.team = team
        self.random = random
        self.until = until
        self.counts = counts
        self.wait = wait
        self.refill = refill
        self.last_dose: date | None = None

    def run(self) -> None:
        """Screening, review, number, and every visit up to the last day of the simulation."""
        with clock.set_to(self._moment(self.person.consent, 9)):
            participant = self.screen()
            submitted = self.submit(participant) if self.person.finished else False
        if not submitted or self.person.randomization > self.until:
            return
        with clock.set_to(self._moment(self.person.randomization, 8)):
            if not self.decide(participant):
                return
            kit = self._number(participant)
        self._visits(Participant.objects.select_related("site").get(pk=participant.pk), kit)

    def screen(self) -> Participant:
        participant = register_participant(
            by=self.team.coordinator,
            site=self.team.site,
            RFICDTC=self.person.consent,
            RFICTIM=time(8, 30),
            ICVER="1.0",
            key=uuid.uuid4(),
        )
        self.counts["screened"] += 1
        forms = list(self.person.screening.items())
        if not self.person.finished:
            forms = forms[: self.random.randint(3, len(forms) - 2)]
        for code, answers in forms:
            self._enter(participant, self.team.coordinator, code, "S", answers)
        return participant

    def submit(self, participant: Participant) -> bool:
        case = case_of(participant)
        if case.assessment.overall is Overall.ELIGIBLE:
            self.counts["eligible"] += 1
        submit_for_review(by=self.team.coordinator, participant=participant)
        return True

    def decide(self, participant: Participant) -> bool:
        """The investigator signs what is eligible, and records the failure of the rest."""
        case = case_of(participant)
        decide = sign_eligibility if case.eligible else record_screen_failure
        decide(
            by=self.team.investigator,
            participant=participant,
            password=_signs_as_themselves,
            seen_hash=case.content_hash,
        )
        return case.eligible

    def _number(self, participant: Participant) -> str:
        self.refill(self.team, self.counts)
        request = self.wait(request_number(participant=participant, by=self.team.investigator))
        if request.state != State.ANSWERED:
            raise SimulationStopped(f"The vault gave no number: {request.state}.")
        taken = take_up_answer(request_id=request.pk)
        self.counts["randomized"] += 1
        return taken.KITNO or ""

    def _visits(self, participant: Participant, first_kit: str) -> None:
        assert participant.day1 is not None
        between = Between(self.team, self.person, participant, self.until, self.counts)
        for code in ASSESSED_VISITS:
            on = window(participant.day1, code).target + timedelta(days=self.person.shifts.get(code, 0))
            if on > self.until:
                return
            with clock.set_to(self._moment(on, 11)):
                self._visit(participant, code, on, first_kit)
                book_after(self.team, self.person, participant, code, self.counts)
                sign_visit_before(self.team, participant, code)
            if code in self.person.unscheduled:
                place = list(self.person.unscheduled).index(code)
                self._extra(participant, UNSCHEDULED[place], on + timedelta(days=_UNTIL_UNSCHEDULED))
            between.after(code, on)
            if code == self.person.leaves_after:
                self._leave(participant, on + timedelta(days=_UNTIL_LEAVING), between)
                return

    def _extra(self, participant: Participant, code: str, on: date) -> None:
        if on <= self.until:
            with clock.set_to(self._moment(on, 14)):
                self._assess(participant, code, on)

    def _leave(self, participant: Participant, on: date, between: Between) -> None:
        """The early end is recorded, and its own visit takes place."""
        if on > self.until:
            return
        died = between.dies()
        if died:
            between.die(on)
        with clock.set_to(self._moment(on, 10)):
            because = "DEATH" if died else self.person.leaves_because
            record_early_end(by=self.team.coordinator, participant=participant, left_on=on, because=because)
            if not died:
                self._assess(participant, EARLY_END_VISIT, on)
            answers = end_of_study(because, on, self.last_dose)
            self._enter(participant, self.team.coordinator, "DSE", EARLY_END_VISIT, answers)
        self.counts["left"] += 1

    def _assess(self, participant: Participant, code: str, on: date) -> None:
        self.counts["visits"] += 1
        for form, answers in assessment(self.random, self.person, code, on).items():
            by = self.team.assessor if form == "LBI" and code in MASKED_VISITS else self.team.coordinator
            self._enter(participant, by, form, code, answers)

    def _visit(self, participant: Participant, code: str, on: date, first_kit: str) -> None:
        if code in self.person.missed:
            mark_not_done(
                by=self.team.coordinator,
                participant=participant,
                form="SV",
                visit=code,
                version=0,
                reason="Visit missed",
            )
            return
        self._assess(participant, code, on)
        if code == ASSESSED_VISITS[-1]:
            answers = end_of_study("COMPLETED", on, self.last_dose)
            self._enter(participant, self.team.coordinator, "DSE", code, answers)
        if code in DOSE_VISITS:
            self._dose(participant, code, on, first_kit)

    def _dose(self, participant: Participant, code: str, on: date, kit: str) -> None:
        decision = decide(self.team, self.person, participant, code, self.counts)
        if not decision.given:
            self._enter(participant, self.team.coordinator, "EX", code, no_dose(decision))
            return
        if code != DOSE_VISITS[0]:
            self.refill(self.team, self.counts)
            request = self.wait(request_kit(participant=participant, visit=code, by=self.team.investigator))
            kit = request.KITNO or ""
            take_up_answer(request_id=request.pk)
        self._enter(participant, self.team.coordinator, "EX", code, dose(self.person, code, on, kit))
        self.last_dose = on
        self.counts["doses"] += 1
        self.counts["events"] += code in self.person.reacts

    def _enter(self, participant: Participant, by: User, code: str, visit: str, answers: Form) -> None:
        """Submit a form; what the soft checks ask is confirmed, as a coordinator would."""
        typed, unknown = typed_from(form_by_code(code), answers)
        if unknown:
            raise SimulationStopped(f"{code} at {visit}: {unknown[0].field}: {unknown[0].message}")
        submit(by=by, participant=participant, form=code, visit=visit, typed=typed)

    def _moment(self, day: date, hour: int) -> datetime:
        zone = ZoneInfo(self.team.site.time_zone)
        return datetime.combine(day, time(hour), zone).astimezone(UTC)


def _signs_as_themselves(by: User) -> None:
    """Nobody types a password in a simulation; the check of passwords has tests of its own."""
