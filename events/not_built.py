"""Calls that the chain has and this project has not: the one place that names them. Who builds one takes its name out.

Source: subtensor macros/dispatches.rs, pallets/admin-utils lib.rs, spec_versions 277 and 424.
"""

from collections.abc import Mapping

from neuron_ledger.events.wire.errors import FieldError

_AT_BOTH = """
    associate_evm_key
    swap_authorities sudo_set_evm_chain_id schedule_grandpa_change sudo_toggle_evm_precompile
"""
_AT_277 = """
    sudo sudo_unchecked_weight vote
"""
_AT_424 = """
    register_leased_network terminate_lease
"""
_SWITCHED_OFF = "add_stake_aggregate remove_stake_aggregate add_stake_limit_aggregate remove_stake_limit_aggregate"

CALLS_NOT_BUILT: Mapping[str, str] = {
    **dict.fromkeys(_AT_BOTH.split(), "at spec_version 277 and 424"),
    **dict.fromkeys(_AT_277.split(), "at spec_version 277"),
    **dict.fromkeys(_AT_424.split(), "at spec_version 424"),
    **dict.fromkeys(_SWITCHED_OFF.split(), "where it is switched off"),
}
"""The call's name on the chain → since when, or in what state, the chain has it."""


def not_built(name: str) -> str:
    """What is said of one of these calls."""
    return f"known on the chain ({CALLS_NOT_BUILT[name]}), not built here"


def ensure_built(name: object, where: str) -> None:
    """Refuse the name of a call that the chain has and this project has not. Raises: FieldError."""
    if isinstance(name, str) and name in CALLS_NOT_BUILT:
        raise FieldError(where, f"a call that is built here; this one is {not_built(name)}", name)
