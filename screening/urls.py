"""Pages of screening: the list of participants, registration, the review of eligibility, the screening log.

The converter `subject` is that of trialsite.crf, whose addresses are included first.
"""

from django.urls import path

from screening.protocol_tables import views as protocol
from screening.views import criteria, eligibility, live, log, participants, rescreening

app_name = "screening"
_ONE = "participants/<subject:SUBJID>/eligibility/"

urlpatterns = [
    path("participants/", participants.participant_list, name="participants"),
    path("participants/new/", participants.register, name="register"),
    path("participants/<subject:SUBJID>/rescreen/", rescreening.rescreen_page, name="rescreen"),
    path(_ONE, eligibility.eligibility, name="eligibility"),
    path(f"{_ONE}live/", live.panel, name="live"),
    path(f"{_ONE}submit/", eligibility.submit, name="submit"),
    path(f"{_ONE}decide/", eligibility.decide, name="decide"),
    path(f"{_ONE}<uuid:pk>/", eligibility.frozen, name="review"),
    path("criteria/", criteria.criteria, name="criteria"),
    path("criteria/<slug:code>/", criteria.criterion, name="criterion"),
    path("screening-log/", log.log, name="log"),
    path("screening-log/flow/", log.flow, name="log_flow"),
    path("screening-log/file/", log.log_file, name="log_file"),
    path("protocol/", protocol.versions, name="protocol"),
    path("protocol/next/", protocol.next_version, name="protocol_next"),
    path("protocol/<int:number>/", protocol.versions, name="protocol_version"),
]
