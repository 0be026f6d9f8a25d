"""The page on which the next version of the protocol is written: all its rows, the reason, the password."""

import re
from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict

from screening.criteria.tables import Attestation, Listed, Prohibited, ProtocolTables, Reference
from screening.protocol_tables.models import LONGEST_NAME, LONGEST_TEXT, LONGEST_WINDOW

MEDICATION, ATTESTATION = "medication", "attestation"
MOST_ROWS = 300
# Names are separated by lines or signs that stand in no name.
_BETWEEN = re.compile(r"[\n;；、]+")


class NamesField(forms.CharField):
    """Several names, one a line."""

    def __init__(self, label: str, help_text: str) -> None:
        widget = forms.Textarea(attrs={"rows": 3, "autocomplete": "off", "spellcheck": "false"})
        super().__init__(label=label, help_text=help_text, required=False, widget=widget)

    def clean(self, value: Any) -> Any:
        """The names in their order, each once."""
        names = (" ".join(name.split()) for name in _BETWEEN.split(super().clean(value)))
        return tuple(dict.fromkeys(name for name in names if name))

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compared as names, however they are written below each other."""
        return bool(self.clean(initial or "") != self.clean(data or ""))


class MedicationForm(forms.Form):
    """A drug or class of exclusion 14."""

    name = forms.CharField(label="Name", max_length=LONGEST_NAME, help_text="Generic name, or the class.")
    kind = forms.ChoiceField(
        label="What it is",
        choices=[(Listed.DRUG.value, "Drug"), (Listed.CLASS.value, "Class of drugs")],
        initial=Listed.DRUG.value,
    )
    synonyms = NamesField("Other names", "One a line: trade names, Chinese names.")
    members = NamesField("Drugs of the class", "One a line, Chinese names too. Only for a class.")
    window_days = forms.IntegerField(
        label="Window in days",
        min_value=0,
        max_value=LONGEST_WINDOW,
        help_text="A last day so many days or fewer before the day below excludes.",
    )
    reference = forms.ChoiceField(
        label="Counted back from",
        choices=[(Reference.SCREENING.value, "Screening"), (Reference.RANDOMIZATION.value, "Randomization")],
        initial=Reference.SCREENING.value,
    )
    note = forms.CharField(
        label="Note",
        required=False,
        max_length=LONGEST_TEXT,
        help_text="Such as the protocol's section.",
    )

    @property
    def entry(self) -> Prohibited:
        """The row, once it is valid."""
        given = self.cleaned_data
        return Prohibited(
            name=" ".join(given["name"].split()),
            kind=Listed(given["kind"]),
            window_days=given["window_days"],
            reference=Reference(given["reference"]),
            synonyms=given["synonyms"],
            members=given["members"],
            note=given["note"],
        )

    @staticmethod
    def initial_of(entry: Prohibited) -> dict[str, Any]:
        """What the inputs show of a row that there is."""
        return {
            "name": entry.name,
            "kind": entry.kind.value,
            "synonyms": "\n".join(entry.synonyms),
            "members": "\n".join(entry.members),
            "window_days": entry.window_days,
            "reference": entry.reference.value,
            "note": entry.note,
        }


class AttestationForm(forms.Form):
    """A further inclusion criterion."""

    code = forms.CharField(label="Code", max_length=4, help_text="IN06, IN07 and on.")
    text = forms.CharField(
        label="Text",
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="As the protocol has it.",
    )
    question = forms.CharField(
        label="Question to the site",
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Yes is in favour. With other words it is asked again of who is not yet submitted.",
    )

    @property
    def entry(self) -> Attestation:
        """The row, once it is valid."""
        given = self.cleaned_data
        return Attestation(
            given["code"].upper(), " ".join(given["text"].split()), " ".join(given["question"].split())
        )

    @staticmethod
    def initial_of(entry: Attestation) -> dict[str, Any]:
        """What the inputs show of a row that there is."""
        return {"code": entry.code, "text": entry.text, "question": entry.question}


class VersionForm(forms.Form):
    """Why there is a new version, from when it counts, and the password that publishes it."""

    reason = forms.CharField(
        label="Reason", max_length=200, help_text="The amendment that it follows, with its number and date."
    )
    effective = forms.DateField(
        label="In force from",
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"placeholder": "YYYY-MM-DD", "autocomplete": "off"}),
        help_text="Screenings that are submitted on this day or later are judged under it.",
        error_messages=dict.fromkeys(
            ("required", "invalid"), "Write a full date as year-month-day, such as 2026-03-16."
        ),
    )
    password = forms.CharField(
        label="Your password",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        help_text="Needed to publish. A published version is never altered.",
    )
    # The number that the version is to have: if somebody publishes it meanwhile, this one is refused.
    number = forms.IntegerField(widget=forms.HiddenInput)


class _Rows(forms.BaseFormSet):  # type: ignore[type-arg]  # generic in its stubs only
    def add_fields(self, form: Any, index: int | None) -> None:
        """With words for what leaving a row out means."""
        super().add_fields(form, index)
        if "DELETE" in form.fields:
            form.fields["DELETE"].label = "Leave this row out of the next version"


_MEDICATIONS: Any = forms.formset_factory(
    MedicationForm, formset=_Rows, extra=0, can_delete=True, max_num=MOST_ROWS, can_delete_extra=False
)
_ATTESTATIONS: Any = forms.formset_factory(
    AttestationForm, formset=_Rows, extra=0, can_delete=True, max_num=MOST_ROWS, can_delete_extra=False
)


class NextVersion:
    """The whole page: its forms, bound to what was sent or filled with the latest version."""

    def __init__(self, latest: ProtocolTables, today: date, sent: QueryDict | None = None) -> None:
        data = None if sent is None else _with_added_row(sent)
        initial = {"number": latest.number + 1, "effective": today}
        self.version = VersionForm(data, initial=initial)
        self.medications = _MEDICATIONS(
            data, prefix=MEDICATION, initial=[MedicationForm.initial_of(each) for each in latest.prohibited]
        )
        self.attestations = _ATTESTATIONS(
            data,
            prefix=ATTESTATION,
            initial=[AttestationForm.initial_of(each) for each in latest.attestations],
        )
        # Looking at the differences, or adding a row, needs no password yet.
        password = self.version.fields["password"]
        password.required = sent is not None and "publish" in sent
        # Whether every input can be read; all are looked at, so that each says what is wrong with it.
        found = [each.is_valid() for each in (self.version, self.medications, self.attestations)]
        self.valid = all(found)
        password.required = True

    @property
    def tables(self) -> ProtocolTables:
        """The version as it is written here, once it is valid."""
        number, reason = self.version.cleaned_data["number"], self.version.cleaned_data["reason"]
        return ProtocolTables(
            number=number,
            name=f"version {number}, {reason}",
            prohibited=tuple(form.entry for form in _kept(self.medications)),
            attestations=tuple(form.entry for form in _kept(self.attestations)),
        )


def _kept(rows: Any) -> list[Any]:
    return [form for form in rows if form.cleaned_data and not form.cleaned_data.get("DELETE")]


def _with_added_row(sent: QueryDict) -> QueryDict:
    """What was sent, with one more empty row where that was asked."""
    data = sent.copy()
    added = sent.get("add", "")
    total = data.get(f"{added}-TOTAL_FORMS", "")
    if added in (MEDICATION, ATTESTATION) and total.isdecimal() and int(total) < MOST_ROWS:
        data[f"{added}-TOTAL_FORMS"] = str(int(total) + 1)
    return data
