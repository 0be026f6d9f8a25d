"""Reading the forms of medication for the running log, and its courses as lines to show."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from screening.forms.running_log import ASKED_ON
from screening.models import Participant
from trialsite.crf.forms import form_by_code
from trialsite.crf.typed import plain_number
from trialsite.crf.variables import Choice
from trialsite.protocol import VISITS
from visits.dosing.gathering import NOT_THERE
from visits.dosing.medication import Course, Interview
from visits.windows import VISIT_BY_CODE

_ORDER = [visit.code for visit in VISITS]


def interviews_of(participant: Participant) -> Iterator[Interview]:
    """Every answered form of medication, in the order in which they were held; two queries a form."""
    for code, asked_on in ASKED_ON.items():
        form = form_by_code(code)
        manager: Any = form._default_manager
        asked = manager.filter(record__participant=participant, record__repeat=0)
        asked = asked.exclude(record__state__in=NOT_THERE)
        days: list[tuple[Any, str, date | None]] = list(
            asked.order_by("record__visit").values_list("record_id", "record__visit", asked_on)
        )
        rows: dict[Any, list[dict[str, Any]]] = {}
        lines: Any = form.repeating[0].row()._default_manager
        for row in lines.filter(form__in=[pk for pk, _, _ in days]).order_by("number").values():
            rows.setdefault(row["form_id"], []).append(row)
        for pk, visit, day in sorted(days, key=lambda each: (each[2] or date.min, _ORDER.index(each[1]))):
            label = VISIT_BY_CODE[visit].label
            yield Interview(code, visit, label, day, tuple(rows.get(pk, ())))


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
