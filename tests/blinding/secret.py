"""What the vault alone knows of a world, and how it is changed so that nobody else may notice.

A twin has the same treatment numbers, kit numbers and labels. Other are only the arms: of the slots, and of
the kits, which go with the participants who were given them; the kits that are left make up for it, so that
every shipment and label holds as many of either arm, as the checks of a kit list demand.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from randomization.vault.kits_checks import LabelledKit
from randomization.vault.sealing import Slot
from trialsite import protocol

Place = tuple[str, int]  # stratum, sequence
Swap = Callable[[str], str]


@dataclass(frozen=True)
class Secret:
    """The opened list and the opened kits of a world."""

    slots: tuple[Slot, ...]
    kits: tuple[LabelledKit, ...]

    def arm_at(self, place: Place) -> str:
        """The arm of a slot."""
        return next(slot.arm for slot in self.slots if (slot.stratum, slot.sequence) == place)


@dataclass(frozen=True)
class Course:
    """What the vault did in a world: who was given which slot and kits, and which kits travelled together."""

    places: Mapping[str, Place]  # participant -> slot
    kits: Mapping[str, str]  # kit -> participant
    shipments: Mapping[str, str]  # kit -> shipment


def other(arm: str) -> str:
    """The other arm."""
    one, two = protocol.ARMS
    return two if arm == one else one


def all_swapped(secret: Secret, course: Course) -> Secret:
    """N1: every arm is the other one."""
    return _twin(secret, course, {_place(slot): other(slot.arm) for slot in secret.slots}, other)


def one_flipped(secret: Secret, course: Course, participant: str) -> Secret:
    """N2: one participant has the other arm, and the kits that were given are relabelled."""
    flipped = course.places[participant]
    arms = {_place(slot): other(slot.arm) if _place(slot) == flipped else slot.arm for slot in secret.slots}
    return _twin(secret, course, arms, lambda arm: arm)


def fresh_list(secret: Secret, course: Course, drawn: Iterable[Slot]) -> Secret:
    """N3: the arms of a list that was drawn anew for the same places."""
    return _twin(secret, course, {_place(slot): slot.arm for slot in drawn}, lambda arm: arm)


def _place(slot: Slot) -> Place:
    return slot.stratum, slot.sequence


def _twin(secret: Secret, course: Course, arms: Mapping[Place, str], rest: Swap) -> Secret:
    """`rest` is what the kits that nobody was given are to be, as far as the pairs allow."""
    groups: dict[object, list[LabelledKit]] = defaultdict(list)
    for kit in secret.kits:
        groups[course.shipments.get(kit.KITNO), kit.group].append(kit)
    found: dict[str, str] = {}
    for kits in groups.values():
        given = {
            kit.KITNO: arms[course.places[course.kits[kit.KITNO]]] for kit in kits if kit.KITNO in course.kits
        }
        found |= given | _filled([kit for kit in kits if kit.KITNO not in given], list(given.values()), rest)
    return Secret(
        tuple(replace(slot, arm=arms[_place(slot)]) for slot in secret.slots),
        tuple(replace(kit, arm=found[kit.KITNO]) for kit in secret.kits),
    )


def _filled(free: list[LabelledKit], given: list[str], rest: Swap) -> dict[str, str]:
    """Arms for the free kits, so that with those that were given there are as many of either."""
    one, two = protocol.ARMS
    wanted = (len(free) + len(given)) // 2 - given.count(one)
    assert 0 <= wanted <= len(free), "a site gave more kits of an arm than it had pairs"
    ordered = sorted(free, key=lambda kit: (rest(kit.arm) != one, kit.KITNO))
    return {kit.KITNO: one if place < wanted else two for place, kit in enumerate(ordered)}
