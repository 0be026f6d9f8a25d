"""A mail server for tests, on a real socket, that can be told to refuse, to hang up, or to keep silent."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class MailServer(socketserver.ThreadingTCPServer):
    """Accepts mail. `received` holds the text of each mail whose last line has arrived."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Conversation)
        self.received: list[str] = []
        self.refuse_recipients = False
        self.hang_up_after_mail = False
        # While it is cleared, a mail that has arrived gets no answer.
        self.may_answer = threading.Event()
        self.may_answer.set()
        self.arrived = threading.Semaphore(0)

    @property
    def port(self) -> int:
        """Where it listens on 127.0.0.1."""
        return int(self.server_address[1])


class _Conversation(socketserver.StreamRequestHandler):
    server: MailServer

    def handle(self) -> None:
        self._say("220 ready")
        for line in self.rfile:
            verb = line[:4].upper()
            if verb == b"QUIT":
                self._say("221 bye")
                return
            if verb == b"RCPT" and self.server.refuse_recipients:
                self._say("450 not now")
            elif verb == b"DATA":
                self._say("354 go on")
                if not self._take_mail():
                    return
            else:
                self._say("250 ok")

    def _take_mail(self) -> bool:
        lines = []
        for line in self.rfile:
            if line == b".\r\n":
                break
            lines.append(line)
        self.server.received.append(b"".join(lines).decode())
        self.server.arrived.release()
        if self.server.hang_up_after_mail:
            return False
        self.server.may_answer.wait(timeout=60)
        self._say("250 taken")
        return True

    def _say(self, answer: str) -> None:
        self.wfile.write(f"{answer}\r\n".encode())


@contextmanager
def running() -> Iterator[MailServer]:
    """A server that listens until the block ends."""
    with MailServer() as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        try:
            yield server
        finally:
            server.may_answer.set()
            server.shutdown()
