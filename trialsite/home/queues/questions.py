"""Queries to answer or to close."""

from django.urls import reverse

from trialsite.accounts.rights import Right
from trialsite.crf.addresses import form_address
from trialsite.crf.forms import form_by_code
from trialsite.crf.models import Query
from trialsite.crf.views.queries import visible_queries
from trialsite.home.queue import Item, Queue, Scope, first, visit_label


def queries_to_answer(scope: Scope) -> Queue:
    """Open queries at the sites whose data the person enters."""
    return _queries(
        scope, "Queries to answer", Query.State.OPEN, Right.ANSWER_QUERY, "No query waits for an answer."
    )


def queries_to_close(scope: Scope) -> Queue:
    """Answered queries, for those who asked."""
    return _queries(
        scope, "Answers to read", Query.State.ANSWERED, Right.CLOSE_QUERY, "No answer waits for you."
    )


def open_queries(scope: Scope) -> Queue:
    """Queries that the sites have not answered yet, for those who asked."""
    return _queries(scope, "Queries open", Query.State.OPEN, Right.CLOSE_QUERY, "No query is open.")


def _queries(scope: Scope, title: str, state: str, right: Right, empty: str) -> Queue:
    rows = visible_queries(scope.user).filter(state=state, record__participant__site__in=scope.sites(right))
    count, queries = first(rows.order_by("opened_at"))
    items = [_item(query) for query in queries]
    return Queue(title, "query", count, tuple(items), empty, reverse("crf:queries"))


def _item(query: Query) -> Item:
    record = query.record
    entry = form_address(record.participant.SUBJID, record.visit, record.form, record.repeat)
    return Item(
        f"{record.participant.SUBJID} · {visit_label(record.visit)} · {form_by_code(record.form).title()}",
        f"{entry}#f-{query.field}",
        "query",
        query.field,
    )
