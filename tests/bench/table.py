"""A measured figure, and the table of them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One figure; `limit` is the most it may be, None when it is only reported."""

    name: str
    value: float
    unit: str
    limit: float | None = None

    @property
    def passed_limit(self) -> bool:
        """True when the figure is worse than its limit."""
        return self.limit is not None and self.value > self.limit

    def as_json(self) -> dict[str, float | str | None]:
        """As it stands in bench.json."""
        return {"value": self.value, "unit": self.unit, "limit": self.limit}


def printed(figures: list[Figure]) -> str:
    """The table for a terminal."""
    lines = [f"{'measure':32} {'value':>10} {'limit':>8}  unit"]
    for figure in figures:
        limit = "" if figure.limit is None else f"{figure.limit:g}"
        mark = "  over the limit" if figure.passed_limit else ""
        lines.append(f"{figure.name:32} {figure.value:>10.3f} {limit:>8}  {figure.unit}{mark}")
    return "\n".join(lines)
