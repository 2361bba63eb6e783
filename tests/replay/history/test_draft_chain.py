"""A chain of the draft of alpha: imported, read item by item, and run again."""

import pytest

from neuron_ledger.events.calls import AddStake, RemoveStake
from neuron_ledger.events.stake_moves import MoveStake
from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.ledger.rules.stake.whole_shares import increase_218_draft
from neuron_ledger.projections.storage import Storage
from neuron_ledger.replay.history.importing import import_history
from neuron_ledger.replay.history.verify import verify
from tests.chain_fixture import TAO, account
from tests.replay.history.draft_chain import DraftChain, Signed
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
