"""Which calls set a hyperparameter in runtimes before 277, and where some values were kept then.

Until spec_version 136 the calls are the pallet's own, and only root may make them; since then they are the admin pallet's, and
the owner of a subnet may make most of them.
Each table after the first holds the changes.
Source: subtensor utils.rs::do_sudo_set_*, spec_versions 103 to 134; pallets/admin-utils lib.rs, spec_versions 136 to 185.
"""

from collections.abc import Callable, Mapping
from functools import partial

from neuron_ledger.events.calls import SudoSet
from neuron_ledger.events.entries.codec import Origin
from neuron_ledger.ledger.errors import InvalidTempo, MaxAllowedUIdsLessThanCurrentUIds
from neuron_ledger.ledger.rules.hyperparameters.checks import (
    as_many_as_uids,
    between,
    with_room_for_one_more,
)
from neuron_ledger.ledger.rules.hyperparameters.setters import Setter, put_under
from neuron_ledger.ledger.rules.hyperparameters.steps import Step, by_owner, by_root, of_a_subnet, put
from neuron_ledger.ledger.rules.hyperparameters.tables import Steps, each
from neuron_ledger.ledger.rules.numbers.fixed import U16_MAX
from neuron_ledger.ledger.rules.stake.draft_calls import clear_small_nominations_218_draft
from neuron_ledger.ledger.rules.tao_stake.calls import clear_small_nominations
from neuron_ledger.ledger.runtime import Tx


def more_uids_than_allowed_now_103(tx: Tx, _origin: Origin, call: SudoSet) -> None:
    """The maximum number of uids can only be increased. Raises: MaxAllowedUIdsLessThanCurrentUIds."""
    allowed = tx.storage.max_allowed_uids[call.netuid]
    if call.value <= allowed:
        raise MaxAllowedUIdsLessThanCurrentUIds(max_allowed_uids=call.value, needed=allowed + 1)


def a_tempo_121(_tx: Tx, _origin: Origin, call: SudoSet) -> None:
    """Until spec_version 133. Raises: InvalidTempo."""
    if call.value == U16_MAX:
        raise InvalidTempo(tempo=call.value, highest=U16_MAX - 1)


a_percentage = between(0, 100)
a_day_of_immunity = between(0, 7200)


def least_nomination(give_back: Callable[[Tx], None]) -> Step:
    """give_back: what is done with nominations that are too small."""

    def put_least_nomination(tx: Tx, origin: Origin, call: SudoSet) -> None:
        """Set it; if it increases, nominations that are now too small are returned."""
        before = tx.storage.nominator_min_required_stake.value
        put(tx, origin, call)
        if call.value > before:
            give_back(tx)

    return put_least_nomination


put_least_nomination_146 = least_nomination(clear_small_nominations)
put_least_nomination_218_draft = least_nomination(clear_small_nominations_218_draft)


STEPS_103: Steps = {
    **each("max_delegate_take tx_rate_limit serving_rate_limit total_issuance", by_root, put),
    **each(
        """
        max_registrations_per_block target_registrations_per_interval adjustment_interval burn min_burn max_burn difficulty
        min_difficulty max_difficulty immunity_period min_allowed_weights max_weight_limit weights_version_key
        weights_set_rate_limit activity_cutoff max_allowed_validators kappa rho bonds_moving_average validator_prune_len
        validator_logits_divergence validator_epochs_per_reset validator_sequence_length validator_epoch_len
        validator_batch_size
        """,
        by_root,
        of_a_subnet,
        put,
    ),
    **each("validator_exclude_quantile scaling_law_power synergy_scaling_law_power", by_root, of_a_subnet, a_percentage, put),
    **each("max_allowed_uids", by_root, of_a_subnet, more_uids_than_allowed_now_103, put),
}
"""At spec_version 103 the tempo of an existing subnet cannot be set."""

STEPS_117: Steps = each("rao_recycled", by_root, of_a_subnet, put)

STEPS_121: Steps = {
    "network_registration_allowed": (by_root, put),
    "tempo": (by_root, of_a_subnet, a_tempo_121, put),
    "max_allowed_uids": (by_root, of_a_subnet, with_room_for_one_more, put),
}
STEPS_123: Steps = each("senate_required_stake_perc", by_root, put)
STEPS_126: Steps = each("adjustment_alpha", by_root, of_a_subnet, put)
GONE_127 = """
    validator_exclude_quantile validator_logits_divergence validator_epochs_per_reset validator_sequence_length
    validator_epoch_len validator_batch_size synergy_scaling_law_power
"""

