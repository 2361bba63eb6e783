"""Commitments: who may make them, how many bytes, bonds that begin anew, and those that open later; at 277 and at 424."""

import pytest

from neuron_ledger.events.calls import AdvanceTo, DissolveNetwork
from neuron_ledger.events.commitments import SetCommitment, SetMaxSpace
from neuron_ledger.events.storage.items_commitments import CommitmentField
from neuron_ledger.events.subnet_calls import RootDissolveNetwork
from neuron_ledger.events.weight_calls import StorePulse
from neuron_ledger.events.wire.errors import FieldError
from neuron_ledger.events.wire.rows import pack_pairs, pairs
from neuron_ledger.ledger.errors import AccountNotAllowedCommit, BadOrigin, SpaceLimitExceeded
from neuron_ledger.ledger.runtimes.timeline import TIMELINE
from tests.chain_fixture import Chain, account, chain_events
from tests.rules.dtao_chain import DtaoChain
from tests.rules.test_timelock import ROUND, SIGNATURE, sealed

ALICE, BOB, STRANGER = account("alice"), account("bob"), account("stranger")
RESET: CommitmentField = ("ResetBondsFlag", b"", 0)
both_runtimes = pytest.mark.parametrize("spec_version", [277, 424])


def raw(length: int, byte: bytes = b"x") -> CommitmentField:
    return ("Raw" if length <= 128 else "BigRaw", byte * length, 0)


def world(spec_version: int) -> Chain:
    """Alice is uid 0 of subnet 1, Bob uid 1."""
    chain = Chain(rules=TIMELINE.runtime(spec_version))
    chain.seat("alice", "bob")
    return chain


@both_runtimes
def test_a_commitment_is_kept_with_its_block(spec_version: int) -> None:
    chain = world(spec_version)
    caused = chain.ok(SetCommitment(1, (raw(3), ("Sha256", bytes(32), 0))), ALICE)
    assert chain_events(caused) == [("Commitment", ("netuid", 1), ("who", ALICE))]
    assert chain.storage.commitments_commitment_of[1, ALICE] == ((raw(3), ("Sha256", bytes(32), 0)), 0, 100)
    assert chain.storage.commitments_last_commitment[1, ALICE] == 100
    assert chain.storage.commitments_timelocked_index.value == ()
    chain.ok(SetCommitment(1, ()), ALICE)
    assert chain.storage.commitments_commitment_of[1, ALICE] == ((), 0, 100)


@both_runtimes
def test_only_a_hotkey_of_the_subnet_may_commit(spec_version: int) -> None:
    chain = world(spec_version)
    assert isinstance(chain.refused(SetCommitment(1, (raw(1),)), STRANGER), AccountNotAllowedCommit)
    assert isinstance(chain.refused(SetCommitment(2, (raw(1),)), ALICE), AccountNotAllowedCommit)
    assert isinstance(chain.refused(SetCommitment(1, (raw(1),))), BadOrigin)


@both_runtimes
def test_bytes_of_an_epoch_are_counted_a_hundred_at_least(spec_version: int) -> None:
    chain = world(spec_version)
    storage = chain.storage
    storage.tempo[1] = 9
    chain.ok(SetMaxSpace(500))
    assert isinstance(chain.refused(SetMaxSpace(500), ALICE), BadOrigin)
    chain.ok(SetCommitment(1, (raw(1),)), ALICE)
    chain.ok(SetCommitment(1, (raw(200), raw(200))), ALICE)
    assert storage.commitments_used_space_of[1, ALICE] == (epoch(chain), 500)
    error = chain.refused(SetCommitment(1, ()), ALICE)
    assert isinstance(error, SpaceLimitExceeded)
    assert (error.used, error.asked, error.allowed) == (500, 100, 500)
    chain.ok(SetCommitment(1, (raw(1),)), BOB)
    begin = epoch(chain)
    while epoch(chain) == begin:
        chain.advance()
    chain.ok(SetCommitment(1, (raw(101),)), ALICE)
    assert storage.commitments_used_space_of[1, ALICE] == (begin + 1, 101)


