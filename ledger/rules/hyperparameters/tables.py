"""Which calls set a hyperparameter, by its name, and the steps of each in the chain's order.

Source: pallets/admin-utils lib.rs and subtensor macros/dispatches.rs, spec_version 277.
"""

from collections.abc import Mapping

from neuron_ledger.ledger.rules.hyperparameters.checks import (
    above_the_least_cutoff,
    as_many_as_uids,
    notice_of_yuma3,
    put_least_nomination,
    with_room_for_one_more,
    within_the_owners_most,
)
from neuron_ledger.ledger.rules.hyperparameters.owner_limits import VERSION_KEY
from neuron_ledger.ledger.rules.hyperparameters.steps import Step, by_owner, by_root, not_too_soon, noted, of_a_subnet, put

Steps = Mapping[str, tuple[Step, ...]]


def each(names: str, *steps: Step) -> dict[str, tuple[Step, ...]]:
    """The same steps for each of these hyperparameters."""
    return dict.fromkeys(names.split(), steps)


STEPS: Steps = {
    **each(
        """
        stake_threshold subnet_moving_alpha total_issuance subnet_owner_cut max_delegate_take min_delegate_take
        tx_delegate_take_rate_limit max_childkey_take min_childkey_take tx_childkey_take_rate_limit pending_childkey_cooldown
        tx_rate_limit network_rate_limit network_immunity_period network_min_lock lock_reduction_interval
        coldkey_swap_schedule_duration dissolve_network_schedule_duration
        """,
        by_root,
        put,
    ),
    **each("nominator_min_required_stake", by_root, put_least_nomination),
    **each("max_subnets", by_root),
    **each("alpha_sigmoid_steepness ema_price_halving_period subtoken_enabled", by_root, put),
    **each(
        """
        max_registrations_per_block target_registrations_per_interval adjustment_interval min_burn max_burn difficulty
        min_difficulty rao_recycled weights_set_rate_limit tempo
        """,
        by_root,
        of_a_subnet,
        put,
    ),
    **each("max_allowed_uids", by_root, of_a_subnet, with_room_for_one_more, put),
    **each("max_allowed_validators", by_root, of_a_subnet, as_many_as_uids, put),
    **each(
        """
        adjustment_alpha bonds_penalty commit_reveal_weights_enabled immunity_period kappa max_difficulty max_weight_limit
        min_allowed_weights reveal_period rho
        """,
        by_owner,
        of_a_subnet,
        put,
    ),
    **each(
        """
        liquid_alpha_enabled network_pow_registration_allowed network_registration_allowed serving_rate_limit toggle_transfer
        """,
        by_owner,
        put,
    ),
    **each("activity_cutoff", by_owner, of_a_subnet, above_the_least_cutoff, put),
    **each("bonds_moving_average", by_owner, within_the_owners_most, of_a_subnet, put),
    **each("weights_version_key", by_owner, of_a_subnet, not_too_soon(VERSION_KEY), noted(VERSION_KEY), put),
    **each("yuma3_enabled", by_owner, put, notice_of_yuma3),
}
"""At spec_version 277. The limit of subnets is not stored then: its call does nothing."""
