"""Fixtures of the visits: a site with its team, and one participant whose Day 1 was 16 March 2026."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime

import pytest

from screening.models import Participant
from tests.visits import cast
from trialsite import clock
from trialsite.accounts.models import Role, Site, User
from visits.calendar.appointments import book_visit
from visits.models import ScheduledVisit


def on(day: date, hour: int = 4) -> AbstractContextManager[None]:
    """Let the block happen on a day, at an hour of UTC (04:00 is noon in Shanghai)."""
    return clock.set_to(datetime(day.year, day.month, day.day, hour, tzinfo=UTC))


@pytest.fixture
def site(db: None) -> Site:
    """Site 01, in Shanghai's time zone."""
    return cast.make_site()


@pytest.fixture
def coordinator(site: Site) -> User:
    """The coordinator of site 01, who gets its reminders."""
    return cast.make_person(Role.COORDINATOR, site)


@pytest.fixture
def participant(site: Site, coordinator: User) -> Iterator[Participant]:
    """A participant with five visits ahead; the day is Day 1."""
    with on(cast.DAY1):
        yield cast.make_participant(coordinator, site)


@pytest.fixture
def appointment(participant: Participant, coordinator: User) -> ScheduledVisit:
    """Week 2 of the participant, booked for 29 March 2026; its window is 27 March to 2 April."""
    week_2 = ScheduledVisit.objects.get(participant=participant, code="W2")
    return book_visit(by=coordinator, visit=week_2, on=date(2026, 3, 29))
