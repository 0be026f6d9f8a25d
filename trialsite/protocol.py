"""This trial's numbers: arms, strata, visits, windows, doses, limits and readings.

Whatever the registration (NCT07377058) does not say is declared with `assumed` and its reason;
the application lists these on one page. Change them here before the first participant.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import TypeVar

T = TypeVar("T")

TRIAL = "PROMIS-MDA5"
REGISTRATION = "NCT07377058"
PROTOCOL_VERSION = "registration 2025-08-18"
ENROLMENT_TARGET = 110


@dataclass(frozen=True)
class Assumption:
    """A value that the registration does not give, and why this one was taken."""

    name: str
    value: object
    reason: str


_assumptions: list[Assumption] = []


def assumed(name: str, value: T, reason: str) -> T:
    """Return value and put it on the page of assumptions."""
    _assumptions.append(Assumption(name, value, reason))
    return value


@dataclass(frozen=True)
class Stratum:
    """A stratum of the randomization."""

    code: str
    label: str


@dataclass(frozen=True)
class Visit:
    """A visit of the schedule; day and window are study days, Day 1 being the first dose."""

    code: str
    label: str
    week: int | None
    day: int | None
    before: int
    after: int
    dose: bool

    @property
    def scheduled(self) -> bool:
        """True for the five visits that open with the treatment number."""
        return self.day is not None and self.day > 0


@dataclass(frozen=True)
class LogForm:
    """A form that runs through the study beside the visits; each event is a record of its own."""

    code: str
    title: str


@dataclass(frozen=True)
class ScheduledForm:
    """A line of the schedule of assessments: at which visits a form belongs.

    `optional` visits show the form without asking for it; `if_ild` asks only when ILDYN = Y.
    """

    code: str
    title: str
    visits: tuple[str, ...]
    optional: tuple[str, ...] = ()
    if_ild: bool = False


# --- Randomization -----------------------------------------------------------------------------

ARMS = ("TOCILIZUMAB", "PLACEBO")

STRATA = assumed(
    "STRATA",
    (Stratum("ILD", "Interstitial lung disease"), Stratum("NOILD", "No interstitial lung disease")),
    "ASSUMPTION. The registration names no stratification. Interstitial lung disease is the strongest "
    "known predictor of outcome in anti-MDA5+ dermatomyositis, and it is settled at screening.",
)

BLOCK_SIZES = assumed(
    "BLOCK_SIZES",
    (4, 6),
    "ASSUMPTION. The method is not public. Permuted blocks of mixed size; a block of 2 would give "
    "its second place away. The statistician decides.",
)

LIST_SLOTS_PER_STRATUM = assumed(
    "LIST_SLOTS_PER_STRATUM",
    120,
    "ASSUMPTION. Enough for all 110 participants to fall into one stratum.",
)


def stratum_of(ildyn: str) -> str:
    """The stratum's code for the answer to ILDYN (Y or N). ValueError when it is neither."""
    strata = {"Y": "ILD", "N": "NOILD"}
    if ildyn not in strata:
        raise ValueError("The stratum needs ILDYN to be Y or N.")
    return strata[ildyn]


# --- Visits ------------------------------------------------------------------------------------

DOSE_VISITS = assumed(
    "DOSE_VISITS",
    ("D1", "W2", "W4", "W6"),
    "ASSUMPTION. 'Every two weeks for 2 months' is read as four doses, on Day 1 and in weeks 2, 4 "
    "and 6; week 8 is the assessment at the end of treatment.",
)

WINDOW_DAYS = assumed(
    "WINDOW_DAYS", 3, "ASSUMPTION. Windows are not public; 3 days either side of the target."
)

SCREENING_DAYS = assumed(
    "SCREENING_DAYS",
    28,
    "ASSUMPTION. Screening from Day -28 to Day -1; it fits the 28 days of IN04 and IN05.",
)


def _visit(code: str, week: int) -> Visit:
    window = WINDOW_DAYS if week else 0
    label = f"Week {week}" if week else "Day 1"
    return Visit(code, label, week, 1 + 7 * week, window, window, code in DOSE_VISITS)


UNSCHEDULED = assumed(
    "UNSCHEDULED",
    ("X", "X2", "X3", "X4", "X5", "X6", "X7", "X8", "X9"),
    "ASSUMPTION. Visits between those of the schedule are not registered; nine of them, taken in this order, "
    "are more than two months can hold.",
)

