"""The eligibility criteria, executed: pure, decimal, three-valued, with evidence."""

from screening.criteria.assessment import Assessment, Overall, assess
from screening.criteria.readings import DEFAULT, Readings
from screening.criteria.registry import CRITERIA, Criterion
from screening.criteria.verdict import Kind, Outcome, Part, Verdict

__all__ = [
    "CRITERIA",
    "DEFAULT",
    "Assessment",
    "Criterion",
    "Kind",
    "Outcome",
    "Overall",
    "Part",
    "Readings",
    "Verdict",
    "assess",
]
