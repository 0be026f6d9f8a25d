"""Codelists: the answers that a coded question allows."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Codelist:
    """A named list of (code, label) in the order in which they are offered."""

    name: str
    items: tuple[tuple[str, str], ...]

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes alone, as stored and exported."""
        return tuple(code for code, _ in self.items)

    def label(self, code: str) -> str:
        """The words for a code; the code itself when it is not in the list."""
        return dict(self.items).get(code, code)


def codelist(name: str, *codes: str, **labelled: str) -> Codelist:
    """Codes whose label is the code in sentence case, then codes with labels of their own."""
    own = tuple((code, code.capitalize()) for code in codes)
    return Codelist(name, own + tuple(labelled.items()))


NY = codelist("NY", Y="Yes", N="No")
NYU = codelist("NYU", Y="Yes", N="No", U="Unknown")
SEX = codelist("SEX", F="Female", M="Male")
RESULT = codelist("RESULT", "POSITIVE", "NEGATIVE", "INDETERMINATE", "NOT DONE")

# Why a value is missing; kept beside the value's column, never inside it.
NOT_DONE, NOT_APPLICABLE, UNKNOWN = "NOT DONE", "NOT APPLICABLE", "UNKNOWN"
MISSING = codelist("MISSING", NOT_DONE, NOT_APPLICABLE, UNKNOWN)
