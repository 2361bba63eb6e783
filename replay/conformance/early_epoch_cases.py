"""Checker of epochs recorded on chains before 277: states written into storage, one epoch run by the chain's own code.

The files have a format of their own: {meta: {spec_version, epoch_block, …}, cases: [{input, output}]}, without a kind.
"""

from collections.abc import Mapping
from typing import Any

from neuron_ledger.events.difference import Difference
from neuron_ledger.ledger.rules.epoch.early_run import NOTHING_LATER
from neuron_ledger.ledger.rules.epoch.early_steps import EARLY_EPOCHS
from neuron_ledger.ledger.rules.epoch.steps import run_epoch
from neuron_ledger.ledger.rules.epoch.values import EpochInput
from neuron_ledger.ledger.rules.numbers.fixed import I64F64
from neuron_ledger.replay.conformance.case import Case, Place, number, numbers
from neuron_ledger.replay.conformance.epoch_cases import VECTORS, compare_bonds, compare_vectors, packed_rows

KIND = "epochcases"
SCALARS = ("n", "kappa", "bonds_moving_average", "max_allowed_validators", "activity_cutoff")


def as_cases(content: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """A file of that format converted to one with a kind and a spec_version; None for any other."""
    meta = content.get("meta")
    if "kind" in content or not isinstance(meta, dict) or not {"spec_version", "epoch_block"} <= meta.keys():
        return None
    cases = content.get("cases")
    if not isinstance(cases, list) or not all(isinstance(case, dict) and {"input", "output"} <= case.keys() for case in cases):
        return None
    own = {name: meta[name] for name in ("spec_version", "epoch_block")}
    return {"kind": KIND, "spec_version": meta["spec_version"], "cases": [{**case, **own} for case in cases]}


def check_early_epoch(case: Case) -> Difference[Place] | None:
    """Every vector that the epoch writes, and the bonds in storage afterwards."""
    given, out = early_input(case), case["output"]
    result = run_epoch(given, steps=EARLY_EPOCHS[number(case["spec_version"])])
    recorded = {item: name for item, name in VECTORS.items() if item in out}
    return compare_vectors(out, result, recorded) or compare_bonds({"Bonds": enumerate(out["Bonds"])}, given, result)


def early_input(case: Case) -> EpochInput:
    """The input of an epoch from a case: the stake of each uid's hotkey, and nothing that was introduced later."""
    recorded = case["input"]
    scalars: dict[str, Any] = {name: number(recorded[name]) for name in SCALARS}
    return EpochInput(
        **scalars,
        block=number(case["epoch_block"]),
        tempo=0,
        last_update=tuple(numbers(recorded["last_update"])),
        block_at_registration=tuple(numbers(recorded["block_at_registration"])),
        total_stake_bits=tuple([stake << I64F64.fraction for stake in numbers(recorded["stake"])]),
        validator_permit=tuple([bool(permit) for permit in numbers(recorded["validator_permit"])]),
        weights=packed_rows(enumerate(recorded["weights"])),
        bonds=packed_rows(enumerate(recorded["bonds"])),
        rao_emission=number(recorded["pending_emission"]),
        **NOTHING_LATER,
    )
