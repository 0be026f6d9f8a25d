"""What is done to accounts and roles. Each action checks the right, is one transaction, and leaves history.

`by` is the person who acts, or "system:…" for a command run on the server, which needs no right.
A refusal is a ValidationError that says what is allowed, or NotAllowed.
"""

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.db.models.functions import Now

from trialsite.accounts.access import (
    NotAllowed,
    forget_memberships,
    may_in_study,
    require,
    role_name,
)
from trialsite.accounts.acting import acting
from trialsite.accounts.models import Membership, Role, Site, User
from trialsite.accounts.rights import Right, hand_of


def add_person(*, by: User | str, username: str, full_name: str, email: str) -> User:
    """Open an account without password and roles. The user name is turned to lower case."""
    _check_manager(by)
    user = User(username=username.lower(), full_name=full_name, email=email)
    user.set_unusable_password()
    with acting(by, role=_manager_role(by)):
        user.full_clean()
        try:
            user.save(force_insert=True)
        except IntegrityError as error:
            # Somebody else took the name since full_clean looked.
            raise ValidationError({"username": User.username.field.error_messages["unique"]}) from error
    return user


def give_role(*, by: User | str, user: User, role: Role, site: Site | None = None) -> Membership:
    """Give a role at a site or, without site, in the whole study.

    Refused when the person already holds it, is deactivated, or holds a role of another hand (C8).
    """
    _check_manager_of(by, site)
    with acting(by, role=_manager_role(by)):
        # The lock makes two administrators wait for each other; the trigger of the table holds in any case.
        current = User.objects.select_for_update(no_key=True).get(pk=user.pk)
        if not current.is_active:
            raise ValidationError(f"{user} is deactivated. Reactivate the account first.")
        held = list(Membership.objects.filter(user=current, ended_at=None))
        if any(one.role == role and one.site == site for one in held):
            raise ValidationError(f"{user} holds this role there already.")
        for one in held:
            _check_hands(user, Role(one.role), role)
        given_by = by if isinstance(by, User) else None
        membership = Membership.objects.create(user=current, role=role, site=site, given_by=given_by)
    forget_memberships(user)
    return membership


def end_role(*, by: User | str, membership: Membership) -> None:
    """End a role now. It stays in the list of roles once held."""
    _check_manager_of(by, membership.site)
    if by == membership.user and membership.role == Role.ADMINISTRATOR:
        raise ValidationError("Nobody ends the own administrator role; another administrator has to.")
    with acting(by, role=_manager_role(by)):
        Membership.objects.filter(pk=membership.pk, ended_at=None).update(ended_at=Now())
    forget_memberships(membership.user)


def deactivate_person(*, by: User | str, user: User) -> None:
    """Close an account: roles end, the password is void, every session is over at its next request (C3)."""
    _check_manager(by)
    if by == user:
        raise ValidationError("Nobody deactivates the own account; another administrator has to.")
    with acting(by, role=_manager_role(by)):
        Membership.objects.filter(user=user, ended_at=None).update(ended_at=Now())
        user.is_active = False
        user.set_unusable_password()
        user.save(update_fields=["is_active", "password"])
    forget_memberships(user)


def reactivate_person(*, by: User | str, user: User) -> None:
    """Open a closed account again; roles and password are given anew."""
    _check_manager(by)
    user.is_active = True
    with acting(by, role=_manager_role(by)):
        user.save(update_fields=["is_active"])
    forget_memberships(user)


def set_password(*, by: User | str, user: User, password: str) -> None:
    """Give an account a new password; its other sessions are over. Only its holder, or a command, may."""
    if isinstance(by, User) and by != user:
        raise NotAllowed("Only you set your password. An administrator can send a link that lets you.")
    validate_password(password, user)
    with acting(by):
        user.set_password(password)
        user.save(update_fields=["password"])


def void_password(*, by: User | str, user: User) -> None:
    """Make a password useless, so that the account waits for its holder to set a new one through a link."""
    _check_manager(by)
    if not user.is_active:
        raise ValidationError(f"{user} is deactivated. Reactivate the account first.")
    if by == user:
        raise ValidationError("Change your own password on the page for it.")
    with acting(by, role=_manager_role(by)):
        user.set_unusable_password()
        user.save(update_fields=["password"])


def add_site(*, by: User | str, code: str, name: str, time_zone: str) -> Site:
    """Open a site; code is its two digits, time_zone an IANA name."""
    _check_manager_of(by, None)
    site = Site(code=code, name=name, time_zone=time_zone)
    with acting(by, role=_manager_role(by)):
        site.full_clean()
        site.save(force_insert=True)
    return site


def _check_hands(user: User, held: Role, wanted: Role) -> None:
    if hand_of(held) is not hand_of(wanted):
        raise ValidationError(
            f"{user} is {held.label.lower()} ({hand_of(held)}) and cannot be {wanted.label.lower()} "
            f"({hand_of(wanted)}) at the same time. End the other role first, or choose another person."
        )


def _check_manager(by: User | str) -> None:
    if isinstance(by, User):
        require(by, Right.MANAGE_PEOPLE)


def _check_manager_of(by: User | str, site: Site | None) -> None:
    if not isinstance(by, User):
        return
    require(by, Right.MANAGE_PEOPLE, site)
    if site is None and not may_in_study(by, Right.MANAGE_PEOPLE):
        raise NotAllowed(
            "You are administrator of a site; only an administrator of the whole study may do this."
        )


def _manager_role(by: User | str) -> str:
    return role_name(by, Right.MANAGE_PEOPLE) if isinstance(by, User) else ""