def epoch(chain: Chain) -> int:
    """The number of the subnet's epoch: by its tempo until 423, then counted."""
    counted = getattr(chain.storage, "subnet_epoch_index", None)
    return (chain.block + 2) // (chain.storage.tempo[1] + 1) if counted is None else int(counted[1])


def with_bonds(spec_version: int, *, allowed: bool = True) -> Chain:
    chain = world(spec_version)
    chain.storage.bonds_reset_on[1] = allowed
    if spec_version == 424:
        chain.storage.mechanism_count_current[1] = 2
    for index in (1, 4097, 2):
        chain.storage.bonds[index, 0] = pack_pairs([(0, 5), (1, 6)])
        chain.storage.bonds[index, 1] = pack_pairs([(0, 7)])
    return chain


def bonds(chain: Chain) -> dict[tuple[int, int], list[tuple[int, int]]]:
    return {place: pairs(row) for place, row in chain.storage.bonds.items()}


@pytest.mark.parametrize(("spec_version", "indices"), [(277, [1]), (319, [1]), (320, [1, 4097]), (424, [1, 4097])])
def test_a_flag_takes_the_hotkey_out_of_every_row_of_bonds(spec_version: int, indices: list[int]) -> None:
    chain = with_bonds(spec_version)
    if spec_version == 320:
        chain.storage.mechanism_count_current[1] = 2
    before = bonds(chain)
    chain.ok(SetCommitment(1, (raw(1), RESET)), ALICE)
    assert chain.storage.commitments_last_bonds_reset[1, ALICE] == 100
    anew = {(index, uid): row for index in indices for uid, row in ((0, [(1, 6)]), (1, []))}
    assert bonds(chain) == before | anew


@both_runtimes
def test_bonds_stay_where_the_subnet_does_not_let_them_be_reset_or_the_call_is_refused(spec_version: int) -> None:
    chain = with_bonds(spec_version, allowed=False)
    before = bonds(chain)
    chain.ok(SetCommitment(1, (RESET,)), ALICE)
    assert bonds(chain) == before
    assert chain.storage.commitments_last_bonds_reset[1, ALICE] == 100
    refusing = with_bonds(spec_version)
    refusing.ok(SetMaxSpace(99))
    refusing.refused(SetCommitment(1, (RESET,)), ALICE)
    assert bonds(refusing) == before


@both_runtimes
def test_a_timelocked_field_opens_with_the_pulse_of_its_round(spec_version: int) -> None:
    chain = world(spec_version)
    later: CommitmentField = ("TimelockEncrypted", sealed(b"secret", ROUND), ROUND)
    hopeless: CommitmentField = ("TimelockEncrypted", b"noise", ROUND)
    caused = chain.ok(SetCommitment(1, (later, raw(2), hopeless)), BOB)
    chain.ok(SetCommitment(1, (later,)), ALICE)
    shown = ("TimelockCommitment", ("netuid", 1), ("who", BOB), ("reveal_round", ROUND))
    assert chain_events(caused) == [shown]
    assert chain.storage.commitments_timelocked_index.value == tuple(sorted([(1, ALICE), (1, BOB)]))
    assert chain_events(chain.advance()) == []
    chain.ok(StorePulse(ROUND, SIGNATURE))
    events = chain_events(chain.advance())
    assert sorted(map(repr, events)) == sorted(repr(("CommitmentRevealed", ("netuid", 1), ("who", who))) for who in (ALICE, BOB))
    storage = chain.storage
    assert storage.commitments_revealed_commitments[1, BOB] == ((b"secret", 102),)
    assert storage.commitments_commitment_of[1, BOB] == ((raw(2),), 0, 100)
    assert (1, ALICE) not in storage.commitments_commitment_of
    assert storage.commitments_timelocked_index.value == ()


