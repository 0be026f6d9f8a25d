"""Making and moving the appointment of a visit."""

from collections.abc import Iterable
from datetime import date, datetime, time

from django.db.models.functions import Now

from trialsite.accounts.access import require, role_name
from trialsite.accounts.models import User
from trialsite.accounts.rights import Right
from trialsite.audit.context import acting
from trialsite.crf.study_lock import lock_refusal
from visits.calendar.booking import booking_refusal, over_refusal
from visits.calendar.moments import DAYTIME, moment_of
from visits.calendar.settling import refresh_left_on, settle_deviations
from visits.calendar.states import VisitState
from visits.models import ScheduledVisit
from visits.windows import WindowState, window_state


class NotBookable(Exception):
    """The appointment was not made. `reason` is a sentence for the person."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class BookedMeanwhile(NotBookable):
    """Somebody else booked the visit after the page was opened; `theirs` is the visit as it stands now."""

    def __init__(self, theirs: ScheduledVisit) -> None:
        clock = theirs.booked_clock()
        when = f"{clock:%Y-%m-%d at %H:%M}" if clock else "no day"
        super().__init__(f"Meanwhile somebody else booked it for {when}. Look at it again.")
        self.theirs = theirs


def book_visit(
    *,
    by: User,
    visit: ScheduledVisit,
    on: date,
    at: time = DAYTIME,
    seen: datetime | None = None,
    reason: str = "",
    place: str = "",
    mode: str = "",
) -> ScheduledVisit:
    """Make or move the appointment of a visit; needs BOOK_VISITS at the site.

    on, at: day and time on the clocks of the site. seen: the appointment that the person saw when choosing.
    reason: why it is moved, or why `on` lies outside the window; that proposes a deviation, which is
    withdrawn when the appointment comes back inside. Raises NotAllowed, or NotBookable with the reason.
    """
    participant = visit.participant
    require(by, Right.BOOK_VISITS, participant.site_id)
    reason, place = reason.strip(), place.strip()
    with acting(by, role=role_name(by, Right.BOOK_VISITS, participant.site_id), reason=reason):
        left_on = refresh_left_on(participant)
        visit = ScheduledVisit.objects.select_for_update().get(pk=visit.pk)
        visit.participant = participant
        refusal = lock_refusal() or over_refusal(VisitState(visit.state), visit.took_place_on, left_on)
        if refusal:
            raise NotBookable(refusal)
        if visit.booked_at != seen:
            raise BookedMeanwhile(visit)
        moment = moment_of(on, at, participant.site.zone)
        if moment is None:
            raise NotBookable(f"On {on.isoformat()} the clocks skip {at:%H:%M}. Choose another time.")
        refusal = booking_refusal(
            opens=visit.window_open,
            closes=visit.window_close,
            on=on,
            moved=visit.booked_at not in (None, moment),
            reason=reason,
            place=place,
            today=participant.today(),
        )
        if refusal:
            raise NotBookable(refusal)
        inside = window_state(on, visit.window_open, visit.window_close) is WindowState.INSIDE
        visit.booked_at, visit.booked_on = moment, on
        visit.booked_place, visit.booked_mode = place, mode
        visit.booking_reason = "" if inside else reason
        ScheduledVisit.objects.filter(pk=visit.pk).update(
            booked_at=moment,
            booked_on=on,
            booked_place=place,
            booked_mode=mode,
            booking_reason=visit.booking_reason,
            changed_at=Now(),
        )
        settle_deviations(participant, [visit])
    return visit


def same_day(visit: ScheduledVisit, on: date) -> Iterable[ScheduledVisit]:
    """The other appointments of the site on a day, in their order; one query. Double booking is shown, never
    refused: who has two rooms may see two participants at once."""
    return (
        ScheduledVisit.objects.outstanding()
        .filter(participant__site=visit.participant.site_id, booked_on=on)
        .exclude(pk=visit.pk)
        .select_related("participant")
        .order_by("booked_at", "id")
    )
