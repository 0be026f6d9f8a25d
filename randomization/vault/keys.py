"""The vault's key pair: how it is made, and how the one process that may hold it reads it."""

import os
from pathlib import Path
from typing import NoReturn, SupportsIndex

from nacl.encoding import HexEncoder
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey


class KeyProblem(Exception):
    """A key file that is missing, damaged, open to others or already there. The message says which."""


class VaultKey:
    """The private key. Shows nothing of itself and cannot be copied out by pickling."""

    __slots__ = ("_private",)

    def __init__(self, private: PrivateKey) -> None:
        self._private = private

    @property
    def private(self) -> PrivateKey:
        """The key itself, for opening."""
        return self._private

    @property
    def public(self) -> PublicKey:
        """The half that seals; no secret."""
        return self._private.public_key

    def __repr__(self) -> str:
        return "VaultKey(hidden)"

    def __reduce_ex__(self, protocol: SupportsIndex) -> NoReturn:
        raise TypeError("The vault's key is not copied.")


def public_path(key_file: Path) -> Path:
    """Where the public half of a key is kept: beside it, with the ending .pub."""
    return key_file.with_suffix(".pub")


def make(key_file: Path) -> PublicKey:
    """Make a key pair: the private half in key_file (mode 0600), the public half beside it.

    Raises KeyProblem when there is a key already: a list sealed to it could never be opened again.
    """
    key_file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    private = PrivateKey.generate()
    try:
        descriptor = os.open(key_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise KeyProblem(
            f"{key_file} exists already and is kept: what was sealed to it opens with no other key."
        ) from None
    with os.fdopen(descriptor, "wb") as file:
        file.write(private.encode(HexEncoder) + b"\n")
        file.flush()
        os.fsync(descriptor)
    public_path(key_file).write_bytes(private.public_key.encode(HexEncoder) + b"\n")
    return private.public_key


def load(key_file: Path) -> VaultKey:
    """The private key. Raises KeyProblem when the file is missing, damaged, or readable by others."""
    content = _read(key_file)
    if key_file.stat().st_mode & 0o077:
        raise KeyProblem(f"{key_file} is open to others than its owner; allowed are mode 0600 and 0400.")
    try:
        return VaultKey(PrivateKey(content, HexEncoder))
    except (CryptoError, ValueError, TypeError):
        raise KeyProblem(f"{key_file} does not hold a private key made by make_vault_key.") from None


def load_public(file: Path) -> PublicKey:
    """The public key to seal to. Raises KeyProblem when the file is missing or damaged."""
    content = _read(file)
    try:
        return PublicKey(content, HexEncoder)
    except (CryptoError, ValueError, TypeError):
        raise KeyProblem(f"{file} does not hold a public key made by make_vault_key.") from None


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes().strip()
    except OSError as error:
        raise KeyProblem(f"{file} cannot be read: {error.strerror}.") from None
