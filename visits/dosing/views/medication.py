"""The page "Medication": GC, CNI and CM of all visits as one running log."""

from datetime import timedelta
from decimal import Decimal
from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from screening.forms.vital_signs import VitalSigns
from screening.lookup import participant_or_404
from screening.models import Participant
from trialsite.accounts.access import requires
from trialsite.accounts.models import User
from trialsite.accounts.rights import Right
from trialsite.protocol import GC_WINDOW_DAYS, SCREENING_VISIT
from visits.dosing.medication import Interview, Log, running_log
from visits.dosing.medication_reading import interviews_of, line_of
from visits.dosing.steroid_days import SteroidDays, steroid_days


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
