"""Handing in a sealed list, and loading it: two people, each with the own password (B5).

The maker hands in the file under the own account; somebody else compares the commitment and confirms. Only
then does the vault load it. What is inside is never opened here.
"""

from django.db import IntegrityError, transaction

from randomization.list_file import ListProblem, check_fits, check_two_people, commitment_of, read
from randomization.list_models import HandedInList
from randomization.list_states import LIST_UNDER_WAY, ListState
from randomization.messages import tell_vault_of_a_list
from screening.actions import PasswordCheck
from trialsite import clock, protocol
from trialsite.accounts.access import require, role_name
from trialsite.accounts.models import User
from trialsite.accounts.rights import Right
from trialsite.audit.context import acting
from trialsite.audit.events import Event, events
from trialsite.audit.tasks import anchor_soon

LARGEST_FILE = 8 * 1024 * 1024  # bytes; a list of 10,000 slots has about half of it


def loaded() -> Event | None:
    """The event of the loaded list, whichever way it was loaded; None when there is none."""
    return next(events(what="list loaded"), None)


def last_check() -> Event | None:
    """The event of the newest check of the loaded list: `list checked`, or `list differs`."""
    found = [next(events(what=what), None) for what in ("list checked", "list differs")]
    return max((event for event in found if event), key=lambda event: event.at, default=None)


def hand_in(*, by: User, content: bytes, password: PasswordCheck) -> HandedInList:
    """Keep a sealed file until somebody else confirms it. Only its maker hands it in; needs LOAD_LIST.

    Raises NotAllowed, PasswordRefused, or ListProblem with the reason; nothing is kept then.
    """
    require(by, Right.LOAD_LIST)
    password(by)
    sealed = read(content)
    check_fits(sealed, trial=protocol.TRIAL, strata=[stratum.code for stratum in protocol.STRATA])
    if sealed.head.maker != by.username:
        raise ListProblem(
            f"The file says that {sealed.head.maker} made the list. Only its maker hands it in;"
            f" you are {by.username}."
        )
    _refuse_a_second_one()
    with acting(by, role=role_name(by, Right.LOAD_LIST)):
        handed_in = HandedInList(
            content=content.decode(),
            commitment=commitment_of(sealed),
            maker=sealed.head.maker,
            made_at=sealed.head.made_at,
            slots=sealed.per_stratum(),
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
    """Have the vault load a list. `commitment` is the one that the person has seen; needs LOAD_LIST.

    Raises NotAllowed, PasswordRefused, or ListProblem with the reason.
    """
    require(by, Right.LOAD_LIST)
    password(by)
    with acting(by, role=role_name(by, Right.LOAD_LIST)):
        held = _held(handed_in)
        sealed = read(held.content)
        check_two_people(sealed, loader=by.username)
        if by.pk == held.handed_in_by_id:
            raise ListProblem("You handed this list in. Somebody else confirms it.")
        if not commitment_of(sealed) == held.commitment == commitment:
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
    """Take back a list that nobody has confirmed; its content is forgotten. Needs LOAD_LIST."""
    require(by, Right.LOAD_LIST)
    with acting(by, role=role_name(by, Right.LOAD_LIST)):
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


def _refuse_a_second_one() -> None:
    if loaded() is not None:
        raise ListProblem("A list is loaded already; a trial has one list, loaded once.")
    if HandedInList.objects.filter(state__in=LIST_UNDER_WAY).exists():
        raise ListProblem("A list is handed in already. It is loaded or withdrawn first.")
