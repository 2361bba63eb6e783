"""Calls that exist on the chain but are not built here: the only list of them. Remove a name when its call is built.

Source: subtensor macros/dispatches.rs, lib.rs of pallets/admin-utils and of the pallets named below, spec_versions 277 and 424.
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
_SWITCHED_OFF = """
    add_stake_aggregate remove_stake_aggregate add_stake_limit_aggregate remove_stake_limit_aggregate
    unstake_all_aggregate unstake_all_alpha_aggregate
"""
_OF_OTHER_PALLETS: Mapping[str, str] = {
    "Swap": "set_fee_rate toggle_user_liquidity add_liquidity remove_liquidity modify_position disable_lp",
    "Drand": "write_pulse set_beacon_config set_oldest_stored_round",
    "Commitments": "set_rate_limit",
    "Registry": "clear_identity",
    "Proxy": """proxy add_proxy remove_proxy remove_proxies create_pure kill_pure announce remove_announcement
        reject_announcement proxy_announced poke_deposit set_real_pays_fee""",
    "Utility, of which a development node runs batches": "batch batch_all force_batch",
    "Utility": "as_derivative dispatch_as dispatch_as_fallible with_weight if_else",
    "Multisig": "as_multi_threshold_1 as_multi approve_as_multi cancel_as_multi",
    "Crowdloan": """create contribute withdraw finalize refund dissolve update_min_contribution update_end update_cap
        set_max_contribution""",
    "SenateMembers and Triumvirate": "set_members execute propose disapprove_proposal close",
}
"""Pallet → its calls, at spec_version 277 or 424."""

CALLS_NOT_BUILT: Mapping[str, str] = {
    **dict.fromkeys(_AT_BOTH.split(), "at spec_version 277 and 424"),
    **dict.fromkeys(_AT_277.split(), "at spec_version 277"),
    **dict.fromkeys(_AT_424.split(), "at spec_version 424"),
    **dict.fromkeys(_SWITCHED_OFF.split(), "where it is switched off"),
    **{name: f"in the pallet {pallet}" for pallet, names in _OF_OTHER_PALLETS.items() for name in names.split()},
}
"""The call's name on the chain → in which runtimes, or in what state, the chain has it."""


def not_built(name: str) -> str:
    """The description of one of these calls in messages."""
    return f"known on the chain ({CALLS_NOT_BUILT[name]}), not built here"


def ensure_built(name: object, where: str) -> None:
    """Refuse the name of a call that exists on the chain but is not built here. Raises: FieldError."""
    if isinstance(name, str) and name in CALLS_NOT_BUILT:
        raise FieldError(where, f"a call that is built here; this one is {not_built(name)}", name)
