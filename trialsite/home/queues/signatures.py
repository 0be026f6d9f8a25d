"""Visits whose forms are all entered and wait for the investigator's signature."""

from django.db.models import Case, IntegerField, Value, When
from django.urls import reverse

from trialsite.accounts.rights import Right
from trialsite.home.queue import Item, Queue, Scope, day, first
from trialsite.home.queues.forms import words
from visits.casebook.signing import place_label, unsigned_visits


def visits_to_sign(scope: Scope) -> Queue:
    """The visits to sign at the sites of this person; what changed after a signature comes first."""
    changed = Case(When(changed__gt=0, then=Value(0)), default=Value(1), output_field=IntegerField())
    rows = unsigned_visits(scope.sites(Right.SIGN_VISIT))
    count, visits = first(rows.order_by(changed, "took_place_on", "SUBJID", "visit"))
    items = [
        Item(
            f"{each.SUBJID} · {place_label(each.visit)}",
            reverse("visits:sign", args=[each.SUBJID, each.visit]),
            "changed" if each.changed else "complete",
            "Sign again" if each.changed else "To sign",
            f"{words(each.unsigned)}, {day(each.took_place_on)}",
        )
        for each in visits
    ]
    url = f"{reverse('visits:matrix')}?show=sign"
    return Queue("Visits to sign", "signed", count, tuple(items), "No visit waits for your signature.", url)
