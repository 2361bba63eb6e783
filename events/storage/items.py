"""The chain's storage items: their names, keys, units of value and defaults at spec_version 277.

Source: subtensor lib.rs (declarations and defaults of the pallet's storage). After the pallet's items come the few that other
pallets keep for it (`Balances`, `BalancesTotalIssuance`, `SenateMembers`, `ScheduledColdkeySwaps`, `LastRuntimeUpgrade`), the
block number, and facts about observations (`NotSeen`, `SpecVersionSeen`, `TreeSeen`). The scheduled swaps are decoded from the
scheduler's agenda, which holds encoded calls.

An absent entry of a map reads as the item's default; an item whose default is None reads as absent.
"""

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

from attrs import frozen

from neuron_ledger.events.wire.converters import as_is
from neuron_ledger.events.wire.errors import FieldError
from neuron_ledger.events.wire.messagepack import LONGEST_PAYLOAD, PACK, UNFIT, Buffer, Codec, wire
from neuron_ledger.events.wire.units import (
    ACCOUNT,
    BOOL,
    BOOL_VECTOR,
    BYTES,
    BYTES20,
    HASH,
    I128,
    PAIRS,
    PUBLIC_KEY,
    TEXT,
    U8,
    U16,
    U16_VECTOR,
    U32,
    U64,
    U64_VECTOR,
    U128,
    Unit,
    a_tuple,
    family_of,
    leaf_of,
)

NOBODY = bytes(32)
"""The account of 32 zero bytes: what an unset owner or key reads as."""

LINKS = tuple[tuple[U64, ACCOUNT], ...]
"""Child or parent links: (proportion in parts of 2^64 - 1, hotkey)."""
AXON = tuple[U64, U32, U128, U16, U8, U8, U8, U8]
"""block, version, ip, port, ip_type, protocol, placeholder1, placeholder2."""
PROMETHEUS = tuple[U64, U32, U128, U16, U8]
"""block, version, ip, port, ip_type."""
CERTIFICATE = tuple[U8, PUBLIC_KEY]
"""algorithm, public key."""
WEIGHT_COMMITS = tuple[tuple[HASH, U64, U64, U64], ...]
"""Unrevealed commits, oldest first: commit hash, block of the commit, first and last block of its reveal window."""
CRV3_COMMITS = tuple[tuple[ACCOUNT, BYTES, U64], ...]
"""Timelocked commits: who, ciphertext, round."""
IDENTITY = tuple[BYTES, ...]
"""The texts of an identity, in the order of the chain's struct."""


def _is_ordered_by_its_bytes(unit: Unit) -> bool:
    """Whether values of a unit compare like their MessagePack bytes: unsigned numbers, and bytes of one length."""
    leaf = leaf_of(unit)
    return (leaf.family == "integer" and leaf.least == 0) or (leaf.holds is bytes and leaf.least == leaf.most)


