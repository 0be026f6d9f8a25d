"""The declarations against the clinical content: names, ranges and codes, written down a second time."""

from decimal import Decimal

import pytest

from tests.screening.forms.test_declarations import every_variable
from trialsite.crf.forms import REGISTER
from trialsite.crf.variables import Choice, Number, Range

NAMES = {
    "DS": "RFICYN RFICDTC RFICTIM ICVER",
    "SV": "SCRNDTC RANDDTC SVSTDTC SVCONTMO SVREASND",
    "DM": "DMDTC BRTHDTC SEX ETHNIC",
    "MH": "MHDTC ACSYN ACSDTC CVDYN CVDREAS LTCOMP LTCREAS DIVERT ZOSTER MALIG PREGTEST",
    "MH.RECORDS": "MHTERM MHSTDTC MHONGO MHENDTC",
    "DC": "DCDTC DXDTC ONSETDTC RESPONDTC GOTTPAP GOTTRSH ERYABIG HELIOT SKULCER MECHHAND PALMPAP MDA5RES "
    "MDA5DTC MDA5TITR MDA5METH RO52 ILDYN ARTHR MUSCLE DXPM DXASYS DXIMNM DXOVERLAP",
    "VS": "VSDTC HEIGHT WEIGHT BMI TEMP SYSBP DIABP PULSE RESP",
    "OX": "OXDTC SPO2 SPO2_FIO2 O2DEV O2FLOW PAO2 PACO2 PH ABG_FIO2 PFRATIO",
    "RE": "PFTDONE PFTREASND REDTC FVC FVCPP DLCO DLCOPP DLHBCOR",
    "HRCT": "HRCTDTC CTREADER CTEXTPCT CTPATT CTCHG",
    "RP": "RPDTC RPWORS4W PRFVCPP PRFVCDTC PRDLCOPP PRDLCDTC PRPAO2 PRPAODTC RPDYSP RPPFT RPHRCT RPABG "
    "RPREAS",
    "LB": "LBDTC WBC NEUT LYM HGB PLAT ALT ALT_DMREL ALT_DMREAS AST AST_DMREL AST_DMREAS BILI ALB CK "
    "LDH KL6 CREAT GLUC",
    "LBI": "LBIDTC CRP ESR FERRITIN IL6 CHOL TRIG LDL",
    "INF": "INFDTC SINFHOSP SINFREAS SINFONGO SINFENDTC IVABYN INFABS",
    "INF.IVAB": "IVABTRT IVABENDTC IVABENTIM IVABHALF",
    "TB": "TBDTC TBACT TBTRTADQ IGRATYPE IGRARES IGRADTC TPTYN TPTNDRUG TPTDRUG TPTSTDTC TPTCONT",
    "VIR": "VIRDTC HBSAG HBEAG HBSAB HBCAB HBVDNASTAT HBVASSAY HBVDNA HCVAB HIVAB HIVHX",
    "AL": "ALDTC ALLTCZ ALLSULF ALLOTH",
    "GC": "GCDTC GCHXCOMP PREDDAY",
    "GC.RECORDS": "CMTRT CMDOSTOT PREDEQ CMROUTE CMSTDTC CMENDTC CMINDC",
    "CNI": "CNIDTC CNIHXCOMP TROUGH",
    "CNI.RECORDS": "CMTRT CMDOSTOT CMROUTE CMSTDTC CMENDTC CMINDC",
    "CM": "CMDTC IVIGYN IVIGENDTC PROHMED",
    "CM.RECORDS": "CMTRT CMDOSE CMDOSU CMROUTE CMSTDTC CMENDTC CMINDC",
}
# name: (hard, soft); where a name stands on several forms, the range is the same.
RANGES = {
    "HEIGHT": ("120 220", "145 190"),
    "WEIGHT": ("30 180", "40 110"),
    "TEMP": ("33 43", "35.5 38.0"),
    "SYSBP": ("60 260", "90 160"),
    "DIABP": ("30 160", "50 100"),
    "PULSE": ("30 220", "50 120"),
    "RESP": ("6 60", "10 28"),
    "SPO2": ("50 100", "90 -"),
    "SPO2_FIO2": ("0.21 1.00", ""),
    "ABG_FIO2": ("0.21 1.00", ""),
    "O2FLOW": ("0 70", ""),
    "PAO2": ("25 600", ""),
    "PACO2": ("10 120", "30 50"),
    "PH": ("6.80 7.80", "7.35 7.45"),
    "FVC": ("0.3 8", ""),
    "FVCPP": ("10 160", "40 130"),
    "DLCO": ("1 60", ""),
    "DLCOPP": ("5 160", "25 130"),
    "CTEXTPCT": ("0 100", ""),
    "WBC": ("0.1 100", "3 12"),
    "NEUT": ("0 80", "1.5 9"),
    "LYM": ("0 20", "0.5 4"),
    "PLAT": ("1 1500", "100 400"),
    "HGB": ("30 220", "90 165"),
    "ALT": ("1 10000", ""),
    "AST": ("1 10000", ""),
    "LDH": ("1 10000", ""),
    "CK": ("1 50000", ""),
    "BILI": ("1 500", ""),
    "CREAT": ("15 1500", "30 120"),
    "ALB": ("10 60", ""),
    "GLUC": ("1 50", ""),
    "CRP": ("0 500", ""),
    "ESR": ("0 150", ""),
    "FERRITIN": ("1 50000", "- 1500"),
    "IL6": ("0 50000", ""),
    "KL6": ("50 20000", ""),
    "TPTNDRUG": ("0 4", ""),
    "HBVDNA": ("0 10000000000", ""),
    "IVABHALF": ("0.2 300", ""),
}
ULN_ASKED = {
    *("ALT", "AST", "BILI", "CK", "LDH", "KL6"),
    *("CRP", "ESR", "FERRITIN", "IL6", "CHOL", "TRIG", "LDL"),
}
SOFT_ABOVE_3_ULN = {"ALT", "AST", "CK", "LDH"}
ONLY_AT = {
    "HEIGHT": "S",
    "BMI": "S",
    "ALT_DMREL": "S",
    "AST_DMREL": "S",
    "ALT_DMREAS": "S",
    "AST_DMREAS": "S",
    "IL6": "S D1 W4 W8",
    "KL6": "S W4 W8",
    "CHOL": "S W4 W8",
    "TRIG": "S W4 W8",
    "LDL": "S W4 W8",
}
CODES = {
    "ETHNIC": "HAN,OTHER",
    "SEX": "F,M",
    "SVCONTMO": "ON-SITE,PHONE",
    "PREGTEST": "NEG,POS,NA",
    "MDA5RES": "POSITIVE,NEGATIVE,EQUIVOCAL,NOT DONE",
    "RO52": "POSITIVE,NEGATIVE,EQUIVOCAL,NOT DONE",
    "O2DEV": "NONE,NASAL,MASK,HFNC,NIV,IMV,ECMO",
    "PFTREASND": "UNABLE TO COMPLETE,NOT YET DONE,OTHER",
    "CTPATT": "OP,NSIP,NSIP+OP,DAD,UIP,OTHER",
    "CTCHG": "BETTER,SAME,WORSE",
    "IGRATYPE": "QFT-GIT,QFT-G,QFT-PLUS,T-SPOT.TB,OTHER",
    "IGRARES": "POSITIVE,NEGATIVE,INDETERMINATE,NOT DONE",
    "HBSAG": "POSITIVE,NEGATIVE,INDETERMINATE,NOT DONE",
    "HBVDNASTAT": "NOT DETECTED,DETECTED BELOW LLOQ,QUANTIFIED,NOT DONE",
}
ROUTES = {"GC": "ORAL,INTRAVENOUS,IM"}
DRUGS = {
    "GC": "PREDNISONE,PREDNISOLONE,METHYLPREDNISOLONE,DEXAMETHASONE,HYDROCORTISONE,TRIAMCINOLONE,CORTISONE,"
    "BETAMETHASONE,DEFLAZACORT",
    "CNI": "TACROLIMUS,CICLOSPORIN",
}


