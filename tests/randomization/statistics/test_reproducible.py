"""Seed and code give the same bytes on any machine: known answers, and another way to compute them (R5)."""

import hashlib
import hmac
import io
import stat
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from randomization import list_file
from randomization.vault import keys, sealed_list
from randomization.vault.generation import (
    BigStick,
    PermutedBlocks,
    Recipe,
    Scheme,
    allocation_list,
    code_hash,
)
from randomization.vault.origin import Origin, content_hash, plain_text, seal, unseal
from randomization.vault.sealing import SealBroken
from randomization.vault.stream import Stream, fresh_seed
from tests.randomization.lists.conftest import sealed_file
from trialsite import protocol

SEED = bytes(range(32))
LIST_ID = UUID(int=1)


def example(scheme: Scheme) -> Recipe:
    """The recipe of the examples in docs/allocation-list.md."""
    return Recipe("EXAMPLE", scheme, ("X", "Y"), ("ONE", "TWO"), 12)


@pytest.mark.req("R5")
@pytest.mark.parametrize(
    ("scheme", "known"),
    [
        (PermutedBlocks((4, 6)), "0e1f409b4d6a4da810b5a298106079b2e873e03476a870c19547ea2e493f37bd"),
        (BigStick(3), "d3f138586549d82762a29af5cf9220a30856c728f3a8b56cc223bd21462bd6f7"),
    ],
    ids=str,
)
def test_the_examples_of_the_description_have_the_bytes_that_another_program_gave(
    scheme: Scheme, known: str
) -> None:
    slots = allocation_list(SEED, example(scheme), list_id=LIST_ID)
    assert hashlib.sha256(plain_text(slots).encode()).hexdigest() == known
    described = (Path(__file__).parents[3] / "docs" / "allocation-list.md").read_text()
    assert known in described


@pytest.mark.req("R5")
def test_the_stream_is_the_one_that_is_described() -> None:
    blocks = (
        hmac.new(SEED, b"EXAMPLE|list-1|stratum|ONE\0" + counter.to_bytes(8, "big"), hashlib.sha256).digest()
        for counter in range(9)
    )
    wanted = list(b"".join(blocks))
    stream = Stream(SEED, "EXAMPLE|list-1|stratum|ONE")
    assert [stream.byte() for _ in wanted] == wanted
    assert bytes(wanted[:16]).hex() == "3ef987e8022c7e53ca9a286cbb2cb943"


