"""What is typed on the pages of the calendar. What is allowed is decided by the actions."""

from datetime import UTC, datetime
from typing import Any

from django import forms

from screening.early_end import EndReason
from screening.forms.visit_dates import VISIT_MODE
from visits.calendar.models import PLACE_LENGTH

SEEN = "%Y-%m-%dT%H:%M:%S%z"  # a moment as the page sends it back
DAY = {"placeholder": "YYYY-MM-DD", "autocomplete": "off", "inputmode": "numeric", "autofocus": True}
REASON_LENGTH = 200


def _day(label: str) -> forms.DateField:
    return forms.DateField(
        label=label,
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(format="%Y-%m-%d", attrs=DAY),
        error_messages={
            "required": "Choose a day.",
            "invalid": "Write the day as YYYY-MM-DD, for example 2026-03-30.",
        },
    )


class SeenMoment(forms.CharField):
    """The moment that the page was drawn with, or nothing; what is neither is nothing that anybody saw."""

    widget = forms.HiddenInput

    def to_python(self, value: Any) -> Any:
        try:
            return datetime.strptime(value or "", SEEN).astimezone(UTC)
        except ValueError:
            return None

    def prepare_value(self, value: Any) -> Any:
        return f"{value:{SEEN}}" if isinstance(value, datetime) else value


class BookingForm(forms.Form):
    """Day and time of the appointment, how and where, and why it is moved or outside the window."""

    on = _day("Day")
    at = forms.TimeField(
        label="Time",
        input_formats=["%H:%M"],
        widget=forms.TimeInput(
            format="%H:%M", attrs={"placeholder": "HH:MM", "autocomplete": "off", "inputmode": "numeric"}
        ),
        help_text="At the site, 24 hours.",
        error_messages={
            "required": "Choose a time.",
            "invalid": "Write the time as HH:MM, 24 hours, for example 09:30.",
        },
    )
    mode = forms.ChoiceField(
        label="How",
        required=False,
        choices=[("", "Not said"), *VISIT_MODE.items],
        error_messages={"invalid_choice": "Choose on site or by telephone, or leave it out."},
    )
    place = forms.CharField(
        label="Place",
        required=False,
        max_length=PLACE_LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text="A room or a ward, nobody's name.",
    )
    reason = forms.CharField(
        label="Reason",
        required=False,
        max_length=REASON_LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text="When the appointment is moved, or lies outside the window.",
    )
    seen = SeenMoment(required=False)


class LeavingForm(forms.Form):
    """When and why a participant left the study early; with a reason when that is corrected."""

    left_on = _day("Day of leaving")
    because = forms.ChoiceField(
        label="Reason",
        choices=[("", "Choose"), *EndReason.choices],
        error_messages=dict.fromkeys(("required", "invalid_choice"), "Choose a reason from the list."),
    )
    reason = forms.CharField(
        label="Why it is corrected",
        required=False,
        max_length=REASON_LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text="What stood there before stays in the history.",
    )
    seen = forms.DateField(required=False, input_formats=["%Y-%m-%d"], widget=forms.HiddenInput)


class TakeBackForm(forms.Form):
    """Why an early end is taken back."""

    why = forms.CharField(
        label="Why it is taken back",
        required=False,
        max_length=REASON_LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    seen = forms.DateField(
        required=False, input_formats=["%Y-%m-%d"], widget=forms.HiddenInput(attrs={"id": "id_seen_back"})
    )
