"""The key that opens one disclosure: half of it in the asking browser, half in the web server, none in the
database.

The browser keeps a secret of 32 random bytes in a cookie that scripts cannot read, for this participant's
unblinding pages only, and for an hour. With it and the server's own secret the key pair of a request is
computed anew when it is needed. A dump has no half, a copy of the server's settings one, a stolen cookie the
other. The same form sent twice gives the same key, and so one request (F7).
"""

import hashlib
import re
import secrets
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from nacl.public import PrivateKey

COOKIE = "edc_unblinding"
LIFE_SECONDS = 3600
_SECRET = re.compile(r"[0-9a-f]{64}")


def secret_of(request: HttpRequest) -> bytes:
    """The browser's secret; a new one where there is none."""
    kept = request.COOKIES.get(COOKIE, "")
    return bytes.fromhex(kept) if _SECRET.fullmatch(kept) else secrets.token_bytes(32)


def keep_secret(response: HttpResponse, secret: bytes, SUBJID: str) -> None:
    """Have the browser keep the secret for the unblinding pages of this participant."""
    keep_secret_at(response, secret, _path(SUBJID))


def keep_secret_at(response: HttpResponse, secret: bytes, path: str) -> None:
    """Have the browser keep the secret for the pages below a path."""
    response.set_cookie(
        COOKIE,
        secret.hex(),
        max_age=LIFE_SECONDS,
        path=path,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def forget_secret(response: HttpResponse, SUBJID: str) -> None:
    """Have the browser throw the secret away: what was sealed to it is closed for ever."""
    forget_secret_at(response, _path(SUBJID))


def forget_secret_at(response: HttpResponse, path: str) -> None:
    """Have the browser throw the secret away that it keeps for the pages below a path."""
    response.delete_cookie(COOKIE, path=path, samesite="Lax")


def key_of(secret: bytes, request_id: UUID) -> PrivateKey:
    """The private key of a request made in the browser with this secret."""
    server = hashlib.sha512(settings.SECRET_KEY.encode()).digest()
    made = hashlib.blake2b(
        secret + request_id.bytes, key=server, person=b"edc.unblinding.1", digest_size=PrivateKey.SIZE
    )
    return PrivateKey(made.digest())


def _path(SUBJID: str) -> str:
    return reverse("randomization:unblinding", kwargs={"SUBJID": SUBJID})
