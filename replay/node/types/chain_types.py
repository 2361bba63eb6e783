"""The chain's named types, except calls, events and errors, which differ from runtime to runtime.

Source: subtensor lib.rs, staking/lock.rs, subnets/leasing.rs, utils/rate_limiting.rs; polkadot-sdk frame-system, sp-runtime,
pallet-balances; substrate-fixed.
"""

from attrs import evolve

from neuron_ledger.replay.node.types.definitions import Definitions, Struct, enum, struct
from neuron_ledger.replay.node.types.notation import shape

_PALLET = "pallet_subtensor::pallet"

OF_SUBTENSOR: Definitions = {
    "AxonInfo": struct(
        f"{_PALLET}::AxonInfo",
        "block: u64, version: u32, ip: u128, port: u16, ip_type: u8, protocol: u8, placeholder1: u8, placeholder2: u8",
    ),
    "PrometheusInfo": struct(f"{_PALLET}::PrometheusInfo", "block: u64, version: u32, ip: u128, port: u16, ip_type: u8"),
    "NeuronCertificate": struct(f"{_PALLET}::NeuronCertificate", "public_key: Vec<u8>, algorithm: u8"),
    "ChainIdentity": struct(
        f"{_PALLET}::ChainIdentity",
        "name: Vec<u8>, url: Vec<u8>, image: Vec<u8>, discord: Vec<u8>, description: Vec<u8>, additional: Vec<u8>",
    ),
    "ChainIdentityV2": struct(
        f"{_PALLET}::ChainIdentityV2",
        "name: Vec<u8>, url: Vec<u8>, github_repo: Vec<u8>, image: Vec<u8>, discord: Vec<u8>, description: Vec<u8>, "
        "additional: Vec<u8>",
    ),
    "SubnetIdentity": struct(f"{_PALLET}::SubnetIdentity", "subnet_name: Vec<u8>, github_repo: Vec<u8>, subnet_contact: Vec<u8>"),
    "SubnetIdentityV2": struct(
        f"{_PALLET}::SubnetIdentityV2",
        "subnet_name: Vec<u8>, github_repo: Vec<u8>, subnet_contact: Vec<u8>, subnet_url: Vec<u8>, discord: Vec<u8>, "
        "description: Vec<u8>, additional: Vec<u8>",
    ),
    "SubnetIdentityV3": struct(
        f"{_PALLET}::SubnetIdentityV3",
        "subnet_name: Vec<u8>, github_repo: Vec<u8>, subnet_contact: Vec<u8>, subnet_url: Vec<u8>, discord: Vec<u8>, "
        "description: Vec<u8>, logo_url: Vec<u8>, additional: Vec<u8>",
    ),
    "StakeJob": enum(
        f"{_PALLET}::StakeJob",
        [
            "AddStake: hotkey: AccountId32, coldkey: AccountId32, netuid: u16, stake_to_be_added: u64",
            "RemoveStake: hotkey: AccountId32, coldkey: AccountId32, netuid: u16, alpha_unstaked: u64",
        ],
    ),
    "SafeFloat": struct("share_pool::SafeFloat", "mantissa: u128, exponent: i64"),
    "LockState": struct(
        "pallet_subtensor::staking::lock::LockState", "locked_mass: u64, conviction: FixedU128, last_update: u64"
    ),
    "EpochConsensus": enum(f"{_PALLET}::EpochConsensus", ["Yuma", "Null"]),
    "RecycleOrBurnEnum": enum(f"{_PALLET}::RecycleOrBurnEnum", ["Burn", "Recycle"]),
    "RootClaimTypeEnum": enum(f"{_PALLET}::RootClaimTypeEnum", ["Swap", "Keep", "KeepSubnets: subnets: BTreeSet<u16>"]),
    "SubnetLease": struct(
        "pallet_subtensor::subnets::leasing::SubnetLease",
        "beneficiary: AccountId32, coldkey: AccountId32, hotkey: AccountId32, emissions_share: u8, end_block: Option<u32>, "
        "netuid: u16, cost: u64",
    ),
    "Hyperparameter": enum(
        "pallet_subtensor::utils::rate_limiting::Hyperparameter",
        "Unknown ServingRateLimit MaxDifficulty AdjustmentAlpha MaxWeightLimit ImmunityPeriod MinAllowedWeights Kappa Rho "
        "ActivityCutoff PowRegistrationAllowed MinBurn MaxBurn BondsMovingAverage BondsPenalty CommitRevealEnabled "
        "LiquidAlphaEnabled AlphaValues WeightCommitInterval TransferEnabled AlphaSigmoidSteepness Yuma3Enabled "
        "BondsResetEnabled ImmuneNeuronLimit RecycleOrBurn MaxAllowedUids BurnHalfLife BurnIncreaseMult "
        "SubnetEmissionEnabled MinChildkeyTake ActivityCutoffFactorMilli TriggerEpoch",
    ),
    "RateLimitKey": enum(
        "pallet_subtensor::RateLimitKey",
        [
            "SetSNOwnerHotkey: u16",
            "OwnerHyperparamUpdate: u16, Hyperparameter",
            "NetworkLastRegistered",
            "LastTxBlock: AccountId32",
            "LastTxBlockChildKeyTake: AccountId32",
            "LastTxBlockDelegateTake: AccountId32",
            "AddStakeBurn: u16",
        ],
    ),
    "CommitmentData": enum(
        "pallet_commitments::types::Data",
        [
            "None",
            *(f"Raw{length}: [u8; {length}]" for length in range(129)),
            "BlakeTwo256: [u8; 32]",
            "Sha256: [u8; 32]",
            "Keccak256: [u8; 32]",
            "ShaThree256: [u8; 32]",
            "TimelockEncrypted: encrypted: Vec<u8>, reveal_round: u64",
            "ResetBondsFlag",
            "BigRaw: Vec<u8>",
        ],
    ),
    "CommitmentFields": struct("bounded_collections::bounded_vec::BoundedVec", "Vec<CommitmentData>"),
    "CommitmentInfo": struct("pallet_commitments::types::CommitmentInfo", "fields: CommitmentFields"),
    "CommitmentRegistration": struct("pallet_commitments::types::Registration", "deposit: u64, block: u32, info: CommitmentInfo"),
    "UsageTracker": struct("pallet_commitments::types::UsageTracker", "last_epoch: u64, used_space: u64"),
    "ProxyType": enum(
        "subtensor_runtime_common::ProxyType",
        "Any Owner NonCritical NonTransfer Senate NonFungible Triumvirate Governance Staking Registration Transfer SmallTransfer "
        "RootWeights ChildKeys SudoUncheckedSetCode SwapHotkey SubnetLeaseBeneficiary RootClaim",
    ),
    "CrowdloanInfo": struct(
        "pallet_crowdloan::CrowdloanInfo",
        "creator: AccountId32, deposit: u64, min_contribution: u64, end: u32, cap: u64, funds_account: AccountId32, raised: u64, "
        "target_address: Option<AccountId32>, call: Option<Bounded>, finalized: bool, contributors_count: u32",
    ),
    "Balancer": struct("pallet_subtensor_swap::pallet::balancer::Balancer", "quote: u64"),
    "Pulse": struct("pallet_drand::types::Pulse", "round: u64, randomness: Vec<u8>, signature: Vec<u8>"),
}
"""Types of the pallets about subnets."""

