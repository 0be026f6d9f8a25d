"""The matrix: counts that are kept with every save are those of the records, and the page that reads them."""

import uuid
from collections.abc import Callable
from datetime import date, timedelta
from random import Random

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from screening.forms.visit_dates import VisitDates
from screening.models import Participant
from tests.visits import cast
from tests.visits.conftest import on
from trialsite.accounts.models import Role, Site, User
from trialsite.audit.context import acting
from trialsite.crf.actions import mark_not_done, save_record
from trialsite.crf.forms import REGISTER
from trialsite.crf.models import Query, Record
from trialsite.crf.queries import close_query, raise_query
from trialsite.protocol import FORMS
from visits.casebook.matrix import Shown, page_of, standing
from visits.casebook.models import SignedRecord, VisitSummary
from visits.casebook.signing import seen_hash, sign_visit, signable_forms
from visits.casebook.summaries import count_everything
from visits.models import ScheduledVisit

pytestmark = pytest.mark.django_db

LATE = date(2026, 5, 20)
FINISHED = ("complete", "not done", "locked")


def freely(by: User) -> None:
    """Stands for a password that was typed and is right."""


def counted(participant: Participant, visit: str) -> dict[str, object] | None:
    """What the summary of a visit has to say, computed record by record in Python."""
    records = [
        each
        for each in Record.objects.filter(participant=participant, visit=visit)
        if not (each.form in REGISTER and REGISTER[each.form].is_masked(visit))
    ]
    planned = ScheduledVisit.objects.filter(participant=participant, code=visit).first()
    begun = {"E": participant.left_on, "S": participant.day1}.get(visit)
    if not (records or planned or begun):
        return None
    finished = [each for each in records if each.state in FINISHED]
    last = {each.pk: 0 for each in finished}
    for signed in SignedRecord.objects.filter(record__in=finished).order_by("version"):
        last[signed.record_id] = signed.version
    asked = {
        form.code
        for form in FORMS
        if visit in form.visits
        and not visit.startswith("X")
        and form.code in REGISTER
        and not REGISTER[form.code].is_masked(visit)
    }
    day = next((each for each in records if each.form == "SV" and each.repeat == 0), None)
    dates = VisitDates.objects.filter(record=day).first() if day else None
    missed = visit not in ("S", "LOG") and bool(
        (day and day.state == "not done") or (dates and vars(dates)["SVSTDTC_ND"] == "NOT DONE")
    )
    took_place = dates.SVSTDTC if dates and not missed else None
    if visit == "S":
        took_place = participant.RFICDTC if participant.day1 else None
    if visit == "LOG":
        took_place = participant.RFICDTC
    closed = planned is not None and participant.left_on is not None
    return {
        "took_place_on": took_place,
        "missed": missed,
        "closed": closed and planned is not None and planned.window_close >= participant.left_on,  # type: ignore[operator]
        "missing": len(asked - {each.form for each in finished if each.repeat == 0}),
        "queries": sum(each.open_queries for each in records),
        "unsigned": sum(last[each.pk] != each.version for each in finished),
        "changed": sum(last[each.pk] not in (0, each.version) for each in finished),
        "signed": sum(last[each.pk] == each.version for each in finished),
    }


def stored(participant: Participant) -> dict[str, dict[str, object]]:
    """The summaries of a participant as they stand in the table."""
    rows = VisitSummary.objects.filter(participant=participant).values(
        "visit", "took_place_on", "missed", "closed", "missing", "queries", "unsigned", "changed", "signed"
    )
    return {row["visit"]: {name: value for name, value in row.items() if name != "visit"} for row in rows}


def assert_right(participant: Participant) -> None:
    """The stored counts of every visit are those of the records."""
    participant.refresh_from_db()
    held = stored(participant)
    for visit in ("S", "D1", "W2", "W4", "W6", "W8", "X", "E", "LOG"):
        assert held.get(visit) == counted(participant, visit), visit


