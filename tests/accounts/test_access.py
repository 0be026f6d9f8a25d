"""Asking for a right: at a site, in the study, and why not."""

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import Http404
from pytest_django import DjangoAssertNumQueries

from trialsite.accounts import actions
from trialsite.accounts.access import (
    NotAllowed,
    may,
    may_in_study,
    require,
    role_name,
    sites_where,
    visible_or_404,
)
from trialsite.accounts.models import Membership, Role, Site, User
from trialsite.accounts.rights import Right

pytestmark = pytest.mark.django_db


@pytest.mark.req("C1")
def test_a_role_at_a_site_holds_there_only(join: Any, sites: dict[str, Site]) -> None:
    coordinator = join(Role.COORDINATOR, "01")
    assert may(coordinator, Right.ENTER_DATA)
    assert may(coordinator, Right.ENTER_DATA, sites["01"])
    assert may(coordinator, Right.ENTER_DATA, "01")
    assert not may(coordinator, Right.ENTER_DATA, sites["02"])
    assert sites_where(coordinator, Right.ENTER_DATA) == {"01"}
    assert not may_in_study(coordinator, Right.ENTER_DATA)


@pytest.mark.req("C1")
def test_a_role_in_the_whole_study_holds_at_every_site_and_at_sites_to_come(join: Any) -> None:
    monitor = join(Role.MONITOR)
    assert sites_where(monitor, Right.SEE_PARTICIPANTS) == {"01", "02"}
    assert may(monitor, Right.SEE_PARTICIPANTS, "03")
    assert may_in_study(monitor, Right.SEE_PARTICIPANTS)


@pytest.mark.req("C1")
def test_two_roles_do_not_lend_each_other_their_sites(join: Any, sites: dict[str, Site]) -> None:
    both = join(Role.COORDINATOR, "01")
    actions.give_role(by="system:tests", user=both, role=Role.INVESTIGATOR, site=sites["02"])
    assert may(both, Right.SIGN_ELIGIBILITY, "02")
    assert not may(both, Right.SIGN_ELIGIBILITY, "01")
    assert role_name(both, Right.ENTER_DATA, "01") == "COORDINATOR"
    assert role_name(both, Right.ENTER_DATA, "02") == "INVESTIGATOR"


@pytest.mark.req("C1")
def test_nobody_has_a_right_without_a_live_role_and_an_active_account(join: Any) -> None:
    assert not may(AnonymousUser(), Right.SEE_HOME)
    ended = join(Role.COORDINATOR, "01")
    actions.end_role(by="system:tests", membership=ended.memberships.get())
    assert not may(ended, Right.ENTER_DATA)
    closed = join(Role.MONITOR)
    actions.deactivate_person(by="system:tests", user=closed)
    assert not may(closed, Right.SEE_PARTICIPANTS)
    assert sites_where(closed, Right.SEE_PARTICIPANTS) == frozenset()


def test_the_refusal_says_who_may_and_who_you_are(join: Any) -> None:
    with pytest.raises(NotAllowed) as refused:
        require(join(Role.COORDINATOR, "01"), Right.SIGN_ELIGIBILITY, "01")
    assert refused.value.reason == (
        "Only investigators at site 01 may sign that a participant is eligible. You are coordinator."
    )
    assert refused.value.right is Right.SIGN_ELIGIBILITY
    with pytest.raises(NotAllowed, match="You are coordinator at another site"):
        require(join(Role.COORDINATOR, "02"), Right.ENTER_DATA, "01")
    with pytest.raises(NotAllowed, match="You hold no role"):
        require(AnonymousUser(), Right.SEE_HOME)


def test_the_roles_of_a_person_are_read_once_a_request(
    join: Any, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    join(Role.MONITOR)
    fresh = User.objects.get(username="monitor")
    with django_assert_num_queries(1):
        for site in ("01", "02", None):
            may(fresh, Right.SEE_PARTICIPANTS, site)
        sites_where(fresh, Right.SEE_HISTORY)


@pytest.mark.req("C1", "S6")
def test_another_sites_row_does_not_exist_for_a_person(join: Any) -> None:
    coordinator = join(Role.COORDINATOR, "01")
    join(Role.INVESTIGATOR, "02")
    memberships = Membership.objects.all()
    own = visible_or_404(memberships, coordinator, Right.SEE_PEOPLE, user__username="coordinator01")
    assert own.user == coordinator
    with pytest.raises(Http404):
        visible_or_404(memberships, coordinator, Right.SEE_PEOPLE, user__username="investigator02")
    with pytest.raises(Http404):
        visible_or_404(memberships, coordinator, Right.EXPORT, user__username="coordinator01")


def test_a_role_given_later_is_not_hidden_by_what_was_read_before(join: Any, sites: dict[str, Site]) -> None:
    coordinator = join(Role.COORDINATOR, "01")
    assert not may(coordinator, Right.ENTER_DATA, "02")
    actions.give_role(by="system:tests", user=coordinator, role=Role.COORDINATOR, site=sites["02"])
    assert may(coordinator, Right.ENTER_DATA, "02")
