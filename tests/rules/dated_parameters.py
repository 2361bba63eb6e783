"""Dated changes of hyperparameters. What lies between 277 and 424 is composed: no recorded cases prove it."""

from collections.abc import Callable

from neuron_ledger.events.calls import SetParam
from neuron_ledger.events.wire.record import Call
from neuron_ledger.ledger.decide import dispatch
from neuron_ledger.ledger.errors import ChainError
from neuron_ledger.ledger.runtime import Runtime, Tx
from tests.rules.dated_changes import Change, subnet


def refused(tx: Tx, signer: bytes | None, call: Call) -> str | None:
    """The name of the error that a call ends with; None where it is accepted."""
    try:
        dispatch(tx, signer, call)
    except ChainError as error:
        return tx.rules.error_name(error)
    return None


def setting(name: str, value: int) -> Callable[[Runtime], str | None]:
    """How the bare setter of a hyperparameter refuses a value; None where it takes it."""

    def behaviour(rules: Runtime) -> str | None:
        with subnet(rules) as tx:
            return refused(tx, None, SetParam(name, 1, value))

    return behaviour


def begins_a_cycle(rules: Runtime) -> bool:
    """Whether there is a setter of the tempo that begins the schedule anew."""
    return "tempo_reset" in rules.layout.hyperparameters


PARAMETERS: tuple[Change, ...] = (
    Change("no reveal period is too short", 306, setting("reveal_period", 0), None, "RevealPeriodTooSmall"),
    Change("no reveal period is too long", 306, setting("reveal_period", 101), None, "RevealPeriodTooLarge"),
    Change("subnets have mechanisms", 320, lambda rules: "mechanism_count" in rules.layout.hyperparameters, False, True),
    Change("uids of all mechanisms are counted", 385, setting("mechanism_count", 2), None, "TooManyUIDsPerMechanism"),
    Change("a tempo begins a new cycle", 423, begins_a_cycle, False, True),
)
