"""Visits that are overdue or come up, and kits to ask for."""

from datetime import timedelta

from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce

from randomization.models import TreatmentRequest
from randomization.policies import LATER_DOSES
from randomization.states import OPEN, Kind
from trialsite.accounts.rights import Right
from trialsite.home.queue import Item, Queue, Scope, day, first, participant_url, visit_label
from visits.models import ScheduledVisit

AHEAD = timedelta(days=7)


def overdue_visits(scope: Scope) -> Queue:
    """Visits whose window is over and that neither took place nor were recorded as missed."""
    late = scope.on_the_day(Right.SEE_PARTICIPANTS, lambda today: Q(window_close__lt=today))
    rows = ScheduledVisit.objects.outstanding().filter(late).select_related("participant")
    count, visits = first(rows.order_by("window_close", "participant__SUBJID"))
    items = [
        Item(
            f"{visit.participant.SUBJID} · {visit_label(visit.code)}",
            participant_url(visit.participant.SUBJID),
            "overdue",
            _days_late((scope.days[visit.participant.site_id] - visit.window_close).days),
        )
        for visit in visits
    ]
    return Queue("Visits overdue", "warning", count, tuple(items), "No visit is overdue.")


def coming_visits(scope: Scope) -> Queue:
    """Visits of today and of the next seven days, by appointment or else by target."""
    ahead = scope.on_the_day(
        Right.SEE_PARTICIPANTS, lambda today: Q(window_close__gte=today, on__lte=today + AHEAD)
    )
    rows = (
        ScheduledVisit.objects.outstanding()
        .annotate(on=Coalesce("booked_on", "target"))
        .filter(ahead)
        .select_related("participant")
    )
    count, visits = first(rows.order_by("on", "participant__SUBJID"))
    items = [_coming(visit, scope) for visit in visits]
    return Queue("Visits this week", "calendar", count, tuple(items), "No visit in the next seven days.")


def kits_to_ask_for(scope: Scope) -> Queue:
    """Later doses whose window is open and for which no kit was asked."""
    asked = TreatmentRequest.objects.filter(
        participant=OuterRef("participant"), visit=OuterRef("code"), kind=Kind.KIT, state__in=OPEN
    )
    now = scope.on_the_day(
        Right.REQUEST_NUMBER, lambda today: Q(window_open__lte=today, window_close__gte=today)
    )
    rows = (
        ScheduledVisit.objects.with_course()
        .filter(now, ~Exists(asked), code__in=LATER_DOSES, missed=False)
        .select_related("participant")
    )
    count, visits = first(rows.order_by(F("booked_on").asc(nulls_last=True), "target", "participant__SUBJID"))
    items = [
        Item(
            f"{visit.participant.SUBJID} · {visit_label(visit.code)}",
            participant_url(visit.participant.SUBJID),
            "due",
            note=f"window to {day(visit.window_close)}",
        )
        for visit in visits
    ]
    return Queue("Kits to ask for", "kit", count, tuple(items), "No kit is needed now.")


def _coming(visit: ScheduledVisit, scope: Scope) -> Item:
    today = scope.days[visit.participant.site_id]
    on = visit.booked_on or visit.target
    here = on <= today
    note = f"{day(on)}, {'booked' if visit.booked_on else 'target'}; window to {day(visit.window_close)}"
    return Item(
        f"{visit.participant.SUBJID} · {visit_label(visit.code)}",
        participant_url(visit.participant.SUBJID),
        "due" if here else "not-due",
        "Today" if on == today else "" if here else _in_days((on - today).days),
        note,
    )


def _days_late(days: int) -> str:
    return "1 day overdue" if days == 1 else f"{days} days overdue"


def _in_days(days: int) -> str:
    return "Tomorrow" if days == 1 else f"In {days} days"
