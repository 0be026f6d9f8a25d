"""RE: pulmonary function, at screening, week 8 and early end (week 4 optional)."""

from trialsite.crf.change import by_points
from trialsite.crf.codelists import NY, codelist
from trialsite.crf.forms import CaseReportForm, Section
from trialsite.crf.units import DLCO, LITRES, PERCENT
from trialsite.crf.variables import Choice, Date, Number, answered, limits

REASON_NOT_DONE = codelist("PFTREASND", "UNABLE TO COMPLETE", "NOT YET DONE", "OTHER")
PERFORMED = answered("PFTDONE", "Y")


class PulmonaryFunction(CaseReportForm):
    """RE: forced vital capacity and diffusing capacity."""

    code = "RE"
    sections = (
        Section(
            "Test",
            "PFTDONE",
            "PFTREASND",
            "REDTC",
            hint="“Unable to complete” excludes (EX11); a test not yet done leaves EX11 undetermined.",
        ),
        Section("Spirometry", "FVC", "FVCPP"),
        Section("Diffusion", "DLCO", "DLCOPP", "DLHBCOR"),
    )

    PFTDONE = Choice("Test performed", NY, feeds=("EX11",))
    PFTREASND = Choice("Reason why not", REASON_NOT_DONE, when=answered("PFTDONE", "N"), feeds=("EX11",))
    REDTC = Date("Date of the test", procedure=True, when=PERFORMED)
    FVC = Number("FVC", units=LITRES, decimals=2, hard=limits("0.3", 8), when=PERFORMED)
    FVCPP = Number(
        "FVC, % predicted",
        units=PERCENT,
        decimals=1,
        hard=limits(10, 160),
        soft=limits(40, 130),
        change=by_points(20, "points"),
        when=PERFORMED,
        feeds=("IN03",),
    )
    DLCO = Number("DLco", units=DLCO, decimals=1, hard=limits(1, 60), when=PERFORMED)
    DLCOPP = Number(
        "DLco, % predicted",
        units=PERCENT,
        decimals=1,
        hard=limits(5, 160),
        soft=limits(25, 130),
        change=by_points(20, "points"),
        when=PERFORMED,
        feeds=("IN03",),
    )
    DLHBCOR = Choice("DLco corrected for haemoglobin", NY, when=PERFORMED)
