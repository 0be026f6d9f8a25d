"""Every sign-in, sign-out and refused password becomes one event (A6)."""

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.http import HttpRequest

from trialsite.accounts.address import address_of
from trialsite.accounts.models import User
from trialsite.audit.events import record_event, write_event

SIGNED_IN = "signed in"
SIGNED_OUT = "signed out"
PASSWORD_REFUSED = "password refused"  # noqa: S105 - the name of an event
NOBODY = "unknown user name"


def connect() -> None:
    """Listen to what django.contrib.auth tells."""
    user_logged_in.connect(_signed_in, dispatch_uid="audit.signed_in")
    user_logged_out.connect(_signed_out, dispatch_uid="audit.signed_out")
    user_login_failed.connect(_password_refused, dispatch_uid="audit.password_refused")


def _signed_in(sender: object, request: HttpRequest, user: User, **_: Any) -> None:
    record_event(SIGNED_IN, by=user, address=address_of(request))


def _signed_out(sender: object, request: HttpRequest, user: User | None, **_: Any) -> None:
    if user is not None:
        record_event(SIGNED_OUT, by=user, address=address_of(request))


def _password_refused(
    sender: object, credentials: Mapping[str, Any], request: HttpRequest | None = None, **_: Any
) -> None:
    # What was typed for a name is kept only when it is one: people type passwords into the wrong field.
    typed = str(credentials.get("username") or "").lower()
    known = User.objects.filter(username=typed).exists()
    write_event(
        PASSWORD_REFUSED,
        typed if known else NOBODY,
        address_of(request) if request else "",
        {"locked": bool(getattr(request, "axes_locked_out", False))},
    )
