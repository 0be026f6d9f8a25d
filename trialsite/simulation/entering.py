"""Submitting a form as a coordinator does: what the soft checks ask is confirmed."""

import uuid
from collections.abc import Mapping

from screening.models import Participant
from trialsite.accounts.models import User
from trialsite.crf.actions import save_record
from trialsite.crf.models import Record
from trialsite.crf.outcomes import Outcome, Refused, Saved


class SimulationStopped(Exception):
    """An action refused what the simulation did; the message says which."""


def submit(
    *,
    by: User,
    participant: Participant,
    form: str,
    visit: str,
    typed: Mapping[str, str],
    repeat: int = 0,
    version: int = 0,
    reason: str = "",
) -> Record:
    """Store a form; raises SimulationStopped when it is refused."""

    def save(inputs: Mapping[str, str]) -> Outcome:
        return save_record(
            by=by,
            participant=participant,
            form=form,
            visit=visit,
            typed=inputs,
            version=version,
            key=uuid.uuid4(),
            reason=reason,
            repeat=repeat,
        )

    outcome = save(typed)
    if isinstance(outcome, Refused) and not outcome.reading.refused:
        confirmed = {f"{problem.field}_OK": "1" for problem in outcome.reading.asked(typed)}
        outcome = save({**typed, **confirmed})
    if isinstance(outcome, Saved):
        return outcome.record
    problems = [type(outcome).__name__]
    if isinstance(outcome, Refused):
        problems = [f"{problem.field}: {problem.message}" for problem in outcome.reading.problems]
    raise SimulationStopped(f"{form} at {visit} was not stored: {problems}")
