"""The participant's page: how far, what next, and every form of every visit."""

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from randomization.models import TreatmentRequest
from randomization.states import Kind, State
from randomization.unblinding.badge import unblinded_words
from screening.lookup import participant_or_404
from screening.rescreening import rescreen_refusal
from trialsite.accounts.access import may, requires
from trialsite.accounts.models import User
from trialsite.accounts.rights import Right
from trialsite.protocol import DOSE_VISITS, SCREENING_VISIT
from visits.casebook.grid import Column, columns_for, without_blank_rows
from visits.casebook.journey import Progress, steps
from visits.casebook.known import Known, is_closed, known_of
from visits.casebook.next_action import next_action
from visits.casebook.story import story_of
from visits.casebook.timeline import timeline
from visits.casebook.trend_charts import TrendChart, trend_charts
from visits.casebook.trends import courses_of_values
from visits.dosing.panel import doses_panel
from visits.safety.panel import panel_of

Requests = dict[tuple[str, str], TreatmentRequest]


@requires(Right.SEE_PARTICIPANTS)
@require_safe
def casebook(request: HttpRequest, SUBJID: str) -> HttpResponse:
    """The casebook; the number of queries does not grow with visits, forms or records."""
    user = cast("User", request.user)
    participant = participant_or_404(user, SUBJID, Right.SEE_PARTICIPANTS)
    known = known_of(user, participant)
    columns = columns_for(user, known)
    requests: Requests = {
        (asked.kind, asked.visit): asked
        for asked in TreatmentRequest.objects.filter(participant=participant).select_related("given_in_error")
    }
    kits = {visit: asked.KITNO for (_, visit), asked in requests.items() if asked.KITNO}
    forms, planned = without_blank_rows([each for each in columns if each.visit.day is not None])
    unplanned_forms, unplanned = without_blank_rows([each for each in columns if each.visit.day is None])
    context = {
        "participant": participant,
        "steps": steps(_progress(known, columns, requests)),
        "sees_eligibility": may(user, Right.SEE_ELIGIBILITY, participant.site),
        "action": next_action(user, known, columns, kits),
        "may_rescreen": may(user, Right.REGISTER_PARTICIPANT, participant.site),
        "rescreen_refusal": rescreen_refusal(user, participant, known.review),
        "late": [column for column in planned if _is_late(column, known)],
        "forms": forms,
        "columns": planned,
        "unplanned": unplanned if known.visits else [],
        "unplanned_forms": unplanned_forms,
        "unplanned_used": not {visit for visit, _ in known.entries}.isdisjoint(
            column.visit.code for column in unplanned
        ),
        "may_book": may(user, Right.BOOK_VISITS, participant.site),
        "may_ask": may(user, Right.REQUEST_NUMBER, participant.site),
        "may_sign": may(user, Right.SIGN_VISIT, participant.site),
        "timeline": timeline(story_of(known, requests.values())),
        "trends": _trends(known) if known.visits else [],
        "doses": doses_panel(participant),
        "events": panel_of(user, participant),
        "unblinded": unblinded_words(participant) if participant.RANDNO else "",
        "may_unblind": bool(participant.RANDNO) and may(user, Right.BREAK_BLIND, participant.site),
    }
    return render(request, "visits/casebook.html", context)


def _progress(known: Known, columns: list[Column], requests: Requests) -> Progress:
    participant = known.participant
    screening = next(column for column in columns if column.visit.code == SCREENING_VISIT)
    asked = [cell for cell in screening.present_cells if cell.asked and cell.url]
    number = requests.get((Kind.NUMBER, DOSE_VISITS[0]))
    return Progress(
        consent=participant.RFICDTC,
        forms_done=sum(cell.done for cell in asked),
        forms_asked=len(asked),
        review=known.review,
        number_asked=number is not None and number.state in (State.WAITING, State.ANSWERED),
        number=participant.RANDNO,
        day1=participant.day1,
        visits_over=sum(known.course(visit).over or is_closed(known, visit) for visit in known.visits),
        visits=len(known.visits),
        end_recorded=any(form == "DSE" for _, form in known.entries),
    )


def _trends(known: Known) -> list[TrendChart]:
    """The charts, all from consent to the last planned day or the last value; two queries."""
    courses = courses_of_values(known.participant)
    days = {SCREENING_VISIT: known.participant.RFICDTC} | {
        code: known.course(code).took_place_on or planned.target for code, planned in known.visits.items()
    }
    measured = [point.on for course in courses for point in course.points]
    return trend_charts(courses, days, min(days.values()), max([*days.values(), *measured]))


def _is_late(column: Column, known: Known) -> bool:
    visit = column.scheduled
    if visit is None or column.course.over or column.closed:
        return False
    return known.today > max(visit.window_close, visit.booked_on or visit.window_close)
