"""How many mechanisms a subnet has, and how its emission is split among them: since spec_version 320."""

from collections.abc import Mapping, Sequence

from neuron_ledger.events.parameters import MechanismEmissionSplitSet
from neuron_ledger.ledger.errors import InvalidValue, MechanismDoesNotExist, TooManyUIDsPerMechanism
from neuron_ledger.ledger.rules.hyperparameters.setters import Setter, put
from neuron_ledger.ledger.rules.netuids import subnet_exists
from neuron_ledger.ledger.rules.numbers.fixed import U16_MAX
from neuron_ledger.ledger.runtime import Tx

MAX_MECHANISMS = 16
"""The number of mechanisms that a subnet's storage indices have room for."""

BY_INDEX = ("Incentive", "LastUpdate")
BY_INDEX_AND_MORE = ("Weights", "Bonds", "WeightCommits", "TimelockedWeightCommits")
"""The items of each mechanism under its storage index: vectors; entries with several keys, of which the index is the first."""


def ensure_subnet_has_mechanisms(tx: Tx, netuid: int) -> None:
    """Refuse a netuid that names no subnet. Raises: MechanismDoesNotExist."""
    if not subnet_exists(tx.storage, netuid):
        raise MechanismDoesNotExist(netuid=netuid, mechanism=0, mechanisms=0)


def ensure_max_uids_over_all_mechanisms(tx: Tx, netuid: int, max_uids: int, mechanisms: int) -> None:
    """Refuse more uids, counted over all mechanisms, than the default maximum. Raises: TooManyUIDsPerMechanism.

    Source: subtensor subnets/mechanism.rs::ensure_max_uids_over_all_mechanisms, spec_version 424.
    """
    most = tx.storage.max_allowed_uids.item.default
    if min(max_uids * mechanisms, U16_MAX) > most:
        raise TooManyUIDsPerMechanism(netuid=netuid, max_allowed_uids=max_uids, mechanisms=mechanisms, most=most)


def set_mechanism_count_320(tx: Tx, netuid: int, value: int) -> None:
    """Set the number of a subnet's mechanisms. Entries of removed ones are cleared; the split is reset to even.

    Raises: MechanismDoesNotExist, InvalidValue: in this order.
    Source: subtensor subnets/mechanism.rs::do_set_mechanism_count, spec_version 320.
    """
    ensure_subnet_has_mechanisms(tx, netuid)
    most = min(tx.storage.max_mechanism_count.value, MAX_MECHANISMS)
    if not 1 <= value <= most:
        raise InvalidValue(netuid=netuid, value=value, lowest=1, highest=most)
    _change_count(tx, netuid, value)


def set_mechanism_count_385(tx: Tx, netuid: int, value: int) -> None:
    """As before, unless the total number of uids would be too large.

    Raises: MechanismDoesNotExist, InvalidValue, TooManyUIDsPerMechanism, and InvalidValue again for more mechanisms than storage
    indices have room for: in this order.
    Source: subtensor subnets/mechanism.rs::do_set_mechanism_count, spec_version 424.
    """
    ensure_subnet_has_mechanisms(tx, netuid)
    most = tx.storage.max_mechanism_count.value
    if not 1 <= value <= most:
        raise InvalidValue(netuid=netuid, value=value, lowest=1, highest=most)
    ensure_max_uids_over_all_mechanisms(tx, netuid, tx.storage.max_allowed_uids[netuid], value)
    if value > MAX_MECHANISMS:
        raise InvalidValue(netuid=netuid, value=value, lowest=1, highest=MAX_MECHANISMS)
    _change_count(tx, netuid, value)


def set_max_mechanism_count_385(tx: Tx, netuid: int, value: int) -> None:
    """Set how many mechanisms any subnet may have. Raises: InvalidValue.

    Source: subtensor subnets/mechanism.rs::do_set_max_mechanism_count, spec_version 424.
    """
    if not 1 <= value <= MAX_MECHANISMS:
        raise InvalidValue(netuid=netuid, value=value, lowest=1, highest=MAX_MECHANISMS)
    put(tx, "max_mechanism_count", netuid, value)


def _change_count(tx: Tx, netuid: int, count: int) -> None:
    """Source: subtensor subnets/mechanism.rs::update_mechanism_counts_if_needed, spec_version 424."""
    before = tx.storage.mechanism_count_current[netuid]
    if before == count:
        return
    gone = {tx.rules.storage_index(netuid, mechanism) for mechanism in range(count, before)}
    for name in BY_INDEX:
        for index in gone:
            tx.storage.map(name).remove(index)
    for name in BY_INDEX_AND_MORE if gone else ():
        table = tx.storage.map(name)
        for key in [key for key in table if key[0] in gone]:
            table.remove(key)
    put(tx, "mechanism_count", netuid, count)
    tx.storage.mechanism_emission_split.remove(netuid)


def set_emission_split(tx: Tx, netuid: int, split: Sequence[int] | None) -> None:
    """Split a subnet's emission among its mechanisms, in parts of 65535; None: evenly.

    Raises: MechanismDoesNotExist; InvalidValue for no parts, more parts than mechanisms, or a sum that is not 65535.
    Source: subtensor subnets/mechanism.rs::do_set_emission_split, spec_version 424.
    """
    ensure_subnet_has_mechanisms(tx, netuid)
    if split is not None:
        mechanisms = tx.storage.mechanism_count_current[netuid]
        if not 1 <= len(split) <= mechanisms:
            raise InvalidValue(netuid=netuid, value=len(split), lowest=1, highest=mechanisms)
        if sum(split) != U16_MAX:
            raise InvalidValue(netuid=netuid, value=sum(split), lowest=U16_MAX, highest=U16_MAX)
    tx.emit(MechanismEmissionSplitSet(netuid=netuid, split=None if split is None else tuple(split)))


SETTERS_320: Mapping[str, Setter] = {"mechanism_count": set_mechanism_count_320}
SETTERS_385: Mapping[str, Setter] = {
    "mechanism_count": set_mechanism_count_385,
    "max_mechanism_count": set_max_mechanism_count_385,
}
