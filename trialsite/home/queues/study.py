"""Work on the study itself: exports, accounts, mails whose fate is unknown."""

from datetime import timedelta

from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now
from django.urls import reverse

from trialsite.accounts.models import Membership, User
from trialsite.accounts.rights import Right
from trialsite.export.models import Export
from trialsite.home.queue import Item, Queue, Scope, day, first
from visits.models import Reminder
from visits.reminders.outbox import State

RECENT = timedelta(days=7)
_EXPORTS = {
    Export.State.WAITING: ("waiting", "Being made"),
    Export.State.DONE: ("done", "Ready"),
    Export.State.FAILED: ("refused", "Failed"),
}


def own_exports(scope: Scope) -> Queue:
    """The exports of the last seven days that this person asked for."""
    rows = Export.objects.filter(asked_by=scope.user, asked_at__gte=Now() - RECENT).order_by("-asked_at")
    count, exports = first(rows)
    url = reverse("export:list")
    items = [Item(f"Export of {day(each.asked_at)}", url, *_EXPORTS[each.state]) for each in exports]
    return Queue(
        "Your exports this week", "export", count, tuple(items), "No export of yours this week.", url
    )


def people_without_role(scope: Scope) -> Queue:
    """Active accounts that hold no role: nothing can be done with them yet, or any more."""
    live = Membership.objects.filter(user=OuterRef("pk"), ended_at=None)
    rows = User.objects.filter(~Exists(live), is_active=True).order_by("created_at", "username")
    count, people = first(rows)
    items = [
        Item(each.full_name, reverse("person", args=[each.username]), "incomplete", "No role", each.username)
        for each in people
    ]
    return Queue("Accounts without a role", "people", count, tuple(items), "Every account has a role.")


def mails_of_unknown_fate(scope: Scope) -> Queue:
    """Reminders that may or may not have arrived and still matter: somebody should tell the recipient."""
    sites = scope.sites(Right.SEE_OUTBOX)
    by_day = Q(pk__in=[])
    for on in set(scope.days.values()):
        by_day |= Q(site__in=[site for site in sites if scope.days[site] == on], relevant_until__gte=on)
    rows = Reminder.objects.open().filter(by_day, state=State.UNKNOWN).order_by("relevant_until", "id")
    count, reminders = first(rows.select_related("participant", "recipient"))
    items = [
        Item(
            f"{each.participant.SUBJID if each.participant else each.site_id} · {each.words}",
            f"{reverse('visits:outbox')}?show={State.UNKNOWN}",
            "warning",
            "Tell them yourself",
            f"to {each.recipient.full_name}",
        )
        for each in reminders
    ]
    return Queue("Mails that may be lost", "mail", count, tuple(items), "No mail is lost.")
