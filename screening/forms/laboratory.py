"""LB: haematology and chemistry, at every visit."""

from decimal import Decimal

from screening.forms.judgement import reason_of
from trialsite.crf.change import by_factor, by_points
from trialsite.crf.codelists import NY
from trialsite.crf.forms import CaseReportForm, Check, Context, Section, soft_check
from trialsite.crf.retests import Retest
from trialsite.crf.units import (
    ALBUMIN,
    BILIRUBIN,
    COUNT,
    CREATININE,
    ENZYME,
    GLUCOSE,
    HAEMOGLOBIN,
    KL6,
    Unit,
)
from trialsite.crf.variables import Choice, Date, Number, Range, Text, Values, at_least_times_uln, limits
from trialsite.protocol import SCREENING_VISIT

BILIRUBIN_TIMES = Decimal("1.5")
RAISED_TIMES = 3


def _count(label: str, hard: Range, soft: Range, *, decimals: int = 2) -> Number:
    return Number(label, units=COUNT, decimals=decimals, hard=hard, soft=soft, feeds=("EX03",))


def _with_limit(
    label: str,
    units: tuple[Unit, ...],
    hard: Range,
    *,
    decimals: int = 0,
    soft_uln: int | None = None,
    feeds: tuple[str, ...] = (),
    visits: tuple[str, ...] = (),
) -> Number:
    return Number(
        label,
        units=units,
        decimals=decimals,
        hard=hard,
        soft_uln=soft_uln,
        uln=True,
        feeds=feeds,
        visits=visits,
    )


def _why(enzyme: str) -> Text:
    label = f"Why the rise of {enzyme} is, or is not, due to dermatomyositis"
    return reason_of(f"{enzyme}_DMREL", "Y", "N", label=label, feeds=("EX03",), visits=(SCREENING_VISIT,))


def _needs_limit(name: str) -> Check:
    @soft_check(name)
    def has_upper_limit(values: Values, context: Context) -> str | None:
        if values.get(f"{name}_ULN") is not None:
            return None
        return "Without its upper limit of normal (ULN) this value cannot be judged. Is the limit not known?"

    return has_upper_limit


class Laboratory(CaseReportForm):
    """LB: safety laboratory; latest result in the screening window, a retest replaces it."""

    code = "LB"
    sections = (
        Section("Sample", "LBDTC"),
        Section("Haematology", "WBC", "NEUT", "LYM", "HGB", "PLAT"),
        Section(
            "Liver",
            "ALT",
            "ALT_DMREL",
            "ALT_DMREAS",
            "AST",
            "AST_DMREL",
            "AST_DMREAS",
            "BILI",
            "ALB",
            hint="ULN is the upper limit of normal as the laboratory prints it beside the value. Whether a "
            "rise is due to dermatomyositis is asked from 3 times the ULN on, and why.",
        ),
        Section("Muscle and lung", "CK", "LDH", "KL6"),
        Section("Kidney and metabolism", "CREAT", "GLUC"),
    )

    retest = Retest(
        date="LBDTC",
        # A judgement belongs to its result; the clearance counts the age on the day of its creatinine.
        groups=(
            ("WBC",),
            ("NEUT",),
            ("LYM",),
            ("HGB",),
            ("PLAT",),
            ("ALT", "ALT_DMREL", "ALT_DMREAS"),
            ("AST", "AST_DMREL", "AST_DMREAS"),
            ("BILI",),
            ("ALB",),
            ("CK",),
            ("LDH",),
            ("KL6",),
            ("CREAT", "LBDTC"),
            ("GLUC",),
        ),
        visits=(SCREENING_VISIT,),
    )

    LBDTC = Date("Date of the sample", procedure=True, feeds=("EX03",))
    WBC = _count("White blood cells", limits("0.1", 100), limits(3, 12))
    NEUT = _count("Neutrophils", limits(0, 80), limits("1.5", 9))
    LYM = _count("Lymphocytes", limits(0, 20), limits("0.5", 4))
    HGB = Number(
        "Haemoglobin",
        units=HAEMOGLOBIN,
        hard=limits(30, 220),
        soft=limits(90, 165),
        change=by_points(40, "g/L"),
        feeds=("EX03",),
    )
    PLAT = _count("Platelets", limits(1, 1500), limits(100, 400), decimals=0)
    ALT = _with_limit("ALT", ENZYME, limits(1, 10000), soft_uln=RAISED_TIMES, feeds=("EX03",))
    ALT_DMREL = Choice(
        "Rise of ALT due to dermatomyositis",
        NY,
        when=at_least_times_uln("ALT", RAISED_TIMES),
        visits=(SCREENING_VISIT,),
        feeds=("EX03",),
        judgement=True,
    )
    ALT_DMREAS = _why("ALT")
    AST = _with_limit("AST", ENZYME, limits(1, 10000), soft_uln=RAISED_TIMES, feeds=("EX03",))
    AST_DMREL = Choice(
        "Rise of AST due to dermatomyositis",
        NY,
        when=at_least_times_uln("AST", RAISED_TIMES),
        visits=(SCREENING_VISIT,),
        feeds=("EX03",),
        judgement=True,
    )
    AST_DMREAS = _why("AST")
    BILI = _with_limit("Total bilirubin", BILIRUBIN, limits(1, 500), decimals=1, feeds=("EX03",))
    ALB = Number("Albumin", units=ALBUMIN, decimals=1, hard=limits(10, 60))
    CK = _with_limit("Creatine kinase", ENZYME, limits(1, 50000), soft_uln=RAISED_TIMES)
    LDH = _with_limit("LDH", ENZYME, limits(1, 10000), soft_uln=RAISED_TIMES)
    KL6 = _with_limit("KL-6", KL6, limits(50, 20000), visits=("S", "W4", "W8"))
    CREAT = Number(
        "Creatinine",
        units=CREATININE,
        decimals=1,
        hard=limits(15, 1500),
        soft=limits(30, 120),
        change=by_factor(2),
        feeds=("EX03",),
    )
    GLUC = Number("Glucose", units=GLUCOSE, decimals=1, hard=limits(1, 50))

    alt_has_limit = _needs_limit("ALT")
    ast_has_limit = _needs_limit("AST")
    bilirubin_has_limit = _needs_limit("BILI")

    @soft_check("WBC", "NEUT", "LYM")
    def parts_within_white_cells(values: Values, context: Context) -> str | None:
        if values["NEUT"] + values["LYM"] <= values["WBC"]:
            return None
        return "Neutrophils and lymphocytes together exceed the white blood cells. Which is right?"

    @soft_check("BILI")
    def bilirubin_within_limit(values: Values, context: Context) -> str | None:
        limit = values.get("BILI_ULN")
        if limit is None or values["BILI"] <= BILIRUBIN_TIMES * limit:
            return None
        return f"Above {BILIRUBIN_TIMES} times the upper limit of normal. Is the value right?"
