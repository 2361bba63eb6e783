"""What SDK 9.7 makes of the node: a life on a subnet, then every method that reads. Prints one JSON line a method.

Run with the node's URL, in an environment that has `bittensor==9.7.0`.
"""

import sys
import tempfile
from typing import Any

import bittensor

from tests.sdk.reporting import expect, report, say
from tests.sdk.sdk_10 import NETUID, read_all, wallet


def live(subtensor: Any, owner: Any, miner: Any) -> None:
    """Register a subnet and a neuron, transfer, stake, set weights, announce an axon; see what is refused."""
    hotkey, amount = miner.hotkey.ss58_address, bittensor.Balance.from_tao(100)
    now: dict[str, bool] = {"wait_for_inclusion": True, "wait_for_finalization": False}
    report("register_subnet", lambda: done(subtensor.register_subnet(owner, **now)))
    sudo(subtensor, owner, "sudo_set_subtoken_enabled", {"netuid": NETUID, "subtoken_enabled": True})
    report("burned_register", lambda: done(subtensor.burned_register(miner, NETUID, **now)))
    report("transfer", lambda: done(subtensor.transfer(owner, miner.coldkeypub.ss58_address, amount, **now)))
    report("add_stake", lambda: done(subtensor.add_stake(miner, hotkey, NETUID, amount, **now)))
    sudo(subtensor, owner, "sudo_set_commit_reveal_weights_enabled", {"netuid": NETUID, "enabled": False})
    sudo(subtensor, owner, "sudo_set_weights_set_rate_limit", {"netuid": NETUID, "weights_set_rate_limit": 0})
    sudo(subtensor, owner, "sudo_set_min_allowed_weights", {"netuid": NETUID, "min_allowed_weights": 1})
    report("set_weights", lambda: subtensor.set_weights(miner, NETUID, [1], [1.0], max_retries=1, **now))
    axon = bittensor.Axon(wallet=miner, ip="1.2.3.4", external_ip="1.2.3.4", port=8091)
    report("serve_axon", lambda: done(subtensor.serve_axon(NETUID, axon, **now)))
    report("unstake", lambda: done(subtensor.unstake(miner, hotkey, NETUID, bittensor.Balance.from_tao(1), **now)))
    report("weights, as set", lambda: expect(subtensor.weights(NETUID), [(1, [(1, 65535)])]))
    report("commit", lambda: done(subtensor.commit(miner, NETUID, "a miner's model")))
    report("get_commitment, as set", lambda: expect(subtensor.get_commitment(NETUID, 1), "a miner's model"))
    commit_and_reveal(subtensor, owner, miner, now)
    call = subtensor.substrate.compose_call("SubtensorModule", "start_call", {"netuid": NETUID})
    succeeded, why = subtensor.sign_and_send_extrinsic(call=call, wallet=miner)
    say("start_call, refused", works=not succeeded and "BadOrigin" in str(why), why=str(why)[:200])


def done(answer: bool) -> bool:
    """What was asked for must be done: this version gives back False where it is not."""
    expect(answer, True)
    return answer


def commit_and_reveal(subtensor: Any, owner: Any, miner: Any, now: dict[str, bool]) -> None:
    """Weights that are committed to, and revealed after an epoch. (What is refused, this version tries again without end.)"""
    asked = {"netuid": NETUID, "uids": [0, 1], "weights": [21845, 65535], "salt": [1, 2, 3], "max_retries": 1, **now}
    sudo(subtensor, owner, "sudo_set_commit_reveal_weights_enabled", {"netuid": NETUID, "enabled": True})
    report("commit_weights", lambda: subtensor.commit_weights(miner, **asked))
    subtensor.substrate.rpc_request("dev_toEpoch", [{"netuid": NETUID}])
    report("reveal_weights", lambda: subtensor.reveal_weights(miner, **asked))
    report("weights, as revealed", lambda: expect(subtensor.weights(NETUID), [(1, [(0, 21845), (1, 65535)])]))
    for _ in range(2):
        subtensor.substrate.rpc_request("dev_toEpoch", [{"netuid": NETUID}])


def sudo(subtensor: Any, owner: Any, name: str, arguments: dict[str, Any]) -> None:
    call = subtensor.substrate.compose_call("AdminUtils", name, arguments)
    wrapped = subtensor.substrate.compose_call("Sudo", "sudo", {"call": call})
    report(name, lambda: subtensor.sign_and_send_extrinsic(call=wrapped, wallet=owner))


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        subtensor = bittensor.Subtensor(sys.argv[1])
        owner, miner = wallet(folder, "//Alice"), wallet(folder, "//Bob")
        live(subtensor, owner, miner)
        report("block", lambda: subtensor.block)
        read_all(subtensor, owner, miner)
        subtensor.close()


if __name__ == "__main__":
    main()
