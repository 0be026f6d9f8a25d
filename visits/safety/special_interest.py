"""Events of special interest: which category the words of an event speak for (clinical content, section 2).

A proposal for a person to look at. Words in English and Chinese; the first line that fits counts.
"""

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Proposed:
    """category: a code of AESICAT. why: the word that speaks for it, as a sentence."""

    category: str
    why: str


# (category, beginnings of English words, Chinese words)
_WORDS: tuple[tuple[str, str, str], ...] = (
    ("HBV REACTIVATION", "hepatitis b|hbv", "乙肝|乙型肝炎"),
    (
        "OPPORTUNISTIC/TB",
        "tubercul|pneumocystis|pjp|pcp|aspergill|cryptococc|candid(a)?emia|cytomegalovirus|cmv|zoster",
        "结核|肺孢子菌|曲霉|隐球菌|巨细胞病毒|带状疱疹",
    ),
    ("GI PERFORATION", "perforat|diverticulitis", "穿孔|憩室炎"),
    (
        "HYPERSENSITIVITY/INFUSION REACTION",
        "anaphyla|hypersensitiv|infusion[- ](related )?reaction|angioedema|urticaria",
        "过敏|输液反应|荨麻疹",
    ),
    ("NEUTROPENIA", r"neutropeni|neutrophil\w* (count )?decreas|agranulocytosis", "中性粒细胞减少"),
    ("THROMBOCYTOPENIA", r"thrombocytopeni|platelet\w* (count )?decreas", "血小板减少"),
    (
        "HEPATIC",
        r"hepat(ic|itis|otoxic)|liver|(alt|ast|transaminase\w*|bilirubin) (increas|elevat)|jaundice",
        "肝功能|肝损|转氨酶|黄疸",
    ),
    ("DEMYELINATION", "demyelinat|multiple sclerosis|optic neuritis", "脱髓鞘"),
    (
        "MALIGNANCY",
        "malignan|carcinoma|cancer|lymphoma|leuk(a)?emia|sarcoma|melanoma",
        "恶性|癌|淋巴瘤|白血病",
    ),
    (
        "MACE",
        "myocardial infarction|stroke|cerebral infarction|acute coronary|unstable angina",
        "心肌梗死|脑梗|脑卒中",
    ),
    ("PREGNANCY", "pregnan", "妊娠|怀孕"),
    ("SERIOUS INFECTION", "sepsis|septic|bacter(a)?emia", "脓毒|败血"),
)
_TABLE = tuple(
    (category, re.compile(rf"(?<![a-z])(?:{english})\w*|{chinese}", re.IGNORECASE))
    for category, english, chinese in _WORDS
)


def proposed_category(term: str, *, antibiotics: bool) -> Proposed | None:
    """The category that an event's words speak for, or None.

    antibiotics: treated with intravenous antibiotics, which makes an infection a serious one.
    """
    for category, words in _TABLE:
        if found := words.search(term):
            return Proposed(category, f"“{found[0]}” speaks for it.")
    if antibiotics:
        return Proposed("SERIOUS INFECTION", "An infection under intravenous antibiotics is a serious one.")
    return None
