"""Events as a coordinator enters them."""

import uuid
from collections.abc import Mapping

from screening.models import Participant
from trialsite.accounts.models import User
from trialsite.crf.actions import save_record
from trialsite.crf.models import Record
from trialsite.crf.outcomes import Outcome, Refused, Saved

PNEUMONIA = {
    "AETERM": "Pneumonia",
    "AESTDTC": "2026-03-20",
    "AETOXGR": "3",
    "AEOUT": "NOT RECOVERED/NOT RESOLVED",
    "AESER": "Y",
    "AESDTH": "N",
    "AESLIFE": "N",
    "AESHOSP": "Y",
    "AESDISAB": "N",
    "AESCONG": "N",
    "AESMIE": "N",
    "AESAWDTC": "2026-03-21",
    "AESAWTIM": "09:30",
    "AEREL": "POSSIBLY RELATED",
    "AEACN": "DRUG INTERRUPTED",
    "AEIVAB": "Y",
    "AESI": "Y",
    "AESICAT": "SERIOUS INFECTION",
}
HEADACHE = {
    "AETERM": "Headache",
    "AESTDTC": "2026-03-18",
    "AEENDTC": "2026-03-19",
    "AETOXGR": "1",
    "AEOUT": "RECOVERED/RESOLVED",
    "AESER": "N",
    "AEREL": "NOT RELATED",
    "AEACN": "DOSE NOT CHANGED",
    "AEIVAB": "N",
    "AESI": "N",
}


def put(
    by: User,
    participant: Participant,
    typed: Mapping[str, str],
    *,
    form: str = "AE",
    number: int = 1,
    reason: str = "",
) -> Outcome:
    """Submit an event as it stands now; what the soft checks ask is not confirmed."""
    record = Record.objects.filter(participant=participant, visit="LOG", form=form, repeat=number).first()
    return save_record(
        by=by,
        participant=participant,
        form=form,
        visit="LOG",
        typed=typed,
        version=record.version if record else 0,
        key=uuid.uuid4(),
        reason=reason,
        repeat=number,
    )


def saved(outcome: Outcome) -> Record:
    """The record of an event that was accepted."""
    assert isinstance(outcome, Saved), findings(outcome)
    return outcome.record


def findings(outcome: Outcome) -> dict[str, str]:
    """check -> input, of a submission that was not accepted."""
    assert isinstance(outcome, Refused), outcome
    return {problem.check: problem.field for problem in outcome.reading.problems}


def signs(by: User) -> None:
    """The right password."""
