"""Whether an appointment may be made: pure rules that answer with a sentence, or with None."""

from datetime import date

from trialsite.crf.free_text import identifying
from visits.calendar.states import VisitState
from visits.windows import WindowState, window_state


def over_refusal(state: VisitState, took_place_on: date | None, left_on: date | None) -> str | None:
    """Why a visit needs no appointment any more; None while it lies ahead."""
    if state is VisitState.TOOK_PLACE and took_place_on is not None:
        return f"This visit took place on {took_place_on.isoformat()} and needs no appointment."
    if state is VisitState.MISSED:
        return "This visit is recorded as missed. Correct its form “Visit dates” first."
    if state is VisitState.CLOSED and left_on is not None:
        return f"Closed: left the study on {left_on.isoformat()}."
    return None


def booking_refusal(
    *, opens: date, closes: date, on: date, moved: bool, reason: str, place: str, today: date
) -> str | None:
    """Why a visit that lies ahead cannot be booked for this day; None when it can.

    opens, closes: first and last day of its window. moved: another appointment stood before.
    reason: why it is moved, or why the day lies outside the window.
    """
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
    if moved and not reason:
        return "Say why the appointment is moved; the earlier one stays in the history."
    return identifying(reason) or identifying(place)
