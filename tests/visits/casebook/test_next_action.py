"""The one next action of each person, at every stage from consent to the second dose."""

import re
from datetime import date

import pytest
from django.test import Client

from randomization.actions import request_number
from randomization.vault.database import Connection
from screening.actions import submit_for_review
from screening.models import Participant
from tests.randomization.factories import load_list
from tests.screening.factories import eligible_participant, make_cast, registered, sign
from tests.visits.factories import DAY1, at, enter, given, kit
from trialsite.accounts.models import User
from trialsite.crf.actions import mark_not_done
from trialsite.crf.forms import REGISTER
from trialsite.protocol import FORMS

pytestmark = pytest.mark.django_db(transaction=True)


def action(user: User, participant: Participant, day: date) -> str:
    """The label of the one primary button of the casebook; empty when there is none."""
    client = Client()
    client.force_login(user)
    with at(day):
        html = client.get(f"/participants/{participant.SUBJID}/").content.decode()
    found = re.findall(r'<a class="btn btn-primary" href="[^"]*">([^<]*)</a>', html)
    assert len(found) <= 1
    return found[0] if found else ""


def finish(user: User, participant: Participant, visit: str) -> None:
    """Mark every form of a visit that is still open as not done."""
    done = set(participant.records.filter(visit=visit).values_list("form", flat=True))
    for form in FORMS:
        if visit in form.visits and form.code in REGISTER and form.code not in done:
            mark_not_done(
                by=user, participant=participant, form=form.code, visit=visit, version=0, reason="Test"
            )


def test_screening_leads_to_the_review_and_the_review_to_the_number(vault_db: Connection) -> None:
    cast, opened = make_cast(), load_list(vault_db)
    with at(date(2026, 3, 2)):
        fresh = registered(cast.coordinator, cast.site)
    assert action(cast.coordinator, fresh, date(2026, 3, 2)) == "Enter Screening: Visit dates"
    assert action(cast.monitor, fresh, date(2026, 3, 2)) == ""

    with at(DAY1):
        participant = eligible_participant(cast.coordinator, cast.site)
        assert action(cast.coordinator, participant, DAY1) == "Enter Screening: Physical examination"
        finish(cast.coordinator, participant, "S")
        assert action(cast.coordinator, participant, DAY1) == "Review eligibility"
        submit_for_review(by=cast.coordinator, participant=participant)
        assert action(cast.coordinator, participant, DAY1) == ""
        assert action(cast.investigator, participant, DAY1) == "Review and sign eligibility"
        sign(cast.investigator, participant)
        assert action(cast.coordinator, participant, DAY1) == ""
        assert action(cast.investigator, participant, DAY1) == "Ask for the treatment number"
        given(vault_db, opened, request_number(participant=participant, by=cast.investigator))
    participant.refresh_from_db()
    assert action(cast.coordinator, participant, DAY1) == "Enter Day 1: Visit dates"

    with at(DAY1):
        enter(cast.coordinator, participant, "SV", "D1", SVSTDTC=DAY1.isoformat(), SVCONTMO="ON-SITE")
        finish(cast.coordinator, participant, "D1")
    assert action(cast.coordinator, participant, DAY1) == "Book Week 2"
    assert action(cast.investigator, participant, DAY1) == "Sign Screening"
    assert action(cast.monitor, participant, DAY1) == ""

    week_2 = date(2026, 3, 30)
    assert action(cast.coordinator, participant, week_2) == "Enter Week 2: Visit dates"
    assert action(cast.investigator, participant, week_2) == "Before the dose of Week 2"
    with at(week_2):
        kit(cast, vault_db, opened, participant, "W2")
    assert action(cast.investigator, participant, week_2) == "Enter Week 2: Visit dates"
    masked = "Enter Week 2: Laboratory: inflammation and lipids"
    assert action(cast.lab_assessor, participant, week_2) == masked
