"""The one obvious next thing to do for a participant, for the person who looks."""

from collections.abc import Collection
from dataclasses import dataclass

from django.urls import reverse

from screening.review_states import ReviewState
from trialsite.accounts.access import may
from trialsite.accounts.models import User
from trialsite.accounts.rights import Right
from trialsite.protocol import SCREENING_VISIT
from visits.casebook.grid import Column
from visits.casebook.known import Known
from visits.dosing.waiting import laboratories_to_judge
from visits.safety.models import SeriousEvent
from visits.safety.states import DUE
from visits.windows import VISIT_BY_CODE


@dataclass(frozen=True)
class Action:
    """What to do, as a verb, and where."""

    label: str
    url: str


def next_action(
    user: User, known: Known, columns: Collection[Column], kit_visits: Collection[str]
) -> Action | None:
    """The next action of this person, or None: what has a clock, what is due, what waits, what comes.

    kit_visits: the dose visits that have their kit. At most one query, for who reports or judges.
    """
    if known.participant.followed_by:
        return None
    if urgent := _report(user, known) or _judge(user, known):
        return urgent
    if not known.visits:
        return _before_number(user, known, columns)
    for column in columns:
        if any(cell.open for cell in column.present_cells):
            without_kit = column.visit.dose and column.visit.code not in kit_visits
            return (_prepare_dose(user, known, column) if without_kit else None) or _enter(column)
    signatures = (_sign(user, known, column) for column in columns)
    return next(filter(None, signatures), None) or _book(user, known, columns)


def _report(user: User, known: Known) -> Action | None:
    """A serious event whose report is due within its hours."""
    participant = known.participant
    if not may(user, Right.SIGN_SAFETY, participant.site):
        return None
    due = SeriousEvent.objects.filter(participant=participant, state__in=DUE).order_by("due_at", "id")
    number = due.values_list("record__repeat", flat=True).first()
    if number is None:
        return None
    where = {"SUBJID": participant.SUBJID, "number": number}
    return Action(f"Report serious event {number}", reverse("visits:serious", kwargs=where))


def _judge(user: User, known: Known) -> Action | None:
    """The laboratory of a dose visit that the assessor has not judged."""
    participant = known.participant
    if not may(user, Right.ADVISE_DOSE, participant.site):
        return None
    waiting = laboratories_to_judge([participant.site_id]).filter(participant=participant).first()
    if waiting is None:
        return None
    where = {"SUBJID": participant.SUBJID, "visit": waiting.visit}
    label = f"Judge the laboratory of {VISIT_BY_CODE[waiting.visit].label}"
    return Action(label, reverse("visits:dose_advice", kwargs=where))


def _sign(user: User, known: Known, column: Column) -> Action | None:
    """A visit that is over, with every form entered and not all of them signed."""
    site = known.participant.site
    over = column.course.over or column.visit.code == SCREENING_VISIT
    if not (over and column.complete and column.to_sign and may(user, Right.SIGN_VISIT, site)):
        return None
    where = {"SUBJID": known.participant.SUBJID, "visit": column.visit.code}
    return Action(f"Sign {column.visit.label}", reverse("visits:sign", kwargs=where))


def _before_number(user: User, known: Known, columns: Collection[Column]) -> Action | None:
    number, site = {"SUBJID": known.participant.SUBJID}, known.participant.site
    if known.review is None:
        entry = next((entry for column in columns if (entry := _enter(column))), None)
        if entry or not may(user, Right.ENTER_DATA, site):
            return entry
        return Action("Review eligibility", reverse("screening:eligibility", kwargs=number))
    if known.review is ReviewState.SUBMITTED and may(user, Right.SIGN_ELIGIBILITY, site):
        return Action("Review and sign eligibility", reverse("screening:eligibility", kwargs=number))
    if known.review is ReviewState.SIGNED and may(user, Right.REQUEST_NUMBER, site):
        return Action("Ask for the treatment number", reverse("randomization:number", kwargs=number))
    return None


def _enter(column: Column) -> Action | None:
    cell = next((cell for cell in column.present_cells if cell.open), None)
    return Action(f"Enter {column.visit.label}: {cell.title}", cell.url) if cell else None


def _prepare_dose(user: User, known: Known, column: Column) -> Action | None:
    participant, planned = known.participant, column.scheduled
    if planned is None or planned.over or known.today > planned.window_close:
        return None
    if not may(user, Right.REQUEST_NUMBER, participant.site):
        return None
    where = {"SUBJID": participant.SUBJID, "visit": column.visit.code}
    # The gate says what is missing, and leads to the kit once nothing is.
    return Action(f"Before the dose of {column.visit.label}", reverse("visits:dose_gate", kwargs=where))


def _book(user: User, known: Known, columns: Collection[Column]) -> Action | None:
    if not may(user, Right.BOOK_VISITS, known.participant.site):
        return None
    for column in columns:
        if column.scheduled and not column.scheduled.over and column.scheduled.booked_on is None:
            where = {"SUBJID": known.participant.SUBJID, "visit": column.visit.code}
            return Action(f"Book {column.visit.label}", reverse("visits:visit", kwargs=where))
    return None
