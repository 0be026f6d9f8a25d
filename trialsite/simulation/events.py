"""What happens between the visits, entered by the same actions that the pages call."""

from collections import Counter
from collections.abc import Mapping
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from screening.models import Participant
from screening.snapshot import digest
from trialsite import clock
from trialsite.accounts.models import User
from trialsite.crf.actions import mark_not_done
from trialsite.crf.events import begin_event
from trialsite.crf.forms import form_by_code
from trialsite.crf.models import Record
from trialsite.protocol import DOSE_VISITS, LOG_VISIT
from trialsite.simulation import event_answers as answers
from trialsite.simulation.entering import submit
from trialsite.simulation.event_answers import Span
from trialsite.simulation.people import Team
from trialsite.simulation.person import Person
from visits.deviations.classifying import begin_recording, dismiss
from visits.deviations.form import ProtocolDeviation
from visits.deviations.models import ProposedDeviation
from visits.deviations.states import ProposalState
from visits.safety.content import content_of
from visits.safety.models import SeriousEvent
from visits.safety.reporting import close_event, close_refusal, sign_report

_SHARE_MILD, _SHARE_SERIOUS, _SHARE_SUPPORT = 0.3, 0.015, 0.05
_SHARE_VOID, _SHARE_DYING = 0.05, 0.03
_SEVERE = 0.6
_UNTIL_WELL = 6  # days that a serious infection takes
_ACTIONS = ("Explained to the participant", "Staff trained again", "Agreed with the sponsor")
_DISMISSED = "It was agreed with the sponsor before"


