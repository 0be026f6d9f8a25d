"""The web forms of handing in and confirming a list. What is allowed is decided by the actions."""

from typing import Any

from django import forms

from randomization.list_actions import LARGEST_FILE

TOLD = 8  # characters of the commitment that the maker tells by another way


def _password() -> forms.CharField:
    return forms.CharField(
        strip=False,
        label="Your password",
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": "Give your password: it says that it is you."},
    )


class HandInForm(forms.Form):
    """The sealed file, and the password of its maker."""

    file = forms.FileField(
        label="Sealed file",
        widget=forms.FileInput(attrs={"accept": ".sealed,.json,application/json"}),
        help_text="What seal_list or seal_kits wrote. It is ciphertext; what is inside is not opened here.",
        error_messages={"required": "Choose the sealed file.", "empty": "This file is empty."},
    )
    password = _password()

    def clean_file(self) -> Any:
        """A file of no more than LARGEST_FILE bytes."""
        file = self.cleaned_data["file"]
        if (file.size or 0) > LARGEST_FILE:
            raise forms.ValidationError(
                f"A sealed list has at most {LARGEST_FILE // 1024 // 1024} MB; this file is larger."
            )
        return file


class ConfirmForm(forms.Form):
    """The commitment, as seen on the page and as told by the maker, and the password of the second person."""

    commitment = forms.CharField(max_length=64, widget=forms.HiddenInput)
    told = forms.CharField(
        label=f"First {TOLD} characters of the commitment, as the maker told you",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "maxlength": 64}),
        help_text="Ask the maker by telephone or in person; do not copy it from this page.",
        error_messages={"required": "Ask the maker for the commitment, and write how it begins."},
    )
    password = _password()

    def clean(self) -> dict[str, Any]:
        """What was told is how the commitment of the page begins."""
        given = super().clean() or {}
        told = given.get("told", "").replace(" ", "").lower()
        if told and (len(told) < TOLD or not given.get("commitment", "").startswith(told)):
            self.add_error(
                "told",
                f"The commitment does not begin with that. Write {TOLD} characters at least. If they differ,"
                " this is not the list that was made: withdraw it.",
            )
        return given