@pytest.mark.req("R5")
@pytest.mark.parametrize("bound", [1, 2, 3, 4, 6, 255, 256, 257, 90_000])
def test_a_number_below_a_bound_keeps_low_bits_and_throws_away_what_is_too_large(bound: int) -> None:
    raw, drawn = Stream(SEED, "p"), Stream(SEED, "p")
    bits = len(f"{bound - 1:b}") if bound > 1 else 0
    for _ in range(200):
        found = bound
        while found >= bound:
            taken = [raw.byte() for _ in range(-(-bits // 8))]
            found = int("".join(f"{byte:08b}" for byte in taken)[-bits:] or "0", 2) if bits else 0
        assert drawn.below(bound) == found


def test_purposes_and_seeds_have_streams_of_their_own_and_show_nothing() -> None:
    streams = [Stream(SEED, "a"), Stream(SEED, "b"), Stream(fresh_seed(), "a")]
    assert len({bytes(islice(iter(each.byte, None), 32)) for each in streams}) == 3
    assert all(SEED.hex() not in repr(each) and "hidden" in repr(each) for each in streams)
    assert fresh_seed() != fresh_seed()


@pytest.mark.req("R5")
def test_a_seed_below_128_bits_is_refused() -> None:
    assert Stream(bytes(16), "a").below(1) == 0
    with pytest.raises(ValueError, match="128 bits"):
        Stream(bytes(15), "a")


@pytest.mark.req("R5", "B4")
def test_the_sealed_origin_opens_with_the_key_only_and_its_length_says_nothing(key_file: Path) -> None:
    key = keys.load(key_file)
    schemes: tuple[Scheme, ...] = (PermutedBlocks((4, 6, 8)), BigStick(3))
    sealed = [seal(Origin(SEED, bytes(32), example(scheme)), key.public) for scheme in schemes]
    assert len({len(each) for each in sealed}) == 1
    for scheme, each in zip(schemes, sealed, strict=True):
        origin = unseal(each, key.private)
        assert (origin.seed, origin.recipe) == (SEED, example(scheme))
        assert SEED.hex() not in repr(origin)
    keys.make(key_file.with_name("other.key"))
    with pytest.raises(SealBroken, match="does not open"):
        unseal(sealed[0], keys.load(key_file.with_name("other.key")).private)


def verify(file: Path, key_file: Path) -> str:
    out = io.StringIO()
    call_command("verify_list", file, key=key_file, stdout=out)
    return out.getvalue()


@pytest.mark.req("R5", "B5")
@pytest.mark.parametrize("options", [{}, {"big_stick": 2}, {"block_sizes": [4]}], ids=["4, 6", "stick", "4"])
def test_a_sealed_list_is_drawn_anew_from_its_seed_byte_for_byte(
    key_file: Path, tmp_path: Path, options: dict[str, Any]
) -> None:
    file = sealed_file(key_file, tmp_path / "list.sealed", **options)
    said = verify(file, key_file)
    assert "is the same, byte for byte" in said
    assert not any(arm in said for arm in protocol.ARMS)
    made = list_file.read(file.read_bytes())
    assert made.head.generator == code_hash()


@pytest.mark.req("R5")
def test_a_list_that_its_seed_does_not_give_is_found(key_file: Path, tmp_path: Path) -> None:
    file, key = sealed_file(key_file, tmp_path / "list.sealed"), keys.load(key_file)
    made = list_file.read(file.read_bytes())
    slots = sealed_list.open_list(made, key)
    origin = unseal(made.head.origin, key.private)
    other = Origin(fresh_seed(), origin.salt, origin.recipe)
    forged = sealed_list.seal(slots, other, maker="maker", made_at=made.head.made_at, key=key.public)
    file.write_text(list_file.write(forged))
    with pytest.raises(CommandError, match="give another list"):
        verify(file, key_file)
    head = list_file.Head(**{**vars(made.head), "content": content_hash(b"salt", slots)})
    file.write_text(list_file.write(list_file.SealedList(head, made.slots)))
    with pytest.raises(CommandError, match="salted hash"):
        verify(file, key_file)


def test_verifying_says_in_one_line_what_is_missing(key_file: Path, tmp_path: Path) -> None:
    file = sealed_file(key_file, tmp_path / "list.sealed")
    with pytest.raises(CommandError, match="cannot be read"):
        verify(tmp_path / "missing", key_file)
    with pytest.raises(CommandError, match="cannot be read"):
        verify(file, tmp_path / "missing.key")


@pytest.mark.req("B4", "L18")
@pytest.mark.parametrize("ending", ["txt", "html", "json"])
def test_a_report_is_readable_for_its_owner_only_and_names_the_commitment(
    key_file: Path, tmp_path: Path, ending: str
) -> None:
    report = tmp_path / f"report.{ending}"
    file = sealed_file(key_file, tmp_path / "list.sealed", per_stratum=120, report=report)
    assert stat.S_IMODE(report.stat().st_mode) == 0o600
    text = report.read_text()
    assert list_file.commitment_of(list_file.read(file.read_bytes())) in text
    for word in ("largest difference", "guess rate", "certain", "longest run", "blocks of 4, orders"):
        assert word in text
    assert "R1" not in text  # no treatment number
    with pytest.raises(CommandError, match="exists already"):
        sealed_file(key_file, tmp_path / "second.sealed", report=report)
    assert not (tmp_path / "second.sealed").exists()
