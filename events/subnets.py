"""What happens to a subnet as a whole: its hyperparameters, its beginning and end."""

from typing import Annotated

from neuron_ledger.events.wire.kinds import PAIRS, U16, ListOf, Struct
from neuron_ledger.events.wire.record import AccountId, BlockNumber, Event, Long, Name, NetUid, Raw, Short, event


@event("HyperparameterSet")
class HyperparameterSet(Event):
    """A hyperparameter has a new value. name: as in `hyperparameters.py`; value: flags are 0 and 1.

    The chain deposits an event of its own name for most (`TempoSet`, …): see `hyperparameters.py`.
    """

    name: Name
    netuid: NetUid
    value: Long


@event("AlphaValuesSet")
class AlphaValuesSet(Event):
    """The bounds of liquid alpha, as parts of 65535, have new values."""

    netuid: NetUid
    alpha_low: Short
    alpha_high: Short


@event("RootNetworkCreated")
class RootNetworkCreated(Event):
    """The root network (netuid 0) began, as in the chain's genesis. total_networks: how many there are now, root included."""

    total_networks: Short
    tempo: Short
    max_allowed_uids: Short
    max_allowed_validators: Short
    min_allowed_weights: Short
    max_weights_limit: Short
    target_registrations_per_interval: Short


@event("NetworkInitialized")
class NetworkInitialized(Event):
    """A netuid was taken, and parameters that subnets begin with (or had before) were written down; others follow."""

    netuid: NetUid
    total_networks: Short
    tempo: Short
    kappa: Short
    difficulty: Long
    activity_cutoff: Short


@event("NetworkAdded", deposit=("NetworkAdded", "netuid", "mechanism"))
class NetworkAdded(Event):
    """A subnet began. token_symbol: UTF-8."""

    netuid: NetUid
    mechanism: Short
    owner: AccountId
    owner_hotkey: AccountId
    token_symbol: Raw
    registered_at: BlockNumber


@event("EmissionStarted", deposit=("FirstEmissionBlockNumberSet", "netuid", "first_emission_block_number"))
class EmissionStarted(Event):
    """A subnet's owner started its emission and enabled its token."""

    netuid: NetUid
    first_emission_block_number: BlockNumber


@event("SubnetIdentityRemoved", deposit=("SubnetIdentityRemoved", "netuid"))
class SubnetIdentityRemoved(Event):
    """A subnet's identity was removed."""

    netuid: NetUid


@event("NetworkRemoved", deposit=("NetworkRemoved", "netuid"))
class NetworkRemoved(Event):
    """A subnet ended. Its neurons and their weights, bonds and metrics are gone; pools, stake and StakeWeight stay.

    total_networks: how many there are now. root_weights: all rows of the root network as they are now.
    """

    netuid: NetUid
    total_networks: Short
    root_weights: Annotated[tuple[tuple[int, bytes], ...], ListOf(Struct((U16, PAIRS)))]
