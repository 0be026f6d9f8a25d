"""The matrix of the study at 10,000 participants against 100, on a database made large by its owner.

Those who were randomized today, by the measurements before this one, are not counted: nothing of them is due.
"""

import subprocess
import sys

import psycopg
from psycopg import sql

from tests.bench.browser import Person, median_seconds
from tests.bench.table import Figure
from tests.real_stack import Stack
from trialsite import environment

FEW, MANY = 100, 10_000
ROUNDS = 60
VIEWS = ("", "?show=overdue", "?show=missing", "?show=queries", "?show=sign")
# Forms that a copied participant has of the one it is copied from; of Day 1 all, so that it can be signed.
FORMS = ("SV", "VS", "OX", "LB")
_FILLED = ("screening_participant", "visits_scheduledvisit", "crf_record", "screening_visitdates")
_COUNT = "import django; django.setup(); from visits.casebook import summaries; summaries.count_everything()"
_MAKE = """
CREATE TEMP TABLE made ON COMMIT DROP AS
WITH model AS (
    SELECT id, site_id, row_number() OVER (ORDER BY "SUBJID") - 1 AS place, count(*) OVER () AS number
    FROM screening_participant WHERE day1 < CURRENT_DATE AND "RANDNO" NOT LIKE 'BENCH%'
), wanted AS (
    SELECT n, n % (SELECT max(number) FROM model) AS place
    FROM generate_series(
        1, {many} - (SELECT count(*) FROM screening_participant WHERE day1 < CURRENT_DATE)
    ) AS n
)
SELECT model.id AS model, gen_random_uuid() AS id,
       model.site_id || '-' || (1000 + {start} + row_number() OVER (PARTITION BY model.site_id)) AS number,
       'BENCH' || {start} + wanted.n AS randno, wanted.n
FROM wanted JOIN model USING (place);
"""
_COPY = """
INSERT INTO screening_participant ({participant}, id, "SUBJID", "RANDNO")
SELECT {old_participant}, made.id, made.number, made.randno
FROM made JOIN screening_participant AS old ON old.id = made.model;
INSERT INTO visits_scheduledvisit ({visit}, id, participant_id)
SELECT {old_visit}, gen_random_uuid(), made.id
FROM made JOIN visits_scheduledvisit AS old ON old.participant_id = made.model;
CREATE TEMP TABLE copied ON COMMIT DROP AS
SELECT old.id AS model, gen_random_uuid() AS id, made.id AS participant, made.n, old.visit, old.form
FROM made JOIN crf_record AS old ON old.participant_id = made.model
-- Every third stayed away after Day 1, so that visits are overdue.
WHERE old.repeat = 0 AND (old.visit = 'D1' OR (old.form = ANY({forms}) AND made.n % 3 > 0));
INSERT INTO crf_record ({record}, id, participant_id)
SELECT {old_record}, copied.id, copied.participant
FROM copied JOIN crf_record AS old ON old.id = copied.model;
UPDATE crf_record SET open_queries = 1, has_queries = true
FROM copied
WHERE copied.id = crf_record.id AND copied.n % 5 = 0 AND copied.visit = 'D1' AND copied.form = 'VS';
INSERT INTO screening_visitdates ({dates}, record_id)
SELECT {old_dates}, copied.id FROM copied JOIN screening_visitdates AS old ON old.record_id = copied.model
"""


def matrix_figures(stack: Stack, password: str) -> list[Figure]:
    """The time of all views of the page for somebody who sees every site, few participants and many."""
    monitor = Person(stack.port)
    monitor.sign_in("monitor", password)
    times = []
    for start, number in ((0, FEW), (FEW, MANY)):
        _fill(stack, start, number)
        times.append(sum(_median(monitor, view) for view in VIEWS) / len(VIEWS))
    few, many = times
    return [
        Figure("matrix_100_ms", few * 1000, "ms"),
        Figure("matrix_10000_ms", many * 1000, "ms"),
        Figure("matrix_10000_over_100", many / few, "ratio", 1.2),
    ]


def _median(person: Person, view: str) -> float:
    def look() -> None:
        status, page = person.get(f"/participants/matrix/{view}")
        assert status == 200, f"the matrix was answered with {status}"
        assert '<th scope="row">' in page, f"nobody is listed by {view}"

    return median_seconds(look, ROUNDS)


def _fill(stack: Stack, start: int, number: int) -> None:
    """Copy the simulated participants until there are so many with a treatment number; count their visits."""
    with stack.connect() as owner, owner.transaction():
        for table in _FILLED:
            owner.execute(sql.SQL("ALTER TABLE {} DISABLE TRIGGER USER").format(sql.Identifier(table)))
        owner.execute(sql.SQL(_MAKE).format(many=sql.Literal(number), start=sql.Literal(start)))
        lists = {
            name: _columns(owner, table, keys)
            for name, table, keys in (
                ("participant", "screening_participant", ("id", "SUBJID", "RANDNO", "rescreen_of_id")),
                ("visit", "visits_scheduledvisit", ("id", "participant_id")),
                ("record", "crf_record", ("id", "participant_id")),
                ("dates", "screening_visitdates", ("record_id",)),
            )
        }
        named = {name: sql.SQL(", ").join(map(sql.Identifier, columns)) for name, columns in lists.items()}
        named |= {
            f"old_{name}": sql.SQL(", ").join(sql.Identifier("old", column) for column in columns)
            for name, columns in lists.items()
        }
        statement = sql.SQL(_COPY).format(forms=sql.Literal(list(FORMS)), **named)
        owner.execute(statement)
        owner.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in _FILLED:
            owner.execute(sql.SQL("ALTER TABLE {} ENABLE TRIGGER USER").format(sql.Identifier(table)))
    subprocess.run(
        [sys.executable, "-c", _COUNT],
        env=stack.env | {"DJANGO_SETTINGS_MODULE": "trialsite.settings"},
        cwd=environment.ROOT,
        check=True,
    )
    with stack.connect() as owner:
        owner.execute("VACUUM ANALYZE")


def _columns(owner: psycopg.Connection[tuple[object, ...]], table: str, keys: tuple[str, ...]) -> list[str]:
    """The columns of a table but for those that a copy has of its own."""
    found = owner.execute(
        "SELECT column_name FROM information_schema.columns "
        "WHERE table_name = %s AND table_schema = 'public'",
        [table],
    )
    return [str(name) for (name,) in found if name not in keys]
