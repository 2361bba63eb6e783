"""A chain of the draft of alpha: imported, read item by item, and run again."""

import pytest

from neuron_ledger.events.blocks_seen import ExtrinsicSeen
from neuron_ledger.events.calls import (
    AddStake,
    BurnedRegister,
    CommitWeights,
    IncreaseTake,
    RemoveStake,
    RevealWeights,
    RootRegister,
    ServeAxonTls,
    ServePrometheus,
    SetChildkeyTake,
    SetChildren,
    SetWeights,
    SudoSet,
)
from neuron_ledger.events.early_calls import (
    DissolveOwnNetwork,
    RegisterNetworkOfMechanism,
    SetIdentityOfSix,
    SetSubnetIdentityOfThree,
)
from neuron_ledger.events.stake_moves import MoveStake
from neuron_ledger.events.swaps import ScheduleSwapColdkey, SwapHotkey
from neuron_ledger.events.wire.rows import pairs
from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.ledger.rules.stake.whole_shares import increase_218_draft
from neuron_ledger.ledger.rules.weights.commit_hash import get_commit_hash
from neuron_ledger.projections.storage import Storage
from neuron_ledger.replay.history.importing import import_history
from neuron_ledger.replay.history.rerun.recast import recast
from neuron_ledger.replay.history.verify import verify
from neuron_ledger.replay.proof.groups import groups
from tests.chain_fixture import TAO, account
from tests.replay.history.draft_chain import DraftChain, OfSenate, Signed
from tests.replay.history.recorded_node import served
from tests.replay.history.test_planned_reads import ensure_equal_to

pytest.importorskip("bittensor_core")

COLD, HOT, OTHER, OWNER, OWNERS_HOT, NOMINATOR = (account(name) for name in ("c", "h", "o", "ow", "oh", "n"))


def begin(of: Storage) -> None:
    for netuid, hotkeys in ((0, (HOT,)), (1, (HOT, OTHER, OWNERS_HOT)), (2, ())):
        of.networks_added[netuid], of.subnetwork_n[netuid] = True, len(hotkeys)
        of.tempo[netuid], of.tao_weight_on_subnet[netuid] = 30, 2**63
        for uid, hotkey in enumerate(hotkeys):
            of.keys[netuid, uid], of.uids[netuid, hotkey], of.is_network_member[hotkey, netuid] = hotkey, uid, True
    of.subnet_mechanism[1], of.subnet_tao[1], of.subnet_alpha_in[1] = 1, 1000 * TAO, 4000 * TAO
    of.subnet_owner[1], of.subnet_owner_hotkey[1] = OWNER, OWNERS_HOT
    for hotkey, coldkey in ((HOT, COLD), (OTHER, COLD), (OWNERS_HOT, OWNER)):
        of.owner[hotkey], of.stake[hotkey, coldkey] = coldkey, 0
        of.owned_hotkeys[coldkey] = of.staking_hotkeys[coldkey] = (*of.owned_hotkeys[coldkey], hotkey)
        increase_218_draft(of, hotkey, coldkey, 1, 10 * TAO)
    of.parent_keys[OTHER, 1], of.child_keys[HOT, 1] = ((2**63, HOT),), ((2**63, OTHER),)
    of.total_issuance.value = 5000 * TAO
    for coldkey in (COLD, NOMINATOR):
        of.balances[coldkey] = 1000 * TAO
    of.balances_total_issuance.value = 2000 * TAO
    of.coldkey_swap_scheduled[OWNER] = 0, bytes(32)


BLOCKS: tuple[list[Signed], ...] = (
    [(NOMINATOR, AddStake(HOT, 1, 100 * TAO), 0), (COLD, AddStake(HOT, 0, 50 * TAO), 0)],
    [],
    [(NOMINATOR, MoveStake(HOT, OTHER, 1, 0, 30 * TAO), 0), (COLD, AddStake(HOT, 9, TAO), 12_345)],
    [(NOMINATOR, RemoveStake(HOT, 1, TAO), 130_000_000), (COLD, RemoveStake(HOT, 2, 5), 0)],
    [],
)


@pytest.mark.parametrize("full_every", [1, 1000])
def test_every_block_is_read_and_run_again(full_every: int) -> None:
    chain = DraftChain(begin, BLOCKS)
    with served(chain) as url, Ledger.in_memory(spec_version=277) as ledger:
        import_history(ledger, url, full_every=full_every)
        ensure_equal_to(chain, ledger, len(BLOCKS) + 1)
        for reexecute in (False, True):
            found = verify(ledger.log, ledger.timeline, reexecute=reexecute)
            assert (found.differences, found.unexplained_writes) == ([], [])
            assert (found.blocks.equal, found.blocks.total) == (5, 5)
            assert (found.calls.equal, found.calls.total) == (6, 6)
            own = set(found.items) - {"Balances", "BalancesTotalIssuance", "AccountNonce", "SenateMembers"}
            assert len(own) == 132
            assert {"TaoWeight", "Alpha", "TotalHotkeyShares", "HotkeyDividendsPerSubnet"} <= own


# ------------------------------------------------------------------------------------------------------ neurons

SALT, REVEALED = (1, 2), ((0, 1), (3, 4))
COMMITTED = get_commit_hash(HOT, 1, *REVEALED, SALT, 0)


