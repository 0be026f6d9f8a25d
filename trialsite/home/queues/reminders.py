"""What the person is reminded of."""

from django.urls import reverse

from trialsite.home.queue import SHOWN, Item, Queue, Scope
from visits.reminders.listing import own_reminders


def reminders_of_mine(scope: Scope) -> Queue:
    """The open reminders of this person that are not put off, the most pressing first; one query."""
    found = [own for own in own_reminders(scope.user) if not own.hidden]
    items = [
        Item(" · ".join(filter(None, (own.number, own.visit))), own.url, own.state, own.reminder.words)
        for own in found[:SHOWN]
    ]
    url = reverse("visits:reminders")
    return Queue("Your reminders", "mail", len(found), tuple(items), "You are reminded of nothing.", url)