STEPS_133: Steps = {
    **each("subnet_owner_cut network_rate_limit network_immunity_period network_min_lock", by_root, put),
    "tempo": (by_root, of_a_subnet, put),
    "serving_rate_limit": (by_owner, put),
    "max_allowed_validators": (by_owner, of_a_subnet, as_many_as_uids, put),
    **each(
        """
        min_allowed_weights max_weight_limit weights_version_key weights_set_rate_limit activity_cutoff
        """,
        by_owner,
        of_a_subnet,
        put,
    ),
    "immunity_period": (by_owner, of_a_subnet, a_day_of_immunity, put),
}
GONE_133 = "burn senate_required_stake_perc"
STEPS_134: Steps = each("lock_reduction_interval max_subnets", by_root, put)

STEPS_136: Steps = {
    **each(
        """
        adjustment_alpha adjustment_interval min_burn max_burn min_difficulty max_difficulty kappa rho bonds_moving_average
        max_registrations_per_block target_registrations_per_interval validator_prune_len immunity_period
        """,
        by_owner,
        of_a_subnet,
        put,
    ),
    "scaling_law_power": (by_owner, of_a_subnet, a_percentage, put),
    "max_allowed_validators": (by_root, of_a_subnet, as_many_as_uids, put),
    **each("network_registration_allowed network_pow_registration_allowed", by_owner, put),
}
STEPS_139: Steps = each(
    """
    adjustment_alpha adjustment_interval kappa rho bonds_moving_average max_registrations_per_block
    target_registrations_per_interval
    """,
    by_root,
    of_a_subnet,
    put,
)
GONE_139 = "validator_prune_len scaling_law_power"
STEPS_141: Steps = each("weights_min_stake", by_root, put)
STEPS_142: Steps = each("adjustment_alpha difficulty kappa rho bonds_moving_average", by_owner, of_a_subnet, put)

STEPS_146: Steps = {"nominator_min_required_stake": (by_root, put_least_nomination_146)}
STEPS_149: Steps = each("min_delegate_take tx_delegate_take_rate_limit", by_root, put)
STEPS_151: Steps = {
    "target_stakes_per_interval": (by_root, put),
    **each("commit_reveal_weights_enabled reveal_period", by_owner, of_a_subnet, put),
}
STEPS_154: Steps = {"liquid_alpha_enabled": (by_owner, put)}

# ------------------------------------------------------------------------------------------------- kept in other items

SETTERS_103: Mapping[str, Setter] = {"max_delegate_take": partial(put_under, "default_take")}
"""The take of a delegate is always the same."""

SETTERS_149: Mapping[str, Setter] = {
    "max_delegate_take": partial(put_under, "max_take"),
    "min_delegate_take": partial(put_under, "min_take"),
}
SETTERS_151: Mapping[str, Setter] = {**SETTERS_149, "reveal_period": partial(put_under, "weight_commit_reveal_interval")}
"""Commits are revealed by intervals of blocks."""
SETTERS_195: Mapping[str, Setter] = {"reveal_period": SETTERS_151["reveal_period"]}
"""Takes have the bounds of later runtimes."""

STEPS_195: Steps = {
    **each(
        """
        max_childkey_take min_childkey_take tx_childkey_take_rate_limit hotkey_emission_tempo coldkey_swap_schedule_duration
        dissolve_network_schedule_duration
        """,
        by_root,
        put,
    ),
    **each("liquid_alpha_enabled", by_owner, put),
}
STEPS_216: Steps = each("stake_threshold", by_root, put)
GONE_216 = "weights_min_stake"

STEPS_218_DRAFT: Steps = {
    **each(
        """
        max_delegate_take min_delegate_take tx_delegate_take_rate_limit max_childkey_take min_childkey_take
        tx_childkey_take_rate_limit tx_rate_limit total_issuance subnet_owner_cut network_rate_limit network_immunity_period
        network_min_lock max_subnets lock_reduction_interval weights_min_stake coldkey_swap_schedule_duration
        """,
        by_root,
        put,
    ),
    "nominator_min_required_stake": (by_root, put_least_nomination_218_draft),
    **each(
        "adjustment_interval target_registrations_per_interval max_registrations_per_block tempo rao_recycled",
        by_root,
        of_a_subnet,
        put,
    ),
    "max_allowed_uids": (by_root, of_a_subnet, with_room_for_one_more, put),
    "max_allowed_validators": (by_root, of_a_subnet, as_many_as_uids, put),
    **each(
        """
        min_difficulty max_difficulty difficulty weights_version_key weights_set_rate_limit adjustment_alpha max_weight_limit
        immunity_period min_allowed_weights kappa rho activity_cutoff min_burn max_burn bonds_moving_average
        commit_reveal_weights_enabled reveal_period
        """,
        by_owner,
        of_a_subnet,
        put,
    ),
    **each(
        "serving_rate_limit network_registration_allowed network_pow_registration_allowed liquid_alpha_enabled", by_owner, put
    ),
}
"""Of the draft of alpha. Source: pallets/admin-utils lib.rs, subtensor macros/dispatches.rs, spec_version 218 of that draft."""
