"""Files in the exchange format."""

import copy
import json
from datetime import date
from typing import Any

from screening.exchange import Checked, check, participants_in

TODAY = date(2026, 3, 20)

# The example that came with the protocol, with what it must give.
PROTOCOL_EXAMPLE: dict[str, Any] = {
    "SUBJID": "EXAMPLE",
    "title": "Eligible: limited ILD on prednisone and tacrolimus",
    "DM": {"BRTHDTC": "1978-06-14", "SEX": "F"},
    "SV": {"SCRNDTC": "2026-03-02", "RANDDTC": "2026-03-16"},
    "VS": {
        "HEIGHT": {"value": 162, "unit": "cm"},
        "WEIGHT": {"value": 58, "unit": "kg"},
        "TEMP": {"value": 36.7, "unit": "C"},
        "SYSBP": {"value": 122, "unit": "mmHg"},
        "DIABP": {"value": 76, "unit": "mmHg"},
        "PULSE": {"value": 82, "unit": "beats/min"},
        "RESP": {"value": 18, "unit": "breaths/min"},
    },
    "DC": {
        "GOTTPAP": "Y",
        "GOTTRSH": "N",
        "ERYABIG": "N",
        "HELIOT": "N",
        "MDA5RES": "POSITIVE",
        "MDA5DTC": "2026-01-12",
        "ILDYN": "Y",
        "DXPM": "N",
        "DXASYS": "N",
        "DXIMNM": "N",
        "DXOVERLAP": "N",
    },
    "MH": {"ACSYN": "N", "ACSDTC": None, "CVDYN": "N", "LTCOMP": "N"},
    "OX": {"SPO2": 96, "SPO2_FIO2": 0.21, "PAO2": {"value": 82, "unit": "mmHg"}, "ABG_FIO2": 0.21},
    "RE": {"PFTDONE": "Y", "PFTREASND": None, "REDTC": "2026-03-03", "FVCPP": 74.2, "DLCOPP": 55.1},
    "HRCT": {"HRCTDTC": "2026-03-03", "CTEXTPCT": 20},
    "GC": {
        "GCHXCOMP": "Y",
        "RECORDS": [
            {
                "CMTRT": "PREDNISONE",
                "CMDOSTOT": 40,
                "CMDOSU": "mg/day",
                "CMROUTE": "ORAL",
                "CMSTDTC": "2026-01-20",
                "CMENDTC": "2026-02-15",
            },
            {
                "CMTRT": "PREDNISONE",
                "CMDOSTOT": 35,
                "CMDOSU": "mg/day",
                "CMROUTE": "ORAL",
                "CMSTDTC": "2026-02-16",
                "CMENDTC": None,
            },
        ],
    },
    "CNI": {
        "CNIHXCOMP": "Y",
        "RECORDS": [
            {
                "CMTRT": "TACROLIMUS",
                "CMDOSTOT": 3,
                "CMDOSU": "mg/day",
                "CMROUTE": "ORAL",
                "CMSTDTC": "2026-01-25",
                "CMENDTC": None,
            }
        ],
    },
    "LB": {
        "LBDTC": "2026-03-02",
        "WBC": {"value": 6.2, "unit": "10^9/L"},
        "NEUT": {"value": 4.6, "unit": "10^9/L"},
        "LYM": {"value": 0.9, "unit": "10^9/L"},
        "HGB": {"value": 118, "unit": "g/L"},
        "PLAT": {"value": 231, "unit": "10^9/L"},
        "ALT": {"value": 46, "unit": "U/L", "uln": 40},
        "AST": {"value": 34, "unit": "U/L", "uln": 35},
        "BILI": {"value": 9.8, "unit": "umol/L", "uln": 21},
        "CREAT": {"value": 52, "unit": "umol/L"},
        "ALT_DMREL": None,
        "AST_DMREL": None,
        "CK": {"value": 96, "unit": "U/L", "uln": 200},
        "LDH": {"value": 312, "unit": "U/L", "uln": 250},
        "CRP": {"value": 6.1, "unit": "mg/L", "uln": 8},
        "ESR": {"value": 31, "unit": "mm/h", "uln": 20},
        "FERRITIN": {"value": 642, "unit": "ug/L", "uln": 400},
        "KL6": {"value": 780, "unit": "U/mL", "uln": 500},
    },
    "INF": {
        "SINFHOSP": "N",
        "SINFONGO": "N",
        "SINFENDTC": None,
        "IVABYN": "N",
        "IVAB": [],
        "INFABS": "Y",
    },
    "TB": {
        "TBACT": "N",
        "TBTRTADQ": None,
        "IGRATYPE": "T-SPOT.TB",
        "IGRARES": "NEGATIVE",
        "TPTYN": "N",
        "TPTNDRUG": None,
        "TPTSTDTC": None,
        "TPTCONT": None,
    },
    "VIR": {
        "HBSAG": "NEGATIVE",
        "HBEAG": "NEGATIVE",
        "HBCAB": "NEGATIVE",
        "HBVDNA": {"status": "NOT DONE"},
        "HCVAB": "NEGATIVE",
        "HIVAB": "NEGATIVE",
        "HIVHX": "N",
    },
    "RP": {"RPWORS4W": "N", "RPDYSP": None, "RPPFT": None, "RPHRCT": None, "RPABG": None},
    "AL": {"ALLTCZ": "N", "ALLSULF": "N"},
    "CM": {"IVIGYN": "N", "IVIGENDTC": None, "PROHMED": "N"},
    "IM": {"PHGA": 5.5, "PTGA": 5.0, "EXMGA": 4.8},
    "MMT": {"MMT8TOT": 146},
    "HAQ": {"HAQDI": 0.5},
    "CD": {"CDASIACT": 18},
    "DS": {"RFICYN": "Y", "RFICDTC": "2026-03-02"},
    "expected": {"overall": "eligible"},
}
DERIVED = {"AGE": 47, "CRCL": 108.25, "PFRATIO": 390.5, "GC_MAX_MGKG_28D_PRE_RAND": 0.603}


def example(**changes: Any) -> dict[str, Any]:
    """The protocol's example with some values changed: example(LB__PLAT={...}); a form alone replaces it."""
    data = copy.deepcopy(PROTOCOL_EXAMPLE)
    for name, value in changes.items():
        form, _, field = name.partition("__")
        if field:
            data[form][field] = value
        else:
            data[form] = value
    return data


def checked(data: Any) -> Checked:
    """What comes of one participant, written to a file and read back on 20 March 2026."""
    [participant] = participants_in(json.dumps([data]))
    return check(participant, today=TODAY)


def findings(data: Any) -> list[tuple[str, str]]:
    """Form and field of everything that was refused."""
    return [(each.form, each.field) for each in checked(data).findings]


def outcome(data: Any, criterion: str) -> str:
    """The verdict on one criterion."""
    return str(checked(data).assessment.verdict(criterion).outcome)
