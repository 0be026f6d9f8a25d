"""A participant's casebook: what is read for it, and the grid of forms and visits built from that."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from screening.models import Participant
from screening.review_models import EligibilityReview
from screening.review_states import LIVE, ReviewState
from trialsite import icons
from trialsite.accounts.models import User
from trialsite.crf.forms import REGISTER
from trialsite.crf.lifecycle import RecordState
from trialsite.crf.models import Record
from trialsite.crf.permissions import may_enter, may_see
from trialsite.protocol import (
    FORMS,
    SCREENING_DAYS,
    SCREENING_VISIT,
    UNSCHEDULED,
    VISITS,
    ScheduledForm,
    Visit,
)
from visits.calendar import unscheduled
from visits.casebook.cell_state import DONE, OPEN, CellState, Entry, Term, cell_state
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


@dataclass(frozen=True)
class Cell:
    """A form at a visit.

    asked: the schedule asks for it here, rather than offering it. url: empty where nothing can be opened.
    enterable: by this person, now. retests: how often it was measured again.
    """

    form: str
    title: str
    asked: bool
    state: CellState
    word: str
    url: str
    enterable: bool
    retests: int = 0

    @property
    def open(self) -> bool:
        """True when this person has something to enter here."""
        return self.enterable and self.state in OPEN

    @property
    def done(self) -> bool:
        """True when nothing is left to enter."""
        return self.state in DONE

    @property
    def face(self) -> SafeString:
        """What stands in the cell: the form's title and the state by icon and word."""
        return _face(self.title, self.state, self.word, self.retests)


@dataclass(frozen=True)
class Column:
    """A visit with a cell for every form of the schedule, None where the form does not belong."""

    visit: Visit
    scheduled: ScheduledVisit | None
    course: Course
    now: bool
    cells: list[Cell | None]

    @property
    def present_cells(self) -> list[Cell]:
        """The cells that are not blank."""
        return [cell for cell in self.cells if cell is not None]


@cache
def _face(title: str, state: CellState, word: str, retests: int) -> SafeString:
    # Drawn once a process: a casebook has two hundred cells and a dozen different faces.
    face = format_html('<span class="cb-name">{}</span> {}', title, icons.state(state, word))
    if not retests:
        return face
    words = "retest" if retests == 1 else "retests"
    return format_html('{} <small class="muted">+{}<span class="sr"> {}</span></small>', face, retests, words)


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
    """The planned records; their retests are counted, and so are the queries on them."""
    rows = Record.objects.filter(participant=participant).order_by("repeat")
    entries: dict[tuple[str, str], Entry] = {}
    for visit, form, repeat, state, queries in rows.values_list(
        "visit", "form", "repeat", "state", "open_queries"
    ):
        if not _may_know(user, participant, form, visit):
            continue
        if repeat == 0:
            entries[visit, form] = Entry(RecordState(state), queries)
        elif planned := entries.get((visit, form)):
            measured = planned.retests + (state != RecordState.NOT_DONE)
            entries[visit, form] = Entry(planned.state, planned.open_queries + queries, measured)
    return entries


def columns_for(user: User, known: Known) -> list[Column]:
    """The visits of the schedule with their cells, as this person may see them."""
    now = _present_visit(known)
    extra = unscheduled.shown({visit for visit, _ in known.entries})
    return [
        Column(
            visit=visit,
            scheduled=known.visits.get(visit.code),
            course=known.course(visit.code),
            now=visit.code == now,
            cells=[_cell(user, known, visit.code, form) for form in FORMS],
        )
        for visit in VISITS
        if visit.code in extra or visit.code not in UNSCHEDULED
    ]


def term_of(known: Known, visit: str) -> Term:
    """When the forms of a visit are asked for."""
    participant = known.participant
    if visit == SCREENING_VISIT:
        if known.review is ReviewState.SCREEN_FAILURE or participant.followed_by:
            return Term()
        end = participant.day1 or participant.RFICDTC + timedelta(days=SCREENING_DAYS)
        return Term(due=participant.RFICDTC, late_after=end)
    planned, course = known.visits.get(visit), known.course(visit)
    if planned is None:
        return Term()
    due = min(planned.window_open, course.took_place_on or planned.window_open)
    return Term(due=due, late_after=planned.window_close, missed=course.missed)


def _present_visit(known: Known) -> str:
    """The visit to look at today: the first that is not over; screening before there is a schedule."""
    if not known.visits:
        return SCREENING_VISIT
    return next((visit.code for visit in VISITS if _lies_ahead(known, visit.code)), "")


def _lies_ahead(known: Known, visit: str) -> bool:
    planned = known.visits.get(visit)
    return planned is not None and (not known.course(visit).over or known.today <= planned.window_close)


def _may_know(user: User, participant: Participant, code: str, visit: str) -> bool:
    """Whether this person may know anything of a form at a visit, even that it exists."""
    form = REGISTER.get(code)
    return form is None or may_see(user, participant.site, form, visit)


def _cell(user: User, known: Known, visit: str, scheduled: ScheduledForm) -> Cell | None:
    asked = visit in scheduled.visits
    if not asked and visit not in scheduled.optional:
        return None
    participant, form = known.participant, REGISTER.get(scheduled.code)
    hidden = not _may_know(user, participant, scheduled.code, visit)
    term = term_of(known, visit)
    if form is None:  # kept on paper: due, but never late here
        term = Term(due=term.due, missed=term.missed)
    entry = known.entries.get((visit, scheduled.code))
    state = cell_state(
        hidden=hidden,
        asked=asked,
        entry=entry,
        term=term,
        today=known.today,
    )
    url, enterable = "", False
    if form is not None and not hidden and participant.entry_refusal(scheduled.code, visit) is None:
        where = {"SUBJID": participant.SUBJID, "visit": visit, "form": scheduled.code}
        url = reverse("crf:entry", kwargs=where)
        enterable = may_enter(user, participant.site, form, visit)
    offered = not asked or VISIT_BY_CODE[visit].day is None
    word = "If needed" if offered and state is CellState.NOT_DUE else ""
    retests = entry.retests if entry else 0
    return Cell(scheduled.code, scheduled.title, asked, state, word, url, enterable, retests)
