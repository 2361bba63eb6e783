"""A layout: a runtime's storage items with their defaults, and its errors and events; its hyperparameters follow from the items.

It is one value. A later runtime's is made from the one before it (`with_items`, `without`, `with_defaults`, or `attrs.evolve`).
Absent entries are not encoded, so a layout with more items, or with other defaults, changes no digest.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final, Self

from attrs import evolve, frozen

from neuron_ledger.events.storage import items_424
from neuron_ledger.events.storage.error_names import ERRORS_277, ERRORS_424
from neuron_ledger.events.storage.event_names import EVENTS_277, EVENTS_424
from neuron_ledger.events.storage.hyperparameters import HYPERPARAMETERS, Hyperparameter
from neuron_ledger.events.storage.items import ITEMS, Item
from neuron_ledger.events.storage.items_commitments import COMMITMENTS
from neuron_ledger.events.wire.converters import people, read
from neuron_ledger.events.wire.errors import FieldError, did_you_mean


@frozen(eq=False)
class Layout:
    """One runtime's storage.

    items: by on-chain name, in declaration order. errors, events: the names of the pallet's errors and events in declaration
    order, which is how a node counts them.
    """

    items: Mapping[str, Item]
    errors: tuple[str, ...] = ()
    events: tuple[str, ...] = ()

    @property
    def hyperparameters(self) -> Mapping[str, Hyperparameter]:
        """The hyperparameters that are kept in items of this layout, by name."""
        return {name: entry for name, entry in HYPERPARAMETERS.items() if self._has(entry)}

    @property
    def has_alpha(self) -> bool:
        """Whether stake is alpha of a subnet; before, it was TAO on a hotkey."""
        return "TotalHotkeyAlpha" in self.items

    def item(self, name: str) -> Item:
        """The item with this on-chain name. Raises: FieldError, which suggests the most similar name."""
        try:
            return self.items[name]
        except KeyError:
            hint = did_you_mean(name, self.items)
            raise FieldError("item", "the on-chain name of a storage item of this runtime" + hint, name) from None

    def hyperparameter(self, name: str) -> Hyperparameter:
        """The hyperparameter of that name. Raises: FieldError, which suggests the most similar name."""
        entry = HYPERPARAMETERS.get(name)
        if entry is None or not self._has(entry):
            hint = did_you_mean(name, self.hyperparameters)
            raise FieldError("name", "the name of a hyperparameter of this runtime" + hint, name)
        return entry

    def _has(self, entry: Hyperparameter) -> bool:
        return entry.item in self.items and (entry.beside is None or entry.beside in self.items)

    def with_items(self, added: Iterable[Item]) -> Self:
        """The layout with these items added, or replacing those with the same names in place."""
        return evolve(self, items={**self.items, **{item.name: item for item in added}})

    def without(self, names: Iterable[str]) -> Self:
        """The layout without these items, and so without their hyperparameters. Raises: FieldError for one it does not have."""
        gone = {self.item(name).name for name in names}
        return evolve(self, items={name: item for name, item in self.items.items() if name not in gone})

    def with_defaults(self, defaults: Mapping[str, Any]) -> Self:
        """The layout with other defaults for these items. Raises: FieldError for what does not fit."""
        for name, value in defaults.items():
            if value is not None:
                read(people, value, self.item(name).value, name)
        return self.with_items(evolve(self.item(name), default=value) for name, value in defaults.items())


LAYOUT_277 = Layout(ITEMS, ERRORS_277, EVENTS_277).with_items(
    (*items_424.added("Drand.Pulses", "Drand.LastStoredRound"), *COMMITMENTS)
)
"""The layout of spec_version 277. The randomness beacon's pulses were already kept, by another pallet."""

LAYOUT_424 = evolve(
    LAYOUT_277.without(items_424.GONE).with_defaults(items_424.DEFAULTS).with_items(items_424.ADDED),
    errors=ERRORS_424,
    events=EVENTS_424,
)
"""The layout of spec_version 424."""

LAYOUTS: Mapping[int, Layout] = {277: LAYOUT_277, 424: LAYOUT_424}
"""The layouts that are described here, oldest first; earlier ones are in `layouts_before.py`."""

FIRST_SPEC_VERSION: Final = 277
"""The oldest runtime that upgrades lead on from: the default that storage and logs begin with."""

FIRST_LAYOUT: Final = LAYOUTS[FIRST_SPEC_VERSION]
