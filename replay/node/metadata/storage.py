"""The storage items of a runtime as the chain declares them: pallet, hashers, types of keys and value, defaults.

The types follow from the units of the ledger's items, except those with a type of their own on the chain.
Source: subtensor lib.rs, pallets/swap, pallets/alpha-assets, pallets/drand, polkadot-sdk (system, balances, sudo, timestamp),
spec_versions 277 and 424.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final, get_args

from attrs import frozen

from neuron_ledger.events.storage.items import Item
from neuron_ledger.events.storage.items_before import name_on_chain
from neuron_ledger.events.storage.items_commitments import COMMITMENTS
from neuron_ledger.events.storage.layout import Layout
from neuron_ledger.events.wire.units import BOOL_VECTOR, U16_VECTOR, U64_VECTOR, Unit, family_of, is_list, leaf_of, parts_of
from neuron_ledger.replay.node.metadata.commitments import registration_to_chain
from neuron_ledger.replay.node.types.notation import Shape, shape

BLAKE2, TWOX, IDENTITY = "Blake2_128Concat", "Twox64Concat", "Identity"
HASH_BYTES: Final = {BLAKE2: 16, TWOX: 8, IDENTITY: 0}
"""The hash bytes before each part of a key."""

MODULE: Final = "SubtensorModule"


def as_it_is(value: Any) -> Any:
    """Items that the ledger and the chain have alike."""
    return value


@frozen
class Entry:
    """One storage item of a pallet. item: the ledger's, None if the node itself answers it. hashers, keys: one a key part.

    is_optional: whether an absent entry is None, or reads as the default. encoded: the ledger has its value (or key) as bytes
    that are encoded already.
    """

    pallet: str
    name: str
    item: Item | None
    hashers: tuple[str, ...]
    keys: tuple[Shape, ...]
    value: Shape
    is_optional: bool = False
    default: Any = None
    to_chain: Callable[[Any], Any] = as_it_is
    is_encoded: bool = False
    has_encoded_key: bool = False


_VALUES: Mapping[str, str] = {
    "AccumulatedLeaseDividends": "u64",
    "Alpha": "FixedU128",
    "AlphaV2": "SafeFloat",
    "AssociatedEvmAddress": "([u8; 20], u64)",
    "Axons": "AxonInfo",
    "BurnIncreaseMult": "FixedU128",
    "ColdkeySwapAnnouncementDelay": "u32",
    "ColdkeySwapAnnouncements": "(u32, [u8; 32])",
    "ColdkeySwapDisputes": "u32",
    "ColdkeySwapReannouncementDelay": "u32",
    "ColdkeySwapRescheduleDuration": "u32",
    "ColdkeySwapScheduleDuration": "u32",
    "ColdkeySwapScheduled": "(u32, AccountId32)",
    "DecayingHotkeyLock": "LockState",
    "DecayingOwnerLock": "LockState",
    "DissolveNetworkScheduleDuration": "u32",
    "Commitments.CommitmentOf": "CommitmentRegistration",
    "Commitments.TimelockedIndex": "BTreeSet<(u16, AccountId32)>",
    "Commitments.UsedSpaceOf": "UsageTracker",
    "Drand.Pulses": "Pulse",
    "FlowNormExponent": "FixedU128",
    "HotkeyLock": "LockState",
    "Identities": "ChainIdentity",
    "IdentitiesV2": "ChainIdentityV2",
    "Lock": "LockState",
    "MinerBurned": "FixedU128",
    "NeuronCertificates": "NeuronCertificate",
    "OwnerLock": "LockState",
    "Prometheus": "PrometheusInfo",
    "RecycleOrBurn": "RecycleOrBurnEnum",
    "RootClaimType": "RootClaimTypeEnum",
    "RootClaimable": "BTreeMap<u16, FixedI128>",
    "RootClaimableThreshold": "FixedI128",
    "RootProp": "FixedU128",
    "StakeJobs": "StakeJob",
    "SubnetEmaProtocolFlow": "(u64, FixedI128)",
    "SubnetEmaTaoFlow": "(u64, FixedI128)",
    "SubnetIdentities": "SubnetIdentity",
    "SubnetIdentitiesV2": "SubnetIdentityV2",
    "SubnetIdentitiesV3": "SubnetIdentityV3",
    "SubnetLeaseShares": "FixedU128",
    "SubnetLeases": "SubnetLease",
    "SubnetMovingAlpha": "FixedI128",
    "SubnetMovingPrice": "FixedI128",
    "Swap.SwapBalancer": "Balancer",
    "TaoFlowCutoff": "FixedI128",
    "TotalHotkeyShares": "FixedU128",
    "TotalHotkeySharesV2": "SafeFloat",
}
"""Items whose values have another type on the chain than their unit implies."""

_HASHERS: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("LiquidAlphaOn", "Yuma3On", "SubnetIdentities", "SubnetIdentitiesV2", "SubnetIdentitiesV3"), (BLAKE2,)),
    **dict.fromkeys(("RootClaimableThreshold", "Drand.Pulses"), (BLAKE2,)),
    **dict.fromkeys(("LastTxBlock", "LastTxBlockChildKeyTake", "LastTxBlockDelegateTake", "StakingColdkeys"), (IDENTITY,)),
    **dict.fromkeys(("ColdkeySwapAnnouncements", "ColdkeySwapDisputes", "RevealPeriodEpochs", "SubnetLeases"), (TWOX,)),
    **dict.fromkeys(("SubnetUidToLeaseId", "AccumulatedLeaseDividends", "MechanismCountCurrent"), (TWOX,)),
    **dict.fromkeys(("MechanismEmissionSplit", "Swap.FeeRate", "Swap.SwapBalancer", "Swap.PalSwapInitialized"), (TWOX,)),
    **dict.fromkeys(("Swap.ScrapReservoirAlpha", "AlphaAssets.TotalAlphaIssuance"), (TWOX,)),
    **dict.fromkeys(("AlphaAssets.AlphaBurned", "AlphaAssets.AlphaRecycled"), (TWOX,)),
    **dict.fromkeys(("WeightCommits", "TimelockedWeightCommits", "CRV3WeightCommits", "CRV3WeightCommitsV2"), (TWOX, TWOX)),
    **dict.fromkeys(("LastColdkeyHotkeyStakeBlock", "AssociatedEvmAddress"), (TWOX, TWOX)),
    **{item.name: (IDENTITY, TWOX) for item in COMMITMENTS if item.keys},
    "StakeJobs": (BLAKE2, TWOX),
    "SubnetLeaseShares": (TWOX, IDENTITY),
}
"""Items whose keys are not hashed in the usual way: accounts by `Blake2_128Concat`, everything else not at all."""

_KEYS: Mapping[str, tuple[str, ...]] = {"LastRateLimitedBlock": ("RateLimitKey",), "StakeJobs": ("u32", "u64")}

_VALUE_IS_OPTION: Final = ("AlphaMapLastKey", "AlphaV2MapLastKey")
"""Items whose value may be None although the entry exists."""

_IN_ANOTHER_FORM: Final = (
    *("Balances", "BalancesTotalIssuance", "LastRuntimeUpgrade", "BlockNumber", "SenateMembers", "AccountNonce"),
    "ScheduledColdkeySwaps",  # the scheduler's, which the node does not have
    *("NotSeen", "SpecVersionSeen", "TreeSeen"),  # only from observations
)
"""Items of the ledger that the chain stores elsewhere, in another form."""


def shape_of(unit: Unit) -> Shape:
    """The default chain type of a unit's values."""
    family = family_of(unit)
    if family == "tuple":
        parts = tuple(shape_of(part) for part in get_args(unit) if part is not Ellipsis)
        return Shape("Vec", parts) if is_list(unit) else Shape("tuple", parts)
    if family == "optional":
        return Shape("Option", (shape_of(parts_of(unit)[0]),))
    if unit in _VECTORS:
        return _VECTORS[unit]
    leaf = leaf_of(unit)
    if family == "bytes":
        return Shape("array", (Shape("u8"),), leaf.most) if leaf.least == leaf.most else shape("Vec<u8>")
    simple = {"account": "AccountId32", "row": "Vec<(u16, u16)>", "bool": "bool", "text": "Vec<u8>"}
    return shape(simple.get(family) or leaf.name)


