"""Exchanges as tests want them: signed with development keys."""

from hashlib import sha3_256
from typing import Any

from bittensor_core import Keypair

from neuron_ledger.events.calls import ForceRegister, GrantStake, SetParam
from neuron_ledger.events.exchanges import AXON, SYNAPSE
from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.replay.exchange.messages import synapse_message
from neuron_ledger.replay.exchange.recording import Exchange, hash_of
from neuron_ledger.replay.oracle.accounts import account
from neuron_ledger.replay.oracle.builders import STAKE
from neuron_ledger.replay.oracle.chain import Oracle

VALIDATOR, MINER = (Keypair.create_from_uri(f"//{name}") for name in ("Vera", "Mia"))
NETUID = 1
NOW_NS = 1_795_354_543_825_783_799


def hotkey(key: Any) -> bytes:
    return bytes(key.public_key)


def exchange(number: int = 0, **other: Any) -> Exchange:
    """The validator asked the miner, and got an answer; signed as the protocol has it. number: makes exchanges differ."""
    body_hash = sha3_256(b"").digest()
    nonce = NOW_NS + number
    message = synapse_message(nonce, VALIDATOR.ss58_address, MINER.ss58_address, "a-uuid", body_hash.hex())
    fields: dict[str, Any] = {
        "seen_by": AXON,
        "dendrite": hotkey(VALIDATOR),
        "axon": hotkey(MINER),
        "synapse": "Echo",
        "uuid": "a-uuid",
        "nonce": nonce,
        "protocol": SYNAPSE,
        "body_hash": body_hash,
        "signature": bytes(VALIDATOR.sign(message)),
        "verified": True,
        "request_hash": hash_of(b'{"text": "hi"}'),
        "response_hash": hash_of(b'{"reply":"HI"}'),
        "status": 200,
        "process_time_us": 1234,
        "seen_at_us": NOW_NS // 1000 + number,
    }
    return Exchange(**{**fields, **other})


def subnet_ledger(ledger: Ledger | None = None) -> Ledger:
    """A subnet with the validator on uid 1, with stake and permit, and the miner on uid 2."""
    oracle = Oracle(ledger)
    oracle.begin_subnet(validators=0, miners=0, name="first")
    coldkey = account("first: owner")
    for key in (VALIDATOR, MINER):
        oracle.submit(ForceRegister(NETUID, hotkey(key), coldkey)).unwrap()
    oracle.submit(GrantStake(hotkey(VALIDATOR), coldkey, NETUID, STAKE)).unwrap()
    oracle.submit(SetParam("weights_set_rate_limit", NETUID, 0)).unwrap()
    oracle.mine_to_epoch(NETUID)
    return oracle.ledger
