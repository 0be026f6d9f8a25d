"""What a report of a serious event says: frozen as plain JSON, the source of its page, PDF and signature.

Only what blinded persons know: the kit of a dose, never what is in it; no laboratory value (L19).
"""

from typing import Any

from screening.models import Participant
from trialsite.crf.codelists import MISSING
from trialsite.crf.lifecycle import RecordState
from trialsite.crf.models import Record
from trialsite.crf.typed import text_of
from trialsite.crf.variables import Choice, Variable
from trialsite.protocol import REGISTRATION, TRIAL
from visits.dosing.medication import running_log
from visits.dosing.medication_reading import interviews_of, line_of
from visits.forms.dose_given import DoseGiven
from visits.safety.forms.adverse_event import AdverseEvent, FollowUp
from visits.safety.rules import CRITERIA
from visits.windows import VISIT_BY_CODE

Content = dict[str, Any]
_EVENT = ("AETERM", "AESTDTC", "AEENDTC", "AETOXGR", "AEOUT")
_CAUSE = ("AEREL", "AEACN", "AEIVAB", "AESI", "AESICAT")
_SERIOUS = ("AESER", *CRITERIA)


def content_of(record: Record) -> Content:
    """Everything that a report of this event says now; nine queries."""
    participant = record.participant
    event = AdverseEvent.objects.get(record=record)
    variables = AdverseEvent.variables()
    return {
        "trial": TRIAL,
        "registration": REGISTRATION,
        "participant": participant.SUBJID,
        "site": str(participant.site),
        "randomized": participant.day1.isoformat() if participant.day1 else "",
        "number": record.repeat,
        "version": record.version,
        "void": record.not_done_reason if record.state == RecordState.VOID else "",
        "event": _answers(event, variables, _EVENT),
        "seriousness": _answers(event, variables, _SERIOUS),
        "aware": f"{text_of(event.AESAWDTC)} {text_of(event.AESAWTIM)}".strip(),
        "cause": _answers(event, variables, _CAUSE),
        "follow_up": [_row(row) for row in FollowUp.objects.filter(form=event).order_by("number")],
        "doses": _doses(participant),
        "medication": _medication(participant),
    }


def _answers(stored: Any, variables: dict[str, Variable], names: tuple[str, ...]) -> list[list[str]]:
    """[label, answer] of the answered questions, in the form's order."""
    found = []
    for name in names:
        value = text_of(getattr(stored, name))
        variable = variables[name]
        if value and isinstance(variable, Choice):
            value = variable.codes.label(value)
        if not value and (missing := getattr(stored, f"{name}_ND", "")):
            value = MISSING.label(missing)
        if value:
            found.append([variable.label, value])
    return found


def _row(row: FollowUp) -> list[str]:
    """Day, what changed, outcome then."""
    outcome = FollowUp.variables()["AEFUOUT"]
    assert isinstance(outcome, Choice)
    return [text_of(row.AEFUDTC), row.AEFUTERM, outcome.codes.label(row.AEFUOUT)]


def _doses(participant: Participant) -> list[list[str]]:
    """Visit, day, kit and volume of each dose that was given."""
    given = (
        DoseGiven.objects.filter(record__participant=participant, EXPERF="Y")
        .exclude(record__state=RecordState.NOT_DONE)
        .select_related("record")
        .order_by("EXSTDTC", "record__visit")
    )
    return [
        [
            VISIT_BY_CODE[dose.record.visit].label,
            text_of(dose.EXSTDTC),
            dose.EXKIT,
            f"{text_of(dose.EXVOL)} mL" if dose.EXVOL is not None else "",
        ]
        for dose in given
    ]


def _medication(participant: Participant) -> list[list[str]]:
    """Drug, dose, route, start and end of every course of medication, as all visits together tell it."""
    log = running_log(list(interviews_of(participant)))
    lines = [(course, line_of(course)) for course in log.courses]
    return [
        [line["drug"], line["dose"], line["route"], line["start"], "" if course.ongoing else line["end"]]
        for course, line in lines
    ]
