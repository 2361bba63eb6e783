"""The events of a runtime as the chain declares them, and the ledger's events as on a node.

Source: subtensor macros/events.rs, spec_versions 277 and 424; polkadot-sdk frame-system, pallet-sudo, pallet-utility.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from attrs import frozen

from neuron_ledger.events.deposited import argument_names, deposited
from neuron_ledger.events.early_staking import TaoStakeAdded, TaoStakeRemoved
from neuron_ledger.events.entries.catalogue import EVENTS
from neuron_ledger.events.staking import StakeAdded, StakeRemoved
from neuron_ledger.events.storage.layout import Layout
from neuron_ledger.events.swaps import ColdkeySwapped, ColdkeySwappedAtCost
from neuron_ledger.events.wire.record import Event
from neuron_ledger.ledger.errors import SubnetNotExists
from neuron_ledger.ledger.runtime import Runtime
from neuron_ledger.replay.node.metadata import commitments
from neuron_ledger.replay.node.metadata.calls import ADMIN, SHIELDED_SINCE
from neuron_ledger.replay.node.metadata.errors import dispatch_error
from neuron_ledger.replay.node.metadata.storage import MODULE, entry_of, shape_of
from neuron_ledger.replay.node.types.notation import Fields, Shape, fields, shape

_OF_ADMIN: Final[Mapping[str, int]] = {
    "Yuma3EnableToggled": 1,
    "BondsResetToggled": 2,
    "BurnHalfLifeSet": 3,
    "BurnIncreaseMultSet": 4,
    "SubnetEmissionEnabledSet": 5,
}
"""The events of the pallet that sets hyperparameters."""

_CAME_WITH: Final[Mapping[str, str]] = {
    "BurnHalfLifeSet": "BurnHalfLife",
    "BurnIncreaseMultSet": "BurnIncreaseMult",
    "SubnetEmissionEnabledSet": "SubnetEmissionEnabled",
}
"""The item for which each of their events was introduced."""

_FIELDS: Final[Mapping[str, str]] = {
    "error": "DispatchError",
    "root_claim_type": "RootClaimTypeEnum",
    "netuids": "Vec<Compact<u16>>",
    "execution_block": "u32",
    "symbol": "Vec<u8>",
}
"""Fields of a chain type."""


_OF_FRAME: Final[Mapping[str, tuple[str, int]]] = {
    "NewAccount": ("System", 3),
    "KilledAccount": ("System", 4),
    "Endowed": ("Balances", 0),
    "DustLost": ("Balances", 1),
    "Transfer": ("Balances", 2),
}
"""The events about accounts and balances, by pallet and number."""


@frozen
class ChainEvent:
    """An event of a pallet. number: in its pallet."""

    pallet: str
    name: str
    number: int
    fields: Fields


_FRAME_EVENTS = (
    ChainEvent("System", "ExtrinsicSuccess", 0, fields("dispatch_info: DispatchEventInfo")),
    ChainEvent("System", "ExtrinsicFailed", 1, fields("dispatch_error: DispatchError, dispatch_info: DispatchEventInfo")),
    ChainEvent("Utility", "BatchInterrupted", 0, fields("index: u32, error: DispatchError")),
    ChainEvent("Utility", "BatchCompleted", 1, ()),
    ChainEvent("Utility", "BatchCompletedWithErrors", 2, ()),
    ChainEvent("Utility", "ItemCompleted", 3, ()),
    ChainEvent("Utility", "ItemFailed", 4, fields("error: DispatchError")),
    ChainEvent("Sudo", "Sudid", 0, fields("sudo_result: DispatchResult")),
)
"""Events that the node itself deposits for an extrinsic."""
_SHIELDED = ChainEvent("MevShield", "EncryptedSubmitted", 0, fields("id: [u8; 32], who: AccountId32"))


def events_of(rules: Runtime) -> tuple[ChainEvent, ...]:
    """All events of a runtime."""
    found: dict[tuple[str, str], ChainEvent] = {}
    for name, kinds in [*_of_classes(rules), *_of_parameters(rules.layout)]:
        place = _place(rules.layout, name)
        if place is not None:
            found.setdefault((place[0], name), ChainEvent(place[0], name, place[1], kinds))
    shielded = [_SHIELDED] if rules.spec_version >= SHIELDED_SINCE else []
    return tuple(sorted([*_FRAME_EVENTS, *shielded, *found.values()], key=lambda event: (event.pallet, event.number)))


def as_shown(layout: Layout, event: Event) -> tuple[str, Any] | None:
    """An event of the ledger as a value of the chain's `RuntimeEvent`; None if the chain deposits none."""
    shown = deposited(event)
    if shown is None:
        return None
    name, *arguments = shown
    place = _place(layout, name)
    if place is None:
        return None
    declared = argument_names(event.deposit) if event.deposit else []
    named = [bool(chain_name) for chain_name, _ in declared] or [type(argument) is tuple for argument in arguments]
    values = [argument[1] if has_name else argument for has_name, argument in zip(named, arguments, strict=True)]
    plain = [field for _, field in declared]
    if "error" in plain:
        values[plain.index("error")] = dispatch_error(layout, values[plain.index("error")])
    if "root_claim_type" in plain:
        values = [value if isinstance(value, (bytes, str)) else (value[0], (value[1],)) for value in values]
    return place[0], ((name, tuple(values)),)


