"""Derived values of the visits (clinical content 4.4 to 4.9): pure, exact, missing stays missing."""
