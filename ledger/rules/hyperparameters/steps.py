"""Common steps of calls about a subnet's parameters: who may make them, how often and when; and the setting itself."""

from collections.abc import Callable
from typing import Protocol, TypeVar

from neuron_ledger.events.calls import SudoSet
from neuron_ledger.events.entries.codec import Origin
from neuron_ledger.ledger.errors import AdminActionProhibitedDuringWeightsWindow, NotPermittedOnRootSubnet, SubnetDoesNotExist
from neuron_ledger.ledger.rules.accounts.owners import ensure_subnet_owner, ensure_subnet_owner_or_root
from neuron_ledger.ledger.rules.hyperparameters.owner_limits import OwnerLimit, ensure_not_too_soon, note
from neuron_ledger.ledger.rules.hyperparameters.setters import set_parameter
from neuron_ledger.ledger.rules.netuids import ROOT, subnet_exists
from neuron_ledger.ledger.runtime import Tx
from neuron_ledger.ledger.transaction import ensure_root


class NamesSubnet(Protocol):
    """A call about a subnet."""

    @property
    def netuid(self) -> int: ...


C = TypeVar("C", bound=NamesSubnet)
StepOf = Callable[[Tx, Origin, C], None]
"""One step of such a call: a check, or what it does."""

Step = Callable[[Tx, Origin, SudoSet], None]
"""One step of a call that sets a hyperparameter."""


def in_order(*steps: StepOf[C]) -> StepOf[C]:
    """A handler that decides a call by these steps. Raises: what they raise, in their order."""

    def decide(tx: Tx, origin: Origin, call: C) -> None:
        for step in steps:
            step(tx, origin, call)

    return decide


# --------------------------------------------------------------------------------------------------------------- checks


def by_root(_tx: Tx, origin: Origin, _call: NamesSubnet) -> None:
    """Only for privileged calls. Raises: BadOrigin."""
    ensure_root(origin)


def by_owner(tx: Tx, origin: Origin, call: NamesSubnet) -> None:
    """Only for the subnet's owner or privileged calls. Raises: BadOrigin."""
    ensure_subnet_owner_or_root(tx, origin, call.netuid)


def by_owner_alone(tx: Tx, origin: Origin, call: NamesSubnet) -> None:
    """Only for the subnet's owner, not for privileged calls. Raises: BadOrigin."""
    ensure_subnet_owner(tx, origin, call.netuid)


def of_a_subnet(tx: Tx, _origin: Origin, call: NamesSubnet) -> None:
    """The subnet must exist. Raises: SubnetDoesNotExist."""
    if not subnet_exists(tx.storage, call.netuid):
        raise SubnetDoesNotExist(netuid=call.netuid)


def not_of_root(_tx: Tx, _origin: Origin, call: NamesSubnet) -> None:
    """Not permitted on the root network. Raises: NotPermittedOnRootSubnet."""
    if call.netuid == ROOT:
        raise NotPermittedOnRootSubnet(netuid=ROOT)


def before_the_freeze(tx: Tx, _origin: Origin, call: NamesSubnet) -> None:
    """The subnet's epoch must not be near. Raises: AdminActionProhibitedDuringWeightsWindow.

    Source: subtensor utils/misc.rs::ensure_admin_window_open, spec_version 424.
    """
    if tx.rules.parameters_are_frozen(tx, call.netuid):
        window = tx.storage.admin_freeze_window.value
        raise AdminActionProhibitedDuringWeightsWindow(netuid=call.netuid, window=window)


def not_too_soon(limit: OwnerLimit) -> StepOf[NamesSubnet]:
    """A rate limit for owners; privileged calls pass. Raises: TxRateLimitExceeded."""

    def check(tx: Tx, origin: Origin, call: NamesSubnet) -> None:
        if origin is not None:
            ensure_not_too_soon(tx, limit, origin, call.netuid)

    return check


# --------------------------------------------------------------------------------------------------------- what is done


def noted(limit: OwnerLimit) -> StepOf[NamesSubnet]:
    """Note an owner's call for its rate limit."""

    def step(tx: Tx, origin: Origin, call: NamesSubnet) -> None:
        if origin is not None:
            note(tx, limit, origin, call.netuid)

    return step


def put(tx: Tx, _origin: Origin, call: SudoSet) -> None:
    """Set the hyperparameter. Raises: what the runtime's setter raises."""
    set_parameter(tx, call.name, call.netuid, call.value)


# --------------------------------------------------------------------------------------- the beginning of owners' calls


def owners_320(limit: OwnerLimit, *steps: StepOf[C]) -> tuple[StepOf[C], ...]:
    """The steps of a rate-limited owner's call, followed by its own.

    Source: subtensor utils/misc.rs::ensure_sn_owner_or_root_with_limits, spec_version 320.
    """
    return by_owner, before_the_freeze, not_too_soon(limit), *steps, noted(limit)


def owners_361(limit: OwnerLimit, *steps: StepOf[C]) -> tuple[StepOf[C], ...]:
    """As before, but the limit is checked before the freeze.

    Source: subtensor utils/misc.rs::ensure_sn_owner_or_root_with_limits, ensure_admin_window_open, spec_version 424.
    """
    return by_owner, not_too_soon(limit), before_the_freeze, *steps, noted(limit)
