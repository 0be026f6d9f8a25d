"""Words by which a text that blinded people read could give a treatment away (L22)."""

import re

from trialsite.crf.free_text import DRUG_WORDS, MARKER_WORDS, any_of

_FOUND = re.compile(any_of((*DRUG_WORDS, *MARKER_WORDS)), re.IGNORECASE)


def unblinding(text: str) -> str | None:
    """A sentence naming the word by which the text could unblind its readers, or None."""
    found = _FOUND.search(text)
    if found is None:
        return None
    return (
        f"“{found[0]}” could tell blinded readers of this record which treatment it is or is thought to be. "
        "Write why it must be known, not what is suspected."
    )
