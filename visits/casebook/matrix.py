"""The matrix of the study: participants by visits, pages by key, three queries however many there are."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from django.db.models import Q, QuerySet

from screening.evidence.numbers import short_day
from screening.models import Participant
from trialsite.protocol import EARLY_END_VISIT, LOG_VISIT, SCREENING_VISIT, UNSCHEDULED
from visits.casebook.models import VisitSummary
from visits.models import ScheduledVisit
from visits.windows import SCHEDULED_VISITS

PAGE = 25
# The columns: the codes of a column's visits, and its title. Unscheduled visits share one.
COLUMNS: tuple[tuple[tuple[str, ...], str], ...] = (
    ((SCREENING_VISIT,), "Screening"),
    *(((visit.code,), visit.label) for visit in SCHEDULED_VISITS),
    (UNSCHEDULED, "Unscheduled"),
    ((EARLY_END_VISIT,), "Early end"),
    ((LOG_VISIT,), "Events"),
)


class Shown(StrEnum):
    """Which participants are listed; the value is what the address says."""

    ALL = ""
    OVERDUE = "overdue"
    MISSING = "missing"
    QUERIES = "queries"
    TO_SIGN = "sign"


TITLES = {
    Shown.ALL: "All",
    Shown.OVERDUE: "Visit overdue",
    Shown.MISSING: "Forms missing",
    Shown.QUERIES: "Queries open",
    Shown.TO_SIGN: "To sign",
}


@dataclass(frozen=True)
class Cell:
    """A visit at a glance: a state (trialsite.icons), its word, and counts beside it."""

    title: str
    state: str
    word: str
    note: str
    to_sign: int
    sign: str  # the visit to sign, where a signature is all that is missing


@dataclass(frozen=True)
class Row:
    """A participant with a cell for each column, None where there is nothing."""

    participant: Participant
    cells: list[Cell | None]


@dataclass(frozen=True)
class Page:
    """A page of the matrix, and the number after which the next one begins; empty on the last."""

    rows: list[Row]
    next: str


def page_of(today: Mapping[str, date], shown: Shown, after: str) -> Page:
    """The page of participants with a treatment number after a participant's number, newest first.

    today: site code -> date there; only participants of these sites are listed.
    """
    if not today:
        return Page([], "")
    # Numbers begin with the site's code: the bounds keep the index scan within the sites.
    people = Participant.objects.filter(
        site__in=list(today), SUBJID__gte=f"{min(today)}-", SUBJID__lt=f"{max(today)}.", day1__isnull=False
    )
    if after:
        people = people.filter(SUBJID__lt=after)
    if shown is not Shown.ALL:
        people = people.filter(SUBJID__in=_numbers(today, shown, after))
    found = list(people.order_by("-SUBJID")[: PAGE + 1])
    page = found[:PAGE]
    summaries: dict[tuple[UUID, str], VisitSummary] = {
        (each.participant_id, each.visit): each
        for each in VisitSummary.objects.filter(participant__in=page).order_by()
    }
    booked = {
        (participant, code): on
        for participant, code, on in ScheduledVisit.objects.filter(
            participant__in=page, booked_on__isnull=False
        )
        .order_by()
        .values_list("participant_id", "code", "booked_on")
    }
    rows = [
        Row(
            person,
            [
                _cell(
                    title,
                    [summaries[person.pk, code] for code in codes if (person.pk, code) in summaries],
                    today[person.site_id],
                    booked.get((person.pk, codes[0])),
                )
                for codes, title in COLUMNS
            ],
        )
        for person in page
    ]
    return Page(rows, page[-1].SUBJID if len(found) > PAGE else "")


def _numbers(today: Mapping[str, date], shown: Shown, after: str) -> "QuerySet[VisitSummary, str]":
    """The numbers of the page's participants, along the partial index of what is asked for."""
    rows = VisitSummary.objects.filter(
        _where(today, shown),
        SUBJID__gte=f"{min(today)}-",
        SUBJID__lt=after or f"{max(today)}.",
        participant__day1__isnull=False,
    )
    return rows.order_by("-SUBJID").values_list("SUBJID", flat=True).distinct()[: PAGE + 1]


def _where(today: Mapping[str, date], shown: Shown) -> Q:
    own = Q(site__in=list(today))
    if shown is Shown.QUERIES:
        return own & Q(queries__gt=0)
    if shown is Shown.MISSING:
        return own & Q(took_place_on__isnull=False, missing__gt=0)
    if shown is Shown.TO_SIGN:
        return own & Q(took_place_on__isnull=False, missing=0, unsigned__gt=0)
    late = Q()
    for on in set(today.values()):
        late |= Q(site__in=[site for site in today if today[site] == on], window_close__lt=on)
    return late & Q(took_place_on=None, missed=False, closed=False)


def _cell(title: str, visits: list[VisitSummary], today: date, booked: date | None) -> Cell | None:
    if not visits:
        return None
    state, word = standing(visits, today, booked)
    parts = [
        _counted(sum(each.missing for each in visits if each.took_place_on), "form missing", "forms missing"),
        _counted(sum(each.queries for each in visits), "query", "queries"),
    ]
    to_sign = [each for each in visits if each.took_place_on and each.unsigned]
    ready = bool(to_sign) and all(each.took_place_on and not each.missing for each in visits)
    return Cell(
        title,
        state,
        word,
        note=", ".join(filter(None, parts)),
        to_sign=sum(each.unsigned for each in to_sign),
        sign=to_sign[0].visit if ready else "",
    )


def standing(visits: list[VisitSummary], today: date, booked: date | None) -> tuple[str, str]:
    """How a visit (or several unscheduled ones) stands: what asks for somebody comes first."""
    took_place = [each for each in visits if each.took_place_on]
    first = visits[0]
    if any(each.queries for each in visits):
        return "query", ""
    if any(each.missing for each in took_place):
        return "incomplete", ""
    if not took_place:
        return _ahead(first, today, booked)
    if any(each.changed for each in visits):
        return "changed", ""
    if any(each.unsigned for each in visits):
        return "complete", ""
    return ("signed", "") if any(each.signed for each in visits) else ("complete", "None")


def _ahead(visit: VisitSummary, today: date, booked: date | None) -> tuple[str, str]:
    if visit.missed:
        return "not-done", "Missed"
    if visit.closed:
        return "not-due", "Closed"
    if visit.window_open is None:
        return "not-due", ""
    if visit.window_close is not None and today > visit.window_close:
        return "overdue", ""
    word = f"Booked {short_day(booked)}" if booked else ""
    if today >= visit.window_open:
        return "due", word
    return "not-due", word or f"From {short_day(visit.window_open)}"


def _counted(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}" if number else ""
