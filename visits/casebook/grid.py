"""A participant's casebook: the grid of forms and visits, built from what is known of both."""

from dataclasses import dataclass, replace
from functools import cache

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from screening.forms.visit_dates import VisitDates
from trialsite import icons
from trialsite.accounts.models import User
from trialsite.crf.forms import REGISTER
from trialsite.crf.permissions import may_enter
from trialsite.protocol import (
    EARLY_END_VISIT,
    FORMS,
    SCREENING_VISIT,
    UNSCHEDULED,
    VISITS,
    ScheduledForm,
    Visit,
)
from visits.calendar import unscheduled
from visits.calendar.ends import early_end_of
from visits.casebook.cell_state import DONE, OPEN, CellState, cell_state, words_about
from visits.casebook.known import Known, is_closed, may_know, term_of
from visits.course import Course
from visits.models import ScheduledVisit
from visits.windows import VISIT_BY_CODE


@dataclass(frozen=True)
class Cell:
    """A form at a visit.

    asked: the schedule asks for it here, rather than offering it. url: empty where nothing can be opened.
    enterable: by this person, now. retests: how often it was measured again. note: what a reader should know
    beyond the word, such as why a form was not done. waits: it is finished and not signed as it is now.
    """

    form: str
    title: str
    asked: bool
    state: CellState
    word: str
    url: str
    enterable: bool
    retests: int = 0
    note: str = ""
    waits: bool = False

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
        face = _face(self.title, self.state, self.word, self.retests)
        return format_html('{} <small class="cb-note">{}</small>', face, self.note) if self.note else face


@dataclass(frozen=True)
class Column:
    """A visit with a cell for every form of the schedule, None where the form does not belong.

    closed: the participant left early before it.
    """

    visit: Visit
    scheduled: ScheduledVisit | None
    course: Course
    now: bool
    closed: bool
    cells: list[Cell | None]

    @property
    def present_cells(self) -> list[Cell]:
        """The cells that are not blank."""
        return [cell for cell in self.cells if cell is not None]

    @property
    def to_sign(self) -> int:
        """How many finished forms wait for a signature."""
        return sum(cell.waits for cell in self.present_cells)

    @property
    def all_signed(self) -> bool:
        """True when something is signed and nothing waits for it."""
        return self.to_sign == 0 and any(cell.state is CellState.SIGNED for cell in self.present_cells)

    @property
    def complete(self) -> bool:
        """True when nothing that this person may know of is left to enter."""
        return not any(cell.state in OPEN for cell in self.present_cells)


@cache
def _face(title: str, state: CellState, word: str, retests: int) -> SafeString:
    # Drawn once a process: a casebook has two hundred cells and a dozen different faces.
    face = format_html('<span class="cb-name">{}</span> {}', title, icons.state(state, word))
    if not retests:
        return face
    words = "retest" if retests == 1 else "retests"
    return format_html('{} <small class="muted">+{}<span class="sr"> {}</span></small>', face, retests, words)


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
            closed=is_closed(known, visit.code),
            cells=[_cell(user, known, visit.code, form) for form in FORMS],
        )
        for visit in VISITS
        if visit.code in extra or visit.code not in UNSCHEDULED
    ]


def without_blank_rows(columns: list[Column]) -> tuple[list[ScheduledForm], list[Column]]:
    """The forms that stand at one of these visits at least, and the visits with their cells only."""
    kept = [
        place for place in range(len(FORMS)) if any(column.cells[place] is not None for column in columns)
    ]
    cut = [replace(column, cells=[column.cells[place] for place in kept]) for column in columns]
    return [FORMS[place] for place in kept], cut


def _present_visit(known: Known) -> str:
    """The visit to look at today: the first that is not over; screening before there is a schedule."""
    if not known.visits:
        return SCREENING_VISIT
    if early_end_of(known.participant):
        return EARLY_END_VISIT
    return next((visit.code for visit in VISITS if _lies_ahead(known, visit.code)), "")


def _lies_ahead(known: Known, visit: str) -> bool:
    planned = known.visits.get(visit)
    if planned is None or is_closed(known, visit):
        return False
    return not known.course(visit).over or known.today <= planned.window_close


def _cell(user: User, known: Known, visit: str, scheduled: ScheduledForm) -> Cell | None:
    asked = visit in scheduled.visits
    if not asked and visit not in scheduled.optional:
        return None
    participant, form = known.participant, REGISTER.get(scheduled.code)
    hidden = not may_know(user, participant, scheduled.code, visit)
    term = term_of(known, visit)
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
    if term.closed and state is CellState.NOT_DUE:
        word = "Closed"
    note = words_about(state, entry)
    if entry is None and term.missed and not hidden:
        visited = known.entries.get((visit, VisitDates.code))
        note = f"Visit missed: {visited.reason}" if visited and visited.reason else "Visit missed"
    return Cell(
        scheduled.code,
        scheduled.title,
        asked,
        state,
        word,
        url,
        enterable,
        retests=entry.retests if entry else 0,
        note=note,
        waits=entry is not None and entry.waits and form is not None and not form.is_masked(visit),
    )
