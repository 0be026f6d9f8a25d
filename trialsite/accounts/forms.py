"""The forms of accounts. What an account may be is decided by the actions and the model, and shown here."""

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm, SetPasswordForm
from django.http import HttpRequest

from trialsite.accounts.actions import set_password
from trialsite.accounts.models import Role, Site, User
from trialsite.accounts.passwords import PasswordRefused, check_password_again


class SignInForm(AuthenticationForm):
    """User name (in any case) and password."""

    error_messages = {
        "invalid_login": "User name and password do not belong together. Check both; "
        "capitals count in the password.",
        "inactive": "User name and password do not belong together.",
    }

    def clean_username(self) -> str:
        """User names are lower case; so the lockout counts one name, however it is typed."""
        return str(self.cleaned_data["username"]).lower()


class NewPasswordForm(SetPasswordForm):  # type: ignore[type-arg]  # generic in its stubs only
    """A new password, typed twice; `user` is its holder."""

    def save(self, commit: bool = True) -> User:  # noqa: FBT001, FBT002 - Django's signature
        """Set the password, by its holder."""
        holder: User = self.user
        set_password(by=holder, user=holder, password=self.cleaned_data["new_password1"])
        return holder


class ChangePasswordForm(NewPasswordForm):
    """A new password, and the present one."""

    password = forms.CharField(
        label="Present password",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    field_order = ("password", "new_password1", "new_password2")

    def __init__(self, request: HttpRequest, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(user, *args, **kwargs)
        self.request = request

    def clean(self) -> dict[str, Any]:
        """Asks for the present password last: a typing error below it does not count as a wrong one."""
        super().clean()
        if not self.errors:
            try:
                check_password_again(self.request, self.cleaned_data["password"])
            except PasswordRefused as refused:
                self.add_error("password", refused.reason)
        return self.cleaned_data


class PersonForm(forms.Form):
    """A new account."""

    username = forms.CharField(
        label="User name",
        max_length=64,
        help_text="Lower-case letters, digits, dots, hyphens. It stays with this person for ever.",
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )
    full_name = forms.CharField(
        label="Full name", max_length=200, help_text="As it stands under signatures and in history."
    )
    email = forms.EmailField(label="E-mail address", help_text="Reminders go there.")


WHOLE_STUDY = "study"


def _places() -> list[tuple[str, str]]:
    sites = [(site.code, f"Site {site}") for site in Site.objects.all()]
    return [("", "Choose …"), *sites, (WHOLE_STUDY, "Whole study")]


def _place(chosen: str) -> Site | None:
    return None if chosen == WHOLE_STUDY else Site.objects.get(pk=chosen)


class RoleForm(forms.Form):
    """A role to give. Nothing is chosen beforehand: the whole study is never given by oversight."""

    role = forms.TypedChoiceField(label="Role", choices=[("", "Choose …"), *Role.choices], coerce=Role)
    site = forms.TypedChoiceField(label="Where", choices=_places, coerce=_place)
