import os
import signal
import socket
import sys
import threading
from argparse import ArgumentParser
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from honcho.manager import Manager

from trialsite import environment
from trialsite.serving import leftovers, procfile, run_record
from trialsite.serving.announcing import announce_when_up
from trialsite.serving.demonstration import introduction, prepare_demonstration, run

STOPPED_BY_HAND = {128 + signal.SIGINT, 128 + signal.SIGTERM}


class Command(BaseCommand):
    help = "Runs the whole system on this machine, for development and demonstration."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--prepare", action="store_true", help="only make everything ready, then end")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEBUG:
            environment.refuse("serve is for development; in production every process is started by itself.")
        port = environment.number("PORT", default=8000)
        address = f"http://127.0.0.1:{port}"
        if not options["prepare"]:
            _clear_the_way(port)
        if environment.value("DATABASE_URL"):
            run("prepare_database")
        run("migrate", "--verbosity", "0")
        if settings.DEMO:
            prepare_demonstration()
        if not options["prepare"]:
            _serve(address, port)


def _clear_the_way(port: int) -> None:
    if other := run_record.address_of_other():
        environment.refuse(f"it runs already, at {other}.")
    if stopped := leftovers.stop():
        print(f"Stopped {stopped} processes that an interrupted run left behind.")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            environment.refuse(f"port {port} is in use; choose another, as in: make run PORT={port + 1}")


def _serve(address: str, port: int) -> None:
    manager = Manager()
    for name, command in procfile.commands().items():
        variables = procfile.variables(command, port=port)
        manager.add_process(name, command, env=variables, cwd=str(environment.ROOT))
    run_record.write(address)
    signal.signal(signal.SIGHUP, _end)  # the terminal was closed
    ended = threading.Event()
    announce_when_up(address, introduction(), ended)
    try:
        manager.loop()
    finally:
        ended.set()
        run_record.remove()
    if manager.returncode not in STOPPED_BY_HAND:
        print("edc: a process ended by itself, so everything was stopped; see above.", file=sys.stderr)
        raise SystemExit(1)


def _end(signum: int, frame: FrameType | None) -> None:
    os.kill(os.getpid(), signal.SIGTERM)
