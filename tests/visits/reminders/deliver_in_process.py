"""One run of the delivery in a process of its own: `python -m …deliver_in_process DATABASE DAY`.

The mail server is the one of EMAIL_URL; the day is an ISO date.
"""

import sys
from datetime import UTC, datetime

import django


def main(database: str, day: str) -> None:
    """Deliver what the test database holds."""
    django.setup()
    from django.db import connection

    from trialsite import clock
    from visits.reminders.delivery import deliver_reminders

    connection.settings_dict["NAME"] = database
    with clock.set_to(datetime.fromisoformat(day).replace(hour=4, tzinfo=UTC)):
        done = deliver_reminders()
    print(done.sent)


if __name__ == "__main__":
    main(*sys.argv[1:])
