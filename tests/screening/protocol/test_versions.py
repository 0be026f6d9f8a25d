"""A published version is whole, immutable, numbered without a gap, and made by the administrator alone."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.test import RequestFactory

from screening.actions import typed_password
from screening.criteria.tables import REGISTERED, Listed, ProtocolTables
from screening.protocol_tables.differences import differences
from screening.protocol_tables.loading import latest_tables, tables_in_force
from screening.protocol_tables.models import ProtocolVersion
from screening.protocol_tables.publishing import VersionRefused, publish_version
from tests.screening.factories import Cast, make_cast, password_given
from tests.screening.protocol.versions import JAK, RITUXIMAB, STAYS, WITHIN_A_YEAR, publish, today
from trialsite.accounts.access import NotAllowed
from trialsite.accounts.passwords import PasswordRefused
from trialsite.audit.reading import history_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def test_the_first_version_is_the_registration_and_has_no_tables() -> None:
    assert tables_in_force(today()) == REGISTERED
    assert (REGISTERED.number, REGISTERED.prohibited, REGISTERED.attestations) == (1, (), ())


@pytest.mark.req("A1")
def test_a_version_reads_back_as_it_was_published_and_history_has_its_reason(cast: Cast) -> None:
    version = publish(cast.administrator, prohibited=[JAK, RITUXIMAB], attestations=[WITHIN_A_YEAR])
    assert tables_in_force(today()) == ProtocolTables(
        2, "version 2, Amendment 1", (JAK, RITUXIMAB), (WITHIN_A_YEAR,)
    )
    changes = history_of("screening_protocolversion", str(version.pk))
    assert {(change.column, change.reason) for change in changes} >= {("number", "Amendment 1")}


def test_a_version_counts_from_its_day_on(cast: Cast) -> None:
    tomorrow = today() + timedelta(days=1)
    publish(cast.administrator, prohibited=[JAK], effective=tomorrow)
    assert tables_in_force(today()).number == 1
    assert tables_in_force(tomorrow).number == 2
    assert latest_tables().number == 2
    with pytest.raises(VersionRefused, match="never reaches back"):
        publish(cast.administrator, prohibited=[RITUXIMAB])
    with pytest.raises(VersionRefused, match="never reaches back"):
        publish(cast.administrator, prohibited=[RITUXIMAB], effective=today() - timedelta(days=1))


@pytest.mark.req("C1")
@pytest.mark.parametrize(
    "who",
    ["coordinator", "investigator", "lab_assessor", "monitor", "data_manager", "pharmacist", "statistician"],
)
def test_nobody_but_the_administrator_publishes(cast: Cast, who: str) -> None:
    with pytest.raises(NotAllowed):
        publish(getattr(cast, who), prohibited=[JAK])
    assert not ProtocolVersion.objects.exists()


@pytest.mark.req("E3")
def test_a_wrong_password_publishes_nothing(cast: Cast) -> None:
    request = RequestFactory().post("/")
    request.user = cast.administrator
    with pytest.raises(PasswordRefused):
        publish_version(
            by=cast.administrator,
            password=typed_password(request, "not the password"),
            tables=ProtocolTables(2, "version 2", (JAK,)),
            reason="Amendment 1",
            effective=today(),
        )
    assert not ProtocolVersion.objects.exists()


@pytest.mark.parametrize(
    ("prohibited", "attestations", "says"),
    [
        ((), (), "Nothing is different"),
        ((JAK, JAK), (), "stands 2 times"),
        ((replace(JAK, members=()),), (), "name its drugs"),
        ((replace(RITUXIMAB, members=("rituximab",)),), (), "only a class"),
        ((replace(RITUXIMAB, name="-"),), (), "is no name"),
        ((replace(RITUXIMAB, synonyms=("x" * 101,)),), (), "is no name"),
        ((replace(RITUXIMAB, window_days=-1),), (), "0 to 3650"),
        ((replace(RITUXIMAB, window_days=3651),), (), "0 to 3650"),
        ((replace(RITUXIMAB, note="13812345678"),), (), "telephone number"),
        ((), (replace(STAYS, code="IN05"),), "no code"),
        ((), (replace(STAYS, code="EX06"),), "no code"),
        ((), (STAYS, STAYS), "a code is given once"),
        ((), (replace(STAYS, question=""),), "are needed"),
    ],
)
def test_what_cannot_be_a_version_is_refused_with_what_is_allowed(
    cast: Cast, prohibited: Any, attestations: Any, says: str
) -> None:
    with pytest.raises(VersionRefused, match=says):
        publish(cast.administrator, prohibited=prohibited, attestations=attestations)
    assert not ProtocolVersion.objects.exists()


@pytest.mark.parametrize(("reason", "says"), [("  ", "Say why"), ("ask zhang@example.org", "e-mail")])
def test_a_version_has_a_reason_that_names_no_person(cast: Cast, reason: str, says: str) -> None:
    with pytest.raises(VersionRefused, match=says):
        publish(cast.administrator, prohibited=[JAK], reason=reason)


@pytest.mark.parametrize("window", [0, 3650])
def test_both_ends_of_the_window_are_allowed(cast: Cast, window: int) -> None:
    publish(cast.administrator, prohibited=[replace(RITUXIMAB, window_days=window)])
    assert tables_in_force(today()).prohibited[0].window_days == window


def test_of_two_who_publish_the_same_number_the_second_is_refused(cast: Cast) -> None:
    publish(cast.administrator, prohibited=[JAK])
    with pytest.raises(VersionRefused, match="published meanwhile"):
        publish_version(
            by=cast.administrator,
            password=password_given,
            tables=ProtocolTables(2, "version 2", (RITUXIMAB,)),
            reason="Amendment 2",
            effective=today(),
        )
    assert ProtocolVersion.objects.count() == 1


def test_neighbours_differ_by_what_was_added_removed_and_changed() -> None:
    before = ProtocolTables(2, "two", (JAK, RITUXIMAB), (WITHIN_A_YEAR,))
    longer = replace(JAK, window_days=60)
    found = differences(before, ProtocolTables(3, "three", (longer,), (WITHIN_A_YEAR, STAYS)))
    assert [(each.verb, each.row) for each in found] == [
        ("Changed", "JAK inhibitors, before screening"),
        ("Removed", "rituximab, before randomization"),
        ("Added", "IN07"),
    ]
    assert "30 days" in found[0].before
    assert "60 days" in found[0].after
    assert differences(before, before) == []


ROWS = {
    "screening_attestationquestion": """(version_id, number, code, "text", question)
        VALUES (%s, 9, 'IN09', 'x', 'x')""",
    "screening_prohibitedmedication": """(version_id, number, name, kind, synonyms, members, window_days,
        reference, note) VALUES (%s, 9, 'x', 'DRUG', '{}', '{}', 1, 'SCREENING', '')""",
}
TABLES = ("screening_protocolversion", "screening_prohibitedmedication", "screening_attestationquestion")


@pytest.mark.req("A9")
@pytest.mark.django_db(transaction=True)
def test_the_application_cannot_alter_a_published_version(web_db: psycopg.Connection[Any]) -> None:
    version = publish(make_cast().administrator, prohibited=[JAK], attestations=[WITHIN_A_YEAR])
    for table in TABLES:
        for statement in (f"UPDATE {table} SET number = 9", f"DELETE FROM {table}"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                web_db.execute(statement)
    for table, values in ROWS.items():
        with web_db.transaction(force_rollback=True):
            web_db.execute("SELECT set_config('edc.actor', 'system:test', true)")
            with pytest.raises(psycopg.errors.RaiseException, match="whole when it is made"):
                web_db.execute(f"INSERT INTO {table} {values}", [version.pk])


@pytest.mark.parametrize("column", ["synonyms", "members"])
def test_other_names_are_kept_apart_from_the_drugs_of_a_class(cast: Cast, column: str) -> None:
    version = publish(cast.administrator, prohibited=[JAK])
    row = version.prohibited.get()
    assert tuple(getattr(row, column)) == getattr(JAK, column)
    assert row.kind == Listed.CLASS
