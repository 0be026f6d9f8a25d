"""Signing in and out, and the own password."""

from typing import Any, cast
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.forms import SetPasswordForm
from django.contrib.auth.views import LoginView, PasswordResetConfirmView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse_lazy

from trialsite.accounts.access import signed_in
from trialsite.accounts.demonstration import ACCOUNTS, DemoAccount, password
from trialsite.accounts.forms import ChangePasswordForm, NewPasswordForm, SignInForm
from trialsite.accounts.models import User


class SignIn(LoginView):
    """Signing in. In a demonstration the page lists the accounts, and one click fills the form."""

    template_name = "accounts/login.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def get_form(self, form_class: Any = None) -> Any:
        """The form; `?as=` fills it for an account of the demonstration."""
        form = super().get_form(form_class)
        if account := self._chosen():
            form.fields["username"].initial = account.username
            form.fields["password"].initial = password()
            form.fields["password"].widget.render_value = True
        return form

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """With the accounts of the demonstration, each with the address that fills the form for it."""
        following = self.get_redirect_url()
        onward = {"next": following} if following else {}
        accounts = [
            (account, "?" + urlencode({"as": account.username} | onward))
            for account in (ACCOUNTS if settings.DEMO else ())
        ]
        return super().get_context_data(**kwargs) | {"accounts": accounts, "chosen": self._chosen()}

    def _chosen(self) -> DemoAccount | None:
        wanted = self.request.GET.get("as")
        if not settings.DEMO or self.request.method != "GET":
            return None
        return next((account for account in ACCOUNTS if account.username == wanted), None)


class SetPassword(PasswordResetConfirmView):
    """Where the link leads that an administrator makes for a new person: works once, for some days."""

    template_name = "accounts/set_password.html"
    form_class = NewPasswordForm
    success_url = reverse_lazy("login")

    def form_valid(self, form: "SetPasswordForm[User]") -> HttpResponse:
        """The password is set; sign in with it."""
        messages.success(self.request, "Your password is set. Sign in with it.")
        return super().form_valid(form)


@signed_in
def change_password(request: HttpRequest) -> HttpResponse:
    """The own password."""
    user = cast("User", request.user)
    form = ChangePasswordForm(request, user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        update_session_auth_hash(request, form.save())
        messages.success(
            request, "Your password is changed. Other places where you were signed in are signed out."
        )
        return redirect("home")
    return render(request, "accounts/change_password.html", {"form": form})
