"""Epochs on storage before alpha: stake is TAO on a hotkey, the same on every subnet.

Source: subtensor epoch.rs::epoch, spec_versions 103 (c88a37247), 143 (a625834ea) and 185 (41f9d2524).
"""

from collections.abc import Mapping
from typing import Any, Final

from attrs import evolve

from neuron_ledger.ledger.rules.epoch.run import fields_at_all_times, run_mechanism, seats_in_key_order
from neuron_ledger.ledger.rules.epoch.values import EpochInput
from neuron_ledger.ledger.rules.netuids import hotkeys_by_uid
from neuron_ledger.ledger.rules.numbers.fixed import I64F64
from neuron_ledger.ledger.rules.tao_stake.lent import staked_on_subnet_195
from neuron_ledger.ledger.runtime import HotkeyEmission, Tx

NOTHING_LATER: Final[Mapping[str, Any]] = {
    "stake_threshold": 0,
    "bonds_penalty": 0,
    "yuma3": False,
    "liquid_alpha": False,
    "alpha_low": 0,
    "alpha_high": 0,
    "alpha_sigmoid_steepness": 0,
    "owner_uid": None,
}
"""The inputs of an epoch that were introduced later: all absent."""


def read_epoch(tx: Tx, netuid: int, mechanism: int, emission: int) -> EpochInput:
    """Everything that the epoch of a subnet reads from storage."""
    staked, hotkeys = tx.storage.total_hotkey_stake, hotkeys_by_uid(tx.storage, netuid)
    return EpochInput(
        **fields_at_all_times(tx, netuid, mechanism, emission),
        total_stake_bits=tuple([0 if hotkey is None else I64F64.from_int(staked[hotkey]) for hotkey in hotkeys]),
        **NOTHING_LATER,
    )


def read_epoch_154(tx: Tx, netuid: int, mechanism: int, emission: int) -> EpochInput:
    """The same, with liquid alpha. Source: subtensor epoch.rs::epoch, spec_version 154."""
    storage = tx.storage
    low, high = storage.alpha_values[netuid]
    given = read_epoch(tx, netuid, mechanism, emission)
    return evolve(given, liquid_alpha=storage.liquid_alpha_on[netuid], alpha_low=low, alpha_high=high)


def read_epoch_195(tx: Tx, netuid: int, mechanism: int, emission: int) -> EpochInput:
    """The same; stake is lent to children on the subnet, and borrowed from parents.

    Source: subtensor epoch/run_epoch.rs::epoch, spec_version 195.
    """
    storage, hotkeys = tx.storage, hotkeys_by_uid(tx.storage, netuid)
    stakes = [0 if hotkey is None else staked_on_subnet_195(storage, hotkey, netuid) for hotkey in hotkeys]
    given = read_epoch_154(tx, netuid, mechanism, emission)
    return evolve(given, total_stake_bits=tuple(map(I64F64.from_int, stakes)))


def run_epoch_103(tx: Tx, netuid: int, emission: int) -> list[HotkeyEmission]:
    """Run the subnet's epoch, and record its results. A hotkey has one emission, as miner and validator together.

    Returns: (hotkey, that emission, 0) for each uid, in the chain's order of uids. Raises: CannotGoOn, as `run_mechanism`.
    """
    result = run_mechanism(tx, netuid, 0, emission)
    return [(hotkey, result.emission[uid], 0) for uid, hotkey in seats_in_key_order(tx, netuid)]
