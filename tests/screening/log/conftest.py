"""The fixed cast of these tests, and browsers in which its people are signed in."""

from tests.screening.review.conftest import cast, signed_in
from tests.ui.conftest import console

__all__ = ["cast", "console", "signed_in"]
