"""The adverse events of all sites that a person may see: serious ones with a running clock first."""

from dataclasses import dataclass
from typing import Any, cast

from django.db.models import Case, F, IntegerField, Q, QuerySet, Value, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from trialsite import clock
from trialsite.accounts.access import requires, sites_where
from trialsite.accounts.models import User
from trialsite.accounts.rights import Right
from trialsite.crf.lifecycle import RecordState
from visits.deviations.models import ProposedDeviation
from visits.deviations.states import ProposalState
from visits.safety.forms.adverse_event import AdverseEvent
from visits.safety.listing import EventLine, clock_of, line_of
from visits.safety.states import DUE, LIVE

PAGE = 30
_SHOWN = {
    "": ("All", Q()),
    "serious": ("Serious", Q(AESER="Y")),
    "open": ("Report not closed", Q(record__serious_event__state__in=LIVE)),
    "interest": ("Special interest", Q(AESI="Y")),
}


@dataclass(frozen=True)
class StudyLine:
    """An event with the participant it belongs to."""

    SUBJID: str
    site: str
    event: EventLine


@requires(Right.SEE_PARTICIPANTS)
@require_safe
def safety(request: HttpRequest) -> HttpResponse:
    """A page of events; two queries, however many there are."""
    user = cast("User", request.user)
    shown = request.GET.get("show", "")
    shown = shown if shown in _SHOWN else ""
    page = _page_number(request.GET.get("page", ""))
    found = list(_rows(user, shown)[(page - 1) * PAGE : page * PAGE + 1])
    context = {
        "lines": [_line(row) for row in found[:PAGE]],
        "first": _address(shown, 1) if page > 1 else "",
        "next": _address(shown, page + 1) if len(found) > PAGE else "",
        "choices": [(title, _address(code, 1), code == shown) for code, (title, _) in _SHOWN.items()],
        "filtered": bool(shown),
        "proposals": ProposedDeviation.objects.filter(
            state=ProposalState.OPEN, participant__site__in=sites_where(user, Right.SEE_PARTICIPANTS)
        ).count(),
    }
    return render(request, "visits/safety/study.html", context)


def _rows(user: User, shown: str) -> QuerySet[AdverseEvent]:
    """Running clocks first, then other open reports, serious ones, and the rest by their start."""
    urgency = Case(
        When(record__serious_event__state__in=DUE, then=Value(0)),
        When(record__serious_event__state__in=LIVE, then=Value(1)),
        When(AESER="Y", then=Value(2)),
        default=Value(3),
        output_field=IntegerField(),
    )
    rows = AdverseEvent.objects.filter(
        _SHOWN[shown][1], record__participant__site__in=sites_where(user, Right.SEE_PARTICIPANTS)
    ).exclude(record__state=RecordState.VOID)
    return rows.select_related("record__participant", "record__serious_event").order_by(
        urgency, F("record__serious_event__due_at").asc(nulls_last=True), "-AESTDTC", "record_id"
    )


def _line(row: AdverseEvent) -> StudyLine:
    record: Any = row.record
    serious = getattr(record, "serious_event", None)
    report = clock_of(serious, record.repeat, clock.now()) if serious is not None else None
    participant = record.participant
    return StudyLine(
        participant.SUBJID, participant.site_id, line_of(participant.SUBJID, record, row, report)
    )


def _page_number(text: str) -> int:
    return max(1, int(text)) if text.isdecimal() and len(text) < 6 else 1


def _address(shown: str, page: int) -> str:
    wanted = [f"show={shown}" if shown else "", f"page={page}" if page > 1 else ""]
    return f"?{'&'.join(filter(None, wanted))}"
