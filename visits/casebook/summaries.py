"""Keeping the counts of the visits right: one statement that counts them from the records.

It runs at the end of every transaction that saved a record (visits/receivers.py), and can count everything
anew at any time.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any

from django.db import connection

from trialsite.crf.codelists import NOT_DONE
from trialsite.crf.forms import REGISTER
from trialsite.crf.lifecycle import RecordState
from trialsite.protocol import EARLY_END_VISIT, FORMS, LOG_VISIT, SCREENING_VISIT, UNSCHEDULED, VISITS

FINISHED = (RecordState.COMPLETE, RecordState.NOT_DONE, RecordState.LOCKED)
# What began with the consent and is never missed; screening took place once the number was given.
FROM_CONSENT = (SCREENING_VISIT, LOG_VISIT)
PLACES = (*(visit.code for visit in VISITS), LOG_VISIT)

# Whoever counts for the same participant waits here; its own count then sees what the others committed.
_HOLD = "SELECT pg_advisory_xact_lock(hashtextextended(%(participant)s, 7377058));"
_COUNT = """
INSERT INTO visits_visitsummary AS kept
    (participant_id, visit, "SUBJID", site_id, window_open, window_close, took_place_on, missed, closed,
     missing, queries, unsigned, changed, signed)
SELECT person.id, place.visit, person."SUBJID", person.site_id,
       CASE WHEN place.visit = %(early_end)s THEN person.left_on ELSE planned.window_open END,
       planned.window_close,
       CASE WHEN place.visit = %(log)s OR (place.visit = %(screening)s AND person.day1 IS NOT NULL)
            THEN person."RFICDTC"
            WHEN day.state <> %(not_done)s AND dates."SVSTDTC_ND" <> %(date_not_done)s
            THEN dates."SVSTDTC" END,
       place.visit <> ALL(%(from_consent)s) AND coalesce(
           day.state = %(not_done)s OR dates."SVSTDTC_ND" = %(date_not_done)s, false),
       coalesce(planned.window_close >= person.left_on, false),
       greatest(0, place.asked - counted.done),
       counted.queries, counted.unsigned, counted.changed, counted.signed
FROM screening_participant AS person
CROSS JOIN unnest(%(visits)s::text[], %(asked)s::int[]) AS place (visit, asked)
LEFT JOIN visits_scheduledvisit AS planned
       ON planned.participant_id = person.id AND planned.code = place.visit
LEFT JOIN crf_record AS day
       ON day.participant_id = person.id AND day.visit = place.visit AND day.form = 'SV' AND day.repeat = 0
LEFT JOIN screening_visitdates AS dates ON dates.record_id = day.id
CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE finished AND repeat = 0 AND where_asked) AS done,
           coalesce(sum(open_queries), 0) AS queries,
           count(*) FILTER (WHERE finished AND signed IS DISTINCT FROM version) AS unsigned,
           count(*) FILTER (WHERE finished AND signed <> version) AS changed,
           count(*) FILTER (WHERE finished AND signed = version) AS signed,
           count(*) AS records
    FROM (
        SELECT record.repeat, record.version, record.open_queries,
               record.state = ANY(%(finished)s) AS finished,
               record.visit || ' ' || record.form = ANY(%(asked_forms)s) AS where_asked,
               (SELECT max(each.version) FROM visits_signedrecord AS each
                 WHERE each.record_id = record.id) AS signed
        FROM crf_record AS record
        WHERE record.participant_id = person.id AND record.visit = place.visit
          AND record.visit || ' ' || record.form <> ALL(%(masked)s)
    ) AS known
) AS counted
WHERE (%(participant)s::uuid IS NULL OR person.id = %(participant)s::uuid)
  AND (planned.id IS NOT NULL OR counted.records > 0
       OR (place.visit = %(screening)s AND person.day1 IS NOT NULL)
       OR (place.visit = %(early_end)s AND person.left_on IS NOT NULL))
ON CONFLICT (participant_id, visit) DO UPDATE SET
    (window_open, window_close, took_place_on, missed, closed, missing, queries, unsigned, changed, signed)
  = (EXCLUDED.window_open, EXCLUDED.window_close, EXCLUDED.took_place_on, EXCLUDED.missed, EXCLUDED.closed,
     EXCLUDED.missing, EXCLUDED.queries, EXCLUDED.unsigned, EXCLUDED.changed, EXCLUDED.signed)
"""


def count_visits(participant: str, visit: str = "") -> None:
    """Count a participant's visits anew (the key as text), or one of them."""
    _run(_HOLD + _COUNT, participant, (visit,) if visit else PLACES)


def count_everything() -> None:
    """Count every visit of the study anew."""
    _run(_COUNT, None, PLACES)


@cache
def expected_forms(visit: str) -> tuple[str, ...]:
    """The codes of the forms that the schedule asks for at a visit and that are not masked there.

    An unscheduled visit offers its forms and asks for none.
    """
    if visit in UNSCHEDULED:
        return ()
    return tuple(
        each.code
        for each in FORMS
        if visit in each.visits
        and not each.if_ild
        and each.code in REGISTER
        and not REGISTER[each.code].is_masked(visit)
    )


def _run(statement: str, participant: str | None, visits: Sequence[str]) -> None:
    if not set(visits) <= set(PLACES):
        return
    asked = {visit: expected_forms(visit) for visit in visits}
    with connection.cursor() as cursor:
        cursor.execute(
            statement,
            _constants()
            | {
                "participant": participant,
                "visits": list(visits),
                "asked": [len(forms) for forms in asked.values()],
                "asked_forms": [f"{visit} {form}" for visit, forms in asked.items() for form in forms],
            },
        )


@cache
def _constants() -> dict[str, Any]:
    return {
        "early_end": EARLY_END_VISIT,
        "from_consent": list(FROM_CONSENT),
        "log": LOG_VISIT,
        "screening": SCREENING_VISIT,
        "not_done": RecordState.NOT_DONE.value,
        "date_not_done": NOT_DONE,
        "finished": [state.value for state in FINISHED],
        "masked": [
            f"{visit} {form.code}" for form in REGISTER.values() for visit in PLACES if form.is_masked(visit)
        ],
    }