class Between:
    """What happens to one participant between the visits, up to the last day of the simulation."""

    def __init__(
        self, team: Team, person: Person, participant: Participant, until: date, counts: Counter[str]
    ) -> None:
        self.team = team
        self.person = person
        self.participant = participant
        self.until = until
        self.counts = counts

    def after(self, visit: str, on: date) -> None:
        """The events of the days after a visit, in the order in which they are entered."""
        random = self.person.trait(f"events {visit}")
        if visit in self.person.reacts and visit in DOSE_VISITS:
            self._enter("AE", answers.infusion_reaction(on), on, 15)
        self._deviations(random, on)
        if random.random() < _SHARE_MILD:
            self._mild(random, on)
        support = self.person.ild and self.person.severity > _SEVERE and random.random() < _SHARE_SUPPORT
        if support or (self.person.ild and not self.counts["episodes"]):
            self._support(on)
        first = not self.counts["serious"] and visit == DOSE_VISITS[1]
        if random.random() < _SHARE_SERIOUS or first:
            self._serious(random, on)

    def dies(self) -> bool:
        """Whether leaving the study means death: of the first who leaves, and of a few others."""
        return not self.counts["deaths"] or self.person.trait("death").random() < _SHARE_DYING

    def die(self, on: date) -> None:
        """The last days: intensive care, the fatal event, the form of death, its report."""
        start = on - timedelta(days=3)
        stay = Span(start, on)
        self._enter("HO", answers.hospital_stay(stay, "Acute respiratory failure"), on, 8)
        self._enter("RS", answers.respiratory_support("IMV", stay, intensive=True), on, 8)
        record = self._enter("AE", answers.fatal_event(start, on), on, 9)
        self._enter("DD", answers.death(on), on, 9)
        with self._at(on, 12):
            self._report(record)
        self.counts["serious"] += 1
        self.counts["deaths"] += 1

    def _mild(self, random: Random, on: date) -> None:
        start = on + timedelta(days=random.randint(1, 6))
        end = start + timedelta(days=random.randint(1, 5))
        known = end if end <= self.until else start
        if known > self.until:
            return
        span = Span(start, end if end <= self.until else None)
        typed = answers.mild_event(random, span)
        self._enter("AE", typed, known, 10)
        self.counts["events"] += 1
        if random.random() < _SHARE_VOID:
            twice = self._enter("AE", typed, known, 11)
            with self._at(known, 12):
                mark_not_done(
                    by=self.team.coordinator,
                    participant=self.participant,
                    form="AE",
                    visit=LOG_VISIT,
                    version=twice.version,
                    reason="Entered twice",
                    repeat=twice.repeat,
                )

    def _support(self, on: date) -> None:
        start, end = on + timedelta(days=1), on + timedelta(days=4)
        if end <= self.until:
            typed = answers.respiratory_support("NASAL", Span(start, end), intensive=False)
            self._enter("RS", typed, end, 10)
            self.counts["episodes"] += 1

    def _serious(self, random: Random, on: date) -> None:
        """Admitted and reported; recovered, reported again and closed."""
        start = on + timedelta(days=1)
        known, well = start + timedelta(days=1), start + timedelta(days=_UNTIL_WELL)
        if known > self.until:
            return
        ill = answers.serious_infection(random, Span(start, None), known)
        record = self._enter("AE", ill, known, 9)
        admitted = answers.hospital_stay(Span(start, None), ill["AETERM"])
        stay = self._enter("HO", admitted, known, 9)
        self.counts["serious"] += 1
        with self._at(known, 13):
            self._report(record)
        if well > self.until:
            return
        over = {"AEOUT": "RECOVERED/RESOLVED", "AEENDTC": well.isoformat()}
        self._enter("AE", {**ill, **over, **answers.learned_later(well)}, well, 10, record)
        self._enter("HO", {**admitted, "HOENDTC": well.isoformat()}, well, 10, stay)
        with self._at(well, 14):
            self._report(record)

    def _report(self, record: Record) -> None:
        """The investigator signs what stands there, and closes the report after the last one."""
        serious = SeriousEvent.objects.select_related("record__participant__site").get(record=record)
        serious.participant = serious.record.participant
        sign_report(
            by=self.team.investigator,
            serious=serious,
            password=_signs_as_themselves,
            seen_hash=digest(content_of(serious.record)),
        )
        serious.refresh_from_db()
        if close_refusal(serious) is None:
            close_event(by=self.team.investigator, serious=serious)
        self.counts["reports"] += 1

    def _deviations(self, random: Random, on: date) -> None:
        """The coordinator classifies what the system proposed, at the next visit."""
        waiting = ProposedDeviation.objects.filter(
            participant=self.participant, state=ProposalState.OPEN, on__lte=on
        )
        for proposed in waiting.select_related("participant__site"):
            draw = random.random()
            with self._at(on, 16):
                if draw < 0.15:
                    dismiss(by=self.team.coordinator, proposed=proposed, reason=_DISMISSED)
                elif draw < 0.85:
                    self._record(random, proposed)

    def _record(self, random: Random, proposed: ProposedDeviation) -> None:
        number = begin_recording(by=self.team.coordinator, proposed=proposed)
        proposal = ProtocolDeviation.proposal_for(self.participant, number)
        assert proposal is not None, "what is being classified is proposed"
        submit(
            by=self.team.coordinator,
            participant=self.participant,
            form=ProtocolDeviation.code,
            visit=LOG_VISIT,
            typed={
                **proposal.typed,
                "DVSEV": "MAJOR" if random.random() < 0.1 else "MINOR",
                "DVACN": random.choice(_ACTIONS),
            },
            repeat=number,
        )
        self.counts["deviations"] += 1

    def _enter(
        self, form: str, typed: Mapping[str, str], on: date, hour: int, again: Record | None = None
    ) -> Record:
        """Enter the next event of a form, or one that is there again with what is new."""
        by: User = self.team.coordinator
        with self._at(on, hour):
            declared = form_by_code(form)
            number = (
                again.repeat if again else begin_event(by=by, participant=self.participant, form=declared)
            )
            return submit(
                by=by,
                participant=self.participant,
                form=form,
                visit=LOG_VISIT,
                typed=typed,
                repeat=number,
                version=again.version if again else 0,
                reason="New information" if again else "",
            )

    def _at(self, day: date, hour: int) -> AbstractContextManager[None]:
        moment = datetime.combine(day, time(hour), self.team.site.zone).astimezone(UTC)
        return clock.set_to(moment)


def _signs_as_themselves(by: User) -> None:
    """Nobody types a password in a simulation; the check of passwords has tests of its own."""
