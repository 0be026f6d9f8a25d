"""The criteria as they stand while forms are being filled in: what is stored, and what this person has typed.

The same functions judge as in the review. Nothing here is saved, and nothing here decides.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from screening.criteria import DEFAULT, Criterion, Overall, Readings, Verdict, assess, criteria_under
from screening.facts import Fact
from screening.gathering import Answers, facts_of
from screening.models import Participant
from screening.policies import words_of
from screening.review_lines import state_of
from screening.value_lines import value_line
from trialsite.accounts.models import User
from trialsite.crf.forms import REGISTER
from trialsite.crf.models import Draft
from trialsite.crf.reading import read
from trialsite.protocol import SCREENING_VISIT

_SHOWN_OF_OTHER_FORMS = 3


@dataclass(frozen=True)
class FieldLink:
    """A field that would settle a criterion: on the page itself (`form` is empty), or on that of its form."""

    label: str
    code: str
    url: str
    form: str


@dataclass(frozen=True)
class LiveLine:
    """One criterion in the side panel; `here` says that the form beside the panel feeds it.

    Of an unknown criterion, `missing` are the fields that would settle it: all of them where this form asks
    for some, else the first few, and `more` the rest.
    """

    criterion: Criterion
    state: str
    word: str
    says: tuple[str, ...]
    missing: tuple[FieldLink, ...]
    more: tuple[FieldLink, ...]
    earliest: date | None
    here: bool


@dataclass(frozen=True)
class Live:
    """The side panel: the whole, and the criteria, those in the way first."""

    overall: Overall
    in_the_way: tuple[LiveLine, ...]
    in_order: tuple[LiveLine, ...]
    unsubmitted: tuple[str, ...]

    @property
    def total(self) -> int:
        """How many criteria there are."""
        return len(self.in_the_way) + len(self.in_order)


def live(participant: Participant, *, by: User, form: str, readings: Readings = DEFAULT) -> Live:
    """What the criteria say now, with the person's own unfinished entries taken as submitted.

    form: the code of the form beside the panel. The number of queries depends on the forms that the person
    has begun, on nothing else.
    """
    typed = list(typed_answers(participant, by))
    facts = facts_of(participant, typed=typed)
    assessment = assess(facts, readings=readings)
    lines = [
        _line(criterion, assessment.verdict(criterion.code), participant.SUBJID, form)
        for criterion in criteria_under(readings)
    ]
    hindering = {verdict.code for verdict in assessment.verdicts if not verdict.favourable}
    return Live(
        overall=assessment.overall,
        in_the_way=tuple(sorted((line for line in lines if line.criterion.code in hindering), key=_urgency)),
        in_order=tuple(line for line in lines if line.criterion.code not in hindering),
        unsubmitted=tuple(answers.form.title() for answers in typed),
    )


def typed_answers(participant: Participant, by: User) -> Iterator[Answers]:
    """What this person has typed into forms of the screening visit and not submitted."""
    drafts = Draft.objects.filter(participant=participant, visit=SCREENING_VISIT, by=by)
    for draft in drafts.order_by("form", "repeat"):
        form = REGISTER[draft.form]
        context = participant.check_context() | form.context_for(participant, SCREENING_VISIT)
        reading = read(form, draft.typed, visit=SCREENING_VISIT, context=context, repeat=draft.repeat)
        refused = {problem.field for problem in reading.refused}
        yield Answers(form, reading.columns, reading.rows, refused, repeat=draft.repeat)


def _line(criterion: Criterion, verdict: Verdict, SUBJID: str, form: str) -> LiveLine:
    asked = verdict.missing or verdict.read
    here = any(fact.form == form for fact in asked)
    missing = [_link(fact, SUBJID, form) for fact in verdict.missing]
    shown = len(missing) if here else _SHOWN_OF_OTHER_FORMS
    return LiveLine(
        criterion=criterion,
        state=state_of(verdict.kind, verdict.outcome),
        word=words_of(verdict.kind, verdict.outcome).capitalize(),
        says=tuple(part.says for part in verdict.parts if part.outcome is verdict.outcome),
        missing=tuple(missing[:shown]),
        more=tuple(missing[shown:]),
        earliest=None if verdict.favourable else verdict.earliest,
        here=here,
    )


def _link(fact: Fact, SUBJID: str, form: str) -> FieldLink:
    line = value_line(fact, SUBJID)
    _, mark, anchor = line.url.partition("#")
    if fact.form == form and anchor:
        return FieldLink(line.label, line.code, mark + anchor, "")
    return FieldLink(line.label, line.code, line.url, fact.form)


def _urgency(line: LiveLine) -> tuple[bool, bool]:
    """A definite failure before an open question; what this form settles before what another one does."""
    return line.state == "unknown", not line.here
