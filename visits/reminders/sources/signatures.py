"""What waits for the investigator's signature: reviews of eligibility, and complete visits."""

from collections.abc import Iterator
from datetime import timedelta

from screening.review_models import EligibilityReview
from screening.review_states import ReviewState
from trialsite.accounts.models import Site
from trialsite.protocol import SCREENING_VISIT
from visits.casebook.models import VisitSummary
from visits.casebook.summaries import FROM_CONSENT
from visits.reminders.causes import Among, Cause, Days, caused
from visits.reminders.rules import SIGNATURE_DAYS, signature_span


def reviews_to_sign(days: Days, among: Among) -> Iterator[Cause]:
    """Submitted reviews; the investigator to whom one was given is reminded, else all of the site."""
    zones = {site.code: site.zone for site in Site.objects.filter(code__in=days)}
    rows = EligibilityReview.objects.filter(state=ReviewState.SUBMITTED)
    if among is not None:
        rows = rows.filter(participant__in=among)
    columns = ("pk", "participant_id", "participant__site_id", "submitted_at", "assigned_to_id")
    for review, participant, site, at, assigned in rows.order_by("submitted_at", "pk").values_list(*columns):
        span = signature_span(at.astimezone(zones[site]).date())
        if span.covers(days[site]):
            yield caused(
                span,
                subject=review,
                site=site,
                participant=participant,
                visit_code=SCREENING_VISIT,
                only=assigned,
            )


def visits_to_sign(days: Days, among: Among) -> Iterator[Cause]:
    """Visits that took place, whose forms are all there and not all signed; one query.

    Not screening, whose signature is that of the review, nor events, whose reports have a clock.
    """
    rows = VisitSummary.objects.exclude(visit__in=FROM_CONSENT).filter(
        missing=0,
        unsigned__gt=0,
        took_place_on__isnull=False,
        took_place_on__gte=min(days.values()) - timedelta(days=SIGNATURE_DAYS),
    )
    if among is not None:
        rows = rows.filter(participant__in=among)
    for site, participant, visit, on in rows.order_by("SUBJID", "visit").values_list(
        "site_id", "participant_id", "visit", "took_place_on"
    ):
        if on and (span := signature_span(on)).covers(days[site]):
            subject = f"{participant}/{visit}"
            yield caused(span, subject=subject, site=site, participant=participant, visit_code=visit)
