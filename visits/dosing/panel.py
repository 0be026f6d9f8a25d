"""Kits, doses and compliance of a participant, for the casebook and the page of the doses; five queries."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.urls import reverse

from randomization.models import Kit, TreatmentRequest
from randomization.supply.states import KitState
from screening.models import Participant
from trialsite.crf.forms import form_by_code
from trialsite.protocol import DOSE_VISITS, Visit
from visits.calendar.ends import early_end_of
from visits.dosing.compliance import Compliance, Dose, compliance, is_due
from visits.dosing.gate import Advice
from visits.dosing.gathering import NOT_THERE
from visits.dosing.hold import counting
from visits.dosing.models import DoseAdvice, DoseOverride
from visits.windows import VISIT_BY_CODE, window

GONE_BACK = (KitState.RETURNED, KitState.DESTROYED)


@dataclass(frozen=True)
class DoseLine:
    """One dose visit for its reader. `look` and `word` make a badge; `given` is the form EX or None."""

    visit: Visit
    dose: Dose
    given: Any
    kit_state: str
    look: str
    word: str
    overridden: bool
    gate_url: str

    @property
    def unused(self) -> Decimal | None:
        """mL of the planned volume that were not given."""
        if not self.dose.given or self.dose.planned is None or self.dose.volume is None:
            return None
        return max(self.dose.planned - self.dose.volume, Decimal(0))


@dataclass(frozen=True)
class Doses:
    """All dose visits, and their sums."""

    lines: tuple[DoseLine, ...]
    sums: Compliance


def doses_panel(participant: Participant) -> Doses | None:
    """None before the treatment number."""
    if participant.day1 is None:
        return None
    today, left_on = participant.today(), early_end_of(participant)
    manager: Any = form_by_code("EX")._default_manager
    entered = manager.filter(record__participant=participant).exclude(record__state__in=NOT_THERE)
    given = {each.record.visit: each for each in entered.select_related("record")}
    requests = TreatmentRequest.objects.filter(participant=participant, KITNO__isnull=False)
    numbers = dict(requests.order_by("visit").values_list("visit", "KITNO"))
    states = dict(Kit.objects.filter(KITNO__in=numbers.values()).values_list("KITNO", "state"))
    advice = list(DoseAdvice.objects.filter(participant=participant))
    overridden = set(DoseOverride.objects.filter(participant=participant).values_list("visit", flat=True))
    lines = []
    for code in DOSE_VISITS:
        form = given.get(code)
        number = numbers.get(code) or ""
        state = states.get(number, "")
        dose = Dose(
            closes=window(participant.day1, code).closes,
            given=None if form is None or not form.EXPERF else form.EXPERF == "Y",
            planned=form.EXDOSPLN if form else None,
            volume=form.EXVOL if form else None,
            kit=number,
            kit_returned=state in GONE_BACK,
        )
        held = counting(advice, code)
        look, word = _badge(dose, due=is_due(dose, today, left_on), advice=held.advice if held else "")
        lines.append(
            DoseLine(
                VISIT_BY_CODE[code],
                dose,
                form,
                KitState(state).label if state else "",
                look,
                word,
                code in overridden,
                reverse("visits:dose_gate", args=[participant.SUBJID, code]),
            )
        )
    return Doses(tuple(lines), compliance([line.dose for line in lines], today, left_on))


def _badge(dose: Dose, *, due: bool, advice: str) -> tuple[str, str]:
    if dose.given is not None:
        return ("done", "Given") if dose.given else ("not-done", "Not given")
    if advice in (Advice.HOLD, Advice.STOP):
        return ("refused", "Held") if advice == Advice.HOLD else ("refused", "Stopped")
    return ("overdue", "Not entered") if due else ("not-due", "Not due")
