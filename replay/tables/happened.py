"""Rows of the tables of what happened, made from calls in their order."""

import json
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, Final

from neuron_ledger.events.consensus import MECHANISM_STRIDE, EpochCompleted
from neuron_ledger.events.entries.group import Group, Happened
from neuron_ledger.events.exchanges import ExchangeObserved
from neuron_ledger.events.ledger import ExtrinsicFailed, RuntimeUpgraded, StorageChanged, StorageObserved
from neuron_ledger.events.parameters import EpochTriggered
from neuron_ledger.events.storage.hyperparameters import HYPERPARAMETERS
from neuron_ledger.events.storage.items import NOBODY, Item
from neuron_ledger.events.storage.layout import Layout
from neuron_ledger.events.storage.recorded_items import recorded_item
from neuron_ledger.events.subnets import (
    AlphaValuesSet,
    EmissionStarted,
    HyperparameterSet,
    NetworkInitialized,
    NetworkRemoved,
    RootNetworkCreated,
)
from neuron_ledger.events.weights import BatchWeightItemFailed, BatchWeightItemFailedOnSubnet, WeightsSet
from neuron_ledger.events.wire import ss58
from neuron_ledger.events.wire.converters import people
from neuron_ledger.events.wire.record import Event, Record
from neuron_ledger.events.wire.rows import pairs
from neuron_ledger.events.wire.units import NUMBER
from neuron_ledger.ledger.rules.netuids import ROOT
from neuron_ledger.projections.views.seen_epochs import SeenEpochs
from neuron_ledger.projections.views.tenures import Tenure, Tenures
from neuron_ledger.replay.importers.call_line import call_to_json
from neuron_ledger.replay.tables.columns import Row, stored_amount
from neuron_ledger.replay.tables.schema import EXCHANGES, METRICS

IN_OTHER_TABLES: Final = (StorageChanged, StorageObserved, EpochCompleted, WeightsSet)
"""Events whose fields are not repeated in `events`."""

PRICE: Final = "Burn"
MOVED_BY_RULES: Final = {PRICE, "Difficulty", "RAORecycledForRegistration"}
"""Hyperparameters' items that the rules change by themselves, in most blocks."""

_ITEMS: Final[Mapping[str, Item]] = {
    **{entry.item: entry.storage_item for entry in HYPERPARAMETERS.values()},
    "AlphaValues": recorded_item("AlphaValues"),
}
_WHOLE_CHAIN: Final = {entry.item for entry in HYPERPARAMETERS.values() if entry.whole_chain}
_EXCHANGE: Final = EXCHANGES.names[2:]
_VECTORS: Final = tuple(column.name.replace("pruning_score", "pruning_scores") for column in METRICS.columns[6:])


@lru_cache(maxsize=1 << 16)
def address(account: bytes) -> str:
    """An account as SS58."""
    return ss58.encode(account)


def optional_address(account: bytes | None) -> str | None:
    """An account as SS58, if there is one."""
    return None if account is None else address(account)


