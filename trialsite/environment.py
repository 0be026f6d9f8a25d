"""The variables that the system reads, and what it says when one is wrong.

Every variable NAME may also be given as NAME_FILE, the path of a file holding the value (compose secrets).

Development is the default. Production sets DEBUG=0, and from then on nothing is assumed: a missing variable
is one line on standard error and exit code 2.
"""

import os
import secrets
import sys
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent.parent
YES = {"1", "true", "yes", "on"}
NO = {"0", "false", "no", "off"}
ROLES = ("web", "owner", "vault", "administrator")


def refuse(message: str) -> NoReturn:
    """Say in one line what is wrong with the environment and end the process with code 2."""
    print(f"edc: {message}", file=sys.stderr)
    raise SystemExit(2)


def value(name: str) -> str:
    """The value of NAME, or the content of the file that NAME_FILE names; empty when neither is given."""
    if given := os.environ.get(name, "").strip():
        return given
    path = os.environ.get(f"{name}_FILE", "").strip()
    if not path:
        return ""
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except OSError as error:
        refuse(f"{name}_FILE points to {path}, which cannot be read: {error.strerror}.")


def flag(name: str, *, default: bool) -> bool:
    """A yes or no. Allowed: 1, 0, true, false, yes, no, on, off."""
    given = value(name).lower()
    if not given:
        return default
    if given in YES:
        return True
    if given in NO:
        return False
    refuse(f"{name} is '{given}'; allowed are 1 and 0.")


def number(name: str, *, default: int) -> int:
    """A whole number above 0."""
    given = value(name)
    if not given:
        return default
    if not given.isdecimal() or int(given) == 0:
        refuse(f"{name} is '{given}'; it must be a whole number above 0.")
    return int(given)


def required(name: str, what: str) -> str:
    """The value of a variable that production cannot do without."""
    given = value(name)
    if not given:
        refuse(f"{name} is missing: {what}. Set {name} or {name}_FILE.")
    return given


def development() -> bool:
    """Whether this is development: DEBUG is on unless it is switched off."""
    return flag("DEBUG", default=True)


def role() -> str:
    """The database role of this process: web, owner or vault; administrator for `prepare_database` alone."""
    given = value("DATABASE_ROLE") or "web"
    if given not in ROLES:
        refuse(f"DATABASE_ROLE is '{given}'; allowed are {', '.join(ROLES)}.")
    return given


def var() -> Path:
    """The directory that holds everything this checkout writes: databases, secrets, logs."""
    return Path(os.environ.get("EDC_VAR") or ROOT / "var").absolute()


def generated(name: str) -> str:
    """A secret of development, made at first use and kept in $EDC_VAR/secrets (0600)."""
    path = var() / "secrets" / name
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = path.with_name(f".{name}.{os.getpid()}.{secrets.token_hex(4)}")
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(36))
        try:
            os.link(fresh, path)  # atomic: of two processes starting at once, one makes the secret
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_text(encoding="utf-8").strip()


def development_vault_key() -> Path:
    """Where development keeps the private key of the allocation list."""
    return var() / "secrets" / "vault.key"


def vault_key_file() -> Path | None:
    """The file of the private key; None in every process but the vault's, whatever the variable says."""
    given = os.environ.get("VAULT_KEY_FILE", "").strip()
    if role() != "vault":
        if given and not development():
            refuse("VAULT_KEY_FILE is set for a process that is not the vault; only the vault may hold it.")
        return None
    if not given and not development():
        refuse("VAULT_KEY_FILE is missing: the file of the private key that opens the allocation list.")
    return Path(given) if given else development_vault_key()
