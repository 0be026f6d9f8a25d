"""The measurements: entry page, save, participant page, list, export, number."""

import json
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from itertools import count

from psycopg import sql

from tests.bench.browser import Person, hidden, inputs, median_seconds
from tests.bench.exports import exporting
from tests.bench.matrix import matrix_figures
from tests.bench.table import Figure
from tests.real_stack import Stack
from trialsite import environment

TABLE = "bench_laboratory"
DAY = "2026-03-02"

ROUNDS = 120
NUMBERS = 5
AT_ONCE = 100
_GIVEN = """
SELECT count(*), count(DISTINCT r."RANDNO")
FROM randomization_treatmentrequest r JOIN screening_participant p ON p.id = r.participant_id
WHERE kind = 'NUMBER' AND state IN ('ANSWERED', 'TAKEN_UP') AND p."SUBJID" = ANY (%s)
"""


def answers(port: int) -> bool:
    """Whether a server answers there."""
    try:
        urllib.request.urlopen(f"http://127.0.0.1:{port}/page", timeout=10).close()
    except urllib.error.HTTPError as answer:
        answer.close()
    except OSError:
        return False
    return True


def make_bare_table(stack: Stack) -> None:
    """The laboratory's columns without history, holding one filled row."""
    with stack.connect() as owner:
        columns = owner.execute(
            "SELECT string_agg(quote_ident(column_name), ', ') FROM information_schema.columns "
            "WHERE table_name = 'screening_laboratory' AND column_name <> 'record_id'"
        ).fetchone()
        assert columns is not None
        names = sql.SQL(str(columns[0]))  # quoted by the server
        table = sql.Identifier(TABLE)
        owner.execute(
            sql.SQL("CREATE TABLE {} AS SELECT {} FROM screening_laboratory LIMIT 1").format(table, names)
        )
        owner.execute(sql.SQL("ALTER TABLE {} ADD id bigserial PRIMARY KEY").format(table))
        owner.execute(sql.SQL("GRANT ALL ON {} TO trial_web").format(table))
        owner.execute(
            sql.SQL("GRANT ALL ON SEQUENCE {} TO trial_web").format(sql.Identifier(f"{TABLE}_id_seq"))
        )


def all_figures(stack: Stack, bare_port: int) -> list[Figure]:
    """Every figure, in the order of the table."""
    coordinator, bare = Person(stack.port), Person(bare_port)
    password = password_of(stack)
    coordinator.sign_in("coordinator", password)
    figures = [*entry_page(coordinator, bare), *saving(coordinator, bare), *pages(coordinator)]
    figures += [asking(stack, password), asking_at_once(stack, password)]
    figures += exporting(stack, password)
    return [*figures, *matrix_figures(stack, password)]


def password_of(stack: Stack) -> str:
    """The demonstration accounts' password of this stack."""
    return stack.manage("make_demo_accounts").rsplit(":", 1)[1].strip()


def entry_page(coordinator: Person, bare: Person) -> list[Figure]:
    """The largest screening form's page against as_div of the same columns."""
    ours = median_seconds(lambda: coordinator.get("/participants/01-001/S/LB/"), ROUNDS)
    theirs = median_seconds(lambda: bare.get("/page"), ROUNDS)
    return [
        Figure("crf_page_ms", ours * 1000, "ms"),
        Figure("bare_page_ms", theirs * 1000, "ms"),
        Figure("crf_page_over_bare", ours / theirs, "ratio", 0.35),
    ]


