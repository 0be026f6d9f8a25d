"""Everything that a decision about a participant's eligibility rests on, read at one moment."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from screening.criteria import Assessment, Overall, ProtocolTables, Readings, assess, readings_under
from screening.facts import Facts
from screening.gathering import Entries, entries_of
from screening.models import EligibilityReview, Participant
from screening.protocol_tables.loading import tables_in_force
from screening.review_states import LIVE
from screening.snapshot import Snapshot, changed_values, content_hash, differences, frozen_tables, take


@dataclass(frozen=True)
class Case:
    """A participant, what the criteria say for the planned randomization, and the review that counts.

    `tables` is the protocol version under which this is judged: that of the live review, which keeps it, else
    the one `in_force` today at the site.
    """

    participant: Participant
    entries: Entries
    facts: Facts
    assessment: Assessment
    snapshot: Snapshot
    review: EligibilityReview | None
    tables: ProtocolTables
    in_force: ProtocolTables

    @property
    def readings(self) -> Readings:
        """The readings under which this case is judged, on whichever day."""
        return readings_under(self.tables)

    def on(self, day: date) -> Assessment:
        """What the criteria say when randomization takes place on another day than planned."""
        return assess(self.entries.facts(day), readings=self.readings)

    @property
    def newer(self) -> ProtocolTables | None:
        """The version in force, when it is a newer one than this case is judged under."""
        return self.in_force if self.in_force.number > self.tables.number else None

    @cached_property
    def content_hash(self) -> str:
        """The hash of what the data say now."""
        return content_hash(self.snapshot)

    @property
    def eligible(self) -> bool:
        """True when every criterion is decided, and in the participant's favour."""
        return self.assessment.overall is Overall.ELIGIBLE

    @property
    def consented(self) -> bool:
        """True when consent is recorded as given."""
        return self.facts.get("DS", "RFICYN").value == "Y"

    @cached_property
    def stale(self) -> list[str]:
        """What is no longer as it was submitted, in words; empty when all is, or nothing was submitted.

        Rules that are newer than a treatment number do not reach back to it; changed values do.
        """
        if self.review is None:
            return []
        compare = changed_values if self.participant.RANDNO else differences
        return compare(self.review.snapshot, self.snapshot)


def case_of(participant: Participant) -> Case:
    """The case as it stands. To act on it, use `held_case`."""
    # The review is read before the values: a change between the two shows as a difference, never as none.
    review = live_review(participant)
    in_force = tables_in_force(participant.today())
    tables = frozen_tables(review.snapshot) if review else in_force
    return _judged(participant, entries_of(participant), review, tables, in_force)


def as_submitted_now(case: Case) -> Case:
    """The case as another submission freezes it: under the protocol version in force."""
    if case.newer is None:
        return case
    return _judged(case.participant, case.entries, case.review, case.in_force, case.in_force)


def _judged(
    participant: Participant,
    entries: Entries,
    review: EligibilityReview | None,
    tables: ProtocolTables,
    in_force: ProtocolTables,
) -> Case:
    facts = entries.facts()
    assessment = assess(facts, readings=readings_under(tables))
    snapshot = take(participant, facts, assessment, tables)
    return Case(participant, entries, facts, assessment, snapshot, review, tables, in_force)


def held_case(participant: Participant) -> Case:
    """The case, held until the transaction ends."""
    return case_of(hold(participant))


def hold(participant: Participant) -> Participant:
    """The participant as it is now, held until the transaction ends.

    Whoever decides, voids, or gives a number holds the participant first, so that each finds what the
    one before did. Entering data goes on meanwhile.
    """
    rows = Participant.objects.select_for_update(of=("self",), no_key=True).select_related("site")
    # A later screening is looked for afterwards: what is joined here is as it was before the wait.
    return rows.get(pk=participant.pk)


def live_review(participant: Participant) -> EligibilityReview | None:
    """The one review of the participant that counts, with the people in it."""
    return (
        EligibilityReview.objects.filter(participant=participant, state__in=LIVE)
        .select_related("submitted_by", "assigned_to", "signed_by")
        .first()
    )
