"""An eligible participant, built from plain values, and ways to change it one value at a time.

The boundaries of the criteria are told as changes of this participant, whose values are those of the
example that came with the protocol.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from screening.facts import Fact, Facts, Value
from trialsite.partial_date import PartialDate


@dataclass(frozen=True)
class Quantity:
    """A number with what may stand beside it."""

    value: str | None
    uln: str | None = None
    unit: str = ""
    missing: str = ""


Plain = str | Quantity | None
Row = Mapping[str, Plain]


def q(value: str | None, uln: str | None = None, unit: str = "", missing: str = "") -> Quantity:
    """A number in the standard unit; `unit` is the one that it was typed in."""
    return Quantity(value, uln, unit, missing)


NO_UNIT = q(None, missing="NO UNIT")

EXAMPLE: Mapping[str, Plain] = {
    "DM.BRTHDTC": "1978-06-14",
    "DM.SEX": "F",
    "SV.SCRNDTC": "2026-03-02",
    "SV.RANDDTC": "2026-03-16",
    "VS.WEIGHT": q("58"),
    "DC.GOTTPAP": "Y",
    "DC.GOTTRSH": "N",
    "DC.ERYABIG": "N",
    "DC.HELIOT": "N",
    "DC.MDA5RES": "POSITIVE",
    "DC.ILDYN": "Y",
    "DC.DXPM": "N",
    "DC.DXASYS": "N",
    "DC.DXIMNM": "N",
    "DC.DXOVERLAP": "N",
    "MH.ACSYN": "N",
    "MH.ACSDTC": None,
    "MH.CVDYN": "N",
    "MH.LTCOMP": "N",
    "OX.SPO2": q("96"),
    "OX.SPO2_FIO2": q("0.21"),
    "OX.PAO2": q("82"),
    "OX.ABG_FIO2": q("0.21"),
    "RE.PFTDONE": "Y",
    "RE.PFTREASND": None,
    "RE.FVCPP": q("74.2"),
    "RE.DLCOPP": q("55.1"),
    "HRCT.CTEXTPCT": q("20"),
    "GC.GCHXCOMP": "Y",
    "CNI.CNIHXCOMP": "Y",
    "LB.LBDTC": "2026-03-02",
    "LB.WBC": q("6.2"),
    "LB.NEUT": q("4.6"),
    "LB.LYM": q("0.9"),
    "LB.HGB": q("118"),
    "LB.PLAT": q("231"),
    "LB.ALT": q("46", uln="40"),
    "LB.AST": q("34", uln="35"),
    "LB.BILI": q("9.8", uln="21"),
    "LB.CREAT": q("52"),
    "LB.ALT_DMREL": None,
    "LB.AST_DMREL": None,
    "INF.SINFHOSP": "N",
    "INF.SINFONGO": "N",
    "INF.SINFENDTC": None,
    "INF.IVABYN": "N",
    "INF.INFABS": "Y",
    "TB.TBACT": "N",
    "TB.TBTRTADQ": None,
    "TB.IGRATYPE": "T-SPOT.TB",
    "TB.IGRARES": "NEGATIVE",
    "TB.TPTYN": "N",
    "TB.TPTNDRUG": None,
    "TB.TPTSTDTC": None,
    "TB.TPTCONT": None,
    "VIR.HBSAG": "NEGATIVE",
    "VIR.HBEAG": "NEGATIVE",
    "VIR.HBCAB": "NEGATIVE",
    "VIR.HBVDNASTAT": "NOT DONE",
    "VIR.HBVDNA": None,
    "VIR.HBVASSAY": None,
    "VIR.HCVAB": "NEGATIVE",
    "VIR.HIVAB": "NEGATIVE",
    "VIR.HIVHX": "N",
    "RP.RPWORS4W": "N",
    "RP.RPDYSP": None,
    "RP.RPPFT": None,
    "RP.RPHRCT": None,
    "RP.RPABG": None,
    "AL.ALLTCZ": "N",
    "AL.ALLSULF": "N",
    "CM.IVIGYN": "N",
    "CM.IVIGENDTC": None,
    "CM.PROHMED": "N",
}


def gc(
    dose: str | None,
    start: str | None,
    end: Plain = None,
    drug: str | None = "PREDNISONE",
    route: str | None = "ORAL",
) -> Row:
    """One glucocorticoid; a blank end date means that it goes on."""
    return {"CMTRT": drug, "CMDOSTOT": q(dose), "CMROUTE": route, "CMSTDTC": start, "CMENDTC": end}


def cni(dose: str | None, start: str | None, end: Plain = None, drug: str | None = "TACROLIMUS") -> Row:
    """One calcineurin inhibitor; a blank end date means that it goes on."""
    return {"CMTRT": drug, "CMDOSTOT": q(dose), "CMSTDTC": start, "CMENDTC": end}


def cm(drug: Plain, start: Plain = "2025-06-01", end: Plain = None) -> Row:
    """One other medication; a blank end date means that it goes on."""
    return {"CMTRT": drug, "CMSTDTC": start, "CMENDTC": end}


def attested(code: str, question: str, answer: Plain) -> Row:
    """One answer to a further inclusion criterion."""
    return {"ATTCD": code, "ATTEXT": question, "ATTYN": answer}


def ivab(end: str | None, half_life: str | None, time: str | None = None, drug: str = "MEROPENEM") -> Row:
    """One intravenous antibiotic; half-life in hours."""
    return {"IVABTRT": drug, "IVABENDTC": end, "IVABENTIM": time, "IVABHALF": q(half_life)}


GC = (gc("40", "2026-01-20", "2026-02-15"), gc("35", "2026-02-16"))
CNI = (cni("3", "2026-01-25"),)


def participant(
    changes: Mapping[str, Plain] | None = None,
    *,
    steroids: tuple[Row, ...] = GC,
    inhibitors: tuple[Row, ...] = CNI,
    antibiotics: tuple[Row, ...] = (),
    medications: tuple[Row, ...] = (),
    attestations: tuple[Row, ...] = (),
) -> Facts:
    """The example with some values changed; None makes a value missing."""
    values = {**EXAMPLE, **(changes or {})}
    facts = [fact(*place(name), plain) for name, plain in values.items()]
    for form, section, rows in (
        ("GC", "RECORDS", steroids),
        ("CNI", "RECORDS", inhibitors),
        ("INF", "IVAB", antibiotics),
        ("CM", "RECORDS", medications),
        ("PA", "RECORDS", attestations),
    ):
        facts += [
            fact(form, field, plain, section, number)
            for number, row in enumerate(rows)
            for field, plain in row.items()
        ]
    return Facts(facts)


def place(name: str) -> tuple[str, str]:
    """Form and variable of a name such as LB.WBC."""
    form, field = name.split(".")
    return form, field


def fact(form: str, field: str, plain: Plain, section: str = "", row: int | None = None) -> Fact:
    """A fact from a plain value: texts that are dates become dates."""
    if isinstance(plain, Quantity):
        return Fact(
            form,
            field,
            None if plain.value is None else Decimal(plain.value),
            missing=plain.missing,
            uln=None if plain.uln is None else Decimal(plain.uln),
            typed_unit=plain.unit,
            section=section,
            row=row,
        )
    value: Value = plain
    if plain is not None and field.endswith("DTC"):
        value = PartialDate.parse(plain) if plain[:1].isdigit() else plain
    return Fact(form, field, value, section=section, row=row)