def _place(layout: Layout, name: str) -> tuple[str, int] | None:
    """The pallet and number of an event; None if the runtime has none of that name."""
    if name in layout.events:
        return MODULE, layout.events.index(name)
    if name in _OF_FRAME:
        return _OF_FRAME[name]
    if name in commitments.EVENTS:
        return ("Commitments", commitments.EVENTS[name]) if "Commitments.CommitmentOf" in layout.items else None
    return (ADMIN, _OF_ADMIN[name]) if name in _OF_ADMIN and _CAME_WITH.get(name, "Burn") in layout.items else None


def declared_by(rules: Runtime) -> Iterator[type[Event]]:
    """The ledger's events that correspond to one of the chain's under a runtime. Two for the same chain event belong to
    different runtimes."""
    failed = type(rules.item_failed(0, 0, SubnetNotExists(netuid=0), SubnetNotExists.__name__))
    swapped = ColdkeySwappedAtCost if "ColdkeySwapScheduled" in rules.layout.events else ColdkeySwapped
    staked = (StakeAdded, StakeRemoved) if rules.layout.has_alpha else (TaoStakeAdded, TaoStakeRemoved)
    chosen = {str(cls.deposit[0]): cls for cls in (failed, swapped, *staked) if cls.deposit}
    return (cls for cls in EVENTS.values() if cls.deposit and chosen.get(cls.deposit[0], cls) is cls)


def _of_classes(rules: Runtime) -> Iterator[tuple[str, Fields]]:
    """The name and fields of the chain events for the ledger's events."""
    for cls in declared_by(rules):
        assert cls.deposit is not None  # events without it were not declared
        units = dict(cls.units)
        yield cls.deposit[0], tuple((name, _kind(field, units)) for name, field in argument_names(cls.deposit))


def _kind(field: str, units: Mapping[str, Any]) -> Shape:
    return shape(_FIELDS[field]) if field in _FIELDS else shape_of(units[field])


def _of_parameters(layout: Layout) -> Iterator[tuple[str, Fields]]:
    """The events for hyperparameters."""
    for parameter in layout.hyperparameters.values():
        if parameter.deposit is not None and parameter.item in layout.items:
            names = ("netuid", parameter.argument) if parameter.named else ("", "")
            value = (names[1], entry_of(layout.item(parameter.item)).value)
            yield parameter.deposit, (value,) if parameter.whole_chain else ((names[0], shape("u16")), value)
