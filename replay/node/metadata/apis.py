"""Runtime APIs (state_call): names, arguments, answers, and the structs of the answers.

Source: subtensor pallets/subtensor/runtime-api lib.rs and rpc_info/, pallets/swap/runtime-api, spec_version 424; polkadot-sdk.
"""

from collections.abc import Mapping
from typing import Final

from attrs import frozen

from neuron_ledger.replay.node.types.definitions import Definitions, Struct, enum, struct
from neuron_ledger.replay.node.types.notation import Fields, Shape, fields, shape

_INFO = "pallet_subtensor::rpc_info"

_NEURON_BEGINS = (
    "hotkey: AccountId32, coldkey: AccountId32, uid: Compact<u16>, netuid: Compact<u16>, active: bool, axon_info: AxonInfo, "
    "prometheus_info: PrometheusInfo, stake: Vec<(AccountId32, Compact<u64>)>, rank: Compact<u16>, emission: Compact<u64>, "
    "incentive: Compact<u16>, consensus: Compact<u16>, trust: Compact<u16>, validator_trust: Compact<u16>, "
    "dividends: Compact<u16>, last_update: Compact<u64>, validator_permit: bool, "
)
_SUBNET_BEGINS = (
    "netuid: Compact<u16>, rho: Compact<u16>, kappa: Compact<u16>, difficulty: Compact<u64>, immunity_period: Compact<u16>, "
    "max_allowed_validators: Compact<u16>, min_allowed_weights: Compact<u16>, max_weights_limit: Compact<u16>, "
    "scaling_law_power: Compact<u16>, subnetwork_n: Compact<u16>, max_allowed_uids: Compact<u16>, "
    "blocks_since_last_step: Compact<u64>, tempo: Compact<u16>, network_modality: Compact<u16>, network_connect: Vec<[u16; 2]>, "
)
_HYPERPARAMETERS = (
    "rho: Compact<u16>, kappa: Compact<u16>, immunity_period: Compact<u16>, min_allowed_weights: Compact<u16>, "
    "max_weights_limit: Compact<u16>, tempo: Compact<u16>, min_difficulty: Compact<u64>, max_difficulty: Compact<u64>, "
    "weights_version: Compact<u64>, weights_rate_limit: Compact<u64>, adjustment_interval: Compact<u16>, "
    "activity_cutoff: Compact<u64>, registration_allowed: bool, target_regs_per_interval: Compact<u16>, min_burn: Compact<u64>, "
    "max_burn: Compact<u64>, bonds_moving_avg: Compact<u64>, max_regs_per_block: Compact<u16>, serving_rate_limit: Compact<u64>, "
    "max_validators: Compact<u16>, adjustment_alpha: Compact<u64>, difficulty: Compact<u64>, commit_reveal_period: Compact<u64>, "
    "commit_reveal_weights_enabled: bool, alpha_high: Compact<u16>, alpha_low: Compact<u16>, liquid_alpha_enabled: bool"
)
_HYPERPARAMETERS_SINCE = (
    "alpha_sigmoid_steepness: FixedI64, yuma_version: Compact<u16>, subnet_is_active: bool, transfers_enabled: bool, "
    "bonds_reset_enabled: bool, user_liquidity_enabled: bool"
)
_OF_METAGRAPH = (
    "name: Vec<Compact<u8>>, symbol: Vec<Compact<u8>>, identity: Option<SubnetIdentityV3>, network_registered_at: Compact<u64>, "
    "owner_hotkey: AccountId32, owner_coldkey: AccountId32, block: Compact<u64>, tempo: Compact<u16>, last_step: Compact<u64>, "
    "blocks_since_last_step: Compact<u64>, subnet_emission: Compact<u64>, alpha_in: Compact<u64>, alpha_out: Compact<u64>, "
    "tao_in: Compact<u64>, alpha_out_emission: Compact<u64>, alpha_in_emission: Compact<u64>, tao_in_emission: Compact<u64>, "
    "pending_alpha_emission: Compact<u64>, pending_root_emission: Compact<u64>, subnet_volume: Compact<u128>, "
    "moving_price: FixedI128, rho: Compact<u16>, kappa: Compact<u16>, min_allowed_weights: Compact<u16>, "
    "max_weights_limit: Compact<u16>, weights_version: Compact<u64>, weights_rate_limit: Compact<u64>, "
    "activity_cutoff: Compact<u64>, max_validators: Compact<u16>, num_uids: Compact<u16>, max_uids: Compact<u16>, "
    "burn: Compact<u64>, difficulty: Compact<u64>, registration_allowed: bool, pow_registration_allowed: bool, "
    "immunity_period: Compact<u16>, min_difficulty: Compact<u64>, max_difficulty: Compact<u64>, min_burn: Compact<u64>, "
    "max_burn: Compact<u64>, adjustment_alpha: Compact<u64>, adjustment_interval: Compact<u16>, "
    "target_regs_per_interval: Compact<u16>, max_regs_per_block: Compact<u16>, serving_rate_limit: Compact<u64>, "
    "commit_reveal_weights_enabled: bool, commit_reveal_period: Compact<u64>, liquid_alpha_enabled: bool, "
    "alpha_high: Compact<u16>, alpha_low: Compact<u16>, bonds_moving_avg: Compact<u64>, hotkeys: Vec<AccountId32>, "
    "coldkeys: Vec<AccountId32>, identities: Vec<Option<ChainIdentityV2>>, axons: Vec<AxonInfo>, active: Vec<bool>, "
    "validator_permit: Vec<bool>, pruning_score: Vec<Compact<u16>>, last_update: Vec<Compact<u64>>, "
    "emission: Vec<Compact<u64>>, dividends: Vec<Compact<u16>>, incentives: Vec<Compact<u16>>, consensus: Vec<Compact<u16>>, "
    "trust: Vec<Compact<u16>>, rank: Vec<Compact<u16>>, block_at_registration: Vec<Compact<u64>>, "
    "alpha_stake: Vec<Compact<u64>>, tao_stake: Vec<Compact<u64>>, total_stake: Vec<Compact<u64>>, "
    "tao_dividends_per_hotkey: Vec<(AccountId32, Compact<u64>)>, alpha_dividends_per_hotkey: Vec<(AccountId32, Compact<u64>)>"
)
_ONLY_SELECTED = "validators: Vec<Compact<u16>>, commitments: Vec<(AccountId32, Vec<Compact<u8>>)>"

