"""RP: rapidly progressive interstitial lung disease, at screening."""

from collections.abc import Mapping
from typing import Any

from screening.forms.judgement import reason_of
from screening.forms.oxygen import Oxygen
from screening.forms.pulmonary_function import PulmonaryFunction
from screening.forms.rp_suggestions import PAO2_FALL_MMHG, blood_gases, lung_function
from screening.forms.stored import stored_values
from trialsite.crf.codelists import NYU
from trialsite.crf.forms import CaseReportForm, Context, Section, soft_check
from trialsite.crf.suggestions import Suggestion
from trialsite.crf.units import PERCENT, PRESSURE
from trialsite.crf.variables import Choice, Date, Number, PartialDate, Values, answered, limits

WORSENED = answered("RPWORS4W", "Y")
_BEFORE = "The last value before the worsening, when there is one."


def _lung_function(values: Values, context: Context) -> Suggestion | None:
    return lung_function(
        fvc=values.get("PRFVCPP"),
        fvc_now=context.get("FVCPP"),
        dlco=values.get("PRDLCOPP"),
        dlco_now=context.get("DLCOPP"),
    )


class RapidProgression(CaseReportForm):
    """RP: worsening in the last four weeks, and the four items of EX08."""

    code = "RP"
    sections = (
        Section(
            "Gate",
            "RPDTC",
            "RPWORS4W",
            hint="New interstitial lung disease or radiographic worsening in the 28 days before screening.",
        ),
        Section("Values before", "PRFVCPP", "PRFVCDTC", "PRDLCOPP", "PRDLCDTC", "PRPAO2", "PRPAODTC"),
        Section(
            "Within one month (30 days) of the first respiratory symptom",
            "RPDYSP",
            "RPPFT",
            "RPHRCT",
            "RPABG",
            "RPREAS",
            hint="The investigator answers each, with one reason for the four. A fall of DLco alone, or of "
            "FVC in one sense only, is Unknown.",
        ),
    )

    suggestible = ("RPPFT", "RPABG")

    RPDTC = Date("Date of the assessment", procedure=True)
    RPWORS4W = Choice("New manifestation or worsening in 28 days", NYU, feeds=("EX08",))
    PRFVCPP = Number(
        "FVC before, % predicted",
        units=PERCENT,
        decimals=1,
        hard=limits(10, 160),
        required=False,
        when=WORSENED,
        hint=_BEFORE,
    )
    PRFVCDTC = PartialDate("Date of that FVC", required=False, when=WORSENED)
    PRDLCOPP = Number(
        "DLco before, % predicted",
        units=PERCENT,
        decimals=1,
        hard=limits(5, 160),
        required=False,
        when=WORSENED,
        hint=_BEFORE,
    )
    PRDLCDTC = PartialDate("Date of that DLco", required=False, when=WORSENED)
    PRPAO2 = Number(
        "PaO2 before",
        units=PRESSURE,
        decimals=1,
        hard=limits(25, 600),
        required=False,
        when=WORSENED,
        hint=_BEFORE,
    )
    PRPAODTC = PartialDate("Date of that PaO2", required=False, when=WORSENED)
    RPDYSP = Choice(
        "Acute progressive dyspnoea needing admission or oxygen",
        NYU,
        when=WORSENED,
        feeds=("EX08",),
        judgement=True,
    )
    RPPFT = Choice(
        "FVC fell by more than 10 %, with or without DLco by more than 15 %",
        NYU,
        when=WORSENED,
        feeds=("EX08",),
        judgement=True,
    )
    RPHRCT = Choice(
        "Interstitial changes up by more than 20 %", NYU, when=WORSENED, feeds=("EX08",), judgement=True
    )
    RPABG = Choice(
        "PaO2 fell by more than 10 mmHg, or respiratory failure",
        NYU,
        when=WORSENED,
        feeds=("EX08",),
        judgement=True,
    )
    RPREAS = reason_of("RPWORS4W", "Y", label="Reason for the four answers", feeds=("EX08",))

    @soft_check("RPPFT", "PRFVCPP")
    def answer_fits_pulmonary_function(values: Values, context: Context) -> str | None:
        suggested = _lung_function(values, context)
        if suggested is None or suggested.code == values["RPPFT"]:
            return None
        return f"{suggested.why} This suggests {NYU.label(suggested.code)}. Is the answer right?"

    @soft_check("RPABG", "PRPAO2")
    def answer_fits_pao2(values: Values, context: Context) -> str | None:
        suggested = blood_gases(pao2=values["PRPAO2"], pao2_now=context.get("PAO2"))
        if suggested is None or values["RPABG"] != "N":
            return None
        return f"PaO2 fell by more than {PAO2_FALL_MMHG} mmHg, which suggests Yes. Is the answer right?"

    @classmethod
    def suggestions(cls, values: Values, context: Context) -> Mapping[str, Suggestion]:
        """RPPFT and RPABG from the values before and those of this visit."""
        found = {
            "RPPFT": _lung_function(values, context),
            "RPABG": blood_gases(pao2=values.get("PRPAO2"), pao2_now=context.get("PAO2")),
        }
        return {name: suggested for name, suggested in found.items() if suggested is not None}

    @classmethod
    def context_for(cls, participant: Any, visit: str) -> Context:
        """FVCPP, DLCOPP (% predicted) and PAO2 (mmHg) of the same visit."""
        return {
            **stored_values(PulmonaryFunction, participant, "FVCPP", "DLCOPP", visit=visit),
            **stored_values(Oxygen, participant, "PAO2", visit=visit),
        }
