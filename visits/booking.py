"""Whether an appointment may be made: a pure rule that answers with a sentence, or with None."""

from datetime import date

from trialsite.crf.free_text import identifying
from visits.course import Course
from visits.windows import WindowState, window_state


def booking_refusal(
    *, opens: date, closes: date, course: Course, on: date, reason: str, today: date
) -> str | None:
    """Why a visit cannot be booked for this day; None when it can.

    opens, closes: first and last day of its window. course: what became of the visit so far.
    reason: why the day lies outside the window, if it does.
    """
    if course.took_place_on is not None:
        return f"This visit took place on {course.took_place_on.isoformat()} and needs no appointment."
    if course.missed:
        return "This visit is recorded as missed. Correct its form “Visit dates” first."
    if on < today:
        return (
            f"Appointments lie ahead: allowed is {today.isoformat()} or later. "
            "A visit that took place is entered on its form “Visit dates”."
        )
    state = window_state(on, opens, closes)
    if state is not WindowState.INSIDE and not reason:
        return (
            f"This day lies {state}, {opens.isoformat()} to {closes.isoformat()}. "
            "Choose a day in the window, or give the reason."
        )
    return identifying(reason)
