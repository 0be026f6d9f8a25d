"""From forms to facts: the one road to the criteria, for stored records and for exchange files alike."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from screening import stored_answers
from screening.answers import Answers, facts_in, wanted, wanted_rows
from screening.carried_value import CarriedValue
from screening.facts import Fact, Facts
from screening.forms import EVERY_FORM
from screening.models import Participant
from screening.retests import Sample, in_force
from trialsite.crf.forms import CaseReportForm
from trialsite.partial_date import PartialDate
from trialsite.protocol import SCREENING_VISIT

__all__ = ["Answers", "Entries", "entries_of", "facts_from_readings", "facts_of"]

_PLANNED_DAY = ("SV", "RANDDTC")


@dataclass(frozen=True)
class Entries:
    """What is entered at the screening visit, read once, and which values came from an earlier screening."""

    read: tuple[Answers, ...]
    carried: Mapping[tuple[str, str], str]

    def facts(self, RANDDTC: date | None = None) -> Facts:
        """What this says; RANDDTC replaces the planned date of randomization, to ask on the actual day."""
        stated = _stated(self.read, RANDDTC)
        return Facts(_with_origins(stated, self.carried) if self.carried else stated)


def facts_of(participant: Participant, *, typed: Iterable[Answers] = ()) -> Facts:
    """What the screening visit says about a participant; see entries_of."""
    return entries_of(participant, typed=typed).facts()


def entries_of(participant: Participant, *, typed: Iterable[Answers] = ()) -> Entries:
    """What is entered at the screening visit of a participant.

    One query a form and one for the forms that were not done; one more for a person screened before.
    typed: forms and retests that are being filled in, which stand for what is stored of them.
    """
    not_done = stored_answers.not_done(participant)
    filled_in = {(answers.form.code, answers.repeat): answers for answers in typed}
    read: list[Answers] = []
    for form in EVERY_FORM:
        if not wanted(form.variables_at(SCREENING_VISIT)) and not wanted_rows(form):
            continue
        of_form: dict[int, Answers] = {}
        if form.retest or form.code not in not_done:
            of_form = {answers.repeat: answers for answers in stored_answers.stored(form, participant)}
        if form.code in not_done:
            of_form[0] = stored_answers.all_missing(form, not_done[form.code])
        of_form |= {repeat: each for (code, repeat), each in filled_in.items() if code == form.code}
        read += of_form.values()
    return Entries(tuple(read), _carried(participant))


def facts_from_readings(readings: Iterable[Answers]) -> Facts:
    """The facts of forms that were read but are not stored; each form, and each retest, at most once."""
    return Entries(tuple(readings), {}).facts()


def _stated(read: Sequence[Answers], RANDDTC: date | None) -> list[Fact]:
    """The facts of the planned records, with the results of retests where these count instead."""
    facts = [fact for answers in read if not answers.repeat for fact in facts_in(answers)]
    if RANDDTC is not None:
        facts = [fact for fact in facts if (fact.form, fact.field) != _PLANNED_DAY]
        facts.append(Fact(*_PLANNED_DAY, PartialDate.of(RANDDTC)))
    day = next((fact.value for fact in facts if (fact.form, fact.field) == _PLANNED_DAY), None)
    last_day = day.latest if isinstance(day, PartialDate) else None
    measured_again = dict.fromkeys(answers.form for answers in read if answers.repeat)
    counting = {
        (fact.form, fact.field): fact
        for form in measured_again
        if form.retest
        for fact in in_force(form.retest, _samples(form, read), last_day)
    }
    stated = [counting.pop((fact.form, fact.field), fact) if fact.row is None else fact for fact in facts]
    return [*stated, *counting.values()]


def _samples(form: type[CaseReportForm], read: Sequence[Answers]) -> list[Sample]:
    assert form.retest
    samples = []
    for answers in read:
        if answers.form is form:
            taken = None if form.retest.date in answers.refused else answers.columns.get(form.retest.date)
            facts = {fact.field: fact for fact in facts_in(answers) if fact.row is None}
            samples.append(Sample(answers.repeat, facts, taken))
    return samples


def _carried(participant: Participant) -> dict[tuple[str, str], str]:
    """From where each value was carried over that was, by form and variable."""
    if participant.rescreen_of_id is None:
        return {}
    marks = CarriedValue.objects.filter(record__participant=participant, record__repeat=0)
    return {(mark.record.form, mark.name): str(mark) for mark in marks.select_related("record")}


def _with_origins(facts: list[Fact], carried: Mapping[tuple[str, str], str]) -> list[Fact]:
    """The facts, of which those that were carried over from an earlier screening say so."""
    return [
        replace(fact, source=replace(fact.source, carried=carried[fact.form, fact.field]))
        if fact.row is None and fact.source and (fact.form, fact.field) in carried
        else fact
        for fact in facts
    ]
