"""Which calls set a hyperparameter in runtimes after 277: what each spec_version changed.

Source: pallets/admin-utils lib.rs, subtensor macros/dispatches.rs, coinbase/tempo_control.rs, spec_versions 283 to 424.
"""

from collections.abc import Mapping

from neuron_ledger.ledger.rules.hyperparameters import checks
from neuron_ledger.ledger.rules.hyperparameters.owner_limits import (
    MECHANISM_COUNT,
    VERSION_KEY,
    OwnerLimit,
    of_parameter,
)
from neuron_ledger.ledger.rules.hyperparameters.steps import (
    Step,
    before_the_freeze,
    by_owner,
    by_root,
    not_of_root,
    not_too_soon,
    noted,
    of_a_subnet,
    owners_320,
    owners_361,
    put,
)
from neuron_ledger.ledger.rules.hyperparameters.tables import Steps, each

Limited = Mapping[str, tuple[OwnerLimit, tuple[Step, ...]]]
"""By hyperparameter: how often an owner may set it, and the steps in addition to those of every owner's call."""


def _owned(name: str, *steps: Step) -> tuple[OwnerLimit, tuple[Step, ...]]:
    return of_parameter(name), (*steps, put)


def changed(before: Steps, after: Steps, gone: str = "") -> Steps:
    """The calls of the runtime before, without the removed ones, with new or changed ones. Raises: KeyError."""
    left = dict(before)
    for name in gone.split():
        del left[name]
    return {**left, **after}


# ---------------------------------------------------------------------------------------------------- until owners' limits

STEPS_283: Steps = {
    "alpha_sigmoid_steepness": (by_owner, of_a_subnet, checks.upwards_for_owners, put),
    "bonds_reset": (by_owner, put, checks.notice_of_bonds_reset),
}
STEPS_290: Steps = {"network_registration_allowed": (by_root, put)}
STEPS_297: Steps = {"reveal_period": (by_owner, of_a_subnet, checks.within_a_hundred_297, put)}
STEPS_301: Steps = {"commit_reveal_version": (by_root, put)}
STEPS_306: Steps = {"reveal_period": (by_owner, of_a_subnet, put), "owner_immune_neuron_limit": (by_owner, put)}
STEPS_315: Steps = {
    "min_burn": (by_owner, of_a_subnet, checks.a_min_burn, put),
    "max_burn": (by_owner, of_a_subnet, checks.a_max_burn, put),
    "ck_burn": (by_root, put),
}
GONE_315 = "max_subnets"

# ------------------------------------------------------------------------------------------------- owners' rate limits

_OWNERS: Limited = {
    "serving_rate_limit": _owned("ServingRateLimit"),
    "max_difficulty": _owned("MaxDifficulty", of_a_subnet),
    "adjustment_alpha": _owned("AdjustmentAlpha", of_a_subnet),
    "immunity_period": _owned("ImmunityPeriod", of_a_subnet),
    "min_allowed_weights": _owned("MinAllowedWeights", of_a_subnet),
    "rho": _owned("Rho", of_a_subnet),
    "activity_cutoff": _owned("ActivityCutoff", of_a_subnet, checks.above_the_least_cutoff),
    "network_pow_registration_allowed": _owned("PowRegistrationAllowed"),
    "min_burn": _owned("MinBurn", of_a_subnet, checks.a_min_burn),
    "max_burn": _owned("MaxBurn", of_a_subnet, checks.a_max_burn),
    "bonds_moving_average": _owned("BondsMovingAverage", checks.within_the_owners_most, of_a_subnet),
    "bonds_penalty": _owned("BondsPenalty", of_a_subnet),
    "commit_reveal_weights_enabled": _owned("CommitRevealEnabled", of_a_subnet),
    "liquid_alpha_enabled": _owned("LiquidAlphaEnabled"),
    "reveal_period": _owned("WeightCommitInterval", of_a_subnet),
    "toggle_transfer": _owned("TransferEnabled"),
    "alpha_sigmoid_steepness": _owned("AlphaSigmoidSteepness", of_a_subnet, checks.upwards_for_owners),
    "yuma3_enabled": (of_parameter("Yuma3Enabled"), (put, checks.notice_of_yuma3)),
    "bonds_reset": (of_parameter("BondsResetEnabled"), (put, checks.notice_of_bonds_reset)),
    "owner_immune_neuron_limit": _owned("ImmuneNeuronLimit"),
    "weights_version_key": (VERSION_KEY, (of_a_subnet, put)),
    "mechanism_count": (MECHANISM_COUNT, (put,)),
}
_OWNERS_UNTIL_334: Limited = {
    "max_weight_limit": _owned("MaxWeightLimit", of_a_subnet),
    "kappa": _owned("Kappa", of_a_subnet),
}
_OWNERS_334: Limited = {"max_allowed_uids": _owned("MaxAllowedUids", of_a_subnet, checks.room_for_uids_334)}
_OWNERS_385: Limited = {
    "max_allowed_uids": _owned("MaxAllowedUids", of_a_subnet, checks.room_for_uids_334, checks.room_over_all_mechanisms_385)
}
_OWNERS_397: Limited = {
    "burn_half_life": (
        of_parameter("BurnHalfLife"),
        (of_a_subnet, not_of_root, checks.a_half_life, put, checks.notice_of_half_life),
    ),
    "burn_increase_mult": (
        of_parameter("BurnIncreaseMult"),
        (of_a_subnet, not_of_root, checks.a_multiple, put, checks.notice_of_multiple),
    ),
}
_OWNERS_411: Limited = {"min_childkey_take_per_subnet": _owned("MinChildkeyTake", of_a_subnet, checks.a_take_between_the_chains)}


