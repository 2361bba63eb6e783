"""An Axon that answers the synapses of the recording, and a client that sends it what it is told to."""

import time
from typing import Any

import httpx
from bittensor_core import Keypair

from neuron_ledger.replay.exchange.axon import Axon
from neuron_ledger.replay.exchange.messages import synapse_message
from neuron_ledger.replay.exchange.synapse import Synapse
from tests.replay.exchange.recorded import Echo, Plain, boom, echo, not_on_the_list, plain, slow, stream, vip

ALICE, BOB = (Keypair.create_from_uri(f"//{name}") for name in ("Alice", "Bob"))
SECOND = 10**9


def served(**options: Any) -> Axon:
    made = Axon(BOB, port=0, **options)
    made.attach(echo).attach(plain).attach(boom).attach(slow).attach(stream)
    return made.attach(vip, blacklist=not_on_the_list)


class Asking:
    """A client that sends what it is told to, signed for what it says unless it is told otherwise."""

    def __init__(self, axon: Axon) -> None:
        self.url = f"http://127.0.0.1:{axon.port}"
        self.number = 0

    def __call__(
        self,
        name: str = "Plain",
        body: Any = None,
        *,
        body_hash: str | None = None,
        signed_for: str = BOB.ss58_address,
        method: str = "POST",
        without: tuple[str, ...] = (),
        content: bytes | None = None,
        **headers: Any,
    ) -> httpx.Response:
        self.number += 1
        synapse: Synapse = {"Echo": Echo(text="hi"), "Plain": Plain()}.get(name, Synapse())
        body_hash = synapse.body_hash if body_hash is None else body_hash
        said = {
            "nonce": time.time_ns(),
            "uuid": f"uuid {id(self)} {self.number}",
            "hotkey": ALICE.ss58_address,
            "version": 9_007_000,
        }
        said |= {key: value for key, value in headers.items() if key in said}
        message = synapse_message(said["nonce"], said["hotkey"], signed_for, str(said["uuid"]), body_hash)
        sent = {
            **synapse.to_headers(),
            **{f"bt_header_dendrite_{key}": str(value) for key, value in said.items()},
            "bt_header_dendrite_signature": f"0x{ALICE.sign(message).hex()}",
            "bt_header_axon_hotkey": BOB.ss58_address,
            "computed_body_hash": body_hash,
            "timeout": str(headers.get("timeout", 5)),
            **{key: value for key, value in headers.items() if key not in (*said, "timeout")},
        }
        kept = {key: value for key, value in sent.items() if not any(key.endswith(part) for part in without)}
        given = synapse.model_dump() if body is None else body
        data: Any = {"json": given} if content is None else {"content": content}
        return httpx.request(method, f"{self.url}/{name}", headers=kept, timeout=30, **data)


def why(answer: httpx.Response) -> str:
    message: str = answer.json()["message"]
    return message
