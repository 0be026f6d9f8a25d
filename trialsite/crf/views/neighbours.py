"""The other forms of the same visit: their states, and which comes next."""

from dataclasses import dataclass

from django.db import connection
from django.urls import reverse
from django.utils.safestring import SafeString

from trialsite.crf.forms import REGISTER
from trialsite.crf.opening import Place
from trialsite.crf.permissions import may_enter, may_see
from trialsite.icons import state
from trialsite.protocol import FORMS

# Constant SQL, here and in drafts.py: every page and save of a form runs it.
_STATES = (
    "SELECT form, state, open_queries FROM crf_record WHERE participant_id = %s AND visit = %s AND repeat = 0"
)


@dataclass(frozen=True)
class FormLine:
    """A form of the visit in the list beside the entry screen."""

    code: str
    title: str
    state: str
    current: bool
    url: str

    @property
    def badge(self) -> SafeString:
        """The state as icon and word."""
        return state(self.state)


def form_lines(place: Place) -> list[FormLine]:
    """The forms of this visit that the person may see, in the schedule's order; one query."""
    with connection.cursor() as cursor:
        cursor.execute(_STATES, [place.participant.pk, place.visit])
        records = {form: (word, queries) for form, word, queries in cursor.fetchall()}
    lines = []
    here = {"SUBJID": place.participant.SUBJID, "visit": place.visit, "form": place.form.code}
    # One address for all lines: they differ in the last part.
    folder = reverse("crf:entry", kwargs=here).removesuffix(f"{place.form.code}/")
    for scheduled in FORMS:
        form = REGISTER.get(scheduled.code)
        if form is None or place.visit not in (*scheduled.visits, *scheduled.optional):
            continue
        if not may_see(place.user, place.participant.site, form, place.visit):
            continue
        lines.append(
            FormLine(
                scheduled.code,
                scheduled.title,
                _state(records.get(scheduled.code), due=place.visit in scheduled.visits),
                scheduled.code == place.form.code,
                f"{folder}{scheduled.code}/",
            )
        )
    return lines


def next_form(place: Place) -> str | None:
    """The next form of this visit that the person may enter and that is not complete; None when done."""
    lines = form_lines(place)
    here = next((place for place, line in enumerate(lines) if line.current), 0)
    for line in [*lines[here + 1 :], *lines[:here]]:
        enterable = may_enter(place.user, place.participant.site, REGISTER[line.code], place.visit)
        if line.state in ("due", "incomplete") and enterable:
            return line.code
    return None


def _state(record: tuple[str, int] | None, *, due: bool) -> str:
    if record is None:
        return "due" if due else "not-due"
    word, queries = record
    return "query" if queries else word.replace(" ", "-")
