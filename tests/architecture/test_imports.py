"""Imports run one way, those inside functions included."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

# From the ground up: a room imports itself and what stands before it.
ORDER = (
    (
        "trialsite.truth",
        "trialsite.protocol",
        "trialsite.windows",
        "trialsite.clock",
        "trialsite.partial_date",
        "trialsite.icons",
        "trialsite.environment",
        "trialsite.prepared",
        "trialsite.broker",
        "trialsite.celery",
        "trialsite.embedded",
    ),
    ("trialsite.accounts",),
    ("trialsite.audit",),
    ("trialsite.crf",),
    ("screening",),
    ("randomization",),
    ("visits",),
    ("trialsite.export",),
    ("trialsite.serving", "trialsite.health", "trialsite.probe"),
    ("trialsite.simulation",),
)
# What connects the rooms: settings, addresses, processes, pages of the whole site.
WIRING = (
    "trialsite.settings",
    "trialsite.urls",
    "trialsite.wsgi",
    "trialsite.apps",
    "trialsite.databases",
    "trialsite.privileges",
    "trialsite.middleware",
    "trialsite.navigation",
    "trialsite.context_processors",
    "trialsite.gunicorn_config",
    "trialsite.templatetags",
    "trialsite.management",
    "trialsite.home",
    "trialsite.pages",
    "manage",
)
VAULT = "randomization.vault"
PACKAGES = ("trialsite", "screening", "randomization", "visits")


def modules() -> list[str]:
    """Every module of the product."""
    files = [path for package in PACKAGES for path in (ROOT / package).rglob("*.py")]
    return [
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for path in files
        if "migrations" not in path.parts
    ]


def imported(module: str) -> Iterator[str]:
    """The product's modules that a module names in an import, wherever in it."""
    path = ROOT / Path(*module.split("."))
    source = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names if within(name.name, PACKAGES))
        elif isinstance(node, ast.ImportFrom) and node.module and within(node.module, PACKAGES):
            assert node.level == 0, f"{module}: a relative import hides where it leads"
            yield from (f"{node.module}.{name.name}" for name in node.names)


def within(module: str, packages: tuple[str, ...]) -> bool:
    """True when a module is one of these or stands below one."""
    return any(module == package or module.startswith(f"{package}.") for package in packages)


def rank(module: str) -> int | None:
    """The room's place in the order; None for wiring."""
    return next((place for place, rooms in enumerate(ORDER) if within(module, rooms)), None)


def test_every_module_is_in_a_room_or_is_wiring() -> None:
    known = tuple(room for rooms in ORDER for room in rooms) + WIRING
    assert [module for module in modules() if module != "trialsite" and not within(module, known)] == []


@pytest.mark.parametrize("module", modules())
def test_a_room_imports_only_what_stands_before_it(module: str) -> None:
    own = rank(module)
    if own is None:
        return
    upward = [name for name in imported(module) if (there := rank(name)) is None or there > own]
    assert [name for name in upward if name != "trialsite"] == []


@pytest.mark.req("B6", "L2")
def test_nobody_imports_the_vault() -> None:
    outside = [module for module in modules() if not within(module, (VAULT,))]
    assert [module for module in outside if any(within(name, (VAULT,)) for name in imported(module))] == []


def test_nobody_imports_the_export() -> None:
    rooms = [
        module
        for module in modules()
        if rank(module) is not None and not within(module, ("trialsite.export",))
    ]
    assert [m for m in rooms if any(within(name, ("trialsite.export",)) for name in imported(m))] == []


@pytest.mark.parametrize("package", ["screening/criteria", "visits"])
def test_pure_rules_know_no_framework(package: str) -> None:
    pure = {
        "screening/criteria": sorted((ROOT / package).glob("*.py")),
        "visits": [
            ROOT / name
            for name in (
                "trialsite/windows.py",
                "visits/reminders/rules.py",
                "visits/dosing/dose_rules.py",
                "visits/dosing/gate.py",
                "visits/dosing/volume.py",
                "visits/dosing/compliance.py",
                "visits/calendar/unscheduled.py",
            )
        ],
    }[package]
    assert pure
    for path in pure:
        names = {
            name
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.Import | ast.ImportFrom)
            for name in (
                [node.module or ""] if isinstance(node, ast.ImportFrom) else [n.name for n in node.names]
            )
        }
        assert not {name for name in names if name.split(".")[0] in {"django", "celery", "psycopg"}}, path
