"""What the methods of each version of the SDK have to answer, by the exact views, in plain values."""

from collections.abc import Mapping
from typing import Any

from neuron_ledger.events.wire.ss58 import encode as ss58
from tests.sdk.exact import RAO, U16, U64, Exact, as_float32

Answers = Mapping[str, Any]

_U16 = ("min_allowed_weights", "max_weights_limit", "alpha_high", "alpha_low")
_U64 = ("difficulty", "min_difficulty", "max_difficulty", "adjustment_alpha", "bonds_moving_avg")
_U16_VECTORS = ("pruning_score", "dividends", "incentives", "consensus", "trust", "rank")


def answers(version: str, exact: Exact) -> Answers:
    """The answers of a version's methods that are compared."""
    return {"9": of_9, "10": of_10, "11": of_11}[version.partition(".")[0]](exact)


def of_9(exact: Exact) -> Answers:
    rank_and_trust = {"neurons": False, "neurons_lite": True}
    lists = {name: [_with_rank(exact, one, lite=lite) for one in exact.neurons()] for name, lite in rank_and_trust.items()}
    return {
        **_scalars(exact),
        **lists,
        "neuron_for_uid": lists["neurons"][exact.uid],
        "metagraph": _metagraph_9(exact, lists["neurons_lite"]),
        "get_metagraph_info": _without(_metagraph_info_10(exact), "mechid", "validators", "commitments"),
        "get_subnet_hyperparameters": _hyperparameters_9(exact),
        "get_subnet_info": _subnet_info_10(exact),
        "get_stake": exact.storage.total_hotkey_alpha[exact.hotkey, exact.netuid],
    }


def _without(fields: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if name not in names}


def _metagraph_9(exact: Exact, lite: list[dict[str, Any]]) -> dict[str, Any]:
    ranks = {"ranks": as_float32([value / U16 for value in exact.vector("Rank")])}
    trust = {"trust": as_float32([value / U16 for value in exact.vector("Trust")])}
    return {**_without(_metagraph_10(exact, lite), "mechid", "mechanism_count", "emissions_split"), **ranks, **trust}


def _hyperparameters_9(exact: Exact) -> dict[str, Any]:
    raw = exact.raw_metagraph()
    same = (
        *("rho", "kappa", "immunity_period", "min_allowed_weights", "tempo", "min_difficulty", "max_difficulty"),
        *("weights_version", "weights_rate_limit", "adjustment_interval", "activity_cutoff", "registration_allowed"),
        *("target_regs_per_interval", "min_burn", "max_burn", "bonds_moving_avg", "max_regs_per_block"),
        *("serving_rate_limit", "max_validators", "adjustment_alpha", "difficulty", "commit_reveal_period"),
        *("commit_reveal_weights_enabled", "alpha_high", "alpha_low", "liquid_alpha_enabled"),
    )
    return {**{name: raw[name] for name in same}, "max_weight_limit": raw["max_weights_limit"]}


def _with_rank(exact: Exact, neuron: Any, *, lite: bool) -> dict[str, Any]:
    more = {"rank": neuron.rank / U16, "trust": neuron.trust / U16, "pruning_score": neuron.pruning_score}
    return {**exact.shown_neuron(neuron, lite=lite), **more}


