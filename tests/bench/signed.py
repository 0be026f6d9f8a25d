"""Run as a process: invents participants who are signed for today, prints their numbers as JSON."""

import json
import sys
from collections import Counter
from datetime import timedelta
from random import Random

import django

django.setup()

from trialsite import clock  # noqa: E402
from trialsite.simulation.course import Course  # noqa: E402
from trialsite.simulation.patients import invent  # noqa: E402
from trialsite.simulation.people import teams  # noqa: E402
from trialsite.simulation.person import Person  # noqa: E402
from trialsite.simulation.supply import refill  # noqa: E402
from trialsite.simulation.vault_process import wait_for_answer  # noqa: E402


def signed(number: int) -> list[str]:
    """The SUBJIDs of participants at the first site who wait for their treatment number."""
    team = teams()[0]
    today = clock.today(team.site.time_zone)
    refill(team, Counter(), number)
    random = Random(7)
    made: list[str] = []
    while len(made) < number:
        person: Person = invent(random, today - timedelta(days=7))
        if person.failure or not person.finished or person.randomization != today:
            continue
        # Strata in turn: the list has room for the whole trial in one, and a demonstration is there already.
        if person.ild != (len(made) % 2 == 0):
            continue
        course = Course(person, team, random, today, Counter(), wait_for_answer, refill)
        participant = course.screen()
        course.submit(participant)
        if course.decide(participant):
            made.append(participant.SUBJID)
    return made


if __name__ == "__main__":
    print(json.dumps(signed(int(sys.argv[1]))))
