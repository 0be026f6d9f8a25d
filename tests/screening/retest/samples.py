"""Retests of the example's participant, entered as a person enters them."""

import uuid
from collections.abc import Mapping

from screening.models import Participant
from trialsite.accounts.models import User
from trialsite.crf.actions import save_record
from trialsite.crf.forms import form_by_code
from trialsite.crf.models import Record
from trialsite.crf.outcomes import Outcome, Saved
from trialsite.crf.variables import Number, Variable


def submit_retest(
    by: User, participant: Participant, form: str, repeat: int, typed: Mapping[str, str], *, version: int = 0
) -> Outcome:
    """What comes of submitting a retest in standard units; whatever the checks ask is confirmed."""
    confirmed = {f"{name}_OK": "1" for name in typed}
    variables = form_by_code(form).variables()
    confirmed |= {f"{name}_UNIT": unit for name in typed if (unit := _standard_unit(variables.get(name)))}
    return save_record(
        by=by,
        participant=Participant.objects.select_related("site").get(pk=participant.pk),
        form=form,
        visit="S",
        typed=confirmed | dict(typed),
        version=version,
        key=uuid.uuid4(),
        reason="Read again in the source." if version else "",
        repeat=repeat,
    )


def _standard_unit(variable: Variable | None) -> str:
    return variable.standard_unit if isinstance(variable, Number) else ""


def retested(by: User, participant: Participant, repeat: int = 1, form: str = "LB", **typed: str) -> Record:
    """A stored retest."""
    outcome = submit_retest(by, participant, form, repeat, typed)
    assert isinstance(outcome, Saved), outcome
    return outcome.record


def count(value: str) -> dict[str, str]:
    """A neutrophil count in 10^9/L, as in the exchange format."""
    return {"value": value, "unit": "10^9/L"}
