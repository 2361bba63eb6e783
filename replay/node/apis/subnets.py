"""Answers about subnets: their hyperparameters, pools and prices.

Source: subtensor rpc_info/subnet_info.rs, dynamic_info.rs, runtime lib.rs (SwapRuntimeApi), spec_version 424.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from neuron_ledger.ledger.errors import ChainError
from neuron_ledger.ledger.rules.epoch.schedule import schedule_of
from neuron_ledger.ledger.rules.epoch.tempo import blocks_until_next_epoch
from neuron_ledger.ledger.rules.netuids import subnet_exists
from neuron_ledger.ledger.rules.numbers import u96f32
from neuron_ledger.ledger.rules.numbers.fixed import U64_MAX, U64F64
from neuron_ledger.ledger.rules.stake.weighted_pool import Swap
from neuron_ledger.ledger.rules.stake.weighted_swaps import alpha_price_283, sim_buy_283, sim_sell_283
from neuron_ledger.ledger.rules.subnets.cost import get_network_lock_cost
from neuron_ledger.projections.storage import Storage
from neuron_ledger.replay.node.apis.subject import (
    activity_cutoff,
    all_netuids,
    has_item,
    of_all_subnets,
    of_subnet,
    pending_alpha,
    reading,
    subnet_identity,
    subnet_name,
)
from neuron_ledger.replay.node.chain.state import State

RAO: Final = 1_000_000_000


def get_subnet_info(state: State, netuid: int) -> dict[str, Any]:
    return {**_info(state.storage, netuid), "emission_values": 0}


def get_subnet_info_v2(state: State, netuid: int) -> dict[str, Any]:
    return {**_info(state.storage, netuid), "emission_value": 0, "identity": subnet_identity(state.storage, netuid)}


def _info(storage: Storage, netuid: int) -> dict[str, Any]:
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
        "burn": storage.burn[netuid],
        "owner": storage.subnet_owner[netuid],
    }


def get_subnet_hyperparams(state: State, netuid: int) -> dict[str, Any]:
    storage = state.storage
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
        "activity_cutoff": activity_cutoff(storage, netuid),
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


def get_subnet_hyperparams_v2(state: State, netuid: int) -> dict[str, Any]:
    storage = state.storage
    return {
        **get_subnet_hyperparams(state, netuid),
        "alpha_sigmoid_steepness": storage.alpha_sigmoid_steepness[netuid] << 32,
        "yuma_version": 3 if storage.yuma3_on[netuid] else 2,
        "subnet_is_active": storage.subtoken_enabled[netuid],
        "transfers_enabled": storage.transfer_toggle[netuid],
        "bonds_reset_enabled": storage.bonds_reset_on[netuid],
        "user_liquidity_enabled": False,
    }


_KINDS: Final[Mapping[str, str]] = {
    "kappa": "U16",
    "immunity_period": "U16",
    "min_allowed_weights": "U16",
    "max_weights_limit": "U16",
    "tempo": "U16",
    "weights_version": "U64",
    "weights_rate_limit": "U64",
    "activity_cutoff": "U64",
    "activity_cutoff_factor": "U32",
    "registration_allowed": "Bool",
    "target_regs_per_interval": "U16",
    "min_burn": "TaoBalance",
    "max_burn": "TaoBalance",
    "burn_half_life": "U16",
    "burn_increase_mult": "U64F64",
    "bonds_moving_avg": "U64",
    "max_regs_per_block": "U16",
    "serving_rate_limit": "U64",
    "max_validators": "U16",
    "commit_reveal_period": "U64",
    "commit_reveal_weights_enabled": "Bool",
    "alpha_high": "U16",
    "alpha_low": "U16",
    "liquid_alpha_enabled": "Bool",
    "alpha_sigmoid_steepness": "I32F32",
    "yuma_version": "U16",
    "subnet_is_active": "Bool",
    "transfers_enabled": "Bool",
    "bonds_reset_enabled": "Bool",
    "user_liquidity_enabled": "Bool",
    "owner_cut_enabled": "Bool",
    "owner_cut_auto_lock_enabled": "Bool",
    "min_childkey_take": "U16",
}
"""The hyperparameters of the third form in order, and of what kind each is."""


def get_subnet_hyperparams_v3(state: State, netuid: int) -> Any:
    values = {**get_subnet_hyperparams_v2(state, netuid), **_newer(state.storage, netuid)}
    return [(name.encode(), (kind, (values[name],))) for name, kind in _KINDS.items() if name in values]


def _newer(storage: Storage, netuid: int) -> dict[str, Any]:
    """Hyperparameters that not every runtime has."""
    items = {
        "activity_cutoff_factor": "ActivityCutoffFactorMilli",
        "burn_half_life": "BurnHalfLife",
        "burn_increase_mult": "BurnIncreaseMult",
        "owner_cut_enabled": "OwnerCutEnabled",
        "owner_cut_auto_lock_enabled": "OwnerCutAutoLockEnabled",
    }
    found = {name: storage.map(item)[netuid] for name, item in items.items() if has_item(storage, item)}
    of_subnet = storage.min_childkey_take_per_subnet[netuid] if has_item(storage, "MinChildkeyTakePerSubnet") else 0
    return {**found, "min_childkey_take": max(storage.min_childkey_take.value, of_subnet)}


def get_dynamic_info(state: State, netuid: int) -> dict[str, Any]:
    storage = state.storage
    last_step = storage.last_mechansim_step_block[netuid]
    return {
        "netuid": netuid,
        "owner_hotkey": storage.subnet_owner_hotkey[netuid],
        "owner_coldkey": storage.subnet_owner[netuid],
        "subnet_name": subnet_name(storage, netuid),
        "token_symbol": storage.token_symbol[netuid],
        "tempo": storage.tempo[netuid],
        "last_step": last_step,
        "blocks_since_last_step": max(state.block.number - last_step, 0),
        "emission": 0,
        **pool_of(storage, netuid),
        "network_registered_at": storage.network_registered_at[netuid],
        "subnet_identity": subnet_identity(storage, netuid),
    }


def pool_of(storage: Storage, netuid: int) -> dict[str, Any]:
    """A subnet's reserves, what blocks bring to them, and what waits for its epoch."""
    return {
        "alpha_in": storage.subnet_alpha_in[netuid],
        "alpha_out": storage.subnet_alpha_out[netuid],
        "tao_in": storage.subnet_tao[netuid],
        "alpha_out_emission": storage.subnet_alpha_out_emission[netuid],
        "alpha_in_emission": storage.subnet_alpha_in_emission[netuid],
        "tao_in_emission": storage.subnet_tao_in_emission[netuid],
        "pending_alpha_emission": pending_alpha(storage, netuid),
        "pending_root_emission": storage.pending_root_divs[netuid] if has_item(storage, "PendingRootDivs") else 0,
        "subnet_volume": storage.subnet_volume[netuid],
        "moving_price": storage.subnet_moving_price[netuid],
    }


