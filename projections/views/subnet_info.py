"""A subnet as the node's calls show it: its hyperparameters, its pool. Raw integers under the chain's own field names.

Source: subtensor rpc_info/subnet_info.rs, dynamic_info.rs, spec_version 424. A value that a runtime does not have is 0 or absent.
"""

from collections.abc import Mapping
from typing import Any, Final

from neuron_ledger.projections.storage import Storage
from neuron_ledger.projections.views.figures import Figures

ROOT: Final = 0
LOGO_URL: Final = 6
"""The index of the field that a subnet's identity did not always have."""


def has_item(storage: Storage, name: str) -> bool:
    """Whether the runtime has a storage item."""
    return name in storage.layout.items


def subnet_identity(storage: Storage, netuid: int) -> Any:
    """A subnet's identity, in the form of the newest runtime; None where it has none."""
    if has_item(storage, "SubnetIdentitiesV3"):
        return storage.subnet_identities_v3[netuid]
    identity = storage.subnet_identities_v2[netuid]
    return None if identity is None else (*identity[:LOGO_URL], b"", *identity[LOGO_URL:])


def subnet_name(storage: Storage, netuid: int) -> bytes:
    """The name in a subnet's identity. The names that the main chain's own source gives to its subnets are not known here."""
    identity = subnet_identity(storage, netuid)
    return (identity[0] if identity is not None else b"") or (b"root" if netuid == ROOT else b"unknown")


def subnet_info(storage: Storage, netuid: int) -> dict[str, Any]:
    """What `get_subnet_info_v2` answers."""
    return {
        "netuid": netuid,
        "rho": storage.rho[netuid],
        "kappa": storage.kappa[netuid],
        "difficulty": storage.difficulty[netuid],
        "immunity_period": storage.immunity_period[netuid],
        "max_allowed_validators": storage.max_allowed_validators[netuid],
        "min_allowed_weights": storage.min_allowed_weights[netuid],
        "max_weights_limit": storage.max_weights_limit[netuid],
        "scaling_law_power": storage.scaling_law_power[netuid],
        "subnetwork_n": storage.subnetwork_n[netuid],
        "max_allowed_uids": storage.max_allowed_uids[netuid],
        "blocks_since_last_step": storage.blocks_since_last_step[netuid],
        "tempo": storage.tempo[netuid],
        "network_modality": 0,
        "network_connect": (),
        "emission_value": 0,
        "burn": storage.burn[netuid],
        "owner": storage.subnet_owner[netuid],
        "identity": subnet_identity(storage, netuid),
    }


def subnet_hyperparams(storage: Storage, netuid: int, figures: Figures) -> dict[str, Any]:
    """What `get_subnet_hyperparams` answers."""
    alpha_low, alpha_high = storage.alpha_values[netuid]
    return {
        "rho": storage.rho[netuid],
        "kappa": storage.kappa[netuid],
        "immunity_period": storage.immunity_period[netuid],
        "min_allowed_weights": storage.min_allowed_weights[netuid],
        "max_weights_limit": storage.max_weights_limit[netuid],
        "tempo": storage.tempo[netuid],
        "min_difficulty": storage.min_difficulty[netuid],
        "max_difficulty": storage.max_difficulty[netuid],
        "weights_version": storage.weights_version_key[netuid],
        "weights_rate_limit": storage.weights_set_rate_limit[netuid],
        "adjustment_interval": storage.adjustment_interval[netuid],
        "activity_cutoff": figures.activity_cutoff(storage, netuid),
        "registration_allowed": storage.network_registration_allowed[netuid],
        "target_regs_per_interval": storage.target_registrations_per_interval[netuid],
        "min_burn": storage.min_burn[netuid],
        "max_burn": storage.max_burn[netuid],
        "bonds_moving_avg": storage.bonds_moving_average[netuid],
        "max_regs_per_block": storage.max_registrations_per_block[netuid],
        "serving_rate_limit": storage.serving_rate_limit[netuid],
        "max_validators": storage.max_allowed_validators[netuid],
        "adjustment_alpha": storage.adjustment_alpha[netuid],
        "difficulty": storage.difficulty[netuid],
        "commit_reveal_period": storage.reveal_period_epochs[netuid],
        "commit_reveal_weights_enabled": storage.commit_reveal_weights_enabled[netuid],
        "alpha_high": alpha_high,
        "alpha_low": alpha_low,
        "liquid_alpha_enabled": storage.liquid_alpha_on[netuid],
    }


