"""Steps that several tests of the pages take."""

from datetime import date

from django.urls import reverse

from screening.models import Participant
from tests.ui.conftest import as_person
from trialsite.accounts.models import User
from trialsite.audit.context import acting
from visits.calendar.opening import open_schedule

DAY1 = date(2026, 3, 16)


def home_of(user: User) -> str:
    """The first page of a person."""
    response = as_person(user).get(reverse("home"))
    assert response.status_code == 200
    return response.content.decode()


def give_number(participant: Participant, number: str = "R-1001") -> None:
    """What the vault's answer leaves behind, on Day 1."""
    with acting("system:tests"):
        Participant.objects.filter(pk=participant.pk).update(RANDNO=number, day1=DAY1)
    participant.refresh_from_db()
    open_schedule(participant=participant)
