"""GC: systemic glucocorticoids, at every visit."""

from typing import Any

from django.db import models

from screening.forms import prednisone, running_log
from screening.forms.periods import end_not_before_start, end_of_medication, start_of_medication
from trialsite.crf.codelists import NY, Codelist, codelist
from trialsite.crf.forms import CaseReportForm, Context, Row, Rows, Section
from trialsite.crf.units import DOSE_PER_DAY
from trialsite.crf.variables import Choice, Date, Derived, Number, Text, limits
from trialsite.protocol import PREDNISONE_FACTORS

STEROID = codelist("GC_CMTRT", *PREDNISONE_FACTORS)
SYSTEMIC_ROUTE = Codelist(
    "GC_CMROUTE", (("ORAL", "Oral"), ("INTRAVENOUS", "Intravenous"), ("IM", "Intramuscular"))
)
FEEDS = ("IN04", "EX12")


class Glucocorticoids(CaseReportForm):
    """GC: every systemic glucocorticoid with its daily dose; a change of dose is a new row."""

    code = "GC"
    sections = (Section("History", "GCDTC", "GCHXCOMP", "PREDDAY"),)
    repeating = (
        Rows(
            "RECORDS",
            "Glucocorticoids",
            lambda: Glucocorticoid,
            add_label="Add a glucocorticoid or dose",
            hint="One row for each drug, route and daily dose. Pulses too.",
        ),
    )

    GCDTC = Date("Date of the interview", procedure=True)
    GCHXCOMP = Choice(
        "History complete",
        NY,
        feeds=FEEDS,
        hint="Yes when every systemic glucocorticoid of the last weeks, pulses included, stands below. Only "
        "then does a day without a row count as a day without glucocorticoid.",
    )
    PREDDAY = Derived(
        "Prednisone equivalent on this day",
        prednisone.of_day,
        reads=("GCDTC", "GCHXCOMP"),
        decimals=1,
        unit="mg/day",
        formula="sum over the doses below that are taken on the day of the interview",
    )

    fits_the_visit_before = running_log.fits_visit_before("GCDTC")

    @classmethod
    def context_for(cls, participant: Any, visit: str) -> Context:
        """What went on at the visit before; two queries after screening."""
        return running_log.context_of(cls, participant, visit)


class Glucocorticoid(Row):
    """One glucocorticoid at one daily dose."""

    form = models.ForeignKey(Glucocorticoids, on_delete=models.PROTECT, related_name="records")

    CMTRT = Choice("Drug", STEROID, feeds=(*FEEDS, "EX14"))
    CMDOSTOT = Number(
        "Total daily dose",
        units=DOSE_PER_DAY,
        unit_name="CMDOSU",
        decimals=2,
        hard=limits("0.1", 2000),
        soft=limits(None, 100),
        feeds=FEEDS,
    )
    PREDEQ = Derived(
        "Prednisone equivalent",
        prednisone.of_row,
        reads=("CMTRT", "CMDOSTOT"),
        decimals=1,
        unit="mg/day",
        formula="daily dose × factor of the drug to prednisone",
    )
    CMROUTE = Choice("Route", SYSTEMIC_ROUTE, feeds=FEEDS)
    CMSTDTC = start_of_medication((*FEEDS, "EX14"))
    CMENDTC = end_of_medication((*FEEDS, "EX14"))
    CMINDC = Text("Indication", length=100, required=False)

    end_on_or_after_start = end_not_before_start("CMSTDTC", "CMENDTC")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["form", "number"], name="gc_record_numbered_once"),
        ]

    def __str__(self) -> str:
        return f"glucocorticoid {self.number}"
