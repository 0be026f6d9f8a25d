"""Why a screening ended without a treatment number: the criteria by their titles, and consent."""

from collections.abc import Mapping

from screening.criteria.registry import CRITERIA

# The code of the reason that is no criterion: the consent form answers RFICYN with N.
CONSENT = "CONSENT"

# IN06 counts under versions of the protocol that have attestations.
REASONS: Mapping[str, str] = {
    "IN06": "Further inclusion criteria",
    **{criterion.code: criterion.title for criterion in CRITERIA},
    CONSENT: "Consent not given or withdrawn",
}


def words_of(code: str) -> str:
    """The reason as a list shows it: "EX03 Blood counts, liver, kidney"; consent has no code."""
    return REASONS[code] if code == CONSENT else f"{code} {REASONS.get(code, '')}".strip()


def place_of(code: str) -> tuple[bool, str]:
    """Sorts inclusion before exclusion, by number, and consent last."""
    return (code.startswith("EX"), code) if code != CONSENT else (True, "~")
