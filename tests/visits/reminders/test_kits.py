"""Kits in stock that expire: told of by site and day, never by kit."""

from datetime import date, timedelta
from typing import Any

import psycopg
import pytest

from randomization.supply.states import KitState
from tests.visits.conftest import on
from trialsite.accounts.models import Site, User
from visits.models import Reminder
from visits.reminders.kinds import Kind
from visits.reminders.planning import plan_reminders

TODAY = date(2026, 3, 27)
EXPIRY = TODAY + timedelta(days=30)
INSERT = 'INSERT INTO randomization_kit ("KITNO", site_id, lot, expiry, state) VALUES (%s, %s, %s, %s, %s)'


@pytest.mark.req("L5")
@pytest.mark.django_db(transaction=True)
def test_kits_that_expire_are_told_of_once_a_site_and_day_whatever_the_kits(
    coordinator: User, site: Site, owner: psycopg.Connection[Any]
) -> None:
    for number, day, state in [
        ("K1", EXPIRY, KitState.STOCKED),
        ("K2", EXPIRY, KitState.STOCKED),
        ("K3", EXPIRY + timedelta(days=1), KitState.STOCKED),
        ("K4", EXPIRY - timedelta(days=9), KitState.USED),
    ]:
        owner.execute(INSERT, [number, site.code, "L1", day, state])
    owner.commit()
    with on(TODAY):
        assert plan_reminders() == 1
        assert plan_reminders() == 0
    line = Reminder.objects.get()
    assert (line.kind, line.participant, line.about) == (Kind.KITS_EXPIRE, None, EXPIRY)
    assert line.recipient == coordinator
    assert line.words == "Kits in stock may be used until 26 Apr 2026"
