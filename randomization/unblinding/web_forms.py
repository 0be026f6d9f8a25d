"""The web forms of unblinding. What is allowed is decided by the actions; here it is asked."""

import uuid
from datetime import datetime
from typing import Any

from django import forms

from randomization.unblinding.policies import LONGEST_REASON
from randomization.unblinding.reasons import UnblindingReason

_SIGN = "Give your password: the request is made in your name."
_WHEN = "Write date and time at the site, such as 2026-03-16 03:20."


class EmergencyForm(forms.Form):
    """Why one participant must be unblinded now, and the password of who says so."""

    UBREAS = forms.ChoiceField(
        choices=UnblindingReason.choices, error_messages={"required": "Choose a reason."}
    )
    UBREASD = forms.CharField(
        max_length=LONGEST_REASON, error_messages={"required": "Say why the treatment must be known now."}
    )
    password = forms.CharField(strip=False, error_messages={"required": _SIGN})
    # Sent with the form, so that a double click makes one request.
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, initial={"key": uuid.uuid4()})


class CodeBreakForm(forms.Form):
    """A sheet that was opened outside the system. Which treatment it named is not asked."""

    RANDNO = forms.CharField(max_length=16, error_messages={"required": "Write the number on the sheet."})
    opened_at = forms.DateTimeField(
        input_formats=["%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M"],
        error_messages=dict.fromkeys(("required", "invalid"), _WHEN),
    )
    UBWHO = forms.CharField(max_length=100, error_messages={"required": "Say who opened the sheet."})
    UBREQ = forms.CharField(max_length=100, error_messages={"required": "Say who asked for it."})
    UBREAS = forms.ChoiceField(
        choices=UnblindingReason.choices, error_messages={"required": "Choose a reason."}
    )
    UBREASD = forms.CharField(
        max_length=LONGEST_REASON, error_messages={"required": "Say why the sheet was opened."}
    )
    password = forms.CharField(strip=False, error_messages={"required": _SIGN})

    def clean_opened_at(self) -> datetime:
        """As typed, without a zone: it is the site's, which the number decides."""
        typed: datetime = self.cleaned_data["opened_at"]
        return typed.replace(tzinfo=None)


class SignedReasonForm(forms.Form):
    """A reason and the password that signs it: the lock and the unblinding of the study."""

    reason = forms.CharField(
        max_length=LONGEST_REASON, required=False, error_messages={"required": "Say why."}
    )
    password = forms.CharField(
        strip=False, error_messages={"required": "Give your password: it is your signature."}
    )
