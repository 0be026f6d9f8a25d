"""Which kit lists are refused, and that numbers say nothing. Pure, but for loading."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from statistics import fmean

import pytest
from django.core.management import CommandError, call_command
from nacl.public import PrivateKey

from randomization import kit_list_file
from randomization.list_file import ListProblem
from randomization.supply.models import Kit, KitMove
from randomization.vault import keys, kits_file, kits_loading
from randomization.vault.database import Connection
from randomization.vault.keys import VaultKey
from randomization.vault.kits_checks import LabelledKit, auc, require_sound
from randomization.vault.kits_packing import Pack, draw
from tests.randomization.supply.factories import EARLY, LATE, load_kits, sealed_list
from trialsite import protocol
from trialsite.accounts.models import Site

PACKS = (Pack("01", "A1", EARLY, 20), Pack("01", "B2", LATE, 10), Pack("02", "A1", EARLY, 15))
ONE, OTHER = protocol.ARMS


def sound(kits: list[LabelledKit]) -> None:
    require_sound(kits, arms=protocol.ARMS)


@pytest.mark.req("L4", "L5")
def test_a_drawn_list_is_sound_and_every_label_stands_on_as_many_kits_of_either_arm() -> None:
    kits = draw(PACKS, protocol.ARMS)
    sound(kits)
    for label in {kit.group for kit in kits}:
        arms = [kit.arm for kit in kits if kit.group == label]
        assert arms.count(ONE) == arms.count(OTHER)


@pytest.mark.req("R8", "L4")
def test_numbers_tell_nothing_of_the_content_over_a_thousand_lists() -> None:
    values = [auc(draw([Pack("01", "A1", EARLY, 20)], protocol.ARMS), protocol.ARMS) for _ in range(1000)]
    assert abs(fmean(values) - 0.5) < 0.02


@pytest.mark.req("R8")
def test_the_measure_of_that_finds_numbers_that_tell_everything() -> None:
    kits = sorted(draw([Pack("01", "A1", EARLY, 20)], protocol.ARMS), key=lambda kit: kit.arm)
    told = [replace(kit, KITNO=f"K{place:07}") for place, kit in enumerate(kits)]
    assert {auc(told, arms) for arms in (protocol.ARMS, (OTHER, ONE))} == {0.0, 1.0}


@pytest.mark.req("L5")
@pytest.mark.parametrize("field", ["lot", "expiry", "site"])
def test_a_label_that_one_arm_has_more_often_is_refused_without_naming_the_arm(field: str) -> None:
    kits = draw(PACKS, protocol.ARMS)
    place = next(place for place, kit in enumerate(kits) if kit.arm == ONE)
    other = {"lot": "C3", "expiry": LATE + timedelta(days=1), "site": "03"}[field]
    kits[place] = replace(kits[place], **{field: other})  # type: ignore[arg-type]
    with pytest.raises(ListProblem, match="do not come in pairs") as refused:
        sound(kits)
    assert not any(arm in str(refused.value) for arm in protocol.ARMS)


@pytest.mark.req("L4")
@pytest.mark.parametrize("pattern", ["first half", "alternating", "odd and even"])
def test_numbers_in_a_pattern_are_refused(pattern: str) -> None:
    ordered = sorted(draw([Pack("01", "A1", EARLY, 30)], protocol.ARMS), key=lambda kit: kit.arm)
    numbers = {
        "first half": range(1000, 1060),
        "alternating": [*range(1000, 1120, 4), *range(1002, 1120, 4)],
        "odd and even": [*range(1001, 1061, 2), *range(1000, 1060, 2)],
    }[pattern]
    kits = [replace(kit, KITNO=f"K{number}") for kit, number in zip(ordered, numbers, strict=True)]
    with pytest.raises(ListProblem, match="follow what is in the kits"):
        sound(kits)


@pytest.mark.req("L4")
@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"KITNO": "KT12345"}, "same shape"),
        ({"KITNO": "placebo"}, "no kit number"),
        ({"lot": "lower case"}, "no lot"),
        ({"arm": "SOMETHING"}, "an arm of the protocol"),
    ],
)
def test_a_kit_that_is_not_as_the_others_is_refused(change: dict[str, str], says: str) -> None:
    first, *rest = draw(PACKS, protocol.ARMS)
    with pytest.raises(ListProblem, match=says):
        sound([replace(first, **change), *rest])  # type: ignore[arg-type]


def test_a_number_twice_and_an_empty_list_are_refused() -> None:
    kits = draw(PACKS, protocol.ARMS)
    with pytest.raises(ListProblem, match="twice"):
        sound([*kits, kits[0]])
    with pytest.raises(ListProblem, match="no kit"):
        sound([])


@pytest.mark.req("B5", "L15")
def test_a_file_shows_labels_only_and_is_refused_when_it_was_changed() -> None:
    sealed = sealed_list(draw(PACKS, protocol.ARMS), PrivateKey.generate().public_key)
    text = kit_list_file.write(sealed)
    assert kit_list_file.read(text) == sealed
    assert not any(arm in text for arm in protocol.ARMS)
    content = json.loads(text)
    content["kits"][0][2], content["kits"][1][2] = "X9", "X9"
    with pytest.raises(ListProblem, match="changed after"):
        kit_list_file.read(json.dumps(content))


@pytest.mark.req("B5", "A1")
def test_a_list_is_loaded_once_by_somebody_else_and_every_kit_is_in_the_ledger(
    vault_db: Connection, site: Site
) -> None:
    key = VaultKey(PrivateKey.generate())
    kits = load_kits(vault_db, key, Pack("01", "A1", EARLY, 5))
    assert set(Kit.objects.filter(state="PACKED").values_list("KITNO", flat=True)) == {k.KITNO for k in kits}
    assert set(KitMove.objects.values_list("verb", "by")) == {("LOAD", "system:vault")}
    again = sealed_list(kits, key.public)
    with pytest.raises(ListProblem, match="used once"):
        kits_loading.load(vault_db, again, loader="loader")
    with pytest.raises(ListProblem, match="Somebody else"):
        kits_loading.load(vault_db, again, loader="packer")
    nowhere = sealed_list(draw([Pack("77", "A1", EARLY, 2)], protocol.ARMS), key.public)
    with pytest.raises(ListProblem, match="no site 77"):
        kits_loading.load(vault_db, nowhere, loader="loader")
    assert Kit.objects.count() == 10


@pytest.mark.req("B5")
def test_the_vault_refuses_a_list_that_was_sealed_without_the_checks(vault_db: Connection) -> None:
    key = VaultKey(PrivateKey.generate())
    kits = draw([Pack("01", "A1", EARLY, 5)], protocol.ARMS)
    unpaired = sealed_list(kits[1:], key.public)
    with pytest.raises(ListProblem, match="pairs"):
        kits_loading.check_opens(unpaired, key, trial=protocol.TRIAL, arms=protocol.ARMS)
    with pytest.raises(ListProblem, match="another key"):
        kits_loading.check_opens(
            unpaired, VaultKey(PrivateKey.generate()), trial=protocol.TRIAL, arms=protocol.ARMS
        )
    with pytest.raises(ListProblem, match="packed for the trial"):
        kits_loading.check_opens(unpaired, key, trial="OTHER", arms=protocol.ARMS)


@pytest.mark.req("B5")
def test_a_changed_label_is_found_by_the_nightly_check(
    vault_db: Connection, owner: Connection, site: Site
) -> None:
    load_kits(vault_db, VaultKey(PrivateKey.generate()), Pack("01", "A1", EARLY, 2))
    assert kits_loading.check_loaded(vault_db)
    owner.execute("UPDATE randomization_kit SET lot = 'B2'")
    assert not kits_loading.check_loaded(vault_db)


@pytest.mark.req("L18")
def test_the_command_draws_or_imports_and_says_nothing_of_the_contents(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    keys.make(tmp_path / "vault.key")
    common = {"public_key": tmp_path / "vault.pub", "maker": "Packer"}
    packing = tmp_path / "packing.csv"
    call_command(
        "seal_kits", **common, out=tmp_path / "a.sealed", pack=["01:a1:2027-06-30:4"], packing=packing
    )
    assert packing.stat().st_mode & 0o777 == 0o600
    call_command("seal_kits", **common, out=tmp_path / "b.sealed", csv=packing)
    said = capsys.readouterr().out
    assert "site 01 4" in said
    assert not any(arm in said for arm in protocol.ARMS)
    key = keys.load(tmp_path / "vault.key")
    first, second = (
        kits_file.unseal(kit_list_file.read((tmp_path / name).read_text()), key)
        for name in ("a.sealed", "b.sealed")
    )
    assert first == second
    lines = packing.read_text().splitlines()
    packing.write_text("\n".join(lines[:-1]))
    with pytest.raises(CommandError, match="pairs"):
        call_command("seal_kits", **common, out=tmp_path / "c.sealed", csv=packing)
    with pytest.raises(CommandError, match="SITE:LOT:EXPIRY:PAIRS"):
        call_command("seal_kits", **common, out=tmp_path / "c.sealed", pack=["01:A1:soon:4"])
    assert not (tmp_path / "c.sealed").exists()
