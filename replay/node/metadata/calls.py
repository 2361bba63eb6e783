"""The calls of a runtime as the chain declares them: pallet, number, arguments. Only those that the rules decide.

The types of arguments follow from the units of the ledger's calls, except those that the chain declares otherwise.
Source: subtensor macros/dispatches.rs, pallets/admin-utils lib.rs, spec_versions 277 and 424; polkadot-sdk pallet-balances,
pallet-sudo, pallet-utility, pallet-timestamp.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from attrs import frozen

from neuron_ledger.events.calls import SudoSet
from neuron_ledger.events.commitments import SetCommitment
from neuron_ledger.events.wire.record import Call
from neuron_ledger.ledger.runtime import Runtime
from neuron_ledger.replay.importers.call_line import read_call
from neuron_ledger.replay.node.metadata.commitments import fields_from_chain
from neuron_ledger.replay.node.metadata.storage import MODULE, entry_of, shape_of
from neuron_ledger.replay.node.types.notation import Fields, Shape, fields, shape

ADMIN: Final = "AdminUtils"

_OF_MODULE = """
0 set_weights 2 add_stake 3 remove_stake 4 serve_axon 5 serve_prometheus 6 register 7 burned_register 40 serve_axon_tls
59 register_network 61 dissolve_network 62 root_register 65 decrease_take 66 increase_take 67 set_children 68 set_identity
69 sudo_set_tx_childkey_take_rate_limit 70 swap_hotkey 71 swap_coldkey 72 swap_hotkey_v2 73 schedule_swap_coldkey
74 schedule_dissolve_network 75 set_childkey_take 76 sudo_set_min_childkey_take 77 sudo_set_max_childkey_take
78 set_subnet_identity 79 register_network_with_identity 80 batch_set_weights 83 unstake_all 84 unstake_all_alpha
85 move_stake 86 transfer_stake 87 swap_stake 88 add_stake_limit 89 remove_stake_limit 90 swap_stake_limit
91 try_associate_hotkey 92 start_call 93 associate_evm_key 96 commit_weights 97 reveal_weights 98 batch_reveal_weights
99 commit_crv3_weights 100 batch_commit_weights 101 recycle_alpha 102 burn_alpha 103 remove_stake_full_limit
109 set_pending_childkey_cooldown 110 register_leased_network 111 terminate_lease 112 update_symbol
113 commit_timelocked_weights 114 set_coldkey_auto_stake_hotkey 115 commit_mechanism_weights 116 reveal_mechanism_weights
117 commit_crv3_mechanism_weights 118 commit_timelocked_mechanism_weights 119 set_mechanism_weights 120 root_dissolve_network
121 claim_root 122 set_root_claim_type 123 sudo_set_num_root_claims 124 sudo_set_root_claim_threshold
125 announce_coldkey_swap 126 swap_coldkey_announced 127 dispute_coldkey_swap 128 reset_coldkey_swap
129 enable_voting_power_tracking 130 disable_voting_power_tracking 131 sudo_set_voting_power_ema_alpha 132 add_stake_burn
133 clear_coldkey_swap_announcement 134 register_limit 135 set_auto_parent_delegation_enabled 136 lock_stake 137 move_lock
138 set_perpetual_lock 139 set_tempo 140 set_activity_cutoff_factor 141 trigger_epoch 142 set_reject_locked_alpha
"""
_OF_ADMIN = """
1 sudo_set_default_take 2 sudo_set_tx_rate_limit 3 sudo_set_serving_rate_limit 4 sudo_set_min_difficulty
5 sudo_set_max_difficulty 6 sudo_set_weights_version_key 7 sudo_set_weights_set_rate_limit 8 sudo_set_adjustment_interval
9 sudo_set_adjustment_alpha 12 sudo_set_max_weight_limit 13 sudo_set_immunity_period 14 sudo_set_min_allowed_weights
15 sudo_set_max_allowed_uids 16 sudo_set_kappa 17 sudo_set_rho 18 sudo_set_activity_cutoff
19 sudo_set_network_registration_allowed 20 sudo_set_network_pow_registration_allowed
21 sudo_set_target_registrations_per_interval 22 sudo_set_min_burn 23 sudo_set_max_burn 24 sudo_set_difficulty
25 sudo_set_max_allowed_validators 26 sudo_set_bonds_moving_average 27 sudo_set_max_registrations_per_block
28 sudo_set_subnet_owner_cut 29 sudo_set_network_rate_limit 30 sudo_set_tempo 33 sudo_set_total_issuance
35 sudo_set_network_immunity_period 36 sudo_set_network_min_lock_cost 37 sudo_set_subnet_limit
38 sudo_set_lock_reduction_interval 39 sudo_set_rao_recycled 42 sudo_set_stake_threshold
43 sudo_set_nominator_min_required_stake 45 sudo_set_tx_delegate_take_rate_limit 46 sudo_set_min_delegate_take
49 sudo_set_commit_reveal_weights_enabled 50 sudo_set_liquid_alpha_enabled 51 sudo_set_alpha_values
54 sudo_set_coldkey_swap_schedule_duration 55 sudo_set_dissolve_network_schedule_duration
57 sudo_set_commit_reveal_weights_interval 60 sudo_set_bonds_penalty 61 sudo_set_toggle_transfer
63 sudo_set_subnet_moving_alpha 64 sudo_set_subnet_owner_hotkey 65 sudo_set_ema_price_halving_period
66 sudo_set_subtoken_enabled 67 sudo_set_sn_owner_hotkey 68 sudo_set_alpha_sigmoid_steepness 69 sudo_set_yuma3_enabled
70 sudo_set_bonds_reset_enabled 71 sudo_set_commit_reveal_version 72 sudo_set_owner_immune_neuron_limit
73 sudo_set_ck_burn 74 sudo_set_admin_freeze_window 75 sudo_set_owner_hparam_rate_limit 76 sudo_set_mechanism_count
77 sudo_set_mechanism_emission_split 78 sudo_trim_to_max_allowed_uids 79 sudo_set_min_allowed_uids
80 sudo_set_recycle_or_burn 81 sudo_set_tao_flow_cutoff 82 sudo_set_tao_flow_normalization_exponent
83 sudo_set_tao_flow_smoothing_factor 84 sudo_set_min_non_immune_uids 85 sudo_set_start_call_delay
86 sudo_set_coldkey_swap_announcement_delay 87 sudo_set_coldkey_swap_reannouncement_delay 88 sudo_set_max_mechanism_count
89 sudo_set_burn_half_life 90 sudo_set_burn_increase_mult 91 sudo_set_net_tao_flow_enabled 92 sudo_set_owner_cut_enabled
93 sudo_set_min_childkey_take_per_subnet 94 sudo_set_subnet_emission_enabled 95 sudo_set_owner_cut_auto_lock_enabled
96 sudo_set_max_epochs_per_block
"""


def _numbered(text: str) -> dict[str, int]:
    words = text.split()
    return {name: int(number) for number, name in zip(words[::2], words[1::2], strict=True)}


NUMBERS: Mapping[str, Mapping[str, int]] = {
    MODULE: _numbered(_OF_MODULE),
    ADMIN: _numbered(_OF_ADMIN),
    "Commitments": {"set_commitment": 0, "set_max_space": 2},
    "Balances": {"transfer_allow_death": 0, "transfer_keep_alive": 3, "transfer_all": 4, "force_set_balance": 8},
}
"""The number of each call in its pallet: it was the same in every runtime that had the call."""

_ARGUMENTS: Mapping[tuple[str, str], str] = {
    ("batch_set_weights", "netuids"): "Vec<Compact<u16>>",
    ("batch_set_weights", "weights"): "Vec<Vec<(Compact<u16>, Compact<u16>)>>",
    ("batch_set_weights", "version_keys"): "Vec<Compact<u64>>",
    ("batch_commit_weights", "netuids"): "Vec<Compact<u16>>",
    ("register", "work"): "Vec<u8>",
    ("claim_root", "subnets"): "BTreeSet<u16>",
    ("set_root_claim_type", "new_root_claim_type"): "RootClaimTypeEnum",
    ("sudo_set_recycle_or_burn", "recycle_or_burn"): "RecycleOrBurnEnum",
    **{(call, "dest"): "MultiAddress" for call in ("transfer_allow_death", "transfer_keep_alive", "transfer_all")},
    **{(call, "value"): "Compact<u64>" for call in ("transfer_allow_death", "transfer_keep_alive")},
    ("force_set_balance", "who"): "MultiAddress",
    ("force_set_balance", "new_free"): "Compact<u64>",
}
"""Arguments that the chain declares otherwise than their units say."""

_OTHERWISE: Mapping[str, Fields] = {"set_commitment": fields("netuid: u16, info: CommitmentInfo")}
"""Calls whose arguments differ from the ledger's."""


