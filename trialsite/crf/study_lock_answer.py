"""What a person is told when the database refuses a write because the study is locked, on whatever page."""

from collections.abc import Callable

import psycopg
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from trialsite.crf.study_lock import REFUSED

LOCKED = 423
Handler = Callable[[HttpRequest], HttpResponseBase]


class StudyLockAnswer:
    """Middleware: turns the refusal into a page that says so."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """The page for the refusal; None for anything else."""
        cause = exception.__cause__
        if (
            isinstance(exception, DatabaseError)
            and isinstance(cause, psycopg.Error)
            and cause.sqlstate == REFUSED
        ):
            return render(request, "crf/study_locked.html", status=LOCKED)
        return None
