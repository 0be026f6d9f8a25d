"""The form by which a report of a serious event is signed."""

from django import forms


class SignatureForm(forms.Form):
    """seen_hash: the digest of what the page showed."""

    seen_hash = forms.RegexField(r"^[0-9a-f]{64}$", widget=forms.HiddenInput)
    password = forms.CharField(
        max_length=128, strip=False, error_messages={"required": "Give your password to sign."}
    )
