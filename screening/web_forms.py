"""The web forms of screening. What is allowed is decided by the actions; here it is asked and shown."""

import uuid
from collections.abc import Iterable
from typing import Any

from django import forms

from screening.review_models import Decision
from trialsite.accounts.access import sites_where
from trialsite.accounts.models import Site, User
from trialsite.accounts.rights import Right

Choices = Iterable[tuple[str, Any]]


class RegistrationForm(forms.Form):
    """A person who has consented: where, when, and to which version. Never who."""

    site = forms.ModelChoiceField(Site.objects.none(), label="Site", empty_label=None)
    RFICDTC = forms.DateField(
        label="Date of consent",
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(attrs={"placeholder": "YYYY-MM-DD", "autocomplete": "off"}),
        error_messages=dict.fromkeys(
            ("required", "invalid"), "Write a full date as year-month-day, such as 2026-03-16."
        ),
    )
    RFICTIM = forms.TimeField(
        label="Time of consent",
        input_formats=["%H:%M"],
        widget=forms.TimeInput(attrs={"placeholder": "HH:MM", "autocomplete": "off"}),
        help_text="At the site, 24 hours, such as 09:30.",
        error_messages=dict.fromkeys(
            ("required", "invalid"), "Write a time of day with 24 hours, such as 14:05."
        ),
    )
    ICVER = forms.CharField(
        label="Version of the consent form",
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text="As printed in its footer, such as 1.0.",
        error_messages={"required": "Write the version that was signed."},
    )
    # Sent with the form, so that a double click registers one participant.
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, user: User, data: Any = None) -> None:
        super().__init__(data, initial={"key": uuid.uuid4()})
        sites = self.fields["site"]
        assert isinstance(sites, forms.ModelChoiceField)
        sites.queryset = Site.objects.filter(code__in=sites_where(user, Right.REGISTER_PARTICIPANT))


class DecisionForm(forms.Form):
    """What the investigator decides, and the password that signs it."""

    decision = forms.ChoiceField(
        choices=Decision.choices, error_messages={"required": "Choose what you decide."}
    )
    question = forms.CharField(required=False, max_length=500, strip=True)
    about = forms.ChoiceField(required=False)
    note = forms.CharField(required=False, max_length=500, strip=True)
    password = forms.CharField(
        strip=False, error_messages={"required": "Give your password: it is your signature."}
    )
    seen_hash = forms.CharField(max_length=64)

    def __init__(self, about: Choices, data: Any = None) -> None:
        super().__init__(data)
        field = self.fields["about"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "The whole submission"), *about]

    def clean(self) -> dict[str, Any]:
        """To send it back, something must be asked."""
        given = super().clean() or {}
        if given.get("decision") == Decision.RETURNED and not given.get("question"):
            self.add_error("question", "Say what is asked: at least one question is needed to send it back.")
        return given
