"""Small snapshots of both forms, as tests write them: a genesis of a few neurons, and a metagraph call's answer."""

import json
from pathlib import Path
from typing import Any

from neuron_ledger.events.wire import ss58
from neuron_ledger.replay.importers.metagraph_fields import SUBNET_VALUES
from tests.chain_fixture import TAO, account


def address(name: str) -> str:
    """The SS58 form of a test's account."""
    return ss58.encode(account(name))


def genesis(neurons: int = 4) -> dict[str, Any]:
    """Neurons of two coldkeys in turns, the uids in no order; balances of the two."""
    stakes: dict[str, dict[str, list[int]]] = {address("rich"): {}, address("poor"): {}}
    for uid in reversed(range(neurons)):
        stakes[address("rich" if uid % 2 else "poor")][address(f"hotkey {uid}")] = [uid * TAO, uid]
    return {"stakes": stakes, "balances": {address("rich"): 1000 * TAO, address("poor"): 1}}


def numbers(name: str) -> list[int]:
    return list(account(name))


def metagraph(n: int = 5, netuid: int = 9, block: int = 1000) -> dict[str, Any]:
    """A subnet as the node tells it: scores 0, 1, 1, 2, … so that ties occur; uid 0 is the owner's."""
    no_endpoint = dict.fromkeys(("block", "version", "ip", "port", "ip_type", "protocol", "placeholder1", "placeholder2"), 0)
    flags = {"registration_allowed", "pow_registration_allowed", "commit_reveal_weights_enabled", "liquid_alpha_enabled"}
    subnet: dict[str, Any] = {field: field in flags if field in flags else 7 for field in SUBNET_VALUES}
    subnet |= {"num_uids": n, "max_uids": n, "immunity_period": 10, "alpha_in": 10**12, "tao_in": 10**12, "burn": TAO}
    subnet |= {"netuid": netuid, "block": block, "symbol": [97], "name": [115], "identity": None, "identities": [None] * n}
    subnet |= {"owner_hotkey": numbers("hotkey 0"), "owner_coldkey": numbers("cold 0"), "moving_price": {"bits": 1 << 31}}
    subnet |= {"alpha_low": 100, "alpha_high": 200, "subnet_emission": 0, "validators": [], "commitments": []}
    subnet |= {
        "hotkeys": [numbers(f"hotkey {uid}") for uid in range(n)],
        "coldkeys": [numbers(f"cold {uid}") for uid in range(n)],
        "axons": [{**no_endpoint, "block": uid, "ip": uid << 100, "port": uid} for uid in range(n)],
        "active": [uid % 2 == 0 for uid in range(n)],
        "validator_permit": [uid == 1 for uid in range(n)],
        "pruning_score": [(uid + 1) // 2 for uid in range(n)],
        "last_update": [block - uid for uid in range(n)],
        "emission": [uid * 3 for uid in range(n)],
        "dividends": [uid * 5 for uid in range(n)],
        "incentives": [uid * 7 for uid in range(n)],
        "consensus": [uid * 11 for uid in range(n)],
        "trust": [uid * 13 for uid in range(n)],
        "rank": [uid * 17 for uid in range(n)],
        "block_at_registration": [block - 20 - uid for uid in range(n)],
        "alpha_stake": [uid * TAO for uid in range(n)],
        "tao_stake": [uid * TAO // 2 for uid in range(n)],
        "total_stake": [uid * TAO * 3 // 2 for uid in range(n)],
        "alpha_dividends_per_hotkey": [[numbers("hotkey 1"), 5], [numbers("hotkey 2"), 0]],
        "tao_dividends_per_hotkey": [],
    }
    return subnet


def written(folder: Path, content: Any, name: str = "source.json") -> Path:
    """The content in a file: as JSON, or as it is where it is text."""
    path = folder / name
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return path
