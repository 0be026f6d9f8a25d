"""Visits that took place some days ago, with forms that are still missing."""

from collections.abc import Iterator
from datetime import timedelta

from visits.casebook.models import VisitSummary
from visits.casebook.summaries import FROM_CONSENT
from visits.reminders.causes import Among, Cause, Days, caused
from visits.reminders.rules import FORMS_AFTER_DAYS, FORMS_DAYS, forms_span


def missing_forms(days: Days, among: Among) -> Iterator[Cause]:
    """One cause a visit, however many forms; one query.

    Masked forms are not counted. Screening has no day after which its forms are late, nor have events.
    """
    rows = VisitSummary.objects.exclude(visit__in=FROM_CONSENT).filter(
        missing__gt=0,
        took_place_on__lte=max(days.values()) - timedelta(days=FORMS_AFTER_DAYS),
        took_place_on__gte=min(days.values()) - timedelta(days=FORMS_AFTER_DAYS + FORMS_DAYS),
    )
    if among is not None:
        rows = rows.filter(participant__in=among)
    for site, participant, visit, on in rows.order_by("SUBJID", "visit").values_list(
        "site_id", "participant_id", "visit", "took_place_on"
    ):
        if on and (span := forms_span(on)).covers(days[site]):
            subject = f"{participant}/{visit}"
            yield caused(span, subject=subject, site=site, participant=participant, visit_code=visit)
