"""Measure the product against bare Django, side by side in one run, through HTTP on the real stack."""

import json
import subprocess
import sys
from pathlib import Path

from tests.bench import measures
from tests.bench.table import printed
from tests.real_stack import Stack, free_port, make_data_directory, remove_data_directory, wait_for
from trialsite import environment

PARTICIPANTS = 40
SEED = 20_260_316


def main() -> None:
    """Run every measurement, print the table, write bench.json; exit code 1 when a limit is passed."""
    var = make_data_directory("bench")
    stack = Stack(var)
    bare_port = free_port()
    bare: subprocess.Popen[bytes] | None = None
    try:
        stack.start()
        wait_for(stack.healthy, "good health")
        stack.manage("simulate_trial", "--participants", str(PARTICIPANTS), "--seed", str(SEED))
        measures.make_bare_table(stack)
        bare = subprocess.Popen(
            [
                str(Path(sys.executable).with_name("gunicorn")),
                "--config",
                "python:trialsite.gunicorn_config",
                "tests.bench.bare:application",
            ],
            env=stack.env
            | {
                "PORT": str(bare_port),
                "PYTHONPATH": str(environment.ROOT),
                "DJANGO_SETTINGS_MODULE": "trialsite.settings",
            },
            cwd=environment.ROOT,
        )
        wait_for(lambda: measures.answers(bare_port), "an answer of the bare server")
        figures = measures.all_figures(stack, bare_port)
    finally:
        if bare is not None:
            bare.terminate()
            bare.wait()
        stack.stop()
        remove_data_directory(var)
    print(printed(figures))
    written = environment.var() / "bench.json"
    written.parent.mkdir(parents=True, exist_ok=True)
    written.write_text(json.dumps({figure.name: figure.as_json() for figure in figures}, indent=2))
    print(f"Written to {written}")
    if any(figure.passed_limit for figure in figures):
        raise SystemExit(1)


if __name__ == "__main__":
    main()
