"""Codelists of the events (clinical content, section 2; terms of CDISC where it has them)."""

from screening.forms.oxygen import OXYGEN_DEVICE
from trialsite.crf.codelists import Codelist, codelist
from visits.deviations.category import Category

GRADE = Codelist(
    "AETOXGR",
    (
        ("1", "1 – mild"),
        ("2", "2 – moderate"),
        ("3", "3 – severe"),
        ("4", "4 – life-threatening"),
        ("5", "5 – fatal"),
    ),
)
CAUSALITY = codelist("AEREL", "NOT RELATED", "UNLIKELY RELATED", "POSSIBLY RELATED", "RELATED")
ACTION = codelist(
    "AEACN", "DOSE NOT CHANGED", "DRUG INTERRUPTED", "DRUG WITHDRAWN", "NOT APPLICABLE", "UNKNOWN"
)
OUTCOME = Codelist(
    "AEOUT",
    (
        ("RECOVERED/RESOLVED", "Recovered or resolved"),
        ("RECOVERING/RESOLVING", "Recovering or resolving"),
        ("NOT RECOVERED/NOT RESOLVED", "Not recovered"),
        ("RECOVERED/RESOLVED WITH SEQUELAE", "Recovered with sequelae"),
        ("FATAL", "Fatal"),
        ("UNKNOWN", "Unknown"),
    ),
)
# After these nothing more is expected to change.
FINAL_OUTCOMES = frozenset({"RECOVERED/RESOLVED", "RECOVERED/RESOLVED WITH SEQUELAE", "FATAL"})
SPECIAL_INTEREST = Codelist(
    "AESICAT",
    (
        ("SERIOUS INFECTION", "Serious infection"),
        ("OPPORTUNISTIC/TB", "Opportunistic infection or tuberculosis"),
        ("GI PERFORATION", "Gastrointestinal perforation"),
        ("HYPERSENSITIVITY/INFUSION REACTION", "Hypersensitivity or infusion reaction"),
        ("HEPATIC", "Hepatic event"),
        ("NEUTROPENIA", "Neutropenia"),
        ("THROMBOCYTOPENIA", "Thrombocytopenia"),
        ("HBV REACTIVATION", "Reactivation of hepatitis B"),
        ("DEMYELINATION", "Demyelination"),
        ("MALIGNANCY", "Malignancy"),
        ("MACE", "Major cardiovascular event"),
        ("PREGNANCY", "Pregnancy"),
    ),
)
INFECTIONS = frozenset({"SERIOUS INFECTION", "OPPORTUNISTIC/TB"})
SUPPORT = Codelist("RSTYPE", tuple(item for item in OXYGEN_DEVICE.items if item[0] != "NONE"))
DEVIATION = Codelist(
    "DVCAT",
    (
        (Category.ELIGIBILITY, "Eligibility"),
        (Category.VISIT_WINDOW, "Visit window"),
        (Category.IP, "Study drug"),
        (Category.PROHIBITED_MED, "Prohibited medication"),
        (Category.CONSENT, "Consent"),
        (Category.UNBLINDING, "Unblinding"),
        (Category.OTHER, "Other"),
    ),
)
SEVERITY = codelist("DVSEV", "MINOR", "MAJOR")
