"""Events of a subnet as a whole: its hyperparameters, its creation and removal."""

from collections.abc import Sequence
from typing import Any, Self

from neuron_ledger.events.storage.hyperparameters import hyperparameter
from neuron_ledger.events.storage.named_values import ItemNames, SubnetValues
from neuron_ledger.events.wire.record import Event, event
from neuron_ledger.events.wire.units import (
    BYTES,
    NUMBER,
    PAIRS,
    TEXT,
    U16,
    U16_VECTOR,
    AccountId,
    BlockNumber,
    NetUid,
)


@event("HyperparameterSet")
class HyperparameterSet(Event):
    """A hyperparameter has a new value.

    name: as in `hyperparameters.py`. value: flags are 0 and 1, fixed-point numbers their bits.
    The chain deposits an event of its own name for most (`TempoSet`, …): see `hyperparameters.py`.
    """

    name: TEXT
    netuid: NetUid
    value: NUMBER

    @classmethod
    def decoded(cls, values: Sequence[Any]) -> Self:
        """Refuses a value that the parameter's item cannot hold. Raises: FieldError."""
        made = super().decoded(values)
        hyperparameter(made.name).check(made.value)
        return made


@event("AlphaValuesSet")
class AlphaValuesSet(Event):
    """The bounds of liquid alpha, in parts of 65535, have new values."""

    netuid: NetUid
    alpha_low: U16
    alpha_high: U16


@event("RootNetworkCreated")
class RootNetworkCreated(Event):
    """The root network (netuid 0) was created, as in the chain's genesis.

    total_networks: the number of subnets now, root included. values: what each item holds for it.
    """

    total_networks: U16
    values: SubnetValues


@event("NetworkInitialized")
class NetworkInitialized(Event):
    """A netuid was initialised. values: what each item holds for it; parameters with events of their own follow."""

    netuid: NetUid
    total_networks: U16
    values: SubnetValues


@event("NetworkAdded", deposit=("NetworkAdded", "netuid", "mechanism"))
class NetworkAdded(Event):
    """A subnet was created. token_symbol: UTF-8."""

    netuid: NetUid
    mechanism: U16
    owner: AccountId
    owner_hotkey: AccountId
    token_symbol: BYTES
    registered_at: BlockNumber


@event("EmissionStarted", deposit=("FirstEmissionBlockNumberSet", "netuid", "first_emission_block_number"))
class EmissionStarted(Event):
    """A subnet's owner started its emission and enabled its token."""

    netuid: NetUid
    first_emission_block_number: BlockNumber


@event("NetworkRemoved", deposit=("NetworkRemoved", "netuid"))
class NetworkRemoved(Event):
    """A subnet was removed.

    total_networks: the number of subnets now. members: the hotkeys that are no longer members of it. cleared: the items whose
    entries of the subnet are removed; others keep theirs. indices: the storage indices of its mechanisms; cleared_of_mechanisms:
    the items whose entries under these are removed. root_weights: all rows of the root network as they are now.
    """

    netuid: NetUid
    total_networks: U16
    members: tuple[AccountId, ...]
    cleared: ItemNames
    indices: U16_VECTOR
    cleared_of_mechanisms: ItemNames
    root_weights: tuple[tuple[U16, PAIRS], ...]
