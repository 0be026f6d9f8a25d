"""Queries: the list of mine, asking, answering, closing."""

import uuid
from collections.abc import Callable
from typing import Any, cast

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from trialsite.accounts.access import may, requires, sites_where, visible_or_404
from trialsite.accounts.models import User
from trialsite.accounts.rights import Right
from trialsite.crf.addresses import form_address
from trialsite.crf.forms import REGISTER, CaseReportForm, form_by_code
from trialsite.crf.models import Query
from trialsite.crf.opening import open_form, place_of
from trialsite.crf.permissions import may_see_masked, right_to_answer, right_to_close
from trialsite.crf.queries import QueryMoved, answer_query, can_be_closed, close_query, raise_query
from trialsite.crf.views.pages import label_of, visit_label
from trialsite.crf.views.words import question_about_words
from trialsite.protocol import MASKED_VISITS

_MOST = 200


def visible_queries(user: User) -> QuerySet[Query]:
    """The queries this person may see: those of masked records only for who may see masked values."""
    rows = Query.objects.select_related("record__participant__site", "opened_by", "answered_by")
    if not may_see_masked(user):
        rows = rows.exclude(_on_masked_forms())
    return rows.filter(record__participant__site__in=sites_where(user, Right.SEE_PARTICIPANTS))


def queries_for(user: User, right: Right, masked_right: Right) -> QuerySet[Query]:
    """The queries at sites where the person has the right that the form and visit of each needs."""
    masked, site = _on_masked_forms(), "record__participant__site__in"
    return visible_queries(user).filter(
        (~masked & Q((site, sites_where(user, right))))
        | (masked & Q((site, sites_where(user, masked_right))))
    )


def _on_masked_forms() -> Q:
    masked = [code for code, form in REGISTER.items() if form.is_masked(MASKED_VISITS[0])]
    return Q(record__form__in=masked, record__visit__in=MASKED_VISITS)


@requires(Right.SEE_PARTICIPANTS)
@require_GET
def query_list(request: HttpRequest) -> HttpResponse:
    """Queries of my sites, open ones first."""
    user = cast("User", request.user)
    show_closed = request.GET.get("show") == "closed"
    rows = visible_queries(user)
    rows = rows.filter(state="closed") if show_closed else rows.exclude(state="closed")
    lines = [
        {
            "query": query,
            "label": label_of(form_by_code(query.record.form), query.field),
            "visit": visit_label(query.record.visit),
            "url": _form_of(query),
            "may_answer": query.state == Query.State.OPEN and _may(user, right_to_answer, query),
            "may_close": can_be_closed(query) and _may(user, right_to_close, query),
        }
        for query in rows.order_by("state", "opened_at")[:_MOST]
    ]
    return render(request, "crf/queries.html", {"lines": lines, "show_closed": show_closed, "most": _MOST})


@requires(Right.RAISE_QUERY)
@require_POST
def ask(request: HttpRequest, SUBJID: str, visit: str, form: str, repeat: int = 0) -> HttpResponse:
    """Raise a query on a field of a submitted form."""
    opened = open_form(place_of(cast("User", request.user), SUBJID, visit, form, repeat))
    field, text = request.POST.get("field", ""), request.POST.get("text", "").strip()
    if opened.record is None or field not in opened.form.variables_at(visit, repeat):
        raise Http404
    if asked := question_about_words(request, "text"):
        return asked
    if text:
        raise_query(by=opened.user, record=opened.record, field=field, text=text[:300])
        messages.success(request, "The query was raised.")
    else:
        messages.error(request, "Write what you ask about this value.")
    return HttpResponseRedirect(f"{form_address(SUBJID, visit, form, repeat)}#f-{field}")


@requires(Right.ANSWER_QUERY)
@require_POST
def answer(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Answer an open query."""
    text = request.POST.get("answer", "").strip()
    if not text:
        messages.error(request, "Write an answer, or correct the value.")
        return HttpResponseRedirect(reverse("crf:queries"))
    query = _found(request, pk)
    if asked := question_about_words(request, "answer"):
        return asked
    user = cast("User", request.user)
    return _moved(request, lambda: answer_query(by=user, query=query, answer=text[:300]))


@requires(Right.SEE_PARTICIPANTS)
@require_POST
def close(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Close a query; which right that needs depends on its form."""
    query = _found(request, pk)
    return _moved(request, lambda: close_query(by=cast("User", request.user), query=query))


def _may(user: User, right: Callable[[type[CaseReportForm], str], Right], query: Query) -> bool:
    needed = right(form_by_code(query.record.form), query.record.visit)
    return may(user, needed, query.record.participant.site)


def _form_of(query: Query) -> str:
    record = query.record
    return form_address(record.participant.SUBJID, record.visit, record.form, record.repeat)


def _found(request: HttpRequest, pk: uuid.UUID) -> Query:
    user = cast("User", request.user)
    return visible_or_404(
        visible_queries(user), user, Right.SEE_PARTICIPANTS, site="record__participant__site", pk=pk
    )


def _moved(request: HttpRequest, act: Any) -> HttpResponse:
    try:
        query = act()
    except QueryMoved as moved:
        messages.warning(request, str(moved))
    else:
        messages.success(request, f"The query is {query.get_state_display().lower()}.")
    return HttpResponseRedirect(reverse("crf:queries"))
