"""Whether a medication, as somebody wrote it down, is a drug that a list names. Never by likeness."""

import re
import unicodedata
from collections.abc import Iterable

from trialsite.truth import Truth, some

_CHINESE = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_WORD = re.compile(rf"[{_CHINESE}]+|[^\W_{_CHINESE}]+")
_IS_CHINESE = re.compile(rf"[{_CHINESE}]")
# Written where a drug should stand, and naming none.
_NO_NAME = frozenset({"unknown", "unk", "uk", "unspecified", "不详", "不明", "未知"})


def words_of(text: str) -> list[str]:
    """The words of a name, without case, spaces, hyphens and other signs; Chinese apart from other script."""
    return _WORD.findall(unicodedata.normalize("NFKC", text).casefold())


def names_a_drug(text: str) -> bool:
    """False for texts that say no name at all, such as “unknown” or “?”."""
    words = words_of(text)
    return bool(words) and not _NO_NAME & set(words)


def is_named(text: str, names: Iterable[str]) -> Truth:
    """Whether a medication bears one of the names.

    A name is found as whole words, however they are joined: “anti TNF”, “Anti-TNF” and “antiTNF” are one.
    Chinese is written without spaces, so a Chinese name inside a longer run of characters may be the drug
    with its salt or form, or another drug: unknown.
    """
    words = words_of(text)
    return some(_bears(words, "".join(words_of(name))) for name in names)


def _bears(words: list[str], name: str) -> Truth:
    if not name:
        return Truth.NO
    for first in range(len(words)):
        joined = ""
        for word in words[first:]:
            joined += word
            if joined == name:
                return Truth.YES
            if len(joined) >= len(name):
                break
    inside = _IS_CHINESE.search(name) is not None and name in "".join(words)
    return Truth.UNKNOWN if inside else Truth.NO
