"""The forms of events, in the order in which they are offered."""

from trialsite.crf.forms import CaseReportForm
from visits.deviations.form import ProtocolDeviation
from visits.safety.forms.adverse_event import AdverseEvent
from visits.safety.forms.death import Death
from visits.safety.forms.hospital_stay import HospitalStay
from visits.safety.forms.respiratory_support import RespiratorySupport

EVERY_EVENT: tuple[type[CaseReportForm], ...] = (
    AdverseEvent,
    RespiratorySupport,
    HospitalStay,
    ProtocolDeviation,
    Death,
)
