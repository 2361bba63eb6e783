"""Several mechanisms of one subnet: the emission is split among them, and the results of their epochs are combined."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from attrs import evolve

from neuron_ledger.events.consensus import MECHANISM_STRIDE
from neuron_ledger.ledger.rules.epoch.values import EpochResult
from neuron_ledger.ledger.rules.numbers.fixed import U16_MAX, U64_MAX, U64F64

V = TypeVar("V")


def storage_index_320(netuid: int, mechanism: int) -> int:
    """The key of per-mechanism items, a u16; the first mechanism's is the netuid.

    Source: subtensor subnets/mechanism.rs::get_mechanism_storage_index, spec_version 424.
    """
    return min(netuid + min(mechanism * MECHANISM_STRIDE, U16_MAX), U16_MAX)


def split_emissions(emission: int, mechanisms: int, split: Sequence[int] | None) -> tuple[int, ...]:
    """Each mechanism's part of an emission (u64); what rounding leaves over goes to the first.

    split: parts of 65535, of which the last may be missing; None: evenly.
    Source: subtensor subnets/mechanism.rs::split_emissions, spec_version 424.
    """
    if mechanisms == 0:
        return ()
    if split is None:
        parts = [emission // mechanisms] * mechanisms
    else:
        parts = [emission * part // U16_MAX for part in split[:mechanisms]]
        parts += [0] * (mechanisms - len(parts))
    parts[0] = min(parts[0] + max(emission - sum(parts), 0), U64_MAX)
    return tuple(parts)


def put_together(results: Sequence[EpochResult], emissions: Sequence[int], emission: int) -> EpochResult:
    """The subnet's own result, combined from those of its mechanisms.

    emissions: of each of them, emission: of all. If that is 0, only the first counts. Amounts are added up, flags are set if any
    is; proportions and the stored emission are summed in proportion to the emission, rounded down at every step.
    Incentive and bonds are the first mechanism's: each keeps its own.
    Source: subtensor subnets/mechanism.rs::epoch_with_mechanisms, spec_version 424.
    """
    if len(results) == 1:
        return results[0]
    if emission:
        shares = [U64F64.safe_div(U64F64.from_int(part), U64F64.from_int(emission)) for part in emissions]
    else:
        shares = [U64F64.one] + [0] * (len(emissions) - 1)
    return evolve(
        results[0],
        rank=_in_proportion(results, "rank", shares, U16_MAX),
        trust=_in_proportion(results, "trust", shares, U16_MAX),
        pruning_scores=_in_proportion(results, "pruning_scores", shares, U16_MAX),
        consensus=_in_proportion(results, "consensus", shares, U16_MAX),
        dividends=_in_proportion(results, "dividends", shares, U16_MAX),
        validator_trust=_in_proportion(results, "validator_trust", shares, U16_MAX),
        stake_weight=_in_proportion(results, "stake_weight", shares, U16_MAX),
        emission=_in_proportion(results, "emission", shares, U64_MAX),
        server_emission=_by_uid(results, "server_emission", _sum),
        validator_emission=_by_uid(results, "validator_emission", _sum),
        active=_by_uid(results, "active", any),
        validator_permit=_by_uid(results, "validator_permit", any),
    )


def _in_proportion(results: Sequence[EpochResult], name: str, shares: Sequence[int], most: int) -> tuple[int, ...]:
    """A vector summed over mechanisms, each weighted by its share (U64F64)."""

    def accumulated(values: tuple[int, ...]) -> int:
        total = 0
        for value, share in zip(values, shares, strict=True):
            total = min(total + (value * share >> U64F64.fraction), most)
        return total

    return _by_uid(results, name, accumulated)


def _by_uid(results: Sequence[EpochResult], name: str, of: Callable[[tuple[Any, ...]], V]) -> tuple[V, ...]:
    return tuple([of(values) for values in zip(*(getattr(result, name) for result in results), strict=True)])


def _sum(values: tuple[int, ...]) -> int:
    return min(sum(values), U64_MAX)
