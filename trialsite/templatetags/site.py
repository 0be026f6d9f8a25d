"""Template tags of every page: the inlined stylesheet, icons and state badges."""

import re
from functools import lru_cache
from pathlib import Path

from django import template
from django.conf import settings
from django.template import Context
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from trialsite import icons
from trialsite.navigation import Link

register = template.Library()

STYLESHEETS = Path(settings.BASE_DIR) / "static" / "css"


@lru_cache(maxsize=16)
def _stylesheet(path: Path, changed: int) -> SafeString:
    """The stylesheet without its comments and indentation, read once for each change of the file."""
    text = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    lines = (line.strip() for line in text.splitlines())
    return mark_safe("\n".join(line for line in lines if line))  # noqa: S308 - a file of this project


@register.simple_tag
def stylesheet(name: str = "site") -> SafeString:
    """A whole stylesheet, to stand in the page: nothing then blocks the first paint.

    Every page has "site"; a page with parts of its own adds theirs in the block `styles`.
    """
    path = STYLESHEETS / f"{name}.css"
    return _stylesheet(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=256)
def _navigation(links: tuple[Link, ...]) -> SafeString:
    return render_to_string("components/nav.html", {"nav": links})


@register.simple_tag(takes_context=True)
def navigation(context: Context) -> SafeString:
    """The links to the rooms; rendered once for the same links, which few combinations of roles make."""
    return _navigation(tuple(context["nav"]))


@register.simple_tag
def icon(name: str) -> SafeString:
    """`{% icon "export" %}`; names in trialsite/icons.py."""
    return icons.icon(str(name))


@register.simple_tag
def icon_sprite() -> SafeString:
    """The icons that pages repeat; once, at the end of the body."""
    return icons.sprite()


@register.simple_tag
def state(code: str, word: str = "", *, big: bool = False) -> SafeString:
    """`{% state "due" %}`, `{% state "met" "Does not apply" %}`; codes in trialsite/icons.py."""
    return icons.state(str(code), str(word), big=big)
