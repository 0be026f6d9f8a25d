"""A fault at one statement of a way: before it reaches the server, or after its answer came back."""

from collections.abc import Callable
from typing import Any

import psycopg


class Strike:
    """Counts the statements of web process and vault, and does the fault at the one with number `at`."""

    def __init__(self, fault: Callable[[], None], at: int = 0, *, before: bool = False) -> None:
        self.count = 0
        self._fault, self._at, self._before = fault, at, before

    def around(self, run: Callable[[], Any]) -> Any:
        """Run one statement."""
        self.count += 1
        mine = self.count == self._at
        if mine and self._before:
            self._fault()
        result = run()
        if mine and not self._before:
            self._fault()
        return result

    def web(self, execute: Callable[..., Any], *arguments: Any) -> Any:
        """A wrapper of Django's cursor."""
        return self.around(lambda: execute(*arguments))

    def vault(self) -> type[psycopg.Cursor[Any]]:
        """A cursor for the vault's connection."""
        strike = self

        class Struck(psycopg.Cursor[Any]):
            def execute(self, *args: Any, **options: Any) -> "Struck":
                strike.around(lambda: psycopg.Cursor.execute(self, *args, **options))
                return self

        return Struck