@frozen
class ChainCall:
    """A call of a pallet. number: in its pallet. fields: its arguments."""

    pallet: str
    name: str
    number: int
    fields: Fields


_NODE_CALLS = (
    ChainCall("Timestamp", "set", 0, fields("now: Compact<u64>")),
    ChainCall("Utility", "batch", 0, fields("calls: Vec<RuntimeCall>")),
    ChainCall("Utility", "batch_all", 2, fields("calls: Vec<RuntimeCall>")),
    ChainCall("Utility", "force_batch", 4, fields("calls: Vec<RuntimeCall>")),
    ChainCall("Sudo", "sudo", 0, fields("call: RuntimeCall")),
    ChainCall("Sudo", "sudo_unchecked_weight", 1, fields("call: RuntimeCall, weight: Weight")),
)
"""Calls that the node executes itself: they contain others."""
_SHIELDED = ChainCall("MevShield", "submit_encrypted", 1, fields("ciphertext: Vec<u8>"))
SHIELDED_SINCE: Final = 391
"""The first spec_version with extrinsics encrypted in this form."""


def calls_of(rules: Runtime) -> tuple[ChainCall, ...]:
    """All calls that clients may submit under a runtime."""
    shielded = [_SHIELDED] if rules.spec_version >= SHIELDED_SINCE else []
    found = [*_NODE_CALLS, *shielded, *_of_classes(rules), *_of_parameters(rules)]
    return tuple(sorted(found, key=lambda call: (call.pallet, call.number)))


