"""Serious events whose reporting is not closed, forms that an event makes necessary, proposed deviations."""

from django.db.models import F
from django.urls import reverse

from screening.models import Participant
from trialsite import clock
from trialsite.accounts.rights import Right
from trialsite.home.queue import Item, Queue, Scope, day, first
from visits.deviations.models import ProposedDeviation
from visits.deviations.states import ProposalState
from visits.safety.codelists import DEVIATION
from visits.safety.gaps import GAPS, with_gaps
from visits.safety.listing import clock_of
from visits.safety.models import SeriousEvent
from visits.safety.states import LIVE


def serious_events(scope: Scope) -> Queue:
    """Reports that are due, the most urgent first, and those that wait to be closed."""
    rows = SeriousEvent.objects.filter(
        state__in=LIVE, participant__site__in=scope.sites(Right.SEE_PARTICIPANTS)
    ).select_related("participant", "record")
    count, reports = first(rows.order_by(F("due_at").asc(nulls_last=True), "id"))
    now = clock.now()
    items = []
    for each in reports:
        number, SUBJID = each.record.repeat, each.participant.SUBJID
        look = clock_of(each, number, now)
        url = reverse("visits:serious", args=[SUBJID, number])
        items.append(Item(f"{SUBJID} · event {number}", url, look.state, look.word))
    url = f"{reverse('visits:safety')}?show=open"
    return Queue("Serious events", "safety", count, tuple(items), "No serious event is open.", url)


def event_forms_missing(scope: Scope) -> Queue:
    """Participants of whom an event makes a form necessary that is not there."""
    rows = Participant.objects.filter(site__in=scope.sites(Right.ENTER_DATA))
    count, participants = first(with_gaps(rows).order_by("SUBJID"))
    items = [
        Item(
            each.SUBJID,
            reverse("visits:events", args=[each.SUBJID]),
            "incomplete",
            f"{gap.form} missing",
            gap.words,
        )
        for each in participants
        for gap in GAPS
        if getattr(each, gap.name)
    ]
    return Queue(
        "Missing because of an event", "form", count, tuple(items), "Every event has the forms it needs."
    )


def deviations_to_classify(scope: Scope) -> Queue:
    """Deviations that the system proposes and nobody has recorded or dismissed."""
    rows = ProposedDeviation.objects.filter(
        state=ProposalState.OPEN, participant__site__in=scope.sites(Right.ENTER_DATA)
    ).select_related("participant")
    count, proposals = first(rows.order_by("on", "id"))
    url = reverse("visits:deviations")
    items = [
        Item(
            f"{each.participant.SUBJID} · {DEVIATION.label(each.category)}",
            url,
            "due",
            "Classify",
            day(each.on),
        )
        for each in proposals
    ]
    return Queue("Deviations to classify", "flag", count, tuple(items), "No deviation waits.", url)
