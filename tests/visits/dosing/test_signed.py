"""The word of the assessor and an override on the database: signed, kept, replaced, voided, and masked."""

import uuid
from collections.abc import Iterator
from datetime import date

import psycopg
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from screening.models import Participant
from tests.screening.factories import PASSWORD, Cast, make_cast
from tests.visits.cast import make_participant
from tests.visits.factories import LABORATORY, at, enter, laboratory, override, say, signs
from trialsite.accounts.access import NotAllowed
from trialsite.accounts.passwords import PasswordRefused
from trialsite.crf.actions import save_record
from trialsite.crf.models import Record
from trialsite.crf.outcomes import Refused, Saved
from visits.deviations.models import ProposedDeviation
from visits.dosing.actions import give_advice
from visits.dosing.gate import Advice, Gate, State, lines_of
from visits.dosing.gathering import facts_of
from visits.dosing.hold import hold_of
from visits.dosing.models import AdviceReason, DoseAdvice, DoseOverride
from visits.dosing.policies import DosingRefused
from visits.dosing.statements import flaw

pytestmark = pytest.mark.django_db
WEEK_2 = date(2026, 3, 30)
SECRET = "Fell to the floor"


@pytest.fixture
def cast() -> Cast:
    """Everybody of two sites."""
    return make_cast()


@pytest.fixture
def participant(cast: Cast) -> Iterator[Participant]:
    """A participant in the window of week 2, Day 1 being 16 March 2026."""
    with at(WEEK_2):
        yield make_participant(cast.coordinator, cast.site)


def state(participant: Participant, gate: Gate, visit: str = "W2", on: date = WEEK_2) -> State:
    """A line of the gate as the records say."""
    lines = lines_of(facts_of(participant, visit), on)
    return next(line.state for line in lines if line.gate is gate)


def correct_laboratory(cast: Cast, record: Record, participant: Participant) -> None:
    typed = LABORATORY | {"LBDTC": WEEK_2.isoformat(), "PLAT": "230"}
    outcome = save_record(
        by=cast.coordinator,
        participant=participant,
        form="LB",
        visit="W2",
        typed=typed,
        version=record.version,
        key=uuid.uuid4(),
        reason="Misread",
    )
    assert isinstance(outcome, Saved)


@pytest.mark.req("E2", "E3")
def test_the_assessors_word_is_signed_and_asked_again_when_the_laboratory_changes(
    cast: Cast, participant: Participant
) -> None:
    record = laboratory(cast.coordinator, participant, "W2")
    assert state(participant, Gate.JUDGEMENT) is State.FAILED
    given = say(cast.lab_assessor, participant, "W2", Advice.GIVE)
    assert flaw(DoseAdvice.objects.get(pk=given.pk)) is None
    assert state(participant, Gate.JUDGEMENT) is State.PASSED
    correct_laboratory(cast, record, participant)
    assert state(participant, Gate.JUDGEMENT) is State.FAILED
    say(cast.lab_assessor, participant, "W2", Advice.HOLD, SECRET)
    assert state(participant, Gate.JUDGEMENT) is State.PASSED
    assert state(participant, Gate.HOLD) is State.FAILED


def test_a_later_word_replaces_an_earlier_one_a_hold_ends_with_its_visit_and_a_stop_does_not(
    cast: Cast, participant: Participant
) -> None:
    laboratory(cast.coordinator, participant, "W2")
    for advice, here, later in (
        (Advice.HOLD, Advice.HOLD, None),
        (Advice.STOP, Advice.STOP, Advice.STOP),
        (Advice.GIVE, None, None),
    ):
        say(cast.lab_assessor, participant, "W2", advice, "" if advice is Advice.GIVE else SECRET)
        found = [hold_of(participant, visit) for visit in ("W2", "W4")]
        assert [each.advice if each else None for each in found] == [here, later]
    assert DoseAdvice.objects.count() == 3


@pytest.mark.req("C1", "E3")
def test_only_the_assessor_of_the_site_judges_only_an_investigator_overrides_both_with_their_password(
    cast: Cast, participant: Participant
) -> None:
    laboratory(cast.coordinator, participant, "W2")
    for person in (cast.coordinator, cast.investigator, cast.monitor, cast.pharmacist):
        with pytest.raises(NotAllowed):
            say(person, participant, "W2", Advice.GIVE)
    for person in (cast.coordinator, cast.lab_assessor, cast.other_investigator):
        with pytest.raises(NotAllowed):
            override(person, participant, "W2", WEEK_2)

    def wrong(by: object) -> None:
        raise PasswordRefused("Not yours.")

    with pytest.raises(PasswordRefused):
        give_advice(
            by=cast.lab_assessor,
            participant=participant,
            visit="W2",
            advice=Advice.GIVE,
            reason=AdviceReason.Code.NONE,
            text="",
            seen_version=1,
            password=wrong,
        )
    assert not DoseAdvice.objects.exists()


