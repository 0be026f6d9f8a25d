"""Screenings made for the log: rows as the actions leave them, without the forms of a whole screening.

The constraints and triggers of the database hold for them as for any others.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

import psycopg
from django.db import connection

from screening.models import EligibilityReview, Participant
from screening.review_models import Decision
from screening.review_states import ReviewState
from trialsite.accounts.models import Site, User
from trialsite.audit.context import acting

HASH = "ab" * 32
CONSENTED = date(2026, 3, 2)
SIGNED = datetime(2026, 3, 6, 17, 30, tzinfo=UTC)  # the 7th in Shanghai
SUBMITTED = datetime(2026, 3, 4, 2, 5, tzinfo=UTC)


def participant(
    by: User,
    site: Site,
    number: int,
    *,
    on: date = CONSENTED,
    randomized: bool = False,
    after: Participant | None = None,
) -> Participant:
    """A participant with this number of the site, with a treatment number or not, screened before or not."""
    SUBJID = f"{site.code}-{number:03d}"
    given = {"RANDNO": f"R-{SUBJID}", "day1": date(2026, 3, 16)} if randomized else {}
    with acting("system:tests"):
        return Participant.objects.create(
            SUBJID=SUBJID, site=site, RFICDTC=on, registered_by=by, rescreen_of=after, **given
        )


def review(
    of: Participant,
    state: ReviewState,
    *,
    by: User,
    decision: Decision | None = None,
    failed: Sequence[str] = (),
    overall: str = "ineligible",
    note: str = "",
    submitted_at: datetime = SUBMITTED,
) -> EligibilityReview:
    """A review in this state. The decision follows from the state; for a void one it is given."""
    decision = decision or {
        ReviewState.SIGNED: Decision.APPROVED,
        ReviewState.RETURNED: Decision.RETURNED,
        ReviewState.SCREEN_FAILURE: Decision.SCREEN_FAILURE,
    }.get(state)
    if decision == Decision.APPROVED:
        overall = "eligible"
    signature: dict[str, Any] = {}
    if decision:
        signature = {
            "decision": decision,
            "signed_by": by,
            "signer_name": by.full_name,
            "signer_role": "INVESTIGATOR",
            "signed_at": SIGNED,
            "meaning": "as decided",
            "signature": HASH,
        }
    void = {"voided_at": SIGNED, "void_reason": "A value changed."} if state == ReviewState.VOIDED else {}
    with acting("system:tests"):
        return EligibilityReview.objects.create(
            participant=of,
            state=state,
            submitted_by=by,
            submitted_at=submitted_at,
            snapshot={"content": {"overall": overall}},
            content_hash=HASH,
            failed=list(failed),
            note=note,
            questions={"": "Which day?"} if decision == Decision.RETURNED else {},
            **signature,
            **void,
        )


_MANY_PARTICIPANTS = """
INSERT INTO screening_participant
    (id, "SUBJID", site_id, "RFICDTC", registered_by_id, registered_at, "RANDNO", day1, left_because)
SELECT gen_random_uuid(), %(site)s || '-' || lpad(n::text, 5, '0'), %(site)s, date '2024-01-01' + n / 10,
    %(by)s, now(), CASE WHEN n %% 10 < 4 THEN 'R-' || n ELSE '' END,
    CASE WHEN n %% 10 < 4 THEN date '2024-01-20' + n / 10 END, ''
FROM generate_series(1, %(many)s) n
"""
# For each ten participants: 4 randomized, 3 excluded (one of them after being sent back), 1 signed,
# 1 submitted, 1 not submitted. A snapshot as long as a real one, that is, stored outside its row.
_MANY_REVIEWS = """
INSERT INTO screening_eligibilityreview (id, participant_id, state, submitted_by_id, submitted_at, snapshot,
    content_hash, decision, signed_by_id, signer_name, signer_role, signed_at, meaning, signature, questions,
    failed, note, void_reason)
SELECT gen_random_uuid(), p.id, d.state, %(by)s, p."RFICDTC" + 2 + d.later, long.snapshot, %(hash)s,
    d.decision,
    CASE WHEN d.decision <> '' THEN %(by)s END, CASE WHEN d.decision <> '' THEN 'Dr Li' ELSE '' END,
    CASE WHEN d.decision <> '' THEN 'INVESTIGATOR' ELSE '' END,
    CASE WHEN d.decision <> '' THEN p."RFICDTC"::timestamptz + interval '5 days' END,
    CASE WHEN d.decision <> '' THEN 'as decided' ELSE '' END,
    CASE WHEN d.decision <> '' THEN %(hash)s ELSE '' END,
    CASE WHEN d.decision = 'returned' THEN '{"": "Which day?"}'::jsonb ELSE '{}' END,
    CASE WHEN d.decision = 'screen failure' THEN '["EX03", "IN05"]'::jsonb ELSE '[]' END, '', ''
FROM screening_participant p
JOIN (VALUES (0, 'signed', 'approved', 0), (1, 'signed', 'approved', 0), (2, 'signed', 'approved', 0),
    (3, 'signed', 'approved', 0), (4, 'screen failure', 'screen failure', 0),
    (5, 'screen failure', 'screen failure', 0), (6, 'returned', 'returned', 0),
    (6, 'screen failure', 'screen failure', 1), (7, 'signed', 'approved', 0), (8, 'submitted', '', 0)
) d (tenth, state, decision, later) ON d.tenth = right(p."SUBJID", 1)::int
CROSS JOIN LATERAL (
    SELECT jsonb_build_object('content', jsonb_build_object('overall',
        CASE WHEN d.decision = 'approved' THEN 'eligible' ELSE 'ineligible' END, 'values',
        (SELECT jsonb_agg(sha256((p.id::text || k)::bytea)) FROM generate_series(1, 120) k))) AS snapshot
) long
"""


def many(by: User, site: Site, number: int, owner: psycopg.Connection[Any]) -> None:
    """Screenings of one site in all states, made by the database, which then knows how many they are."""
    given: dict[str, int | str] = {"by": by.pk, "site": site.code, "many": number, "hash": HASH}
    with acting("system:tests"), connection.cursor() as cursor:
        cursor.execute(_MANY_PARTICIPANTS, given)
        cursor.execute(_MANY_REVIEWS, given)
    owner.execute("ANALYZE screening_participant, screening_eligibilityreview, accounts_user, accounts_site")