def begin_open(of: Storage) -> None:
    """As before; subnet 1 takes registrations, its first neuron weighs, and its fourth uid is the last."""
    begin(of)
    of.network_registration_allowed[1] = True
    of.max_allowed_uids[1], of.immunity_period[1], of.min_allowed_weights[1], of.tempo[1] = 4, 1, 1, 1
    for name, value in (("LastUpdate", 0), ("PruningScores", 9), ("Active", True), ("ValidatorPermit", True)):
        of.map(name)[1] = (value,) * 3
    of.weights_set_rate_limit[1], of.max_weights_limit[1] = 0, 65535
    of.network_rate_limit.value = 0
    of.commit_reveal_weights_enabled[1] = True
    of.tx_delegate_take_rate_limit.value = 0


NEURONS: tuple[list[Signed], ...] = (
    [
        (NOMINATOR, BurnedRegister(1, NOMINATOR), 0),
        (COLD, BurnedRegister(1, HOT), 0),
        (COLD, BurnedRegister(0, HOT), 77),
        (HOT, CommitWeights(1, COMMITTED), 0),
        (HOT, SetWeights(1, (0,), (1,), 0), 0),
        (HOT, ServeAxonTls(1, 1, 2**32 + 5, 80, 6, 1, 2, 3, b"\x01key"), 0),
        (HOT, ServePrometheus(1, 1, 9, 80, 4), 0),
    ],
    [
        (COLD, RegisterNetworkOfMechanism(OTHER, 1), 0),
        (COLD, RegisterNetworkOfMechanism(OTHER, 0), 0),
        (COLD, SetChildren(HOT, 1, ((5, OTHER), (6, OWNERS_HOT))), 123),
        (COLD, SetChildkeyTake(HOT, 1, 7), 0),
        (COLD, SetIdentityOfSix(b"name", b"", b"i", b"", b"\xff", b"a"), 9),
        (OWNER, SetSubnetIdentityOfThree(1, b"name", b"", b"contact"), 0),
        (COLD, RootRegister(OTHER), 0),
        (OWNER, SudoSet("kappa", 1, 5), 0),
        (OWNER, SudoSet("tempo", 1, 5), 0),
    ],
    [
        (HOT, RevealWeights(1, *REVEALED, SALT, 0), 0),
        (HOT, RevealWeights(1, *REVEALED, SALT, 1), 0),
        (COLD, IncreaseTake(HOT, 11796), 0),
        (COLD, SwapHotkey(OTHER, account("new"), None), 0),
        (COLD, ScheduleSwapColdkey(account("new cold")), 0),
        (OWNER, DissolveOwnNetwork(1), 0),
    ],
    [(COLD, BurnedRegister(1, account("late")), 0)],
)
OK = 17
"""How many of these calls go through."""


def test_what_neurons_and_owners_do_is_run_again() -> None:
    chain = DraftChain(begin_open, NEURONS)
    assert pairs(chain.storage.weights[1, chain.storage.uids[1, HOT] or 0]) == [(0, 49151), (1, 65535)]
    with served(chain) as url, Ledger.in_memory(spec_version=277) as ledger:
        import_history(ledger, url)
        ensure_equal_to(chain, ledger, len(NEURONS) + 1)
        seen = [event for group in groups(ledger.log.read()) for event in group.events if isinstance(event, ExtrinsicSeen)]
        assert sum(extrinsic.ok for extrinsic in seen if extrinsic.signer is not None) == OK
        found = verify(ledger.log, ledger.timeline, reexecute=True)
        assert (found.differences, found.unexplained_writes) == ([], [])
        assert [entry.name for entry in found.not_covered.values() if entry.what == "call"] == ["Timestamp.set"]
        assert (found.blocks.equal, found.blocks.total) == (4, 4)
        assert (found.calls.equal, found.calls.total) == (23, 23)
        assert recast(ledger.log).same


# ------------------------------------------------------------------------------------------------- what is scheduled

LATE = account("late coldkey")


def begin_with_short_wait(of: Storage) -> None:
    begin(of)
    of.coldkey_swap_schedule_duration.value = 2


SCHEDULED: tuple[list[Signed], ...] = (
    [(COLD, ScheduleSwapColdkey(LATE), 0), (COLD, OfSenate(SudoSet("tempo", 1, 5)), 0)],
    [(NOMINATOR, AddStake(HOT, 1, TAO), 0)],
    [],
    [(LATE, RemoveStake(HOT, 1, TAO), 0)],
)


def test_what_was_scheduled_happens_although_no_storage_tells_of_it() -> None:
    chain = DraftChain(begin_with_short_wait, SCHEDULED)
    assert chain.storage.owner[HOT] == LATE
    assert COLD not in chain.storage.account_nonce
    with served(chain) as url, Ledger.in_memory(spec_version=277) as ledger:
        import_history(ledger, url)
        for reexecute in (False, True):
            found = verify(ledger.log, ledger.timeline, reexecute=reexecute)
            assert (found.differences, found.unexplained_writes) == ([], [])
            assert (found.blocks.equal, found.blocks.total, found.calls.equal, found.calls.total) == (4, 4, 4, 4)
        assert recast(ledger.log).same