@pytest.mark.parametrize(
    ("visit", "version", "text", "says"),
    [
        ("W8", 1, SECRET, "Doses are given at the visits"),
        ("D1", 1, SECRET, "eligibility has judged"),
        ("W4", 1, SECRET, "is not entered yet"),
        ("W2", 2, SECRET, "have changed since you opened"),
        ("W2", 1, " ", "Say why"),
        ("W2", 1, "Call 13812345678", "telephone number"),
    ],
)
def test_what_cannot_be_judged_is_refused_with_a_sentence(
    cast: Cast, participant: Participant, visit: str, version: int, text: str, says: str
) -> None:
    laboratory(cast.coordinator, participant, "W2")
    with pytest.raises(DosingRefused, match=says):
        give_advice(
            by=cast.lab_assessor,
            participant=participant,
            visit=visit,
            advice=Advice.HOLD,
            reason=AdviceReason.Code.OTHER,
            text=text,
            seen_version=version,
            password=signs,
        )


@pytest.mark.req("E1", "E2")
def test_an_override_is_kept_with_its_gate_proposes_a_deviation_and_holds_for_its_values_only(
    cast: Cast, participant: Participant
) -> None:
    late = date(2026, 4, 6)
    with at(late):
        record = laboratory(cast.coordinator, participant, "W2")
        signed = override(cast.investigator, participant, "W2", late, "The participant was travelling")
        assert signed.gates == ["WINDOW", "JUDGEMENT"]
        assert {line["gate"] for line in signed.lines} == set(Gate)
        assert flaw(DoseOverride.objects.get(pk=signed.pk)) is None
        proposed = ProposedDeviation.objects.get(participant=participant)
        assert (proposed.category, proposed.cause, proposed.on) == ("IP", "dose-override:W2", late)
        assert state(participant, Gate.WINDOW, on=late) is State.OVERRIDDEN
        assert state(participant, Gate.JUDGEMENT, on=late) is State.OVERRIDDEN
        assert state(participant, Gate.WINDOW, on=date(2026, 4, 7)) is State.FAILED
        correct_laboratory(cast, record, participant)
        assert state(participant, Gate.JUDGEMENT, on=late) is State.FAILED
        assert state(participant, Gate.WINDOW, on=late) is State.OVERRIDDEN


def test_nothing_is_overridden_when_all_is_met_or_nothing_can_be(
    cast: Cast, participant: Participant
) -> None:
    laboratory(cast.coordinator, participant, "W2")
    say(cast.lab_assessor, participant, "W2", Advice.STOP, SECRET)
    with pytest.raises(DosingRefused, match="can be overridden"):
        override(cast.investigator, participant, "W2", WEEK_2)


