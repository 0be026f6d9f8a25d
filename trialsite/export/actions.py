"""Asking for an export, and building it in the worker."""

import hashlib
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
from django.conf import settings
from django.db import connection, transaction

from trialsite import clock
from trialsite.accounts.access import require, role_name
from trialsite.accounts.models import User
from trialsite.accounts.rights import Right
from trialsite.audit.context import acting
from trialsite.audit.events import record_event
from trialsite.celery import app
from trialsite.export.archive import write_archive
from trialsite.export.dosing import doses
from trialsite.export.models import Export
from trialsite.export.tables import tables
from trialsite.export.unblinding import arms, final_unblinding, is_locked, unblindings

# Enough to sort the largest form of the trial without a temporary file.
_SORT_MEMORY = "128MB"

logger = logging.getLogger(__name__)


def request_export(*, by: User) -> Export:
    """Log the request; the worker builds the file. NotAllowed without the right EXPORT."""
    require(by, Right.EXPORT)
    with acting(by, role=role_name(by, Right.EXPORT), reason="export"):
        export = Export.objects.create(asked_by=by)
        transaction.on_commit(lambda: send(export.pk))
    return export


def send(pk: UUID) -> None:
    """Tell the worker; when the broker is away the sweep finds the row later."""
    try:
        app.send_task("export.build", [str(pk)], queue="default", retry=False)
    except app.connection_for_write().connection_errors as error:
        logger.warning("An export waits for the broker: %s", type(error).__name__)


def build_export(*, pk: UUID) -> Export:
    """Build the file of a waiting export from one snapshot of the database; harmless when called twice.

    What goes wrong is raised after the export was marked as failed.
    """
    try:
        return _build(pk)
    except Exception:
        with acting("system:export", reason="export failed"):
            Export.objects.filter(pk=pk, state=Export.State.WAITING).update(
                state=Export.State.FAILED, finished_at=clock.now()
            )
        raise


def _build(pk: UUID) -> Export:
    with acting("system:export", reason="export"):
        export = Export.objects.select_for_update().get(pk=pk)
        if export.state != Export.State.WAITING:
            return export
        target = path_of(export)
        target.parent.mkdir(parents=True, exist_ok=True)
        unfinished = target.with_suffix(".part")
        with snapshot() as reader:
            masked, unblinding = is_locked(reader), final_unblinding(reader)
            parts = write_archive(
                unfinished,
                [*tables(masked=masked), *doses(), unblindings(), *([arms()] if unblinding else [])],
                reader,
                export_id=str(export.pk),
                asked_at=export.asked_at,
                masked=masked,
                unblinding=unblinding,
            )
        unfinished.replace(target)
        with target.open("rb") as file:
            export.sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        export.rows = sum(part.rows for part in parts)
        export.size = target.stat().st_size
        export.state = Export.State.DONE
        export.finished_at = clock.now()
        export.save()
    return export


@contextmanager
def snapshot() -> Iterator[psycopg.Connection[Any]]:
    """A connection of its own that sees one moment of the database and can only read."""
    reader = connection.get_new_connection(connection.get_connection_params())
    with reader:
        reader.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        reader.read_only = True
        reader.execute(f"SET LOCAL work_mem = '{_SORT_MEMORY}'")
        yield reader


def log_download(export: Export, *, by: User, address: str) -> None:
    """Data leaves the study: one event with who, from where, and the file's hash (A6)."""
    with acting(by, role=role_name(by, Right.EXPORT)):
        record_event(
            "exported", by=by, address=address, details={"export": str(export.pk), "sha256": export.sha256}
        )


def path_of(export: Export) -> Path:
    """Where the file is kept."""
    return Path(settings.EXPORT_DIR) / f"{export.pk}.zip"