_VECTORS = {U16_VECTOR: shape("Vec<u16>"), U64_VECTOR: shape("Vec<u64>"), BOOL_VECTOR: shape("Vec<bool>")}


def entry_of(item: Item) -> Entry:
    """An item of the ledger's storage as the chain declares it."""
    pallet, _, name = name_on_chain(item.name).rpartition(".")
    keys = tuple(shape(text) for text in _KEYS[item.name]) if item.name in _KEYS else tuple(shape_of(unit) for unit in item.keys)
    hashers = _HASHERS.get(item.name, tuple(BLAKE2 if str(key) == "AccountId32" else IDENTITY for key in keys))
    return Entry(
        pallet or MODULE,
        name,
        item,
        hashers,
        keys,
        shape(_VALUES[item.name]) if item.name in _VALUES else shape_of(item.value),
        is_optional=item.default is None and item.name not in _VALUE_IS_OPTION,
        default=item.default,
        to_chain=_TO_CHAIN.get(item.name, as_it_is),
        is_encoded=item.name in ("Drand.Pulses", "StakeJobs"),
        has_encoded_key=item.name == "LastRateLimitedBlock",
    )


def _certificate(value: Any) -> Any:
    algorithm, public_key = value
    return public_key, algorithm


def _claim_type(value: Any) -> Any:
    name, netuids = value
    return (name, (netuids,)) if name == "KeepSubnets" else name


