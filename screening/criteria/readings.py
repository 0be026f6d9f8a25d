"""How the registration's open points are read; the values stand in trialsite.protocol."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction

from screening.criteria.tables import REGISTERED, ProtocolTables
from trialsite import protocol


@dataclass(frozen=True)
class Readings:
    """The switches, limits and tables that a criterion may depend on; `tables` are a protocol version's."""

    # A: rapidly progressive ILD excludes. B: it excludes only when PaO2/FiO2 < 200 mmHg.
    ex08: str = protocol.EX08_READING
    hbvdna_factors: Mapping[str, Decimal] = field(default_factory=lambda: protocol.HBVDNA_FACTORS)
    prednisone_factors: Mapping[str, Fraction] = field(default_factory=lambda: protocol.PREDNISONE_FACTORS)
    gc_window_days: int = protocol.GC_WINDOW_DAYS
    ex12_lookback_days: int = protocol.EX12_LOOKBACK_DAYS
    acs_window_days: int = protocol.ACS_WINDOW_DAYS
    infection_window_days: int = protocol.INFECTION_WINDOW_DAYS
    ivig_washout_days: int = protocol.IVIG_WASHOUT_DAYS
    ltbi_min_days: int = protocol.LTBI_MIN_DAYS
    tables: ProtocolTables = REGISTERED

    def __post_init__(self) -> None:
        if self.ex08 not in ("A", "B"):
            raise ValueError("EX08 is read as A or as B.")


DEFAULT = Readings()


def readings_under(tables: ProtocolTables) -> Readings:
    """The readings in force with the tables of a version of the protocol."""
    return replace(DEFAULT, tables=tables)
