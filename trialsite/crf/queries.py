"""Queries: questions about a value, from a confirmed soft check or from a person."""

from collections.abc import Iterable

from trialsite.accounts.access import require, role_name
from trialsite.accounts.models import User
from trialsite.accounts.rights import Right
from trialsite.audit.context import acting
from trialsite.crf.forms import form_by_code
from trialsite.crf.models import Query, Record
from trialsite.crf.permissions import right_to_answer, right_to_close
from trialsite.crf.reading import Problem

MOST_LETTERS = 300
# The only moves: state and right needed, by the state they start from. On masked forms `can_be_closed` and
# the rights of permissions.py hold.
MOVES = {
    Query.State.OPEN: ((Query.State.ANSWERED, Right.ANSWER_QUERY), (Query.State.CLOSED, Right.CLOSE_QUERY)),
    Query.State.ANSWERED: ((Query.State.CLOSED, Right.CLOSE_QUERY),),
    Query.State.CLOSED: (),
}


class QueryMoved(Exception):
    """The query is no longer in the state that the person saw; the message says so."""


def settle_check_queries(
    record: Record, confirmed: Iterable[Problem], changed: frozenset[str], *, by: User
) -> None:
    """Open a query for each confirmed check, close those whose check has nothing to ask any more.

    A query that was closed opens again only when its value is among the changed columns.
    Runs inside the saving transaction and sets record.open_queries; the caller saves the record.
    """
    wanted = {(problem.field, problem.check): problem for problem in confirmed}
    if not wanted and not record.open_queries:
        return
    known = list(Query.objects.filter(record=record)) if record.has_queries else []
    live = [query for query in known if query.state != Query.State.CLOSED]
    standing = {
        (query.field, query.check_name)
        for query in known
        if query.state != Query.State.CLOSED or query.field.partition("-")[0] not in changed
    }
    settled = [q for q in live if q.check_name and (q.field, q.check_name) not in wanted]
    if settled:
        Query.objects.filter(pk__in=[query.pk for query in settled]).update(
            state=Query.State.CLOSED, answer="The value was changed.", closed_by=by
        )
    opened = [
        Query(record=record, field=field, check_name=check, text=problem.message, opened_by=by)
        for (field, check), problem in wanted.items()
        if (field, check) not in standing
    ]
    if opened:
        Query.objects.bulk_create(opened)
    record.open_queries = len(live) - len(settled) + len(opened)
    record.has_queries = record.has_queries or bool(opened)


def raise_query(*, by: User, record: Record, field: str, text: str) -> Query:
    """A person asks about a value. NotAllowed without the right."""
    site = record.participant.site
    require(by, Right.RAISE_QUERY, site)
    with acting(by, role=role_name(by, Right.RAISE_QUERY, site), reason=text):
        return open_query(Record.objects.select_for_update().get(pk=record.pk), field=field, text=text, by=by)


def open_query(record: Record, *, field: str, text: str, by: User) -> Query:
    """Ask about a value; the caller checked the right, and its transaction holds the record."""
    query = Query.objects.create(record=record, field=field, text=text[:MOST_LETTERS], opened_by=by)
    record.open_queries += 1
    record.has_queries = True
    record.save(update_fields=["open_queries", "has_queries"])
    return query


def answer_query(*, by: User, query: Query, answer: str) -> Query:
    """The site answers. NotAllowed without the right; QueryMoved when it is not open."""
    return _move(by, query, Query.State.ANSWERED, answer)


def close_query(*, by: User, query: Query) -> Query:
    """The data manager is content; on a masked form the laboratory assessor, once there is an answer.

    NotAllowed without the right; QueryMoved when already closed, or masked and not answered.
    """
    return _move(by, query, Query.State.CLOSED, "")


def can_be_closed(query: Query) -> bool:
    """Whether a query can be closed as it stands; on a masked form nobody but the assessors sees it."""
    masked = form_by_code(query.record.form).is_masked(query.record.visit)
    return query.state == Query.State.ANSWERED or (query.state == Query.State.OPEN and not masked)


def _move(by: User, query: Query, to: Query.State, answer: str) -> Query:
    form, visit = form_by_code(query.record.form), query.record.visit
    right = (right_to_answer if to is Query.State.ANSWERED else right_to_close)(form, visit)
    site = query.record.participant.site
    require(by, right, site)
    with acting(by, role=role_name(by, right, site), reason=answer or "closed"):
        record = Record.objects.select_for_update().get(pk=query.record_id)
        locked = Query.objects.select_for_update().get(pk=query.pk)
        if to not in [state for state, _ in MOVES[Query.State(locked.state)]]:
            raise QueryMoved(f"This query is {locked.get_state_display().lower()} already.")
        if to is Query.State.CLOSED and not can_be_closed(locked):
            raise QueryMoved("Answer this query first: on a masked form the answer is what others rely on.")
        locked.state = to
        if to is Query.State.ANSWERED:
            locked.answer, locked.answered_by = answer, by
        else:
            locked.closed_by = by
            record.open_queries = max(0, record.open_queries - 1)
            record.save(update_fields=["open_queries"])
        locked.save()
    return locked
