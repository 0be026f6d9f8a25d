"""Laboratories that the laboratory assessor has to judge before a dose."""

from django.urls import reverse

from trialsite.accounts.rights import Right
from trialsite.home.queue import Item, Queue, Scope, first, visit_label
from visits.dosing.waiting import laboratories_to_judge


def doses_to_judge(scope: Scope) -> Queue:
    """Dose visits whose laboratory nobody has judged as it stands; the longest waiting first."""
    count, records = first(laboratories_to_judge(scope.sites(Right.ADVISE_DOSE)))
    items = [
        Item(
            f"{record.participant.SUBJID} · {visit_label(record.visit)}",
            reverse("visits:dose_advice", args=[record.participant.SUBJID, record.visit]),
            "waiting" if record.judged_version else "due",
            "Changed since it was judged" if record.judged_version else "To judge",
        )
        for record in records
    ]
    return Queue(
        "Doses to judge",
        "review",
        count,
        tuple(items),
        "No laboratory waits to be judged.",
        reverse("visits:advice_queue"),
    )
