"""Emergency unblinding as a browser goes through it."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from randomization.unblinding.models import CodeBreak, UnblindingDisclosure, UnblindingRequest
from randomization.vault.database import Connection
from randomization.vault.disclosing import disclose_waiting
from screening.models import Participant
from tests.randomization.factories import OpenList, make_participants, make_person, make_site, tampering
from tests.randomization.unblinding.conftest import PASSWORD, WORDS, arm_of, give_number
from trialsite import protocol
from trialsite.accounts.models import Role, Site, User
from visits.models import Notice
from visits.reminders.delivery import deliver_reminders

HTMX = {"HX-Request": "true"}
SignIn = Callable[[User], Client]


def page_of(participant: Participant) -> str:
    return reverse("randomization:unblinding", args=[participant.SUBJID])


def ask(client: Client, participant: Participant, **changed: str) -> Any:
    """Fill in the form as the page gave it, and send it."""
    answer = client.get(page_of(participant))
    typed = {
        "UBREAS": "SAE",
        "UBREASD": WORDS,
        "password": PASSWORD,
        "key": str(answer.context["form"]["key"].value()),
    }
    return client.post(f"{page_of(participant)}ask/", typed | changed)


def says_no_arm(answer: Any) -> bool:
    whole = answer.content.decode().lower() + str(answer.headers).lower() + str(answer.cookies).lower()
    return not any(arm.lower() in whole for arm in protocol.ARMS)


@pytest.mark.req("U1", "U2", "S3", "L17")
def test_from_the_form_to_the_arm_and_no_second_time(
    vault_db: Connection, opened: OpenList, sign_in: SignIn, randomized: Participant, investigator: User
) -> None:
    client = sign_in(investigator)
    asked = ask(client, randomized)
    assert asked.status_code == 302
    here = asked["Location"]
    waiting = client.get(here)
    assert "Asking the vault" in waiting.content.decode()
    assert 'hx-trigger="every 1s"' in client.get(here, headers=HTMX).content.decode()
    assert disclose_waiting(vault_db, opened.key) == 1
    ready = client.get(here, headers=HTMX)
    assert "Show the treatment" in ready.content.decode()
    assert "hx-trigger" not in ready.content.decode()
    assert says_no_arm(waiting)
    assert says_no_arm(ready)
    assert client.get(f"{here}show/").status_code == 405  # no address leads to it
    shown = client.post(f"{here}show/")
    assert arm_of(randomized, opened) in shown.content.decode()
    assert shown["Cache-Control"] == "no-store, no-transform"
    assert shown.cookies["edc_unblinding"].value == ""
    assert arm_of(randomized, opened) not in shown.content.decode().split("</title>")[0]

    again = client.post(f"{here}show/")
    assert again.status_code == 409
    assert "shown already" in again.content.decode()
    for answer in (again, client.get(here), client.get(page_of(randomized)), client.get("/")):
        assert says_no_arm(answer)
    assert UnblindingDisclosure.objects.count() == 1


@pytest.mark.req("L16", "B1")
def test_the_page_that_shows_an_arm_has_one_size_and_one_text_around_it(
    vault_db: Connection, opened: OpenList, sign_in: SignIn, site: Site, investigator: User
) -> None:
    client = sign_in(investigator)
    sizes: dict[str, set[int]] = {}
    for participant in make_participants(8, site, investigator):
        give_number(participant, investigator, vault_db, opened)
        here = ask(client, participant)["Location"]
        disclose_waiting(vault_db, opened.key)
        shown = client.post(f"{here}show/")
        sizes.setdefault(arm_of(participant, opened), set()).add(len(shown.content))
    assert set(sizes) == set(protocol.ARMS)
    assert len(set.union(*sizes.values())) == 1


@pytest.mark.req("F7")
def test_a_form_that_is_sent_twice_can_still_be_answered(
    vault_db: Connection, opened: OpenList, sign_in: SignIn, randomized: Participant, investigator: User
) -> None:
    client, key = sign_in(investigator), str(uuid.uuid4())
    first, second = (ask(client, randomized, key=key)["Location"] for _ in range(2))
    assert first == second
    disclose_waiting(vault_db, opened.key)
    assert arm_of(randomized, opened) in client.post(f"{second}show/").content.decode()


@pytest.mark.req("B6", "U2")
def test_the_answer_opens_only_in_the_browser_that_asked(
    vault_db: Connection, opened: OpenList, sign_in: SignIn, randomized: Participant, investigator: User
) -> None:
    asking, other = sign_in(investigator), Client()
    other.force_login(investigator)
    here = ask(asking, randomized)["Location"]
    disclose_waiting(vault_db, opened.key)
    other.get(page_of(randomized))
    refused = other.post(f"{here}show/")
    assert refused.status_code == 409
    assert "the browser in which it was asked" in refused.content.decode()
    assert arm_of(randomized, opened) in asking.post(f"{here}show/").content.decode()


@pytest.mark.req("E3", "D1")
@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"password": "something else"}, "This is not your password"),
        ({"password": ""}, "Give your password"),
        ({"UBREAS": ""}, "Choose a reason"),
        ({"UBREASD": "Guess: placebo, therefore"}, "“placebo” could tell"),
    ],
)
def test_what_hinders_it_is_said_and_what_was_typed_stays(
    sign_in: SignIn, randomized: Participant, investigator: User, changed: dict[str, str], told: str
) -> None:
    answer = ask(sign_in(investigator), randomized, **changed)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert told in text
    assert changed.get("UBREASD", WORDS) in text
    assert PASSWORD not in text
    assert not UnblindingRequest.objects.exists()


def let_pass(owner: Any, time: timedelta) -> None:
    """Make the request older, which only the database's owner can."""
    with tampering(owner, "randomization_unblindingrequest"):
        owner.execute("UPDATE randomization_unblindingrequest SET asked_at = asked_at - %s", [time])


