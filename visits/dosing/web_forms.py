"""The web forms before a dose. What is allowed is decided by the actions; here it is asked."""

from datetime import date

from django import forms

from trialsite.crf.free_text import UNBLINDING_QUESTION, could_unblind
from visits.dosing.gate import Advice
from visits.dosing.models import AdviceReason
from visits.dosing.policies import LONGEST_REASON

_SIGN = "Give your password: it is your signature."
_LONG = f"At most {LONGEST_REASON} letters."
ADVICE_CHOICES = (
    (Advice.GIVE, "Give: nothing speaks against this dose"),
    (Advice.HOLD, "Hold: not this dose; the next visit is judged again"),
    (Advice.STOP, "Stop: no further dose"),
)


class AdviceForm(forms.Form):
    """Give, hold or stop, the masked reason, and the password that signs it."""

    advice = forms.ChoiceField(choices=ADVICE_CHOICES, error_messages={"required": "Choose what you advise."})
    reason = forms.ChoiceField(
        choices=AdviceReason.Code.choices, error_messages={"required": "Choose what it rests on."}
    )
    text = forms.CharField(required=False, max_length=LONGEST_REASON, error_messages={"max_length": _LONG})
    version = forms.IntegerField(min_value=0)
    password = forms.CharField(strip=False, error_messages={"required": _SIGN})


class OverrideForm(forms.Form):
    """Why the dose is given all the same, and the password that signs it."""

    reason = forms.CharField(
        max_length=LONGEST_REASON,
        error_messages={"required": "Say why, in your own words.", "max_length": _LONG},
    )
    seen = forms.CharField(max_length=64)
    words_ok = forms.BooleanField(required=False)
    password = forms.CharField(strip=False, error_messages={"required": _SIGN})

    def clean_words_ok(self) -> bool:
        """Ask about words that could unblind, until the person says that they are needed (L22)."""
        words_ok: bool = self.cleaned_data["words_ok"]
        if self.asks_about_words and not words_ok:
            self.add_error("reason", UNBLINDING_QUESTION)
        return words_ok

    @property
    def asks_about_words(self) -> bool:
        """Whether blinded people would read words that could unblind them."""
        return could_unblind(self.data.get("reason", ""))


class DayForm(forms.Form):
    """The day of the dose; blank is today."""

    on = forms.DateField(
        required=False,
        input_formats=["%Y-%m-%d"],
        error_messages={"invalid": "Write the day as YYYY-MM-DD, such as 2026-03-30."},
    )

    def day(self, today: date) -> date:
        """The day that was asked for; today for anything else."""
        chosen: date | None = self.cleaned_data.get("on") if self.is_valid() else None
        return chosen or today
