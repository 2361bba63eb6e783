"""The steps of the calls that set a hyperparameter: what each checks, and what it does."""

from collections.abc import Callable

from neuron_ledger.events.calls import SudoSet
from neuron_ledger.events.entries.codec import Origin
from neuron_ledger.events.subnets import Yuma3EnableToggled
from neuron_ledger.ledger.errors import (
    ActivityCutoffTooLow,
    BondsMovingAverageMaxReached,
    MaxAllowedUIdsLessThanCurrentUIds,
    MaxValidatorsLargerThanMaxUIds,
    SubnetDoesNotExist,
    TxRateLimitExceeded,
)
from neuron_ledger.ledger.rules.accounts.owners import ensure_subnet_owner_or_root
from neuron_ledger.ledger.rules.hyperparameters.setters import set_parameter
from neuron_ledger.ledger.rules.netuids import subnet_exists
from neuron_ledger.ledger.rules.numbers.saturating import mul_u64
from neuron_ledger.ledger.runtime import Tx
from neuron_ledger.ledger.transaction import ensure_root

OWNERS_MOST_BONDS_MOVING_AVERAGE = 975_000
"""Parts of a million: how high an owner may set the moving average of bonds."""

SET_WEIGHTS_VERSION_KEY = 4
"""A kind of transaction as key of TransactionKeyLastBlock."""

Step = Callable[[Tx, Origin, SudoSet], None]
"""One step of a call that sets a hyperparameter: a check, or what it does."""


# --------------------------------------------------------------------------------------------------------------- checks


def by_root(_tx: Tx, origin: Origin, _call: SudoSet) -> None:
    """Only a privileged call may set it. Raises: BadOrigin."""
    ensure_root(origin)


def by_owner(tx: Tx, origin: Origin, call: SudoSet) -> None:
    """The subnet's owner may set it, and a privileged call. Raises: BadOrigin."""
    ensure_subnet_owner_or_root(tx, origin, call.netuid)


def of_a_subnet(tx: Tx, _origin: Origin, call: SudoSet) -> None:
    """The subnet must exist. Raises: SubnetDoesNotExist."""
    if not subnet_exists(tx.storage, call.netuid):
        raise SubnetDoesNotExist(netuid=call.netuid)


def above_the_least_cutoff(tx: Tx, _origin: Origin, call: SudoSet) -> None:
    """Raises: ActivityCutoffTooLow."""
    if call.value < tx.storage.min_activity_cutoff.value:
        raise ActivityCutoffTooLow(activity_cutoff=call.value, needed=tx.storage.min_activity_cutoff.value)


def within_the_owners_most(_tx: Tx, origin: Origin, call: SudoSet) -> None:
    """Raises: BondsMovingAverageMaxReached where an owner asks for more than owners may."""
    if origin is not None and call.value > OWNERS_MOST_BONDS_MOVING_AVERAGE:
        raise BondsMovingAverageMaxReached(bonds_moving_average=call.value, most=OWNERS_MOST_BONDS_MOVING_AVERAGE)


def with_room_for_one_more(tx: Tx, _origin: Origin, call: SudoSet) -> None:
    """Raises: MaxAllowedUIdsLessThanCurrentUIds."""
    n = tx.storage.subnetwork_n[call.netuid]
    if call.value <= n:
        raise MaxAllowedUIdsLessThanCurrentUIds(max_allowed_uids=call.value, needed=n + 1)


def as_many_as_uids(tx: Tx, _origin: Origin, call: SudoSet) -> None:
    """Raises: MaxValidatorsLargerThanMaxUIds."""
    most = tx.storage.max_allowed_uids[call.netuid]
    if call.value > most:
        raise MaxValidatorsLargerThanMaxUIds(max_allowed_validators=call.value, most=most)


def not_too_soon(tx: Tx, origin: Origin, call: SudoSet) -> None:
    """An owner sets the version key once in some tempos; the block is noted. Raises: TxRateLimitExceeded.

    Source: subtensor utils/rate_limiting.rs::passes_rate_limit_on_subnet, spec_version 277.
    """
    if origin is None:
        return
    storage, key = tx.storage, (origin, call.netuid, SET_WEIGHTS_VERSION_KEY)
    limit = mul_u64(storage.tempo[call.netuid], storage.weights_version_key_rate_limit.value)
    last = storage.transaction_key_last_block[key]
    if last and tx.block - last < limit:
        raise TxRateLimitExceeded(signer=origin, netuid=call.netuid, allowed_from=last + limit)
    storage.transaction_key_last_block[key] = tx.block


# --------------------------------------------------------------------------------------------------------- what is done


def put(tx: Tx, _origin: Origin, call: SudoSet) -> None:
    """Set it. Raises: what the runtime's setter raises."""
    set_parameter(tx, call.name, call.netuid, call.value)


def put_least_nomination(tx: Tx, origin: Origin, call: SudoSet) -> None:
    """Set it; where it rises, nominations that are now too small are given back."""
    before = tx.rules.orders.least_nomination(tx)
    put(tx, origin, call)
    if call.value > before:
        tx.rules.orders.clear_nominations(tx)


def notice_of_yuma3(tx: Tx, _origin: Origin, call: SudoSet) -> None:
    """The admin pallet reports it with an event of its own."""
    tx.emit(Yuma3EnableToggled(netuid=call.netuid, enabled=bool(call.value)))
