"""The forms that begin with the visits, in the order of the schedule of assessments."""

from trialsite.crf.forms import CaseReportForm
from visits.forms.core_set import CoreSet
from visits.forms.dose_given import DoseGiven
from visits.forms.end_of_study import EndOfStudy
from visits.forms.health_questionnaire import HealthQuestionnaire
from visits.forms.muscle_test import MuscleTest
from visits.forms.physical_examination import PhysicalExamination
from visits.forms.skin_index import SkinIndex
from visits.forms.symptoms import Symptoms
from visits.forms.unscheduled import UnscheduledVisit

EVERY_FORM: tuple[type[CaseReportForm], ...] = (
    UnscheduledVisit,
    PhysicalExamination,
    Symptoms,
    CoreSet,
    MuscleTest,
    HealthQuestionnaire,
    SkinIndex,
    DoseGiven,
    EndOfStudy,
)
