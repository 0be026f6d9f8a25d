"""Each table of the project is watched, or exempt with a reason (A1)."""

import pytest
from django.apps import apps
from django.db import connection

from trialsite.audit.coverage import EXEMPT, HIDDEN, is_own, watched_models


@pytest.fixture
def triggers(db: None) -> dict[str, tuple[str, str]]:
    """Of each table with the trigger of history: its state and its definition."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text, tgenabled::text, pg_get_triggerdef(oid)"
            " FROM pg_trigger WHERE tgname = 'history'"
        )
        return {table: (enabled, definition) for table, enabled, definition in cursor.fetchall()}


@pytest.mark.req("A1")
def test_every_table_of_the_project_is_watched_or_exempt(triggers: dict[str, tuple[str, str]]) -> None:
    own = {model._meta.db_table for model in apps.get_models(include_auto_created=True) if is_own(model)}
    exempt = {apps.get_model(label)._meta.db_table for label in EXEMPT}
    assert len(own) > 5
    assert set(triggers) == own - exempt


@pytest.mark.req("A1")
def test_every_trigger_is_on_names_the_primary_key_and_hides_what_is_listed(
    triggers: dict[str, tuple[str, str]],
) -> None:
    for model in watched_models():
        enabled, definition = triggers[model._meta.db_table]
        hidden = ",".join(HIDDEN.get(model._meta.label, ()))
        assert enabled == "O"
        assert definition.endswith(
            "AFTER INSERT OR DELETE OR UPDATE ON public."
            f"{model._meta.db_table} FOR EACH ROW"
            f" EXECUTE FUNCTION audit.record_change('{model._meta.pk.column}', '{{{hidden}}}')"
        )


def test_every_exemption_has_a_reason_and_is_a_model() -> None:
    for label, reason in EXEMPT.items():
        assert is_own(apps.get_model(label))
        assert reason.endswith(".")
    for label, columns in HIDDEN.items():
        names = {field.column for field in apps.get_model(label)._meta.concrete_fields}
        assert set(columns) <= names


def test_a_model_that_says_it_is_not_audited_is_listed_as_exempt() -> None:
    saying = {model._meta.label for model in apps.get_models() if getattr(model, "audited", True) is False}
    assert saying <= set(EXEMPT)


@pytest.mark.req("A1")
def test_no_table_of_the_project_stands_outside_its_models(db: None) -> None:
    known = {model._meta.db_table for model in apps.get_models(include_auto_created=True)}
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        assert {table for (table,) in cursor.fetchall()} <= known | {"django_migrations"}
