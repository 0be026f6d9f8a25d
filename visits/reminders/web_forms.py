"""What is typed and chosen on the pages of the reminders."""

from django import forms

from visits.reminders.hours import DIGEST_HOURS
from visits.reminders.kinds import Kind
from visits.reminders.preferring import Way

HOURS = [(hour, f"{hour:02}:00") for hour in DIGEST_HOURS]


class PutOffForm(forms.Form):
    """The day until which a reminder is put off."""

    until = forms.DateField(
        input_formats=["%Y-%m-%d"],
        error_messages={
            "required": "Choose the day on which you want to see it again.",
            "invalid": "Write the day as YYYY-MM-DD, for example 2026-03-30.",
        },
    )


class PreferenceForm(forms.Form):
    """The hour of the mail, whether urgent matters wait for it, and a way for each kind."""

    digest_hour = forms.TypedChoiceField(choices=HOURS, coerce=int)
    urgent_at_once = forms.BooleanField(required=False)

    def __init__(self, *args: object, kinds: list[Kind], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.kinds = kinds
        for kind in kinds:
            if not kind.serious:
                self.fields[kind.value] = forms.ChoiceField(choices=[(way, way) for way in Way])

    @property
    def ways(self) -> dict[Kind, Way]:
        """The way that was chosen for each kind."""
        return {kind: Way(self.cleaned_data[kind.value]) for kind in self.kinds if not kind.serious}

    def problem(self) -> str:
        """What is allowed, when something else was sent; empty when nothing was."""
        if self.is_valid():
            return ""
        return "Choose for each kind: mail, here only, or off; and an hour of the list for the mail."
