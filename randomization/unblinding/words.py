"""Words by which a text that blinded people read could give a treatment away (L22)."""

import re

from trialsite.protocol import ARMS

# Names of the drug and of its absence, and the laboratory values that move with the drug.
_WORDS = (
    *(arm.lower() for arm in ARMS),
    *("actemra", "roactemra", "tcz", "安慰剂", "托珠单抗", "雅美罗"),
    *("crp", "c-reactive", "ferritin", "interleukin", "il-6", "il6", "c反应蛋白", "铁蛋白", "白介素"),
)
_FOUND = re.compile(
    "|".join(
        rf"(?<![a-z0-9]){re.escape(word)}(?![a-z0-9])" if word.isascii() else re.escape(word)
        for word in _WORDS
    ),
    re.IGNORECASE,
)


def unblinding(text: str) -> str | None:
    """A sentence naming the word by which the text could unblind its readers, or None."""
    found = _FOUND.search(text)
    if found is None:
        return None
    return (
        f"“{found[0]}” could tell blinded readers of this record which treatment it is or is thought to be. "
        "Write why it must be known, not what is suspected."
    )
