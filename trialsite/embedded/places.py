"""Where the embedded servers keep their files, and the account that PostgreSQL runs under.

PostgreSQL refuses to run as root. Started by root it runs as `nobody`; where that account cannot reach the
checkout (a clone inside somebody's 0700 home), it gets a directory of its own, reached by a link in $EDC_VAR.
No directory that is not ours is ever opened up for it.
"""

import hashlib
import os
import pwd
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from trialsite import environment

LONGEST_SOCKET_PATH = 100  # bytes; the limit of the system is 104 on macOS and 108 on Linux


@dataclass(frozen=True)
class Account:
    """An account of the operating system by its numbers."""

    uid: int
    gid: int


def unprivileged() -> Account | None:
    """The account to step down to, or None when this process is not root."""
    if os.geteuid() != 0:
        return None
    nobody = pwd.getpwnam("nobody")
    return Account(nobody.pw_uid, nobody.pw_gid)


def directory(path: Path, owner: Account | None = None) -> Path:
    """The directory, made private (0700) to its owner if it was not there."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    if owner and path.stat().st_uid != owner.uid:
        os.chown(path, owner.uid, owner.gid)
    return path


def var(*parts: str) -> Path:
    """A private directory under $EDC_VAR."""
    root = environment.var()
    root.mkdir(parents=True, exist_ok=True)
    return directory(root.joinpath(*parts))


def key() -> str:
    """A short name that tells this data directory from any other on the machine."""
    return hashlib.sha256(os.fsencode(environment.var())).hexdigest()[:12]


def socket_directory(server: str) -> Path:
    """Where a server's Unix socket lives: beside its data; in the temporary directory when that is too long.

    Makes nothing, so that settings may ask before any server ran.
    """
    beside = environment.var() / server / "socket"
    if len(os.fsencode(beside)) <= LONGEST_SOCKET_PATH - len("/.s.PGSQL.65535"):
        return beside
    return Path(tempfile.gettempdir()) / f"edc-{os.geteuid()}-{key()}" / server


def make_socket_directory(server: str, owner: Account | None = None) -> Path:
    """Make the socket directory; refuse one that somebody else put in the temporary directory."""
    path = socket_directory(server)
    for part in (path.parent, path):
        directory(part, owner)
        status = part.stat()
        if status.st_uid not in {os.geteuid(), owner.uid if owner else os.geteuid()}:
            environment.refuse(f"{part} belongs to another user; remove it or set EDC_VAR to a shorter path.")
    return path


def remove_socket_directory(server: str) -> None:
    """Leave nothing in the temporary directory once the server is down."""
    path = socket_directory(server)
    if environment.var() in path.parents:
        return
    for part in (path, path.parent):
        try:
            part.rmdir()
        except OSError:
            return  # the other server still has its own in there


def reachable(path: Path, account: Account | None) -> bool:
    """Whether the account can write into the directory."""
    if account is None:
        return True
    test = ["/bin/sh", "-c", 'test -w "$1" && test -x "$1"', "sh", str(path)]
    done = subprocess.run(test, user=account.uid, group=account.gid, extra_groups=[], cwd="/", check=False)
    return done.returncode == 0


def home(server: str, account: Account | None) -> Path:
    """The directory that holds a server's data: $EDC_VAR/<server>, or what that links to."""
    here = environment.var() / server
    if account is None or here.is_symlink():
        return here
    var()
    here.mkdir(mode=0o700, exist_ok=True)
    directory(here, account)
    if reachable(here, account):
        return here
    lib = Path("/var/lib")
    own = (lib if lib.is_dir() else Path("/var/db")) / f"edc-{key()}"
    directory(own, account)
    here.rmdir()
    here.symlink_to(own)
    return here
