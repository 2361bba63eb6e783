"""What an Axon answers: one function for each synapse, and functions for blacklist, priority and verification."""

import asyncio
import inspect
from collections.abc import Callable
from functools import partial
from typing import Any, get_type_hints

from attrs import frozen

from neuron_ledger.events.wire.errors import FieldError
from neuron_ledger.replay.exchange.synapse import Synapse

Function = Callable[[Any], Any]
"""Takes a synapse; may be async."""


@frozen
class Endpoint:
    """One synapse that is answered.

    forward: returns the synapse with its answer, or a streaming response. blacklist: (whether it is refused, why). priority: the
    larger, the sooner. verify: raises if a request cannot be trusted; None for the usual check.
    """

    cls: type[Synapse]
    forward: Function
    blacklist: Function | None
    priority: Function | None
    verify: Function | None

    @classmethod
    def of(cls, forward: Function, blacklist: Function | None, priority: Function | None, verify: Function | None) -> "Endpoint":
        """An endpoint for the synapse that the first parameter of `forward` is annotated with. Raises: FieldError."""
        synapse = synapse_of(forward, "forward")
        for name, other in (("blacklist", blacklist), ("priority", priority), ("verify", verify)):
            if other is not None and not callable(other):
                raise FieldError(name, "a function of the synapse", other)
        return cls(synapse, forward, blacklist, priority, verify)


def synapse_of(function: Function, name: str) -> type[Synapse]:
    """The synapse that a function takes. Raises: FieldError if it has no annotation."""
    expected = "a function whose first parameter is annotated with a subclass of Synapse"
    try:
        parameters = list(inspect.signature(function).parameters.values())
        hints = get_type_hints(function if inspect.isroutine(function) else type(function).__call__)
    except (TypeError, NameError, ValueError) as error:
        raise FieldError(name, f"{expected} ({error})", function) from None
    found = hints.get(parameters[0].name) if parameters else None
    if not inspect.isclass(found) or not issubclass(found, Synapse):
        raise FieldError(name, expected, function)
    return found


async def called(function: Function, synapse: Any) -> Any:
    """A function's result. One that is not async runs in a thread, so that others are answered meanwhile."""
    if inspect.iscoroutinefunction(function):
        return await function(synapse)
    given = await asyncio.get_running_loop().run_in_executor(None, partial(function, synapse))
    return await given if inspect.isawaitable(given) else given


async def decided(function: Function, synapse: Any) -> Any:
    """The result of a deciding function: those are quick, and run at once."""
    given = function(synapse)
    return await given if inspect.isawaitable(given) else given
