"""The flow diagram: its counts add up whatever became of the screenings, and it says them in words."""

from collections import Counter
from dataclasses import dataclass
from itertools import pairwise

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from screening.consort import Flow, flow_of
from screening.models import Participant
from screening.reasons import words_of
from screening.review_models import Decision
from screening.review_states import ReviewState
from tests.screening.factories import Cast, correct, registered
from tests.screening.log import made
from tests.screening.review.conftest import SignIn
from tests.screening.review.test_eligibility_page import words
from trialsite.audit.context import acting

pytestmark = pytest.mark.django_db
FLOW = "/screening-log/flow/"
SITES = {"01", "02"}
CODES = st.lists(st.sampled_from(["IN01", "IN05", "EX03", "EX14"]), min_size=1, unique=True)


@dataclass(frozen=True)
class Course:
    """What became of one screening: the states of its reviews in order, and what failed.

    again: it follows the screening before it, unless that one has a number.
    """

    site: str
    reviews: tuple[ReviewState, ...]
    failed: tuple[str, ...]
    randomized: bool
    again: bool

    @property
    def outcome(self) -> str:
        """As the diagram should count it."""
        last = self.reviews[-1] if self.reviews else None
        if self.randomized:
            return "randomized"
        if last is None:
            return "screening"
        return {
            ReviewState.SUBMITTED: "review",
            ReviewState.SIGNED: "eligible",
            ReviewState.SCREEN_FAILURE: "excluded",
        }.get(last, "screening")


CLOSED = (ReviewState.RETURNED, ReviewState.WITHDRAWN, ReviewState.VOIDED)
LIVE = (ReviewState.SUBMITTED, ReviewState.SIGNED, ReviewState.SCREEN_FAILURE)
COURSES = st.builds(
    lambda site, closed, live, failed, randomized, again: Course(
        site,
        (*closed, *live),
        tuple(failed),
        randomized and (not live or live[0] == ReviewState.SIGNED),
        again,
    ),
    st.sampled_from(sorted(SITES)),
    st.lists(st.sampled_from(CLOSED), max_size=2),
    st.lists(st.sampled_from(LIVE), max_size=1),
    CODES,
    st.booleans(),
    st.booleans(),
)


def make(cast: Cast, courses: list[Course]) -> None:
    """The rows of these screenings."""
    before = None
    for number, course in enumerate(courses, 1):
        site = {"01": cast.site, "02": cast.other_site}[course.site]
        one = made.participant(
            cast.coordinator,
            site,
            number,
            randomized=course.randomized,
            after=before if course.again else None,
        )
        for state in course.reviews:
            void = Decision.APPROVED if state == ReviewState.VOIDED else None
            failed = course.failed if state == ReviewState.SCREEN_FAILURE else ()
            at = made.SUBMITTED.replace(minute=course.reviews.index(state))
            by = cast.investigator
            made.review(one, state, by=by, decision=void, failed=failed, submitted_at=at)
        before = None if course.randomized else one


@given(courses=st.lists(COURSES, max_size=8))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_counts_add_up_whatever_became_of_the_screenings(cast: Cast, courses: list[Course]) -> None:
    with transaction.atomic():
        make(cast, courses)
        flow = flow_of(SITES)
        by_site = [flow_of({site}) for site in sorted(SITES)]
        transaction.set_rollback(True)
    expected = Counter(course.outcome for course in courses)
    outcomes = ("screening", "review", "eligible", "excluded", "randomized")
    assert {name: getattr(flow, name) for name in outcomes} == {name: expected[name] for name in outcomes}
    assert flow.assessed == len(courses)
    assert flow.assessed == flow.excluded + flow.in_screening + flow.found_eligible
    followed = [earlier for earlier, later in pairwise(courses) if later.again and not earlier.randomized]
    assert flow.assessed - flow.persons == len(followed)
    assert flow.screened_again == sum(course.outcome == "excluded" for course in followed)
    reasons = Counter(code for course in courses if course.outcome == "excluded" for code in course.failed)
    assert dict(flow.reasons) == dict(reasons)
    assert all(number <= flow.excluded for _, number in flow.reasons)
    assert flow.excluded <= sum(number for _, number in flow.reasons)
    for name in (*outcomes, "assessed"):
        assert sum(getattr(site, name) for site in by_site) == getattr(flow, name)


