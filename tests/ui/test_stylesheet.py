"""The stylesheet is small and stands in the page under the nonce; no template breaks the policy."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import get_template
from django.test import Client

from trialsite.icons import INLINE, SPRITE, STATES, icon, sprite, state
from trialsite.templatetags.site import STYLESHEETS, stylesheet

TEMPLATES = sorted(Path(settings.BASE_DIR, "templates").rglob("*.html"))
LIMIT = 22 * 1024  # bytes, comments included


def _names(tag: str) -> set[str]:
    """The literal first arguments of a template tag in all templates."""
    pattern = re.compile(r"{% " + tag + r' "([^"]+)"')
    return {name for path in TEMPLATES for name in pattern.findall(path.read_text(encoding="utf-8"))}


@pytest.mark.parametrize("path", sorted(STYLESHEETS.glob("*.css")), ids=lambda path: path.stem)
def test_a_stylesheet_stays_small(path: Path) -> None:
    assert path.stat().st_size <= LIMIT


@pytest.mark.parametrize("path", sorted(STYLESHEETS.glob("*.css")), ids=lambda path: path.stem)
def test_a_stylesheet_fetches_nothing(path: Path) -> None:
    assert "url(" not in stylesheet(path.stem)
    assert "@import" not in stylesheet(path.stem)


@pytest.mark.django_db
@pytest.mark.req("S1")
def test_a_page_holds_the_whole_stylesheet_under_the_nonce_of_its_policy() -> None:
    response = Client().get("/login/")
    nonce = re.search(r"'nonce-([^']+)'", response["Content-Security-Policy"])
    assert nonce
    assert f'<style nonce="{nonce[1]}">{stylesheet()}</style>' in response.content.decode()


@pytest.mark.django_db
def test_a_page_is_small_and_waits_for_no_script() -> None:
    page = Client().get("/login/").content.decode()
    assert len(page.encode()) < 40_000
    scripts = re.findall(r"<script[^>]*>", page)
    assert scripts
    assert all(" defer" in script and "nonce=" in script and "src=" in script for script in scripts)
    assert 'rel="stylesheet"' not in page


@pytest.mark.req("S1")
@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(settings.BASE_DIR)))
def test_a_template_has_no_inline_style_handler_or_foreign_address(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"<[^>]*\sstyle=", text)
    assert not re.search(r"<[^>]*\son[a-z]+=", text)
    assert not re.search(r"<script(?![^>]*nonce=)", text)
    assert not re.search(r"""(src|href)=["'](https?:)?//""", text)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(settings.BASE_DIR)))
def test_a_template_can_be_parsed(path: Path) -> None:
    get_template(str(path.relative_to(Path(settings.BASE_DIR, "templates"))))


def test_templates_name_only_icons_and_states_that_exist() -> None:
    assert _names("icon") <= INLINE.keys() | SPRITE.keys()
    assert _names("state") <= STATES.keys()


@pytest.mark.parametrize("name", [*SPRITE, *INLINE])
def test_an_icon_is_hidden_from_screen_readers(name: str) -> None:
    assert 'aria-hidden="true"' in icon(name)


def test_the_sprite_holds_every_icon_that_is_referred_to() -> None:
    assert all(f'id="i-{name}"' in sprite() for name in SPRITE)
    assert {each.icon for each in STATES.values()} <= SPRITE.keys()


@pytest.mark.parametrize("code", STATES)
def test_a_state_is_an_icon_and_a_word(code: str) -> None:
    assert re.search(r"<svg.*</svg> " + STATES[code].word + "</span>", state(code))


def test_the_word_of_a_state_can_be_another_and_is_escaped() -> None:
    assert "Does not apply" in state("met", "Does not apply")
    assert "<b>" not in state("met", "<b>")
