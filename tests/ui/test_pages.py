"""Help and assumptions: what each role reads there, and what it must not."""

import pytest
from django.utils.html import escape

from tests.ui.conftest import signed_in
from trialsite import protocol
from trialsite.accounts.models import Role
from trialsite.accounts.rights import DESCRIPTIONS
from trialsite.navigation import address

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("role", Role)
def test_the_help_begins_with_the_own_role_and_has_every_other(people: None, role: Role) -> None:
    page = signed_in(role).get(address("help")).content.decode()
    own = page.index(f">{role.label}</h2>")
    assert own < page.index(">Everybody</h2>") < page.index(">Other roles</h2>")
    for other in Role:
        assert escape(DESCRIPTIONS[other].sentence) in page


def test_every_assumption_has_a_name_a_value_and_a_reason(people: None) -> None:
    page = signed_in(Role.STATISTICIAN).get(address("assumptions")).content.decode()
    for each in protocol.ASSUMPTIONS:
        assert f'id="{each.name}"' in page
        assert escape(each.reason.removeprefix("ASSUMPTION. ")) in page
    assert "Concealed" not in page


@pytest.mark.req("B4")
@pytest.mark.parametrize("role", [role for role in Role if role is not Role.STATISTICIAN])
def test_the_block_sizes_are_told_to_the_statistician_only(people: None, role: Role) -> None:
    page = signed_in(role).get(address("assumptions")).content.decode()
    assert 'id="BLOCK_SIZES"' in page
    block_sizes = next(each for each in protocol.ASSUMPTIONS if each.name == "BLOCK_SIZES")
    assert ", ".join(str(size) for size in protocol.BLOCK_SIZES) not in page
    assert escape(block_sizes.reason.removeprefix("ASSUMPTION. ")) not in page
