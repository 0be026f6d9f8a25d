"""The forms of the screening visit, one a file; several are repeated at later visits."""

from screening.forms.allergies import Allergies
from screening.forms.attestations import Attestations
from screening.forms.calcineurin_inhibitor import CalcineurinInhibitors
from screening.forms.chest_ct import ChestCT
from screening.forms.consent import Consent
from screening.forms.demographics import Demographics
from screening.forms.diagnosis import Diagnosis
from screening.forms.glucocorticoids import Glucocorticoids
from screening.forms.infection import InfectionScreen
from screening.forms.laboratory import Laboratory
from screening.forms.laboratory_masked import LaboratoryMasked
from screening.forms.medical_history import MedicalHistory
from screening.forms.medication import OtherMedication
from screening.forms.oxygen import Oxygen
from screening.forms.pulmonary_function import PulmonaryFunction
from screening.forms.rapid_progression import RapidProgression
from screening.forms.tuberculosis import Tuberculosis
from screening.forms.virology import Virology
from screening.forms.visit_dates import VisitDates
from screening.forms.vital_signs import VitalSigns
from trialsite.crf.forms import CaseReportForm

# In the order of the schedule of assessments.
EVERY_FORM: tuple[type[CaseReportForm], ...] = (
    Consent,
    VisitDates,
    Demographics,
    MedicalHistory,
    Diagnosis,
    VitalSigns,
    Oxygen,
    PulmonaryFunction,
    ChestCT,
    RapidProgression,
    Laboratory,
    LaboratoryMasked,
    InfectionScreen,
    Tuberculosis,
    Virology,
    Allergies,
    Glucocorticoids,
    CalcineurinInhibitors,
    OtherMedication,
    Attestations,
)
