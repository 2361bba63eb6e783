"""Five things that people complain of in the SDK's mock, and what the node does: each with the real SDK, unmodified.

The mock prunes a random uid; its `set_weights` stores nothing; whoever is asked for is registered; no epoch ever runs; and all
of a process shares one state.
"""

from collections.abc import Sequence
from typing import Any

import bittensor
from attrs import asdict

from neuron_ledger import Oracle, calls
from neuron_ledger.replay.node.rpc.running import running_node
from neuron_ledger.replay.oracle.wallets import Wallet

VECTORS = "S AS TS I E C Tv D B W n block uids active last_update validator_permit total_stake".split()  # noqa: SIM905
PLAIN = "hotkeys coldkeys addresses name symbol tempo last_step max_uids owner_hotkey owner_coldkey".split()  # noqa: SIM905


def test_who_is_pruned_is_no_accident(
    oracle: Oracle, subtensor: Any, netuid: int, validator: Wallet, miners: list[Wallet]
) -> None:
    """On a full subnet a newcomer takes the uid that the rules choose: of those past their immunity the one that earns least."""
    oracle.submit(calls.SetParam("max_allowed_uids", netuid, 5)).unwrap()
    oracle.submit(calls.SetParam("min_non_immune_uids", netuid, 0)).unwrap()
    oracle.submit(calls.SetParam("immunity_period", netuid, 10)).unwrap()
    # Miner 1, on uid 3, earns least, and the subnet's owner, on uid 0, who earns nothing, is protected.
    assert subtensor.set_weights(validator, netuid, [1, 2, 3, 4], [0.3, 0.3, 0.1, 0.3]).success
    oracle.mine_to_epoch(netuid, epochs=2)
    fork = oracle.fork()
    newcomer = Wallet("Newcomer")
    oracle.fund(newcomer.coldkey.ss58_address)
    before = [neuron.hotkey for neuron in subtensor.neurons(netuid)]
    assert subtensor.burned_register(newcomer, netuid).success
    after = [neuron.hotkey for neuron in subtensor.neurons(netuid)]
    assert after == [*before[:3], newcomer.hotkey.ss58_address, *before[4:]]
    assert subtensor.get_uid_for_hotkey_on_subnet(newcomer.hotkey.ss58_address, netuid) == 3
    assert not subtensor.is_hotkey_registered(miners[1].hotkey.ss58_address, netuid)
    assert fork.register(netuid, newcomer.hotkey.ss58_address) == 3, "the same neuron goes on every chain like this one"


def test_weights_that_are_set_are_there(subtensor: Any, netuid: int, validator: Wallet) -> None:
    assert subtensor.weights(netuid) == []
    assert subtensor.set_weights(validator, netuid, [2, 3], [0.25, 0.75]).success
    assert subtensor.weights(netuid) == [(1, [(2, 21845), (3, 65535)])]
    assert subtensor.metagraph(netuid, lite=False).W[1].tolist() == [0, 0, 0.25, 0.75, 0]


def test_weights_of_who_may_not_set_them_are_refused(subtensor: Any, netuid: int, miners: list[Wallet]) -> None:
    refused = subtensor.set_weights(miners[0], netuid, [1, 3], [0.5, 0.5], max_attempts=1)
    assert not refused.success
    assert "NeuronNoValidatorPermit" in str(refused)
    assert subtensor.weights(netuid) == []


def test_nobody_is_registered_who_did_not_register(subtensor: Any, netuid: int, miners: list[Wallet]) -> None:
    stranger = Wallet("Stranger").hotkey.ss58_address
    assert subtensor.is_hotkey_registered(miners[0].hotkey.ss58_address, netuid)
    assert not subtensor.is_hotkey_registered(stranger, netuid)
    assert subtensor.get_uid_for_hotkey_on_subnet(stranger, netuid) is None
    assert subtensor.get_neuron_for_pubkey_and_subnet(stranger, netuid).is_null
    assert (subtensor.subnet_exists(netuid), subtensor.subnet_exists(77)) == (True, False)


def test_epochs_run(oracle: Oracle, subtensor: Any, netuid: int, validator: Wallet) -> None:
    assert subtensor.set_weights(validator, netuid, [2, 3], [0.25, 0.75]).success
    block = subtensor.block
    subtensor.substrate.rpc_request("dev_toEpoch", [{"netuid": netuid}])
    graph = subtensor.metagraph(netuid, lite=False)
    assert subtensor.block == graph.block.item() == oracle.block > block
    assert 0 < graph.I[2] < graph.I[3]
    assert graph.D[1] > 0
    assert graph.E[3] > graph.E[2] > 0
    assert graph.validator_permit[1]
    ours = oracle.sdk.metagraph(netuid)
    for name in VECTORS:
        theirs, values = getattr(graph, name), getattr(ours, name)
        assert (theirs.dtype, theirs.tolist()) == (values.dtype, values.tolist()), name
    for name in PLAIN:
        assert getattr(graph, name) == getattr(ours, name), name
    for part in ("hparams", "pool", "emissions"):
        assert vars(getattr(graph, part)) == asdict(getattr(ours, part)), part


def test_two_chains_in_a_process_share_nothing(subtensor: Any, netuid: int) -> None:
    with running_node() as other, bittensor.Subtensor(str(other)) as elsewhere:
        assert elsewhere.get_all_subnets_netuid() == [0]
        assert subtensor.get_all_subnets_netuid() == [0, netuid]
        assert (elsewhere.block, elsewhere.neurons(netuid)) == (0, [])
        alice = Wallet("Alice")
        assert elsewhere.register_subnet(alice).success
        assert keys_on(elsewhere, 1) == [alice.hotkey.ss58_address]
        assert alice.hotkey.ss58_address not in keys_on(subtensor, netuid)


def keys_on(subtensor: Any, netuid: int) -> Sequence[str]:
    return [neuron.hotkey for neuron in subtensor.neurons(netuid)]