def of_10(exact: Exact) -> Answers:
    storage, netuid = exact.storage, exact.netuid
    neurons = [exact.shown_neuron(one, lite=False) for one in exact.neurons()]
    lite = [exact.shown_neuron(one, lite=True) for one in exact.neurons()]
    return {
        **_scalars(exact),
        "neurons": neurons,
        "neurons_lite": lite,
        "neuron_for_uid": neurons[exact.uid],
        "get_neuron_for_pubkey_and_subnet": neurons[exact.uid],
        "metagraph": _metagraph_10(exact, lite),
        "get_metagraph_info": _metagraph_info_10(exact),
        "get_subnet_hyperparameters": _hyperparameters_10(exact),
        "get_subnet_info": _subnet_info_10(exact),
        "subnet": _dynamic_10(exact),
        "get_subnet_price": exact.price(),
        "get_subnet_burn_cost": exact.lock_cost(),
        "get_stake_info_for_coldkey": [_stake_10(exact, netuid)],
        "get_stake_for_coldkey_and_hotkey": {str(one): _stake_10(exact, one) for one in (0, netuid)},
        "get_stake": storage.total_hotkey_alpha[exact.hotkey, netuid],
        "get_mechanism_count": storage.mechanism_count_current[netuid],
        "get_last_epoch_block": storage.last_epoch_block[netuid],
        "get_subnet_epoch_index": storage.subnet_epoch_index[netuid],
        "get_activity_cutoff_factor_milli": storage.activity_cutoff_factor_milli[netuid],
        "get_admin_freeze_window": storage.admin_freeze_window.value,
        "get_start_call_delay": storage.start_call_delay.value,
        "get_owner_hyperparam_rate_limit": storage.owner_hyperparam_rate_limit.value,
        "get_subnet_validator_permits": exact.vector("ValidatorPermit"),
    }


def _scalars(exact: Exact) -> dict[str, Any]:
    """What is read the same way by 9.7 and 10.5."""
    storage, netuid, hotkey = exact.storage, exact.netuid, exact.hotkey
    there = sorted(netuid for netuid, added in storage.networks_added.items() if added)
    return {
        "block": exact.block,
        "get_current_block": exact.block,
        "get_balance": storage.balances[exact.coldkey],
        "weights": [[uid, [list(pair) for pair in row]] for uid, row in exact.rows("Weights")],
        "bonds": [[uid, [list(pair) for pair in row]] for uid, row in exact.rows("Bonds")],
        "blocks_since_last_step": storage.blocks_since_last_step[netuid],
        "blocks_since_last_update": exact.block - storage.last_update[netuid][exact.uid],
        "commit_reveal_enabled": storage.commit_reveal_weights_enabled[netuid],
        "difficulty": storage.difficulty[netuid],
        "does_hotkey_exist": True,
        "get_all_subnets_netuid": there,
        "get_subnets": there,
        "get_existential_deposit": 500,
        "get_hotkey_owner": ss58(exact.coldkey),
        "get_hyperparameter": storage.tempo[netuid],
        "get_minimum_required_stake": storage.nominator_min_required_stake.value,
        "get_netuids_for_hotkey": [netuid],
        "get_owned_hotkeys": [ss58(one) for one in storage.owned_hotkeys[exact.coldkey]],
        "get_staking_hotkeys": [ss58(one) for one in storage.staking_hotkeys[exact.coldkey]],
        "get_subnet_owner_hotkey": ss58(storage.subnet_owner_hotkey[netuid]),
        "get_subnet_reveal_period_epochs": storage.reveal_period_epochs[netuid],
        "get_total_subnets": len(there),
        "get_uid_for_hotkey_on_subnet": exact.uid,
        "immunity_period": storage.immunity_period[netuid],
        "is_hotkey_registered_any": True,
        "is_hotkey_registered_on_subnet": True,
        "is_hotkey_registered": True,
        "is_hotkey_delegate": hotkey in storage.delegates,
        "max_weight_limit": storage.max_weights_limit[netuid] / U16,
        "min_allowed_weights": storage.min_allowed_weights[netuid],
        "recycle": storage.burn[netuid],
        "subnet_exists": True,
        "subnetwork_n": exact.n,
        "tempo": storage.tempo[netuid],
        "tx_rate_limit": storage.tx_rate_limit.value,
        "weights_rate_limit": storage.weights_set_rate_limit[netuid],
    }


