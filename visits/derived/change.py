"""Change from baseline."""

from fractions import Fraction

from visits.derived.exact import Exact, exact


def change(baseline: Exact | None, current: Exact | None) -> Fraction | None:
    """current - baseline, in the unit of both; None when one is missing."""
    if baseline is None or current is None:
        return None
    return exact(current) - exact(baseline)


def percent_change(baseline: Exact | None, current: Exact | None) -> Fraction | None:
    """The change in per cent of the baseline, unrounded; None when one is missing or the baseline is 0.

    The sign is that of the change, whatever the sign of the baseline.
    """
    by = change(baseline, current)
    if by is None or not baseline:
        return None
    return 100 * by / abs(exact(baseline))
