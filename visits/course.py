"""What became of a visit: it took place, it was missed, or neither yet.

The form "Visit dates" (SV) is the only source: a visit took place on its SVSTDTC; it was missed when that
form, or that date, is marked as not done.
"""

from dataclasses import dataclass
from datetime import date

from screening.forms.visit_dates import VisitDates
from screening.models import Participant
from trialsite.crf.codelists import NOT_DONE
from trialsite.crf.lifecycle import RecordState
from trialsite.crf.models import Record


@dataclass(frozen=True)
class Course:
    """What became of one visit; `missed` excludes a date."""

    took_place_on: date | None = None
    missed: bool = False

    @property
    def over(self) -> bool:
        """True when nothing of the visit lies ahead."""
        return self.missed or self.took_place_on is not None


def courses_of(participant: Participant) -> dict[str, Course]:
    """Visit code -> its course, for the visits whose form SV says something; two queries."""
    # In a fixed order: otherwise it depends on where rows lie in the database, and pages show it.
    dates = VisitDates.objects.filter(record__participant=participant, record__repeat=0).order_by(
        "record__visit"
    )
    courses = {
        visit: Course(took_place_on=None if missing == NOT_DONE else on, missed=missing == NOT_DONE)
        for visit, on, missing in dates.values_list("record__visit", "SVSTDTC", "SVSTDTC_ND")
    }
    marked = Record.objects.filter(
        participant=participant, form=VisitDates.code, repeat=0, state=RecordState.NOT_DONE
    ).order_by("visit")
    # Values given before a form was marked as not done stay in its table.
    return courses | {visit: Course(missed=True) for visit in marked.values_list("visit", flat=True)}