def _metagraph_info_10(exact: Exact) -> dict[str, Any]:
    raw = exact.raw_metagraph()
    permitted = [uid for uid, permit in enumerate(raw["validator_permit"]) if permit]
    return {
        **raw,
        **{name: raw[name] / U16 for name in _U16},
        **{name: raw[name] / U64 for name in _U64},
        **{name: [value / U16 for value in raw[name]] for name in _U16_VECTORS},
        "moving_price": int(raw["moving_price"]["bits"] / 2**32 * RAO),
        "mechid": 0,
        "tao_stake": [int(value * 0.18) for value in raw["tao_stake"]],
        "validators": permitted,
        "commitments": _commitments_10(exact) or None,
    }


def _metagraph_10(exact: Exact, lite: list[dict[str, Any]]) -> dict[str, Any]:
    info = _metagraph_info_10(exact)
    alpha, tao, total = ([value / RAO for value in info[name]] for name in ("alpha_stake", "tao_stake", "total_stake"))
    same = (
        "netuid",
        "name",
        "symbol",
        "network_registered_at",
        "num_uids",
        "max_uids",
        "identities",
        "identity",
        "pruning_score",
    )
    of_time = ("block_at_registration", "last_step", "tempo", "blocks_since_last_step", "owner_coldkey", "owner_hotkey")
    return {
        **{name: info[name] for name in (*same, *of_time, "block", "last_update", "validator_permit")},
        "n": exact.n,
        "axons": [exact.shown_axon(uid) for uid in range(exact.n)],
        "neurons": lite,
        "consensus": as_float32(info["consensus"]),
        "validator_trust": as_float32([value / U16 for value in exact.vector("ValidatorTrust")]),
        "incentive": as_float32(info["incentives"]),
        "emission": as_float32([value / RAO for value in info["emission"]]),
        "dividends": as_float32(info["dividends"]),
        "active": [int(value) for value in info["active"]],
        "weights": [],
        "bonds": [],
        "uids": list(range(exact.n)),
        "alpha_stake": as_float32(alpha),
        "tao_stake": as_float32(tao),
        "stake": as_float32(total),
        "total_stake": as_float32(total),
        "tao_dividends_per_hotkey": [[key, rao / RAO] for key, rao in info["tao_dividends_per_hotkey"]],
        "alpha_dividends_per_hotkey": [[key, rao / RAO] for key, rao in info["alpha_dividends_per_hotkey"]],
        "hparams": {name: info[name] / RAO if name in ("burn", "min_burn", "max_burn") else info[name] for name in _PARAMETERS},
        "pool": {name: info[name] / RAO for name in ("alpha_out", "alpha_in", "tao_in", "subnet_volume", "moving_price")},
        "emissions": {name: info[name] / RAO for name in _EMISSIONS},
        "mechid": 0,
        "mechanism_count": 1,
        "emissions_split": None,
    }


_EMISSIONS = (
    *("subnet_emission", "alpha_in_emission", "alpha_out_emission", "tao_in_emission"),
    *("pending_alpha_emission", "pending_root_emission"),
)
_PARAMETERS = (
    *("activity_cutoff", "adjustment_alpha", "adjustment_interval", "alpha_high", "alpha_low", "bonds_moving_avg", "burn"),
    *("commit_reveal_period", "commit_reveal_weights_enabled", "difficulty", "immunity_period", "kappa", "liquid_alpha_enabled"),
    *("max_burn", "max_difficulty", "max_regs_per_block", "max_validators", "max_weights_limit", "min_allowed_weights"),
    *("min_burn", "min_difficulty", "pow_registration_allowed", "registration_allowed", "rho", "serving_rate_limit"),
    *("target_regs_per_interval", "tempo", "weights_rate_limit", "weights_version"),
)


