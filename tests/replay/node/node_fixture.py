"""A chain in memory, and a client's hands: calls composed, signed and sent with the clients' own library."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from bittensor_core import Keypair
from bittensor_core import Runtime as Client

from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.ledger.runtimes.timeline import TIMELINE
from neuron_ledger.replay.node.chain.dev_chain import Chain
from neuron_ledger.replay.node.chain.development import set_entries
from neuron_ledger.replay.node.chain.pool import Waiting
from neuron_ledger.replay.node.metadata.document import NodeRuntime

IMMORTAL = "00"


@cache
def key(name: str) -> Any:
    """The key of a development account, `//name`."""
    return Keypair.create_from_uri(f"//{name}")


def account(name: str) -> bytes:
    return bytes(key(name).public_key)


def address(name: str) -> str:
    return str(key(name).ss58_address)


@cache
def client(spec_version: int) -> Any:
    """The clients' library with the node's own metadata."""
    return Client(NodeRuntime(TIMELINE.runtime(spec_version)).metadata(15), spec_version, 1, 42)


def new_chain(spec_version: int = 277) -> Chain:
    return Chain(Ledger.in_memory(spec_version=spec_version))


class Sender:
    """Signs and sends calls to a chain."""

    def __init__(self, chain: Chain) -> None:
        self.chain = chain
        self.client = client(chain.runtime.spec_version)

    def composed(self, module: str, name: str, **arguments: Any) -> bytes:
        return bytes(self.client.compose_call(module, name, arguments))

    def signed(
        self,
        who: str,
        call: bytes,
        *,
        nonce: int | None = None,
        era: Any = IMMORTAL,
        genesis: bytes | None = None,
        at: bytes | None = None,
    ) -> bytes:
        """The extrinsic. at: the hash that the era is signed with; the genesis hash for an immortal one."""
        nonce = self.chain.next_nonce(account(who)) if nonce is None else nonce
        genesis = self.chain.genesis if genesis is None else genesis
        if at is None:
            at = genesis if era == IMMORTAL else self.chain.head.hash
        same: Mapping[str, Any] = {"era": era, "nonce": nonce, "tip": 0, "tip_asset_id": None}
        payload = self.client.signature_payload(call, **same, genesis_hash=genesis, era_block_hash=at)
        signature = key(who).sign(payload)
        data, _ = self.client.encode_signed_extrinsic(
            call, **same, public_key=key(who).public_key, signature=signature, signature_version=1
        )
        return bytes(data)

    def send(self, who: str, module: str, name: str, **arguments: Any) -> Waiting:
        return self.chain.submit(self.signed(who, self.composed(module, name, **arguments)))

    def done(self, who: str, module: str, name: str, **arguments: Any) -> Waiting:
        """Sent, and in a block."""
        waiting = self.send(who, module, name, **arguments)
        self.chain.make_block()
        return waiting

    def sudo(self, module: str, name: str, **arguments: Any) -> Waiting:
        return self.done("Alice", "Sudo", "sudo", call=self.composed(module, name, **arguments))

    def storage(self, module: str, item: str, *parts: Any, at: bytes | None = None) -> Any:
        """What a client reads; None where there is nothing."""
        key_of_entry = bytes(self.client.storage_key(module, item, list(parts)))
        value = self.chain.state(at).get(key_of_entry)
        return None if value is None else self.client.decode(self.client.storage_entry(module, item).value_type, value)

    def events(self) -> list[tuple[str, str, Any]]:
        """(pallet, event, attributes) of the head's extrinsics."""
        records = [record for record in self.storage("System", "Events") if record["phase"] == "ApplyExtrinsic"]
        return [(record["module_id"], record["event_id"], record["attributes"]) for record in records if record["extrinsic_idx"]]


def with_a_subnet(chain: Chain) -> Sender:
    """A subnet that Alice owns and that emits, with hotkeys of Bob and Charlie on it, of which Bob has stake."""
    sender = Sender(chain)
    for waiting in (
        sender.done("Alice", "SubtensorModule", "register_network", hotkey=address("Alice//hot")),
        sender.sudo("AdminUtils", "sudo_set_subtoken_enabled", netuid=1, subtoken_enabled=True),
        sender.sudo("AdminUtils", "sudo_set_weights_set_rate_limit", netuid=1, weights_set_rate_limit=0),
        sender.sudo("AdminUtils", "sudo_set_commit_reveal_weights_enabled", netuid=1, enabled=False),
        sender.sudo("AdminUtils", "sudo_set_tempo", netuid=1, tempo=5),
        sender.done("Bob", "SubtensorModule", "burned_register", netuid=1, hotkey=address("Bob//hot")),
        sender.done("Charlie", "SubtensorModule", "burned_register", netuid=1, hotkey=address("Charlie//hot")),
        sender.done("Bob", "SubtensorModule", "add_stake", hotkey=address("Bob//hot"), netuid=1, amount_staked=10**12),
    ):
        assert waiting.why is None, waiting.why
    set_entries(chain, {"FirstEmissionBlockNumber": {1: chain.head.number}})
    return sender