@pytest.mark.req("A4")
@pytest.mark.parametrize("table", ["visits_doseadvice", "visits_advicereason", "visits_doseoverride"])
def test_what_was_signed_can_be_neither_changed_nor_removed(
    web_db: psycopg.Connection[object], table: str
) -> None:
    for statement in (f"UPDATE {table} SET signature = ''", f"DELETE FROM {table}"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            web_db.execute(statement)


def test_the_form_of_the_dose_is_refused_with_the_sentences_of_the_gate(
    cast: Cast, participant: Participant
) -> None:
    refused = enter(cast.coordinator, participant, "EX", "W2", EXPERF="Y", EXSTDTC=WEEK_2.isoformat())
    assert isinstance(refused, Refused)
    (gate,) = [problem.message for problem in refused.reading.refused if problem.check == "gate_open"]
    assert "The laboratory form of Week 2 is not entered." in gate
    not_given = enter(cast.coordinator, participant, "EX", "W2", EXPERF="N", EXHOLD="N", EXREASND="Fever")
    assert isinstance(not_given, Saved)


@pytest.mark.req("L19")
def test_blinded_people_see_the_word_and_find_its_reason_nowhere(
    cast: Cast, participant: Participant, client: Client
) -> None:
    laboratory(cast.coordinator, participant, "W2")
    say(cast.lab_assessor, participant, "W2", Advice.HOLD, SECRET)
    pages = [
        f"/participants/{participant.SUBJID}/",
        f"/participants/{participant.SUBJID}/W2/dose/",
        f"/participants/{participant.SUBJID}/doses/",
        f"/participants/{participant.SUBJID}/medication/",
        f"/participants/{participant.SUBJID}/W2/LB/history/",
        "/queries/",
        "/",
    ]
    for person in (cast.coordinator, cast.investigator, cast.monitor, cast.data_manager):
        client.force_login(person)
        for page in pages:
            answer = client.get(page)
            assert answer.status_code in (200, 403), page
            assert SECRET.encode() not in answer.content, page
        gate = client.get(pages[1]).content.decode()
        assert "The laboratory assessor holds this dose." in gate
        assert client.get(f"{pages[1]}laboratory/").status_code == 403
    client.force_login(cast.lab_assessor)
    assert SECRET in client.get(f"{pages[1]}laboratory/").content.decode()


@pytest.mark.req("L22")
def test_the_reason_of_an_override_is_asked_about_when_it_could_unblind(
    cast: Cast, participant: Participant, client: Client
) -> None:
    client.force_login(cast.investigator)
    url = f"/participants/{participant.SUBJID}/W2/dose/"
    late = date(2026, 4, 6)
    with at(late):
        laboratory(cast.coordinator, participant, "W2")
        seen = client.get(url).text.partition('name="seen" value="')[2].partition('"')[0]
        typed = {"reason": "CRP is normal", "seen": seen, "on": late.isoformat(), "password": PASSWORD}
        page = client.post(f"{url}override/", typed)
        assert page.status_code == 422
        assert "CRP is normal</textarea>" in page.text
        assert 'name="words_ok"' in page.text
        assert not DoseOverride.objects.exists()
        assert client.post(f"{url}override/", typed | {"words_ok": "1"}).status_code == 302
    assert DoseOverride.objects.get().reason == "CRP is normal"


def test_the_assessors_queue_holds_what_waits_and_what_changed_since(
    cast: Cast, participant: Participant, client: Client
) -> None:
    client.force_login(cast.lab_assessor)
    assert "No laboratory waits" in client.get("/doses-to-judge/").content.decode()
    record = laboratory(cast.coordinator, participant, "W2")
    assert "To judge" in client.get("/doses-to-judge/").content.decode()
    assert "Doses to judge" in client.get("/").content.decode()
    url = f"/participants/{participant.SUBJID}/W2/dose/laboratory/"
    typed = {"advice": "GIVE", "reason": "NONE", "text": "", "version": "1", "password": "wrong"}
    assert client.post(url, typed).status_code == 422
    answer = client.post(url, typed | {"password": PASSWORD}, follow=True)
    assert "Signed: give." in answer.content.decode()
    assert "No laboratory waits" in answer.content.decode()
    correct_laboratory(cast, record, participant)
    assert "Changed since it was judged" in client.get("/doses-to-judge/").content.decode()


def test_the_pages_ask_as_many_queries_for_one_entered_visit_as_for_four(
    cast: Cast, participant: Participant, client: Client
) -> None:
    client.force_login(cast.investigator)
    pages = [f"/participants/{participant.SUBJID}/{page}/" for page in ("W6/dose", "doses", "medication")]

    def counted() -> list[int]:
        numbers = []
        for page in pages:
            with CaptureQueriesContext(connection) as captured:
                assert client.get(page).status_code == 200
            numbers.append(len(captured))
        return numbers

    def fill(visit: str, dose: str) -> None:
        laboratory(cast.coordinator, participant, visit)
        enter(
            cast.coordinator,
            participant,
            "GC",
            visit,
            **{
                "GCDTC": WEEK_2.isoformat(),
                "GCHXCOMP": "Y",
                "RECORDS-0-CMTRT": "PREDNISONE",
                "RECORDS-0-CMDOSTOT": dose,
                "RECORDS-0-CMROUTE": "ORAL",
                "RECORDS-0-CMSTDTC": "2026-03-01",
                "GCDTC_OK": "1",
            },
        )

    fill("D1", "40")
    counted()  # the first request of a person reads more
    before = counted()
    for visit in ("W2", "W4", "W6"):
        fill(visit, "30")
    assert counted() == before
