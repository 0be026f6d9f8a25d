"""Queries that every page runs, built once.

For a row that is found by its key, the ORM takes longer to build the statement than PostgreSQL takes to run
it. Here the statement is built at first use, and each run gives only its values.
"""

from collections.abc import Callable
from functools import cached_property
from typing import Any, Generic, NamedTuple, TypeVar

from django.db import connection, models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.expressions import Expression
from django.db.models.query import QuerySet, get_related_populators
from django.db.models.sql.compiler import SQLCompiler

Row = TypeVar("Row", bound=models.Model)


class Given(Expression):
    """Stands in a filter for the value that each run gives under this name."""

    def __init__(self, name: str) -> None:
        super().__init__(output_field=models.TextField())
        self.name = name

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple[Any, ...]]:
        """A placeholder; the parameter is this object itself."""
        return "%s", (self,)


class _Statement(NamedTuple):
    sql: str
    parameters: list[Any]
    model: type[models.Model]
    columns: slice
    names: list[str]
    related: list[Any]


class PreparedValues:
    """As Prepared, for values: `PreparedValues(lambda: ….values_list("a", "b"))`, then `.all(name="x")`.

    No column may be one that is converted when it is read (JSON); AssertionError at the first run.
    """

    def __init__(self, build: Callable[[], "QuerySet[Any, Any]"]) -> None:
        self._build = build

    @cached_property
    def _statement(self) -> tuple[str, list[Any]]:
        compiler = self._build().query.get_compiler("default")
        sql, parameters = compiler.as_sql()
        selected: Any = compiler.select
        assert not compiler.get_converters([each[0] for each in selected])
        return sql, list(parameters)

    def all(self, **given: object) -> list[tuple[Any, ...]]:
        """Every row, its columns in the order of the query set."""
        sql, parameters = self._statement
        with connection.cursor() as cursor:
            cursor.execute(sql, _bound(parameters, given))
            rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


class Prepared(Generic[Row]):
    """`Prepared(lambda: Model.objects.filter(name=Given("name")))`, then `.first(name="x")`.

    The query set may use select_related and select_for_update; it may not be sliced, and its models may have
    no columns that are converted when they are read (JSON).
    """

    def __init__(self, build: "Callable[[], QuerySet[Row]]") -> None:
        self._build = build

    @cached_property
    def _statement(self) -> _Statement:
        compiler = self._build().query.get_compiler("default")
        sql, parameters = compiler.as_sql()
        info: Any = compiler.klass_info
        fields = info["select_fields"]
        first, end = fields[0], fields[-1] + 1
        select: Any = compiler.select
        names = [select[place][0].target.attname for place in range(first, end)]
        related = get_related_populators(info, select, "default")  # type: ignore[call-arg]  # of a later Django
        return _Statement(sql, list(parameters), info["model"], slice(first, end), names, related)

    def first(self, **given: object) -> Row | None:
        """The first row; None when there is none."""
        statement = self._statement
        with connection.cursor() as cursor:
            cursor.execute(statement.sql, _bound(statement.parameters, given))
            row = cursor.fetchone()
        if row is None:
            return None
        found: Any = statement.model.from_db("default", statement.names, row[statement.columns])
        for each in statement.related:
            each.populate(row, found)
        made: Row = found
        return made


def _bound(parameters: list[Any], given: dict[str, object]) -> list[Any]:
    """The parameters of one run. KeyError for a value that is not given."""
    return [given[each.name] if isinstance(each, Given) else each for each in parameters]
