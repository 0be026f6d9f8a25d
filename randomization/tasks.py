"""Work of the default queue. Tasks carry opaque ids only."""

from uuid import UUID

from randomization.actions import take_up_answer
from randomization.models import TreatmentRequest
from randomization.states import State
from trialsite.celery import app


@app.task(name="randomization.take_up_answer")
def take_up(request_id: str) -> None:
    """Take up one answer of the vault."""
    take_up_answer(request_id=UUID(request_id))


@app.task(name="randomization.take_up_answers")
def take_up_all() -> None:
    """Take up every answer that lies there: what a lost message left behind."""
    for request_id in TreatmentRequest.objects.filter(state=State.ANSWERED).values_list("id", flat=True):
        take_up_answer(request_id=request_id)
