"""Which tests prove which requirement (D6): `make test ARGS=--trace-requirements` writes var/trace.txt."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import cast

import pytest

from trialsite import environment


def listed() -> list[str]:
    """The numbers of all requirements, in the order of docs/requirements.md."""
    page = environment.ROOT / "docs" / "requirements.md"
    return re.findall(r"^\| ([A-Z]\d+) ", page.read_text(encoding="utf-8"), re.MULTILINE)


def pytest_addoption(parser: pytest.Parser) -> None:
    """The option that asks for the trace."""
    parser.addoption("--trace-requirements", action="store_true", help="write which tests prove what")


def pytest_configure(config: pytest.Config) -> None:
    """Results come together in the process that was started, not in those it starts."""
    if config.getoption("trace_requirements") and not hasattr(config, "workerinput"):
        config.pluginmanager.register(Trace(), "requirement-trace")


def pytest_itemcollected(item: pytest.Item) -> None:
    """What a test proves travels with its result."""
    item.user_properties.append(("req", [each for mark in item.iter_markers("req") for each in mark.args]))


class Trace:
    """Requirement -> test -> how often it passed, failed, was skipped; the cases of a test count together."""

    def __init__(self) -> None:
        self.results: dict[str, dict[str, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Called with the result of each phase of each test."""
        told = cast("dict[str, list[str]]", dict(report.user_properties))
        for requirement in told.get("req", ()):
            if report.when == "call" or not report.passed:
                test = re.split(r"[\[@]", report.nodeid, maxsplit=1)[0]
                self.results[requirement][test][report.outcome] += 1

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Write the trace and say where."""
        file = environment.var() / "trace.txt"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("".join(f"{line}\n" for line in self.lines()), encoding="utf-8")
        terminalreporter.write_line(f"{len(self.results)} of {len(listed())} requirements have tests: {file}")

    def lines(self) -> Iterator[str]:
        """A line a requirement and test: A1, 3 passed, tests/audit/test_capture.py::test_…"""
        for requirement in listed():
            for test, counts in sorted(self.results.get(requirement, {"": {"no test": 0}}).items()):
                words = ", ".join(f"{number or ''} {how}".strip() for how, number in sorted(counts.items()))
                yield f"{requirement:4} {words:12} {test}".rstrip()
