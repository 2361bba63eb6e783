"""Rows of the tables of state, read from storage."""

from collections.abc import Callable, Iterator, Mapping
from ipaddress import ip_address
from typing import Any, Final

from neuron_ledger.events.consensus import MECHANISM_STRIDE
from neuron_ledger.events.storage.items import NOBODY
from neuron_ledger.events.wire.rows import pairs
from neuron_ledger.ledger.rules.netuids import ROOT
from neuron_ledger.ledger.runtime import Runtime
from neuron_ledger.projections.maps import StorageMap
from neuron_ledger.projections.storage import Storage
from neuron_ledger.projections.storage_items import Axon
from neuron_ledger.projections.views.metagraph import subnet_items
from neuron_ledger.projections.views.neuron_info import NeuronInfoLite, neuron_info_lite
from neuron_ledger.replay.tables.columns import Row, stored_amount
from neuron_ledger.replay.tables.happened import address, stored_value

SHARES: Final = ("Alpha", "AlphaV2")
"""The items that hold coldkeys' shares of the stake on hotkeys, under (hotkey, coldkey, netuid)."""


def netuids(storage: Storage) -> list[int]:
    """The existing subnets."""
    return sorted(netuid for netuid, added in storage.networks_added.items() if added)


def subnets(storage: Storage, _rules: Runtime) -> Iterator[Row]:
    for netuid in netuids(storage):
        owners = (_owner(_held(storage, name, netuid, NOBODY)) for name in ("SubnetOwner", "SubnetOwnerHotkey"))
        began, n = _held(storage, "NetworkRegisteredAt", netuid, 0), storage.subnetwork_n[netuid]
        most = storage.max_allowed_uids[netuid]
        pool = (_held(storage, name, netuid, 0) for name in ("SubnetTAO", "SubnetAlphaIn", "SubnetAlphaOut"))
        symbol = _held(storage, "TokenSymbol", netuid, b"").decode("utf-8", "replace")
        settings = (storage.tempo[netuid], storage.immunity_period[netuid])
        amounts = map(stored_amount, (storage.burn[netuid], *pool))
        yield (netuid, symbol, *owners, stored_amount(began), n, most, *settings, *amounts)


def _held(storage: Storage, item: str, netuid: int, none: Any) -> Any:
    """An item's value for a subnet; `none` if the runtime has no such item."""
    return storage.map(item)[netuid] if item in storage.layout.items else none


def _owner(account: bytes) -> str | None:
    return None if account == NOBODY else address(account)


def neurons(storage: Storage, _rules: Runtime) -> Iterator[Row]:
    for netuid in netuids(storage):
        for uid in range(storage.subnetwork_n[netuid]):
            neuron = neuron_info_lite(storage, netuid, uid)
            if neuron is not None:
                yield _neuron(neuron, storage.block_at_registration[netuid, uid])


def _neuron(neuron: NeuronInfoLite, registered_at: int) -> Row:
    keys = address(neuron.hotkey), address(neuron.coldkey)
    proportions = neuron.rank, neuron.trust, neuron.consensus, neuron.incentive, neuron.dividends, neuron.validator_trust
    metrics = (int(neuron.active), *proportions, int(neuron.validator_permit), stored_amount(neuron.emission))
    stake, updated = stored_amount(sum(amount for _, amount in neuron.stake)), stored_amount(neuron.last_update)
    last = neuron.pruning_score, updated, axon_address(neuron.axon_info)
    return (neuron.netuid, neuron.uid, *keys, stored_amount(registered_at), stake, *metrics, *last)


def axon_address(axon: Axon | None) -> str | None:
    """Address and port of an axon, as in a URL."""
    if axon is None:
        return None
    _, _, number, port, ip_type, *_ = axon
    if ip_type == 4 and number < 1 << 32:
        return f"{ip_address(int(number))}:{port}"
    return f"[{ip_address(number.to_bytes(16, 'big'))}]:{port}"


def subnet_values(storage: Storage, _rules: Runtime) -> Iterator[Row]:
    items = subnet_items(storage.layout)
    for netuid in netuids(storage):
        for item in items:
            yield netuid, item.name, stored_value(storage.map(item.name)[netuid], item.value)


def chain_values(storage: Storage, _rules: Runtime) -> Iterator[Row]:
    for item in storage.layout.items.values():
        if not item.keys:
            yield item.name, stored_value(storage.map(item.name)[()], item.value)


def stake(storage: Storage, rules: Runtime) -> Iterator[Row]:
    if not storage.layout.has_alpha:  # in TAO, without a subnet: it later became stake on root
        for (hotkey, coldkey), amount in sorted(storage.map("Stake").items()):
            if amount:
                yield ROOT, address(hotkey), address(coldkey), stored_amount(amount)
        return
    positions: set[tuple[bytes, bytes, int]] = set()
    for name in SHARES:
        if name in storage.layout.items:
            positions.update(storage.map(name))
    for hotkey, coldkey, netuid in sorted(positions, key=lambda place: (place[2], place[0], place[1])):
        amount = rules.shares.value(storage, hotkey, coldkey, netuid)
        if amount:
            yield netuid, address(hotkey), address(coldkey), stored_amount(amount)


SMALL: Final[Mapping[str, Callable[[Storage, Runtime], Iterator[Row]]]] = {
    "subnets": subnets,
    "neurons": neurons,
    "subnet_values": subnet_values,
    "chain_values": chain_values,
    "stake": stake,
}
"""The tables that are rewritten each time, by name."""


def matrices(storage: Storage) -> Mapping[str, StorageMap[Any, bytes]]:
    """The items whose packed rows are tables of pairs, by table: written if a row changed."""
    return {"weights": storage.weights, "bonds": storage.bonds}


def matrix_rows(index: int, uid: int, row: bytes) -> list[Row]:
    """The rows of one packed row. index: the storage index."""
    mechanism, netuid = divmod(index, MECHANISM_STRIDE)
    return [(netuid, mechanism, uid, place, *pair) for place, pair in enumerate(pairs(row))]