@pytest.mark.req("U1", "O3")
def test_a_vault_that_does_not_answer_is_said_with_what_to_do_instead(
    owner: Any, sign_in: SignIn, randomized: Participant, investigator: User, settings: Any
) -> None:
    settings.UNBLINDING_PHONE = "+00 123"
    client = sign_in(investigator)
    here = ask(client, randomized)["Location"]
    let_pass(owner, timedelta(seconds=30))
    text = client.get(here).content.decode()
    assert "The vault does not answer" in text
    assert "+00 123" in text
    assert randomized.RANDNO in text
    assert "every 1s" in text  # and it goes on asking
    let_pass(owner, timedelta(minutes=20))
    text = client.get(here).content.decode()
    assert "This request is over" in text
    assert "Ask anew" in text
    assert "every 1s" not in text


@pytest.mark.req("L23", "U2")
@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.MONITOR, Role.DATA_MANAGER, Role.LAB_ASSESSOR])
def test_others_read_that_it_happened_and_when_by_whom_and_why_and_cannot_ask(
    vault_db: Connection,
    opened: OpenList,
    sign_in: SignIn,
    randomized: Participant,
    site: Site,
    investigator: User,
    role: Role,
) -> None:
    asking = sign_in(investigator)
    here = ask(asking, randomized)["Location"]
    disclose_waiting(vault_db, opened.key)
    asking.post(f"{here}show/")
    client = sign_in(make_person(role, site))
    record = client.get(page_of(randomized))
    text = record.content.decode()
    assert all(words in text for words in (WORDS, investigator.full_name, "Shown once to who asked"))
    assert 'name="password"' not in text
    assert ask_refused(client, randomized) == 403
    assert client.get(here).status_code == 403
    casebook = client.get(reverse("visits:casebook", args=[randomized.SUBJID]))
    assert f"by {investigator.full_name}" in casebook.content.decode()
    assert "Unblinded on" in casebook.content.decode()
    listed = client.get(reverse("screening:participants"))
    assert "Unblinded" in listed.content.decode()
    assert all(says_no_arm(answer) for answer in (record, casebook, listed))