SELECTABLE: Final[tuple[str, ...]] = ("netuid", *(name for name, _ in fields(f"{_OF_METAGRAPH}, {_ONLY_SELECTED}")))
"""The fields of a selective metagraph, by the number under which clients ask for them."""


def _selective() -> Struct:
    chosen = tuple((name, Shape("Option", (kind,))) for name, kind in fields(f"{_OF_METAGRAPH}, {_ONLY_SELECTED}"))
    return Struct(("pallet_subtensor", "rpc_info", "metagraph", "SelectiveMetagraph"), (*fields("netuid: Compact<u16>"), *chosen))


API_TYPES: Final[Definitions] = {
    "NeuronInfo": struct(
        f"{_INFO}::neuron_info::NeuronInfo",
        f"{_NEURON_BEGINS}weights: Vec<(Compact<u16>, Compact<u16>)>, bonds: Vec<(Compact<u16>, Compact<u16>)>, "
        "pruning_score: Compact<u16>",
    ),
    "NeuronInfoLite": struct(f"{_INFO}::neuron_info::NeuronInfoLite", f"{_NEURON_BEGINS}pruning_score: Compact<u16>"),
    "SubnetInfo": struct(
        f"{_INFO}::subnet_info::SubnetInfo",
        f"{_SUBNET_BEGINS}emission_values: Compact<u64>, burn: Compact<u64>, owner: AccountId32",
    ),
    "SubnetInfov2": struct(
        f"{_INFO}::subnet_info::SubnetInfov2",
        f"{_SUBNET_BEGINS}emission_value: Compact<u64>, burn: Compact<u64>, owner: AccountId32, "
        "identity: Option<SubnetIdentityV3>",
    ),
    "SubnetHyperparams": struct(f"{_INFO}::subnet_info::SubnetHyperparams", _HYPERPARAMETERS),
    "SubnetHyperparamsV2": struct(f"{_INFO}::subnet_info::SubnetHyperparamsV2", f"{_HYPERPARAMETERS}, {_HYPERPARAMETERS_SINCE}"),
    "HyperparamValue": enum(
        f"{_INFO}::subnet_info::HyperparamValue",
        [
            "Bool: bool",
            "U16: Compact<u16>",
            "U32: Compact<u32>",
            "U64: Compact<u64>",
            "U128: Compact<u128>",
            "TaoBalance: Compact<u64>",
            "I32F32: FixedI64",
            "U64F64: FixedU128",
        ],
    ),
    "HyperparamEntry": struct(f"{_INFO}::subnet_info::HyperparamEntry", "name: Vec<u8>, value: HyperparamValue"),
    "DynamicInfo": struct(
        f"{_INFO}::dynamic_info::DynamicInfo",
        "netuid: Compact<u16>, owner_hotkey: AccountId32, owner_coldkey: AccountId32, subnet_name: Vec<Compact<u8>>, "
        "token_symbol: Vec<Compact<u8>>, tempo: Compact<u16>, last_step: Compact<u64>, blocks_since_last_step: Compact<u64>, "
        "emission: Compact<u64>, alpha_in: Compact<u64>, alpha_out: Compact<u64>, tao_in: Compact<u64>, "
        "alpha_out_emission: Compact<u64>, alpha_in_emission: Compact<u64>, tao_in_emission: Compact<u64>, "
        "pending_alpha_emission: Compact<u64>, pending_root_emission: Compact<u64>, subnet_volume: Compact<u128>, "
        "network_registered_at: Compact<u64>, subnet_identity: Option<SubnetIdentityV3>, moving_price: FixedI128",
    ),
    "Metagraph": struct(f"{_INFO}::metagraph::Metagraph", f"netuid: Compact<u16>, {_OF_METAGRAPH}"),
    "SelectiveMetagraph": _selective(),
    "SubnetState": struct(
        f"{_INFO}::show_subnet::SubnetState",
        "netuid: Compact<u16>, hotkeys: Vec<AccountId32>, coldkeys: Vec<AccountId32>, active: Vec<bool>, "
        "validator_permit: Vec<bool>, pruning_score: Vec<Compact<u16>>, last_update: Vec<Compact<u64>>, "
        "emission: Vec<Compact<u64>>, dividends: Vec<Compact<u16>>, incentives: Vec<Compact<u16>>, consensus: Vec<Compact<u16>>, "
        "trust: Vec<Compact<u16>>, rank: Vec<Compact<u16>>, block_at_registration: Vec<Compact<u64>>, "
        "alpha_stake: Vec<Compact<u64>>, tao_stake: Vec<Compact<u64>>, total_stake: Vec<Compact<u64>>, "
        "emission_history: Vec<Vec<Compact<u64>>>",
    ),
    "StakeInfo": struct(
        f"{_INFO}::stake_info::StakeInfo",
        "hotkey: AccountId32, coldkey: AccountId32, netuid: Compact<u16>, stake: Compact<u64>, locked: Compact<u64>, "
        "emission: Compact<u64>, tao_emission: Compact<u64>, drain: Compact<u64>, is_registered: bool",
    ),
    "StakeAvailability": struct(
        f"{_INFO}::stake_info::StakeAvailability", "total: Compact<u64>, locked: Compact<u64>, available: Compact<u64>"
    ),
    "DelegateInfo": struct(
        f"{_INFO}::delegate_info::DelegateInfo",
        "delegate_ss58: AccountId32, take: Compact<u16>, nominators: Vec<(AccountId32, Vec<(Compact<u16>, Compact<u64>)>)>, "
        "owner_ss58: AccountId32, registrations: Vec<Compact<u16>>, validator_permits: Vec<Compact<u16>>, "
        "return_per_1000: Compact<u64>, total_daily_return: Compact<u64>",
    ),
    "SubnetPrice": struct("pallet_subtensor_swap_runtime_api::SubnetPrice", "netuid: u16, price: u64"),
    "SimSwapResult": struct(
        "pallet_subtensor_swap_runtime_api::SimSwapResult",
        "tao_amount: u64, alpha_amount: u64, tao_fee: u64, alpha_fee: u64, tao_slippage: u64, alpha_slippage: u64",
    ),
    "RuntimeDispatchInfo": struct(
        "pallet_transaction_payment::types::RuntimeDispatchInfo", "weight: Weight, class: DispatchClass, partial_fee: u64"
    ),
    "InclusionFee": struct(
        "pallet_transaction_payment::types::InclusionFee", "base_fee: u64, len_fee: u64, adjusted_weight_fee: u64"
    ),
    "FeeDetails": struct("pallet_transaction_payment::types::FeeDetails", "inclusion_fee: Option<InclusionFee>, tip: u64"),
}
"""The structs of answers."""


