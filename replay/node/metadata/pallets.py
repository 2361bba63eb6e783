"""The node's pallets, by their number in the chain's runtime. Source: subtensor runtime lib.rs::construct_runtime."""

from collections.abc import Mapping
from typing import Final

PALLETS: Final[Mapping[str, int]] = {
    "System": 0,
    "Timestamp": 2,
    "Aura": 3,
    "Balances": 5,
    "TransactionPayment": 6,
    "SubtensorModule": 7,
    "SenateMembers": 10,
    "Utility": 11,
    "Sudo": 12,
    "Multisig": 13,
    "Proxy": 16,
    "Commitments": 18,
    "AdminUtils": 19,
    "Drand": 26,
    "Crowdloan": 27,
    "Swap": 28,
    "MevShield": 30,
    "AlphaAssets": 31,
}

PATHS: Final[Mapping[str, str]] = {
    "System": "frame_system",
    "Timestamp": "pallet_timestamp",
    "Balances": "pallet_balances",
    "SubtensorModule": "pallet_subtensor",
    "Utility": "pallet_subtensor_utility",
    "Sudo": "pallet_sudo",
    "MevShield": "pallet_shield",
    "Commitments": "pallet_commitments",
    "AdminUtils": "pallet_admin_utils",
    "Swap": "pallet_subtensor_swap::pallet",
}
"""The crate of each pallet with calls, events or errors: clients find types by it."""