class Rows:
    """Entries of one item in MessagePack, [[key part, …, value], …], and keys alone, [[key part, …], …].

    A key is its only part, a tuple of several parts, or () for a single value.
    """

    def __init__(self, item: "Item") -> None:
        self._single = len(item.keys) == 1
        self.in_plain_order = all(map(_is_ordered_by_its_bytes, item.keys))
        """Whether keys compare like their MessagePack bytes."""
        self._entries = Codec(item.name, a_tuple(a_tuple(*item.keys, item.value), ...))
        self._keys = Codec(f"{item.name} keys", a_tuple(a_tuple(*item.keys), ...))
        self._key_to_wire = wire.get_unstructure_hook(a_tuple(*item.keys))
        self._value, self._reads_value = item.value, wire.get_structure_hook(item.value)
        self._has_plain_keys = all(wire.get_structure_hook(key) is as_is for key in item.keys)

    def parts(self, key: Any) -> Any:
        """The parts of a key. Raises: FieldError for a key of several parts that is not a tuple."""
        if not self._single and type(key) is not tuple:
            raise FieldError(self._keys.what, "a tuple of the key's parts", key)
        return (key,) if self._single else key

    def order(self, key: Any) -> bytes:
        """The sort key of entries: the MessagePack bytes of their keys."""
        return PACK(self._key_to_wire(self.parts(key)))

    def ordered(self, keys: Iterable[Any]) -> list[Any]:
        """The keys sorted by their MessagePack bytes, which are not computed for numbers and accounts: these compare alike."""
        keys = list(keys)
        if self.in_plain_order:
            try:
                return sorted(keys)
            except TypeError:  # `encode` reports what does not fit
                pass
        return sorted(keys, key=self.order)

    def encode(self, entries: Iterable[tuple[Any, Any]]) -> bytes:
        """The bytes of (key, value) in this order. Raises: FieldError, naming the item, and which part of which entry."""
        return self._entries.encode(tuple(entries) if self._single else [(*self.parts(key), value) for key, value in entries])

    def decode(self, payload: Buffer) -> tuple[tuple[Any, Any], ...]:
        """The (key, value) of entries. Raises: FieldError, as `encode`."""
        if self._has_plain_keys and len(payload) <= LONGEST_PAYLOAD:
            try:
                return self._decode_quickly(payload)
            except UNFIT:
                pass  # the codec reports what does not fit
        rows = self._entries.decode(payload)
        return rows if self._single else tuple([(row[:-1], row[-1]) for row in rows])

    def _decode_quickly(self, payload: Buffer) -> tuple[tuple[Any, Any], ...]:
        """The same, for keys that need no conversion: entries are not taken apart and reassembled."""
        rows, reads, unit = self._entries.unpack(payload), self._reads_value, self._value
        if reads is as_is:
            return rows if self._single else tuple([(row[:-1], row[-1]) for row in rows])
        if self._single:
            return tuple([(key, reads(value, unit)) for key, value in rows])
        return tuple([(row[:-1], reads(row[-1], unit)) for row in rows])

    def encode_keys(self, keys: Iterable[Any]) -> bytes:
        """The bytes of keys in this order. Raises: FieldError."""
        return self._keys.encode([self.parts(key) for key in keys])

    def decode_keys(self, payload: Buffer) -> tuple[Any, ...]:
        """The inverse of `encode_keys`. Raises: FieldError."""
        keys = self._keys.decode(payload)
        return tuple([key for (key,) in keys]) if self._single else keys


@frozen
class Item:
    """One storage item. keys: one unit per part of a key, none for a single value. default: what an absent entry reads as."""

    name: str
    attribute: str
    keys: tuple[Unit, ...]
    value: Unit
    default: Any

    @cached_property
    def rows(self) -> Rows:
        """The codec of its entries."""
        return Rows(self)

    @cached_property
    def family(self) -> str:
        """The family of its values' unit."""
        return family_of(self.value)

    @cached_property
    def netuid_place(self) -> int:
        """Which part of a key is the netuid (or the storage index of a mechanism): the first that is a u16.

        Raises: ValueError for an item that is not kept by subnet.
        """
        return self.keys.index(U16)


