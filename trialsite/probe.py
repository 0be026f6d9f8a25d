"""Asks whether the web server of this container answers: `python -m trialsite.probe`; exit code 0 is yes.

Any answer of /healthz counts: web is not to be restarted because the vault is down.
"""

import os
import sys
import urllib.error
import urllib.request

SECONDS = 5


def answers() -> bool:
    """Whether the server answers within SECONDS."""
    host = os.environ.get("ALLOWED_HOSTS", "localhost").split(",")[0]
    url = f"http://127.0.0.1:{os.environ.get('PORT', '8000')}/healthz"
    request = urllib.request.Request(url, headers={"Host": host})
    try:
        urllib.request.urlopen(request, timeout=SECONDS).close()  # noqa: S310 - our own address
    except urllib.error.HTTPError as answer:
        answer.close()
        return answer.code in {200, 503}
    except OSError:
        return False
    return True


if __name__ == "__main__":
    sys.exit(0 if answers() else 1)
