"""Which tests prove which requirement (D6): `make test ARGS=--trace-requirements` writes var/trace.txt."""

import re
from collections import Counter, defaultdict
from typing import cast

import pytest

from trialsite import environment


def pytest_addoption(parser: pytest.Parser) -> None:
    """The option that asks for the trace."""
    parser.addoption("--trace-requirements", action="store_true", help="write which tests prove what")


def pytest_configure(config: pytest.Config) -> None:
    """Results come together in the process that was started, not in those it starts."""
    if config.getoption("trace_requirements") and not hasattr(config, "workerinput"):
        config.pluginmanager.register(Trace(), "requirement-trace")


def pytest_itemcollected(item: pytest.Item) -> None:
    """What a test proves travels with its result."""
    proved = {requirement for marker in item.iter_markers("req") for requirement in marker.args}
    item.user_properties.append(("req", sorted(proved)))


class Trace:
    """Requirement -> test -> how often it passed, failed, was skipped; the cases of a test count together."""

    def __init__(self) -> None:
        self.results: dict[str, dict[str, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Called with the result of each phase of each test."""
        if report.when != "call" and report.passed:
            return
        test = re.split(r"[\[@]", report.nodeid, maxsplit=1)[0]
        told = cast("dict[str, list[str]]", dict(report.user_properties))
        for requirement in told.get("req", ()):
            self.results[requirement][test][report.outcome] += 1

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Write the trace and say where."""
        file = environment.var() / "trace.txt"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("".join(f"{line}\n" for line in self.lines()), encoding="utf-8")
        terminalreporter.write_line(f"{len(self.results)} requirements traced to tests: {file}")

    def lines(self) -> list[str]:
        """A line a requirement and test: A1, 3 passed, tests/audit/test_capture.py::test_…"""
        by_number = sorted(self.results, key=lambda each: (each.rstrip("0123456789"), len(each), each))
        return [
            f"{requirement:4} {', '.join(f'{n} {how}' for how, n in sorted(counts.items())):12} {test}"
            for requirement in by_number
            for test, counts in sorted(self.results[requirement].items())
        ]
