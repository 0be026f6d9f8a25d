"""A person's own list: what is shown, what was put off, how it comes, and who sees what happened."""

from datetime import date, timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from screening.models import Participant
from tests.visits import cast
from tests.visits.conftest import on
from trialsite.accounts.models import Role, Site, User
from trialsite.audit.context import acting
from visits.models import Notice, Reminder, ReminderPreference, ScheduledVisit
from visits.reminders.delivery import deliver_reminders
from visits.reminders.kinds import Kind
from visits.reminders.listing import own_reminders
from visits.reminders.outbox import State
from visits.reminders.planning import plan_reminders
from visits.reminders.preferring import kinds_for
from visits.reminders.snoozing import NotPutOff, put_off, take_up_again

pytestmark = pytest.mark.django_db

FRIDAY = date(2026, 3, 27)
MONDAY = date(2026, 3, 30)
TUESDAY = date(2026, 3, 31)


@pytest.fixture
def window(appointment: ScheduledVisit, coordinator: User) -> Reminder:
    """The reminder that the window of week 2 is open; it helps until Tuesday 31 March."""
    with on(FRIDAY):
        plan_reminders()
    return Reminder.objects.get(kind=Kind.WINDOW_OPENS, recipient=coordinator)


def shown(user: User, day: date) -> set[str]:
    """What the list of a person holds on a day, without what was put off."""
    with on(day):
        return {str(own.reminder.kind) for own in own_reminders(user) if not own.hidden}


def page(client: Client, user: User, address: str, day: date = FRIDAY) -> str:
    client.force_login(user)
    with on(day):
        answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_list_says_what_where_and_what_became_of_the_mail(
    window: Reminder, coordinator: User, client: Client
) -> None:
    html = page(client, coordinator, "/reminders/")
    for words in ("Window open from 27 Mar 2026", "Visit on 29 Mar 2026", "Overdue since 16 Mar 2026"):
        assert words in html
    assert 'href="/visits/01-001/W2/"' in html
    assert "planned for 27 Mar" in html
    with on(FRIDAY):
        deliver_reminders()
    assert "sent " in page(client, coordinator, "/reminders/")


@pytest.mark.req("C1")
def test_nobody_sees_or_puts_off_the_reminders_of_somebody_else(
    window: Reminder, site: Site, client: Client
) -> None:
    other = cast.make_person(Role.COORDINATOR, site)
    assert "Nothing to remind you of" in page(client, other, "/reminders/")
    answer = client.post(f"/reminders/{window.pk}/put-off/", {"until": MONDAY.isoformat()})
    assert answer.status_code == 404
    with on(FRIDAY), pytest.raises(NotPutOff):
        put_off(by=other, reminder=window, until=MONDAY)


def test_put_off_it_is_hidden_with_its_mail_and_both_come_back_on_the_day(
    window: Reminder, coordinator: User
) -> None:
    with on(FRIDAY):
        put_off(by=coordinator, reminder=window, until=MONDAY)
        deliver_reminders()
    assert len(mail.outbox) == 1
    assert Kind.WINDOW_OPENS not in shown(coordinator, FRIDAY)
    window.refresh_from_db()
    assert window.state == State.PLANNED
    assert Kind.WINDOW_OPENS in shown(coordinator, MONDAY)
    with on(MONDAY):
        plan_reminders()
        deliver_reminders()
    window.refresh_from_db()
    assert (window.state, len(mail.outbox)) == (State.SENT, 2)


def test_what_was_mailed_already_is_mailed_again_on_the_day_until_which_it_was_put_off(
    window: Reminder, coordinator: User
) -> None:
    with on(FRIDAY):
        deliver_reminders()
        put_off(by=coordinator, reminder=window, until=TUESDAY)
        deliver_reminders()
    with on(MONDAY):
        deliver_reminders()
    window.refresh_from_db()
    assert window.state == State.PLANNED
    with on(TUESDAY):
        deliver_reminders()
        deliver_reminders()
    window.refresh_from_db()
    assert window.state == State.SENT
    assert len(mail.outbox) == 2


@pytest.mark.req("F10")
@pytest.mark.parametrize("days", range(1, 5))
def test_put_off_again_and_again_it_is_never_lost(window: Reminder, coordinator: User, days: int) -> None:
    day = FRIDAY
    while day + timedelta(days=days) <= window.relevant_until:
        with on(day):
            put_off(by=coordinator, reminder=window, until=day + timedelta(days=days))
        day += timedelta(days=days)
        with on(day):
            plan_reminders()
        assert Kind.WINDOW_OPENS in shown(coordinator, day)
    with on(day):
        take_up_again(by=coordinator, reminder=window)
        with pytest.raises(NotPutOff, match="helps"):
            put_off(by=coordinator, reminder=window, until=window.relevant_until + timedelta(days=1))
    assert Kind.WINDOW_OPENS in shown(coordinator, day)


def test_what_is_settled_while_put_off_does_not_come_back(
    window: Reminder, participant: Participant, coordinator: User
) -> None:
    with on(FRIDAY):
        put_off(by=coordinator, reminder=window, until=MONDAY)
        cast.enter(coordinator, participant, "SV", "W2", SVSTDTC="2026-03-27", SVCONTMO="ON-SITE")
    with on(MONDAY):
        plan_reminders()
        deliver_reminders()
        with pytest.raises(NotPutOff, match="settled"):
            put_off(by=coordinator, reminder=window, until=TUESDAY)
    window.refresh_from_db()
    assert window.state == State.VOID
    assert Kind.WINDOW_OPENS not in shown(coordinator, MONDAY)


