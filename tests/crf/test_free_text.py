"""Free text never identifies a person."""

import pytest

from trialsite.crf.free_text import identifying

pytestmark = pytest.mark.req("P1")


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("ID 11010519491231002X", "identity number"),
        ("身份证110105194912310021", "identity number"),
        ("call 13800138000 first", "telephone number"),
        ("tel. 010-69156114", "telephone number"),
        ("写信 someone@example.org", "e-mail"),
        ("住院号 A12345", "record number"),
        ("MRN: 778812", "record number"),
        ("姓名：某某", "name"),
        ("Name: Somebody", "name"),
    ],
)
def test_what_could_identify_is_refused_with_an_explanation(text: str, what: str) -> None:
    refusal = identifying(text)
    assert refusal is not None
    assert what in refusal
    assert "by number only" in refusal


@pytest.mark.parametrize(
    "text",
    [
        "CRP 12.5 on 2026-03-02",
        "40 mg daily since 2026-01-20",
        "WBC 6200, PLT 231",
        "see participant 01-014",
        "",
    ],
)
def test_clinical_text_passes(text: str) -> None:
    assert identifying(text) is None
