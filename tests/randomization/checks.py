"""What must hold after any storm."""

from collections import Counter

from randomization.models import Kit, KitMove, TreatmentRequest
from randomization.states import GIVEN, Kind
from randomization.supply.states import KitState, Verb
from randomization.vault.database import Connection
from tests.randomization.factories import OpenList


def assert_invariants(vault: Connection, opened: OpenList) -> None:
    """One number a participant, one participant a slot, order kept, none skipped, all or nothing."""
    rows = vault.execute(
        "SELECT request_id, stratum, sequence, participant, randno FROM vault.allocation ORDER BY 2, 3"
    ).fetchall()
    requests = {request.id: request for request in TreatmentRequest.objects.all()}
    numbers = {one.id for one in requests.values() if one.kind == Kind.NUMBER and one.state in GIVEN}
    assert {row[0] for row in rows} == numbers
    assert len({row[3] for row in rows}) == len(rows)
    for request_id, stratum, _, participant, RANDNO in rows:
        request = requests[request_id]
        assert (request.stratum, request.participant_id, request.RANDNO) == (stratum, participant, RANDNO)
    for stratum, count in Counter(row[1] for row in rows).items():
        given = [row for row in rows if row[1] == stratum]
        assert [row[2] for row in given] == list(range(1, count + 1))
        assert [row[4] for row in given] == opened.order(stratum)[:count]

    kits = vault.execute("SELECT request_id, kitno, participant, visit FROM vault.dispensing").fetchall()
    answered = {one.id for one in requests.values() if one.state in GIVEN}
    assert {row[0] for row in kits} == answered
    assert len({row[1] for row in kits}) == len(kits)
    moves = KitMove.objects.filter(verb=Verb.GIVE).values_list("request", "kit")
    assert sorted(moves, key=str) == sorted(((row[0], row[1]) for row in kits), key=str)
    assert {row[1] for row in kits} == set(
        Kit.objects.filter(state__in=[KitState.GIVEN, KitState.USED]).values_list("KITNO", flat=True)
    )
    arms = {row[3]: opened.slot(row[4]).arm for row in rows}
    for request_id, KITNO, participant, visit in kits:
        request = requests[request_id]
        assert (request.KITNO, request.participant_id, request.visit) == (KITNO, participant, visit)
        assert opened.arm_of_kit(KITNO) == arms[participant]


def used(vault: Connection) -> tuple[int, int]:
    """How many slots and how many kits were given."""
    row = vault.execute(
        "SELECT (SELECT count(*) FROM vault.allocation), (SELECT count(*) FROM vault.dispensing)"
    ).fetchone()
    assert row
    return row[0], row[1]
