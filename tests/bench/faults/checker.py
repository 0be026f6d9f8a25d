"""What must hold for a participant after a fault, given what was acknowledged before it."""

from django.db import connection

from randomization.models import TreatmentRequest
from randomization.states import GIVEN, State
from randomization.vault.database import Connection
from screening.models import Participant
from tests.bench.faults import world

_HISTORY = """
SELECT count(*) FILTER (WHERE "table" = 'randomization_treatmentrequest' AND op = 'I'),
       count(*) FILTER (WHERE "table" = 'screening_participant' AND changes ? 'RANDNO' AND op = 'U')
FROM audit.history WHERE row_id = ANY (%s)
"""
_VAULT = """
SELECT (SELECT array_agg(randno) FROM vault.allocation WHERE participant = %(who)s),
       (SELECT array_agg(kitno) FROM vault.dispensing WHERE participant = %(who)s)
"""
Acknowledged = dict[str, str]  # what -> its value


def check(participant: Participant, acknowledged: Acknowledged, vault: Connection) -> None:
    """AssertionError unless what was acknowledged is there, and everything else is whole or not at all."""
    requests = list(TreatmentRequest.objects.filter(participant=participant))
    assert len(requests) <= 1
    participant.refresh_from_db()
    row = vault.execute(_VAULT, {"who": participant.pk}).fetchone()
    assert row is not None
    numbers, kits = row[0] or [], row[1] or []
    given = [(each.RANDNO, each.KITNO) for each in requests if each.state in GIVEN]
    assert [(number, kit) for number, kit in zip(numbers, kits, strict=True)] == given
    taken_up = [each for each in requests if each.state == State.TAKEN_UP]
    assert [each.RANDNO for each in taken_up] == ([participant.RANDNO] if participant.RANDNO else [])
    assert bool(participant.visits.count()) == bool(taken_up)
    _check_acknowledged(participant, requests, acknowledged)
    with connection.cursor() as cursor:
        cursor.execute(_HISTORY, [[str(each.pk) for each in requests] + [str(participant.pk)]])
        assert cursor.fetchone() == (len(requests), len(taken_up))


def _check_acknowledged(
    participant: Participant, requests: list[TreatmentRequest], acknowledged: Acknowledged
) -> None:
    if world.ASKED in acknowledged:
        assert [str(each.pk) for each in requests] == [acknowledged[world.ASKED]]
    if world.ANSWERED in acknowledged:
        assert requests[0].state in GIVEN
    if world.GIVEN in acknowledged:
        assert acknowledged[world.GIVEN] == participant.RANDNO