def as_json(value: Any) -> str:
    """JSON in one line."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def stored_value(value: Any, unit: Any) -> Any:
    """A value of a storage item in a column of any kind: an integer, the digits of a large one, or JSON."""
    if value is None:
        return None
    if isinstance(value, int):
        return stored_amount(int(value)) if value > -(1 << 63) else str(value)
    return as_json(people.unstructure(value, unit))


class Happenings:
    """Reads calls in their order; `rows` collects what they add to each table until it is taken."""

    def __init__(self, tenures: Tenures, seen_epochs: SeenEpochs, layout: Layout, layouts: Mapping[int, Layout]) -> None:
        """tenures, seen_epochs, layout: as of before the first call. layouts: by spec_version."""
        self.tenures = tenures
        self.seen_epochs = seen_epochs
        self.priced: set[int] = set()
        """Subnets whose price has an entry of its own in storage."""
        self._layouts = layouts
        self._layout = layout
        self.rows: dict[str, list[Row]] = {}

    def _add(self, table: str, *values: Any) -> None:
        self.rows.setdefault(table, []).append(values)

    def take(self, group: Group) -> None:
        """Read one call and what it caused."""
        call = group.submission.call
        name, args = call_to_json(call)
        first = group.events[0] if group.events else None
        refused = first if isinstance(first, ExtrinsicFailed) else None
        netuid, hotkey = _integer(call, "netuid"), _account(call, "hotkey")
        signer = optional_address(group.submission.origin)
        ok, error = (True, None) if refused is None else (False, refused.error)
        about = (signer, netuid, hotkey, as_json(args), ok, error, len(group.happened))
        self._add("calls", group.position, group.block, name, *about)
        for position, happened in enumerate(group.happened, start=group.position + 1):
            event = happened.event
            self._event(position, group.position, happened)
            more = _MORE.get(type(event))
            if more is not None:
                more(self, event, (position, happened.block), group, name, signer)
            self.tenures.fold_event(group, happened)
        for epoch in self.seen_epochs.fold(group):
            self._epoch(epoch, (group.last_position, group.last_block), seen=True)

    def _event(self, position: int, call_position: int, happened: Happened) -> None:
        event = happened.event
        fields = None if isinstance(event, IN_OTHER_TABLES) else as_json(people.unstructure(event))
        netuid, uid = _integer(event, "netuid"), _integer(event, "uid")
        netuid = None if netuid is None else netuid % MECHANISM_STRIDE
        name = event.tag.partition("/")[0]
        keys = _account(event, "hotkey"), _account(event, "coldkey")
        self._add("events", position, happened.block, call_position, name, netuid, uid, *keys, fields)

    def _failed(self, event: ExtrinsicFailed, at: tuple[int, int], group: Group, call: str, signer: str | None) -> None:
        netuid = _integer(group.submission.call, "netuid")
        self._add("failures", *at, group.position, call, signer, netuid, None, event.error, as_json(dict(event.detail)))

    def _item_failed(
        self, event: BatchWeightItemFailed, at: tuple[int, int], group: Group, call: str, signer: str | None
    ) -> None:
        detail = as_json(dict(event.detail))
        self._add("failures", *at, group.position, call, signer, event.netuid, event.item, event.error, detail)

    def _weights_set(self, event: WeightsSet, at: tuple[int, int], _group: Group, call: str, _signer: str | None) -> None:
        mechanism, netuid = divmod(event.netuid, MECHANISM_STRIDE)
        row, hotkey = pairs(event.row), optional_address(self.tenures.holder(netuid, event.uid))
        self._add("weight_sets", *at, netuid, mechanism, event.uid, hotkey, call, len(row), as_json(row))

    def _epoch(self, event: EpochCompleted, at: tuple[int, int], *_: object, seen: bool = False) -> None:
        mechanism, netuid = divmod(event.netuid, MECHANISM_STRIDE)
        vectors = {recorded_item(name).attribute: values for name, values in event.vectors}
        n = max(map(len, vectors.values()), default=0)
        active, permits, incentive = (vectors.get(name, ()) for name in ("active", "validator_permit", "incentive"))
        emission = stored_amount(sum(vectors.get("emission", ())))
        counts = (sum(active), sum(permits)) if active else (None, None)
        self._add("epochs", *at, netuid, mechanism, n, *counts, sum(map(bool, incentive)), emission, seen)
        columns = [vectors.get(name, ()) for name in _VECTORS]
        for uid in range(n):
            values = [stored_amount(int(column[uid])) if uid < len(column) else None for column in columns]
            self._add("metrics", *at, netuid, mechanism, uid, optional_address(self.tenures.holder(netuid, uid)), *values)

    def _exchange(self, event: ExchangeObserved, at: tuple[int, int], *_: object) -> None:
        seen = people.unstructure(event)
        self._add("exchanges", *at, *(_as_kept(seen[name]) for name in _EXCHANGE))

    def _set(self, event: HyperparameterSet, at: tuple[int, int], _group: Group, call: str, signer: str | None) -> None:
        item = HYPERPARAMETERS[event.name].item
        self._value(at, item, event.netuid, stored_value(event.value, NUMBER), call, signer)

    def _alpha_values(self, event: AlphaValuesSet, at: tuple[int, int], _group: Group, call: str, signer: str | None) -> None:
        self._value(at, "AlphaValues", event.netuid, as_json([event.alpha_low, event.alpha_high]), call, signer)

    def _upgraded(self, event: RuntimeUpgraded, *_: object) -> None:
        self._layout = self._layouts.get(event.spec_version, self._layout)

    def _began(self, event: NetworkInitialized, at: tuple[int, int], _group: Group, call: str, signer: str | None) -> None:
        if event.netuid not in self.priced and PRICE not in dict(event.values):
            self._first_price(at, event.netuid)
        for item, value in event.values:
            self._value(at, item, event.netuid, stored_amount(value), call, signer)

    def _removed(self, event: NetworkRemoved, at: tuple[int, int], _group: Group, call: str, signer: str | None) -> None:
        """A subnet's settings are removed with it; a later subnet of its number begins with the runtime's defaults."""
        if PRICE in event.cleared:
            self.priced.discard(event.netuid)
        for item in event.cleared:
            if item in _ITEMS and item != PRICE:
                self._value(at, item, event.netuid, None, call, signer)

    def _started(self, event: EmissionStarted, at: tuple[int, int], _group: Group, call: str, signer: str | None) -> None:
        self._value(at, "SubtokenEnabled", event.netuid, 1, call, signer)

    def _triggered(self, event: EpochTriggered, at: tuple[int, int], _group: Group, call: str, signer: str | None) -> None:
        self._value(at, "PendingEpochAt", event.netuid, event.fires_at, call, signer)

    def _root_began(self, event: RootNetworkCreated, at: tuple[int, int], _group: Group, call: str, signer: str | None) -> None:
        for item, value in event.values:
            self._value(at, item, ROOT, stored_amount(value), call, signer)

    def _changed(
        self, event: StorageChanged | StorageObserved, at: tuple[int, int], _group: Group, call: str, signer: str | None
    ) -> None:
        """What the rules change by themselves is not a change of a hyperparameter; an observation of it is."""
        by_rules = MOVED_BY_RULES if isinstance(event, StorageChanged) else ()
        entries_of = {name: dict(entries) for name, entries, _ in event.changes}
        for netuid, added in entries_of.get("NetworksAdded", {}).items():
            if added and netuid not in self.priced and netuid not in entries_of.get(PRICE, {}):
                self._first_price(at, netuid)
        for name, entries, removed in event.changes:
            if name not in _ITEMS:
                continue
            for key, value in (*entries, *((key, None) for key in removed)):
                stored = stored_value(value, _ITEMS[name].value)
                self._value(at, name, key or ROOT, stored, call, signer, is_set=name not in by_rules)

    def _first_price(self, at: tuple[int, int], netuid: int) -> None:
        """A subnet without an entry of its own has the runtime's default price."""
        self._add("prices", *at, netuid, self._layout.items[PRICE].default)

    def _value(
        self, at: tuple[int, int], item: str, netuid: int, value: Any, call: str, signer: str | None, *, is_set: bool = True
    ) -> None:
        """A hyperparameter's item has a new value; one of them is the price of a registration."""
        if item == PRICE:
            (self.priced.discard if value is None else self.priced.add)(netuid)
            self._add("prices", *at, netuid, self._layout.items[PRICE].default if value is None else value)
        if item in _ITEMS and is_set:
            self._add("hyperparameter_changes", *at, None if item in _WHOLE_CHAIN else netuid, item, value, call, signer)


