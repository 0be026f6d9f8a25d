"""Which lists of work each role has on its first page, in the order in which they are looked at."""

from collections.abc import Callable, Mapping

from trialsite.accounts.access import memberships_of
from trialsite.accounts.models import Role
from trialsite.home.queue import Queue, Scope
from trialsite.home.queues.doses import doses_to_judge
from trialsite.home.queues.eligibility import (
    numbers_to_ask_for,
    participants_in_screening,
    requests_under_way,
    reviews_to_sign,
)
from trialsite.home.queues.forms import forms_due, masked_forms_due
from trialsite.home.queues.lists import (
    lists_that_changed,
    lists_under_way,
    strata_to_look_at,
    unblinding_to_approve,
)
from trialsite.home.queues.questions import open_queries, queries_to_answer, queries_to_close
from trialsite.home.queues.reminders import reminders_of_mine
from trialsite.home.queues.safety import deviations_to_classify, event_forms_missing, serious_events
from trialsite.home.queues.signatures import visits_to_sign
from trialsite.home.queues.study import mails_of_unknown_fate, own_exports, people_without_role
from trialsite.home.queues.supply import kits_to_decide, shipments_to_receive, shipments_to_send
from trialsite.home.queues.unblinding import recent_unblindings
from trialsite.home.queues.visits import coming_visits, kits_to_ask_for, overdue_visits

Lookup = Callable[[Scope], Queue]

WORK: Mapping[Role, tuple[Lookup, ...]] = {
    Role.COORDINATOR: (
        serious_events,
        overdue_visits,
        coming_visits,
        forms_due,
        event_forms_missing,
        deviations_to_classify,
        participants_in_screening,
        queries_to_answer,
        requests_under_way,
        shipments_to_receive,
        reminders_of_mine,
        mails_of_unknown_fate,
    ),
    Role.INVESTIGATOR: (
        serious_events,
        reviews_to_sign,
        numbers_to_ask_for,
        kits_to_ask_for,
        visits_to_sign,
        event_forms_missing,
        deviations_to_classify,
        overdue_visits,
        coming_visits,
        queries_to_answer,
        requests_under_way,
        reminders_of_mine,
    ),
    Role.LAB_ASSESSOR: (doses_to_judge, masked_forms_due, queries_to_answer, queries_to_close),
    Role.MONITOR: (
        serious_events,
        recent_unblindings,
        queries_to_close,
        open_queries,
        overdue_visits,
        coming_visits,
    ),
    Role.DATA_MANAGER: (
        serious_events,
        recent_unblindings,
        unblinding_to_approve,
        queries_to_close,
        open_queries,
        strata_to_look_at,
        overdue_visits,
    ),
    Role.PHARMACIST: (kits_to_decide, shipments_to_send, lists_that_changed, lists_under_way),
    Role.STATISTICIAN: (lists_that_changed, lists_under_way, unblinding_to_approve, strata_to_look_at),
    Role.ADMINISTRATOR: (own_exports, people_without_role, mails_of_unknown_fate),
}


def work_of(scope: Scope) -> list[Queue]:
    """The lists of a person's roles, each list once; one query a list."""
    roles = memberships_of(scope.user)
    lookups = dict.fromkeys(lookup for role, _, _ in roles for lookup in WORK[role])
    return [lookup(scope) for lookup in lookups]
