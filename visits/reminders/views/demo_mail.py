"""The mails that a demonstration keeps instead of sending: those that the person may see."""

from pathlib import Path
from typing import cast

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from trialsite.accounts.access import requires
from trialsite.accounts.models import User
from trialsite.accounts.rights import Right
from visits.reminders.demo_mail import letters_for


@requires(Right.SEE_OUTBOX)
@require_safe
def demo_mails(request: HttpRequest) -> HttpResponse:
    """Elsewhere than in a demonstration there is no such page."""
    if not settings.DEMO:
        raise Http404
    letters = letters_for(cast("User", request.user), Path(str(settings.EMAIL_FILE_PATH)))
    return render(request, "visits/reminders/demo_mails.html", {"letters": letters})
