"""Criterion pages and the assumptions: everything is said, linked, and what is shown is what is computed."""

import dataclasses
import re
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from screening.assumptions import BEARS_ON, READINGS
from screening.boundaries.table import answered
from screening.criteria import CRITERIA, Criterion, Readings
from screening.policies import words_of
from tests.ui.conftest import signed_in
from trialsite import protocol
from trialsite.accounts.models import Role
from trialsite.crf.dictionary import entries

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("people")]
each_criterion = pytest.mark.parametrize("criterion", CRITERIA, ids=[each.code for each in CRITERIA])


def html_of(path: str, role: Role = Role.COORDINATOR) -> str:
    response = signed_in(role).get(path)
    assert response.status_code == 200
    return response.content.decode()


def words(html: str) -> str:
    body = re.sub(r"<(style|script).*?</\1>", "", html, flags=re.DOTALL)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", body)))


@each_criterion
def test_a_page_says_text_source_rule_assumptions_and_open_question(criterion: Criterion) -> None:
    text = words(html_of(f"/criteria/{criterion.code}/"))
    for said in (criterion.title, criterion.text, criterion.source, criterion.rule, *criterion.assumed):
        assert said in text
    assert criterion.question in text
    assert ("Open question to the sponsor." in text) is bool(criterion.question)


@each_criterion
def test_a_page_shows_each_boundary_with_the_verdict_that_the_criterion_gives(criterion: Criterion) -> None:
    html = html_of(f"/criteria/{criterion.code}/")
    shown = [
        (value.strip(), verdict.strip())
        for value, verdict in re.findall(
            r'<tr><th scope="row">(.*?)</th><td>(.*?)</td></tr>',
            unescape(html[html.index('id="boundaries"') :]),
        )
    ]
    expected = [
        (each.boundary.value, words_of(criterion.kind, each.outcome).capitalize())
        for _, answers in answered(criterion.code)
        for each in answers
    ]
    assert [(value, words(verdict).strip()) for value, verdict in shown] == expected


@each_criterion
def test_every_field_that_feeds_it_is_linked_to_its_line_of_the_dictionary(criterion: Criterion) -> None:
    html = html_of(f"/criteria/{criterion.code}/")
    dictionary = html_of("/dictionary/")
    fed = {f"{each.form}-{each.name}" for each in entries() if criterion.code in each.feeds.split(", ")}
    assert fed
    assert set(re.findall(r'href="/dictionary/#([^"]+)"', html)) == fed
    for anchor in fed:
        assert dictionary.count(f'id="{anchor}"') == 1


@pytest.mark.parametrize("role", Role)
def test_everybody_who_is_signed_in_reads_list_and_pages(role: Role) -> None:
    html = html_of("/criteria/", role)
    for criterion in CRITERIA:
        assert f'href="/criteria/{criterion.code}/"' in html
        assert criterion.title in unescape(html)
    html_of("/criteria/IN06/", role)
    assert 'href="/criteria/"' in html_of("/help/", role)


def test_nobody_else_does_and_an_unknown_code_is_not_found() -> None:
    assert Client().get("/criteria/").status_code == 302
    assert Client().get("/criteria/EX03/").status_code == 302
    assert signed_in(Role.MONITOR).get("/criteria/EX99/").status_code == 404


def test_a_page_asks_the_database_for_nothing_of_its_own() -> None:
    client = signed_in(Role.MONITOR)
    counts = []
    for path in ("/help/", "/criteria/", "/criteria/EX03/"):
        client.get(path)
        with CaptureQueriesContext(connection) as captured:
            client.get(path)
        counts.append(len(captured))
    assert counts[0] == counts[1] == counts[2]


def test_the_assumptions_page_lists_every_reading_and_everything_that_a_criterion_assumes() -> None:
    html = html_of("/assumptions/")
    text = words(html)
    for criterion in CRITERIA:
        for sentence in criterion.assumed:
            assert f"{criterion.code} {criterion.title} {sentence}" in text
        if criterion.assumed:
            assert f'href="/criteria/{criterion.code}/"' in html
    for reading in READINGS:
        assert f" {reading.name} {reading.value()} {reading.says} {', '.join(reading.criteria)}" in re.sub(
            r" ,", ",", text
        )


def test_no_reading_and_no_assumption_of_a_criterion_is_left_out() -> None:
    # The tables of a protocol version have a page of their own.
    assert {each.name for each in READINGS} == {each.name for each in dataclasses.fields(Readings)} - {
        "tables"
    }
    assert set(BEARS_ON) <= {each.name for each in protocol.ASSUMPTIONS}
    named = {each.name for each in protocol.ASSUMPTIONS if re.match(r"(IN|EX)\d\d", each.name)}
    assert named <= set(BEARS_ON)
