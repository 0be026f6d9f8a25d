"""Lists of outstanding visits: pages by key, with one query however many participants there are."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Q

from visits.models import ScheduledVisit
from visits.windows import VISIT_BY_CODE, WindowState, window_state

PAGE = 20
SOON_DAYS = 14

SHOWN = {
    "all": "All",
    "overdue": "Overdue",
    "now": "In their window",
    "soon": f"Next {SOON_DAYS} days",
}
STATE_CODES = {WindowState.BEFORE: "not-due", WindowState.INSIDE: "due", WindowState.AFTER: "overdue"}
Key = tuple[date, UUID]


@dataclass(frozen=True)
class Line:
    """A visit in a list, seen on a day at its site."""

    planned: ScheduledVisit
    today: date

    @property
    def label(self) -> str:
        """The visit's name."""
        return VISIT_BY_CODE[self.planned.code].label

    @property
    def clock(self) -> str:
        """The appointment on the clocks of its site, as text; empty without one."""
        clock = self.planned.booked_clock()
        return f"{clock:%-d %b %Y, %H:%M}" if clock else ""

    @property
    def state(self) -> str:
        """Its state code (trialsite.icons)."""
        return STATE_CODES[self._window]

    @property
    def word(self) -> str:
        """Its state in words: "In its window", "3 days overdue", "Opens in 5 days"."""
        if self._window is WindowState.AFTER:
            return f"{_days(self.today - self.planned.window_close)} overdue"
        if self._window is WindowState.BEFORE:
            return f"Opens in {_days(self.planned.window_open - self.today)}"
        return "In its window"

    @property
    def _window(self) -> WindowState:
        return window_state(self.today, self.planned.window_open, self.planned.window_close)


@dataclass(frozen=True)
class Page:
    """A page of lines, and the key that begins the next one; empty on the last."""

    lines: list[Line]
    next: str


def page_of(today: Mapping[str, date], shown: str, start: Key | None) -> Page:
    """The page of outstanding visits after a key.

    today: site code -> date there; only the visits of these sites are read. shown: a key of SHOWN.
    """
    if not today:
        return Page([], "")
    wanted = Q()
    for on in set(today.values()):
        wanted |= Q(participant__site__in=[site for site in today if today[site] == on]) & _where(shown, on)
    rows = ScheduledVisit.objects.outstanding().filter(wanted)
    if start:
        rows = rows.filter(Q(target__gt=start[0]) | Q(target=start[0], id__gt=start[1]))
    found = list(rows.select_related("participant__site").order_by("target", "id")[: PAGE + 1])
    lines = [Line(visit, today[visit.participant.site_id]) for visit in found[:PAGE]]
    last = found[PAGE - 1] if len(found) > PAGE else None
    return Page(lines, f"{last.target.isoformat()}_{last.id}" if last else "")


def after(key: str) -> Key | None:
    """The key in an address; None for what is no key."""
    target, _, row = key.partition("_")
    try:
        return date.fromisoformat(target), UUID(row)
    except ValueError:
        return None


def _where(shown: str, today: date) -> Q:
    if shown == "overdue":
        return Q(window_close__lt=today)
    if shown == "now":
        return Q(window_open__lte=today, window_close__gte=today)
    if shown == "soon":
        return Q(window_close__gte=today, window_open__lte=today + timedelta(days=SOON_DAYS))
    return Q()


def _days(span: timedelta) -> str:
    return "1 day" if span.days == 1 else f"{span.days} days"
