"""Forms that are missing where a visit took place."""

from collections.abc import Mapping

from django.db.models import Case, Count, IntegerField, OuterRef, Q, Subquery, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from trialsite.accounts.rights import Right
from trialsite.crf.forms import REGISTER
from trialsite.crf.lifecycle import RecordState
from trialsite.crf.models import Record
from trialsite.home.queue import Item, Queue, Scope, first, participant_url, visit_label
from trialsite.protocol import FORMS, SCREENING_VISIT, UNSCHEDULED, VISITS

DONE = (RecordState.COMPLETE, RecordState.NOT_DONE, RecordState.LOCKED)
AFTER_SCREENING = tuple(visit.code for visit in VISITS if visit.code != SCREENING_VISIT)


def expected_forms(visit: str, *, masked: bool = False) -> tuple[str, ...]:
    """The codes of the forms that a visit asks of everybody, masked ones or the others.

    Optional forms and those for participants with interstitial lung disease only are not counted; an
    unscheduled visit offers its forms and asks for none.
    """
    if visit in UNSCHEDULED:
        return ()
    return tuple(
        each.code
        for each in FORMS
        if visit in each.visits
        and not each.if_ild
        and each.code in REGISTER
        and REGISTER[each.code].is_masked(visit) == masked
    )


def words(missing: int) -> str:
    """ "1 form", "3 forms"."""
    return "1 form" if missing == 1 else f"{missing} forms"


def forms_due(scope: Scope) -> Queue:
    """Visits that took place, with forms that are missing or incomplete."""
    return _due(scope, "Forms due", "form", Right.ENTER_DATA, masked=False)


def masked_forms_due(scope: Scope) -> Queue:
    """The same for the forms that only the laboratory assessor enters."""
    return _due(scope, "Masked forms due", "masked", Right.ENTER_MASKED, masked=True)


def _missing(expected: Mapping[str, tuple[str, ...]]) -> Combinable:
    """SQL: how many of the expected forms of its visit are not done, for a record."""
    at_their_visit = Q(pk__in=[])
    for visit, forms in expected.items():
        at_their_visit |= Q(visit=visit, form__in=forms)
    done = Record.objects.filter(
        at_their_visit,
        participant=OuterRef("participant"),
        visit=OuterRef("visit"),
        repeat=0,
        state__in=DONE,
    )
    wanted = Case(
        *(When(visit=visit, then=Value(len(forms))) for visit, forms in expected.items()),
        output_field=IntegerField(),
    )
    counted = done.order_by().values("participant").annotate(number=Count("pk")).values("number")
    return wanted - Coalesce(Subquery(counted), Value(0))


def _due(scope: Scope, title: str, icon: str, right: Right, *, masked: bool) -> Queue:
    expected = {visit: expected_forms(visit, masked=masked) for visit in AFTER_SCREENING}
    took_place = Record.objects.filter(
        form="SV", repeat=0, visit__in=AFTER_SCREENING, participant__site__in=scope.sites(right)
    ).exclude(state=RecordState.NOT_DONE)
    rows = took_place.annotate(missing=_missing(expected)).filter(missing__gt=0)
    count, records = first(rows.select_related("participant").order_by("created_at", "participant__SUBJID"))
    items = [
        Item(
            f"{record.participant.SUBJID} · {visit_label(record.visit)}",
            participant_url(record.participant.SUBJID),
            "incomplete",
            words(record.missing),
        )
        for record in records
    ]
    return Queue(title, icon, count, tuple(items), "Every visit that took place has its forms.")
