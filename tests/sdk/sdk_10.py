"""What SDK 10.5 makes of the node: a life on a subnet, then every method that reads. Prints one JSON line a method.

Run with the node's URL, in an environment that has `bittensor==10.5.0`.
"""

import inspect
import sys
import tempfile
from functools import partial
from typing import Any

import bittensor
from bittensor_wallet import Keypair, Wallet

from tests.sdk.reporting import expect, report, say

NETUID = 1
READS = (
    *("get_", "is_", "neuron", "metagraph", "weights", "bonds", "tempo", "subnet", "immunity", "difficulty", "recycle", "all_"),
    *("tx_", "block", "commit_reveal", "min_", "max_", "last_", "does_", "burn", "state"),
)
"""How the names of methods that read begin."""


def wallet(folder: str, uri: str) -> Any:
    """A wallet of a development key, its hotkey derived from it."""
    made = Wallet(name=uri.strip("/"), hotkey="default", path=folder)
    for put in (made.set_coldkey, made.set_coldkeypub):
        put(keypair=Keypair.create_from_uri(uri), encrypt=False, overwrite=True)
    made.set_hotkey(keypair=Keypair.create_from_uri(f"{uri}//hot"), encrypt=False, overwrite=True)
    return made


def live(subtensor: Any, owner: Any, miner: Any, other: Any) -> None:
    """Register a subnet and neurons, transfer, stake, set weights, announce an axon; see what is refused."""
    hotkey, amount = miner.hotkey.ss58_address, bittensor.Balance.from_tao(100)
    report("register_subnet", lambda: subtensor.register_subnet(owner))
    report("start_call", lambda: subtensor.start_call(owner, NETUID))
    report("burned_register", lambda: subtensor.burned_register(miner, NETUID))
    report("burned_register, of another", lambda: subtensor.burned_register(other, NETUID))
    report("transfer", lambda: subtensor.transfer(owner, miner.coldkeypub.ss58_address, bittensor.Balance.from_tao(5)))
    report("add_stake", lambda: subtensor.add_stake(miner, NETUID, hotkey, amount))
    sudo(subtensor, owner, "sudo_set_stake_threshold", {"min_stake": 0})
    sudo(subtensor, owner, "sudo_set_commit_reveal_weights_enabled", {"netuid": NETUID, "enabled": False})
    sudo(subtensor, owner, "sudo_set_weights_set_rate_limit", {"netuid": NETUID, "weights_set_rate_limit": 0})
    report("set_weights", lambda: subtensor.set_weights(miner, NETUID, [1], [1.0], wait_for_inclusion=True, max_attempts=1))
    axon = bittensor.Axon(wallet=miner, ip="1.2.3.4", external_ip="1.2.3.4", port=8091)
    report("serve_axon", lambda: subtensor.serve_axon(NETUID, axon))
    report("unstake", lambda: subtensor.unstake(miner, NETUID, hotkey, bittensor.Balance.from_tao(1, NETUID)))
    report("weights, as set", lambda: expect(subtensor.weights(NETUID), [(1, [(1, 65535)])]))
    report("set_commitment", lambda: subtensor.set_commitment(miner, NETUID, "a miner's model"))
    report("get_commitment, as set", lambda: expect(subtensor.get_commitment(NETUID, 1), "a miner's model"))
    commit_and_reveal(subtensor, owner, miner)
    refused = subtensor.start_call(miner, NETUID)
    say("start_call, refused", works=not refused.success and "BadOrigin" in str(refused), why=str(refused)[:200])
    refused = subtensor.add_stake(miner, 77, hotkey, amount)
    say("add_stake, refused", works=not refused.success and "SubnetNotExists" in str(refused), why=str(refused)[:200])


def commit_and_reveal(subtensor: Any, owner: Any, miner: Any) -> None:
    """Weights that are committed to, and revealed after an epoch; what the epoch made of them is read."""
    asked = {"netuid": NETUID, "uids": [0, 1, 2], "weights": [21845, 65535, 40000], "salt": [1, 2, 3]}
    sudo(subtensor, owner, "sudo_set_commit_reveal_weights_enabled", {"netuid": NETUID, "enabled": True})
    report("commit_weights", lambda: subtensor.commit_weights(miner, **asked))
    early = {**asked, "max_attempts": 1}
    report("reveal_weights, too early", lambda: expect(bool(subtensor.reveal_weights(miner, **early).success), False))
    before = subtensor.block
    subtensor.substrate.rpc_request("dev_toEpoch", [{"netuid": NETUID}])
    report("reveal_weights", lambda: subtensor.reveal_weights(miner, **asked))
    revealed = [(1, [(0, 21845), (1, 65535), (2, 40000)])]
    report("weights, as revealed", lambda: expect(subtensor.weights(NETUID), revealed))
    for _ in range(2):
        subtensor.substrate.rpc_request("dev_toEpoch", [{"netuid": NETUID}])
    report("block, after epochs", lambda: expect(subtensor.block > before + 2, True))


def sudo(subtensor: Any, owner: Any, name: str, arguments: dict[str, Any]) -> None:
    call = subtensor.substrate.compose_call("AdminUtils", name, arguments)
    wrapped = subtensor.substrate.compose_call("Sudo", "sudo", {"call": call})
    report(name, lambda: subtensor.sign_and_send_extrinsic(call=wrapped, wallet=owner))


def read_all(subtensor: Any, owner: Any, miner: Any) -> None:
    """Ask every method that reads, as far as its arguments are of the usual kinds."""
    hotkey, coldkey = miner.hotkey.ss58_address, miner.coldkeypub.ss58_address
    usual = {
        "netuid": NETUID,
        "uid": 1,
        "block": None,
        "hotkey_ss58": hotkey,
        "coldkey_ss58": coldkey,
        "address": coldkey,
        "mechid": 0,
        "coldkey_ss58s": [coldkey],
        "amount": bittensor.Balance.from_tao(1),
        "param_name": "Tempo",
        "name": "Tempo",
        "wallet": miner,
        "dest": owner.coldkeypub.ss58_address,
        "value": bittensor.Balance.from_tao(1),
        "origin_netuid": NETUID,
        "destination_netuid": 0,
        "destination_ss58": owner.coldkeypub.ss58_address,
    }
    for name, method in inspect.getmembers(subtensor, inspect.ismethod):
        if name.startswith(READS) and name != "burned_register":
            parameters = inspect.signature(method).parameters.values()
            needed = [p.name for p in parameters if p.default is p.empty and p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)]
            if set(needed) <= usual.keys():
                report(name, partial(method, **{key: usual[key] for key in needed}))


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        subtensor = bittensor.Subtensor(sys.argv[1])
        owner, miner, other = (wallet(folder, uri) for uri in ("//Alice", "//Bob", "//Charlie"))
        live(subtensor, owner, miner, other)
        report("block", lambda: subtensor.block)
        read_all(subtensor, owner, miner)
        subtensor.close()


if __name__ == "__main__":
    main()