def _range(text: str) -> Range | None:
    if not text:
        return None
    low, high = (None if end == "-" else Decimal(end) for end in text.split())
    return Range(low, high)


@pytest.mark.parametrize("place", NAMES)
def test_a_form_has_the_variables_of_the_clinical_content(place: str) -> None:
    code, _, section = place.partition(".")
    found = {name for form, rows, name, _ in every_variable() if (form.code, rows) == (code, section)}
    assert found == set(NAMES[place].split())


def test_the_unit_of_a_dose_has_its_own_key() -> None:
    named = {
        form.code: variable.unit_name
        for form, _, _, variable in every_variable()
        if isinstance(variable, Number) and variable.unit_name
    }
    assert named == {"GC": "CMDOSU", "CNI": "CMDOSU"}


@pytest.mark.parametrize("name", RANGES)
def test_ranges_are_those_of_the_clinical_content(name: str) -> None:
    declared = {
        (variable.hard, variable.soft)
        for _, _, own, variable in every_variable()
        if own == name and isinstance(variable, Number)
    }
    hard, soft = RANGES[name]
    assert declared == {(_range(hard), _range(soft))}


def test_upper_limits_of_normal_are_asked_where_something_is_judged_by_them() -> None:
    numbers = {name: each for _, _, name, each in every_variable() if isinstance(each, Number)}
    assert {name for name, each in numbers.items() if each.uln} == ULN_ASKED
    assert {name for name, each in numbers.items() if each.soft_uln == 3} == SOFT_ABOVE_3_ULN


@pytest.mark.parametrize("name", ONLY_AT)
def test_some_variables_are_asked_at_some_visits_only(name: str) -> None:
    [variable] = [each for _, _, own, each in every_variable() if own == name]
    assert variable.visits == tuple(ONLY_AT[name].split())


@pytest.mark.parametrize("name", CODES)
def test_codes_are_those_of_the_clinical_content(name: str) -> None:
    [variable] = [each for _, _, own, each in every_variable() if own == name]
    assert isinstance(variable, Choice)
    assert variable.codes.codes == tuple(CODES[name].split(","))


def test_drugs_and_routes_are_those_of_the_clinical_content() -> None:
    for field, expected in (("CMTRT", DRUGS), ("CMROUTE", ROUTES)):
        for code, codes in expected.items():
            variable = REGISTER[code].repeating[0].row().variables()[field]
            assert isinstance(variable, Choice)
            assert variable.codes.codes == tuple(codes.split(","))
