"""What is known of a participant for the casebook, as far as its reader may know it."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.db.models import Max

from screening.models import Participant
from screening.review_models import EligibilityReview
from screening.review_states import LIVE, ReviewState
from trialsite.accounts.models import User
from trialsite.crf.forms import REGISTER
from trialsite.crf.lifecycle import RecordState
from trialsite.crf.models import Record
from trialsite.crf.permissions import may_see
from trialsite.protocol import EARLY_END_VISIT, SCREENING_DAYS, SCREENING_VISIT
from visits.calendar.ends import closed_by_end, early_end_of
from visits.casebook.cell_state import Entry, Term
from visits.course import Course, courses_of
from visits.models import ScheduledVisit
from visits.windows import VISIT_BY_CODE


@dataclass(frozen=True)
class Known:
    """Everything the casebook is built from; of masked records, only what its reader may know (L19)."""

    participant: Participant
    today: date
    visits: dict[str, ScheduledVisit]
    courses: dict[str, Course]
    entries: dict[tuple[str, str], Entry]  # (visit, form) -> what is known of its records
    review: ReviewState | None

    def course(self, visit: str) -> Course:
        """What became of a visit so far."""
        return self.courses.get(visit, Course())


def known_of(user: User, participant: Participant) -> Known:
    """Read what this person's casebook needs: five queries, however many visits and records there are."""
    review = EligibilityReview.objects.filter(participant=participant, state__in=LIVE)
    state = review.values_list("state", flat=True).first()
    return Known(
        participant=participant,
        today=participant.today(),
        visits={visit.code: visit for visit in ScheduledVisit.objects.filter(participant=participant)},
        courses=courses_of(participant),
        entries=_entries(user, participant),
        review=ReviewState(state) if state else None,
    )


def _entries(user: User, participant: Participant) -> dict[tuple[str, str], Entry]:
    """The planned records with what their retests add, and what of them is signed; one query."""
    rows = (
        Record.objects.filter(participant=participant, visit__in=VISIT_BY_CODE)
        .annotate(signed_version=Max("signed__version"))
        .order_by("repeat", "visit", "form")
    )
    entries: dict[tuple[str, str], Entry] = {}
    for visit, form, repeat, state, queries, version, signed_version, reason in rows.values_list(
        "visit", "form", "repeat", "state", "open_queries", "version", "signed_version", "not_done_reason"
    ):
        if not may_know(user, participant, form, visit):
            continue
        signed, changed = signed_version == version, signed_version not in (None, version)
        if repeat == 0:
            entries[visit, form] = Entry(
                RecordState(state), queries, signed=signed, changed=changed, reason=reason
            )
        elif planned := entries.get((visit, form)):
            entries[visit, form] = replace(
                planned,
                open_queries=planned.open_queries + queries,
                retests=planned.retests + (state != RecordState.NOT_DONE),
                signed=planned.signed and signed,
                changed=planned.changed or changed,
            )
    return entries


def term_of(known: Known, visit: str) -> Term:
    """When the forms of a visit are asked for."""
    participant = known.participant
    if visit == SCREENING_VISIT:
        if known.review is ReviewState.SCREEN_FAILURE or participant.followed_by:
            return Term()
        end = participant.day1 or participant.RFICDTC + timedelta(days=SCREENING_DAYS)
        return Term(due=participant.RFICDTC, late_after=end)
    planned, course = known.visits.get(visit), known.course(visit)
    if visit == EARLY_END_VISIT:
        return Term(due=early_end_of(participant))
    if planned is None:  # an unscheduled visit offers its forms
        return Term(missed=course.missed)
    due = min(planned.window_open, course.took_place_on or planned.window_open)
    closed = is_closed(known, visit)
    return Term(due=due, late_after=planned.window_close, missed=course.missed, closed=closed)


def is_closed(known: Known, visit: str) -> bool:
    """Whether an early end came before a scheduled visit that had not taken place."""
    planned = known.visits.get(visit)
    if planned is None or known.course(visit).over:
        return False
    return closed_by_end(planned.window_close, early_end_of(known.participant))


def may_know(user: User, participant: Participant, code: str, visit: str) -> bool:
    """Whether this person may know anything of a form at a visit, even that it exists."""
    form = REGISTER.get(code)
    return form is None or may_see(user, participant.site, form, visit)