def get_next_epoch_start_block(state: State, netuid: int) -> int | None:
    storage = state.storage
    if has_item(storage, "LastEpochBlock"):
        return schedule_of(storage, netuid).next_epoch_start_block()
    left = blocks_until_next_epoch(netuid, storage.tempo[netuid], state.block.number)
    return None if left == U64_MAX else state.block.number + left


def get_coldkey_auto_stake_hotkey(state: State, coldkey: bytes, netuid: int) -> bytes | None:
    storage = state.storage
    return storage.auto_stake_destination[coldkey, netuid] if has_item(storage, "AutoStakeDestination") else None


def get_network_registration_cost(state: State) -> int:
    return get_network_lock_cost(reading(state))


def current_alpha_price(state: State, netuid: int) -> int:
    """Rao a whole alpha."""
    return min(_price(state, netuid) * RAO >> U64F64.fraction, U64_MAX)


def _price(state: State, netuid: int) -> int:
    """Rao an alpha, U64F64."""
    tx = reading(state)
    if has_item(state.storage, "Swap.SwapBalancer"):
        return alpha_price_283(tx, netuid)
    return tx.rules.pool.price(tx, netuid) << U64F64.fraction - u96f32.FRACTION


def current_alpha_price_all(state: State) -> Any:
    return [(netuid, current_alpha_price(state, netuid)) for netuid in all_netuids(state.storage)]


