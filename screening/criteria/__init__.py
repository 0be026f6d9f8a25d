"""The eligibility criteria, executed: pure, decimal, three-valued, with evidence."""

from screening.criteria.assessment import Assessment, Overall, assess
from screening.criteria.readings import DEFAULT, Readings, readings_under
from screening.criteria.registry import CRITERIA, Criterion, criteria_under
from screening.criteria.tables import REGISTERED, ProtocolTables
from screening.criteria.verdict import Kind, Outcome, Part, Verdict

__all__ = [
    "CRITERIA",
    "DEFAULT",
    "REGISTERED",
    "Assessment",
    "Criterion",
    "Kind",
    "Outcome",
    "Overall",
    "Part",
    "ProtocolTables",
    "Readings",
    "Verdict",
    "assess",
    "criteria_under",
    "readings_under",
]
