"""Passwords asked for again: before a signature, and before a password is changed (E3)."""

from copy import copy

from axes.utils import reset as reset_failures
from django.conf import settings
from django.contrib.auth import authenticate
from django.http import HttpRequest, QueryDict

from trialsite.accounts.address import address_of
from trialsite.accounts.models import User


class PasswordRefused(Exception):
    """Raised for a wrong password; `reason` is a sentence for the person."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def check_password_again(request: HttpRequest, password: str) -> User:
    """The person who is signed in, if this is their own password; else raises PasswordRefused.

    A wrong password is an event in history and counts towards the lockout like one at sign-in; while locked
    out, the answer of the whole request becomes the page that says so (429).
    """
    person = request.user
    if not isinstance(person, User):
        raise PasswordRefused("You are no longer signed in.")
    # The lockout keeps what was posted with a failure; study data and new passwords have no place there.
    bare = copy(request)
    bare.GET = bare.POST = QueryDict()
    same = authenticate(bare, username=person.username, password=password)
    if getattr(bare, "axes_locked_out", False):
        vars(request).update(axes_locked_out=True, axes_credentials={"username": person.username})
    if same != person:
        raise PasswordRefused(
            "This is not your password, so nothing was done. "
            f"After {settings.AXES_FAILURE_LIMIT} wrong passwords in a row you have to wait "
            f"{settings.AXES_COOLOFF_TIME.total_seconds() / 60:.0f} minutes."
        )
    reset_failures(username=person.username, ip=address_of(request))
    return person