VISITS = (
    Visit("S", "Screening", None, -SCREENING_DAYS, 0, SCREENING_DAYS - 1, dose=False),
    _visit("D1", 0),
    _visit("W2", 2),
    _visit("W4", 4),
    _visit("W6", 6),
    _visit("W8", 8),
    *(
        Visit(code, f"Unscheduled {place}" if place > 1 else "Unscheduled", None, None, 0, 0, dose=False)
        for place, code in enumerate(UNSCHEDULED, start=1)
    ),
    Visit("E", "Early end", None, None, 0, 0, dose=False),
)
SCREENING_VISIT = "S"
# Whose values later ones are compared with: the first of them that has one.
BASELINE_VISITS = ("D1", SCREENING_VISIT)
EARLY_END_VISIT = "E"
POST_BASELINE_VISITS = ("W2", "W4", "W6", "W8", *UNSCHEDULED, "E")

MIN_DAYS_BETWEEN_DOSES = assumed(
    "MIN_DAYS_BETWEEN_DOSES",
    11,
    "ASSUMPTION. Two doses inside their windows can be 8 days apart; fewer than 11 days asks.",
)

DOSE_ROUTES = assumed(
    "DOSE_ROUTES",
    ("INTRAVENOUS", "SUBCUTANEOUS"),
    "ASSUMPTION. Dose and route are not public; both are supported and neither is preferred.",
)

PLANNED_ROUTE = assumed(
    "PLANNED_ROUTE",
    "INTRAVENOUS",
    "ASSUMPTION. Dose and route are not public. This route is proposed on the form of the dose; the other "
    "can be chosen there.",
)

# Volumes, never milligrams: placebo has none (L2). Of a solution of 20 mg/mL they are 8 mg/kg and at most
# 800 mg by vein, and the content of a syringe under the skin (clinical content 4.9).
VOLUME_PER_KG = assumed(
    "VOLUME_PER_KG",
    Decimal("0.4"),
    "ASSUMPTION. mL of the solution for each kilogram of body weight, by vein.",
)
VOLUME_AT_MOST = assumed("VOLUME_AT_MOST", Decimal(40), "ASSUMPTION. mL by vein, from 100 kg on.")
VOLUME_OF_A_SYRINGE = assumed(
    "VOLUME_OF_A_SYRINGE", Decimal("0.9"), "ASSUMPTION. mL under the skin, whatever the weight."
)

DOSE_LABORATORY_DAYS = assumed(
    "DOSE_LABORATORY_DAYS",
    7,
    "ASSUMPTION. Before the first dose a screening laboratory that is no older counts; before every other "
    "dose the laboratory of its own visit does.",
)
OVERRIDABLE_GATES = assumed(
    "OVERRIDABLE_GATES",
    {
        "WINDOW": True,
        "INTERVAL": True,
        "LABORATORY": True,
        "JUDGEMENT": True,
        "HOLD": False,
        "INFECTION": False,
        "WEIGHT": False,
        "COURSE": False,
        "KIT": False,
    },
    "ASSUMPTION. What an investigator may override before a dose, with a signed reason: time, and a "
    "laboratory that is late. A hold, an open serious infection, an unknown weight, the end of treatment and "
    "a kit that is missing or out of date cannot be overridden.",
)

# --- Working days -------------------------------------------------------------------------------

FREE_WEEKDAYS = assumed(
    "FREE_WEEKDAYS",
    (5, 6),
    "ASSUMPTION. Saturday and Sunday (Monday is 0). The mail of the morning waits for a working day.",
)
WORK_ENDS_AT = assumed(
    "WORK_ENDS_AT",
    18,
    "ASSUMPTION. The hour at a site after which reminders wait for the next working day; only what concerns "
    "a serious adverse event does not.",
)
# Public holidays of mainland China by their rule; the days that are moved each year are not known ahead.
_HOLIDAYS = {
    2026: ("01-01", "02-16", "02-17", "02-18", "02-19", "04-05", "05-01", "05-02", "06-19", "09-25"),
    2027: ("01-01", "02-05", "02-06", "02-07", "02-08", "04-05", "05-01", "05-02", "06-09", "09-15"),
}
_NATIONAL_DAYS = ("10-01", "10-02", "10-03")
HOLIDAYS = assumed(
    "HOLIDAYS",
    tuple(
        date.fromisoformat(f"{year}-{day}")
        for year, days in _HOLIDAYS.items()
        for day in (*days, *_NATIONAL_DAYS)
    ),
    "ASSUMPTION. Public holidays of mainland China, on which no reminder is mailed. Days that are moved are "
    "announced every year: add them here.",
)