def saving(coordinator: Person, bare: Person) -> list[Figure]:
    """A correction of one value, with checks, reason, version and history, against a ModelForm's save."""
    address = "/participants/01-001/S/LB/"
    _, page = coordinator.get(address)
    typed = inputs(page)
    values = count(50)

    def save() -> None:
        nonlocal page
        _, page = coordinator.get(address)
        changed = typed | hidden(page) | {"CREAT": str(50 + next(values) % 30), "reason": "Typing error"}
        started = time.perf_counter()
        status, _ = coordinator.post(address, changed)
        spent.append(time.perf_counter() - started)
        assert status == 302, f"the save was answered with {status}"

    spent: list[float] = []
    median_seconds(save, ROUNDS)
    ours = sorted(spent)[len(spent) // 2]
    _, bare_page = bare.get("/page")
    fields = inputs(bare_page)

    def bare_post(path: str, changed: dict[str, str]) -> None:
        status, _ = bare.post(path, fields | changed)
        assert status == 204, f"{path} was answered with {status}"

    theirs = median_seconds(lambda: bare_post("/save", {"CREAT": str(50 + next(values) % 30)}), ROUNDS)
    raw = median_seconds(lambda: bare_post("/insert", {"LBDTC": DAY}), ROUNDS)
    return [
        Figure("crf_save_ms", ours * 1000, "ms"),
        Figure("modelform_save_ms", theirs * 1000, "ms"),
        Figure("raw_insert_ms", raw * 1000, "ms"),
        Figure("crf_save_over_modelform", ours / theirs, "ratio", 1.9),
        Figure("crf_save_over_insert", ours / raw, "ratio"),
    ]


def pages(coordinator: Person) -> list[Figure]:
    """The participant's page, and a list of 20."""
    return [
        Figure(
            "participant_page_ms",
            median_seconds(lambda: coordinator.get("/participants/01-001/"), ROUNDS) * 1000,
            "ms",
        ),
        Figure(
            "list_of_20_ms", median_seconds(lambda: coordinator.get("/participants/"), ROUNDS) * 1000, "ms"
        ),
    ]


def signed(stack: Stack, number: int) -> list[str]:
    """Participants who wait for their treatment number."""
    printed = subprocess.run(
        [sys.executable, "-m", "tests.bench.signed", str(number)],
        env=stack.env | {"DJANGO_SETTINGS_MODULE": "trialsite.settings"},
        cwd=environment.ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    made: list[str] = json.loads(printed)
    return made


def asking_at_once(stack: Stack, password: str) -> Figure:
    """From a hundred clicks at the same moment to the last of their numbers on its page."""
    numbers = signed(stack, AT_ONCE)
    people = [Person(stack.port) for _ in numbers]
    people[0].sign_in("investigator", password)
    for person in people[1:]:
        person.same_session_as(people[0])
    ready = threading.Barrier(AT_ONCE + 1)

    def ask(person: Person, SUBJID: str) -> None:
        address = f"/participants/{SUBJID}/number/"
        form = hidden(person.get(address)[1])
        person.close()  # the click opens a connection anew: no idle one is kept for long
        ready.wait()
        status, _ = person.post(f"{address}ask/", form)
        assert status == 302, f"asking was answered with {status}"

    with ThreadPoolExecutor(AT_ONCE) as pool, stack.connect() as owner:
        asked = [pool.submit(ask, *each) for each in zip(people, numbers, strict=True)]
        ready.wait()
        started = time.perf_counter()
        while owner.execute(_GIVEN, [numbers]).fetchone() != (AT_ONCE, AT_ONCE):
            for each in asked:
                if each.done():
                    each.result()  # raises what went wrong
            assert time.perf_counter() - started < 60, "not every number within 60 seconds"
            time.sleep(0.02)
        spent = time.perf_counter() - started
    return Figure("hundred_at_once_seconds", spent, "s", 10.0)


def asking(stack: Stack, password: str) -> Figure:
    """From the click to the number on the page, the vault idle; the median of a few participants."""
    numbers = signed(stack, NUMBERS)  # before signing in: the server keeps no idle connection for so long
    investigator = Person(stack.port)
    investigator.sign_in("investigator", password)
    times = []
    for SUBJID in numbers:
        address = f"/participants/{SUBJID}/number/"
        _, page = investigator.get(address)
        started = time.perf_counter()
        status, _ = investigator.post(f"{address}ask/", hidden(page))
        assert status == 302, f"asking was answered with {status}"
        while "KITNO" not in (page := investigator.get(address)[1]) and "Waiting" in page:
            assert time.perf_counter() - started < 30, "no number within 30 seconds"
        times.append(time.perf_counter() - started)
    return Figure("ask_to_number_seconds", sorted(times)[len(times) // 2], "s", 1.0)
