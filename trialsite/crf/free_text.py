"""Free text must not identify a person (P1): numbers and marks that would are refused."""

import re

import phonenumbers

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
