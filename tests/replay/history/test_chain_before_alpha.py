"""Chains of 195 to 219, made up by their rules: imported, read item by item, and run again; hotkeys are paid in every block."""

import pytest
from attrs import evolve

from neuron_ledger.events.calls import BurnedRegister, SetChildren, SetWeights
from neuron_ledger.events.early_staking import AddTaoStake, RemoveTaoStake
from neuron_ledger.events.storage.event_names import EVENTS_277
from neuron_ledger.events.wire.rows import pack_pairs
from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.ledger.rules.weights.calls import item_failed
from neuron_ledger.ledger.runtimes.timeline import TIMELINE
from neuron_ledger.projections.storage import Storage
from neuron_ledger.replay.history.importing import import_history
from neuron_ledger.replay.history.verify import verify
from tests.chain_fixture import TAO, account
from tests.replay.history.draft_chain import BeforeAlpha, DraftChain, Signed
from tests.replay.history.recorded_node import served
from tests.replay.history.test_planned_reads import ensure_equal_to

pytest.importorskip("bittensor_core")

COLD, NOMINATOR = account("cold"), account("nominator")
HOTKEYS = tuple(account(f"hot {number}") for number in range(3))
VECTORS = ("Rank", "Trust", "Consensus", "Incentive", "Dividends", "ValidatorTrust", "Emission", "PruningScores", "LastUpdate")


def begin(of: Storage) -> None:
    """Root and two subnets, of which the second is closed, with the same three neurons; a hotkey lends half of its stake."""
    of.total_networks.value, of.hotkey_emission_tempo.value, of.target_stakes_per_interval.value = 3, 2, 100
    for netuid in (0, 1, 2):
        of.networks_added[netuid], of.network_registration_allowed[netuid] = True, netuid != 2
        of.tempo[netuid], of.emission_values[netuid], of.subnetwork_n[netuid] = 2 + netuid, TAO // 3, len(HOTKEYS)
        of.max_weights_limit[netuid], of.min_allowed_weights[netuid] = 65535, 1
        for name in VECTORS:
            of.map(name)[netuid] = (0,) * 3
        of.active[netuid] = of.validator_permit[netuid] = (True,) * 3
        for uid, hotkey in enumerate(HOTKEYS):
            of.keys[netuid, uid], of.uids[netuid, hotkey], of.is_network_member[hotkey, netuid] = hotkey, uid, True
    of.weights[0, 0] = pack_pairs([(0, 1), (1, 2), (2, 3)])
    for number, hotkey in enumerate(HOTKEYS):
        of.owner[hotkey], of.delegates[hotkey] = COLD, 11796
        of.stake[hotkey, COLD] = of.total_hotkey_stake[hotkey] = (1 + number) * 1000 * TAO
    of.total_coldkey_stake[COLD] = of.total_stake.value = 6000 * TAO
    of.owned_hotkeys[COLD] = of.staking_hotkeys[COLD] = HOTKEYS
    of.parent_keys[HOTKEYS[1], 1], of.child_keys[HOTKEYS[0], 1] = ((2**63, HOTKEYS[0]),), ((2**63, HOTKEYS[1]),)
    of.childkey_take[HOTKEYS[1], 1], of.subnet_owner[1] = 9000, COLD
    of.balances[COLD] = of.balances[NOMINATOR] = 1000 * TAO
    of.balances_total_issuance.value, of.total_issuance.value = 2000 * TAO, 8000 * TAO


BLOCKS: tuple[list[Signed], ...] = (
    [(NOMINATOR, AddTaoStake(HOTKEYS[1], 100 * TAO), 0), (HOTKEYS[0], SetWeights(1, (1, 2), (1, 2), 0), 0)],
    [],
    [(COLD, SetChildren(HOTKEYS[2], 1, ((5, HOTKEYS[1]),)), 0), (COLD, SetChildren(HOTKEYS[2], 9, ()), 0)],
    [(NOMINATOR, RemoveTaoStake(HOTKEYS[1], 10 * TAO), 12_345), (NOMINATOR, BurnedRegister(1, account("late")), 0)],
    *([] for _ in range(12)),
)


@pytest.mark.parametrize("spec_version", [195, 205, 218])
def test_every_block_is_read_and_run_again(spec_version: int) -> None:
    runtime = TIMELINE.runtime(spec_version)

    class Chain(DraftChain):
        rules = evolve(runtime, layout=evolve(runtime.layout, events=EVENTS_277), item_failed=item_failed)
        kind = BeforeAlpha

    chain = Chain(begin, BLOCKS)
    paid = [chain.storage.last_hotkey_emission_drain[hotkey] for hotkey in HOTKEYS]
    assert min(paid) > 10
    # At 205 it was not forgotten that the nominator added more than it has now.
    assert (chain.storage.stake[HOTKEYS[1], NOMINATOR] > 90 * TAO) == (spec_version != 205)
    with served(chain) as url, Ledger.in_memory(spec_version=277) as ledger:
        import_history(ledger, url, full_every=1000)
        ensure_equal_to(chain, ledger, len(BLOCKS) + 1)
        for reexecute in (False, True):
            found = verify(ledger.log, ledger.timeline, reexecute=reexecute)
            assert (found.differences, found.unexplained_writes) == ([], [])
            assert (found.blocks.equal, found.blocks.total) == (len(BLOCKS),) * 2
            assert (found.calls.equal, found.calls.total) == (6, 6)
            assert {"PendingdHotkeyEmission", "LastHotkeyEmissionDrain", "NetworkMaxStake", "StakeWeight"} <= set(found.items)
