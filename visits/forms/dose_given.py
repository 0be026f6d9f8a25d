"""EX: the dose of study drug, as kit and volume. Milligrams are never asked: placebo has none (L2)."""

from typing import Any

from randomization.models import TreatmentRequest
from screening.models import Participant
from trialsite.crf.codelists import NY, codelist
from trialsite.crf.forms import CaseReportForm, Section, hard_check, soft_check
from trialsite.crf.units import VOLUME
from trialsite.crf.variables import Choice, Date, Number, Text, Time, answered, limits
from trialsite.protocol import DOSE_ROUTES
from visits.dosing import dose_rules
from visits.dosing.gathering import doses_of, facts_of
from visits.windows import VISIT_BY_CODE, window

ROUTE = codelist("ROUTE", *DOSE_ROUTES)
PLACE = codelist("EXLOC", "ABDOMEN", "THIGH", "UPPER ARM", "FOREARM", "HAND", "OTHER")
GIVEN = answered("EXPERF", "Y")


class DoseGiven(CaseReportForm):
    """EX: whether the dose was given, out of which kit, how much, when, and how it was borne.

    Why a dose was held (EXHOLDRS) is a masked value and therefore not asked on this open form.
    """

    code = "EX"
    sections = (
        Section("Dose", "EXPERF", "EXHOLD", "EXREASND"),
        Section("Kit and volume", "EXKIT", "EXROUTE", "EXLOC", "EXDOSPLN", "EXVOL", "EXINTP"),
        Section("Time", "EXSTDTC", "EXSTTIM", "EXENDTC", "EXENTIM", hint="At the site, 24 hours."),
        Section("Tolerance", "EXREACT"),
    )

    EXPERF = Choice("Dose given", NY, missing=False)
    EXHOLD = Choice("Held by the laboratory assessor", NY, when=answered("EXPERF", "N"))
    EXREASND = Text(
        "Reason why it was not given",
        when=answered("EXPERF", "N"),
        hint="No laboratory values, and no guess about the treatment.",
        wide=True,
    )
    EXKIT = Text("Kit number", length=16, when=GIVEN, hint="From the label of the kit that was used.")
    EXROUTE = Choice("Route", ROUTE, when=GIVEN)
    EXLOC = Choice("Place of injection or infusion", PLACE, when=GIVEN)
    EXDOSPLN = Number("Volume planned", units=VOLUME, decimals=1, hard=limits("0.1", 500), when=GIVEN)
    EXVOL = Number("Volume given", units=VOLUME, decimals=1, hard=limits("0.1", 500), when=GIVEN)
    EXINTP = Choice("Interrupted", NY, when=GIVEN)
    EXSTDTC = Date("Start date", procedure=True, when=GIVEN)
    EXSTTIM = Time("Start time", when=GIVEN)
    EXENDTC = Date("End date", procedure=True, when=GIVEN)
    EXENTIM = Time("End time", when=GIVEN)
    EXREACT = Choice("Reaction during or after it", NY, when=GIVEN)

    gate_open = hard_check("EXPERF")(dose_rules.gate_open)
    dose_against_gate = soft_check("EXPERF")(dose_rules.dose_against_gate)
    kit_in_date = soft_check("EXKIT", "EXSTDTC")(dose_rules.kit_in_date)
    kit_given_for_visit = hard_check("EXKIT")(dose_rules.kit_given_for_visit)
    end_date_after_start = hard_check("EXENDTC", "EXSTDTC")(dose_rules.end_date_after_start)
    end_time_after_start = hard_check("EXENTIM", "EXSTTIM", "EXENDTC", "EXSTDTC")(
        dose_rules.end_time_after_start
    )
    usual_infusion_time = soft_check("EXENTIM", "EXSTTIM", "EXENDTC", "EXSTDTC", "EXROUTE")(
        dose_rules.usual_infusion_time
    )
    dose_in_window = soft_check("EXSTDTC")(dose_rules.dose_in_window)
    days_between_doses = soft_check("EXSTDTC")(dose_rules.days_between_doses)
    volume_as_planned = soft_check("EXVOL", "EXDOSPLN", "EXINTP")(dose_rules.volume_as_planned)

    @classmethod
    def context_for(cls, participant: Participant, visit: str) -> dict[str, Any]:
        """The visit's kits, its window, the doses of the other visits, and what the gate asks."""
        assert participant.day1 is not None, "visit forms open with the treatment number"
        planned = window(participant.day1, visit)
        kits = TreatmentRequest.objects.filter(participant=participant, visit=visit, KITNO__isnull=False)
        given = doses_of(participant)
        recorded = any(code == visit for code, _ in given)
        return {
            "KITS": frozenset(kits.values_list("KITNO", flat=True)),
            "WINDOW": (planned.opens, planned.closes),
            "OTHER_DOSES": [(VISIT_BY_CODE[code].label, on) for code, on in given if code != visit],
            "GATE": None if recorded else facts_of(participant, visit),
        }
