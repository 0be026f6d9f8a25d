"""A site with a loaded list, and kits of one label in stock."""

from collections.abc import Callable

import pytest

from randomization.vault.database import Connection
from randomization.vault.kits_checks import LabelledKit
from randomization.vault.kits_packing import Pack
from tests.randomization import factories
from tests.randomization.supply.factories import EARLY, stock
from trialsite.accounts.models import Site

Stocked = Callable[..., list[LabelledKit]]


@pytest.fixture
def listed(vault_db: Connection, site: Site) -> factories.OpenList:
    """A loaded list, and no kit anywhere."""
    return factories.load_list(vault_db, pairs=0, per_stratum=60)


@pytest.fixture
def stocked(vault_db: Connection, listed: factories.OpenList, site: Site) -> Stocked:
    """stocked(3) puts three pairs of a label into the stock of the site."""

    def put(pairs: int, lot: str = "A1", expiry: object = EARLY) -> list[LabelledKit]:
        kits = stock(vault_db, listed.key, site, Pack(site.code, lot, expiry, pairs))  # type: ignore[arg-type]
        listed.stock.extend(kits)
        return kits

    return put
