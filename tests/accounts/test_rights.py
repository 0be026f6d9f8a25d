"""The table of rights says what the protocol and the regulations ask for."""

from itertools import chain

import pytest

from trialsite.accounts.models import Role
from trialsite.accounts.rights import DESCRIPTIONS, HANDS, RIGHTS, SENTENCES, Hand, Right, hand_of, roles_with

ALTERS_SITE_DATA = {
    Right.REGISTER_PARTICIPANT,
    Right.ENTER_DATA,
    Right.ENTER_MASKED,
    Right.SIGN_ELIGIBILITY,
    Right.REQUEST_NUMBER,
    Right.BOOK_VISITS,
    Right.ANSWER_QUERY,
    Right.BREAK_BLIND,
}
SEES_FORMS = {Right.SEE_PARTICIPANTS, Right.SEE_MASKED, Right.SEE_ELIGIBILITY, Right.SEE_HISTORY}


def test_every_role_and_every_right_is_described_and_used() -> None:
    assert set(RIGHTS) == set(DESCRIPTIONS) == set(Role)
    assert set(SENTENCES) == set(Right)
    assert set(chain.from_iterable(RIGHTS.values())) == set(Right)
    assert all(role.label and DESCRIPTIONS[role].sentence.endswith(".") for role in Role)


@pytest.mark.req("I2")
@pytest.mark.parametrize("role", [Role.MONITOR, Role.DATA_MANAGER])
def test_oversight_sees_the_data_and_alters_none(role: Role) -> None:
    assert not RIGHTS[role] & ALTERS_SITE_DATA
    assert {Right.SEE_PARTICIPANTS, Right.SEE_HISTORY, Right.RAISE_QUERY} <= RIGHTS[role]


@pytest.mark.req("B1", "C1")
@pytest.mark.parametrize("right", [Right.SEE_MASKED, Right.ENTER_MASKED])
def test_masked_values_are_for_the_laboratory_assessor_alone(right: Right) -> None:
    assert roles_with(right) == [Role.LAB_ASSESSOR]


@pytest.mark.req("E5")
@pytest.mark.parametrize("right", [Right.SIGN_ELIGIBILITY, Right.REQUEST_NUMBER, Right.BREAK_BLIND])
def test_only_investigators_sign_ask_for_numbers_and_unblind(right: Right) -> None:
    assert roles_with(right) == [Role.INVESTIGATOR]


@pytest.mark.req("C8")
def test_who_may_know_an_arm_sees_no_form_and_enters_nothing() -> None:
    unblinded = [role for role in Role if not DESCRIPTIONS[role].blinded]
    assert unblinded == [Role.PHARMACIST, Role.STATISTICIAN]
    for role in unblinded:
        assert not RIGHTS[role] & (ALTERS_SITE_DATA | SEES_FORMS | {Right.EXPORT, Right.MANAGE_PEOPLE})


@pytest.mark.req("C8")
def test_the_administrator_sees_no_list_and_enters_nothing() -> None:
    assert not RIGHTS[Role.ADMINISTRATOR] & (ALTERS_SITE_DATA | {Right.LOAD_LIST, Right.SEE_MASKED})
    assert roles_with(Right.EXPORT) == roles_with(Right.MANAGE_PEOPLE) == [Role.ADMINISTRATOR]


@pytest.mark.req("U5", "C8")
@pytest.mark.parametrize("right", [Right.APPROVE_UNBLINDING, Right.UNLOCK_STUDY])
def test_what_takes_two_people_can_be_done_by_two_hands_and_never_by_one(right: Right) -> None:
    assert len(roles_with(right)) == len({hand_of(role) for role in roles_with(right)}) == 2


@pytest.mark.req("D2", "U3")
def test_a_data_manager_locks_and_a_pharmacist_or_investigator_records_a_code_break() -> None:
    assert roles_with(Right.LOCK_STUDY) == [Role.DATA_MANAGER]
    assert roles_with(Right.RECORD_CODE_BREAK) == [Role.INVESTIGATOR, Role.PHARMACIST]


@pytest.mark.req("C8")
def test_every_role_lies_in_exactly_one_hand() -> None:
    assert sorted(chain.from_iterable(HANDS.values())) == sorted(Role)
    assert hand_of(Role.LAB_ASSESSOR) is not hand_of(Role.INVESTIGATOR)
    assert {hand_of(role) for role in Role} == set(Hand)
