"""Which tables are locked with the study, and the trigger that locks them, put on after each `migrate`."""

from collections.abc import Mapping
from typing import Any, Final

from django.apps import AppConfig, apps
from django.db import connections, transaction
from django.db.models import Model

# The rooms whose tables hold the study's data.
ROOMS: Final = ("crf", "screening", "visits")
# Of other rooms.
ALSO: Final = ("randomization.TreatmentRequest",)
EXEMPT: Final[Mapping[str, str]] = {
    "crf.Draft": "What is typed and was not submitted is no data; submitting it is refused.",
    "crf.Submission": "A log of what was sent, refused submissions among it.",
    "crf.StudyLockMove": "The lock itself.",
    "visits.ProposedDeviation": "What the system noticed, no data yet; an emergency does not wait for it.",
    "visits.Reminder": "A mail to be sent, no data of the study.",
    "visits.CalendarFeed": "The address of a person's calendar, no data of the study.",
    "visits.Notice": "A mail to be sent, no data of the study.",
}


def locked_models() -> list[type[Model]]:
    """The models whose rows cannot change while the study is locked."""
    found = [
        model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed
        and not model._meta.proxy
        and (model._meta.app_label in ROOMS or model._meta.label in ALSO)
    ]
    return [model for model in found if model._meta.label not in EXEMPT]


def lock_tables(sender: AppConfig, *, using: str, plan: object = None, **_: Any) -> None:
    """Receiver of post_migrate; `flush` sends that too, without a plan and perhaps not as the owner."""
    if plan is None:
        return
    connection = connections[using]
    there = set(connection.introspection.table_names())
    with transaction.atomic(using), connection.cursor() as cursor:
        cursor.execute("SELECT FROM pg_proc WHERE proname = 'crf_refuse_when_locked'")
        if cursor.fetchone() is None:  # migrated to before the lock
            return
        for model in locked_models():
            if (table := model._meta.db_table) in there:
                cursor.execute(
                    "CREATE OR REPLACE TRIGGER study_lock BEFORE INSERT OR UPDATE OR DELETE"
                    f" ON public.{connection.ops.quote_name(table)}"
                    " FOR EACH STATEMENT EXECUTE FUNCTION crf_refuse_when_locked()"
                )
