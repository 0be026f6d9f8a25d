"""What a person sees when a request cannot be answered: what happened, what was kept, where to go."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import get_template

from trialsite import protocol
from trialsite.accounts.access import NotAllowed, public

NOT_FOUND = 404
FORBIDDEN = 403
BAD = 400
FAILED = 500


@public
def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: the request could not be understood. The exception's text is not shown (S2)."""
    return render(request, "errors/400.html", status=BAD)


@public
def not_allowed(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403: says who may, when the refusal gave its reason."""
    reason = exception.reason if isinstance(exception, NotAllowed) else ""
    return render(request, "errors/403.html", {"reason": reason}, status=FORBIDDEN)


@public
def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: also for another site's participant; whether it exists is not told."""
    return render(request, "errors/404.html", status=NOT_FOUND)


@public
def page_too_old(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 of the protection against forged requests: nearly always a page from before the last login."""
    return render(request, "errors/csrf.html", status=FORBIDDEN)


@public
def server_error(request: HttpRequest) -> HttpResponse:
    """500: rendered without context processors, since the database may be what failed."""
    nonce = getattr(request, "csp_nonce", "")
    page = get_template("errors/500.html").render({"nonce": nonce, "TRIAL": protocol.TRIAL})
    return HttpResponse(page, status=FAILED)
