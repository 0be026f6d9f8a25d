"""How far the screening of participants has come: counted by the database, for lists and for one page."""

from collections.abc import Sequence

from django.db.models import Count, OuterRef, QuerySet, Subquery, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from screening.forms import EVERY_FORM
from screening.models import Participant
from trialsite.crf.lifecycle import RecordState
from trialsite.crf.models import Record
from trialsite.protocol import FORMS, SCREENING_VISIT

_DONE = (RecordState.COMPLETE, RecordState.NOT_DONE, RecordState.LOCKED)


def asked_forms() -> tuple[str, ...]:
    """The codes of the forms that the screening visit asks of everybody."""
    declared = {form.code for form in EVERY_FORM}
    return tuple(form.code for form in FORMS if SCREENING_VISIT in form.visits and form.code in declared)


def forms_done() -> Combinable:
    """SQL: how many of the asked forms a participant (the outer row) has complete or marked as not done."""
    counted = (
        _records()
        .filter(participant=OuterRef("pk"))
        .order_by()
        .values("participant")
        .annotate(done=Count("pk"))
    )
    return Coalesce(Subquery(counted.values("done")), Value(0))


def unfinished_forms(participant: Participant) -> Sequence[str]:
    """The codes of the asked forms that this participant does not have complete, in their order."""
    done = set(_records().filter(participant=participant).values_list("form", flat=True))
    return [code for code in asked_forms() if code not in done]


def _records() -> QuerySet[Record]:
    return Record.objects.filter(visit=SCREENING_VISIT, repeat=0, form__in=asked_forms(), state__in=_DONE)
