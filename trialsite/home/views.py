"""The first page after logging in."""

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from trialsite import clock
from trialsite.accounts.access import may, requires
from trialsite.accounts.models import User
from trialsite.accounts.rights import Right
from trialsite.home.enrolment import by_day, curve, enrolment
from trialsite.home.queue import scope_of
from trialsite.home.work import work_of
from trialsite.navigation import address


@require_safe
@requires(Right.SEE_HOME)
def home(request: HttpRequest) -> HttpResponse:
    """The own work of today, and enrolment in the study."""
    user = cast("User", request.user)
    scope = scope_of(user)
    queues = work_of(scope)
    context = {
        "todo": [queue for queue in queues if queue.count],
        "done": [queue for queue in queues if not queue.count],
        "enrolment": enrolment(),
        "today": scope.today,
        "register_url": address("screening:register") if may(user, Right.REGISTER_PARTICIPANT) else "",
    }
    return render(request, "home/home.html", context)


@require_safe
@requires(Right.SEE_HOME)
def enrolment_curve(request: HttpRequest) -> HttpResponse:
    """The enrolment curve, an image."""
    svg = curve(by_day(), clock.today("UTC"))
    return HttpResponse(svg, content_type="image/svg+xml")
