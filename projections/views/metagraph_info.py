"""A subnet and all its neurons in one answer, as the node's metagraph call gives it: raw integers, by the chain's field names.

Source: subtensor rpc_info/metagraph.rs, spec_version 424.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from neuron_ledger.projections.storage import Storage
from neuron_ledger.projections.views.figures import Figures
from neuron_ledger.projections.views.neuron_info import NO_AXON
from neuron_ledger.projections.views.subnet_info import (
    dynamic_info,
    has_item,
    pool,
    subnet_hyperparams,
    subnet_identity,
    subnet_name,
)

VECTORS: Final[Mapping[str, str]] = {
    "active": "Active",
    "validator_permit": "ValidatorPermit",
    "pruning_score": "PruningScores",
    "last_update": "LastUpdate",
    "emission": "Emission",
    "dividends": "Dividends",
    "incentives": "Incentive",
    "consensus": "Consensus",
    "trust": "Trust",
    "rank": "Rank",
}
"""Fields that are vectors of storage: the item that holds each, with one value per uid."""
_AS_IN_DYNAMIC_INFO: Final = (
    "network_registered_at",
    "owner_hotkey",
    "owner_coldkey",
    "tempo",
    "last_step",
    "blocks_since_last_step",
)


def metagraph_info(storage: Storage, netuid: int, figures: Figures) -> dict[str, Any]:
    """What `get_metagraph` answers for an existing subnet."""
    hotkeys, coldkeys = subnet_keys(storage, netuid)
    dynamic = dynamic_info(storage, netuid)
    return {
        **subnet_hyperparams(storage, netuid, figures),
        **pool(storage, netuid),
        **{name: dynamic[name] for name in _AS_IN_DYNAMIC_INFO},
        "netuid": netuid,
        "name": subnet_name(storage, netuid),
        "symbol": storage.token_symbol[netuid],
        "identity": subnet_identity(storage, netuid),
        "block": storage.block_number.value,
        "subnet_emission": 0,
        "num_uids": storage.subnetwork_n[netuid],
        "max_uids": storage.max_allowed_uids[netuid],
        "burn": storage.burn[netuid],
        "pow_registration_allowed": storage.network_pow_registration_allowed[netuid],
        "hotkeys": hotkeys,
        "coldkeys": coldkeys,
        "identities": [storage.identities_v2[coldkey] for coldkey in coldkeys],
        "axons": [storage.axons[netuid, hotkey] or NO_AXON for hotkey in hotkeys],
        **neuron_vectors(storage, netuid, figures),
        "tao_dividends_per_hotkey": [(hotkey, _tao_dividends(storage, netuid, hotkey)) for hotkey in hotkeys],
        "alpha_dividends_per_hotkey": [(hotkey, storage.alpha_dividends_per_subnet[netuid, hotkey]) for hotkey in hotkeys],
    }


def subnet_keys(storage: Storage, netuid: int) -> tuple[list[bytes], list[bytes]]:
    """The hotkeys of a subnet by uid, and their coldkeys."""
    hotkeys = [storage.keys[netuid, uid] for uid in range(storage.subnetwork_n[netuid])]
    return hotkeys, [storage.owner[hotkey] for hotkey in hotkeys]


def neuron_vectors(storage: Storage, netuid: int, figures: Figures) -> dict[str, Any]:
    """All vectors with one value per uid."""
    stakes = figures.stakes(storage, netuid)
    return {
        **{field: _vector_of(storage, item, netuid) for field, item in VECTORS.items()},
        "block_at_registration": [storage.block_at_registration[netuid, uid] for uid in range(len(stakes))],
        "alpha_stake": [stake.alpha for stake in stakes],
        "tao_stake": [stake.tao for stake in stakes],
        "total_stake": [stake.total for stake in stakes],
    }


def _vector_of(storage: Storage, name: str, netuid: int) -> Sequence[Any]:
    """A vector with one value per uid; empty where the runtime has no such item."""
    return storage.map(name)[netuid] if has_item(storage, name) else ()


def _tao_dividends(storage: Storage, netuid: int, hotkey: bytes) -> int:
    return storage.tao_dividends_per_subnet[netuid, hotkey] if has_item(storage, "TaoDividendsPerSubnet") else 0