class Site01:
    """What people may do to a participant, drawn by chance; each draw is one transaction."""

    def __init__(self, participant: Participant, site: Site, random: Random) -> None:
        self.participant, self.random = participant, random
        self.coordinator = cast.make_person(Role.COORDINATOR, site)
        self.investigator = cast.make_person(Role.INVESTIGATOR, site)
        self.assessor = cast.make_person(Role.LAB_ASSESSOR, site)
        self.manager = cast.make_person(Role.DATA_MANAGER, None)

    def act(self) -> None:
        choices: list[Callable[[], None]] = [
            self.enter, self.enter, self.enter, self.not_done, self.ask, self.close, self.sign, self.leave
        ]  # fmt: skip
        self.random.choice(choices)()

    def _place(self) -> tuple[str, str, Record | None]:
        visit = self.random.choice(("S", "D1", "W2", "W4", "X"))
        form = self.random.choice(("SV", "VS", "OX", "LBI"))
        if visit == "S" and form == "SV":
            form = "VS"
        found = Record.objects.filter(participant=self.participant, visit=visit, form=form, repeat=0).first()
        return visit, form, found

    def _who(self, form: str, visit: str) -> User:
        return self.assessor if REGISTER[form].is_masked(visit) else self.coordinator

    def enter(self) -> None:
        visit, form, found = self._place()
        day = str(self.random.choice((date(2026, 3, 30), date(2026, 4, 1))))
        typed = {
            "SV": {"SVSTDTC": day, "SVSTDTC_OK": "1", "SVCONTMO": "ON-SITE"},
            "VS": {"VSDTC": day},
            "OX": {"OXDTC": day},
            "LBI": {"LBIDTC": day},
        }[form]
        save_record(
            by=self._who(form, visit),
            participant=self.participant,
            form=form,
            visit=visit,
            typed=typed,
            version=found.version if found else 0,
            key=uuid.uuid4(),
            reason="Looked again",
        )

    def not_done(self) -> None:
        visit, form, found = self._place()
        mark_not_done(
            by=self._who(form, visit),
            participant=self.participant,
            form=form,
            visit=visit,
            version=found.version if found else 0,
            reason="Refused",
        )

    def ask(self) -> None:
        record = Record.objects.filter(participant=self.participant).order_by("?").first()
        if record:
            raise_query(by=self.manager, record=record, field="", text="Is this right?")

    def close(self) -> None:
        query = Query.objects.filter(record__participant=self.participant).exclude(state="closed").first()
        if query:
            close_query(by=self.manager, query=query)

    def sign(self) -> None:
        visit = self.random.choice(("S", "D1", "W2", "W4", "X"))
        forms = signable_forms(self.participant, visit)
        if any(each.waits for each in forms):
            sign_visit(
                by=self.investigator,
                participant=self.participant,
                visit=visit,
                password=freely,
                seen=seen_hash(forms),
            )

    def leave(self) -> None:
        with acting(self.coordinator):
            self.participant.left_on = self.random.choice((None, date(2026, 4, 10)))
            self.participant.left_because = "OTHER" if self.participant.left_on else ""
            self.participant.save(update_fields=["left_on", "left_because"])


@pytest.mark.parametrize("seed", range(3))
def test_the_stored_counts_are_those_of_the_records_after_any_history(
    participant: Participant, site: Site, seed: int
) -> None:
    at_work = Site01(participant, site, Random(seed))
    with on(LATE):
        assert_right(participant)
        for _ in range(15):
            at_work.act()
            assert_right(participant)
        before = stored(participant)
        count_everything()
    assert stored(participant) == before


@pytest.mark.req("L19")
def test_a_masked_form_moves_no_count(participant: Participant, site: Site) -> None:
    before = stored(participant)
    with on(LATE):
        assessor = cast.make_person(Role.LAB_ASSESSOR, site)
        cast.enter(assessor, participant, "LBI", "W2", LBIDTC="2026-03-30")
        cast.enter(assessor, participant, "LBI", "X", LBIDTC="2026-03-30")
    assert stored(participant) == before


