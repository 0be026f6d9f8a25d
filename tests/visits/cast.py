"""A fixed cast: two sites, people with roles, and participants who have their schedule."""

import itertools
import uuid
from datetime import date

from randomization.models import TreatmentRequest
from randomization.signals import number_given
from screening.models import Participant
from trialsite.accounts.models import Membership, Role, Site, User
from trialsite.audit.context import acting
from trialsite.crf.actions import mark_not_done, save_record
from trialsite.crf.outcomes import Outcome

DAY1 = date(2026, 3, 16)
_number = itertools.count(1)


def make_site(code: str = "01", time_zone: str = "Asia/Shanghai") -> Site:
    """A hospital."""
    with acting("system:tests"):
        return Site.objects.create(code=code, name=f"Hospital {code}", time_zone=time_zone)


def make_person(role: Role, site: Site | None, *, email: bool = True, active: bool = True) -> User:
    """Somebody with a role at a site, or in the whole study."""
    name = f"{role.value.lower().replace('_', '')}{next(_number)}"
    with acting("system:tests"):
        user: User = User.objects.create(
            username=name,
            full_name=name.title(),
            email=f"{name}@example.org" if email else "",
            is_active=active,
        )
        Membership.objects.create(user=user, role=role, site=site)
    return user


def make_participant(by: User, site: Site, *, day1: date | None = DAY1) -> Participant:
    """A participant who consented; with Day 1, the treatment number was given and the schedule is open."""
    with acting(by):
        place = Participant.objects.filter(site=site).count() + 1
        participant = Participant.objects.create(
            SUBJID=f"{site.code}-{place:03}", site=site, RFICDTC=date(2026, 3, 2), registered_by=by
        )
        if day1 is not None:
            participant.RANDNO, participant.day1 = f"R{site.code}{place:04}", day1
            participant.save()
            number_given.send(sender=TreatmentRequest, participant=participant, request=None)
    return participant


def enter(by: User, participant: Participant, form: str, visit: str, **typed: str) -> Outcome:
    """Submit a form for the first time."""
    return save_record(
        by=by, participant=participant, form=form, visit=visit, typed=typed, version=0, key=uuid.uuid4()
    )


def enter_again(
    by: User, participant: Participant, form: str, visit: str, *, version: int = 1, reason: str, **typed: str
) -> Outcome:
    """Correct a form."""
    return save_record(
        by=by,
        participant=participant,
        form=form,
        visit=visit,
        typed=typed,
        version=version,
        key=uuid.uuid4(),
        reason=reason,
    )


def miss(by: User, participant: Participant, visit: str, *, version: int = 0) -> Outcome:
    """Record that a visit was missed."""
    return mark_not_done(
        by=by, participant=participant, form="SV", visit=visit, version=version, reason="Visit missed"
    )