def _raw_hyperparameters(exact: Exact) -> dict[str, Any]:
    """The hyperparameters that a runtime's newest answer lists, in the chain's units."""
    raw, storage, netuid = exact.raw_metagraph(), exact.storage, exact.netuid
    same = (
        *("kappa", "immunity_period", "min_allowed_weights", "max_weights_limit", "tempo", "weights_version"),
        *("weights_rate_limit", "activity_cutoff", "registration_allowed", "target_regs_per_interval", "min_burn", "max_burn"),
        *("bonds_moving_avg", "max_regs_per_block", "serving_rate_limit", "max_validators", "commit_reveal_period"),
        *("commit_reveal_weights_enabled", "alpha_high", "alpha_low", "liquid_alpha_enabled"),
    )
    return {
        **{name: raw[name] for name in same},
        "activity_cutoff_factor": storage.activity_cutoff_factor_milli[netuid],
        "burn_half_life": storage.burn_half_life[netuid],
        "burn_increase_mult": storage.burn_increase_mult[netuid],
        "alpha_sigmoid_steepness": storage.alpha_sigmoid_steepness[netuid],
        "yuma_version": 3 if storage.yuma3_on[netuid] else 2,
        "subnet_is_active": storage.subtoken_enabled[netuid],
        "transfers_enabled": storage.transfer_toggle[netuid],
        "bonds_reset_enabled": storage.bonds_reset_on[netuid],
        "user_liquidity_enabled": False,
        "owner_cut_enabled": storage.owner_cut_enabled[netuid],
        "owner_cut_auto_lock_enabled": storage.owner_cut_auto_lock_enabled[netuid],
        "min_childkey_take": max(storage.min_childkey_take.value, storage.min_childkey_take_per_subnet[netuid]),
    }


def _hyperparameters_10(exact: Exact) -> dict[str, Any]:
    raw = _raw_hyperparameters(exact)
    newer = {
        name: raw.pop(name)
        for name in (
            "burn_half_life",
            "burn_increase_mult",
            "owner_cut_enabled",
            "owner_cut_auto_lock_enabled",
            "min_childkey_take",
        )
    }
    gone = ("rho", "min_difficulty", "max_difficulty", "adjustment_interval", "adjustment_alpha", "difficulty")
    limit = raw.pop("max_weights_limit")
    return {
        **raw,
        **dict.fromkeys(gone),
        "max_weight_limit": limit,
        "alpha_sigmoid_steepness": float(raw["alpha_sigmoid_steepness"]),
        "hyperparameters": {**newer, "max_weights_limit": limit, "burn_increase_mult": newer["burn_increase_mult"] / 2**64},
    }


def _subnet_info_10(exact: Exact) -> dict[str, Any]:
    raw = exact.raw_metagraph()
    same = ("netuid", "rho", "kappa", "difficulty", "immunity_period", "min_allowed_weights", "tempo", "burn")
    return {
        **{name: raw[name] for name in same},
        "max_allowed_validators": raw["max_validators"],
        "max_weight_limit": raw["max_weights_limit"],
        "scaling_law_power": exact.of("ScalingLawPower"),
        "subnetwork_n": exact.n,
        "max_n": raw["max_uids"],
        "blocks_since_epoch": exact.of("BlocksSinceLastStep"),
        "modality": 0,
        "connection_requirements": {},
        "emission_value": 0,
        "owner_ss58": raw["owner_coldkey"],
    }


def _dynamic_10(exact: Exact) -> dict[str, Any]:
    raw = exact.raw_metagraph()
    same = (
        *("netuid", "owner_hotkey", "owner_coldkey", "symbol", "tempo", "last_step", "blocks_since_last_step", "alpha_in"),
        *("alpha_out", "tao_in", "alpha_out_emission", "alpha_in_emission", "tao_in_emission", "pending_alpha_emission"),
        *("pending_root_emission", "network_registered_at", "subnet_volume"),
    )
    return {
        **{name: raw[name] for name in same},
        "subnet_name": raw["name"],
        "emission": 0,
        "price": exact.price(),
        "k": raw["tao_in"] * raw["alpha_in"],
        "is_dynamic": True,
        "subnet_identity": None,
        "moving_price": raw["moving_price"]["bits"] / 2**32,
    }


