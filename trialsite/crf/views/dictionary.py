"""The data dictionary as a page."""

from itertools import groupby

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from trialsite.accounts.access import requires
from trialsite.accounts.rights import Right
from trialsite.crf.dictionary import entries
from trialsite.crf.forms import form_by_code


@requires(Right.SEE_HELP)
@require_GET
def dictionary(request: HttpRequest) -> HttpResponse:
    """Every variable with its label, type, units, ranges and codes."""
    forms = [
        {"code": code, "title": form_by_code(code).title(), "entries": list(lines)}
        for code, lines in groupby(entries(), key=lambda entry: entry.form)
    ]
    return render(request, "crf/dictionary.html", {"forms": forms})
