"""Work that beat asks for: see CELERY_BEAT_SCHEDULE in the settings. The tasks carry nothing."""

from trialsite.celery import app
from visits.reminders.delivery import deliver_reminders
from visits.reminders.planning import plan_reminders


@app.task(name="visits.plan_reminders")
def plan() -> None:
    """Write what is due into the outbox."""
    plan_reminders()


@app.task(name="visits.deliver_reminders")
def deliver() -> None:
    """Mail what the outbox holds."""
    deliver_reminders()
