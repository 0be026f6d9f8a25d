"""What is typed to book a visit."""

from django import forms


class BookingForm(forms.Form):
    """The day of the appointment, why it lies outside the window, and the appointment that was seen."""

    on = forms.DateField(
        label="Day",
        input_formats=["%Y-%m-%d"],
        error_messages={
            "required": "Choose a day.",
            "invalid": "Write the day as YYYY-MM-DD, for example 2026-03-30.",
        },
    )
    reason = forms.CharField(label="Reason", required=False, max_length=200)
    seen = forms.DateField(required=False, input_formats=["%Y-%m-%d"])

    def problem(self) -> str:
        """The first thing that is wrong, as a sentence; empty when nothing is."""
        return next((str(message) for messages in self.errors.values() for message in messages), "")
