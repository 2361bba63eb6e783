"""Hyperparameters: one table of name → storage item, the chain's event, the chain's privileged call and its argument.

Source: subtensor utils/misc.rs (setters and events), pallets/admin-utils (names of the calls), spec_version 277.
"""

from collections.abc import Mapping

from attrs import frozen

from events.items import ITEMS, Item
from events.kinds import FieldError


@frozen
class Hyperparameter:
    """One parameter.

    name: as in the pallet's setter `set_<name>`. item: its storage item. deposit: the chain's event of a change, if it has one.
    call, argument: the chain's privileged call and what it calls the value. whole_chain: one value for all subnets.
    """

    name: str
    item: str
    deposit: str | None
    call: str
    argument: str
    whole_chain: bool = False

    @property
    def storage_item(self) -> Item:
        return ITEMS[self.item]


def hyperparameter(name: str) -> Hyperparameter:
    """The hyperparameter of that name. Raises: FieldError, listing the names."""
    try:
        return HYPERPARAMETERS[name]
    except KeyError:
        raise FieldError("name", "a hyperparameter: " + ", ".join(HYPERPARAMETERS), name) from None


_TABLE = (Hyperparameter("tempo", "Tempo", "TempoSet", "sudo_set_tempo", "tempo"),)

HYPERPARAMETERS: Mapping[str, Hyperparameter] = {entry.name: entry for entry in _TABLE}
CALLS_OF_HYPERPARAMETERS: Mapping[str, Hyperparameter] = {entry.call: entry for entry in _TABLE}
