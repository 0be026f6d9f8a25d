"""The web forms of screening. What is allowed is decided by the actions; here it is asked and shown."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from django import forms
from django.http import QueryDict

from screening.review_models import Decision
from trialsite.accounts.access import people_who_may, sites_where
from trialsite.accounts.models import Site, User
from trialsite.accounts.rights import Right
from trialsite.crf.queries import MOST_LETTERS

Choices = Sequence[tuple[str, Sequence[tuple[str, str]]]]
QUESTIONS = 4


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


class RescreeningForm(RegistrationForm):
    """The new consent of a person who is screened again, at the same site."""

    def __init__(self, user: User, data: Any = None) -> None:
        super().__init__(user, data)
        del self.fields["site"]


class SubmissionForm(forms.Form):
    """Whose work the review is; blank leaves it to any investigator of the site."""

    assigned_to = forms.ModelChoiceField(
        User.objects.none(),
        label="Investigator",
        required=False,
        empty_label="Any investigator of the site",
        widget=forms.Select(attrs={"class": "input"}),
        error_messages={"invalid_choice": "Choose one of the site's investigators, or leave it open."},
    )

    def __init__(self, site: Site, data: Any = None) -> None:
        super().__init__(data)
        field = self.fields["assigned_to"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = people_who_may(Right.SIGN_ELIGIBILITY, site)


@dataclass(frozen=True)
class AskedField:
    """One question of the decision form as it was typed, and the field that it is about."""

    about: str
    text: str
    errors: tuple[str, ...] = ()


class DecisionForm(forms.Form):
    """What the investigator decides, and the password that signs it."""

    decision = forms.ChoiceField(
        choices=Decision.choices, error_messages={"required": "Choose what you decide."}
    )
    note = forms.CharField(required=False, max_length=500, strip=True)
    password = forms.CharField(
        strip=False, error_messages={"required": "Give your password: it is your signature."}
    )
    seen_hash = forms.CharField(max_length=64)

    def __init__(self, about: Choices, data: QueryDict | None = None) -> None:
        super().__init__(data)
        self._known = {"", *(code for _, fields in about for code, _ in fields)}

    @property
    def asked(self) -> list[AskedField]:
        """The questions as they were typed, and a few empty ones to go on with."""
        data = self.data if isinstance(self.data, QueryDict) else QueryDict()
        pairs = zip_longest(data.getlist("about"), data.getlist("question"), fillvalue="")
        typed = [AskedField(about, text, self._errors_of(about, text)) for about, text in pairs]
        return [*typed, *[AskedField("", "")] * (QUESTIONS - len(typed))][:QUESTIONS]

    def _errors_of(self, about: str, text: str) -> tuple[str, ...]:
        if text.strip() and about not in self._known:
            return ("Choose one of the fields that the criteria read.",)
        if len(text.strip()) > MOST_LETTERS:
            return (f"A question has at most {MOST_LETTERS} letters.",)
        return ()

    def clean(self) -> dict[str, Any]:
        """To send it back, something must be asked. `questions`: field -> question, for the action."""
        given = super().clean() or {}
        if given.get("decision") != Decision.RETURNED:
            return given
        asked = [each for each in self.asked if each.text.strip()]
        if not asked:
            self.add_error(None, "Say what is asked: at least one question is needed to send it back.")
        if any(each.errors for each in asked):
            self.add_error(None, "One of the questions cannot be asked as it stands.")
        questions: dict[str, list[str]] = {}
        for each in asked:
            questions.setdefault(each.about, []).append(each.text.strip())
        return given | {"questions": {field: "\n".join(texts) for field, texts in questions.items()}}
