"""Names of medications: whole words however they are written, and never by likeness."""

import pytest

from screening.criteria.names import is_named, names_a_drug
from trialsite.truth import Truth

YES, NO, OPEN = Truth.YES, Truth.NO, Truth.UNKNOWN


@pytest.mark.parametrize(
    ("text", "name", "expected"),
    [
        ("tofacitinib", "Tofacitinib", YES),
        ("  TOFACITINIB 5 mg b.i.d.", "tofacitinib", YES),
        ("tofacitinib-citrate", "tofacitinib", YES),
        ("tofacitinib citrate", "tofacitinib citrate", YES),
        ("ｔｏｆａｃｉｔｉｎｉｂ", "tofacitinib", YES),
        ("anti TNF antibody", "Anti-TNF", YES),
        ("antiTNF", "anti TNF", YES),
        ("anti-TNF", "antiTNF", YES),
        ("cyclophosphamide/mesna", "Cyclophosphamide", YES),
        ("6-mercaptopurine", "6 mercaptopurine", YES),
        ("托法替布", "托法替布", YES),
        ("托法替布 5mg", "托法替布", YES),
        ("tofacitinib（托法替布）", "托法替布", YES),
        ("环孢素A", "环孢素 a", YES),
        # A longer run of Chinese characters may be the drug, or another one.
        ("枸橼酸托法替布片", "托法替布", OPEN),
        ("甲基泼尼松龙", "泼尼松", OPEN),
        ("tofacitinb", "tofacitinib", NO),
        ("tofacitinibum", "tofacitinib", NO),
        ("methylprednisolone", "prednisolone", NO),
        ("prednisolone", "methylprednisolone", NO),
        ("cyclo phosphamid", "cyclophosphamide", NO),
        ("托法", "托法替布", NO),
        ("", "tofacitinib", NO),
        ("tofacitinib", "", NO),
        ("tofacitinib", "-", NO),
    ],
)
def test_a_name_is_found_as_whole_words(text: str, name: str, expected: Truth) -> None:
    assert is_named(text, [name]) is expected


def test_one_name_of_several_is_enough() -> None:
    assert is_named("Xeljanz", ["tofacitinib", "xeljanz"]) is YES
    assert is_named("Xeljanz", []) is NO


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("paracetamol", True),
        ("对乙酰氨基酚", True),
        ("unknown", False),
        ("Unknown antibody", False),
        ("不详", False),
        ("?", False),
        ("", False),
    ],
)
def test_some_words_name_no_drug(text: str, known: bool) -> None:
    assert names_a_drug(text) is known