_ITEMS = (
    Item("MinActivityCutoff", "min_activity_cutoff", (), U16, 360),
    Item("ColdkeySwapScheduleDuration", "coldkey_swap_schedule_duration", (), U64, 36000),
    Item("ColdkeySwapRescheduleDuration", "coldkey_swap_reschedule_duration", (), U64, 7200),
    Item("DissolveNetworkScheduleDuration", "dissolve_network_schedule_duration", (), U64, 36000),
    Item("SenateRequiredStakePercentage", "senate_required_stake_percentage", (), U64, 1),
    Item("StakeJobs", "stake_jobs", (U64, U64), BYTES, None),
    Item("LastHotkeySwapOnNetuid", "last_hotkey_swap_on_netuid", (U16, ACCOUNT), U64, 0),
    Item("NextStakeJobId", "next_stake_job_id", (), U64, 0),
    Item("TaoWeight", "tao_weight", (), U64, 971718665099567868),
    Item("MaxDelegateTake", "max_delegate_take", (), U16, 11796),
    Item("MinDelegateTake", "min_delegate_take", (), U16, 0),
    Item("MaxChildkeyTake", "max_childkey_take", (), U16, 11796),
    Item("MinChildkeyTake", "min_childkey_take", (), U16, 0),
    Item("Owner", "owner", (ACCOUNT,), ACCOUNT, NOBODY),
    Item("Delegates", "delegates", (ACCOUNT,), U16, 11796),
    Item("ChildkeyTake", "childkey_take", (ACCOUNT, U16), U16, 0),
    Item("PendingChildKeys", "pending_child_keys", (U16, ACCOUNT), tuple[LINKS, U64], ((), 0)),
    Item("ChildKeys", "child_keys", (ACCOUNT, U16), LINKS, ()),
    Item("ParentKeys", "parent_keys", (ACCOUNT, U16), LINKS, ()),
    Item("AlphaDividendsPerSubnet", "alpha_dividends_per_subnet", (U16, ACCOUNT), U64, 0),
    Item("TaoDividendsPerSubnet", "tao_dividends_per_subnet", (U16, ACCOUNT), U64, 0),
    Item("BlockEmission", "block_emission", (), U64, 1000000000),
    Item("LastHotkeyEmissionOnNetuid", "last_hotkey_emission_on_netuid", (ACCOUNT, U16), U64, 0),
    Item("TotalIssuance", "total_issuance", (), U64, 0),
    Item("TotalStake", "total_stake", (), U64, 0),
    Item("SubnetMovingAlpha", "subnet_moving_alpha", (), I128, 12885),
    Item("SubnetMovingPrice", "subnet_moving_price", (U16,), I128, 0),
    Item("SubnetVolume", "subnet_volume", (U16,), U128, 0),
    Item("SubnetTAO", "subnet_tao", (U16,), U64, 0),
    Item("SubnetAlphaInEmission", "subnet_alpha_in_emission", (U16,), U64, 0),
    Item("SubnetAlphaOutEmission", "subnet_alpha_out_emission", (U16,), U64, 0),
    Item("SubnetTaoInEmission", "subnet_tao_in_emission", (U16,), U64, 0),
    Item("SubnetAlphaIn", "subnet_alpha_in", (U16,), U64, 0),
    Item("SubnetAlphaOut", "subnet_alpha_out", (U16,), U64, 0),
    Item("StakingHotkeys", "staking_hotkeys", (ACCOUNT,), tuple[ACCOUNT, ...], ()),
    Item("OwnedHotkeys", "owned_hotkeys", (ACCOUNT,), tuple[ACCOUNT, ...], ()),
    Item("ColdkeySwapScheduled", "coldkey_swap_scheduled", (ACCOUNT,), tuple[U64, ACCOUNT], (0, NOBODY)),
    Item("TotalHotkeyAlpha", "total_hotkey_alpha", (ACCOUNT, U16), U64, 0),
    Item("TotalHotkeyAlphaLastEpoch", "total_hotkey_alpha_last_epoch", (ACCOUNT, U16), U64, 0),
    Item("TotalHotkeyShares", "total_hotkey_shares", (ACCOUNT, U16), U128, 0),
    Item("Alpha", "alpha", (ACCOUNT, ACCOUNT, U16), U128, 0),
    Item("TokenSymbol", "token_symbol", (U16,), BYTES, b"\xf0\x9d\x9c\x8f"),
    Item("UsedWork", "used_work", (BYTES,), U64, 0),
    Item("MaxRegistrationsPerBlock", "max_registrations_per_block", (U16,), U16, 1),
    Item("TotalNetworks", "total_networks", (), U16, 0),
    Item("NetworkImmunityPeriod", "network_immunity_period", (), U64, 50400),
    Item("NetworkLastRegistered", "network_last_registered", (), U64, 0),
    Item("NetworkMinLockCost", "network_min_lock_cost", (), U64, 1000000000000),
    Item("NetworkLastLockCost", "network_last_lock_cost", (), U64, 1000000000000),
    Item("NetworkLockReductionInterval", "network_lock_reduction_interval", (), U64, 100800),
    Item("SubnetOwnerCut", "subnet_owner_cut", (), U16, 11796),
    Item("NetworkRateLimit", "network_rate_limit", (), U64, 7200),
    Item("NominatorMinRequiredStake", "nominator_min_required_stake", (), U64, 0),
    Item("WeightsVersionKeyRateLimit", "weights_version_key_rate_limit", (), U64, 5),
    Item("LastRateLimitedBlock", "last_rate_limited_block", (BYTES,), U64, 0),
    Item("TransferToggle", "transfer_toggle", (U16,), BOOL, True),
    Item("SubnetLocked", "subnet_locked", (U16,), U64, 0),
    Item("LargestLocked", "largest_locked", (U16,), U64, 0),
    Item("Tempo", "tempo", (U16,), U16, 360),
    Item("FirstEmissionBlockNumber", "first_emission_block_number", (U16,), U64, None),
    Item("SubnetMechanism", "subnet_mechanism", (U16,), U16, 0),
    Item("SubnetworkN", "subnetwork_n", (U16,), U16, 0),
    Item("NetworkModality", "network_modality", (U16,), U16, 0),
    Item("NetworksAdded", "networks_added", (U16,), BOOL, False),
    Item("IsNetworkMember", "is_network_member", (ACCOUNT, U16), BOOL, False),
    Item("NetworkRegistrationAllowed", "network_registration_allowed", (U16,), BOOL, False),
    Item("NetworkPowRegistrationAllowed", "network_pow_registration_allowed", (U16,), BOOL, False),
    Item("NetworkRegisteredAt", "network_registered_at", (U16,), U64, 0),
    Item("PendingEmission", "pending_emission", (U16,), U64, 0),
    Item("PendingRootDivs", "pending_root_divs", (U16,), U64, 0),
    Item("PendingAlphaSwapped", "pending_alpha_swapped", (U16,), U64, 0),
    Item("PendingOwnerCut", "pending_owner_cut", (U16,), U64, 0),
    Item("BlocksSinceLastStep", "blocks_since_last_step", (U16,), U64, 0),
    Item("LastMechansimStepBlock", "last_mechansim_step_block", (U16,), U64, 0),
    Item("SubnetOwner", "subnet_owner", (U16,), ACCOUNT, NOBODY),
    Item("SubnetOwnerHotkey", "subnet_owner_hotkey", (U16,), ACCOUNT, NOBODY),
    Item("ServingRateLimit", "serving_rate_limit", (U16,), U64, 50),
    Item("Rho", "rho", (U16,), U16, 10),
    Item("AlphaSigmoidSteepness", "alpha_sigmoid_steepness", (U16,), U16, 1000),
    Item("Kappa", "kappa", (U16,), U16, 32767),
    Item("RegistrationsThisInterval", "registrations_this_interval", (U16,), U16, 0),
    Item("POWRegistrationsThisInterval", "pow_registrations_this_interval", (U16,), U16, 0),
    Item("BurnRegistrationsThisInterval", "burn_registrations_this_interval", (U16,), U16, 0),
    Item("MaxAllowedUids", "max_allowed_uids", (U16,), U16, 4096),
    Item("ImmunityPeriod", "immunity_period", (U16,), U16, 4096),
    Item("ActivityCutoff", "activity_cutoff", (U16,), U16, 5000),
    Item("MaxWeightsLimit", "max_weights_limit", (U16,), U16, 1000),
    Item("WeightsVersionKey", "weights_version_key", (U16,), U64, 0),
    Item("MinAllowedWeights", "min_allowed_weights", (U16,), U16, 1024),
    Item("MaxAllowedValidators", "max_allowed_validators", (U16,), U16, 128),
    Item("AdjustmentInterval", "adjustment_interval", (U16,), U16, 100),
    Item("BondsMovingAverage", "bonds_moving_average", (U16,), U64, 900000),
    Item("BondsPenalty", "bonds_penalty", (U16,), U16, 65535),
    Item("BondsResetOn", "bonds_reset_on", (U16,), BOOL, False),
    Item("WeightsSetRateLimit", "weights_set_rate_limit", (U16,), U64, 100),
    Item("ValidatorPruneLen", "validator_prune_len", (U16,), U64, 1),
    Item("ScalingLawPower", "scaling_law_power", (U16,), U16, 50),
    Item("TargetRegistrationsPerInterval", "target_registrations_per_interval", (U16,), U16, 2),
    Item("AdjustmentAlpha", "adjustment_alpha", (U16,), U64, 0),
    Item("CommitRevealWeightsEnabled", "commit_reveal_weights_enabled", (U16,), BOOL, False),
    Item("Burn", "burn", (U16,), U64, 1000000000),
    Item("Difficulty", "difficulty", (U16,), U64, 10000000),
    Item("MinBurn", "min_burn", (U16,), U64, 500000),
    Item("MaxBurn", "max_burn", (U16,), U64, 100000000000),
    Item("MinDifficulty", "min_difficulty", (U16,), U64, 10000000),
    Item("MaxDifficulty", "max_difficulty", (U16,), U64, 4611686018427387903),
    Item("LastAdjustmentBlock", "last_adjustment_block", (U16,), U64, 0),
    Item("RegistrationsThisBlock", "registrations_this_block", (U16,), U16, 0),
    Item("EMAPriceHalvingBlocks", "ema_price_halving_blocks", (U16,), U64, 201600),
    Item("RAORecycledForRegistration", "rao_recycled_for_registration", (U16,), U64, 0),
    Item("TxRateLimit", "tx_rate_limit", (), U64, 1000),
    Item("TxDelegateTakeRateLimit", "tx_delegate_take_rate_limit", (), U64, 216000),
    Item("TxChildkeyTakeRateLimit", "tx_childkey_take_rate_limit", (), U64, 216000),
    Item("LiquidAlphaOn", "liquid_alpha_on", (U16,), BOOL, False),
    Item("Yuma3On", "yuma3_on", (U16,), BOOL, False),
    Item("AlphaValues", "alpha_values", (U16,), tuple[U16, U16], (45875, 58982)),
    Item("SubtokenEnabled", "subtoken_enabled", (U16,), BOOL, False),
    Item("StakeWeight", "stake_weight", (U16,), U16_VECTOR, ()),
    Item("Uids", "uids", (U16, ACCOUNT), U16, None),
    Item("Keys", "keys", (U16, U16), ACCOUNT, NOBODY),
    Item("LoadedEmission", "loaded_emission", (U16,), tuple[tuple[ACCOUNT, U64, U64], ...], None),
    Item("Active", "active", (U16,), BOOL_VECTOR, ()),
    Item("Rank", "rank", (U16,), U16_VECTOR, ()),
    Item("Trust", "trust", (U16,), U16_VECTOR, ()),
    Item("Consensus", "consensus", (U16,), U16_VECTOR, ()),
    Item("Incentive", "incentive", (U16,), U16_VECTOR, ()),
    Item("Dividends", "dividends", (U16,), U16_VECTOR, ()),
    Item("Emission", "emission", (U16,), U64_VECTOR, ()),
    Item("LastUpdate", "last_update", (U16,), U64_VECTOR, ()),
    Item("ValidatorTrust", "validator_trust", (U16,), U16_VECTOR, ()),
    Item("PruningScores", "pruning_scores", (U16,), U16_VECTOR, ()),
    Item("ValidatorPermit", "validator_permit", (U16,), BOOL_VECTOR, ()),
    Item("Weights", "weights", (U16, U16), PAIRS, b""),
    Item("Bonds", "bonds", (U16, U16), PAIRS, b""),
    Item("BlockAtRegistration", "block_at_registration", (U16, U16), U64, 0),
    Item("Axons", "axons", (U16, ACCOUNT), AXON, None),
    Item("NeuronCertificates", "neuron_certificates", (U16, ACCOUNT), CERTIFICATE, None),
    Item("Prometheus", "prometheus", (U16, ACCOUNT), PROMETHEUS, None),
    Item("Identities", "identities", (ACCOUNT,), IDENTITY, None),
    Item("IdentitiesV2", "identities_v2", (ACCOUNT,), IDENTITY, None),
    Item("SubnetIdentities", "subnet_identities", (U16,), IDENTITY, None),
    Item("SubnetIdentitiesV2", "subnet_identities_v2", (U16,), IDENTITY, None),
    Item("TransactionKeyLastBlock", "transaction_key_last_block", (ACCOUNT, U16, U16), U64, 0),
    Item("LastTxBlock", "last_tx_block", (ACCOUNT,), U64, 0),
    Item("LastTxBlockChildKeyTake", "last_tx_block_child_key_take", (ACCOUNT,), U64, 0),
    Item("LastTxBlockDelegateTake", "last_tx_block_delegate_take", (ACCOUNT,), U64, 0),
    Item("StakeThreshold", "stake_threshold", (), U64, 0),
    Item("WeightCommits", "weight_commits", (U16, ACCOUNT), WEIGHT_COMMITS, None),
    Item("CRV3WeightCommits", "crv3_weight_commits", (U16, U64), CRV3_COMMITS, ()),
    Item("RevealPeriodEpochs", "reveal_period_epochs", (U16,), U64, 1),
    Item("LastColdkeyHotkeyStakeBlock", "last_coldkey_hotkey_stake_block", (ACCOUNT, ACCOUNT), U64, None),
    Item("AssociatedEvmAddress", "associated_evm_address", (U16, U16), tuple[BYTES20, U64], None),
    Item("HasMigrationRun", "has_migration_run", (BYTES,), BOOL, False),
    Item("PendingChildKeyCooldown", "pending_child_key_cooldown", (), U64, 0),
    # Kept for the pallet by other pallets, and the block number.
    Item("Balances", "balances", (ACCOUNT,), U64, 0),
    Item("BalancesTotalIssuance", "balances_total_issuance", (), U64, 0),
    Item("SenateMembers", "senate_members", (), tuple[ACCOUNT, ...], ()),
    # By block: the swaps scheduled for it, (old coldkey, new coldkey, cost in rao), in order.
    Item("ScheduledColdkeySwaps", "scheduled_coldkey_swaps", (U64,), tuple[tuple[ACCOUNT, ACCOUNT, U64], ...], ()),
    Item("LastRuntimeUpgrade", "last_runtime_upgrade", (), U32, None),
    Item("BlockNumber", "block_number", (), U64, 0),
    # The nonce of an account's next extrinsic, where a node accepts extrinsics.
    Item("AccountNonce", "account_nonce", (ACCOUNT,), U32, 0),
    # Ours: by subnet, the items that its observation did not show; under root's netuid also those of the whole chain.
    Item("NotSeen", "not_seen", (U16,), tuple[TEXT, ...], ()),
    # Ours: the spec_version that a chain was seen to have, where there were no rules for it, or only for another tree of it.
    Item("SpecVersionSeen", "spec_version_seen", (), U32, None),
    # Ours: which tree of that spec_version it was seen to be, where it is not the one known by the number alone.
    Item("TreeSeen", "tree_seen", (), TEXT, None),
)

ITEMS: Mapping[str, Item] = {item.name: item for item in _ITEMS}
"""Every storage item by its on-chain name, in declaration order."""
