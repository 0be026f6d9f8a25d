"""VS: vital signs, at every visit."""

from decimal import Decimal

from trialsite.crf.change import by_percent
from trialsite.crf.forms import CaseReportForm, Context, Section, hard_check
from trialsite.crf.units import LENGTH, MASS, PER_MINUTE, PRESSURE, TEMPERATURE
from trialsite.crf.variables import Date, Derived, Number, Values, limits
from trialsite.protocol import SCREENING_VISIT


def body_mass_index(values: Values) -> Decimal | None:
    """kg/m2, from WEIGHT (kg) and HEIGHT (cm)."""
    weight, height = values.get("WEIGHT"), values.get("HEIGHT")
    if weight is None or height is None:
        return None
    metres = height / 100
    return Decimal(weight / (metres * metres))


class VitalSigns(CaseReportForm):
    """VS: body measures, temperature, blood pressure, pulse and respiration."""

    code = "VS"
    sections = (
        Section("Date", "VSDTC"),
        Section(
            "Body",
            "HEIGHT",
            "WEIGHT",
            "BMI",
            hint="Weigh without shoes and heavy clothing. 1 jin is 0.5 kg: choose the unit of the scale.",
        ),
        Section(
            "At rest", "TEMP", "SYSBP", "DIABP", "PULSE", "RESP", hint="Measure after five minutes of rest."
        ),
    )

    VSDTC = Date("Date of measurement", procedure=True)
    HEIGHT = Number(
        "Height",
        units=LENGTH,
        decimals=1,
        hard=limits(120, 220),
        soft=limits(145, 190),
        visits=(SCREENING_VISIT,),
    )
    WEIGHT = Number(
        "Weight",
        units=MASS,
        decimals=1,
        hard=limits(30, 180),
        soft=limits(40, 110),
        change=by_percent(10),
        feeds=("IN01", "IN04", "EX03", "EX12"),
        hint="The screening weight counts for every dose per kilogram.",
    )
    BMI = Derived(
        "Body mass index",
        body_mass_index,
        reads=("WEIGHT", "HEIGHT"),
        decimals=1,
        unit="kg/m2",
        formula="weight in kg ÷ (height in m)²",
        visits=(SCREENING_VISIT,),
        hint="A weight in jin entered as kg doubles it.",
    )
    TEMP = Number(
        "Temperature", units=TEMPERATURE, decimals=1, hard=limits(33, 43), soft=limits("35.5", "38.0")
    )
    SYSBP = Number("Systolic blood pressure", units=PRESSURE, hard=limits(60, 260), soft=limits(90, 160))
    DIABP = Number("Diastolic blood pressure", units=PRESSURE, hard=limits(30, 160), soft=limits(50, 100))
    PULSE = Number("Pulse", units=PER_MINUTE, hard=limits(30, 220), soft=limits(50, 120))
    RESP = Number("Respiration", units=PER_MINUTE, hard=limits(6, 60), soft=limits(10, 28))

    @hard_check("SYSBP", "DIABP")
    def systolic_above_diastolic(values: Values, context: Context) -> str | None:
        if values["SYSBP"] > values["DIABP"]:
            return None
        return "The systolic pressure is above the diastolic one. Correct one of them."