# --- Kits --------------------------------------------------------------------------------------

KIT_EXPIRY_MARGIN_DAYS = assumed(
    "KIT_EXPIRY_MARGIN_DAYS",
    7,
    "ASSUMPTION. A kit is given only when it may still be used this many days after the last day of the "
    "visit's window: a late dose needs no other kit.",
)
KIT_TEMPERATURE = assumed(
    "KIT_TEMPERATURE",
    (Decimal(2), Decimal(8)),
    "ASSUMPTION. Degrees Celsius; the usual storage of a biological in a vial. What left these limits goes "
    "into quarantine.",
)
LOW_STOCK_DOSES = assumed(
    "LOW_STOCK_DOSES",
    6,
    "ASSUMPTION. A site that can give fewer doses than this is asked to order. Counted from totals only.",
)

# --- Schedule of assessments (clinical content, section 3) -------------------------------------

_ALL = ("S", "D1", "W2", "W4", "W6", "W8", *UNSCHEDULED, "E")
_AFTER_S = ("D1", "W4", "W8", "E")

FORMS = (
    ScheduledForm("DS", "Informed consent", ("S",)),
    ScheduledForm("SV", "Visit dates", _ALL),
    ScheduledForm("UN", "Reason for the visit", UNSCHEDULED),
    ScheduledForm("DM", "Demographics", ("S",)),
    ScheduledForm("MH", "Medical history", ("S",)),
    ScheduledForm("DC", "Anti-MDA5 dermatomyositis", ("S",)),
    ScheduledForm("VS", "Vital signs", _ALL),
    ScheduledForm("OX", "Oxygen and blood gases", _ALL),
    ScheduledForm("RE", "Pulmonary function", ("S", "W8", "E"), optional=("W4",)),
    ScheduledForm("HRCT", "Chest HRCT", ("S", "W8"), optional=(*UNSCHEDULED, "E")),
    ScheduledForm("RP", "Rapidly progressive ILD", ("S",), optional=UNSCHEDULED),
    ScheduledForm("LB", "Laboratory: haematology and chemistry", _ALL),
    ScheduledForm("LBI", "Laboratory: inflammation and lipids", _ALL),
    ScheduledForm("INF", "Infection screen", ("S",)),
    ScheduledForm("TB", "Tuberculosis", ("S",)),
    ScheduledForm("VIR", "Viral serology", ("S",)),
    ScheduledForm("AL", "Allergies", ("S",)),
    ScheduledForm("GC", "Glucocorticoids", _ALL),
    ScheduledForm("CNI", "Calcineurin inhibitor", _ALL),
    ScheduledForm("CM", "Other medication", _ALL),
    ScheduledForm("PA", "Further inclusion criteria", (), optional=("S",)),
    ScheduledForm("PE", "Physical examination", ("S", "D1", "W4", "W8", *UNSCHEDULED, "E")),
    ScheduledForm("SY", "Symptoms", _ALL),
    ScheduledForm("IM", "IMACS core set", ("D1", "W2", "W4", "W6", "W8", "E"), optional=("S",)),
    ScheduledForm("MMT", "Manual muscle test", _AFTER_S, optional=("S",)),
    ScheduledForm("HAQ", "Health assessment questionnaire", _AFTER_S, optional=("S",)),
    ScheduledForm("CD", "CDASI", _AFTER_S, optional=("S",)),
    ScheduledForm("EX", "Dose given", DOSE_VISITS),
    ScheduledForm("DSE", "End of study", ("W8", "E")),
)

# --- Forms that run through the study -----------------------------------------------------------

# Stands where a record has its visit. It is no visit of the schedule.
LOG_VISIT = "LOG"

LOG_FORMS = (
    LogForm("AE", "Adverse event"),
    LogForm("RS", "Respiratory support"),
    LogForm("HO", "Hospital stay"),
    LogForm("DV", "Protocol deviation"),
    LogForm("DD", "Death"),
)

SAE_HOURS = assumed(
    "SAE_HOURS",
    24,
    "ASSUMPTION. Hours from knowing of a serious adverse event to its report to the sponsor; the usual term. "
    "What changes of a reported event is reported within the same time.",
)
SAE_FOLLOW_UP_DAYS = assumed(
    "SAE_FOLLOW_UP_DAYS",
    7,
    "ASSUMPTION. Days after which a serious event that goes on is reported again.",
)

# --- Limits and readings of the criteria -------------------------------------------------------

