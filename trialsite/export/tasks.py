"""Exports are built in the worker: a long stream would outlive a web request."""

from uuid import UUID

from trialsite.celery import app
from trialsite.export.actions import build_export
from trialsite.export.models import Export


@app.task(name="export.build")
def build(export_id: str) -> None:
    """Build one export."""
    build_export(pk=UUID(export_id))


@app.task(name="export.build_waiting")
def build_waiting() -> None:
    """Build every export whose message was lost."""
    for pk in Export.objects.filter(state=Export.State.WAITING).values_list("pk", flat=True):
        build_export(pk=pk)
