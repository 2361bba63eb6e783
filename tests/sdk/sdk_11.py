"""What SDK 11.3 makes of the node: a life on a subnet, then every read that it has. Prints one JSON line a method.

Run with the node's URL, in an environment that has `bittensor==11.3.0`.
"""

import asyncio
import json
import sys
from collections.abc import Awaitable
from typing import Any

import bittensor
from bittensor import calls, intents
from bittensor.reads import REGISTRY
from bittensor.wallets import Keypair

NETUID = 1


class Keys:
    """A wallet as the SDK asks for one: a development key, its hotkey derived from it."""

    def __init__(self, uri: str) -> None:
        self.coldkey = self.coldkeypub = Keypair.create_from_uri(uri)
        self.hotkey = Keypair.create_from_uri(f"{uri}//hot")


async def report(method: str, asked: Awaitable[Any]) -> Any:
    """Print whether a method works, and give what it answered."""
    try:
        answer = await asked
    except Exception as error:
        print(
            json.dumps({"method": method, "works": False, "why": f"{type(error).__name__}: {error}".split("\n")[0][:200]}),
            flush=True,
        )
        return None
    works = getattr(answer, "success", True) is not False
    why = "" if works else str(getattr(answer, "message", ""))[:200]
    print(json.dumps({"method": method, "works": works, "why": why}), flush=True)
    return answer


async def live(client: Any, owner: Any, miner: Any) -> None:
    """Register a subnet and a neuron, stake, set weights, announce an axon; and what is refused is an error of the chain's."""
    hotkey = miner.hotkey.ss58_address
    begun = (
        ("RegisterSubnet", intents.RegisterSubnet(), owner),
        ("StartCall", intents.StartCall(netuid=NETUID), owner),
        ("BurnedRegister", intents.BurnedRegister(netuid=NETUID, hotkey_ss58=hotkey), miner),
    )
    for name, intent, signer in begun:
        await report(name, client.execute(intent, signer))
    # That one asks for the shielded pool, which the node has not; the call itself goes.
    register = calls.SubtensorModule.burned_register(netuid=NETUID, hotkey=hotkey)
    await report("submit_call", client.submit_call(register, miner))
    done = (
        ("AddStake", intents.AddStake(netuid=NETUID, hotkey_ss58=hotkey, amount_tao=10), miner),
        ("SetHyperparameter", intents.SetHyperparameter(netuid=NETUID, name="commit_reveal_weights_enabled", value=False), owner),
        ("ServeAxon", intents.ServeAxon(netuid=NETUID, ip="1.2.3.4", port=8091), miner),
        ("RemoveStake", intents.RemoveStake(netuid=NETUID, hotkey_ss58=hotkey, amount_alpha=1), miner),
    )
    for name, intent, signer in done:
        await report(name, client.execute(intent, signer))
    await passed(client, 101)
    await report("SetWeights", client.execute(intents.SetWeights(netuid=NETUID, weights={1: 1.0}), miner))
    await report("weights, as set", expect(client.weights.weights(NETUID), {1: {1: 1.0}}))
    await report("uid, as given", expect(client.neurons.uid(hotkey, NETUID), 1))
    await report("hotkey_owner, as registered", expect(client.neurons.hotkey_owner(hotkey), miner.coldkey.ss58_address))
    refused = await client.execute(intents.StartCall(netuid=NETUID), miner)
    works = not refused.success and refused.error is not None
    print(json.dumps({"method": "StartCall, refused", "works": works, "why": str(refused.error)[:200]}))


async def expect(asked: Awaitable[Any], expected: Any) -> None:
    """Raises: AssertionError where the answer is another."""
    got = await asked
    assert got == expected, f"expected {expected}, got {got}"


async def passed(client: Any, blocks: int) -> None:
    """Let blocks pass, by the node's own method."""
    await client._substrate.raw.rpc_request("dev_newBlock", [blocks])


async def read_all(client: Any, miner: Any) -> None:
    """Ask every read of the SDK's registry."""
    hotkey, coldkey = miner.hotkey.ss58_address, miner.coldkey.ss58_address
    usual = {
        "netuid": NETUID,
        "uid": 1,
        "block": 1,
        "hotkey_ss58": hotkey,
        "coldkey_ss58": coldkey,
        "mechid": 0,
        "netuids": [NETUID],
        "coldkey_ss58s": [coldkey],
        "hotkey_ss58s": [hotkey],
        "account_ss58": coldkey,
        "call_hash": "0x" + "00" * 32,
        "lease_id": 0,
        "crowdloan_id": 0,
        "amount_tao": 1.0,
        "amount_alpha": 1.0,
    }
    for name, spec in sorted(REGISTRY.items()):
        await report(name, client.read(name, **{key: usual[key] for key in spec.params if key in usual}))


async def main() -> None:
    async with bittensor.Client(sys.argv[1]) as client:
        owner, miner = Keys("//Alice"), Keys("//Bob")
        await live(client, owner, miner)
        await read_all(client, miner)


if __name__ == "__main__":
    asyncio.run(main())