def summary(**known: object) -> VisitSummary:
    """A visit with its window from 27 March to 2 April 2026."""
    window = {"window_open": date(2026, 3, 27), "window_close": date(2026, 4, 2)}
    nothing = {"missed": False, "closed": False, "missing": 0, "queries": 0, "unsigned": 0, "changed": 0}
    return VisitSummary(**(window | nothing | {"signed": 0} | known))


VISITED = {"took_place_on": date(2026, 3, 30)}


@pytest.mark.parametrize(
    ("known", "today", "state"),
    [
        ({"missing": 9}, date(2026, 3, 26), "not-due"),
        ({"missing": 9}, date(2026, 3, 27), "due"),
        ({"missing": 9}, date(2026, 4, 2), "due"),
        ({"missing": 9}, date(2026, 4, 3), "overdue"),
        ({"missing": 9, "closed": True}, date(2026, 4, 3), "not-due"),
        ({"missing": 9, "missed": True}, date(2026, 4, 3), "not-done"),
        (VISITED | {"missing": 9}, date(2026, 4, 3), "incomplete"),
        (VISITED | {"missing": 9, "queries": 1}, date(2026, 4, 3), "query"),
        (VISITED | {"unsigned": 3}, date(2026, 4, 3), "complete"),
        (VISITED | {"unsigned": 3, "changed": 1, "signed": 2}, date(2026, 4, 3), "changed"),
        (VISITED | {"signed": 3}, date(2026, 4, 3), "signed"),
        (VISITED | {"signed": 3, "queries": 1}, date(2026, 4, 3), "query"),
    ],
)
def test_a_visit_stands_as_the_table_says(known: dict[str, object], today: date, state: str) -> None:
    assert standing([summary(**known)], today, None)[0] == state


def test_the_filters_find_who_has_something_left_to_do(
    site: Site, coordinator: User, participant: Participant
) -> None:
    with on(LATE):
        others = [cast.make_participant(coordinator, site, day1=LATE - timedelta(days=1)) for _ in range(3)]
        cast.enter(coordinator, others[1], "SV", "D1", SVSTDTC=str(LATE), SVSTDTC_OK="1", SVCONTMO="ON-SITE")
        manager = cast.make_person(Role.DATA_MANAGER, None)
        raise_query(by=manager, record=Record.objects.get(form="SV"), field="", text="Is this right?")

        def found(shown: Shown) -> list[str]:
            return [row.participant.SUBJID for row in page_of({"01": LATE}, shown, "").rows]

        assert found(Shown.ALL) == ["01-004", "01-003", "01-002", "01-001"]
        assert found(Shown.QUERIES) == ["01-003"]
        assert found(Shown.OVERDUE) == ["01-004", "01-002", "01-001"]
        assert found(Shown.TO_SIGN) == []
        # Screening took place for everybody who has a number, and none of its forms is there.
        assert found(Shown.MISSING) == found(Shown.ALL)
        assert page_of({"01": LATE}, Shown.ALL, "01-003").rows[0].participant.SUBJID == "01-002"


@pytest.mark.req("C1")
def test_the_page_costs_the_same_queries_for_one_and_for_many_and_shows_the_own_site_alone(
    client: Client, site: Site, coordinator: User, participant: Participant
) -> None:
    elsewhere = cast.make_site("02")
    stranger = cast.make_participant(cast.make_person(Role.COORDINATOR, elsewhere), elsewhere)
    client.force_login(coordinator)

    def queries(address: str) -> int:
        with on(LATE), CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        return len(captured)

    queries("/participants/matrix/")  # the first request of a session writes when it began
    few = {show: queries(f"/participants/matrix/?show={show.value}") for show in Shown}
    with on(cast.DAY1):
        for _ in range(30):
            cast.make_participant(coordinator, site)
    for show, number in few.items():
        assert queries(f"/participants/matrix/?show={show.value}") <= number
    html = client.get("/participants/matrix/").content.decode()
    assert stranger.SUBJID not in html
    assert html.count('<th scope="row">') == 25
    assert 'href="/participants/matrix/?after=01-007"' in html
