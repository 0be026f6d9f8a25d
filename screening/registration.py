"""Registering a participant: the number, and the consent form that comes with it."""

import uuid
from collections.abc import Mapping
from datetime import date, time

from screening.forms.consent import Consent
from screening.models import Participant
from trialsite import clock
from trialsite.accounts.access import require, role_name
from trialsite.accounts.models import Site, User
from trialsite.accounts.rights import Right
from trialsite.audit.context import acting
from trialsite.crf.actions import save_record
from trialsite.crf.models import Record, Submission
from trialsite.crf.outcomes import Saved
from trialsite.crf.reading import read
from trialsite.crf.typed import text_of
from trialsite.protocol import SCREENING_VISIT

LAST_NUMBER = 999


class RegistrationRefused(Exception):
    """Nobody was registered. `refusals` says of each field what is allowed; "" is the whole form."""

    def __init__(self, refusals: Mapping[str, str]) -> None:
        super().__init__(" ".join(refusals.values()))
        self.refusals = dict(refusals)


def register_participant(
    *,
    by: User,
    site: Site,
    RFICDTC: date,
    RFICTIM: time,
    ICVER: str,
    key: uuid.UUID,
    rescreen_of: Participant | None = None,
) -> Participant:
    """Give the site's next number to a person who has consented, and keep the consent form (B2, P1).

    rescreen_of: the ended screening of the same person; `screening.rescreening` decides about it.
    One transaction; the same key registers once (F7). NotAllowed without the right at the site;
    RegistrationRefused for a consent that cannot be (a date in the future, an identifying version).
    """
    require(by, Right.REGISTER_PARTICIPANT, site)
    typed = {"RFICYN": "Y", "RFICDTC": text_of(RFICDTC), "RFICTIM": text_of(RFICTIM), "ICVER": ICVER}
    _require_readable(typed, clock.today(site.time_zone))
    with acting(by, role=role_name(by, Right.REGISTER_PARTICIPANT, site)):
        # Registrations of a site wait for each other here, so that its numbers have no gap and no double.
        Site.objects.select_for_update(no_key=True).get(pk=site.pk)
        if before := registered_with(key, site):
            return before
        participant = Participant.objects.create(
            SUBJID=_next_number(site),
            site=site,
            RFICDTC=RFICDTC,
            registered_by=by,
            rescreen_of=rescreen_of,
        )
        saved = save_record(
            by=by,
            participant=participant,
            form=Consent.code,
            visit=SCREENING_VISIT,
            typed=typed,
            version=0,
            key=key,
        )
        if not isinstance(saved, Saved):
            raise RegistrationRefused({"": "The consent form could not be saved. Nothing was registered."})
    return participant


def registered_with(key: uuid.UUID, site: Site) -> Participant | None:
    """The participant that this key has registered at the site already; None when it has none."""
    used = Submission.objects.filter(key=key, form=Consent.code).values("participant")
    return Participant.objects.filter(site=site, pk__in=used).first()


def follow_consent(record: Record) -> None:
    """Keep the participant's date of consent the same as on a consent form that was just saved."""
    consented = Consent.objects.filter(pk=record.pk).values_list("RFICDTC", flat=True).first()
    if consented is not None:
        Participant.objects.filter(pk=record.participant_id).exclude(RFICDTC=consented).update(
            RFICDTC=consented
        )


def _require_readable(typed: Mapping[str, str], today: date) -> None:
    reading = read(Consent, typed, visit=SCREENING_VISIT, context={"TODAY": today, "CONSENT": None})
    refusals = {
        name: "Registration needs the whole consent form." for name in reading.unanswered if name in typed
    }
    # A refused answer counts as unanswered too; what is allowed says more.
    refusals |= {problem.field: problem.message for problem in reading.refused}
    if refusals:
        raise RegistrationRefused(refusals)


def _next_number(site: Site) -> str:
    last = Participant.objects.filter(site=site).order_by("-SUBJID").values_list("SUBJID", flat=True).first()
    number = 1 if last is None else int(last.removeprefix(f"{site.code}-")) + 1
    if number > LAST_NUMBER:
        raise RegistrationRefused({"": f"Site {site.code} has given all its numbers, 001 to {LAST_NUMBER}."})
    return f"{site.code}-{number:03d}"
