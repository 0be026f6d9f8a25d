"""Prepared queries find what the ORM finds, and nothing from the run before."""

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from screening.models import EligibilityReview
from trialsite.accounts.acting import acting
from trialsite.accounts.models import Site
from trialsite.prepared import Given, Prepared, PreparedValues

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def sites(db: None) -> None:
    with acting("system:test"):
        Site.objects.bulk_create([Site(code="01", name="One"), Site(code="02", name="One")])


def test_each_run_has_its_own_values() -> None:
    by_code = Prepared(lambda: Site.objects.filter(code=Given("code")))
    for code in ("02", "01", "02"):
        assert by_code.first(code=code) == Site.objects.get(code=code)
    assert by_code.first(code="03") is None


def test_a_value_is_never_part_of_the_statement() -> None:
    by_code = Prepared(lambda: Site.objects.filter(code=Given("code")))
    assert by_code.first(code="' OR '1'='1") is None


def test_a_missing_value_is_an_error_before_anything_runs() -> None:
    by_code = Prepared(lambda: Site.objects.filter(code=Given("code")))
    with CaptureQueriesContext(connection) as queries, pytest.raises(KeyError, match="code"):
        by_code.first(place="01")
    assert len(queries) == 0


def test_constants_of_the_query_set_stay_in_their_places() -> None:
    found = Prepared(lambda: Site.objects.filter(name="One", code=Given("code")).exclude(code="02"))
    assert found.first(code="01") == Site.objects.get(code="01")
    assert found.first(code="02") is None


def test_a_lock_of_the_query_set_is_taken() -> None:
    locked = Prepared(lambda: Site.objects.select_for_update().filter(code=Given("code")))
    with transaction.atomic(), CaptureQueriesContext(connection) as queries:
        assert locked.first(code="01") is not None
    assert queries.captured_queries[0]["sql"].endswith("FOR UPDATE")


def test_values_are_those_of_the_run_in_the_order_of_the_query_set() -> None:
    named = PreparedValues(
        lambda: Site.objects.filter(name=Given("name")).order_by("-code").values_list("code")
    )
    assert named.all(name="One") == [("02",), ("01",)]
    assert named.all(name="Two") == []


def test_values_that_would_be_converted_are_refused() -> None:
    snapshots = PreparedValues(lambda: EligibilityReview.objects.values_list("snapshot"))
    with pytest.raises(AssertionError):
        snapshots.all()
