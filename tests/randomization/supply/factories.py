"""Kit lists and stock for tests: through the vault's own loading and the site's own actions."""

from collections.abc import Sequence
from datetime import UTC, date, datetime

from nacl.public import PublicKey

from randomization.kit_list_file import SealedKitList
from randomization.supply.actions import Temperature, order_shipment, receive_shipment, send_shipment
from randomization.supply.models import Shipment
from randomization.vault import kits_file, kits_loading, kits_shipping
from randomization.vault.database import Connection
from randomization.vault.keys import VaultKey
from randomization.vault.kits_checks import LabelledKit
from randomization.vault.kits_packing import Pack, draw
from trialsite import protocol
from trialsite.accounts.models import Membership, Role, Site, User
from trialsite.audit.context import acting

LATE, EARLY = date(2028, 6, 30), date(2027, 6, 30)
COOL = Temperature(protocol.KIT_TEMPERATURE[0], protocol.KIT_TEMPERATURE[1])


def signs(by: User) -> None:
    """Nobody types a password here; the check has tests of its own."""


def person(role: Role, site: Site | None = None) -> User:
    """One person with this role, the same each time."""
    username = f"supply-{role.lower().replace('_', '')}-{site.code if site else 'all'}"
    with acting("system:tests"):
        user: User
        user, made = User.objects.get_or_create(
            username=username, defaults={"full_name": username.title(), "email": f"{username}@example.org"}
        )
        if made:
            Membership.objects.create(user=user, role=role, site=site)
    return user


def sealed_list(kits: Sequence[LabelledKit], key: PublicKey, maker: str = "packer") -> SealedKitList:
    """A kit list as seal_kits makes it."""
    return kits_file.seal(kits, trial=protocol.TRIAL, maker=maker, made_at=datetime.now(UTC), key=key)


def load_kits(vault: Connection, key: VaultKey, *packs: Pack) -> list[LabelledKit]:
    """Kits in the depot, with what is in them."""
    kits = draw(packs, protocol.ARMS)
    sealed = sealed_list(kits, key.public)
    kits_loading.check_opens(sealed, key, trial=protocol.TRIAL, arms=protocol.ARMS)
    kits_loading.load(vault, sealed, loader="loader")
    return kits


def ship(vault: Connection, key: VaultKey, site: Site, pairs: int) -> Shipment:
    """A shipment on its way."""
    pharmacist = person(Role.PHARMACIST)
    shipment = order_shipment(by=pharmacist, site=site, pairs=pairs)
    kits_shipping.prepare(vault, key, shipment.pk)
    shipment.refresh_from_db()
    return send_shipment(by=pharmacist, shipment=shipment, password=signs)


def stock(vault: Connection, key: VaultKey, site: Site, *packs: Pack) -> list[LabelledKit]:
    """Kits in stock at a site, with what is in them."""
    kits = load_kits(vault, key, *packs)
    receive(ship(vault, key, site, len(kits) // 2))
    return kits


def receive(shipment: Shipment) -> Shipment:
    """The shipment, all of it arrived in order."""
    return receive_shipment(
        by=person(Role.COORDINATOR, shipment.site),
        shipment=shipment,
        missing=(),
        damaged=(),
        temperature=COOL,
        password=signs,
    )
