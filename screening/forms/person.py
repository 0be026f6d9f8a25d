"""What computed values need to know of the person: date of birth, sex, weight."""

from typing import Any

from django.db import connection

from trialsite.crf.lifecycle import RecordState
from trialsite.protocol import SCREENING_VISIT

# Constant SQL: every page of the laboratory form runs it. The weight of the visit, else of screening.
_PERSON = """
SELECT d."BRTHDTC", d."SEX", (
  SELECT v."WEIGHT" FROM crf_record w JOIN screening_vitalsigns v ON v.record_id = w.id
  WHERE w.participant_id = %(participant)s AND w.form = 'VS' AND w.repeat = 0 AND w.state <> %(not_done)s
    AND w.visit IN (%(visit)s, %(screening)s) AND v."WEIGHT" IS NOT NULL
  ORDER BY w.visit = %(visit)s DESC LIMIT 1)
FROM (SELECT 1) one LEFT JOIN (
  SELECT m."BRTHDTC", m."SEX" FROM crf_record r JOIN screening_demographics m ON m.record_id = r.id
  WHERE r.participant_id = %(participant)s AND r.form = 'DM' AND r.visit = %(screening)s AND r.repeat = 0
    AND r.state <> %(not_done)s) d ON true
"""


def person_at(participant: Any, visit: str) -> dict[str, Any]:
    """BRTHDTC (date), SEX (M, F or ""), WEIGHT (kg, of this visit, else of screening); None for the unknown.

    One query.
    """
    given = {
        "participant": participant.pk,
        "visit": visit,
        "screening": SCREENING_VISIT,
        "not_done": RecordState.NOT_DONE,
    }
    with connection.cursor() as cursor:
        cursor.execute(_PERSON, given)
        born, sex, weight = cursor.fetchone()
    return {"BRTHDTC": born, "SEX": sex or "", "WEIGHT": weight}