def subnet_hyperparams_v2(storage: Storage, netuid: int, figures: Figures) -> dict[str, Any]:
    """What `get_subnet_hyperparams_v2` answers. alpha_sigmoid_steepness: I32F32 bits."""
    return {
        **subnet_hyperparams(storage, netuid, figures),
        "alpha_sigmoid_steepness": storage.alpha_sigmoid_steepness[netuid] << 32,
        "yuma_version": 3 if storage.yuma3_on[netuid] else 2,
        "subnet_is_active": storage.subtoken_enabled[netuid],
        "transfers_enabled": storage.transfer_toggle[netuid],
        "bonds_reset_enabled": storage.bonds_reset_on[netuid],
        "user_liquidity_enabled": False,
    }


NEWER: Final[Mapping[str, str]] = {
    "activity_cutoff_factor": "ActivityCutoffFactorMilli",
    "burn_half_life": "BurnHalfLife",
    "burn_increase_mult": "BurnIncreaseMult",
    "owner_cut_enabled": "OwnerCutEnabled",
    "owner_cut_auto_lock_enabled": "OwnerCutAutoLockEnabled",
}
"""Hyperparameters that not every runtime has, and their storage items."""


def all_hyperparams(storage: Storage, netuid: int, figures: Figures) -> dict[str, Any]:
    """All that the runtime has: those of the three calls combined. burn_increase_mult: U64F64 bits."""
    newer = {name: storage.map(item)[netuid] for name, item in NEWER.items() if has_item(storage, item)}
    of_subnet = storage.min_childkey_take_per_subnet[netuid] if has_item(storage, "MinChildkeyTakePerSubnet") else 0
    return {
        **subnet_hyperparams_v2(storage, netuid, figures),
        **newer,
        "min_childkey_take": max(storage.min_childkey_take.value, of_subnet),
    }


def dynamic_info(storage: Storage, netuid: int) -> dict[str, Any]:
    """What `get_dynamic_info` answers. moving_price: I96F32 bits."""
    last_step = storage.last_mechansim_step_block[netuid]
    return {
        "netuid": netuid,
        "owner_hotkey": storage.subnet_owner_hotkey[netuid],
        "owner_coldkey": storage.subnet_owner[netuid],
        "subnet_name": subnet_name(storage, netuid),
        "token_symbol": storage.token_symbol[netuid],
        "tempo": storage.tempo[netuid],
        "last_step": last_step,
        "blocks_since_last_step": max(storage.block_number.value - last_step, 0),
        "emission": 0,
        **pool(storage, netuid),
        "network_registered_at": storage.network_registered_at[netuid],
        "subnet_identity": subnet_identity(storage, netuid),
    }


def pool(storage: Storage, netuid: int) -> dict[str, Any]:
    """A subnet's reserves, what blocks add to them, and what is pending until its epoch."""
    return {
        "alpha_in": storage.subnet_alpha_in[netuid],
        "alpha_out": storage.subnet_alpha_out[netuid],
        "tao_in": storage.subnet_tao[netuid],
        "alpha_out_emission": storage.subnet_alpha_out_emission[netuid],
        "alpha_in_emission": storage.subnet_alpha_in_emission[netuid],
        "tao_in_emission": storage.subnet_tao_in_emission[netuid],
        "pending_alpha_emission": _pending_alpha(storage, netuid),
        "pending_root_emission": storage.pending_root_divs[netuid] if has_item(storage, "PendingRootDivs") else 0,
        "subnet_volume": storage.subnet_volume[netuid],
        "moving_price": storage.subnet_moving_price[netuid],
    }


def _pending_alpha(storage: Storage, netuid: int) -> int:
    """Alpha pending until the subnet's epoch."""
    if has_item(storage, "PendingServerEmission"):
        return storage.pending_server_emission[netuid] + storage.pending_validator_emission[netuid]
    return storage.pending_emission[netuid]