def _stake_10(exact: Exact, netuid: int) -> dict[str, Any]:
    storage = exact.storage
    return {
        "hotkey_ss58": ss58(exact.hotkey),
        "coldkey_ss58": ss58(exact.coldkey),
        "netuid": netuid,
        "stake": storage.total_hotkey_alpha[exact.hotkey, netuid],
        "locked": 0,
        "emission": storage.alpha_dividends_per_subnet[netuid, exact.hotkey],
        "drain": 0,
        "is_registered": storage.is_network_member[exact.hotkey, netuid],
    }


def of_11(exact: Exact) -> Answers:
    storage, netuid = exact.storage, exact.netuid
    stake = storage.total_hotkey_alpha[exact.hotkey, netuid]
    there = sorted(one for one, added in storage.networks_added.items() if added)
    position = {
        "hotkey": ss58(exact.hotkey),
        "coldkey": ss58(exact.coldkey),
        "netuid": netuid,
        "stake": stake,
        "is_registered": True,
    }
    return {
        "metagraph": exact.raw_metagraph(),
        "neurons": [_neuron_11(exact, neuron) for neuron in exact.neurons()],
        "weights": {str(uid): _shares(row) for uid, row in exact.rows("Weights")},
        "bonds": {str(uid): {str(of): value / U16 for of, value in row} for uid, row in exact.rows("Bonds")},
        "subnet_hyperparameters": _raw_hyperparameters(exact),
        "subnet": _subnet_11(exact, netuid),
        "subnets": [_subnet_11(exact, one) for one in there],
        "stake": stake,
        "stake_for_coldkey": [position],
        "balance": storage.balances[exact.coldkey],
        "uid": exact.uid,
        "hotkey_owner": ss58(exact.coldkey),
        "owned_hotkeys": [ss58(one) for one in storage.owned_hotkeys[exact.coldkey]],
        "staking_hotkeys": [ss58(one) for one in storage.staking_hotkeys[exact.coldkey]],
        "burn": storage.burn[netuid],
        "difficulty": storage.difficulty[netuid],
        "immunity_period": storage.immunity_period[netuid],
        "min_allowed_weights": storage.min_allowed_weights[netuid],
        "weights_rate_limit": storage.weights_set_rate_limit[netuid],
        "tx_rate_limit": storage.tx_rate_limit.value,
        "commit_reveal_enabled": storage.commit_reveal_weights_enabled[netuid],
        "reveal_period": storage.reveal_period_epochs[netuid],
        "mechanism_count": storage.mechanism_count_current[netuid],
        "netuids_for_hotkey": [netuid],
        "existential_deposit": 500,
        "blocks_since_last_step": storage.blocks_since_last_step[netuid],
        "blocks_since_last_update": exact.block - storage.last_update[netuid][exact.uid],
        "subnet_registration_cost": exact.lock_cost(),
    }


def _shares(row: list[tuple[int, int]]) -> dict[str, float]:
    """Weights as parts of their sum."""
    total = sum(value for _, value in row)
    return {str(uid): value / total for uid, value in row}


def _neuron_11(exact: Exact, neuron: Any) -> dict[str, Any]:
    raw = exact.raw_neuron(neuron)
    same = ("uid", "hotkey", "coldkey", "active", "validator_permit", "last_update")
    return {**{name: raw[name] for name in same}, "total_stake": sum(rao for _, rao in raw["stake"]), "raw": raw}


def _subnet_11(exact: Exact, netuid: int) -> dict[str, Any]:
    storage = exact.storage
    return {
        "netuid": netuid,
        "tempo": storage.tempo[netuid],
        "burn": storage.burn[netuid],
        "neuron_count": storage.subnetwork_n[netuid],
    }


def _commitments_10(exact: Exact) -> list[list[str]]:
    """(hotkey, text) of commitments that have one field: what stands behind its block and its length."""
    made = exact.storage.commitments_commitment_of.items()
    return [[ss58(who), one[0][0][1].decode()] for (netuid, who), one in made if one is not None and netuid == exact.netuid]
