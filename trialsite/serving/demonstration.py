"""What a fresh checkout needs to show the trial: a key, a list, people, and participants under way."""

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import psycopg
from django.conf import settings
from django.db import connection

from trialsite import environment
from trialsite.accounts import demonstration
from trialsite.accounts.models import Role
from trialsite.embedded import roles

PARTICIPANTS = 24
PAIRS_A_LOT = 150
SEED = 2026


def prepare_demonstration() -> None:
    """Make whatever of it is missing. Running it again changes nothing."""
    prepare_randomization()
    run("make_demo_accounts")
    prepare_kits()
    if not _has_participants():
        run("simulate_trial", "--participants", str(PARTICIPANTS), "--seed", str(SEED))


def prepare_randomization() -> None:
    """The vault's key and a loaded list, made at run time where they are missing."""
    key = Path(os.environ.get("VAULT_KEY_FILE") or environment.development_vault_key())
    if not key.exists():
        run("make_vault_key", VAULT_KEY_FILE=str(key))
    if not _list_is_loaded():
        sealed = environment.var() / "demonstration-list.sealed"
        sealed.unlink(missing_ok=True)
        run(
            *("seal_list", "--public-key", str(key.with_suffix(".pub"))),
            *("--out", str(sealed), "--maker", "statistician"),
        )
        run("load_list", str(sealed), "--by", "statistician2", VAULT_KEY_FILE=str(key))


def prepare_kits() -> None:
    """Two lots of kits in the depot for each site that has none; they are shipped by the simulation."""
    if not (sites := _sites_without_kits()):
        return
    key = Path(os.environ.get("VAULT_KEY_FILE") or environment.development_vault_key())
    sealed = environment.var() / "demonstration-kits.sealed"
    sealed.unlink(missing_ok=True)
    year = datetime.now(UTC).year
    packs = [
        argument
        for site in sites
        for lot, expiry in (("A", f"{year + 1}-09-30"), ("B", f"{year + 2}-03-31"))
        for argument in ("--pack", f"{site}:D{lot}{year}:{expiry}:{PAIRS_A_LOT}")
    ]
    run(
        *("seal_kits", "--public-key", str(key.with_suffix(".pub")), "--out", str(sealed)),
        *("--maker", "pharmacist", *packs),
    )
    run("load_kits", str(sealed), "--by", "statistician2", VAULT_KEY_FILE=str(key))


def run(command: str, *arguments: str, **variables: str) -> None:
    """Run a management command as a process of its own, under its own database role.

    Its error goes to standard error; SystemExit(1) with one line says which command failed.
    """
    environ = {name: given for name, given in os.environ.items() if name != "DATABASE_ROLE"}
    done = subprocess.run(
        [sys.executable, str(environment.ROOT / "manage.py"), command, *arguments],
        env={**environ, **variables},
        stdout=subprocess.DEVNULL,
        check=False,
    )
    if done.returncode:
        print(f"edc: {command} failed; nothing was started.", file=sys.stderr)
        raise SystemExit(1)


def _list_is_loaded() -> bool:
    where = connection.settings_dict
    with psycopg.connect(
        host=where["HOST"],
        port=where["PORT"] or None,
        dbname=where["NAME"],
        user=roles.VAULT,
        password=roles.password(roles.VAULT),
    ) as vault:
        row = vault.execute("SELECT EXISTS (SELECT FROM vault.list)").fetchone()
    return row == (True,)


def _sites_without_kits() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT code FROM accounts_site WHERE NOT EXISTS"
            " (SELECT FROM randomization_kit WHERE site_id = code) ORDER BY code"
        )
        return [code for (code,) in cursor.fetchall()]


def _has_participants() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM screening_participant)")
        return bool(cursor.fetchone() == (True,))


def introduction() -> list[str]:
    """The lines that name the accounts, one a role, and their password; none without demonstration."""
    if not settings.DEMO:
        return []
    shown = {account.role: account for account in reversed(demonstration.ACCOUNTS)}
    width = max(len(account.username) for account in shown.values())
    people = [f"  {shown[role].username.ljust(width)}  {role.label}" for role in Role]
    return [
        "This is a demonstration: enter no real participant. Sign in as",
        *people,
        f"with the password {demonstration.password()}",
    ]
