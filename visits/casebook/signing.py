"""An investigator's signature under the finished forms of a visit: what there is to sign, and signing it.

A form is signed in one version. Saving it again makes another version, which waits for a signature anew;
what was signed before stays (docs/adr/0024-visit-signatures.md). Forms that are masked at the visit are not
asked for: an investigator cannot answer for values that nobody may show them.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC
from typing import Any

from django.db.models import Max, QuerySet

from screening.models import Participant
from screening.signature import database_now
from screening.snapshot import digest
from trialsite.accounts.access import may, require, role_name
from trialsite.accounts.models import User
from trialsite.accounts.rights import Right
from trialsite.audit.context import acting, do_last
from trialsite.audit.tasks import anchor_soon
from trialsite.crf.forms import REGISTER
from trialsite.crf.lifecycle import RecordState
from trialsite.crf.models import Record
from trialsite.crf.study_lock import lock_refusal
from trialsite.protocol import FORMS, LOG_FORMS
from visits.casebook.contents import Contents, contents_of
from visits.casebook.models import SignedRecord, VisitSignature, VisitSummary
from visits.casebook.summaries import FINISHED, count_visits
from visits.windows import VISIT_BY_CODE

# Raises PasswordRefused unless this person has given their own password again.
PasswordCheck = Callable[[User], None]
MEANING = (
    "I have reviewed the forms of participant {SUBJID}, {visit}, that are listed with this signature. To the "
    "best of my knowledge they are complete and agree with the source."
)


class SigningRefused(Exception):
    """Nothing was signed. `reason` is a sentence for the person."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Stale(SigningRefused):
    """Nothing was signed, because the forms are not what the person saw."""


@dataclass(frozen=True)
class Signable:
    """A form of a visit that can stand under a signature; signed_version: the last one signed, 0 for none."""

    record: Record
    signed_version: int

    @property
    def finished(self) -> bool:
        """True when nothing is left to enter, so that it can be signed."""
        return self.record.state in FINISHED

    @property
    def waits(self) -> bool:
        """True when it is finished and this version of it is not signed."""
        return self.finished and self.signed_version != self.record.version

    @property
    def changed(self) -> bool:
        """True when an earlier version was signed."""
        return bool(self.signed_version) and self.signed_version != self.record.version


def place_label(visit: str) -> str:
    """The name of a visit; for forms that run through the study, "Events"."""
    return VISIT_BY_CODE[visit].label if visit in VISIT_BY_CODE else "Events"


def meaning_of(SUBJID: str, visit: str) -> str:
    """The sentence that the signature stands under."""
    return MEANING.format(SUBJID=SUBJID, visit=place_label(visit).lower())


def signable_forms(participant: Participant, visit: str, *, hold: bool = False) -> list[Signable]:
    """The records of a visit that a signature can cover; one query, two with hold.

    hold: keep everybody else from changing them until the transaction ends.
    """
    records = Record.objects.filter(participant=participant, visit=visit).exclude(state=RecordState.VOID)
    if hold:
        list(records.order_by("pk").select_for_update().values_list("pk"))
    found = records.annotate(signed_version=Max("signed__version"))
    codes = [*(form.code for form in FORMS), *(form.code for form in LOG_FORMS)]
    order = {code: place for place, code in enumerate(codes)}
    signables = [
        Signable(record, record.signed_version or 0)
        for record in found
        if record.form in REGISTER and not REGISTER[record.form].is_masked(visit)
    ]
    return sorted(signables, key=lambda each: (order.get(each.record.form, len(order)), each.record.repeat))


def seen_hash(forms: Iterable[Signable]) -> str:
    """What the person saw: the forms that wait, each in its version."""
    return digest({str(each.record.pk): each.record.version for each in forms if each.waits})


def sign_refusal(user: User, participant: Participant, forms: Iterable[Signable]) -> str | None:
    """Why this person cannot sign these forms now, as a sentence; None when they can."""
    if not may(user, Right.SIGN_VISIT, participant.site_id):
        return "Only an investigator of the site signs."
    if locked := lock_refusal():
        return locked
    known = list(forms)
    if not any(each.finished for each in known):
        return "No form is finished yet."
    if not any(each.waits for each in known):
        return "Every finished form is signed."
    return None


def sign_visit(
    *, by: User, participant: Participant, visit: str, password: PasswordCheck, seen: str
) -> VisitSignature:
    """Sign the finished forms of a visit whose present version is not signed; needs SIGN_VISIT at the site.

    visit: a visit's code or LOG_VISIT. seen: `seen_hash` of the page that was read. Raises NotAllowed,
    PasswordRefused, Stale, or SigningRefused with the reason.
    """
    require(by, Right.SIGN_VISIT, participant.site_id)
    password(by)
    role = role_name(by, Right.SIGN_VISIT, participant.site_id)
    with acting(by, role=role):
        forms = signable_forms(participant, visit, hold=True)
        if seen_hash(forms) != seen:
            raise Stale(
                "The forms have changed since you opened the page, so nothing was signed. Read it again."
            )
        if refusal := sign_refusal(by, participant, forms):
            raise SigningRefused(refusal)
        waiting = [each.record for each in forms if each.waits]
        contents = contents_of(waiting)
        signed = VisitSignature(
            participant=participant,
            visit=visit,
            signed_by=by,
            signer_name=by.full_name,
            signer_role=role,
            signed_at=database_now(),
            meaning=meaning_of(participant.SUBJID, visit),
        )
        records = [
            SignedRecord(
                signature=signed,
                record=record,
                version=record.version,
                state=record.state,
                content_hash=contents[record.pk].hash,
            )
            for record in waiting
        ]
        signed.content_hash = _content_hash(records)
        signed.signature = digest(statement(signed, records))
        signed.save(force_insert=True)
        SignedRecord.objects.bulk_create(records)
        do_last(count_visits, str(participant.pk), visit)
        anchor_soon()
    return signed


def statement(signed: VisitSignature, records: Iterable[SignedRecord]) -> dict[str, Any]:
    """Everything that the signature covers, as plain JSON; anybody can compute its SHA-256 anew (E2)."""
    return {
        "signature": str(signed.pk),
        "participant": str(signed.participant_id),
        "visit": signed.visit,
        "signer": signed.signed_by.username,
        "name": signed.signer_name,
        "role": signed.signer_role,
        "signed_at": signed.signed_at.astimezone(UTC).isoformat(timespec="microseconds"),
        "meaning": signed.meaning,
        "content_hash": signed.content_hash,
        "records": sorted([str(each.record_id), each.version, str(each.state)] for each in records),
    }


def flaw(signed: VisitSignature, records: list[SignedRecord], now: dict[Any, Contents]) -> str | None:
    """Why what is stored is not what was signed, as a sentence; None when the signature holds.

    now: the contents of the records; one that was saved again since is not compared.
    """
    if (
        digest(statement(signed, records)) != signed.signature
        or _content_hash(records) != signed.content_hash
    ):
        return "The signature does not match what is stored with it."
    for each in records:
        held = now.get(each.record_id)
        if held and held.record.version == each.version and held.hash != each.content_hash:
            return "A value was altered past the application since it was signed."
    return None


def unsigned_visits(sites: Iterable[str]) -> QuerySet[VisitSummary]:
    """The visits of these sites (codes) that took place, lack no form, and wait for a signature.

    Events that run through the study are among them under LOG_VISIT.
    """
    return VisitSummary.objects.filter(
        site__in=list(sites), took_place_on__isnull=False, missing=0, unsigned__gt=0
    )


def _content_hash(records: Iterable[SignedRecord]) -> str:
    return digest({str(each.record_id): each.content_hash for each in records})