_TO_CHAIN: Mapping[str, Callable[[Any], Any]] = {
    "NeuronCertificates": _certificate,
    "RootClaimType": _claim_type,
    "Commitments.CommitmentOf": registration_to_chain,
}


def _own(pallet: str, name: str, value: str, default: Any, *keys: tuple[str, str]) -> Entry:
    hashers, kinds = tuple(hasher for hasher, _ in keys), tuple(shape(kind) for _, kind in keys)
    return Entry(pallet, name, None, hashers, kinds, shape(value), is_optional=default is None, default=default)


NEW_LOGIC: Final = 1 << 127
"""The flag of every account since the new counting of references in balances."""
NO_ACCOUNT: Final = (0, 0, 0, 0, (0, 0, 0, NEW_LOGIC))
NODE_ENTRIES: Final = (
    _own("System", "Account", "AccountInfo", NO_ACCOUNT, (BLAKE2, "AccountId32")),
    _own("System", "BlockHash", "[u8; 32]", bytes(32), (TWOX, "u32")),
    _own("System", "Number", "u32", 0),
    _own("System", "ParentHash", "[u8; 32]", bytes(32)),
    _own("System", "Events", "Vec<EventRecord>", ()),
    _own("System", "EventCount", "u32", 0),
    _own("System", "LastRuntimeUpgrade", "LastRuntimeUpgradeInfo", None),
    _own("Timestamp", "Now", "u64", 0),
    _own("Balances", "TotalIssuance", "u64", 0),
    _own("Sudo", "Key", "AccountId32", None),
)
"""Items that the node answers from its blocks, or from ledger items with another form."""


_EMPTY: Final = (
    _own("Proxy", "Proxies", "(Vec<ProxyDefinition>, u64)", ((), 0), (TWOX, "AccountId32")),
    _own("Proxy", "Announcements", "(Vec<ProxyAnnouncement>, u64)", ((), 0), (TWOX, "AccountId32")),
    _own("Multisig", "Multisigs", "Multisig", None, (TWOX, "AccountId32"), (BLAKE2, "[u8; 32]")),
    _own("Crowdloan", "Crowdloans", "CrowdloanInfo", None, (TWOX, "u32")),
    _own("Crowdloan", "NextCrowdloanId", "u32", 0),
    _own("Crowdloan", "Contributions", "u64", None, (TWOX, "u32"), (IDENTITY, "AccountId32")),
)
"""Items without entries, since no call makes any: clients that read them find nothing."""

_SHIELDED: Final = (
    _own("MevShield", "CurrentKey", "Vec<u8>", None),
    _own("MevShield", "PendingKey", "Vec<u8>", None),
    _own("MevShield", "NextKey", "Vec<u8>", None),
)
"""The keys for encrypting extrinsics: here always the same."""

_OF_LATER_RUNTIMES: Final = (
    _own(MODULE, "CollateralLockShare", "u16", 0, (IDENTITY, "u16")),
    _own(MODULE, "SubnetEpochConsensus", "EpochConsensus", "Yuma", (IDENTITY, "u16")),
)
"""Items that no runtime here has, but that the newest SDK reads before it registers or sets weights: always as on a chain without
these features, with no share locked and Yuma consensus everywhere."""


def entries(layout: Layout, *, shielded: bool = False) -> tuple[Entry, ...]:
    """All storage items of a runtime, in order of declaration. shielded: whether extrinsics may come encrypted."""
    later = tuple(entry for entry in _OF_LATER_RUNTIMES if entry.name not in layout.items)
    of_ledger = tuple(entry_of(item) for item in layout.items.values() if item.name not in _IN_ANOTHER_FORM)
    members, kind = layout.items.get("SenateMembers"), shape("Vec<AccountId32>")
    senate = () if members is None else (Entry("SenateMembers", "Members", members, (), (), kind, default=()),)
    return (*NODE_ENTRIES, *_EMPTY, *(_SHIELDED if shielded else ()), *senate, *of_ledger, *later)
