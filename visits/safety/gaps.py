"""What must exist elsewhere because of an event and does not yet: open tasks, never a refusal.

One table of rules over the stored forms; each is a condition of SQL, so that a page asks for all of them, of
one participant or of all, in one query.
"""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from screening.models import Participant
from trialsite.crf.forms import CaseReportForm
from trialsite.crf.lifecycle import RecordState
from trialsite.prepared import Given, PreparedValues
from visits.forms.end_of_study import EndOfStudy
from visits.safety.forms.adverse_event import AdverseEvent
from visits.safety.forms.death import Death
from visits.safety.forms.hospital_stay import HospitalStay

_FATAL = Q(AEOUT="FATAL") | Q(AETOXGR="5")


@dataclass(frozen=True)
class Gap:
    """name: attribute of the annotated participant. words: what is missing. form: the one to add."""

    name: str
    words: str
    form: str
    because: Exists
    unless: Exists


def _there(form: type[CaseReportForm], condition: Q | None = None) -> Exists:
    """Whether the participant has such a form that counts."""
    rows = form._default_manager.filter(record__participant=OuterRef("pk"))
    rows = rows.exclude(record__state__in=(RecordState.VOID, RecordState.NOT_DONE))
    return Exists(rows.filter(condition) if condition is not None else rows)


GAPS: tuple[Gap, ...] = (
    Gap(
        "death_missing",
        "A fatal event is recorded, the form “Death” is missing",
        "DD",
        because=_there(AdverseEvent, _FATAL),
        unless=_there(Death),
    ),
    Gap(
        "fatal_event_missing",
        "A death is recorded, the fatal adverse event (grade 5) is missing",
        "AE",
        because=_there(Death),
        unless=_there(AdverseEvent, _FATAL),
    ),
    Gap(
        "end_of_treatment_missing",
        "The drug was withdrawn because of an event, the end of treatment is missing",
        "DSE",
        because=_there(AdverseEvent, Q(AEACN="DRUG WITHDRAWN")),
        unless=_there(EndOfStudy, Q(EOTDTC__isnull=False)),
    ),
    Gap(
        "end_by_death_missing",
        "A death is recorded, the form “End of study” does not say so",
        "DSE",
        because=_there(Death),
        unless=_there(EndOfStudy, Q(DSDECOD="DEATH")),
    ),
    Gap(
        "stay_missing",
        "An event led to a hospital stay, the stay is missing",
        "HO",
        because=_there(AdverseEvent, Q(AESHOSP="Y")),
        unless=_there(HospitalStay),
    ),
)


def with_gaps(participants: QuerySet[Participant]) -> QuerySet[Participant]:
    """Those of the participants of whom something is missing, each gap as an attribute."""
    some = Q(pk__in=[])
    for gap in GAPS:
        some |= Q(**{gap.name: True})
    return _marked(participants).filter(some)


def _marked(participants: QuerySet[Participant]) -> QuerySet[Participant]:
    return participants.annotate(**{gap.name: gap.because & ~gap.unless for gap in GAPS})


def gaps_of(participant: Participant) -> list[Gap]:
    """What is missing of one participant; one query."""
    (found,) = _OF_ONE.all(participant=participant.pk)
    return [gap for gap, missing in zip(GAPS, found, strict=True) if missing]


# Every casebook asks this; the ORM takes longer to build ten subqueries than PostgreSQL to run them.
_OF_ONE = PreparedValues(
    lambda: _marked(Participant.objects.filter(pk=Given("participant"))).values_list(
        *(gap.name for gap in GAPS)
    )
)
