"""The chain's storage, rebuilt from events: every map and value under its on-chain name in snake_case.

There is no second state: rules read the same storage that replay rebuilds. It is closed: nobody writes but a transaction
(`with storage.transaction()`), and what users of a ledger hold is a view, which writes nothing at all. Which items exist, with
their keys, kinds and defaults, is the layout's (`events/storage/layout.py`); the annotations below give each its Python types.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import msgspec
from blake3 import blake3

from neuron_ledger.events.storage.items import Item, Links
from neuron_ledger.events.storage.layout import LAYOUT_277, Layout
from neuron_ledger.events.storage.recorded_items import canonical_place, raw_item, recorded_item
from neuron_ledger.events.wire.kinds import Packed, Pairs
from neuron_ledger.projections.maps import Journal, Sealed, StorageMap, StorageValue

Axon = tuple[int, int, int, int, int, int, int, int]
PrometheusInfo = tuple[int, int, int, int, int]
WeightCommits = tuple[tuple[bytes, int, int, int], ...]


class Storage:
    """All storage of one chain at one block."""

    min_activity_cutoff: StorageValue[int]
    coldkey_swap_schedule_duration: StorageValue[int]
    coldkey_swap_reschedule_duration: StorageValue[int]
    dissolve_network_schedule_duration: StorageValue[int]
    senate_required_stake_percentage: StorageValue[int]
    stake_jobs: StorageMap[tuple[int, int], bytes | None]
    last_hotkey_swap_on_netuid: StorageMap[tuple[int, bytes], int]
    next_stake_job_id: StorageValue[int]
    tao_weight: StorageValue[int]
    max_delegate_take: StorageValue[int]
    min_delegate_take: StorageValue[int]
    max_childkey_take: StorageValue[int]
    min_childkey_take: StorageValue[int]
    owner: StorageMap[bytes, bytes]
    delegates: StorageMap[bytes, int]
    childkey_take: StorageMap[tuple[bytes, int], int]
    pending_child_keys: StorageMap[tuple[int, bytes], tuple[Links, int]]
    child_keys: StorageMap[tuple[bytes, int], Links]
    parent_keys: StorageMap[tuple[bytes, int], Links]
    alpha_dividends_per_subnet: StorageMap[tuple[int, bytes], int]
    tao_dividends_per_subnet: StorageMap[tuple[int, bytes], int]
    block_emission: StorageValue[int]
    last_hotkey_emission_on_netuid: StorageMap[tuple[bytes, int], int]
    total_issuance: StorageValue[int]
    total_stake: StorageValue[int]
    subnet_moving_alpha: StorageValue[int]
    subnet_moving_price: StorageMap[int, int]
    subnet_volume: StorageMap[int, int]
    subnet_tao: StorageMap[int, int]
    subnet_alpha_in_emission: StorageMap[int, int]
    subnet_alpha_out_emission: StorageMap[int, int]
    subnet_tao_in_emission: StorageMap[int, int]
    subnet_alpha_in: StorageMap[int, int]
    subnet_alpha_out: StorageMap[int, int]
    staking_hotkeys: StorageMap[bytes, tuple[bytes, ...]]
    owned_hotkeys: StorageMap[bytes, tuple[bytes, ...]]
    coldkey_swap_scheduled: StorageMap[bytes, tuple[int, bytes]]
    total_hotkey_alpha: StorageMap[tuple[bytes, int], int]
    total_hotkey_alpha_last_epoch: StorageMap[tuple[bytes, int], int]
    total_hotkey_shares: StorageMap[tuple[bytes, int], int]
    alpha: StorageMap[tuple[bytes, bytes, int], int]
    token_symbol: StorageMap[int, bytes]
    used_work: StorageMap[bytes, int]
    max_registrations_per_block: StorageMap[int, int]
    total_networks: StorageValue[int]
    network_immunity_period: StorageValue[int]
    network_last_registered: StorageValue[int]
    network_min_lock_cost: StorageValue[int]
    network_last_lock_cost: StorageValue[int]
    network_lock_reduction_interval: StorageValue[int]
    subnet_owner_cut: StorageValue[int]
    network_rate_limit: StorageValue[int]
    nominator_min_required_stake: StorageValue[int]
    weights_version_key_rate_limit: StorageValue[int]
    last_rate_limited_block: StorageMap[bytes, int]
    transfer_toggle: StorageMap[int, bool]
    subnet_locked: StorageMap[int, int]
    largest_locked: StorageMap[int, int]
    tempo: StorageMap[int, int]
    first_emission_block_number: StorageMap[int, int | None]
    subnet_mechanism: StorageMap[int, int]
    subnetwork_n: StorageMap[int, int]
    network_modality: StorageMap[int, int]
    networks_added: StorageMap[int, bool]
    is_network_member: StorageMap[tuple[bytes, int], bool]
    network_registration_allowed: StorageMap[int, bool]
    network_pow_registration_allowed: StorageMap[int, bool]
    network_registered_at: StorageMap[int, int]
    pending_emission: StorageMap[int, int]
    pending_root_divs: StorageMap[int, int]
    pending_alpha_swapped: StorageMap[int, int]
    pending_owner_cut: StorageMap[int, int]
    blocks_since_last_step: StorageMap[int, int]
    last_mechansim_step_block: StorageMap[int, int]
    subnet_owner: StorageMap[int, bytes]
    subnet_owner_hotkey: StorageMap[int, bytes]
    serving_rate_limit: StorageMap[int, int]
    rho: StorageMap[int, int]
    alpha_sigmoid_steepness: StorageMap[int, int]
    kappa: StorageMap[int, int]
    registrations_this_interval: StorageMap[int, int]
    pow_registrations_this_interval: StorageMap[int, int]
    burn_registrations_this_interval: StorageMap[int, int]
    max_allowed_uids: StorageMap[int, int]
    immunity_period: StorageMap[int, int]
    activity_cutoff: StorageMap[int, int]
    max_weights_limit: StorageMap[int, int]
    weights_version_key: StorageMap[int, int]
    min_allowed_weights: StorageMap[int, int]
    max_allowed_validators: StorageMap[int, int]
    adjustment_interval: StorageMap[int, int]
    bonds_moving_average: StorageMap[int, int]
    bonds_penalty: StorageMap[int, int]
    bonds_reset_on: StorageMap[int, bool]
    weights_set_rate_limit: StorageMap[int, int]
    validator_prune_len: StorageMap[int, int]
    scaling_law_power: StorageMap[int, int]
    target_registrations_per_interval: StorageMap[int, int]
    adjustment_alpha: StorageMap[int, int]
    commit_reveal_weights_enabled: StorageMap[int, bool]
    burn: StorageMap[int, int]
    difficulty: StorageMap[int, int]
    min_burn: StorageMap[int, int]
    max_burn: StorageMap[int, int]
    min_difficulty: StorageMap[int, int]
    max_difficulty: StorageMap[int, int]
    last_adjustment_block: StorageMap[int, int]
    registrations_this_block: StorageMap[int, int]
    ema_price_halving_blocks: StorageMap[int, int]
    rao_recycled_for_registration: StorageMap[int, int]
    tx_rate_limit: StorageValue[int]
    tx_delegate_take_rate_limit: StorageValue[int]
    tx_childkey_take_rate_limit: StorageValue[int]
    liquid_alpha_on: StorageMap[int, bool]
    yuma3_on: StorageMap[int, bool]
    alpha_values: StorageMap[int, tuple[int, int]]
    subtoken_enabled: StorageMap[int, bool]
    stake_weight: StorageMap[int, tuple[int, ...]]
    uids: StorageMap[tuple[int, bytes], int | None]
    keys: StorageMap[tuple[int, int], bytes]
    loaded_emission: StorageMap[int, tuple[tuple[bytes, int, int], ...] | None]
    active: StorageMap[int, tuple[bool, ...]]
    rank: StorageMap[int, tuple[int, ...]]
    trust: StorageMap[int, tuple[int, ...]]
    consensus: StorageMap[int, tuple[int, ...]]
    incentive: StorageMap[int, tuple[int, ...]]
    dividends: StorageMap[int, tuple[int, ...]]
    emission: StorageMap[int, tuple[int, ...]]
    last_update: StorageMap[int, tuple[int, ...]]
    validator_trust: StorageMap[int, tuple[int, ...]]
    pruning_scores: StorageMap[int, tuple[int, ...]]
    validator_permit: StorageMap[int, tuple[bool, ...]]
    weights: StorageMap[tuple[int, int], bytes]
    bonds: StorageMap[tuple[int, int], bytes]
    block_at_registration: StorageMap[tuple[int, int], int]
    axons: StorageMap[tuple[int, bytes], Axon | None]
    neuron_certificates: StorageMap[tuple[int, bytes], tuple[int, bytes] | None]
    prometheus: StorageMap[tuple[int, bytes], PrometheusInfo | None]
    identities: StorageMap[bytes, tuple[bytes, ...] | None]
    identities_v2: StorageMap[bytes, tuple[bytes, ...] | None]
    subnet_identities: StorageMap[int, tuple[bytes, ...] | None]
    subnet_identities_v2: StorageMap[int, tuple[bytes, ...] | None]
    transaction_key_last_block: StorageMap[tuple[bytes, int, int], int]
    last_tx_block: StorageMap[bytes, int]
    last_tx_block_child_key_take: StorageMap[bytes, int]
    last_tx_block_delegate_take: StorageMap[bytes, int]
    stake_threshold: StorageValue[int]
    weight_commits: StorageMap[tuple[int, bytes], WeightCommits | None]
    crv3_weight_commits: StorageMap[tuple[int, int], tuple[tuple[bytes, bytes, int], ...]]
    reveal_period_epochs: StorageMap[int, int]
    last_coldkey_hotkey_stake_block: StorageMap[tuple[bytes, bytes], int | None]
    associated_evm_address: StorageMap[tuple[int, int], tuple[bytes, int] | None]
    has_migration_run: StorageMap[bytes, bool]
    pending_child_key_cooldown: StorageValue[int]
    balances: StorageMap[bytes, int]
    balances_total_issuance: StorageValue[int]
    senate_members: StorageValue[tuple[bytes, ...]]
    block_number: StorageValue[int]

    layout: Layout
    journal: Journal
    _tables: dict[str, StorageMap[Any, Any]]
    _entries: dict[str, dict[Any, Any]]
    _view: "Storage | None"

    def __init__(self, layout: Layout = LAYOUT_277) -> None:
        self._begin(layout, Journal(), {})

    def _begin(self, layout: Layout, journal: Journal, entries: dict[str, dict[Any, Any]]) -> None:
        vars(self).update(journal=journal, _entries=entries, _tables={}, _view=None)
        self._arrange(layout)

    def _arrange(self, layout: Layout) -> None:
        """Have the items of a layout as attributes, and no others."""
        own = vars(self)
        for table in self._tables.values():
            own.pop(table.item.attribute, None)
        for item in layout.items.values():
            own[item.attribute] = table = self._table(item)
            table.adopt(item)
        own["layout"] = layout

    def _table(self, item: Item) -> StorageMap[Any, Any]:
        """The one map of an item's name."""
        table = self._tables.get(item.name)
        if table is None:
            kind: type[StorageMap[Any, Any]] = StorageMap if item.keys else StorageValue
            table = self._tables[item.name] = kind(item, self._entries.setdefault(item.name, {}), self.journal)
        return table

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            raise AttributeError(f"storage has no {name!r}: this runtime's layout knows no such item")

    def __setattr__(self, name: str, value: Any) -> None:
        self.journal.refuse(name)

    def __delattr__(self, name: str) -> None:
        self.journal.refuse(name)

    def map(self, name: str) -> StorageMap[Any, Any]:
        """The map (or value) of the item of that on-chain name, in this layout or another, or raw. Raises: FieldError."""
        table = self._tables.get(name)
        return table if table is not None else self._table(recorded_item(name))

    def raw(self, name: str) -> StorageMap[bytes, bytes | None]:
        """The entries of an item that were kept as a node had them: bytes of the key → bytes of the value."""
        return self._table(raw_item(name))

    def maps(self) -> Iterator[StorageMap[Any, Any]]:
        """Every map and value of the layout, and those besides that were ever written, in canonical order."""
        for name in sorted(self._entries, key=canonical_place):
            yield self.map(name)

    def adopt(self, layout: Layout) -> None:
        """Go on by the layout of another runtime: its items, and what absent entries of them read as.

        What is stored stays. Entries of items that it does not know are found by `map`, and count in `encode` as before.
        Raises: StorageClosed on a view, which follows its storage.
        """
        if layout is self.layout:
            return
        if isinstance(self.journal, Sealed):
            self.journal.refuse("the layout")
        self._arrange(layout)
        if self._view is not None:
            self._view._arrange(layout)

    @contextmanager
    def transaction(self) -> Iterator[Journal]:
        """The one way to write: what is written inside stands at the end, and is undone where an exception leaves the block.

        Gives the journal, which can undo a part of it, or all (`rollback`). Raises: StorageClosed on a view.
        """
        journal, layout = self.journal, self.layout
        journal.begin()
        try:
            yield journal
        except BaseException:
            journal.rollback()
            self.adopt(layout)
            raise
        finally:
            journal.end()

    @contextmanager
    def bulk(self) -> Iterator[None]:
        """While many events are folded: vectors that change are lists inside, changed in place, and rows may be as the wire has
        them. At the end all is as it should be. Raises: FieldError for a row that is none; StorageClosed on a view.
        """
        journal = self.journal
        journal.begin()
        journal.writes, journal.bulk = None, True
        try:
            yield
        finally:
            journal.bulk = False
            for table in self.maps():
                if isinstance(table.item.value, (Packed, Pairs)):
                    table.freeze()

    def view(self) -> "Storage":
        """The same storage for reading alone: it shows what stands here at any time, and refuses every write.

        There is one view of a storage; it is its own view.
        """
        view = self._view
        if view is None:
            view = object.__new__(type(self))
            view._begin(self.layout, Sealed(), self._entries)
            vars(self)["_view"] = vars(view)["_view"] = view
        return view

    def copy(self) -> "Storage":
        """An independent storage with the same content (values are immutable and shared), to be written in transactions."""
        other = type(self)(self.layout)
        other.replace(self)
        return other

    def replace(self, other: "Storage") -> None:
        """Take over another storage's content and layout in place of what stands here; a view of this one shows it from then on.

        Raises: StorageClosed on a view; RuntimeError inside a transaction.
        """
        self.journal.begin()
        self.journal.end()
        for entries in self._entries.values():
            entries.clear()
        for name, entries in other._entries.items():
            self._entries.setdefault(name, {}).update(entries)
        self.adopt(other.layout)

    def encode(self) -> bytes:
        """Everything in canonical order: equal content gives equal bytes on every machine and Python.

        MessagePack of [[item name, [[key part, …, value], …]], …]: items that have entries, in declaration order, raw ones after
        them by name; entries sorted by the MessagePack bytes of their keys.
        """
        return _ENCODE([[table.item.name, _rows(table)] for table in self.maps() if table])

    @classmethod
    def decode(cls, content: bytes, layout: Layout = LAYOUT_277) -> "Storage":
        """The storage that `encode` described, under a layout. Raises: ValueError for anything else."""
        storage = cls(layout)
        for name, rows in msgspec.msgpack.decode(content, type=list[tuple[str, list[list[Any]]]]):
            item = recorded_item(name)
            entries = storage._entries.setdefault(name, {})
            for row in rows:
                entries[item.key_from_wire(row[:-1])] = item.value.from_wire(row[-1])
        return storage

    def digest(self) -> bytes:
        """BLAKE3 of `encode()`: 32 bytes that are equal exactly where the content is."""
        return blake3(self.encode()).digest()


def _rows(table: StorageMap[Any, Any]) -> list[list[Any]]:
    item = table.item
    keyed = sorted((_ENCODE(item.key_to_wire(key)), key) for key in table)
    return [[*item.key_to_wire(key), item.value.to_wire(table[key])] for _, key in keyed]


_ENCODE = msgspec.msgpack.Encoder().encode
