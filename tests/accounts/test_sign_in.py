"""Signing in and out; guessing; the password asked for again."""

import re
from typing import Any

import pytest
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.tokens import default_token_generator
from django.db import connection
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from pytest_django import Settings

from tests.accounts.conftest import PASSWORD
from trialsite.accounts import actions, demonstration
from trialsite.accounts.address import address_of
from trialsite.accounts.models import Role, User
from trialsite.accounts.passwords import PasswordRefused, check_password_again

pytestmark = pytest.mark.django_db
NEW = "another-horse-8-staple"


@pytest.fixture
def person(join: Any) -> User:
    """An investigator with a password."""
    joined: User = join(Role.INVESTIGATOR, "01", password=PASSWORD)
    return joined


def sign_in(client: Client, username: str, password: str) -> Any:
    return client.post("/login/", {"username": username, "password": password})


def test_a_person_signs_in_with_the_user_name_in_any_case_and_out_again(client: Client, person: User) -> None:
    assert sign_in(client, "Investigator01", PASSWORD).status_code == 302
    assert client.session[SESSION_KEY] == str(person.pk)
    assert client.get("/logout/").status_code == 405
    assert client.post("/logout/").status_code == 302
    assert SESSION_KEY not in client.session


@pytest.mark.req("C5")
def test_the_answer_does_not_tell_whether_an_account_exists(client: Client, person: User, join: Any) -> None:
    closed = join(Role.MONITOR, password=PASSWORD)
    actions.deactivate_person(by="system:tests", user=closed)

    def shown(username: str, password: str) -> tuple[int, str]:
        answer = sign_in(Client(), username, password)
        text = re.sub(r'value="[^"]*"|nonce="[^"]*"|"X-CSRFToken": "[^"]*"', "", answer.content.decode())
        return answer.status_code, text

    wrong = shown("investigator01", "wrong")
    assert "do not belong together" in wrong[1]
    assert wrong == shown("nobody", "wrong") == shown("monitor", PASSWORD)


@pytest.mark.req("C5")
def test_five_wrong_passwords_lock_the_name_from_this_address_whatever_its_case(person: User) -> None:
    for attempt, name in enumerate(["investigator01", "INVESTIGATOR01", "Investigator01", "investigator01"]):
        assert sign_in(Client(), name, f"wrong{attempt}").status_code == 200
    locked = sign_in(Client(), "investigator01", "wrong")
    assert locked.status_code == 429
    assert "Wait 15 minutes" in locked.content.decode()
    assert sign_in(Client(), "investigator01", PASSWORD).status_code == 429
    elsewhere = Client(REMOTE_ADDR="192.0.2.7")
    assert sign_in(elsewhere, "investigator01", PASSWORD).status_code == 302


def test_the_address_behind_the_proxy_is_the_one_that_the_proxy_saw(
    rf: RequestFactory, settings: Settings
) -> None:
    claimed = rf.get("/", HTTP_X_FORWARDED_FOR="10.9.9.9, 192.0.2.7", REMOTE_ADDR="127.0.0.1")
    settings.SECURE_PROXY_SSL_HEADER = None
    assert address_of(claimed) == "127.0.0.1"
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    assert address_of(claimed) == "192.0.2.7"


def signed_in_request(rf: RequestFactory, person: User, **posted: str) -> HttpRequest:
    request = rf.post("/", posted)
    request.user = person
    return request


@pytest.mark.req("E3")
def test_a_signature_takes_the_own_password_only(rf: RequestFactory, person: User, join: Any) -> None:
    other = join(Role.COORDINATOR, "01", password=NEW)
    assert check_password_again(signed_in_request(rf, person), PASSWORD) == person
    for wrong in ("", "wrong", NEW):
        with pytest.raises(PasswordRefused, match="not your password, so nothing was done"):
            check_password_again(signed_in_request(rf, person), wrong)
    assert other.check_password(NEW)


@pytest.mark.req("E3", "C5")
def test_wrong_passwords_at_signatures_count_towards_the_lockout(rf: RequestFactory, person: User) -> None:
    for _ in range(5):
        with pytest.raises(PasswordRefused):
            check_password_again(signed_in_request(rf, person), "wrong")
    request = signed_in_request(rf, person)
    with pytest.raises(PasswordRefused):
        check_password_again(request, PASSWORD)
    assert vars(request)["axes_locked_out"]


def test_a_right_password_forgives_the_wrong_ones_before(rf: RequestFactory, person: User) -> None:
    for _ in range(2):
        for _ in range(4):
            with pytest.raises(PasswordRefused):
                check_password_again(signed_in_request(rf, person), "wrong")
        assert check_password_again(signed_in_request(rf, person), PASSWORD) == person


@pytest.mark.req("P1", "S4")
def test_the_lockout_keeps_nothing_that_was_posted_with_a_signature(rf: RequestFactory, person: User) -> None:
    with pytest.raises(PasswordRefused):
        check_password_again(signed_in_request(rf, person, reason="CANARY", password="CANARY"), "wrong")
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*), string_agg(a::text, '') FROM axes_accessattempt AS a")
        count, everything = cursor.fetchone()
    assert count == 1
    assert "CANARY" not in everything


def test_the_own_password_is_changed_with_the_present_one(client: Client, person: User) -> None:
    client.force_login(person)
    other_place = Client()
    other_place.force_login(person)
    wrong = {"password": "wrong", "new_password1": NEW, "new_password2": NEW}
    assert "not your password" in client.post("/password/", wrong).content.decode()
    differing = wrong | {"password": PASSWORD, "new_password2": "other"}
    assert client.post("/password/", differing).status_code == 200
    assert client.post("/password/", wrong | {"password": PASSWORD}).status_code == 302
    assert client.get("/rights/").status_code == 200
    assert other_place.get("/rights/").status_code == 302
    assert User.objects.get(pk=person.pk).check_password(NEW)


@pytest.mark.req("C2")
def test_a_password_link_works_once(client: Client, person: User) -> None:
    key = urlsafe_base64_encode(force_bytes(person.pk))
    link = reverse("set_password", args=[key, default_token_generator.make_token(person)])
    form = client.get(link, follow=True)
    assert "Nobody else may know it" in form.content.decode()
    address = form.redirect_chain[-1][0]
    assert client.post(address, {"new_password1": NEW, "new_password2": NEW}).status_code == 302
    assert User.objects.get(pk=person.pk).check_password(NEW)
    assert "has been used" in Client().get(link, follow=True).content.decode()


@pytest.mark.req("C2")
def test_the_accounts_of_the_demonstration_are_listed_and_fill_the_form(
    client: Client, settings: Settings
) -> None:
    settings.DEMO = True
    demonstration.make_accounts()
    page = client.get("/login/").content.decode()
    assert all(f"?as={account.username}" in page for account in demonstration.ACCOUNTS)
    filled = client.get("/login/?as=monitor").content.decode()
    assert 'value="monitor"' in filled
    assert demonstration.password() in filled
    assert sign_in(client, "monitor", demonstration.password()).status_code == 302


@pytest.mark.req("C2")
def test_without_demonstration_the_page_tells_nothing(client: Client, settings: Settings) -> None:
    settings.DEMO = False
    page = client.get("/login/?as=monitor").content.decode()
    assert "monitor" not in page