GC_WINDOW_DAYS = 28
ACS_WINDOW_DAYS = 168
INFECTION_WINDOW_DAYS = 60
IVIG_WASHOUT_DAYS = 30
LTBI_MIN_DAYS = 14

EX08_READING = assumed(
    "EX08_READING",
    "A",
    "ASSUMPTION. Reading A: rapidly progressive ILD excludes whatever PaO2/FiO2 is. Reading B: it "
    "excludes only when PaO2/FiO2 is below 200. A is the safest and fits IN03.",
)
EX12_LOOKBACK_DAYS = assumed(
    "EX12_LOOKBACK_DAYS",
    28,
    "ASSUMPTION. The registration gives no look-back for prednisone above 2 mg/kg/day; within 28 days "
    "of screening it excludes, earlier it stays open until the sponsor rules.",
)
HBVDNA_FACTORS = assumed(
    "HBVDNA_FACTORS",
    {"ROCHE": Decimal("5.82"), "SANSURE": Decimal("5.6"), "ABBOTT": Decimal("3.41")},
    "ASSUMPTION. Copies per IU as published for each assay; the registration's 10^3 copies/L lies below "
    "every assay's limit, so values between 1 and 1,000 copies/mL stay undetermined.",
)
# Milligrams of prednisone per milligram, as exact ratios of equivalent doses.
PREDNISONE_FACTORS = {
    "PREDNISONE": Fraction(1),
    "PREDNISOLONE": Fraction(1),
    "METHYLPREDNISOLONE": Fraction(5, 4),
    "DEXAMETHASONE": Fraction(500, 75),
    "HYDROCORTISONE": Fraction(1, 4),
    "TRIAMCINOLONE": Fraction(5, 4),
    "CORTISONE": Fraction(1, 5),
    "BETAMETHASONE": Fraction(500, 75),
    "DEFLAZACORT": Fraction(5, 6),
}
assumed(
    "PREDNISONE_FACTORS",
    {steroid: str(factor) for steroid, factor in PREDNISONE_FACTORS.items()},
    "ASSUMPTION. Standard equivalents; betamethasone 0.75 mg = 5 mg (some tables say 0.6 mg).",
)
assumed(
    "IN02_HELIOTROPE",
    "heliotrope alone is undetermined",
    "ASSUMPTION. 'Erythema ab igne' as registered may be a mistranslation of heliotrope rash; the "
    "registered item is kept, heliotrope is recorded beside it.",
)
assumed(
    "IN03_ROOM_AIR",
    "only values at FiO2 0.21 count",
    "ASSUMPTION. Room air is not stated; a value taken on oxygen is unusable, not a failure.",
)
assumed(
    "EX14_LIST",
    "empty in version 1",
    "ASSUMPTION. The list of prohibited medication is not public; the investigator attests against the "
    "protocol. A later version of the protocol can hold a list.",
)
assumed(
    "IN06_AND_LATER",
    "not asked in version 1",
    "ASSUMPTION. The public text ends within inclusion 5; a later version of the protocol can add criteria.",
)

assumed(
    "RETESTS",
    "the latest result from 28 days before randomization to its day",
    "ASSUMPTION. A result that was measured again replaces the earlier one for the verdict, value by value; "
    "both are kept. When every result is older, none counts.",
)
assumed(
    "RESCREENING",
    "after a screening failure, or 28 days after consent without a number",
    "ASSUMPTION. Re-screening is not mentioned. It takes a new consent and a new number; what does not age "
    "is proposed from the earlier screening.",
)

# --- Grades of laboratory values ---------------------------------------------------------------

LOWER_LIMITS: Mapping[str, Decimal | dict[str, Decimal]] = assumed(
    "LOWER_LIMITS",
    {
        "NEUT": Decimal("1.8"),
        "LYM": Decimal("1.1"),
        "PLAT": Decimal(125),
        "HGB": {"F": Decimal(115), "M": Decimal(130)},
    },
    "ASSUMPTION. The forms ask no lower limit of normal; it tells CTCAE grade 1 from none. Taken from the "
    "usual reference intervals of Chinese adults (10^9/L, haemoglobin in g/L by sex).",
)

# --- Laboratory values that can unblind --------------------------------------------------------

MASKED_VISITS = assumed(
    "MASKED_VISITS",
    POST_BASELINE_VISITS,
    "ASSUMPTION. CRP, ESR, ferritin, IL-6 and lipids move with the drug: after Day 1 only the "
    "laboratory assessor enters and sees them, until the database is locked.",
)

ASSUMPTIONS: tuple[Assumption, ...] = tuple(_assumptions)