_LEFT_OUT: Mapping[str, Mapping[str, Any]] = {"set_subnet_identity": {"logo_url": None}, "swap_hotkey": {"netuid": None}}
"""Arguments of the ledger's calls that some runtimes do not have."""


def pallet_of(name: str) -> str | None:
    """The pallet that has a call; None for the ledger's own calls."""
    return next((pallet for pallet, numbers in NUMBERS.items() if name in numbers), None)


def name_on_chain(rules: Runtime, cls: type[Call]) -> str:
    """What a runtime's chain calls a call."""
    return next((name for name, form in rules.earlier_forms.items() if form is cls), cls.tag.partition("/")[0])


def _of_classes(rules: Runtime) -> Iterator[ChainCall]:
    for cls in rules.calls:
        name = name_on_chain(rules, cls)
        pallet = pallet_of(name)
        if pallet is not None:
            declared = _OTHERWISE.get(name) or _with_identity(rules, name) or _arguments(cls, name)
            yield ChainCall(pallet, name, NUMBERS[pallet][name], declared)


def _arguments(cls: type[Call], name: str) -> Fields:
    own = {field: shape(text) for (call, field), text in _ARGUMENTS.items() if call == name}
    return tuple((field, own.get(field) or shape_of(unit)) for field, unit in cls.units)


def _with_identity(rules: Runtime, name: str) -> Fields | None:
    """The arguments of calls with a subnet's identity, whose fields differ from runtime to runtime."""
    texts = rules.subnet_identity
    if name == "set_subnet_identity":
        return (("netuid", shape("u16")), *((text, shape("Vec<u8>")) for text in texts.longest))
    if name == "register_network_with_identity":
        return (("hotkey", shape("AccountId32")), ("identity", Shape("Option", (entry_of(rules.layout.item(texts.item)).value,))))
    return None


def _of_parameters(rules: Runtime) -> Iterator[ChainCall]:
    if SudoSet not in rules.calls:
        return
    for parameter in rules.layout.hyperparameters.values():
        pallet = None if parameter.call is None else pallet_of(parameter.call)
        if pallet is not None and parameter.call is not None and parameter.name in rules.parameter_steps:
            value = (parameter.argument, entry_of(rules.layout.item(parameter.item)).value)
            kinds = (value,) if parameter.whole_chain else (("netuid", shape("u16")), value)
            yield ChainCall(pallet, parameter.call, NUMBERS[pallet][parameter.call], kinds)


def ledger_call(name: str, arguments: Mapping[str, Any], earlier_forms: Mapping[str, type[Call]] | None = None) -> Call:
    """The ledger's call for a decoded call that a client submitted.

    earlier_forms: of the runtime that decides it. Arguments that the chain's code ignores may begin with an underscore.
    Raises: FieldError.
    """
    if name == "set_commitment":
        return SetCommitment(arguments["netuid"], fields_from_chain(arguments["info"]))
    given = {field.lstrip("_"): _for_people(value) for field, value in arguments.items()}
    forms = earlier_forms or {}
    return read_call(name, {**({} if name in forms else _LEFT_OUT.get(name, {})), **given}, forms)


def _for_people(value: Any) -> Any:
    """A decoded value in the form of call lists: bytes as hex digits."""
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, dict):
        return [_for_people(item) for item in value.values()]
    if isinstance(value, tuple) and len(value) == 2 and isinstance(value[0], str):
        return _variant_for_people(*value)
    return [_for_people(item) for item in value] if isinstance(value, tuple) else value


def _variant_for_people(name: str, inner: Any) -> Any:
    """The meaning of an enum's variant: the account of an address, a word, a claim type with its netuids."""
    if name == "Id":
        return _for_people(inner[0])
    if name in ("Burn", "Recycle"):
        return name
    return [name, [_for_people(item) for item in inner["subnets"]] if inner else []]
