"""The forms of medication as one running log: what went on at the visit before, and what contradicts it.

GC, CNI and CM are asked at every visit. What goes on is proposed at the next one; what was left out, or ended
before it was said to go on, asks.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from trialsite.crf.codelists import NOT_APPLICABLE
from trialsite.crf.forms import CaseReportForm, Check, Context, soft_check
from trialsite.crf.lifecycle import RecordState
from trialsite.crf.variables import Values
from trialsite.partial_date import PartialDate
from trialsite.protocol import SCREENING_VISIT, VISITS
from trialsite.truth import Truth
from trialsite.windows import VISIT_BY_CODE

ROWS = "RECORDS"
ASKED_ON: Mapping[str, str] = {"GC": "GCDTC", "CNI": "CNIDTC", "CM": "CMDTC"}
ONGOING = ("", NOT_APPLICABLE)  # why an end is missing when the course goes on
_ORDER = [visit.code for visit in VISITS]
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Before:
    """A form of medication as it was answered last: at which visit, when, and its rows by column."""

    visit: str
    asked_on: date | None
    rows: tuple[Row, ...]

    @property
    def label(self) -> str:
        """The visit for a reader."""
        return VISIT_BY_CODE[self.visit].label


def goes_on(row: Row) -> bool:
    """Whether a row has no end: the date is blank, or does not apply."""
    return not row.get("CMENDTC") and row.get("CMENDTC_ND") in (*ONGOING, None)


def same_course(one: Row, other: Row) -> bool:
    """Whether two rows speak of one course: drug, dose, route and start are the same."""
    return identity(one) == identity(other)


def identity(row: Row) -> tuple[Any, ...]:
    """What makes a course the same at every visit."""
    dose = row["CMDOSTOT"] if "CMDOSTOT" in row else row.get("CMDOSE")
    drug = str(row.get("CMTRT") or "").strip().casefold()
    unit = str(row.get("CMDOSU") or "").strip().casefold()
    return drug, dose, unit, row.get("CMROUTE") or "", row.get("CMSTDTC") or ""


def contradiction(now: tuple[Row, ...], before: Before) -> str | None:
    """What of the rows now does not fit the visit before, as a question; None when all fits."""
    for row in filter(goes_on, before.rows):
        found = next((each for each in now if same_course(each, row)), None)
        if found is None:
            return (
                f"At {before.label} {words(row)} went on, and it is not listed here. Did it end? Then list "
                "it with its end; a changed dose is a row of its own."
            )
        if before.asked_on and found.get("CMENDTC"):
            ended = PartialDate.parse(found["CMENDTC"])
            if ended.before(PartialDate.parse(before.asked_on.isoformat())) is Truth.YES:
                return (
                    f"By its end ({found['CMENDTC']}), {words(row)} was over when {before.label} recorded on "
                    f"{before.asked_on.isoformat()} that it went on. Which is right?"
                )
    return None


def words(row: Row) -> str:
    """Drug and dose for a reader."""
    drug, dose, unit, *_ = identity(row)
    amount = "" if dose is None else f" {dose.normalize():f}"
    return f"{drug}{amount} {unit or ('mg/day' if 'CMDOSTOT' in row else '')}".strip()


def fits_visit_before(asked_on: str) -> Check:
    """Declare the question on a form of medication; it stands at the date of the interview."""

    @soft_check(asked_on)
    def fits_the_visit_before(values: Values, context: Context) -> str | None:
        before: Before | None = context.get("BEFORE")
        return contradiction(tuple(context["ROWS"][ROWS]), before) if before else None

    return fits_the_visit_before


def context_of(form: type[CaseReportForm], participant: Any, visit: str) -> Context:
    """What the question reads; no query at screening."""
    return {"BEFORE": answered_before(form, participant, visit)}


def answered_before(form: type[CaseReportForm], participant: Any, visit: str) -> Before | None:
    """The form as it was answered last before a visit; None when never. Two queries.

    Later visits of the schedule are left out; an unscheduled visit counts by its day.
    """
    if visit == SCREENING_VISIT:
        return None
    manager: Any = form._default_manager
    found = manager.filter(record__participant=participant, record__repeat=0).exclude(record__visit=visit)
    found = found.exclude(record__state__in=(RecordState.NOT_DONE, RecordState.VOID))
    days: dict[str, date | None] = dict(found.values_list("record__visit", ASKED_ON[form.code]))
    earlier = [code for code in days if not _later(code, visit)]
    last = max(earlier, key=lambda code: (days[code] or date.min, _ORDER.index(code)), default=None)
    if last is None:
        return None
    rows: Any = form.repeating[0].row()._default_manager
    own = rows.filter(form__record__participant=participant, form__record__visit=last, form__record__repeat=0)
    return Before(last, days[last], tuple(own.order_by("number").values()))


def _later(code: str, visit: str) -> bool:
    """Whether both stand in the schedule, and the first after the second."""
    of_schedule = VISIT_BY_CODE[code].day is not None and VISIT_BY_CODE[visit].day is not None
    return of_schedule and _ORDER.index(code) > _ORDER.index(visit)
