"""INF: severe infection and intravenous antibiotics, at screening."""

from django.db import models

from screening.forms.judgement import reason_of
from trialsite.crf.codelists import NYU
from trialsite.crf.forms import CaseReportForm, Row, Rows, Section
from trialsite.crf.units import HOURS
from trialsite.crf.variables import Choice, Date, Number, PartialDate, Text, Time, When, answered, limits

LEFT_HOSPITAL = When(
    "SINFHOSP is Y and SINFONGO is not Y",
    ("SINFHOSP", "SINFONGO"),
    lambda values: values.get("SINFHOSP") == "Y" and values.get("SINFONGO") != "Y",
)


class InfectionScreen(CaseReportForm):
    """INF: hospital stay for severe infection; antibiotics and their washout."""

    code = "INF"
    sections = (
        Section("Severe infection", "INFDTC", "SINFHOSP", "SINFREAS", "SINFONGO", "SINFENDTC"),
        Section(
            "Intravenous antibiotics",
            "IVABYN",
            "INFABS",
            hint="Oral empirical and topical antibiotics do not count.",
        ),
    )
    repeating = (
        Rows(
            "IVAB",
            "Intravenous antibiotics given",
            lambda: IvAntibiotic,
            add_label="Add an antibiotic",
            hint="Each drug with its last dose; five half-lives must have passed at randomization.",
        ),
    )

    INFDTC = Date("Date of the interview", procedure=True)
    SINFHOSP = Choice("In hospital for severe infection, ever", NYU, feeds=("EX04",), judgement=True)
    SINFREAS = reason_of("SINFHOSP", "Y", label="Which infection, and why it was severe", feeds=("EX04",))
    SINFONGO = Choice("Still in hospital for it", NYU, when=answered("SINFHOSP", "Y"), feeds=("EX04",))
    SINFENDTC = PartialDate("Last day in hospital", when=LEFT_HOSPITAL, feeds=("EX04",))
    IVABYN = Choice("Intravenous antibiotic given", NYU, feeds=("EX04",))
    INFABS = Choice(
        "Active infection ruled out",
        NYU,
        when=answered("IVABYN", "Y", "U"),
        feeds=("EX04",),
        hint="The investigator's judgement.",
        judgement=True,
    )


class IvAntibiotic(Row):
    """One intravenous antibiotic."""

    form = models.ForeignKey(InfectionScreen, on_delete=models.PROTECT, related_name="ivab")

    IVABTRT = Text("Drug", length=60, feeds=("EX04",), hint="Generic name.")
    IVABENDTC = PartialDate("Last dose, date", feeds=("EX04",))
    IVABENTIM = Time("Last dose, time", required=False, missing=False, feeds=("EX04",))
    IVABHALF = Number(
        "Half-life",
        units=HOURS,
        decimals=1,
        hard=limits("0.2", 300),
        feeds=("EX04",),
        hint="Upper end of the label; longer in renal failure. Meropenem 1, ceftriaxone 8, teicoplanin 170.",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["form", "number"], name="inf_antibiotic_numbered_once"),
        ]

    def __str__(self) -> str:
        return f"antibiotic {self.number}"
