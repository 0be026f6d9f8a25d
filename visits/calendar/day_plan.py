"""A free time for an appointment: a pure rule."""

from collections.abc import Collection
from datetime import date, datetime, time, timedelta

from visits.calendar.moments import DAYTIME

STEP = timedelta(minutes=30)
EVENING = time(17)  # the last time that is proposed


def free_time(taken: Collection[time]) -> time:
    """The first half hour of the working day at which no appointment begins; its first when all are taken."""
    moment = datetime.combine(date.min, DAYTIME)
    while moment.time() <= EVENING:
        if not any(moment.time() <= each < (moment + STEP).time() for each in taken):
            return moment.time()
        moment += STEP
    return DAYTIME
