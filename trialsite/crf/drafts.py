"""Nothing typed is lost: what stands in an open form is kept on the server (F8)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import connection

from trialsite import clock
from trialsite.accounts.models import User
from trialsite.crf.models import Draft

_OWN = "FROM crf_draft WHERE participant_id = %s AND visit = %s AND form = %s AND repeat = %s AND by_id = %s"


def keep_draft(
    *, by: User, participant: Any, form: str, visit: str, repeat: int, version: int, typed: Mapping[str, str]
) -> datetime:
    """Keep what is typed, in one statement; returns the moment at which it was kept."""
    draft = Draft(
        participant=participant,
        visit=visit,
        form=form,
        repeat=repeat,
        by=by,
        base_version=version,
        typed=dict(typed),
        kept_at=clock.now(),
    )
    Draft.objects.bulk_create(
        [draft],
        update_conflicts=True,
        unique_fields=["participant", "visit", "form", "repeat", "by"],
        update_fields=["base_version", "typed", "kept_at"],
    )
    return draft.kept_at


def draft_of(*, by: User, participant: Any, form: str, visit: str, repeat: int) -> Draft | None:
    """The person's own draft of this form; None when there is none."""
    found = Draft.objects.raw(f"SELECT * {_OWN}", [participant.pk, visit, form, repeat, by.pk])
    return next(iter(found), None)


def discard_draft(*, by: User, participant: Any, form: str, visit: str, repeat: int) -> None:
    """Throw the person's own draft away: it was submitted, or the person said so."""
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE {_OWN}", [participant.pk, visit, form, repeat, by.pk])