def test_the_page_puts_off_and_shows_again_and_says_what_is_allowed(
    window: Reminder, coordinator: User, client: Client
) -> None:
    client.force_login(coordinator)
    address = f"/reminders/{window.pk}/put-off/"
    with on(FRIDAY):
        assert (
            "Put off until 30 Mar 2026"
            in client.post(address, {"until": "2026-03-30"}, follow=True).content.decode()
        )
        html = client.get("/reminders/").content.decode()
        assert html.index("Later") < html.index("Window open from 27 Mar 2026")
        answer = client.post(f"/reminders/{window.pk}/take-up/", follow=True).content.decode()
        assert "Later" not in answer
        for wrong in ("2026-04-01", "2026-03-27"):
            answer = client.post(address, {"until": wrong}, follow=True).content.decode()
            assert "Choose a day from 2026-03-28 to 2026-03-31" in answer
        assert "YYYY-MM-DD" in client.post(address, {"until": "soon"}, follow=True).content.decode()


def test_wishes_are_kept_and_hold_for_what_is_planned_next(
    appointment: ScheduledVisit, coordinator: User, client: Client
) -> None:
    html = page(client, coordinator, "/reminders/preferences/")
    assert "Always mailed, at any hour" in html
    wishes = {kind.value: "MAIL" for kind in kinds_for(coordinator) if not kind.serious}
    wishes |= {"OVERDUE": "OFF", "WINDOW_OPENS": "APPLICATION", "digest_hour": "10", "urgent_at_once": "on"}
    assert client.post("/reminders/preferences/", wishes).status_code == 302
    with on(FRIDAY, hour=0):
        plan_reminders()
    found = {line.kind: line for line in Reminder.objects.all()}
    assert set(found) == {Kind.WINDOW_OPENS, Kind.VISIT_SOON}
    assert found[Kind.WINDOW_OPENS].state == State.QUIET
    assert found[Kind.VISIT_SOON].send_after.astimezone(appointment.participant.site.zone).hour == 10
    with on(date(2026, 4, 1), hour=0):
        plan_reminders()
    assert Reminder.objects.get(kind=Kind.WINDOW_CLOSES).urgent


@pytest.mark.parametrize("changes", [{"OVERDUE": "PIGEON"}, {"digest_hour": "3"}, {"OVERDUE": ""}])
def test_what_cannot_be_wished_is_refused_with_what_can(
    coordinator: User, client: Client, changes: dict[str, str]
) -> None:
    client.force_login(coordinator)
    wishes = {kind.value: "MAIL" for kind in kinds_for(coordinator) if not kind.serious}
    answer = client.post("/reminders/preferences/", wishes | {"digest_hour": "8"} | changes)
    assert answer.status_code == 422
    assert "Choose for each kind" in answer.content.decode()
    assert not ReminderPreference.objects.exists()


def test_who_is_reminded_of_nothing_is_told_so(site: Site, client: Client) -> None:
    monitor = cast.make_person(Role.MONITOR, site)
    assert "is reminded of anything" in page(client, monitor, "/reminders/preferences/")


def test_the_list_of_a_site_is_narrowed_to_a_participant_and_tells_who_got_what_when(
    window: Reminder, coordinator: User, site: Site, client: Client
) -> None:
    with on(cast.DAY1):
        cast.make_participant(coordinator, site)
    with on(FRIDAY):
        plan_reminders()
        deliver_reminders()
        put_off(by=coordinator, reminder=window, until=MONDAY)
    monitor = cast.make_person(Role.MONITOR, site)
    html = page(client, monitor, "/reminders/outbox/?participant=01-002")
    assert "01-001" not in html.replace('placeholder="01-001"', "")
    assert "/participants/01-002/" in html
    told = page(client, monitor, f"/reminders/outbox/{window.pk}/")
    for words in ("Planned", "Being sent", "Sent", "Put off until 2026-03-30", f"by {coordinator.full_name}"):
        assert words in told
    assert told.index("Being sent") < told.index("Put off until")
    outside = cast.make_person(Role.MONITOR, cast.make_site("02"))
    client.force_login(outside)
    assert client.get(f"/reminders/outbox/{window.pk}/").status_code == 404


@pytest.mark.req("F2", "U2")
def test_a_notice_whose_fate_is_unknown_stands_on_the_page_of_notices(
    participant: Participant, site: Site, client: Client
) -> None:
    with acting("system:tests"):
        Notice.objects.create(
            participant=participant, about=participant.pk, address="dm@example.org", state=State.UNKNOWN
        )
    monitor = cast.make_person(Role.MONITOR, site)
    html = page(client, monitor, "/reminders/outbox/notices/?show=UNKNOWN")
    assert "dm@example.org" in html
    assert "Tell the recipient yourself" in html
    for address in ("/reminders/", "/reminders/outbox/"):
        assert "Notices (1 of unknown outcome)" in page(client, monitor, address)
    elsewhere = cast.make_person(Role.MONITOR, cast.make_site("02"))
    assert "dm@example.org" not in page(client, elsewhere, "/reminders/outbox/notices/")


@pytest.mark.parametrize("address", ["/reminders/", "/reminders/outbox/", "/reminders/preferences/"])
def test_the_number_of_queries_does_not_grow_with_reminders(
    window: Reminder, coordinator: User, site: Site, client: Client, address: str
) -> None:
    def queries() -> int:
        with on(FRIDAY):
            plan_reminders()
            with CaptureQueriesContext(connection) as captured:
                assert client.get(address).status_code == 200
        return len(captured)

    client.force_login(coordinator)
    queries()  # the first request of a session writes when it began
    first = queries()
    for _ in range(5):
        cast.make_participant(coordinator, site)
    assert queries() == first
    assert first <= 6
