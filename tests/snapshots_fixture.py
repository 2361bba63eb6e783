"""Small snapshots in the two forms that importers read, made by hand, and how they are written to files."""

import gzip
import json
from pathlib import Path
from typing import Any

from events.ss58 import encode as ss58
from replay.importers.metagraph import SUBNET_VALUES, VECTORS
from tests.chain_fixture import account

HOTKEYS = [account(f"hot {uid}") for uid in range(4)]
COLDKEYS = [account("cold a"), account("cold b"), account("cold a"), account("cold c")]
STAKES = [5_000_000_000, 0, 2**63, 7]
BALANCES = {account("cold a"): 10**12, account("somebody"): 1}
NETUID, BLOCK = 7, 9_000


def genesis() -> dict[str, Any]:
    """Four neurons under three coldkeys, two balances."""
    stakes: dict[str, dict[str, list[int]]] = {}
    for uid, (hotkey, coldkey, stake) in enumerate(zip(HOTKEYS, COLDKEYS, STAKES, strict=True)):
        stakes.setdefault(ss58(coldkey), {})[ss58(hotkey)] = [stake, uid]
    return {"stakes": stakes, "balances": {ss58(who): rao for who, rao in BALANCES.items()}}


def metagraph() -> dict[str, Any]:
    """Subnet 7 with four neurons; uid 2 is the owner's, uids 1 and 3 are alike in score, uid 3 registered earlier."""
    flags = {"registration_allowed", "pow_registration_allowed", "commit_reveal_weights_enabled", "liquid_alpha_enabled"}
    values = {field: field != "liquid_alpha_enabled" if field in flags else 100 + i for i, field in enumerate(SUBNET_VALUES)}
    vectors = {
        field: [True, False, True, True] if field in ("active", "validator_permit") else [4 * i, 3 + i, i, 0]
        for i, field in enumerate(VECTORS)
    }
    no_axon = dict.fromkeys(("block", "version", "ip", "port", "ip_type", "protocol", "placeholder1", "placeholder2"), 0)
    axon = {**no_axon, "block": 8_999, "version": 4, "ip": 16909060, "port": 8091, "ip_type": 4, "protocol": 4}
    return {
        **values,
        **vectors,
        "netuid": NETUID,
        "block": BLOCK,
        "num_uids": 4,
        "max_uids": 4,
        "immunity_period": 50,
        "symbol": [206, 177],
        "owner_hotkey": [list(HOTKEYS[2])],
        "owner_coldkey": [list(COLDKEYS[2])],
        "moving_price": {"bits": 51177179},
        "alpha_high": 58982,
        "alpha_low": 45875,
        "hotkeys": [[list(key)] for key in HOTKEYS],
        "coldkeys": [[list(key)] for key in COLDKEYS],
        "pruning_score": [65535, 9, 1, 9],
        "block_at_registration": [8_990, 300, 200, 100],
        "axons": [axon, no_axon, no_axon, no_axon],
        "alpha_stake": [11, 0, 2**60, 13],
        "tao_stake": [0, 17, 19, 0],
        "alpha_dividends_per_hotkey": [[[list(HOTKEYS[0])], 23], [[list(HOTKEYS[1])], 0]],
        "tao_dividends_per_hotkey": [[[list(HOTKEYS[2])], 29]],
        "name": [],
        "identity": None,
        "identities": [None] * 4,
        "subnet_emission": 0,
        "total_stake": [0] * 4,
        "validators": [],
        "commitments": [],
    }


def neurons_lite() -> list[dict[str, Any]]:
    """The same four neurons, as the neurons-lite call shows them; uid 3 serves prometheus."""
    endpoint = {"block": 8_000, "version": 1, "ip": 16909060, "port": 9, "ip_type": 4}
    return [
        {
            "hotkey": [list(hotkey)],
            "uid": uid,
            "netuid": NETUID,
            "validator_trust": 1000 + uid,
            "prometheus_info": endpoint if uid == 3 else dict.fromkeys(endpoint, 0),
        }
        for uid, hotkey in enumerate(HOTKEYS)
    ]


def written(path: Path, content: Any) -> Path:
    """The content as JSON in a file; gzipped where the name says so."""
    raw = json.dumps(content).encode()
    path.write_bytes(gzip.compress(raw) if path.suffix == ".gz" else raw)
    return path
