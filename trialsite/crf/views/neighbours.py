"""The other forms of the same visit: their states, and which comes next."""

from dataclasses import dataclass

from django.db import connection
from django.utils.safestring import SafeString

from trialsite.crf.addresses import form_address
from trialsite.crf.forms import REGISTER
from trialsite.crf.lifecycle import RecordState
from trialsite.crf.opening import Place
from trialsite.crf.permissions import may_enter, may_see
from trialsite.crf.retests import MOST_RETESTS
from trialsite.icons import state
from trialsite.protocol import FORMS

# Constant SQL, here and in drafts.py: every page and save of a form runs it.
_STATES = "SELECT form, repeat, state, open_queries FROM crf_record WHERE participant_id = %s AND visit = %s"


@dataclass(frozen=True)
class RetestLine:
    """A retest under its form in that list."""

    number: int
    state: str
    current: bool
    url: str

    @property
    def badge(self) -> SafeString:
        """The state as icon and word."""
        return state(self.state)


@dataclass(frozen=True)
class FormLine:
    """A form of the visit in the list beside the entry screen.

    add_retest: where a retest of the open form is added, for a person who may; empty otherwise.
    """

    code: str
    title: str
    state: str
    current: bool
    url: str
    retests: tuple[RetestLine, ...] = ()
    add_retest: str = ""

    @property
    def badge(self) -> SafeString:
        """The state as icon and word."""
        return state(self.state)


def form_lines(place: Place) -> list[FormLine]:
    """The forms of this visit that the person may see, in the schedule's order; one query.

    Events stand on a page of their own.
    """
    if place.form.runs_through():
        return []
    records = _records(place)
    lines = []
    open_form = form_address(place.participant.SUBJID, place.visit, place.form.code)
    # One address for all lines: they differ in the last part.
    folder = open_form.removesuffix(f"{place.form.code}/")
    for scheduled in FORMS:
        form = REGISTER.get(scheduled.code)
        if form is None or place.visit not in (*scheduled.visits, *scheduled.optional):
            continue
        if not may_see(place.user, place.participant.site, form, place.visit):
            continue
        address = f"{folder}{scheduled.code}/"
        here = scheduled.code == place.form.code
        planned = records.get((scheduled.code, 0))
        optional = place.visit not in scheduled.visits
        if planned is None and optional and place.participant.entry_refusal(scheduled.code, place.visit):
            continue
        numbers = sorted(repeat for code, repeat in records if code == scheduled.code and repeat)
        adds = here and place.editable and form.repeats_at(place.visit) and len(numbers) < MOST_RETESTS
        lines.append(
            FormLine(
                scheduled.code,
                scheduled.title,
                _state(planned, due=place.visit in scheduled.visits),
                here and place.repeat == 0,
                address,
                tuple(
                    RetestLine(
                        number,
                        _state(records[scheduled.code, number], due=False),
                        here and place.repeat == number,
                        f"{address}{number}/",
                    )
                    for number in numbers
                ),
                f"{address}{len(numbers) + 1}/" if adds and _entered(planned) else "",
            )
        )
    return lines


def next_form(place: Place) -> str | None:
    """The next form of this visit that the person may enter and that is not complete; None when done.

    One query: a form that the visit merely allows comes next only if it was begun.
    """
    if place.form.runs_through():
        return None
    records = _records(place)
    here = next(number for number, scheduled in enumerate(FORMS) if scheduled.code == place.form.code)
    for scheduled in [*FORMS[here + 1 :], *FORMS[:here]]:
        form = REGISTER.get(scheduled.code)
        word = _state(records.get((scheduled.code, 0)), due=place.visit in scheduled.visits)
        if word not in ("due", "incomplete") or form is None:
            continue
        if may_see(place.user, place.participant.site, form, place.visit) and may_enter(
            place.user, place.participant.site, form, place.visit
        ):
            return scheduled.code
    return None


def _records(place: Place) -> dict[tuple[str, int], tuple[str, int]]:
    """(state, open queries) of every record of the visit, by form and number."""
    with connection.cursor() as cursor:
        cursor.execute(_STATES, [place.participant.pk, place.visit])
        return {(form, repeat): (word, queries) for form, repeat, word, queries in cursor.fetchall()}


def _entered(record: tuple[str, int] | None) -> bool:
    return record is not None and record[0] != RecordState.NOT_DONE


def _state(record: tuple[str, int] | None, *, due: bool) -> str:
    if record is None:
        return "due" if due else "not-due"
    word, queries = record
    return "query" if queries else word.replace(" ", "-")
