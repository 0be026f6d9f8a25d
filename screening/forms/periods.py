"""What the rows with a start and an end date have in common."""

from trialsite.crf.forms import Check, Context, hard_check
from trialsite.crf.variables import PartialDate, Values
from trialsite.partial_date import PartialDate as PartialDateValue
from trialsite.truth import Truth


def end_not_before_start(start: str, end: str) -> Check:
    """Refuses an end date that certainly lies before the start date."""

    @hard_check(start, end)
    def end_on_or_after_start(values: Values, context: Context) -> str | None:
        began, ended = PartialDateValue.parse(values[start]), PartialDateValue.parse(values[end])
        if ended.before(began) is not Truth.YES:
            return None
        return "The end lies before the start: allowed is the day of the start or later."

    return end_on_or_after_start


def start_of_medication(feeds: tuple[str, ...] = ()) -> PartialDate:
    """CMSTDTC, the first day of a dose."""
    return PartialDate("Start", feeds=feeds)


def end_of_medication(feeds: tuple[str, ...] = ()) -> PartialDate:
    """CMENDTC, the last day of a dose; blank while it goes on."""
    return PartialDate(
        "End",
        required=False,
        missing=True,
        feeds=feeds,
        hint="Last day of this dose. Leave it blank while it goes on; if it ended on an unknown day, choose "
        "“Unknown”.",
    )
