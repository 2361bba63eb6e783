"""What the tests share: the SDK on a node, and wallets of throwaway keys."""

from collections.abc import Iterator
from importlib.util import find_spec
from typing import Any

import pytest

from neuron_ledger import Oracle
from neuron_ledger.replay.node.rpc.running import RunningNode
from neuron_ledger.replay.oracle.wallets import Wallet

if find_spec("bittensor") is None:
    collect_ignore_glob = ["test_*.py"]


@pytest.fixture
def subtensor(node: RunningNode) -> Iterator[Any]:
    """The SDK, connected."""
    import bittensor

    with bittensor.Subtensor(str(node)) as connected:
        yield connected


@pytest.fixture
def validator() -> Wallet:
    return Wallet("Vera")


@pytest.fixture
def miners() -> list[Wallet]:
    return [Wallet(f"Miner {number}") for number in range(3)]


@pytest.fixture
def netuid(oracle: Oracle, validator: Wallet, miners: list[Wallet]) -> int:
    """A subnet with the validator on uid 1, who has stake and a permit, and the miners from uid 2 on."""
    found = oracle.begin_subnet(validators=0, miners=0).netuid
    for wallet in (validator, *miners):
        oracle.register(found, wallet.hotkey.ss58_address, wallet.coldkey.ss58_address)
        oracle.fund(wallet.coldkey.ss58_address)
    oracle.stake(found, validator.hotkey.ss58_address)
    oracle.mine_to_epoch(found)
    return found