def test_ten_reveals_are_kept() -> None:
    chain = world(424)
    chain.ok(StorePulse(ROUND, SIGNATURE))
    chain.ok(SetMaxSpace(2**32 - 1))
    for number in range(12):
        content = sealed(bytes((number + 1,)), ROUND)
        chain.ok(SetCommitment(1, (("TimelockEncrypted", content, ROUND),)), ALICE)
        chain.advance()
    kept = chain.storage.commitments_revealed_commitments[1, ALICE] or ()
    assert [content for content, _ in kept] == [bytes((number,)) for number in range(3, 13)]


def test_a_commitment_without_timelock_takes_the_place_of_one_with() -> None:
    chain = world(424)
    chain.ok(SetCommitment(1, (("TimelockEncrypted", b"noise", ROUND),)), ALICE)
    chain.ok(SetCommitment(1, (raw(1),)), ALICE)
    assert chain.storage.commitments_timelocked_index.value == ()


@pytest.mark.parametrize(("spec_version", "left"), [(319, 1), (320, 0), (424, 0)])
def test_commitments_end_with_their_subnet_since_320(spec_version: int, left: int) -> None:
    chain = Chain(subnets=(1, 2), rules=TIMELINE.runtime(spec_version))
    for netuid in (1, 2):
        chain.seat("alice", netuid=netuid)
        chain.ok(SetCommitment(netuid, (("TimelockEncrypted", b"noise", ROUND), RESET)), ALICE)
    chain.ok(DissolveNetwork(chain.storage.subnet_owner[1], 1) if spec_version < 424 else RootDissolveNetwork(1))
    for name in ("CommitmentOf", "LastCommitment", "LastBondsReset", "UsedSpaceOf"):
        table = chain.storage.map(f"Commitments.{name}")
        assert sorted(netuid for netuid, _ in table) == [1] * left + [2], name
    assert len(chain.storage.commitments_timelocked_index.value) == 1 + left


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ((raw(1),) * 4, "fields: expected at most 3 fields"),
        ((("Raw", bytes(129), 0),), r"fields\[0\]\[1\]: expected at most 128 bytes for Raw"),
        ((raw(1), ("Sha256", b"", 0)), r"fields\[1\]\[1\]: expected 32 bytes for Sha256"),
        ((("raw", b"", 0),), r"fields\[0\]\[0\]: expected one of None, Raw"),
        ((("Raw", b"", 7),), r"fields\[0\]\[2\]: expected 0"),
    ],
)
def test_what_a_node_would_not_decode_is_refused_before(fields: tuple[CommitmentField, ...], message: str) -> None:
    with pytest.raises(FieldError, match=message):
        SetCommitment(1, fields)


@pytest.mark.parametrize(
    ("content", "at_257", "at_261"),
    [
        (b"\x04\x03ab", [], []),  # one field, of two raw bytes
        (b"\x04\x82" + bytes(32) + b"more", [], []),
        (b"\x04\x86\x04x" + bytes(8), [], []),
        (b"\x00", [], []),
        (b"\x08\x00\x00", ["left"], []),  # two fields
        (b"\x04\x87", ["left"], []),
        (b"\x04\x03a", ["left"], []),
        (b"secret", ["left"], []),
    ],
)
def test_until_260_only_commitments_are_revealed(content: bytes, at_257: list[str], at_261: list[str]) -> None:
    def left(spec_version: int) -> list[str]:
        chain = DtaoChain(spec_version)
        chain.give_uid(ALICE, BOB)
        field: CommitmentField = ("TimelockEncrypted", sealed(content, ROUND), ROUND)
        chain.put("Commitments.CommitmentOf", {(1, ALICE): ((field,), 0, 100)})
        chain.storage.commitments_timelocked_index.value = ((1, ALICE),)
        chain.ok(StorePulse(ROUND, SIGNATURE))
        chain.ok(AdvanceTo(101))
        is_listed = chain.storage.commitments_timelocked_index.value == ((1, ALICE),)
        assert ((1, ALICE) in chain.storage.commitments_commitment_of) is is_listed
        return ["left"] if is_listed else []

    assert [left(258), left(261)] == [at_257, at_261]
