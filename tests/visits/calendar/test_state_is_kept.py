"""The stored state of a visit is what its form and the end of the study say, after any history."""

from datetime import date, timedelta
from random import Random

import pytest

from screening.models import Participant
from tests.visits import cast
from tests.visits.conftest import on
from trialsite.accounts.models import User
from trialsite.crf.outcomes import Outcome, Saved
from trialsite.crf.permissions import EntryClosed
from visits.calendar.leaving import NotRecorded, record_early_end, take_back_early_end
from visits.calendar.states import state_of
from visits.course import Course, courses_of
from visits.models import ScheduledVisit

TODAY = date(2026, 5, 20)
STEPS = 40


class History:
    """Random things that people do to one participant."""

    def __init__(self, by: User, participant: Participant, random: Random) -> None:
        self.by, self.participant, self.random = by, participant, random
        self.versions: dict[str, int] = {}
        self.done = 0

    def step(self) -> None:
        code = self.random.choice(["D1", "W2", "W4", "W6", "W8"])
        act = self.random.choice([self.take_place, self.take_place, self.miss, self.leave_open, self.leave])
        try:
            act(code)
        except (EntryClosed, NotRecorded):
            return
        self.done += 1

    def take_place(self, code: str) -> None:
        day = cast.DAY1 + timedelta(days=self.random.randint(0, 60))
        self.enter(code, SVSTDTC=day.isoformat(), SVCONTMO="ON-SITE", SVSTDTC_OK="1")

    def leave_open(self, code: str) -> None:
        missing = self.random.choice(["", "NOT DONE", "UNKNOWN"])
        self.enter(code, SVSTDTC="", SVSTDTC_ND=missing, SVCONTMO="PHONE")

    def enter(self, code: str, **typed: str) -> None:
        version = self.versions.get(code, 0)
        self.keep(
            code,
            cast.enter_again(self.by, self.participant, "SV", code, version=version, reason="r", **typed),
        )

    def miss(self, code: str) -> None:
        self.keep(code, cast.miss(self.by, self.participant, code, version=self.versions.get(code, 0)))

    def keep(self, code: str, outcome: Outcome) -> None:
        assert isinstance(outcome, Saved), outcome
        self.versions[code] = outcome.record.version

    def leave(self, code: str) -> None:
        seen = self.participant.left_on
        if seen is not None and self.random.random() < 0.5:
            take_back_early_end(by=self.by, participant=self.participant, seen=seen, reason="r")
            return
        day = cast.DAY1 + timedelta(days=self.random.randint(0, 60))
        record_early_end(
            by=self.by, participant=self.participant, left_on=day, because="OTHER", seen=seen, reason="r"
        )


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(3))
def test_the_stored_state_is_that_of_the_forms_after_any_history(
    coordinator: User, participant: Participant, seed: int
) -> None:
    history = History(coordinator, participant, Random(seed))
    seen = set()
    with on(TODAY):
        for _ in range(STEPS):
            history.step()
            participant.refresh_from_db()
            courses = courses_of(participant)
            visits = list(ScheduledVisit.objects.filter(participant=participant))
            for visit in visits:
                course = courses.get(visit.code, Course())
                state = state_of(course, visit.window_close, participant.left_on)
                assert visit.state == state, visit.code
                assert visit.took_place_on == course.took_place_on
                seen.add(visit.state)
            outstanding = set(ScheduledVisit.objects.outstanding().values_list("code", flat=True))
            assert outstanding == {visit.code for visit in visits if not visit.over}
    assert history.done > STEPS // 3
    assert len(seen) >= 3
