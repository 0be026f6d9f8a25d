"""Code-break sheets: one a number, printed beforehand, opened by passphrase with everything stopped (U3).

A sheet carries its number and a code: the number and the arm, encrypted under a key made from the passphrase
(Argon2id, XSalsa20-Poly1305) and a salt of the file. Every code has one length whatever the arm. To open
one takes the sheet, the passphrase, and this program: no database, no broker, no key of the vault.
"""

import html
import re
import struct
from base64 import b32decode, b32encode
from binascii import Error as NotBase32
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from nacl.exceptions import CryptoError
from nacl.pwhash import argon2id
from nacl.secret import SecretBox
from nacl.utils import random

from randomization.vault.database import Connection
from randomization.vault.keys import VaultKey
from randomization.vault.sealing import Slot, open_slot

SHORTEST_PASSPHRASE = 16  # characters
_LAYOUT = struct.Struct(">16s16s")  # treatment number, arm
_SALT = argon2id.SALTBYTES
_CODE_BYTES = _SALT + SecretBox.NONCE_SIZE + _LAYOUT.size + SecretBox.MACBYTES
_GROUP, _GROUPS_A_LINE = 4, 6
_SHEET = re.compile(r'<pre data-number="([^"]+)">([^<]+)</pre>')


class CodeBreakProblem(Exception):
    """A sheet that cannot be made or opened. The message says why and never names an arm."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A printable sheet: the number in the clear, and its code."""

    RANDNO: str
    code: str


def read_slots(connection: Connection, key: VaultKey) -> list[Slot]:
    """Every slot of the loaded list, opened. CodeBreakProblem when no list is loaded; SealBroken."""
    rows = connection.execute(
        "SELECT list.id, slot.stratum, slot.sequence, slot.sealed FROM vault.slot, vault.list"
    ).fetchall()
    if not rows:
        raise CodeBreakProblem("No list is loaded: there is nothing to print.")
    return [
        open_slot(sealed, key.private, list_id=list_id, stratum=stratum, sequence=sequence)
        for list_id, stratum, sequence, sealed in rows
    ]


def make_sheets(slots: Iterable[Slot], passphrase: str) -> list[Sheet]:
    """A sheet for each slot, ordered by number: their order says nothing of the list.

    CodeBreakProblem when the passphrase is too short. Takes about a second, on purpose.
    """
    if len(passphrase) < SHORTEST_PASSPHRASE:
        raise CodeBreakProblem(f"A passphrase has at least {SHORTEST_PASSPHRASE} characters.")
    salt = random(_SALT)
    box = SecretBox(_key(passphrase, salt))
    return sorted(
        (Sheet(slot.RANDNO, _grouped(salt + box.encrypt(_plain(slot)))) for slot in slots),
        key=lambda sheet: sheet.RANDNO,
    )


def open_sheet(text: str, RANDNO: str, passphrase: str) -> str:
    """The arm of a number. text: a file of sheets, or the code of one sheet as somebody typed it.

    Raises CodeBreakProblem: no such number, a mistyped code, another sheet's code, a wrong passphrase.
    """
    raw = _raw(_code_in(text, RANDNO))
    salt, sealed = raw[:_SALT], raw[_SALT:]
    try:
        number, arm = _LAYOUT.unpack(SecretBox(_key(passphrase, salt)).decrypt(sealed))
    except CryptoError:
        raise CodeBreakProblem(
            "It does not open: the passphrase is another one, or a character of the code is wrong."
        ) from None
    if _text(number) != RANDNO:
        raise CodeBreakProblem(f"This code belongs to another sheet than {RANDNO}.")
    return _text(arm)


def read_passphrase(file: Path) -> str:
    """The passphrase in a file, without the end of its line. CodeBreakProblem when it cannot be read."""
    try:
        return file.read_text(encoding="utf-8").strip("\r\n")
    except (OSError, UnicodeDecodeError):
        raise CodeBreakProblem(f"{file} cannot be read as text.") from None


def page(sheets: Sequence[Sheet], *, trial: str, commitment: str, made_at: datetime) -> str:
    """A file to print, one page a sheet, and to open sheets from."""
    head = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f"<title>Code-break sheets, {html.escape(trial)}</title><style>{_STYLE}</style></head><body>\n"
    )
    pages = (
        _SHEET_PAGE.format(
            trial=html.escape(trial),
            number=html.escape(sheet.RANDNO),
            code=sheet.code,
            commitment=commitment[:16],
            made=f"{made_at:%Y-%m-%d %H:%M} UTC",
        )
        for sheet in sheets
    )
    return head + "".join(pages) + "</body></html>\n"


_STYLE = (
    "body{font:14pt/1.4 sans-serif;margin:2cm}section{break-after:page}h1{font-size:20pt}"
    "pre{font:13pt/1.6 monospace;border:1px solid;padding:.5cm}small{color:#444}"
)
_SHEET_PAGE = """<section><h1>{trial}: code break of {number}</h1>
<p>To be opened only when the treatment of this participant must be known and the system does not answer.</p>
<pre data-number="{number}">
{code}
</pre>
<ol><li>The pharmacist runs: <code>manage.py open_code_break FILE {number}</code> and types the passphrase.
FILE is the file of the sheets, or a file with the code above.</li>
<li>Tell the treatment to the physician who asked, and to nobody else. Write it nowhere on this sheet.</li>
<li>Note here: date and time ________________ opened by ________________ asked for by ________________</li>
<li>When the system is back: record it on the page “Code break”.</li></ol>
<p><small>List {commitment}, printed {made}</small></p></section>
"""


def _key(passphrase: str, salt: bytes) -> bytes:
    return bytes(
        argon2id.kdf(
            SecretBox.KEY_SIZE,
            passphrase.encode(),
            salt,
            opslimit=argon2id.OPSLIMIT_MODERATE,
            memlimit=argon2id.MEMLIMIT_MODERATE,
        )
    )


def _plain(slot: Slot) -> bytes:
    return _LAYOUT.pack(slot.RANDNO.encode(), slot.arm.encode())


def _text(padded: bytes) -> str:
    return padded.rstrip(b"\0").decode()


def _grouped(raw: bytes) -> str:
    """The bytes in letters and digits that are not mistaken for each other, in groups that can be typed."""
    letters = b32encode(raw).decode().rstrip("=")
    groups = [letters[place : place + _GROUP] for place in range(0, len(letters), _GROUP)]
    return "\n".join(
        " ".join(groups[place : place + _GROUPS_A_LINE]) for place in range(0, len(groups), _GROUPS_A_LINE)
    )


def _code_in(text: str, RANDNO: str) -> str:
    sheets = dict(_SHEET.findall(text))
    if not sheets:
        return text
    if RANDNO not in sheets:
        raise CodeBreakProblem(f"The file has no sheet of {RANDNO}; it has {len(sheets)} others.")
    return str(sheets[RANDNO])


def _raw(code: str) -> bytes:
    letters = re.sub(r"[\s-]", "", code).upper()
    try:
        raw = b32decode(letters + "=" * (-len(letters) % 8))
    except (NotBase32, ValueError):
        raw = b""
    if len(raw) != _CODE_BYTES:
        wanted = len(b32encode(bytes(_CODE_BYTES)).rstrip(b"="))
        raise CodeBreakProblem(
            f"A code has {wanted} letters A to Z and digits 2 to 7; this has {len(letters)} characters."
        )
    return raw
