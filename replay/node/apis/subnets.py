"""Answers about subnets: their hyperparameters, pools and prices.

Source: subtensor rpc_info/subnet_info.rs, dynamic_info.rs, runtime lib.rs (SwapRuntimeApi), spec_version 424.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from neuron_ledger.ledger.errors import ChainError
from neuron_ledger.ledger.rules.netuids import subnet_exists
from neuron_ledger.ledger.rules.numbers.fixed import U64_MAX, U64F64
from neuron_ledger.ledger.rules.stake.weighted_pool import Swap
from neuron_ledger.ledger.rules.stake.weighted_swaps import sim_buy_283, sim_sell_283
from neuron_ledger.ledger.rules.subnets.cost import get_network_lock_cost
from neuron_ledger.projections.views import subnet_info as views
from neuron_ledger.replay.node.apis.subject import all_netuids, figures, of_all_subnets, of_subnet, reading
from neuron_ledger.replay.node.chain.state import State


def get_subnet_info(state: State, netuid: int) -> dict[str, Any]:
    newer = views.subnet_info(state.storage, netuid)
    return {**{name: value for name, value in newer.items() if name not in ("emission_value", "identity")}, "emission_values": 0}


def get_subnet_info_v2(state: State, netuid: int) -> dict[str, Any]:
    return views.subnet_info(state.storage, netuid)


def get_subnet_hyperparams(state: State, netuid: int) -> dict[str, Any]:
    return views.subnet_hyperparams(state.storage, netuid, figures(state))


def get_subnet_hyperparams_v2(state: State, netuid: int) -> dict[str, Any]:
    return views.subnet_hyperparams_v2(state.storage, netuid, figures(state))


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
"""The hyperparameters of the third version in order, with their kinds."""


def get_subnet_hyperparams_v3(state: State, netuid: int) -> Any:
    values = views.all_hyperparams(state.storage, netuid, figures(state))
    return [(name.encode(), (kind, (values[name],))) for name, kind in _KINDS.items() if name in values]


def get_dynamic_info(state: State, netuid: int) -> dict[str, Any]:
    return views.dynamic_info(state.storage, netuid)


def get_next_epoch_start_block(state: State, netuid: int) -> int | None:
    return figures(state).next_epoch_start_block(state.storage, netuid)


def get_coldkey_auto_stake_hotkey(state: State, coldkey: bytes, netuid: int) -> bytes | None:
    storage = state.storage
    return storage.auto_stake_destination[coldkey, netuid] if views.has_item(storage, "AutoStakeDestination") else None


def get_network_registration_cost(state: State) -> int:
    return get_network_lock_cost(reading(state))


def current_alpha_price(state: State, netuid: int) -> int:
    return figures(state).alpha_price(state.storage, netuid)


def current_alpha_price_all(state: State) -> Any:
    return [(netuid, current_alpha_price(state, netuid)) for netuid in all_netuids(state.storage)]


def sim_swap_tao_for_alpha(state: State, netuid: int, tao: int) -> tuple[int, ...]:
    """rao paid in, alpha paid out, the fee in each, and the slippage in each; zeros if the pool refuses."""
    swap = _simulated(state, netuid, tao, buys=True)
    if swap is None:
        return (0,) * 6
    price = figures(state).price(state.storage, netuid)
    unslipped = min(tao * U64F64.one // price, U64_MAX) if price else 0
    return swap.paid_in, swap.paid_out, swap.fee, 0, 0, max(unslipped - swap.paid_out, 0)


def sim_swap_alpha_for_tao(state: State, netuid: int, alpha: int) -> tuple[int, ...]:
    """rao paid out, alpha paid in, the fee in each, and the slippage in each; zeros if the pool refuses."""
    swap = _simulated(state, netuid, alpha, buys=False)
    if swap is None:
        return (0,) * 6
    unslipped = min(alpha * figures(state).price(state.storage, netuid) >> U64F64.fraction, U64_MAX)
    return swap.paid_out, swap.paid_in, 0, swap.fee, max(unslipped - swap.paid_out, 0), 0


def _simulated(state: State, netuid: int, amount: int, *, buys: bool) -> Swap | None:
    tx = reading(state)
    if not subnet_exists(state.storage, netuid):
        return None
    if not views.has_item(state.storage, "Swap.SwapBalancer"):
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
