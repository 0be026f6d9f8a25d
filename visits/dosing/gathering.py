"""What the gate asks of one participant at one dose visit, read from the records; nine queries."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from randomization.models import Kit as StoredKit
from randomization.models import TreatmentRequest
from randomization.supply.states import KitState
from screening.forms.laboratory import Laboratory as LaboratoryForm
from screening.forms.vital_signs import VitalSigns
from screening.models import Participant
from trialsite.crf.forms import form_by_code
from trialsite.crf.lifecycle import RecordState
from trialsite.crf.typed import plain_number
from trialsite.protocol import DOSE_VISITS, PLANNED_ROUTE, SCREENING_VISIT, VISITS
from visits.calendar.ends import early_end_of
from visits.dosing.gate import Facts, Gate, Kit, Laboratory, Used
from visits.dosing.hold import counting, judged
from visits.dosing.infections import open_serious_infections
from visits.dosing.models import DoseAdvice, DoseOverride
from visits.dosing.volume import needs_weight
from visits.windows import VISIT_BY_CODE, window

# A value above or below its limits can be judged only with the upper limit beside it.
SAFETY_VALUES: Mapping[str, str] = {
    "NEUT": "neutrophils",
    "PLAT": "platelets",
    "ALT": "ALT",
    "ALT_ULN": "upper limit of ALT",
    "AST": "AST",
    "AST_ULN": "upper limit of AST",
}
NOT_THERE = (RecordState.NOT_DONE, RecordState.VOID)
USABLE = (KitState.GIVEN, KitState.USED)
_ORDER = [visit.code for visit in VISITS]


def facts_of(participant: Participant, visit: str) -> Facts:
    """Everything that the rules read. The participant has a treatment number; visit is a dose visit."""
    assert participant.day1 is not None, "dose visits open with the treatment number"
    planned = window(participant.day1, visit)
    weighed = latest_weight(participant, visit)
    advice = counting(DoseAdvice.objects.filter(participant=participant), visit)
    return Facts(
        visit=visit,
        opens=planned.opens,
        closes=planned.closes,
        first_dose=visit == DOSE_VISITS[0],
        laboratory=laboratory_of(participant, visit),
        judged=judged(advice, visit),
        kits=kits_of(participant, visit),
        weight=plain_number(weighed[0]) if weighed else "",
        weighed_at=VISIT_BY_CODE[weighed[1]].label if weighed else "",
        weight_needed=needs_weight(PLANNED_ROUTE),
        doses=tuple((VISIT_BY_CODE[code].label, on) for code, on in doses_of(participant) if code != visit),
        infections=open_serious_infections(participant),
        ended_on=early_end_of(participant),
        overrides=overrides_of(participant, visit),
    )


def doses_of(participant: Participant) -> list[tuple[str, date]]:
    """(visit, day) of every dose that was given, in the order of days."""
    doses: Any = form_by_code("EX")._default_manager  # the form itself asks the gate
    rows = doses.filter(record__participant=participant, EXPERF="Y", EXSTDTC__isnull=False)
    rows = rows.exclude(record__state__in=NOT_THERE).order_by("EXSTDTC")
    return list(rows.values_list("record__visit", "EXSTDTC"))


def laboratory_of(participant: Participant, visit: str) -> Laboratory:
    """The form LB that counts for a dose: of the visit; before the first dose, else of screening."""
    found = {
        each.record.visit: each
        for each in LaboratoryForm.objects.filter(
            record__participant=participant, record__visit__in=(visit, SCREENING_VISIT), record__repeat=0
        )
        .exclude(record__state__in=NOT_THERE)
        .select_related("record")
    }
    own = found.get(visit)
    if own is None and visit == DOSE_VISITS[0]:
        own = found.get(SCREENING_VISIT)
    if own is None:
        return Laboratory(VISIT_BY_CODE[visit].label)
    return Laboratory(
        VISIT_BY_CODE[own.record.visit].label,
        version=own.record.version,
        taken_on=own.LBDTC,
        missing=tuple(words for name, words in SAFETY_VALUES.items() if getattr(own, name) is None),
    )


def latest_weight(participant: Participant, visit: str) -> tuple[Decimal, str] | None:
    """(kg, visit) of the last weight before a dose: of its own visit, else of an earlier one."""
    rows = VitalSigns.objects.filter(
        record__participant=participant,
        record__visit__in=_ORDER[: _ORDER.index(visit) + 1],
        record__repeat=0,
        WEIGHT__isnull=False,
    ).exclude(record__state__in=NOT_THERE)
    found: dict[str, Any] = dict(rows.values_list("record__visit", "WEIGHT"))
    code = max(found, key=_ORDER.index, default=None)
    return (found[code], code) if code is not None else None


def kits_of(participant: Participant, visit: str) -> tuple[Kit, ...]:
    """The kits that the vault gave for a visit."""
    given = TreatmentRequest.objects.filter(participant=participant, visit=visit, KITNO__isnull=False)
    rows = StoredKit.objects.filter(KITNO__in=given.values("KITNO")).order_by("KITNO")
    return tuple(
        Kit(number, expiry, state in USABLE)
        for number, expiry, state in rows.values_list("KITNO", "expiry", "state")
    )


def overrides_of(participant: Participant, visit: str) -> tuple[tuple[Gate, Used], ...]:
    """Every rule that was overridden at a visit, with the values it was overridden for."""
    signed = DoseOverride.objects.filter(participant=participant, visit=visit)
    return tuple(
        (Gate(line["gate"]), line["used"])
        for gates, lines in signed.values_list("gates", "lines")
        for line in lines
        if line["gate"] in gates
    )