OF_FRAME: Definitions = {
    "FixedI128": struct("substrate_fixed::FixedI128", "bits: i128"),
    "FixedU128": struct("substrate_fixed::FixedU128", "bits: u128"),
    "FixedI64": struct("substrate_fixed::FixedI64", "bits: i64"),
    "AccountData": struct("pallet_balances::types::AccountData", "free: u64, reserved: u64, frozen: u64, flags: u128"),
    "AccountInfo": struct(
        "frame_system::AccountInfo", "nonce: u32, consumers: u32, providers: u32, sufficients: u32, data: AccountData"
    ),
    "LastRuntimeUpgradeInfo": struct("frame_system::LastRuntimeUpgradeInfo", "spec_version: Compact<u32>, spec_name: str"),
    "RuntimeVersion": struct(
        "sp_version::RuntimeVersion",
        "spec_name: str, impl_name: str, authoring_version: u32, spec_version: u32, impl_version: u32, "
        "apis: Vec<([u8; 8], u32)>, transaction_version: u32, system_version: u8",
    ),
    "RuntimeDbWeight": struct("sp_weights::RuntimeDbWeight", "read: u64, write: u64"),
    "Weight": struct("sp_weights::weight_v2::Weight", "ref_time: Compact<u64>, proof_size: Compact<u64>"),
    "DispatchClass": enum("frame_support::dispatch::DispatchClass", ["Normal", "Operational", "Mandatory"]),
    "Pays": enum("frame_support::dispatch::Pays", ["Yes", "No"]),
    "DispatchEventInfo": struct("frame_system::DispatchEventInfo", "weight: Weight, class: DispatchClass, pays_fee: Pays"),
    "ModuleError": struct("sp_runtime::ModuleError", "index: u8, error: [u8; 4]"),
    "TokenError": enum(
        "sp_runtime::TokenError",
        "FundsUnavailable OnlyProvider BelowMinimum CannotCreate UnknownAsset Frozen Unsupported CannotCreateHold "
        "NotExpendable Blocked",
    ),
    "ArithmeticError": enum("sp_arithmetic::ArithmeticError", ["Underflow", "Overflow", "DivisionByZero"]),
    "TransactionalError": enum("sp_runtime::TransactionalError", ["LimitReached", "NoLayer"]),
    "TrieError": enum(
        "sp_runtime::proving_trie::TrieError",
        "InvalidStateRoot IncompleteDatabase ValueAtIncompleteKey DecoderError InvalidHash DuplicateKey ExtraneousNode "
        "ExtraneousValue ExtraneousHashReference InvalidChildReference ValueMismatch IncompleteProof RootMismatch DecodeError",
    ),
    "DispatchError": enum(
        "sp_runtime::DispatchError",
        [
            "Other",
            "CannotLookup",
            "BadOrigin",
            "Module: ModuleError",
            "ConsumerRemaining",
            "NoProviders",
            "TooManyConsumers",
            "Token: TokenError",
            "Arithmetic: ArithmeticError",
            "Transactional: TransactionalError",
            "Exhausted",
            "Corruption",
            "Unavailable",
            "RootNotAllowed",
            "Trie: TrieError",
        ],
    ),
    "DispatchResult": enum("Result", ["Ok: ()", "Err: DispatchError"]),
    "Phase": enum("frame_system::Phase", ["ApplyExtrinsic: u32", "Finalization", "Initialization"]),
    "EventRecord": struct("frame_system::EventRecord", "phase: Phase, event: RuntimeEvent, topics: Vec<[u8; 32]>"),
    "DigestItem": enum(
        "sp_runtime::generic::digest::DigestItem",
        [
            "Other: Vec<u8>",
            "4 Consensus: [u8; 4], Vec<u8>",
            "Seal: [u8; 4], Vec<u8>",
            "PreRuntime: [u8; 4], Vec<u8>",
            "8 RuntimeEnvironmentUpdated",
        ],
    ),
    "Digest": struct("sp_runtime::generic::digest::Digest", "logs: Vec<DigestItem>"),
    "Header": struct(
        "sp_runtime::generic::header::Header",
        "parent_hash: [u8; 32], number: Compact<u32>, state_root: [u8; 32], extrinsics_root: [u8; 32], digest: Digest",
    ),
    "MultiAddress": evolve(
        enum(
            "sp_runtime::multiaddress::MultiAddress",
            ["Id: AccountId32", "Index: Compact<()>", "Raw: Vec<u8>", "Address32: [u8; 32]", "Address20: [u8; 20]"],
        ),
        parameters=(
            ("AccountId", shape("AccountId32")),
            ("AccountIndex", shape("()")),
        ),  # by these names clients recognise accounts
    ),
    "MultiSignature": enum("sp_runtime::MultiSignature", ["Ed25519: [u8; 64]", "Sr25519: [u8; 64]", "Ecdsa: [u8; 65]"]),
    "Era": enum("sp_runtime::generic::era::Era", ["Immortal", *(f"Mortal{number}: u8" for number in range(1, 256))]),
    "MetadataHashMode": enum("frame_metadata_hash_extension::Mode", ["Disabled", "Enabled"]),
    "CheckMetadataHash": struct("frame_metadata_hash_extension::CheckMetadataHash", "mode: MetadataHashMode"),
    "UncheckedExtrinsic": Struct(
        ("sp_runtime", "generic", "unchecked_extrinsic", "UncheckedExtrinsic"),
        (("", shape("Vec<u8>")),),
        tuple(
            (name, shape(kind))
            for name, kind in (
                ("Address", "MultiAddress"),
                ("Call", "RuntimeCall"),
                ("Signature", "MultiSignature"),
                ("Extra", "()"),
            )
        ),
    ),
    "ProxyDefinition": struct("pallet_proxy::ProxyDefinition", "delegate: AccountId32, proxy_type: ProxyType, delay: u32"),
    "ProxyAnnouncement": struct("pallet_proxy::Announcement", "real: AccountId32, call_hash: [u8; 32], height: u32"),
    "Timepoint": struct("pallet_multisig::Timepoint", "height: u32, index: u32"),
    "Multisig": struct(
        "pallet_multisig::Multisig", "when: Timepoint, deposit: u64, depositor: AccountId32, approvals: Vec<AccountId32>"
    ),
    "Bounded": enum(
        "frame_support::traits::preimages::Bounded",
        ["Legacy: hash: [u8; 32]", "Inline: Vec<u8>", "Lookup: hash: [u8; 32], len: u32"],
    ),
    "Runtime": struct("node_subtensor_runtime::Runtime"),
}
"""Types of the chain's framework."""

CHAIN_TYPES: Definitions = {**OF_SUBTENSOR, **OF_FRAME}
