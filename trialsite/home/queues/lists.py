"""Lists that wait for the second person, loaded lists that were changed, strata, and the final unblinding."""

from django.db import connection
from django.db.models import BigIntegerField, Count, Exists, Func, OuterRef
from django.urls import reverse

from randomization.list_kinds import RIGHT
from randomization.list_models import HandedInList
from randomization.list_states import ListKind, ListState
from randomization.supply.strata import in_another_stratum
from randomization.unblinding.final_actions import APPROVALS
from randomization.unblinding.final_models import FinalApproval, FinalUnblinding
from trialsite.accounts.access import may
from trialsite.home.queue import SHOWN, Item, Queue, Scope, day, first

PAGES = {ListKind.ALLOCATION: "randomization:lists", ListKind.KITS: "randomization:kit_lists"}
# The newest check of each loaded list, where it found something else than what was loaded.
_CHANGED = """
SELECT what, at FROM (
    SELECT DISTINCT ON (details->>'promised') what, at FROM audit.event
    WHERE what IN ('list checked', 'list differs', 'kits checked', 'kits differ')
    ORDER BY details->>'promised', id DESC
) AS newest WHERE what LIKE '%% differ%%' ORDER BY at
"""
_KIND = {"list differs": ListKind.ALLOCATION, "kits differ": ListKind.KITS}


def lists_under_way(scope: Scope) -> Queue:
    """Sealed lists that were handed in and not loaded yet: somebody else than the maker confirms them."""
    kinds = [kind for kind, right in RIGHT.items() if may(scope.user, right)]
    rows = HandedInList.objects.filter(kind__in=kinds, state=ListState.HANDED_IN).defer("content")
    count, lists = first(rows.order_by("handed_in_at"))
    items = [
        Item(
            each.get_kind_display(),
            reverse(PAGES[ListKind(each.kind)]),
            *(
                ("waiting", "Tell the commitment")
                if each.maker == scope.user.username
                else ("open", "Confirm")
            ),
            f"made by {each.maker}, handed in {day(each.handed_in_at)}",
        )
        for each in lists
    ]
    return Queue("Lists to load", "import", count, tuple(items), "No list waits to be loaded.")


def lists_that_changed(scope: Scope) -> Queue:
    """Loaded lists that are not what was loaded, by the check of last night."""
    with connection.cursor() as cursor:
        cursor.execute(_CHANGED)
        found = [(_KIND[what], at) for what, at in cursor.fetchall() if may(scope.user, RIGHT[_KIND[what]])]
    items = [
        Item(
            kind.label,
            reverse(PAGES[kind]),
            "warning",
            "Not the one that was loaded",
            f"found on {day(at)}",
        )
        for kind, at in found[:SHOWN]
    ]
    return Queue(
        "Changed lists", "warning", len(found), tuple(items), "Every loaded list is as it was loaded."
    )


def strata_to_look_at(scope: Scope) -> Queue:
    """Participants who were randomized in another stratum than the corrected one: the report to look at."""
    count, requests = first(in_another_stratum().select_related("participant"))
    url = reverse("randomization:strata")
    items = [Item(each.participant.SUBJID, url, "warning", "Another stratum") for each in requests]
    return Queue(
        "Strata that differ", "flag", count, tuple(items), "Every stratum is the one that was used.", url
    )


def unblinding_to_approve(scope: Scope) -> Queue:
    """The final unblinding, where one hand has asked for it and the other has not signed."""
    own = FinalApproval.objects.filter(unblinding=OuterRef("pk"), by=scope.user)
    now = Func(function="randomization_present_lock", output_field=BigIntegerField())
    asked = FinalUnblinding.objects.filter(lock_id=now).annotate(signed=Exists(own))
    waiting = asked.annotate(signatures=Count("approvals")).filter(signatures__lt=APPROVALS)
    count, found = first(waiting.select_related("asked_by"))
    url = reverse("randomization:final_unblinding")
    items = [
        Item(
            "Unblinding of the study",
            url,
            *(("waiting", "Waits for the other hand") if each.signed else ("open", "Approve, or not")),
            f"asked for by {each.asked_by.full_name} on {day(each.asked_at)}",
        )
        for each in found
    ]
    return Queue(
        "Final unblinding", "reveal", count, tuple(items), "Nobody has asked to unblind the study.", url
    )
