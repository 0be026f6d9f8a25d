"""Visits that are overdue or come up, and kits to ask for."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Coalesce
from django.urls import reverse

from randomization.models import TreatmentRequest
from randomization.policies import LATER_DOSES
from randomization.states import OPEN, Kind
from trialsite.accounts.rights import Right
from trialsite.home.queue import Item, Queue, Scope, day, first, participant_url
from visits.calendar.states import VisitState
from visits.listing import Line
from visits.models import ScheduledVisit

AHEAD = timedelta(days=7)


def overdue_visits(scope: Scope) -> Queue:
    """Visits whose window is over and that neither took place nor were recorded as missed."""
    late = scope.on_the_day(Right.SEE_PARTICIPANTS, lambda today: Q(window_close__lt=today))
    rows = ScheduledVisit.objects.outstanding().filter(late).order_by("window_close", "id")
    count, visits = first(rows.select_related("participant"))
    url = f"{reverse('visits:list')}?show=overdue"
    return Queue("Visits overdue", "warning", count, _items(visits, scope), "No visit is overdue.", url)


def coming_visits(scope: Scope) -> Queue:
    """Visits of today and of the next seven days, by appointment or else by target."""
    ahead = scope.on_the_day(
        Right.SEE_PARTICIPANTS, lambda today: Q(window_close__gte=today, on__lte=today + AHEAD)
    )
    outstanding = ScheduledVisit.objects.outstanding().annotate(on=Coalesce("booked_on", "target"))
    count, visits = first(outstanding.filter(ahead).order_by("on", "id").select_related("participant"))
    return Queue(
        "Visits this week",
        "calendar",
        count,
        _items(visits, scope),
        "No visit in the next seven days.",
        f"{reverse('visits:list')}?show=soon",
    )


def kits_to_ask_for(scope: Scope) -> Queue:
    """Later doses whose window is open and for which no kit was asked."""
    asked = TreatmentRequest.objects.filter(
        participant=OuterRef("participant"), visit=OuterRef("code"), kind=Kind.KIT, state__in=OPEN
    )
    now = scope.on_the_day(
        Right.REQUEST_NUMBER, lambda today: Q(window_open__lte=today, window_close__gte=today)
    )
    expected = Q(state__in=[VisitState.AHEAD, VisitState.TOOK_PLACE])
    rows = ScheduledVisit.objects.filter(now, expected, ~Exists(asked), code__in=LATER_DOSES)
    count, visits = first(rows.order_by("window_close", "id").select_related("participant"))
    items = [
        replace(item, url=reverse("randomization:kit", args=[visit.participant.SUBJID, visit.code]))
        for item, visit in zip(_items(visits, scope), visits, strict=True)
    ]
    return Queue("Kits to ask for", "kit", count, tuple(items), "No kit is needed now.")


def _items(visits: Iterable[ScheduledVisit], scope: Scope) -> tuple[Item, ...]:
    return tuple(_item(Line(visit, scope.days[visit.participant.site_id])) for visit in visits)


def _item(line: Line) -> Item:
    planned = line.planned
    on = planned.booked_on or planned.target
    when = "today" if on == line.today else day(on)
    return Item(
        f"{planned.participant.SUBJID} · {line.label}",
        participant_url(planned.participant.SUBJID),
        line.state,
        line.word,
        f"booked for {when}" if planned.booked_on else f"target {when}",
    )
