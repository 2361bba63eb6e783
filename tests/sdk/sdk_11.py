"""What SDK 11.3 makes of the node: a life on a subnet, then every read that it has. Prints one JSON line a method.

Run with the node's URL, in an environment that has `bittensor==11.3.0`.
"""

import asyncio
import sys
from collections.abc import Awaitable
from hashlib import blake2b
from typing import Any

import bittensor
from bittensor import calls, intents
from bittensor.reads import REGISTRY
from bittensor.wallets import Keypair

from tests.sdk.reporting import first_line, outcome, plain, say

NETUID = 1


class Keys:
    """A wallet as the SDK asks for one: a development key, its hotkey derived from it."""

    def __init__(self, uri: str) -> None:
        self.coldkey = self.coldkeypub = Keypair.create_from_uri(uri)
        self.hotkey = Keypair.create_from_uri(f"{uri}//hot")


async def report(method: str, asked: Awaitable[Any]) -> Any:
    """Print whether a method works and what it answered, and give that."""
    try:
        answer = await asked
    except Exception as error:
        say(method, works=False, why=first_line(error))
        return None
    works, why = outcome(answer)
    say(method, works=works, why=why or str(getattr(answer, "error", "") or "")[:200], answer=plain(answer))
    return answer


async def live(client: Any, owner: Any, miner: Any, other: Any) -> None:
    """Register a subnet and neurons, transfer, stake, set weights, announce an axon; see what is refused."""
    hotkey = miner.hotkey.ss58_address
    for name, intent, signer in (
        ("RegisterSubnet", intents.RegisterSubnet(), owner),
        ("StartCall", intents.StartCall(netuid=NETUID), owner),
        ("BurnedRegister", intents.BurnedRegister(netuid=NETUID, hotkey_ss58=hotkey), miner),
        ("BurnedRegister, of another", intents.BurnedRegister(netuid=NETUID, hotkey_ss58=other.hotkey.ss58_address), other),
        ("Transfer", intents.Transfer(dest_ss58=miner.coldkey.ss58_address, amount_tao=5), owner),
        ("AddStake", intents.AddStake(netuid=NETUID, hotkey_ss58=hotkey, amount_tao=10), miner),
        ("SetHyperparameter", intents.SetHyperparameter(netuid=NETUID, name="commit_reveal_weights_enabled", value=False), owner),
        ("ServeAxon", intents.ServeAxon(netuid=NETUID, ip="1.2.3.4", port=8091), miner),
        ("RemoveStake", intents.RemoveStake(netuid=NETUID, hotkey_ss58=hotkey, amount_alpha=1), miner),
    ):
        await report(name, executed(client, intent, signer))
    associate = calls.SubtensorModule.try_associate_hotkey(hotkey=owner.hotkey.ss58_address)
    await report("submit_call", client.submit_call(associate, owner))
    await passed(client, {"count": 101})
    await report("SetWeights", client.execute(intents.SetWeights(netuid=NETUID, uids=[1], weights=[1.0]), miner))
    await report("weights, as set", expect(client.weights.weights(NETUID), {1: {1: 1.0}}))
    data = {"fields": [[{"Raw15": "0x" + b"a miner's model".hex()}]]}
    commitment = calls.Commitments.set_commitment(netuid=NETUID, info=data)
    await report("submit_call, set_commitment", client.submit_call(commitment, miner, signer="hotkey"))
    await report(
        "commitment, as set", expect_data(client.read("commitment", netuid=NETUID, hotkey_ss58=hotkey), "a miner's model")
    )
    await commit_and_reveal(client, owner, miner)
    for name, intent in (
        ("StartCall, refused", intents.StartCall(netuid=NETUID)),
        ("AddStake, refused", intents.AddStake(netuid=77, hotkey_ss58=hotkey, amount_tao=10)),
    ):
        refused = await client.execute(intent, miner)
        named = {"StartCall, refused": "BadOrigin", "AddStake, refused": "SubnetNotExists"}[name]
        why = f"{refused.error} {refused.message}"
        say(name, works=not refused.success and named in f"{vars(refused.error)} {why}", why=why[:200])


async def executed(client: Any, intent: Any, signer: Any) -> Any:
    """What became of an intent. After a shielded one the SDK has not counted the nonce of what was inside; then it asks anew."""
    done = await client.execute(intent, signer)
    return done if done.success or "nonce" not in str(done.message) else await client.execute(intent, signer)


async def commit_and_reveal(client: Any, owner: Any, miner: Any) -> None:
    """Weights that are committed to, and revealed after an epoch."""
    uids, values, salt = [0, 1, 2], [21845, 65535, 40000], [1, 2, 3]
    await passed(client, {"count": 800})  # an owner sets a hyperparameter once in two tempos
    enabled = intents.SetHyperparameter(netuid=NETUID, name="commit_reveal_weights_enabled", value=True)
    await report("SetHyperparameter", client.execute(enabled, owner))
    commit = calls.SubtensorModule.commit_weights(netuid=NETUID, commit_hash=commit_hash(miner, uids, values, salt))
    await passed(client, {"count": 101})
    await report("submit_call, commit_weights", client.submit_call(commit, miner, signer="hotkey"))
    await passed(client, {"netuid": NETUID}, "dev_toEpoch")
    reveal = calls.SubtensorModule.reveal_weights(netuid=NETUID, uids=uids, values=values, salt=salt, version_key=0)
    await report("submit_call, reveal_weights", client.submit_call(reveal, miner, signer="hotkey"))
    total = sum(values)
    shares = {uid: value / total for uid, value in zip(uids, values, strict=True)}
    await report("weights, as revealed", expect(client.weights.weights(NETUID), {1: shares}))
    for _ in range(2):
        await passed(client, {"netuid": NETUID}, "dev_toEpoch")


def commit_hash(miner: Any, uids: list[int], values: list[int], salt: list[int]) -> bytes:
    """BLAKE2b-256 of the SCALE of (hotkey, netuid, uids, values, salt, version key)."""
    lists = (bytes([len(one) << 2]) + b"".join(number.to_bytes(2, "little") for number in one) for one in (uids, values, salt))
    content = miner.hotkey.public_key + NETUID.to_bytes(2, "little") + b"".join(lists) + bytes(8)
    return blake2b(content, digest_size=32).digest()


async def expect(asked: Awaitable[Any], expected: Any) -> None:
    """Raises: AssertionError where the answer is another."""
    got = await asked
    assert got == expected, f"expected {expected}, got {got}"


async def expect_data(asked: Awaitable[Any], expected: str) -> None:
    """Raises: AssertionError where a commitment holds something else."""
    got = await asked
    assert got.data == expected, f"expected {expected}, got {got.data}"


async def passed(client: Any, asked: dict[str, int], method: str = "dev_newBlock") -> None:
    """Let blocks pass, by the node's own methods."""
    await client._substrate.raw.rpc_request(method, [asked])


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
        owner, miner, other = Keys("//Alice"), Keys("//Bob"), Keys("//Charlie")
        await live(client, owner, miner, other)
        await report("block", client.block())
        await read_all(client, miner)


if __name__ == "__main__":
    asyncio.run(main())
