"""Free text must not identify a person (P1: refused), nor give a treatment away (L22: asked about)."""

import re
from collections.abc import Iterable

import phonenumbers

from trialsite.protocol import ARMS

# Also with a wrong check digit: a mistyped identity number still points at a person.
_ID_NUMBER = re.compile(r"(?<!\d)\d{17}[\dXx](?![\dXx])|(?<!\d)\d{15}(?!\d)")
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+\.\w")
_RECORD_NUMBER = re.compile(
    r"(住院号|病案号|门诊号|病历号|就诊卡|身份证|MRN|medical record|patient id|hospital (no|number))"
    r"\W{0,5}\w*\d",
    re.IGNORECASE,
)
_NAMED = re.compile(r"(姓名|患者姓名|patient('s)? name|\bname\s*[:：])", re.IGNORECASE)

# With fewer digits it may as well be a date or the version of a document: 2.0/20250818.
_FEWEST = 10

_ALLOWED = "Refer to the participant by number only."


# Names of the drug and of its absence, and the laboratory values that move with the drug.
DRUG_WORDS = (
    *(arm.lower() for arm in ARMS),
    *("actemra", "roactemra", "tcz", "安慰剂", "托珠单抗", "雅美罗"),
)
MARKER_WORDS = (
    *("crp", "hs-crp", "c-reactive", "ferritin", "interleukin", "il-6", "il6", "esr", "sedimentation"),
    *("saa", "amyloid", "lipid", "lipids", "cholesterol", "ldl", "hdl", "triglyceride", "triglycerides"),
    *("c反应蛋白", "铁蛋白", "白介素", "白细胞介素", "血沉", "血脂", "胆固醇", "甘油三酯", "淀粉样蛋白"),
)
# What says how a value is: patterns for the beginnings of English words, and for Chinese ones.
_DIRECTIONS = (
    *("normal", "abnormal", "elevat", "rais", "rise", "rising", "rose", "high", "increas", r"up\b", "peak"),
    *("fall", "fell", "drop", "low", "decreas", "reduc", "declin", "down", "suppress", "better", "worse"),
    *("improv", "negativ", "positiv", "undetect", "zero", "doubl", "halv"),
    *("正常", "异常", "高", "低", "升", "降", "增", "减", "下滑", "阴性", "阳性"),
)
# How far a number or such a word may stand from the name of a value to be its result.
_NEAR = 24


def any_of(words: Iterable[str]) -> str:
    """A pattern for one of the words; Latin ones stand alone, Chinese ones anywhere."""
    return "|".join(
        rf"(?<![a-z0-9]){re.escape(word)}(?![a-z0-9])" if word.isascii() else re.escape(word)
        for word in words
    )


_DRUG = re.compile(any_of(DRUG_WORDS), re.IGNORECASE)
_MARKER = any_of(MARKER_WORDS)
_DIRECTION = "|".join(rf"(?<![a-z]){word}" if word.isascii() else word for word in _DIRECTIONS)
_BETWEEN = rf"[^.;。；\n]{{0,{_NEAR}}}?"
_MARKER_WITH_VALUE = re.compile(
    rf"(?:{_MARKER}){_BETWEEN}(?:\d|{_DIRECTION})|(?:{_DIRECTION}){_BETWEEN}(?:{_MARKER})", re.IGNORECASE
)

UNBLINDING_QUESTION = (
    "This names the study drug, or the result of a laboratory value that moves with it. Blinded people read "
    "it: is it needed here?"
)


def could_unblind(text: str) -> bool:
    """Whether a text names the drug, the absence of it, or the result of a value that moves with it (L22)."""
    return bool(_DRUG.search(text) or _MARKER_WITH_VALUE.search(text))


def identifying(text: str) -> str | None:
    """A sentence saying what in the text could identify a person, or None."""
    if _ID_NUMBER.search(text):
        return f"This looks like an identity number. {_ALLOWED}"
    if _EMAIL.search(text):
        return f"This looks like an e-mail address. {_ALLOWED}"
    if _RECORD_NUMBER.search(text):
        return f"This looks like a hospital record number. {_ALLOWED}"
    if _NAMED.search(text):
        return f"This looks like a person's name. {_ALLOWED}"
    if any(_digits(number.raw_string) >= _FEWEST for number in phonenumbers.PhoneNumberMatcher(text, "CN")):
        return f"This looks like a telephone number. {_ALLOWED}"
    return None


def _digits(text: str) -> int:
    return sum(character.isdigit() for character in text)