@frozen
class Method:
    """One method of an API: its arguments, and the type of the answer."""

    api: str
    name: str
    inputs: Fields
    output: Shape

    @property
    def full_name(self) -> str:
        """Its name in `state_call`."""
        return f"{self.api}_{self.name}"


_METHODS: Final = """
Core_version() -> RuntimeVersion
Metadata_metadata() -> Vec<u8>
Metadata_metadata_at_version(version: u32) -> Option<Vec<u8>>
Metadata_metadata_versions() -> Vec<u32>
AccountNonceApi_account_nonce(account: AccountId32) -> u32
TransactionPaymentApi_query_info(uxt: UncheckedExtrinsic, len: u32) -> RuntimeDispatchInfo
TransactionPaymentApi_query_fee_details(uxt: UncheckedExtrinsic, len: u32) -> FeeDetails
NeuronInfoRuntimeApi_get_neurons(netuid: u16) -> Vec<NeuronInfo>
NeuronInfoRuntimeApi_get_neuron(netuid: u16, uid: u16) -> Option<NeuronInfo>
NeuronInfoRuntimeApi_get_neurons_lite(netuid: u16) -> Vec<NeuronInfoLite>
NeuronInfoRuntimeApi_get_neuron_lite(netuid: u16, uid: u16) -> Option<NeuronInfoLite>
SubnetInfoRuntimeApi_get_subnet_info(netuid: u16) -> Option<SubnetInfo>
SubnetInfoRuntimeApi_get_subnets_info() -> Vec<Option<SubnetInfo>>
SubnetInfoRuntimeApi_get_subnet_info_v2(netuid: u16) -> Option<SubnetInfov2>
SubnetInfoRuntimeApi_get_subnets_info_v2() -> Vec<Option<SubnetInfov2>>
SubnetInfoRuntimeApi_get_subnet_hyperparams(netuid: u16) -> Option<SubnetHyperparams>
SubnetInfoRuntimeApi_get_subnet_hyperparams_v2(netuid: u16) -> Option<SubnetHyperparamsV2>
SubnetInfoRuntimeApi_get_subnet_hyperparams_v3(netuid: u16) -> Option<Vec<HyperparamEntry>>
SubnetInfoRuntimeApi_get_all_dynamic_info() -> Vec<Option<DynamicInfo>>
SubnetInfoRuntimeApi_get_dynamic_info(netuid: u16) -> Option<DynamicInfo>
SubnetInfoRuntimeApi_get_all_metagraphs() -> Vec<Option<Metagraph>>
SubnetInfoRuntimeApi_get_metagraph(netuid: u16) -> Option<Metagraph>
SubnetInfoRuntimeApi_get_all_mechagraphs() -> Vec<Option<Metagraph>>
SubnetInfoRuntimeApi_get_mechagraph(netuid: u16, mecid: u8) -> Option<Metagraph>
SubnetInfoRuntimeApi_get_selective_metagraph(netuid: u16, metagraph_indexes: Vec<u16>) -> Option<SelectiveMetagraph>
SubnetInfoRuntimeApi_get_selective_mechagraph(netuid: u16, subid: u8, metagraph_indexes: Vec<u16>) -> Option<SelectiveMetagraph>
SubnetInfoRuntimeApi_get_subnet_state(netuid: u16) -> Option<SubnetState>
SubnetInfoRuntimeApi_get_coldkey_auto_stake_hotkey(coldkey: AccountId32, netuid: u16) -> Option<AccountId32>
SubnetInfoRuntimeApi_get_next_epoch_start_block(netuid: u16) -> Option<u64>
StakeInfoRuntimeApi_get_stake_info_for_coldkey(coldkey_account: AccountId32) -> Vec<StakeInfo>
StakeInfoRuntimeApi_get_stake_info_for_coldkeys(coldkey_accounts: Vec<AccountId32>) -> Vec<(AccountId32, Vec<StakeInfo>)>
StakeInfoRuntimeApi_get_stake_info_for_hotkey_coldkey_netuid\
(hotkey_account: AccountId32, coldkey_account: AccountId32, netuid: u16) -> Option<StakeInfo>
StakeInfoRuntimeApi_get_stake_availability_for_coldkeys\
(coldkey_accounts: Vec<AccountId32>, netuids: Option<Vec<u16>>) -> BTreeMap<AccountId32, BTreeMap<u16, StakeAvailability>>
StakeInfoRuntimeApi_get_coldkey_lock(coldkey: AccountId32, netuid: u16) -> Option<LockState>
StakeInfoRuntimeApi_get_hotkey_conviction(hotkey: AccountId32, netuid: u16) -> FixedU128
StakeInfoRuntimeApi_get_most_convicted_hotkey_on_subnet(netuid: u16) -> Option<AccountId32>
DelegateInfoRuntimeApi_get_delegates() -> Vec<DelegateInfo>
DelegateInfoRuntimeApi_get_delegate(delegate_account: AccountId32) -> Option<DelegateInfo>
DelegateInfoRuntimeApi_get_delegated(delegatee_account: AccountId32) -> Vec<(DelegateInfo, (Compact<u16>, Compact<u64>))>
SubnetRegistrationRuntimeApi_get_network_registration_cost() -> u64
SwapRuntimeApi_current_alpha_price(netuid: u16) -> u64
SwapRuntimeApi_current_alpha_price_all() -> Vec<SubnetPrice>
SwapRuntimeApi_sim_swap_tao_for_alpha(netuid: u16, tao: u64) -> SimSwapResult
SwapRuntimeApi_sim_swap_alpha_for_tao(netuid: u16, alpha: u64) -> SimSwapResult
"""


def _method(line: str) -> Method:
    asked, _, output = line.partition(" -> ")
    full_name, _, inputs = asked.partition("(")
    api, _, name = full_name.partition("_")
    return Method(api, name, fields(inputs.removesuffix(")")), shape(output))


METHODS: Final[Mapping[str, Method]] = {
    method.full_name: method for method in (_method(line) for line in _METHODS.strip().splitlines())
}
"""Every method, by its full name."""
