"""Icons and state badges: a state is always shown as an icon and a word; its colour only repeats them.

The icons that a page repeats (a casebook has one in each cell) are drawn once a page, in a sprite, and
referred to; the others stand inline where they are used.
"""

from dataclasses import dataclass
from functools import cache
from typing import Final, Literal

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from heroicons.templatetags.heroicons import heroicon_micro

Tone = Literal["good", "info", "warn", "bad", "query", "quiet"]


@dataclass(frozen=True, slots=True)
class State:
    """How one state looks: its word, its icon (a key of ICONS) and its tone (a class of the stylesheet)."""

    word: str
    icon: str
    tone: Tone
    plain: bool = False


STATES: Final[dict[str, State]] = {
    # of a form or a visit
    "not-due": State("Not due", "dash", "quiet", plain=True),
    "due": State("Due", "due", "info"),
    "overdue": State("Overdue", "warning", "bad"),
    "incomplete": State("Incomplete", "pencil", "warn"),
    "complete": State("Complete", "check", "good", plain=True),
    "query": State("Query", "query", "query"),
    "signed": State("Signed", "signed", "good", plain=True),
    "changed": State("Changed", "changed", "warn"),
    "locked": State("Locked", "lock", "quiet", plain=True),
    "not-done": State("Not done", "none", "quiet", plain=True),
    "void": State("Void", "none", "quiet", plain=True),
    "masked": State("Masked", "masked", "quiet"),
    # of work
    "waiting": State("Waiting", "waiting", "info"),
    "done": State("Done", "check", "good", plain=True),
    "open": State("Open", "due", "info"),
    "closed": State("Closed", "lock", "quiet", plain=True),
    "refused": State("Refused", "refuse", "bad"),
    "ended": State("Ended", "none", "quiet", plain=True),
    "unblinded": State("Unblinded", "reveal", "warn"),
    # of a criterion; the word of an exclusion is given where it is shown
    "met": State("Met", "done", "good", plain=True),
    "not-met": State("Not met", "refuse", "bad"),
    "unknown": State("Not yet known", "ask", "warn"),
    "eligible": State("Eligible", "done", "good"),
    "ineligible": State("Not eligible", "refuse", "bad"),
    # of a saved value, a message, an answer
    "info": State("Note", "info", "info"),
    "ask": State("Please check", "ask", "warn"),
    "refuse": State("Not accepted", "refuse", "bad"),
    "warning": State("Warning", "warning", "warn"),
}

SPRITE: Final[dict[str, str]] = {
    "dash": "minus",
    "due": "clock",
    "warning": "exclamation-triangle",
    "pencil": "pencil-square",
    "check": "check",
    "query": "chat-bubble-left-ellipsis",
    "signed": "check-badge",
    "changed": "arrow-path-rounded-square",
    "lock": "lock-closed",
    "none": "no-symbol",
    "masked": "eye-slash",
    "waiting": "ellipsis-horizontal-circle",
    "done": "check-circle",
    "refuse": "x-circle",
    "ask": "question-mark-circle",
    "info": "information-circle",
    "reveal": "eye",
}

INLINE: Final[dict[str, str]] = {
    "home": "home",
    "people": "users",
    "person": "user-circle",
    "participants": "user-group",
    "calendar": "calendar-days",
    "review": "clipboard-document-check",
    "number": "hashtag",
    "kit": "archive-box",
    "export": "arrow-down-tray",
    "import": "arrow-up-tray",
    "mail": "envelope",
    "help": "lifebuoy",
    "key": "key",
    "history": "list-bullet",
    "search": "magnifying-glass",
    "add": "plus",
    "remove": "trash",
    "close": "x-mark",
    "menu": "bars-3",
    "down": "chevron-down",
    "next": "chevron-right",
    "back": "chevron-left",
    "forward": "arrow-right",
    "offline": "signal-slash",
    "trial": "shield-check",
    "form": "document-text",
    "table": "table-cells",
    "chart": "chart-bar",
    "flag": "flag",
    "print": "printer",
    "repeat": "arrow-path",
    "assumption": "light-bulb",
    "demo": "beaker",
    "safety": "heart",
}


@cache
def icon(name: str) -> SafeString:
    """The icon as SVG, hidden from screen readers: a word always stands beside it.

    Raises KeyError for a name that is neither in SPRITE nor in INLINE.
    """
    if name in SPRITE:
        return format_html('<svg class="icon" aria-hidden="true"><use href="#i-{}"/></svg>', name)
    # Icon files have no width of their own; the class gives it.
    return mark_safe(heroicon_micro(INLINE[name], size=None, **{"class": "icon"}))  # noqa: S308 - no user text


@cache
def sprite() -> SafeString:
    """The icons that pages repeat, once, to stand at the end of a page's body."""
    drawn = "".join(heroicon_micro(file, size=None, id=f"i-{name}") for name, file in SPRITE.items())
    return mark_safe(f'<svg class="sr" aria-hidden="true">{drawn}</svg>')  # noqa: S308 - no user text


@cache
def state(code: str, word: str = "", *, big: bool = False) -> SafeString:
    """The badge of a state: `state("due")`, or with another word: `state("met", "Does not apply")`."""
    look = STATES[code]
    size = " state-big" if big else " state-plain" if look.plain else ""
    classes = f"state tone-{look.tone}{size}"
    return format_html('<span class="{}">{} {}</span>', classes, icon(look.icon), word or look.word)
