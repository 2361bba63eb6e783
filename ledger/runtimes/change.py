"""How a runtime is made from the one before it: rules in a tuple are replaced, added or left out; a missing one is an error."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from attrs import evolve

from neuron_ledger.events.wire.record import Call
from neuron_ledger.ledger.runtime import CallTable, EpochStep, Runtime

F = TypeVar("F")

Step = Callable[[Runtime], Runtime]
"""Makes a runtime from the one before it."""


def instead(functions: tuple[F, ...], replacements: Mapping[F, F]) -> tuple[F, ...]:
    """The same functions in the same order, with others in place of some. Raises: ValueError where one is not among them."""
    strangers = [function for function in replacements if function not in functions]
    if strangers:
        raise ValueError(f"not among the functions: {strangers}")
    return tuple(replacements.get(function, function) for function in functions)


def inserted(functions: tuple[F, ...], after: F, *more: F) -> tuple[F, ...]:
    """The same functions in the same order, with more after one of them. Raises: ValueError where it is not among them."""
    place = functions.index(after) + 1
    return (*functions[:place], *more, *functions[place:])


def inserted_before(functions: tuple[F, ...], place: F, *more: F) -> tuple[F, ...]:
    """The same functions in the same order, with more before one of them. Raises: ValueError where it is not among them."""
    if place not in functions:
        raise ValueError(f"not among the functions: {place}")
    number = functions.index(place)
    return (*functions[:number], *more, *functions[number:])


def without(functions: tuple[F, ...], *left_out: F) -> tuple[F, ...]:
    """The same functions without some. Raises: ValueError where one is not among them."""
    strangers = [function for function in left_out if function not in functions]
    if strangers:
        raise ValueError(f"not among the functions: {strangers}")
    return tuple(function for function in functions if function not in left_out)


def calls_without(calls: CallTable, *gone: Iterable[type[Call]]) -> CallTable:
    """The same calls without some, such as those of whole tables. Raises: ValueError where one is not among them."""
    left_out = {call for table in gone for call in table}
    strangers = left_out - calls.keys()
    if strangers:
        raise ValueError(f"not among the calls: {sorted(call.tag for call in strangers)}")
    return {call: handler for call, handler in calls.items() if call not in left_out}


def composed(first: Runtime, steps: Mapping[int, Step], spec_versions: Sequence[int]) -> tuple[Runtime, ...]:
    """The first runtime and those that follow it, each of them the sum of the steps up to it.

    A spec_version without a step of its own has the rules of the one before it.
    Raises: ValueError for a step to a spec_version that is not among those that follow.
    """
    if strays := [number for number in steps if number not in spec_versions]:
        raise ValueError(f"steps to spec_versions that are not on the timeline: {strays}; let its range reach them")
    runtimes = [first]
    for number in spec_versions:
        before = evolve(runtimes[-1], spec_version=number, migrations=())
        runtimes.append(steps[number](before) if number in steps else before)
    return tuple(runtimes)


def with_steps(steps: tuple[EpochStep, ...], replacements: Mapping[str, Callable[[Any], None]]) -> tuple[EpochStep, ...]:
    """The same steps of an epoch in the same order, with other functions for the named ones.

    Raises: ValueError for an unknown name.
    """
    strangers = replacements.keys() - {step.name for step in steps}
    if strangers:
        raise ValueError(f"no steps of an epoch: {', '.join(sorted(strangers))}")
    return tuple(EpochStep(step.name, replacements.get(step.name, step.run)) for step in steps)


def without_steps(steps: tuple[EpochStep, ...], *names: str) -> tuple[EpochStep, ...]:
    """The same steps of an epoch in the same order, without the named ones. Raises: ValueError for an unknown name."""
    strangers = set(names) - {step.name for step in steps}
    if strangers:
        raise ValueError(f"no steps of an epoch: {', '.join(sorted(strangers))}")
    return tuple(step for step in steps if step.name not in names)
