"""SY: what the participant feels, at every visit."""

from trialsite.crf.codelists import NY
from trialsite.crf.forms import CaseReportForm, Section
from trialsite.crf.variables import Choice, Date, Number, limits

NRS = limits(0, 10)


def _rating(label: str) -> Number:
    return Number(label, whole=True, hard=NRS)


class Symptoms(CaseReportForm):
    """SY: breathlessness, and four ratings of the past seven days."""

    code = "SY"
    sections = (
        Section("Interview", "SYDTC"),
        Section(
            "Breathlessness",
            "MMRC",
            hint="mMRC: 0 only with strenuous exercise, 1 when hurrying or uphill, 2 slower than others on "
            "the level, 3 stops after about 100 m, 4 too breathless to leave the house.",
        ),
        Section(
            "Past 7 days",
            "COUGHNRS",
            "FATIGNRS",
            "ITCHNRS",
            "PAINNRS",
            "FEVER",
            hint="At its worst, as the participant rates it: 0 none, 10 the worst imaginable.",
        ),
    )

    SYDTC = Date("Date of the interview", procedure=True)
    MMRC = Number("Dyspnoea, mMRC grade", whole=True, hard=limits(0, 4))
    COUGHNRS = _rating("Cough")
    FATIGNRS = _rating("Fatigue")
    ITCHNRS = _rating("Itch")
    PAINNRS = _rating("Muscle or joint pain")
    FEVER = Choice("Fever, 37.3 °C or higher", NY)
