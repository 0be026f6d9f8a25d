"""Telling sponsor and medical monitor of a serious event: that there is one, never what it is (P2)."""

from uuid import UUID

from django.conf import settings

from screening.models import Participant
from visits.reminders.notice_models import Notice, NoticeKind


def tell(*, participant: Participant, about: UUID, kind: NoticeKind) -> None:
    """Write a line of the outbox for each of them, in the transaction that is open; once about one thing."""
    addresses = {settings.SPONSOR_EMAIL, settings.MEDICAL_MONITOR_EMAIL} - {""}
    Notice.objects.bulk_create(
        [
            Notice(participant=participant, about=about, address=address, kind=kind)
            for address in sorted(addresses)
        ],
        ignore_conflicts=True,
    )
