"""An eligible participant in the exchange format, every form of the screening visit complete.

The values that the criteria read are those of the example that came with the protocol.
"""

from collections.abc import Mapping
from typing import Any

Data = dict[str, dict[str, Any]]


def _quantity(value: str, unit: str, uln: str | None = None) -> Mapping[str, str]:
    return {"value": value, "unit": unit} | ({"uln": uln} if uln else {})


DAY = "2026-03-02"
CONSENT = {"RFICYN": "Y", "RFICDTC": DAY, "RFICTIM": "09:00", "ICVER": "1.0"}

EXAMPLE: Data = {
    "DS": CONSENT,
    "SV": {"SCRNDTC": DAY, "RANDDTC": "2026-03-16"},
    "DM": {"DMDTC": DAY, "BRTHDTC": "1978-06-14", "SEX": "F", "ETHNIC": "HAN"},
    "MH": {
        "MHDTC": DAY,
        "ACSYN": "N",
        "CVDYN": "N",
        "LTCOMP": "N",
        "DIVERT": "N",
        "ZOSTER": "N",
        "MALIG": "N",
        "PREGTEST": "NEG",
    },
    "DC": {
        "DCDTC": DAY,
        "DXDTC": "2026-01",
        "ONSETDTC": "2025-11",
        "RESPONDTC": "2025-12",
        "GOTTPAP": "Y",
        "GOTTRSH": "N",
        "ERYABIG": "N",
        "HELIOT": "N",
        "SKULCER": "N",
        "MECHHAND": "Y",
        "PALMPAP": "N",
        "MDA5RES": "POSITIVE",
        "MDA5DTC": "2026-01-12",
        "RO52": "POSITIVE",
        "ILDYN": "Y",
        "ARTHR": "Y",
        "MUSCLE": "N",
        "DXPM": "N",
        "DXASYS": "N",
        "DXIMNM": "N",
        "DXOVERLAP": "N",
    },
    "VS": {
        "VSDTC": DAY,
        "HEIGHT": _quantity("162", "cm"),
        "WEIGHT": _quantity("58", "kg"),
        "TEMP": _quantity("36.7", "C"),
        "SYSBP": _quantity("122", "mmHg"),
        "DIABP": _quantity("76", "mmHg"),
        "PULSE": _quantity("82", "/min"),
        "RESP": _quantity("18", "/min"),
    },
    "OX": {
        "OXDTC": DAY,
        "SPO2": "96",
        "SPO2_FIO2": "0.21",
        "O2DEV": "NONE",
        "PAO2": _quantity("82", "mmHg"),
        "PACO2": _quantity("38", "mmHg"),
        "PH": "7.41",
        "ABG_FIO2": "0.21",
    },
    "RE": {
        "PFTDONE": "Y",
        "REDTC": "2026-03-03",
        "FVC": "2.41",
        "FVCPP": "74.2",
        "DLCO": _quantity("13.2", "mL/min/mmHg"),
        "DLCOPP": "55.1",
        "DLHBCOR": "Y",
    },
    "HRCT": {"HRCTDTC": "2026-03-03", "CTREADER": "Radiologist 1", "CTEXTPCT": "20", "CTPATT": "OP"},
    "RP": {"RPDTC": DAY, "RPWORS4W": "N"},
    "LB": {
        "LBDTC": DAY,
        "WBC": _quantity("6.2", "10^9/L"),
        "NEUT": _quantity("4.6", "10^9/L"),
        "LYM": _quantity("0.9", "10^9/L"),
        "HGB": _quantity("118", "g/L"),
        "PLAT": _quantity("231", "10^9/L"),
        "ALT": _quantity("46", "U/L", "40"),
        "AST": _quantity("34", "U/L", "35"),
        "BILI": _quantity("9.8", "umol/L", "21"),
        "ALB": _quantity("38", "g/L"),
        "CK": _quantity("96", "U/L", "200"),
        "LDH": _quantity("312", "U/L", "250"),
        "KL6": _quantity("780", "U/mL", "500"),
        "CREAT": _quantity("52", "umol/L"),
        "GLUC": _quantity("5.1", "mmol/L"),
    },
    "LBI": {
        "LBIDTC": DAY,
        "CRP": _quantity("6.1", "mg/L", "8"),
        "ESR": _quantity("31", "mm/h", "20"),
        "FERRITIN": _quantity("642", "ug/L", "400"),
        "IL6": _quantity("5.2", "pg/mL", "7"),
        "CHOL": _quantity("4.9", "mmol/L", "5.2"),
        "TRIG": _quantity("1.4", "mmol/L", "1.7"),
        "LDL": _quantity("2.9", "mmol/L", "3.4"),
    },
    "INF": {"INFDTC": DAY, "SINFHOSP": "N", "IVABYN": "N"},
    "TB": {
        "TBDTC": DAY,
        "TBACT": "N",
        "IGRATYPE": "T-SPOT.TB",
        "IGRARES": "NEGATIVE",
        "IGRADTC": DAY,
        "TPTYN": "N",
    },
    "VIR": {
        "VIRDTC": DAY,
        "HBSAG": "NEGATIVE",
        "HBEAG": "NEGATIVE",
        "HBSAB": "POSITIVE",
        "HBCAB": "NEGATIVE",
        "HBVDNASTAT": "NOT DONE",
        "HCVAB": "NEGATIVE",
        "HIVAB": "NEGATIVE",
        "HIVHX": "N",
    },
    "AL": {"ALDTC": DAY, "ALLTCZ": "N", "ALLSULF": "N"},
    "GC": {
        "GCDTC": DAY,
        "GCHXCOMP": "Y",
        "RECORDS": [
            {
                "CMTRT": "PREDNISONE",
                "CMDOSTOT": "40",
                "CMDOSU": "mg/day",
                "CMROUTE": "ORAL",
                "CMSTDTC": "2026-01-20",
                "CMENDTC": "2026-02-15",
            },
            {
                "CMTRT": "PREDNISONE",
                "CMDOSTOT": "35",
                "CMDOSU": "mg/day",
                "CMROUTE": "ORAL",
                "CMSTDTC": "2026-02-16",
            },
        ],
    },
    "CNI": {
        "CNIDTC": DAY,
        "CNIHXCOMP": "Y",
        "RECORDS": [
            {
                "CMTRT": "TACROLIMUS",
                "CMDOSTOT": "3",
                "CMDOSU": "mg/day",
                "CMROUTE": "ORAL",
                "CMSTDTC": "2026-01-25",
            }
        ],
    },
    "CM": {"CMDTC": DAY, "IVIGYN": "N", "PROHMED": "N"},
}


def changed(changes: Mapping[str, Any]) -> Data:
    """The example with some values changed: {"LB.PLAT": ..., "VS.WEIGHT": ...}; None leaves one out."""
    data = {form: dict(values) for form, values in EXAMPLE.items()}
    for name, value in changes.items():
        form, _, field = name.partition(".")
        if value is None:
            data[form].pop(field, None)
        else:
            data[form][field] = value
    return data
