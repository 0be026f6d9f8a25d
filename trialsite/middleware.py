"""What holds for every page: nothing is kept by a browser or proxy, and nobody stays signed in for ever."""

import time
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponseBase

Handler = Callable[[HttpRequest], HttpResponseBase]

STARTED = "signed_in_at"  # seconds since 1970
SEEN = "seen_at"  # seconds since 1970
WRITE_EVERY = 60  # seconds; the session is not saved anew on every request
BACKGROUND = "Background"  # header of requests that a page makes on its own; they keep nobody signed in


def private_pages(get_response: Handler) -> Handler:
    """Pages are not stored anywhere (S3), unless a view has said otherwise."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if not response.has_header("Cache-Control"):
            response["Cache-Control"] = "no-store"
        response.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
        return response

    return middleware


def session_limits(get_response: Handler) -> Handler:
    """A session ends after SESSION_IDLE without a request, and in any case after SESSION_ABSOLUTE (C6)."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if request.user.is_authenticated:
            now = int(time.time())
            started = request.session.setdefault(STARTED, now)
            seen = request.session.setdefault(SEEN, now)
            idle, absolute = settings.SESSION_IDLE.total_seconds(), settings.SESSION_ABSOLUTE.total_seconds()
            if now - seen > idle or now - started > absolute:
                logout(request)
            elif now - seen > WRITE_EVERY and BACKGROUND not in request.headers:
                request.session[SEEN] = now
        return get_response(request)

    return middleware