def sim_swap_tao_for_alpha(state: State, netuid: int, tao: int) -> tuple[int, ...]:
    """rao paid in, alpha paid out, the fee in each, and what slippage takes of each; zeros where the pool refuses."""
    swap = _simulated(state, netuid, tao, buys=True)
    if swap is None:
        return (0,) * 6
    price = _price(state, netuid)
    unslipped = min(tao * U64F64.one // price, U64_MAX) if price else 0
    return swap.paid_in, swap.paid_out, swap.fee, 0, 0, max(unslipped - swap.paid_out, 0)


def sim_swap_alpha_for_tao(state: State, netuid: int, alpha: int) -> tuple[int, ...]:
    """rao paid out, alpha paid in, the fee in each, and what slippage takes of each; zeros where the pool refuses."""
    swap = _simulated(state, netuid, alpha, buys=False)
    if swap is None:
        return (0,) * 6
    unslipped = min(alpha * _price(state, netuid) >> U64F64.fraction, U64_MAX)
    return swap.paid_out, swap.paid_in, 0, swap.fee, max(unslipped - swap.paid_out, 0), 0


def _simulated(state: State, netuid: int, amount: int, *, buys: bool) -> Swap | None:
    tx = reading(state)
    if not subnet_exists(state.storage, netuid):
        return None
    if not has_item(state.storage, "Swap.SwapBalancer"):
        out = (tx.rules.pool.bought if buys else tx.rules.pool.sold)(tx, netuid, amount)
        return None if out is None else Swap(amount, out, 0)
    try:
        return (sim_buy_283 if buys else sim_sell_283)(tx, netuid, amount)
    except ChainError:
        return None


_SUBNET: Final = "SubnetInfoRuntimeApi_get"

ANSWERS: Final[Mapping[str, Callable[..., Any]]] = {
    f"{_SUBNET}_subnet_info": of_subnet(get_subnet_info),
    f"{_SUBNET}_subnets_info": of_all_subnets(get_subnet_info),
    f"{_SUBNET}_subnet_info_v2": of_subnet(get_subnet_info_v2),
    f"{_SUBNET}_subnets_info_v2": of_all_subnets(get_subnet_info_v2),
    f"{_SUBNET}_subnet_hyperparams": of_subnet(get_subnet_hyperparams),
    f"{_SUBNET}_subnet_hyperparams_v2": of_subnet(get_subnet_hyperparams_v2),
    f"{_SUBNET}_subnet_hyperparams_v3": of_subnet(get_subnet_hyperparams_v3),
    f"{_SUBNET}_all_dynamic_info": of_all_subnets(get_dynamic_info),
    f"{_SUBNET}_dynamic_info": of_subnet(get_dynamic_info),
    f"{_SUBNET}_next_epoch_start_block": of_subnet(get_next_epoch_start_block),
    f"{_SUBNET}_coldkey_auto_stake_hotkey": get_coldkey_auto_stake_hotkey,
    "SubnetRegistrationRuntimeApi_get_network_registration_cost": get_network_registration_cost,
    "SwapRuntimeApi_current_alpha_price": current_alpha_price,
    "SwapRuntimeApi_current_alpha_price_all": current_alpha_price_all,
    "SwapRuntimeApi_sim_swap_tao_for_alpha": sim_swap_tao_for_alpha,
    "SwapRuntimeApi_sim_swap_alpha_for_tao": sim_swap_alpha_for_tao,
}