@pytest.mark.req("L23")
def test_a_request_whose_answer_nobody_saw_has_unblinded_nobody(
    sign_in: SignIn, randomized: Participant, investigator: User
) -> None:
    client = sign_in(investigator)
    ask(client, randomized)
    assert "Asked for" in client.get(page_of(randomized)).content.decode()
    for address in (reverse("visits:casebook", args=[randomized.SUBJID]), reverse("screening:participants")):
        assert "Unblinded" not in client.get(address).content.decode()


def ask_refused(client: Client, participant: Participant) -> int:
    return client.post(f"{page_of(participant)}ask/", {}).status_code


@pytest.mark.req("C1")
def test_a_colleague_does_not_find_the_request_and_another_site_not_the_participant(
    sign_in: SignIn, randomized: Participant, site: Site, investigator: User
) -> None:
    here = ask(sign_in(investigator), randomized)["Location"]
    colleague = sign_in(make_person(Role.INVESTIGATOR, site))
    assert colleague.get(here).status_code == 404
    assert colleague.post(f"{here}show/").status_code == 404
    stranger = sign_in(make_person(Role.INVESTIGATOR, make_site("02")))
    assert stranger.get(page_of(randomized)).status_code == 404
    assert stranger.post(f"{here}show/").status_code == 404


@pytest.mark.req("U2", "P2", "L13")
def test_data_managers_and_sponsor_get_one_mail_each_with_number_and_link_only(
    sign_in: SignIn, randomized: Participant, investigator: User, data_manager: User, settings: Any
) -> None:
    settings.SPONSOR_EMAIL = "safety@sponsor.example"
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    ask(sign_in(investigator), randomized)
    assert Notice.objects.count() == 2
    deliver_reminders()
    deliver_reminders()
    assert sorted(letter.to[0] for letter in mail.outbox) == sorted(
        [data_manager.email, "safety@sponsor.example"]
    )
    for letter in mail.outbox:
        assert randomized.SUBJID in letter.subject
        assert page_of(randomized) in letter.body
        assert WORDS not in letter.body
        assert randomized.RANDNO not in letter.body
        assert not any(arm.lower() in str(letter.message()).lower() for arm in protocol.ARMS)


@pytest.mark.req("U2")
def test_it_stands_first_on_the_home_page_of_those_who_watch(
    sign_in: SignIn, randomized: Participant, investigator: User, data_manager: User
) -> None:
    ask(sign_in(investigator), randomized)
    text = sign_in(data_manager).get("/").content.decode()
    assert "Emergency unblinding" in text
    assert page_of(randomized) in text


@pytest.mark.req("U3", "U2")
def test_a_pharmacist_records_a_code_break_by_the_number_on_the_sheet(
    sign_in: SignIn, randomized: Participant, data_manager: User
) -> None:
    client = sign_in(make_person(Role.PHARMACIST, None))
    typed = {
        "RANDNO": randomized.RANDNO,
        "opened_at": "2026-03-16 03:20",
        "UBWHO": "Pharmacist on duty",
        "UBREQ": "Physician on duty, ICU",
        "UBREAS": "SAE",
        "UBREASD": WORDS,
        "password": PASSWORD,
    }
    address = reverse("randomization:code_break")
    wrong = client.post(address, typed | {"RANDNO": "R999", "opened_at": "yesterday"})
    assert wrong.status_code == 422
    assert "such as 2026-03-16 03:20" in wrong.content.decode()
    assert "No participant of your sites" in client.post(address, typed | {"RANDNO": "R999"}).content.decode()
    assert client.post(address, typed).status_code == 302
    made = CodeBreak.objects.get()
    assert made.opened_at.isoformat() == "2026-03-15T19:20:00+00:00"  # as it was at the site
    assert Notice.objects.filter(about=made.pk).exists()
    assert (
        "Pharmacist on duty"
        in sign_in(make_person(Role.MONITOR, None)).get(page_of(randomized)).content.decode()
    )
