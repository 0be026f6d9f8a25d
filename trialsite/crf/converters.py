"""Visit and form codes in addresses; capital letters, so that no page's name can be one."""

from django.urls import register_converter
from django.urls.converters import IntConverter, StringConverter


class VisitCode(StringConverter):
    """A visit: S, D1, W2, …"""

    regex = "[A-Z][A-Z0-9]{0,3}"


class FormCode(StringConverter):
    """A form: VS, LBI, HRCT, …"""

    regex = "[A-Z]{2,8}"


class SubjectNumber(StringConverter):
    """A participant's number: site and place, 01-001."""

    regex = "[0-9]{2}-[0-9]{3,4}"


class RepeatNumber(IntConverter):
    """The number of a retest or of an event, counted from 1; the planned record has none."""

    regex = "[1-9][0-9]{0,2}"


def register() -> None:
    """Make the converters known; Django keeps them for the whole site."""
    register_converter(VisitCode, "visit")
    register_converter(FormCode, "form")
    register_converter(SubjectNumber, "subject")
    register_converter(RepeatNumber, "repeat")
