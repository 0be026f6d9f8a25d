"""Queries to answer or to close."""

from django.db.models import QuerySet
from django.urls import reverse

from trialsite.accounts.rights import Right
from trialsite.crf.addresses import form_address
from trialsite.crf.forms import form_by_code
from trialsite.crf.models import Query
from trialsite.crf.views.queries import queries_for
from trialsite.home.queue import Item, Queue, Scope, first, visit_label


def queries_to_answer(scope: Scope) -> Queue:
    """Open queries at the sites whose data the person enters."""
    rows = queries_for(scope.user, Right.ANSWER_QUERY, Right.ENTER_MASKED)
    return _queries("Queries to answer", rows.filter(state=Query.State.OPEN), "No query waits for an answer.")


def queries_to_close(scope: Scope) -> Queue:
    """Answered queries, for those who close them."""
    rows = queries_for(scope.user, Right.CLOSE_QUERY, Right.CLOSE_MASKED_QUERY)
    return _queries("Answers to read", rows.filter(state=Query.State.ANSWERED), "No answer waits for you.")


def open_queries(scope: Scope) -> Queue:
    """Queries that the sites have not answered yet, for those who asked."""
    rows = queries_for(scope.user, Right.CLOSE_QUERY, Right.CLOSE_MASKED_QUERY)
    return _queries("Queries open", rows.filter(state=Query.State.OPEN), "No query is open.")


def _queries(title: str, rows: QuerySet[Query], empty: str) -> Queue:
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
