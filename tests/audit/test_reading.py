"""The history of a value, as people read it (A7)."""

from decimal import Decimal

import pytest
from django.db import connection
from django.template.loader import render_to_string

from trialsite.accounts import actions
from trialsite.accounts.acting import acting
from trialsite.accounts.models import Role, Site, User
from trialsite.audit.reading import history_of

pytestmark = [pytest.mark.django_db, pytest.mark.req("A7")]


@pytest.fixture
def renamed(site: Site) -> User:
    """The person who renamed the site, in the role of an administrator."""
    user = actions.add_person(by="system:tests", username="li.wei", full_name="Li Wei", email="l@b.example")
    with acting(user, role=Role.ADMINISTRATOR, reason="It moved <east>."):
        Site.objects.update(name="Second & last", time_zone="Asia/Urumqi")
    return user


def test_changes_come_newest_first_with_the_name_the_role_and_the_reason(renamed: User) -> None:
    changes = history_of("accounts_site", "01")
    assert [(one.op, one.column) for one in changes] == [
        ("U", "name"),
        ("U", "time_zone"),
        ("I", "code"),
        ("I", "name"),
        ("I", "time_zone"),
    ]
    last = changes[0]
    assert (last.actor, last.actor_name, last.role) == ("li.wei", "Li Wei", "Administrator")
    assert (last.old, last.new, last.reason) == ("First", "Second & last", "It moved <east>.")
    assert changes[-1].actor_name == "tests"


def test_only_the_columns_asked_for_are_told_under_their_labels(renamed: User) -> None:
    changes = history_of("accounts_site", "01", {"name"}, labels={"name": "Name of the hospital"})
    assert [(one.label, one.new) for one in changes] == [
        ("Name of the hospital", "Second & last"),
        ("Name of the hospital", "First"),
    ]
    assert history_of("accounts_site", "02") == []
    assert history_of("accounts_site", "01", set()) == []


def test_numbers_are_decimal_and_keep_their_digits(renamed: User) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_jsonb(7.10::numeric(8,2))::text")
        assert cursor.fetchone() == ("7.10",)
    from trialsite.audit.reading import _changes

    row = (None, "li.wei", "", "", "", "U", '{"WEIGHT": [7.10, 70.25]}')
    [change] = _changes(row, None, {})
    assert (change.old, change.new) == (Decimal("7.10"), Decimal("70.25"))


def test_the_fragment_shows_times_in_the_sites_zone_and_escapes_what_was_typed(renamed: User) -> None:
    changes = history_of("accounts_site", "01", {"name"})
    page = render_to_string("audit/changes.html", {"changes": changes, "zone": "Asia/Shanghai"})
    assert "Asia/Shanghai</time>" in page
    assert "<del>First</del>" in page
    assert "<ins>Second &amp; last</ins>" in page
    assert "It moved &lt;east&gt;." in page
    assert "Li Wei" in page
    assert "Nothing was changed yet" in render_to_string("audit/changes.html", {"changes": []})