def test_a_study_without_anybody_has_a_diagram_too(cast: Cast, signed_in: SignIn) -> None:
    assert flow_of(SITES) == Flow(0, 0, 0, 0, 0, (), 0, 0)
    assert "Assessed for eligibility n = 0" in words(signed_in(cast.monitor).get(FLOW).content)


def test_a_consent_that_was_not_given_or_was_withdrawn_excludes(cast: Cast) -> None:
    one = registered(cast.coordinator, cast.site)
    correct(cast.coordinator, one, "DS", RFICYN="N")
    flow = flow_of(SITES)
    assert (flow.excluded, flow.reasons) == (1, (("CONSENT", 1),))


def test_the_diagram_says_its_counts_in_words(cast: Cast, signed_in: SignIn) -> None:
    failure, signed = ReviewState.SCREEN_FAILURE, ReviewState.SIGNED
    make(
        cast,
        [
            Course("01", (failure,), ("EX03", "IN05"), randomized=False, again=False),
            Course("01", (signed,), (), randomized=True, again=True),
            Course("01", (failure,), ("EX03",), randomized=False, again=False),
            Course("01", (signed,), (), randomized=False, again=False),
            Course("02", (), (), randomized=False, again=False),
            Course("02", (ReviewState.SUBMITTED,), (), randomized=False, again=False),
        ],
    )
    text = words(signed_in(cast.monitor).get(FLOW).content)
    assert "Flow of participants in the study" in text
    assert "Assessed for eligibility n = 6 Screenings of 5 persons" in text
    assert f"Excluded n = 2 {words_of('EX03')} 2 {words_of('IN05')} 1 A screening" in text
    assert "excluded once and counted under each" in text
    assert "1 of them was screened again" in text
    assert "Still in screening n = 2" in text
    assert "Signed as eligible n = 2 Waiting for a treatment number n = 1" in text
    assert "Randomized n = 1 of 110" in text
    assert "Of 6 screenings of 5 persons, 2 ended without a number, 2 go on" in text


@pytest.mark.req("C1")
def test_the_diagram_counts_the_own_sites_only(cast: Cast, signed_in: SignIn) -> None:
    course = Course("01", (ReviewState.SIGNED,), (), randomized=True, again=False)
    other = Course("02", (), (), randomized=False, again=False)
    make(cast, [course, other, other])
    for person, query, where, assessed in (
        (cast.coordinator, "", "your sites", 1),
        (cast.coordinator, "?site=02", "your sites", 1),
        (cast.other_coordinator, "", "your sites", 2),
        (cast.monitor, "", "the study", 3),
        (cast.monitor, "?site=02", "site 02", 2),
    ):
        text = words(signed_in(person).get(FLOW + query).content)
        assert f"Flow of participants in {where}" in text
        assert f"Assessed for eligibility n = {assessed}" in text


@pytest.mark.req("B1", "L6")
def test_nothing_in_the_diagram_depends_on_who_was_given_which_number(cast: Cast, signed_in: SignIn) -> None:
    course = Course("01", (ReviewState.SIGNED,), (), randomized=True, again=False)
    make(cast, [course, course])
    before = words(signed_in(cast.monitor).get(FLOW).content)
    with acting("system:tests"):
        Participant.objects.filter(SUBJID="01-001").update(RANDNO="R-X")
        Participant.objects.filter(SUBJID="01-002").update(RANDNO="R-01-001")
        Participant.objects.filter(SUBJID="01-001").update(RANDNO="R-01-002")
    after = words(signed_in(cast.monitor).get(FLOW).content)
    assert before.partition("As of")[0] == after.partition("As of")[0]
    assert before.partition("UTC")[2] == after.partition("UTC")[2]
