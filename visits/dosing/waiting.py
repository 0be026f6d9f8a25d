"""Dose visits whose laboratory waits to be judged: what the laboratory assessor has to do."""

from collections.abc import Collection

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery

from trialsite.crf.models import Record
from trialsite.protocol import DOSE_VISITS
from visits.dosing.gathering import NOT_THERE
from visits.dosing.models import DoseAdvice

JUDGED_VISITS = DOSE_VISITS[1:]


def laboratories_to_judge(sites: Collection[str]) -> QuerySet[Record]:
    """The forms LB of later dose visits that nobody has judged as they stand, with no dose entered yet."""
    entered = Record.objects.filter(
        participant=OuterRef("participant"), visit=OuterRef("visit"), form="EX", repeat=0
    )
    judged = DoseAdvice.objects.filter(participant=OuterRef("participant"), visit=OuterRef("visit"))
    latest = judged.order_by("-signed_at", "-id").values("laboratory_version")[:1]
    rows = Record.objects.filter(
        form="LB",
        repeat=0,
        visit__in=JUDGED_VISITS,
        participant__site__in=sites,
        participant__left_on=None,
    ).exclude(state__in=NOT_THERE)
    return (
        rows.annotate(judged_version=Subquery(latest))
        .filter(Q(judged_version=None) | ~Q(judged_version=F("version")), ~Exists(entered))
        .select_related("participant")
        .order_by("changed_at", "id")
    )
