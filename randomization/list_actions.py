"""Handing in a sealed list, and loading it: two people, each with the own password (B5).

The maker hands in the file under the own account; somebody else compares the commitment and confirms. Only
then does the vault load it. What is inside is never opened here. Kit lists go the same way.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import IntegrityError, transaction

from randomization.list_file import ListProblem
from randomization.list_kinds import READ, RIGHT
from randomization.list_models import HandedInList
from randomization.list_states import LIST_UNDER_WAY, ListKind, ListState
from randomization.messages import tell_vault_of_a_list
from screening.actions import PasswordCheck
from trialsite import clock
from trialsite.accounts.access import require, role_name
from trialsite.accounts.models import User
from trialsite.audit.context import acting
from trialsite.audit.events import Event, events
from trialsite.audit.tasks import anchor_soon

LARGEST_FILE = 8 * 1024 * 1024  # bytes; a list of 20,000 rows has about half of it


def loaded() -> Event | None:
    """The event of the loaded allocation list, whichever way it was loaded; None when there is none."""
    return next(events(what="list loaded"), None)


def last_check() -> Event | None:
    """The event of the newest check of the loaded list: `list checked`, or `list differs`."""
    found = [next(events(what=what), None) for what in ("list checked", "list differs")]
    return max((event for event in found if event), key=lambda event: event.at, default=None)


@dataclass(frozen=True)
class LoadedKits:
    """A loaded kit list: the event of its loading, and its newest check."""

    event: Event
    check: Event | None

    @property
    def holds(self) -> bool:
        """Whether the newest check found what was loaded."""
        return self.check is not None and self.check.details["found"] == self.event.details["commitment"]


def loaded_kits() -> Sequence[LoadedKits]:
    """The loaded kit lists, newest first, whichever way they were loaded; three queries."""
    checks: dict[str, Event] = {}
    for what in ("kits checked", "kits differ"):
        for event in events(what=what):
            promised = event.details["promised"]
            if promised not in checks or checks[promised].at < event.at:
                checks[promised] = event
    return [LoadedKits(each, checks.get(each.details["commitment"])) for each in events(what="kits loaded")]


def hand_in(*, by: User, kind: ListKind, content: bytes, password: PasswordCheck) -> HandedInList:
    """Keep a sealed file until somebody else confirms it. Only its maker hands it in.

    Needs LOAD_LIST or LOAD_KITS. Raises NotAllowed, PasswordRefused, or ListProblem with the reason; nothing
    is kept then.
    """
    require(by, RIGHT[kind])
    password(by)
    sealed = READ[kind](content)
    if sealed.maker != by.username:
        raise ListProblem(
            f"The file says that {sealed.maker} made the list. Only its maker hands it in;"
            f" you are {by.username}."
        )
    _refuse_a_second_one(kind)
    with acting(by, role=role_name(by, RIGHT[kind])):
        handed_in = HandedInList(
            kind=kind,
            content=content.decode(),
            commitment=sealed.commitment,
            maker=sealed.maker,
            made_at=sealed.made_at,
            counts=sealed.counts,
            handed_in_by=by,
            handed_in_at=clock.now(),
        )
        try:
            with transaction.atomic():
                handed_in.save(force_insert=True)
        except IntegrityError:  # somebody else was faster
            raise ListProblem("Another list was handed in at this moment. Look at it first.") from None
        anchor_soon()
    return handed_in


def confirm(*, by: User, handed_in: HandedInList, commitment: str, password: PasswordCheck) -> HandedInList:
    """Have the vault load a list. `commitment` is the one that the person has seen; the right is as above.

    Raises NotAllowed, PasswordRefused, or ListProblem with the reason.
    """
    right = RIGHT[ListKind(handed_in.kind)]
    require(by, right)
    password(by)
    with acting(by, role=role_name(by, right)):
        held = _held(handed_in)
        if held.maker == by.username:
            raise ListProblem(
                f"{by.username} made this list. Somebody else loads it, so that two have seen it."
            )
        if by.pk == held.handed_in_by_id:
            raise ListProblem("You handed this list in. Somebody else confirms it.")
        sealed = READ[ListKind(held.kind)](held.content)
        if not sealed.commitment == held.commitment == commitment:
            raise ListProblem("The commitment is not the one of the page that you confirmed. Look again.")
        held.state = ListState.CONFIRMED
        held.loader = by.username
        held.confirmed_by = by
        held.confirmed_at = clock.now()
        held.save()
        transaction.on_commit(tell_vault_of_a_list)
        anchor_soon()
    return held


def withdraw(*, by: User, handed_in: HandedInList) -> HandedInList:
    """Take back a list that nobody has confirmed; its content is forgotten. The right is as above."""
    right = RIGHT[ListKind(handed_in.kind)]
    require(by, right)
    with acting(by, role=role_name(by, right)):
        held = _held(handed_in)
        held.state = ListState.WITHDRAWN
        held.content = ""
        held.save()
    return held


def _held(handed_in: HandedInList) -> HandedInList:
    """The list as it stands, locked; ListProblem when it does not wait for the second person any more."""
    held = HandedInList.objects.select_for_update().get(pk=handed_in.pk)
    if held.state != ListState.HANDED_IN:
        raise ListProblem(
            f"This list does not wait to be confirmed. It is: {held.get_state_display().lower()}."
        )
    return held


def _refuse_a_second_one(kind: ListKind) -> None:
    if kind is ListKind.ALLOCATION and loaded() is not None:
        raise ListProblem("A list is loaded already; a trial has one list, loaded once.")
    if HandedInList.objects.filter(kind=kind, state__in=LIST_UNDER_WAY).exists():
        raise ListProblem("A list is handed in already. It is loaded or withdrawn first.")
