"""The screening log: one entry a screening, newest first, in one query however many there are.

The entry shows the latest review of a participant. A live review is always the latest, and a void one
keeps the decision that it had, so nothing older decides anything.
"""

from collections.abc import Collection, Iterator
from contextlib import closing
from datetime import date
from itertools import starmap
from typing import Any

from django.db import connection

from screening.log_entry import Entry, Key, Wanted, next_month

PAGE = 25
_CHUNK = 2000

# What the log and the flow diagram both count, one line a participant. A treatment number outweighs what
# became of the signature later; a criterion that failed and a withdrawn consent are both reasons.
ROWS = """
SELECT p."SUBJID", p.site_id, s.time_zone, p."RFICDTC", p.registered_at, p.day1, r.*,
    u.full_name AS registered_name, b.full_name AS submitted_name,
    earlier."SUBJID" AS earlier, later."SUBJID" AS later,
    CASE WHEN p."RANDNO" <> '' THEN 'randomized'
         WHEN r.state = 'screen failure' OR c.withdrawn THEN 'excluded'
         WHEN r.state = 'signed' THEN 'eligible'
         WHEN r.state = 'submitted' THEN 'review'
         ELSE 'screening' END AS outcome,
    CASE WHEN p."RANDNO" <> '' THEN ARRAY[]::text[]
         ELSE coalesce(r.criteria, ARRAY[]::text[])
              || CASE WHEN c.withdrawn THEN ARRAY['CONSENT'] ELSE ARRAY[]::text[] END END AS reasons
FROM screening_participant p
JOIN accounts_site s ON s.code = p.site_id
JOIN accounts_user u ON u.id = p.registered_by_id
LEFT JOIN screening_participant earlier ON earlier.id = p.rescreen_of_id AND earlier.site_id = ANY(%(sites)s)
LEFT JOIN screening_participant later ON later.rescreen_of_id = p.id AND later.site_id = ANY(%(sites)s)
LEFT JOIN LATERAL (
    SELECT v.state, v.submitted_at, v.submitted_by_id, v.decision, v.signer_name, v.signed_at, v.voided_at,
        v.note, CASE WHEN v.state = 'screen failure' THEN v.snapshot #>> '{content,overall}' END AS overall,
        CASE WHEN v.state = 'screen failure' THEN ARRAY(SELECT jsonb_array_elements_text(v.failed)) END
            AS criteria
    FROM screening_eligibilityreview v WHERE v.participant_id = p.id ORDER BY v.submitted_at DESC LIMIT 1
) r ON true
LEFT JOIN accounts_user b ON b.id = r.submitted_by_id
CROSS JOIN LATERAL (
    SELECT EXISTS (
        SELECT FROM crf_record d JOIN screening_consent f ON f.record_id = d.id
        WHERE d.participant_id = p.id AND d.form = 'DS' AND f."RFICYN" = 'N') AS withdrawn
) c
WHERE p.site_id = ANY(%(sites)s)
    AND (%(begins)s::date IS NULL OR p."RFICDTC" >= %(begins)s AND p."RFICDTC" < %(ends)s)
"""
_ENTRIES = f"""
SELECT "SUBJID", site_id, time_zone, "RFICDTC", registered_name, registered_at, outcome, reasons,
    overall IS DISTINCT FROM 'undetermined', coalesce(submitted_name, ''), submitted_at,
    coalesce(decision, ''), coalesce(signer_name, ''), signed_at, voided_at IS NOT NULL,
    coalesce(note, ''), day1, coalesce(earlier, ''), coalesce(later, '')
FROM ({ROWS}) entry
WHERE (%(outcome)s = '' OR outcome = %(outcome)s)
    AND (%(reason)s = '' OR %(reason)s = ANY(reasons))
    AND (%(on)s::date IS NULL OR ("RFICDTC", "SUBJID") < (%(on)s, %(number)s))
ORDER BY "RFICDTC" DESC, "SUBJID" DESC LIMIT %(limit)s
"""  # noqa: S608 - constants of this module
_MONTHS = 'SELECT min("RFICDTC"), max("RFICDTC") FROM screening_participant WHERE site_id = ANY(%s)'


def parameters_of(wanted: Wanted) -> dict[str, Any]:
    """The values of the placeholders in ROWS, and of the filters."""
    return {
        "sites": sorted(wanted.sites),
        "begins": wanted.month,
        "ends": next_month(wanted.month) if wanted.month else None,
        "outcome": wanted.outcome or "",
        "reason": wanted.reason,
    }


def page_of(wanted: Wanted, after: Key | None) -> tuple[list[Entry], Key | None]:
    """A page of the log, beginning after a key; and the key after which the next page begins, if any."""
    found = list(_run(wanted, after, PAGE + 1))
    return found[:PAGE], found[PAGE - 1].key if len(found) > PAGE else None


def every(wanted: Wanted) -> Iterator[Entry]:
    """The whole log, as it was at the first entry; read in pieces."""
    return _run(wanted, None, None)


def months_of(sites: Collection[str]) -> list[date]:
    """The first day of each month from the latest consent back to the first; one query."""
    with connection.cursor() as cursor:
        cursor.execute(_MONTHS, [sorted(sites)])
        first, last = cursor.fetchone()
    months: list[date] = []
    month = first.replace(day=1) if first else None
    while month and month <= last:
        months.append(month)
        month = next_month(month)
    return months[::-1]


def _run(wanted: Wanted, after: Key | None, limit: int | None) -> Iterator[Entry]:
    parameters = parameters_of(wanted) | {
        "on": after.RFICDTC if after else None,
        "number": after.SUBJID if after else "",
        "limit": limit,
    }
    with closing(connection.chunked_cursor() if limit is None else connection.cursor()) as cursor:
        cursor.execute(_ENTRIES, parameters)
        while rows := cursor.fetchmany(_CHUNK):
            yield from starmap(Entry, rows)