def _by_owners_320(limited: Limited) -> Steps:
    return {name: owners_320(limit, *steps) for name, (limit, steps) in limited.items()}


def _by_owners_361(limited: Limited) -> Steps:
    return {name: owners_361(limit, *steps) for name, (limit, steps) in limited.items()}


STEPS_320: Steps = {
    **_by_owners_320({**_OWNERS, **_OWNERS_UNTIL_334}),
    **each(
        "min_difficulty target_registrations_per_interval difficulty max_registrations_per_block tempo",
        by_root,
        before_the_freeze,
        of_a_subnet,
        put,
    ),
    "max_allowed_validators": (by_root, before_the_freeze, of_a_subnet, checks.as_many_as_uids, put),
    "min_allowed_uids": (by_root, before_the_freeze, of_a_subnet, checks.fewer_uids_than_there_are, put),
    "subtoken_enabled": (by_root, before_the_freeze, put),
    **each("max_subnets admin_freeze_window owner_hparam_rate_limit", by_root, put),
}
STEPS_334: Steps = {
    **_by_owners_320(_OWNERS_334),
    "kappa": (by_root, of_a_subnet, put),
    **each("tao_flow_cutoff tao_flow_smoothing_factor", by_root, put),
    "tao_flow_normalization_exponent": (by_root, checks.an_exponent, put),
}
GONE_334 = "max_weight_limit"
STEPS_361: Steps = _by_owners_361({**_OWNERS, **_OWNERS_334})
STEPS_365: Steps = {"min_non_immune_uids": (by_root, put)}
STEPS_385: Steps = {
    **_by_owners_361(_OWNERS_385),
    **each("max_mechanism_count start_call_delay", by_root, put),
    **each("coldkey_swap_announcement_delay coldkey_swap_reannouncement_delay", by_root, put),
    "voting_power_ema_alpha": (by_root, checks.at_most_one, put),
}
GONE_385 = "coldkey_swap_schedule_duration"
STEPS_397: Steps = {**_by_owners_361(_OWNERS_397), "network_pow_registration_allowed": (checks.no_more_work,)}
STEPS_411: Steps = {
    **_by_owners_361(_OWNERS_411),
    **each("owner_cut_enabled owner_cut_auto_lock_enabled", by_owner, before_the_freeze, of_a_subnet, not_of_root, put),
    "subnet_emission_enabled": (by_root, of_a_subnet, not_of_root, put, checks.notice_of_emission),
    "net_tao_flow_enabled": (by_root, put),
    "total_issuance": (checks.is_deprecated,),
}

_FACTOR = of_parameter("ActivityCutoffFactorMilli")
STEPS_423: Steps = {
    "tempo": (by_root, before_the_freeze, of_a_subnet, checks.put_with_new_cycle),
    "max_epochs_per_block": (by_root, checks.an_epoch_or_more, put),
    "activity_cutoff_factor_milli": (
        by_owner,
        checks.a_cutoff_factor,
        checks.before_the_freeze_for_owners,
        not_too_soon(_FACTOR),
        put,
        noted(_FACTOR),
    ),
}
