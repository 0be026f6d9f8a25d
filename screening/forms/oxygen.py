"""OX: oxygen saturation at every visit, blood gases at screening and every four weeks."""

from decimal import Decimal
from typing import Any

from screening.forms.diagnosis import Diagnosis
from screening.forms.stored import stored_values
from trialsite.crf.change import by_points
from trialsite.crf.codelists import Codelist
from trialsite.crf.forms import CaseReportForm, Context, Section, soft_check
from trialsite.crf.retests import Retest
from trialsite.crf.units import FRACTION, LITRES_PER_MINUTE, MMHG, PERCENT, PRESSURE
from trialsite.crf.variables import Choice, Date, Derived, Number, Values, When, limits
from trialsite.protocol import SCREENING_VISIT, UNSCHEDULED

ROOM_AIR = Decimal("0.21")
OXYGEN_DEVICE = Codelist(
    "O2DEV",
    (
        ("NONE", "None (room air)"),
        ("NASAL", "Nasal cannula"),
        ("MASK", "Mask"),
        ("HFNC", "High-flow nasal cannula"),
        ("NIV", "Non-invasive ventilation"),
        ("IMV", "Invasive ventilation"),
        ("ECMO", "ECMO"),
    ),
)
GAS_VISITS = ("S", "D1", "W4", "W8", *UNSCHEDULED, "E")
ON_OXYGEN = When(
    "O2DEV names a device", ("O2DEV",), lambda values: values.get("O2DEV") not in (None, "", "NONE")
)
# A nasal cannula gives about 0.20 + 0.04 per L/min, between 1 and 6 L/min.
NASAL_FLOW = limits(1, 6)
NASAL_BASE, NASAL_STEP, NASAL_TOLERANCE = Decimal("0.20"), Decimal("0.04"), Decimal("0.05")
PAO2_ON_AIR = limits(60, 110)
_FIO2_HINT = "Room air is 0.21 (21 %)."


def pf_ratio(values: Values) -> Decimal | None:
    """PaO2/FiO2 in mmHg."""
    pao2, fio2 = values.get("PAO2"), values.get("ABG_FIO2")
    return None if pao2 is None or fio2 is None else Decimal(pao2 / fio2)


class Oxygen(CaseReportForm):
    """OX: saturation with the oxygen given, and arterial blood gases."""

    code = "OX"
    sections = (
        Section("Saturation", "OXDTC", "SPO2", "SPO2_FIO2", "O2DEV", "O2FLOW", hint="At rest."),
        Section(
            "Arterial blood gases",
            "PAO2",
            "PACO2",
            "PH",
            "ABG_FIO2",
            "PFRATIO",
            hint="With interstitial lung disease at screening, Day 1, weeks 4 and 8; otherwise when needed. "
            "IN03 uses values on room air only.",
        ),
    )

    retest = Retest(
        date="OXDTC",
        groups=(
            ("SPO2", "SPO2_FIO2", "O2DEV", "O2FLOW"),
            ("PAO2", "PACO2", "PH", "ABG_FIO2", "PFRATIO"),
        ),
        visits=(SCREENING_VISIT,),
    )

    OXDTC = Date("Date of measurement", procedure=True)
    SPO2 = Number(
        "SpO2",
        units=PERCENT,
        hard=limits(50, 100),
        soft=limits(90, None),
        change=by_points(10, "points"),
        feeds=("IN03",),
    )
    SPO2_FIO2 = Number(
        "FiO2 when SpO2 was taken",
        units=FRACTION,
        unit_implied=True,
        decimals=2,
        hard=limits("0.21", "1.00"),
        hint=_FIO2_HINT,
        feeds=("IN03",),
    )
    O2DEV = Choice("Oxygen device", OXYGEN_DEVICE)
    O2FLOW = Number("Oxygen flow", units=LITRES_PER_MINUTE, decimals=1, hard=limits(0, 70), when=ON_OXYGEN)
    PAO2 = Number(
        "PaO2",
        units=PRESSURE,
        decimals=1,
        hard=limits(25, 600),
        required=False,
        missing=True,
        visits=GAS_VISITS,
        feeds=("IN03", "EX08"),
    )
    PACO2 = Number(
        "PaCO2",
        units=PRESSURE,
        decimals=1,
        hard=limits(10, 120),
        soft=limits(30, 50),
        required=False,
        visits=GAS_VISITS,
    )
    PH = Number(
        "pH",
        decimals=2,
        hard=limits("6.80", "7.80"),
        soft=limits("7.35", "7.45"),
        required=False,
        visits=GAS_VISITS,
    )
    ABG_FIO2 = Number(
        "FiO2 when the gases were taken",
        units=FRACTION,
        unit_implied=True,
        decimals=2,
        hard=limits("0.21", "1.00"),
        required=False,
        missing=True,
        hint=_FIO2_HINT,
        visits=GAS_VISITS,
        feeds=("IN03", "EX08"),
    )
    PFRATIO = Derived(
        "PaO2/FiO2",
        pf_ratio,
        reads=("PAO2", "ABG_FIO2"),
        decimals=1,
        unit=MMHG.name,
        formula="PaO2 ÷ FiO2",
        visits=GAS_VISITS,
    )

    @soft_check("O2DEV", "SPO2_FIO2")
    def device_fits_fio2(values: Values, context: Context) -> str | None:
        on_air = values["SPO2_FIO2"] == ROOM_AIR
        if (values["O2DEV"] == "NONE") == on_air:
            return None
        if on_air:
            return "A device is named, yet FiO2 is that of room air (0.21). Which is right?"
        return "No device is named, yet FiO2 is above room air (0.21). Which is right?"

    @soft_check("O2FLOW", "O2DEV", "SPO2_FIO2")
    def nasal_flow_fits_fio2(values: Values, context: Context) -> str | None:
        flow = values["O2FLOW"]
        if values["O2DEV"] != "NASAL":
            return None
        if not NASAL_FLOW.holds(flow):
            return f"Usual with a nasal cannula: {NASAL_FLOW} L/min. Is the flow right?"
        expected = NASAL_BASE + NASAL_STEP * flow
        if abs(values["SPO2_FIO2"] - expected) <= NASAL_TOLERANCE:
            return None
        return (
            f"At this flow a nasal cannula gives an FiO2 of about {expected.normalize():f}. Which is right?"
        )

    @soft_check("PAO2", "ABG_FIO2")
    def pao2_on_room_air(values: Values, context: Context) -> str | None:
        if values["ABG_FIO2"] != ROOM_AIR or PAO2_ON_AIR.holds(values["PAO2"]):
            return None
        return f"Usual on room air: {PAO2_ON_AIR} mmHg. Is the value right?"

    @soft_check("PAO2")
    def gas_has_fio2(values: Values, context: Context) -> str | None:
        if values.get("ABG_FIO2") is not None:
            return None
        return "Without the FiO2 this PaO2 cannot be judged. Is it really not known?"

    @soft_check("SPO2")
    def gases_with_ild(values: Values, context: Context) -> str | None:
        due = context.get("ILDYN") == "Y" and not context.get("REPEAT")
        if not due or values.get("PAO2") is not None or values.get("PAO2_ND"):
            return None
        return "With interstitial lung disease blood gases are scheduled at this visit. Were they not taken?"

    @classmethod
    def context_for(cls, participant: Any, visit: str) -> Context:
        """ILDYN as answered at screening, at visits with scheduled blood gases."""
        if visit not in ("S", "D1", "W4", "W8"):
            return {}
        return stored_values(Diagnosis, participant, "ILDYN")
