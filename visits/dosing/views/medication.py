"""The page "Medication": GC, CNI and CM of all visits as one running log."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from screening.forms.running_log import ASKED_ON
from screening.forms.vital_signs import VitalSigns
from screening.lookup import participant_or_404
from screening.models import Participant
from trialsite.accounts.access import requires
from trialsite.accounts.models import User
from trialsite.accounts.rights import Right
from trialsite.crf.forms import form_by_code
from trialsite.crf.typed import plain_number
from trialsite.crf.variables import Choice
from trialsite.protocol import GC_WINDOW_DAYS, SCREENING_VISIT, VISITS
from visits.dosing.gathering import NOT_THERE
from visits.dosing.medication import Course, Interview, Log, running_log
from visits.dosing.steroid_days import SteroidDays, steroid_days
from visits.windows import VISIT_BY_CODE

_ORDER = [visit.code for visit in VISITS]


@requires(Right.SEE_PARTICIPANTS)
@require_safe
def medication(request: HttpRequest, SUBJID: str) -> HttpResponse:
    """The log with the steroid chart; seven queries, however many visits there are."""
    participant = participant_or_404(cast("User", request.user), SUBJID, Right.SEE_PARTICIPANTS)
    interviews = list(interviews_of(participant))
    log = running_log(interviews)
    context = {
        "participant": participant,
        "log": log,
        "lines": [line_of(course) for course in log.courses],
        "chart": _chart(participant, log, interviews),
    }
    return render(request, "visits/dosing/medication.html", context)


def line_of(course: Course) -> dict[str, Any]:
    """A course as the page shows it."""
    row, rows = course.row, form_by_code(course.form).repeating[0].row().variables()
    drug, dose, unit, route, start = (
        row.get("CMTRT") or "",
        row.get("CMDOSTOT", row.get("CMDOSE")),
        row.get("CMDOSU") or "mg/day",
        row.get("CMROUTE") or "",
        row.get("CMSTDTC") or "",
    )
    named, routes = rows["CMTRT"], rows["CMROUTE"]
    return {
        "course": course,
        "drug": named.codes.label(drug) if isinstance(named, Choice) else drug,
        "dose": f"{plain_number(dose)} {unit}" if dose is not None else "not known",
        "route": routes.codes.label(route) if isinstance(routes, Choice) and route else "not known",
        "start": start or "not known",
        "end": row.get("CMENDTC") or "day not known",
    }


def interviews_of(participant: Participant) -> Iterator[Interview]:
    """Every answered form of medication, in the order in which they were held; two queries a form."""
    for code, asked_on in ASKED_ON.items():
        form = form_by_code(code)
        manager: Any = form._default_manager
        asked = manager.filter(record__participant=participant, record__repeat=0)
        asked = asked.exclude(record__state__in=NOT_THERE)
        days: list[tuple[Any, str, date | None]] = list(
            asked.values_list("record_id", "record__visit", asked_on)
        )
        rows: dict[Any, list[dict[str, Any]]] = {}
        lines: Any = form.repeating[0].row()._default_manager
        for row in lines.filter(form__in=[pk for pk, _, _ in days]).order_by("number").values():
            rows.setdefault(row["form_id"], []).append(row)
        for pk, visit, day in sorted(days, key=lambda each: (each[2] or date.min, _ORDER.index(each[1]))):
            label = VISIT_BY_CODE[visit].label
            yield Interview(code, visit, label, day, tuple(rows.get(pk, ())))


def _chart(participant: Participant, log: Log, interviews: list[Interview]) -> SteroidDays | None:
    """From the look-back of screening to the last interview; None without any glucocorticoid."""
    steroids = [course.row for course in log.courses if course.form == "GC"]
    asked = [each.asked_on for each in interviews if each.form == "GC" and each.asked_on]
    if not steroids or not asked:
        return None
    first = min(participant.RFICDTC, *asked) - timedelta(days=GC_WINDOW_DAYS)
    return steroid_days(steroids, first, max(asked), _screening_weight(participant))


def _screening_weight(participant: Participant) -> Decimal | None:
    rows = VitalSigns.objects.filter(
        record__participant=participant, record__visit=SCREENING_VISIT, record__repeat=0
    )
    return rows.values_list("WEIGHT", flat=True).first()
