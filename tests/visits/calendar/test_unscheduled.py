"""Unscheduled visits: masked like every visit after Day 1, shown one after the other."""

import re
from datetime import date

import pytest
from django.test import Client

from screening.models import Participant
from tests.visits import cast
from tests.visits.conftest import on
from trialsite.accounts.models import Role, Site, User
from trialsite.crf.forms import form_by_code
from trialsite.crf.outcomes import Saved
from trialsite.protocol import FORMS, MASKED_VISITS, POST_BASELINE_VISITS, UNSCHEDULED, VISITS
from visits.calendar import unscheduled

WEEK_2 = date(2026, 3, 30)


def test_every_unscheduled_visit_is_a_visit_without_a_day() -> None:
    by_code = {visit.code: visit for visit in VISITS}
    assert [by_code[code].day for code in UNSCHEDULED] == [None] * 9
    assert len({by_code[code].label for code in UNSCHEDULED}) == 9


@pytest.mark.req("L19")
@pytest.mark.parametrize("visit", [*UNSCHEDULED, "E"])
def test_laboratory_values_that_can_unblind_are_masked_at_every_visit_outside_the_schedule(
    visit: str,
) -> None:
    assert visit in MASKED_VISITS
    assert visit in POST_BASELINE_VISITS
    assert form_by_code("LBI").is_masked(visit)


def test_every_unscheduled_visit_has_the_same_forms_and_the_same_questions() -> None:
    for form in FORMS:
        at = {code for code in (*form.visits, *form.optional) if code in UNSCHEDULED}
        assert at in (set(), set(UNSCHEDULED))
    for form_code in ("OX", "HRCT", "SV", "LB"):
        form_class = form_by_code(form_code)
        asked = {code: list(form_class.variables_at(code)) for code in UNSCHEDULED}
        assert all(asked[code] == asked["X"] for code in UNSCHEDULED)


def test_they_are_taken_in_their_order_and_there_are_nine() -> None:
    assert unscheduled.next_free(set()) == "X"
    assert unscheduled.next_free({"X", "X3"}) == "X2"
    assert unscheduled.next_free(set(UNSCHEDULED)) is None
    assert unscheduled.shown(set()) == ("X",)
    assert unscheduled.shown({"X", "W2"}) == ("X", "X2")
    assert unscheduled.shown(set(UNSCHEDULED)) == UNSCHEDULED


def _columns(client: Client, user: User, participant: Participant) -> list[str]:
    client.force_login(user)
    html = client.get(f"/participants/{participant.SUBJID}/").content.decode()
    return [code for code in re.findall(r'id="v-([A-Z0-9]+)"', html) if code.startswith("X")]


@pytest.mark.django_db
@pytest.mark.req("L19", "B1")
def test_the_casebook_shows_those_that_are_used_and_the_next_one(
    client: Client, participant: Participant, coordinator: User, site: Site
) -> None:
    assessor = cast.make_person(Role.LAB_ASSESSOR, site)
    with on(WEEK_2):
        assert _columns(client, coordinator, participant) == ["X"]
        entered = cast.enter(coordinator, participant, "SV", "X", SVSTDTC="2026-03-30", SVCONTMO="PHONE")
        assert isinstance(entered, Saved), entered
        assert _columns(client, coordinator, participant) == ["X", "X2"]
        # What only the laboratory assessor may know of moves nothing on the page of the others.
        cast.enter(assessor, participant, "LBI", "X2", LBIDTC="2026-03-30", CRP="3.1", CRP_UNIT="mg/L")
        assert _columns(client, coordinator, participant) == ["X", "X2"]
        assert _columns(client, assessor, participant) == ["X", "X2", "X3"]
