"""The lists: visits ahead and overdue, and reminders, page by page with a fixed number of queries."""

import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from screening.models import Participant
from tests.visits import cast
from tests.visits.conftest import on
from trialsite.accounts.models import Role, Site, User
from trialsite.audit.context import acting
from visits.models import Reminder, ReminderMail
from visits.reminders.outbox import MailState, State
from visits.reminders.planning import plan_reminders

pytestmark = pytest.mark.django_db

DAY = date(2026, 4, 1)


def get(client: Client, user: User, address: str) -> str:
    client.force_login(user)
    with on(DAY):
        answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def rows(html: str) -> list[tuple[str, str]]:
    """Participant and second column of each line of the table."""
    return re.findall(
        r'<tr><th scope="row"><[^>]*>([^<]*)</(?:a|span)></th>\s*<td data-label="Visit">([^<]*)<', html
    )


def walk(client: Client, user: User, address: str) -> list[list[tuple[str, str]]]:
    """All pages from the first on."""
    pages: list[list[tuple[str, str]]] = []
    base = address.partition("?")[0]
    while address:
        assert len(pages) < 9, "the pages do not end"
        html = get(client, user, address)
        pages.append(rows(html))
        onward = re.search(r'<a rel="next" href="([^"]*)"', html)
        address = base + onward.group(1).replace("&amp;", "&") if onward else ""
    return pages


def test_the_visits_ahead_come_by_target_and_those_that_are_over_are_gone(
    client: Client, participant: Participant, coordinator: User
) -> None:
    with on(DAY):
        cast.enter(coordinator, participant, "SV", "D1", SVSTDTC="2026-03-16", SVCONTMO="ON-SITE")
    shown = rows(get(client, coordinator, "/visits/"))
    assert shown == [("01-001", label) for label in ("Week 2", "Week 4", "Week 6", "Week 8")]


@pytest.mark.parametrize(
    ("show", "expected"),
    [
        ("all", ["Day 1", "Week 2", "Week 4", "Week 6", "Week 8"]),
        ("overdue", ["Day 1"]),
        ("now", ["Week 2"]),
        ("soon", ["Week 2", "Week 4"]),
        ("nonsense", ["Day 1", "Week 2", "Week 4", "Week 6", "Week 8"]),
    ],
)
def test_the_list_can_be_narrowed(
    client: Client, participant: Participant, coordinator: User, show: str, expected: list[str]
) -> None:
    assert [visit for _, visit in rows(get(client, coordinator, f"/visits/?show={show}"))] == expected


def test_pages_hold_every_visit_once_in_order_and_an_unreadable_key_is_the_first_page(
    client: Client, participant: Participant, coordinator: User, site: Site
) -> None:
    for later in range(9):
        cast.make_participant(coordinator, site, day1=cast.DAY1 + timedelta(days=later % 3))
    pages = walk(client, coordinator, "/visits/")
    assert [len(page) for page in pages] == [20, 20, 10]
    shown = [line for page in pages for line in page]
    assert len(set(shown)) == 50
    assert rows(get(client, coordinator, "/visits/?after=nonsense")) == pages[0]


@pytest.mark.parametrize("address", ["/visits/", "/reminders/outbox/"])
def test_the_number_of_queries_does_not_grow_with_the_list(
    client: Client, participant: Participant, coordinator: User, site: Site, address: str
) -> None:
    def queries() -> int:
        with on(DAY):
            plan_reminders()
            with CaptureQueriesContext(connection) as captured:
                assert client.get(address).status_code == 200
        return len(captured)

    client.force_login(coordinator)
    queries()  # the first request of a session writes when it began
    first = queries()
    for _ in range(6):
        cast.make_participant(coordinator, site)
    assert queries() == first
    assert first <= 6


@pytest.mark.req("C1")
def test_each_list_holds_the_own_sites_only(
    client: Client, participant: Participant, coordinator: User
) -> None:
    other = cast.make_site("02", "Europe/Berlin")
    other_coordinator = cast.make_person(Role.COORDINATOR, other)
    with on(cast.DAY1):
        cast.make_participant(other_coordinator, other)
    with on(DAY):
        plan_reminders()
    monitor = cast.make_person(Role.MONITOR, None)
    for address in ("/visits/", "/reminders/outbox/"):
        assert {number for number, _ in rows(get(client, coordinator, address))} == {"01-001"}
        assert {number for number, _ in rows(get(client, other_coordinator, address))} == {"02-001"}
        assert {number for number, _ in rows(get(client, monitor, address))} == {"01-001", "02-001"}


@pytest.mark.req("F2")
def test_a_reminder_with_an_unknown_outcome_stands_out(
    client: Client, participant: Participant, coordinator: User
) -> None:
    with on(DAY):
        plan_reminders()
    with acting("system:tests"):
        lost = Reminder.objects.filter(kind="WINDOW_CLOSES")
        mail = ReminderMail.objects.create(
            recipient=coordinator, day=DAY, urgent=False, state=MailState.UNKNOWN
        )
        assert lost.update(state=State.UNKNOWN, mail=mail) == 1
    html = get(client, coordinator, "/reminders/outbox/?show=UNKNOWN")
    assert rows(html) == [("01-001", "Week 2")]
    assert "Outcome unknown" in html
    assert "Tell the recipient yourself" in html


def test_reminders_come_in_pages_too(
    client: Client, participant: Participant, coordinator: User, site: Site
) -> None:
    for _ in range(24):
        cast.make_participant(coordinator, site)
    with on(DAY):
        assert plan_reminders() == 25
    pages = walk(client, coordinator, "/reminders/outbox/")
    assert [len(page) for page in pages] == [20, 5]
    assert len({line for page in pages for line in page}) == 25


def test_the_administrator_reads_the_outbox_without_links_to_participants(
    client: Client, participant: Participant
) -> None:
    with on(DAY):
        plan_reminders()
    html = get(client, cast.make_person(Role.ADMINISTRATOR, None), "/reminders/outbox/")
    assert rows(html)
    assert "/participants/01-001/" not in html
