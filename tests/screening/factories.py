"""A fixed cast and screened participants, reached through the same actions as in the application."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from screening.actions import sign_eligibility, submit_for_review
from screening.case import case_of
from screening.forms import EVERY_FORM
from screening.models import EligibilityReview, Participant
from screening.policies import number_refusal
from screening.registration import register_participant
from tests.screening.example import CONSENT, EXAMPLE, Data, changed
from trialsite.accounts import actions as accounts
from trialsite.accounts.models import Role, Site, User
from trialsite.crf.actions import save_record
from trialsite.crf.exchange import typed_from
from trialsite.crf.forms import form_by_code
from trialsite.crf.models import Record
from trialsite.crf.outcomes import Outcome, Saved
from trialsite.crf.storage import find
from trialsite.crf.typed import typed_of
from trialsite.protocol import SCREENING_VISIT

TESTS = "system:tests"
PASSWORD = "correct-horse-9-battery"


@dataclass(frozen=True)
class Cast:
    """Who works at site 01, who elsewhere, who in the whole study."""

    site: Site
    other_site: Site
    coordinator: User
    investigator: User
    second_investigator: User
    other_coordinator: User
    other_investigator: User
    lab_assessor: User
    monitor: User
    data_manager: User
    pharmacist: User
    statistician: User
    administrator: User

    def outside_site(self) -> list[User]:
        """The people of the other site."""
        return [self.other_coordinator, self.other_investigator]


def make_cast() -> Cast:
    """Two sites and everybody in them; all have the same password."""
    sites = {
        code: accounts.add_site(by=TESTS, code=code, name=f"Hospital {code}", time_zone="Asia/Shanghai")
        for code in ("01", "02")
    }

    def person(username: str, role: Role, site: str = "") -> User:
        user = accounts.add_person(
            by=TESTS, username=username, full_name=f"Dr {username.title()}", email=f"{username}@example.org"
        )
        accounts.set_password(by=TESTS, user=user, password=PASSWORD)
        accounts.give_role(by=TESTS, user=user, role=role, site=sites[site] if site else None)
        return user

    return Cast(
        site=sites["01"],
        other_site=sites["02"],
        coordinator=person("coordinator", Role.COORDINATOR, "01"),
        investigator=person("investigator", Role.INVESTIGATOR, "01"),
        second_investigator=person("second", Role.INVESTIGATOR, "01"),
        other_coordinator=person("elsewhere", Role.COORDINATOR, "02"),
        other_investigator=person("faraway", Role.INVESTIGATOR, "02"),
        lab_assessor=person("labassessor", Role.LAB_ASSESSOR, "01"),
        monitor=person("monitor", Role.MONITOR),
        data_manager=person("datamanager", Role.DATA_MANAGER),
        pharmacist=person("pharmacist", Role.PHARMACIST),
        statistician=person("statistician", Role.STATISTICIAN),
        administrator=person("administrator", Role.ADMINISTRATOR),
    )


def registered(by: User, site: Site) -> Participant:
    """A participant who consented on the day of the example."""
    return register_participant(
        by=by,
        site=site,
        RFICDTC=date.fromisoformat(CONSENT["RFICDTC"]),
        RFICTIM=time.fromisoformat(CONSENT["RFICTIM"]),
        ICVER=CONSENT["ICVER"],
        key=uuid.uuid4(),
    )


def eligible_participant(
    by: User, site: Site, changes: Mapping[str, Any] | None = None, *, without: tuple[str, ...] = ()
) -> Participant:
    """A participant with every screening form entered; eligible unless `changes` says otherwise.

    changes: as for example.changed, such as {"LB.PLAT": {"value": "40", "unit": "10^9/L"}}.
    without: codes of forms that are not entered.
    """
    participant = registered(by, site)
    data: Data = changed(changes or {})
    for form in EVERY_FORM:
        if form.code in EXAMPLE and form.code not in without and form.code != "DS":
            enter(by, participant, form.code, data[form.code])
    return participant


def enter(
    by: User, participant: Participant, form: str, data: Mapping[str, Any], *, reason: str = ""
) -> Record:
    """Enter or correct a whole form of the screening visit, given in the exchange format."""
    typed, unknown = typed_from(form_by_code(form), data)
    assert not unknown, unknown
    return save(by, participant, form, typed, reason=reason)


def correct(by: User, participant: Participant, name: str, **inputs: str) -> Record:
    """Change inputs of a stored form: correct(by, participant, "LB", PLAT="40"). An empty text clears one."""
    form = form_by_code(name)
    _, (instance, rows) = find(form, participant, SCREENING_VISIT, 0)
    assert instance is not None
    typed = typed_of(instance, rows, SCREENING_VISIT)
    return save(by, participant, name, typed | inputs, reason="Read again in the source.")


def save(
    by: User, participant: Participant, form: str, typed: Mapping[str, str], *, reason: str = ""
) -> Record:
    """Save typed inputs as a person would who confirms whatever the checks ask."""
    confirmed = {f"{name}_OK": "on" for name in typed}
    record = Record.objects.filter(
        participant=participant, form=form, visit=SCREENING_VISIT, repeat=0
    ).first()
    outcome: Outcome = save_record(
        by=by,
        participant=Participant.objects.select_related("site").get(pk=participant.pk),
        form=form,
        visit=SCREENING_VISIT,
        typed=confirmed | dict(typed),
        version=record.version if record else 0,
        key=uuid.uuid4(),
        reason=reason,
    )
    assert isinstance(outcome, Saved), outcome
    return outcome.record


def password_given(by: User) -> None:
    """Stands for a password that was typed and is right."""


def hash_now(participant: Participant) -> str:
    """The content hash that a page opened at this moment shows."""
    return case_of(participant).content_hash


def why_no_number(participant: Participant, on: date) -> str | None:
    """Why no treatment number may be given on a day, as the data stand."""
    return number_refusal(case_of(participant), on)


def signed_participant(
    cast: Cast, changes: Mapping[str, Any] | None = None
) -> tuple[Participant, EligibilityReview]:
    """An eligible participant of site 01, submitted by the coordinator and signed by the investigator."""
    participant = eligible_participant(cast.coordinator, cast.site, changes)
    submit_for_review(by=cast.coordinator, participant=participant)
    return participant, sign(cast.investigator, participant)


def sign(by: User, participant: Participant) -> EligibilityReview:
    """Sign as eligible what a page opened now shows."""
    return sign_eligibility(
        by=by, participant=participant, password=password_given, seen_hash=hash_now(participant)
    )
