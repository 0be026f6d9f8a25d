"""What the export holds of the dose gate: the assessor's word without its masked reason, overrides, sums."""

from collections.abc import Iterator

from psycopg import sql

from trialsite.export.tables import Table, inert

_ADVICE = sql.SQL(
    """
SELECT p.site_id AS "SITEID", p."SUBJID", d.visit AS "VISIT", d.advice AS "DAADVICE",
    d.laboratory_version AS "DALBVER", d.signer_name AS "DABY", d.signed_at AS "DADTC"
FROM visits_doseadvice d
JOIN screening_participant p ON p.id = d.participant_id
ORDER BY p."SUBJID", d.signed_at
"""
)
_OVERRIDES = sql.SQL(
    """
SELECT p.site_id AS "SITEID", p."SUBJID", d.visit AS "VISIT", d."on" AS "DODTC",
    (SELECT string_agg(gate, ' ' ORDER BY gate) FROM jsonb_array_elements_text(d.gates) gate) AS "DOGATES",
    {reason} AS "DOREAS", d.signer_name AS "DOBY", d.signed_at AS "DOSIGDTC"
FROM visits_doseoverride d
JOIN screening_participant p ON p.id = d.participant_id
ORDER BY p."SUBJID", d.signed_at
"""
)
# Derived: volumes of given doses for which both planned and given are known, as on the page of the doses.
_COMPLIANCE = sql.SQL(
    """
SELECT p.site_id AS "SITEID", p."SUBJID",
    count(*) FILTER (WHERE e."EXPERF" <> '') AS "EXRECN",
    count(*) FILTER (WHERE e."EXPERF" = 'Y') AS "EXGIVN",
    trim_scale(sum(e."EXDOSPLN") FILTER (WHERE {known})) AS "EXPLNSUM",
    trim_scale(sum(e."EXVOL") FILTER (WHERE {known})) AS "EXVOLSUM",
    round(
        100 * sum(e."EXVOL") FILTER (WHERE {known}) / nullif(sum(e."EXDOSPLN") FILTER (WHERE {known}), 0), 1
    )
        AS "EXVOLPCT",
    (SELECT count(*) FROM randomization_treatmentrequest t
        WHERE t.participant_id = p.id AND t."KITNO" IS NOT NULL) AS "KITN",
    (SELECT count(*) FROM randomization_treatmentrequest t JOIN randomization_kit k ON k."KITNO" = t."KITNO"
        WHERE t.participant_id = p.id AND k.state IN ('RETURNED', 'DESTROYED')) AS "KITRETN"
FROM screening_participant p
LEFT JOIN crf_record r ON r.participant_id = p.id AND r.form = 'EX' AND r.state NOT IN ('not done', 'void')
LEFT JOIN visits_dosegiven e ON e.record_id = r.id
WHERE p.day1 IS NOT NULL
GROUP BY p.id
ORDER BY p."SUBJID"
"""
)
_KNOWN = sql.SQL("""e."EXPERF" = 'Y' AND e."EXDOSPLN" IS NOT NULL AND e."EXVOL" IS NOT NULL""")


def doses() -> Iterator[Table]:
    """A line a word of the assessor, a line an override, a line a participant with the sums of the doses."""
    yield Table("dose_advice", sql.Composed([_ADVICE]))
    yield Table("dose_overrides", _OVERRIDES.format(reason=inert(sql.Identifier("d", "reason"))))
    yield Table("dose_compliance", _COMPLIANCE.format(known=_KNOWN))