def tenure_row(tenure: Tenure) -> Row:
    """The row of a tenure."""
    swaps = [(key, block, address(before), address(after)) for key, block, before, after in tenure.swaps]
    keys = address(tenure.hotkey), optional_address(tenure.coldkey)
    end = stored_amount(tenure.pruning_score), optional_address(tenure.replaced_by), tenure.ended_after
    blocks = tenure.from_block, tenure.to_block
    return (tenure.netuid, tenure.uid, *keys, *blocks, tenure.began, tenure.ended, *end, as_json(swaps))


def _as_kept(value: Any) -> Any:
    return stored_amount(value) if type(value) is int else value


def _integer(record: Record, name: str) -> int | None:
    value = getattr(record, name, None)
    return value if type(value) is int else None


def _account(record: Record, name: str) -> str | None:
    value = getattr(record, name, None)
    return address(value) if type(value) is bytes and len(value) == len(NOBODY) else None


_MORE: Final[Mapping[type[Event], Callable[..., None]]] = {
    ExtrinsicFailed: Happenings._failed,
    BatchWeightItemFailed: Happenings._item_failed,
    BatchWeightItemFailedOnSubnet: Happenings._item_failed,
    WeightsSet: Happenings._weights_set,
    EpochCompleted: Happenings._epoch,
    HyperparameterSet: Happenings._set,
    AlphaValuesSet: Happenings._alpha_values,
    NetworkInitialized: Happenings._began,
    RootNetworkCreated: Happenings._root_began,
    NetworkRemoved: Happenings._removed,
    EmissionStarted: Happenings._started,
    EpochTriggered: Happenings._triggered,
    StorageChanged: Happenings._changed,
    StorageObserved: Happenings._changed,
    RuntimeUpgraded: Happenings._upgraded,
    ExchangeObserved: Happenings._exchange,
}
"""What an event adds to tables other than `events`."""
