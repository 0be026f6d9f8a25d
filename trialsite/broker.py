"""The address of Redis in the words of Celery."""

from urllib.parse import parse_qs, urlsplit

from trialsite import environment


def address(url: str) -> str:
    """What Celery connects to.

    url: redis://host:port/0, rediss://… for TLS, or unix:///path?db=0. Anything else ends the process.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"redis", "rediss", "unix"}:
        environment.refuse("REDIS_URL must read redis://host:port/0.")
    if parts.scheme != "unix":
        return url
    number = parse_qs(parts.query).get("db", ["0"])[0]
    return f"redis+socket://{parts.netloc}{parts.path}?virtual_host={number}"
