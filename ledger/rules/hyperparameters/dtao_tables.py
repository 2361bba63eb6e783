"""Which calls set a hyperparameter in the first runtimes with alpha, 233 to 273: each table after the first holds the changes.

Source: pallets/admin-utils lib.rs, spec_versions 233 to 273.
"""

from neuron_ledger.events.parameters import SudoSetNetworkMaxStake, SudoSetSnOwnerHotkey, SudoSetSubnetOwnerHotkey
from neuron_ledger.ledger.rules.hyperparameters.owner_calls import CALLS, CALLS_195
from neuron_ledger.ledger.rules.hyperparameters.steps import by_owner, by_root, of_a_subnet, put
from neuron_ledger.ledger.rules.hyperparameters.tables import STEPS, Steps, each
from neuron_ledger.ledger.runtime import CallTable

SINCE_244 = ("subnet_moving_alpha",)
SINCE_252 = ("ema_price_halving_period",)
SINCE_273 = ("alpha_sigmoid_steepness", "subtoken_enabled", "yuma3_enabled")
SINCE_277 = ("pending_childkey_cooldown",)


def _as_at_277(*names: str) -> Steps:
    return {name: STEPS[name] for name in names}


STEPS_233: Steps = {
    **{name: steps for name, steps in STEPS.items() if name not in (*SINCE_244, *SINCE_252, *SINCE_273, *SINCE_277)},
    **each(
        """
        min_difficulty difficulty weights_version_key weights_set_rate_limit activity_cutoff max_burn bonds_moving_average
        """,
        by_owner,
        of_a_subnet,
        put,
    ),
    "max_subnets": (by_root, put),
}
STEPS_238: Steps = _as_at_277("difficulty", "min_difficulty")
STEPS_244: Steps = _as_at_277(*SINCE_244)
STEPS_247: Steps = _as_at_277("activity_cutoff", "weights_set_rate_limit")
STEPS_252: Steps = _as_at_277(*SINCE_252, "weights_version_key", "max_subnets")
STEPS_273: Steps = _as_at_277(*SINCE_273, "bonds_moving_average", "max_burn")
STEPS_277: Steps = _as_at_277(*SINCE_277)

GONE_233 = (SudoSetSubnetOwnerHotkey, SudoSetSnOwnerHotkey)
CALLS_233: CallTable = {SudoSetNetworkMaxStake: CALLS_195[SudoSetNetworkMaxStake]}
CALLS_252: CallTable = {call: CALLS[call] for call in (SudoSetSubnetOwnerHotkey, SudoSetNetworkMaxStake)}
CALLS_273: CallTable = {SudoSetSnOwnerHotkey: CALLS[SudoSetSnOwnerHotkey]}
