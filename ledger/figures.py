"""What the rules of a runtime derive from storage, for views: inherited stake, prices, when an epoch is due.

Source: subtensor rpc_info/metagraph.rs, subnet_info.rs, runtime lib.rs (SwapRuntimeApi), spec_version 424.
"""

from typing import Final

from attrs import frozen

from neuron_ledger.ledger.rules.epoch.schedule import activity_cutoff_blocks, schedule_of
from neuron_ledger.ledger.rules.epoch.tempo import blocks_until_next_epoch
from neuron_ledger.ledger.rules.netuids import hotkeys_by_uid
from neuron_ledger.ledger.rules.numbers import u96f32
from neuron_ledger.ledger.rules.numbers.fixed import I64F64, U64_MAX, U64F64
from neuron_ledger.ledger.rules.stake.combined import combined_stake
from neuron_ledger.ledger.rules.stake.positions import get_tao_weight, stakes_in_parts
from neuron_ledger.ledger.rules.stake.weighted_swaps import alpha_price_283
from neuron_ledger.ledger.runtime import Runtime
from neuron_ledger.ledger.transaction import Transaction
from neuron_ledger.projections.storage import Storage
from neuron_ledger.projections.views.figures import StakeParts
from neuron_ledger.projections.views.subnet_info import has_item

RAO: Final = 1_000_000_000
I64F64_INTEGER_MAX: Final = 2**63 - 1


@frozen
class RuntimeFigures:
    """The figures of one runtime. No method changes storage."""

    rules: Runtime

    def stakes(self, storage: Storage, netuid: int) -> tuple[StakeParts, ...]:
        """By uid; a uid without a hotkey has none."""
        hotkeys, weight = hotkeys_by_uid(storage, netuid), get_tao_weight(storage)
        of_held = stakes_in_parts(storage, [hotkey for hotkey in hotkeys if hotkey is not None], netuid)
        parts = [(0, 0) if hotkey is None else next(of_held) for hotkey in hotkeys]
        return tuple(
            StakeParts(
                min(alpha, I64F64_INTEGER_MAX),
                min(tao, I64F64_INTEGER_MAX),
                max(combined_stake(alpha, tao, weight), 0) >> I64F64.fraction,
            )
            for alpha, tao in parts
        )

    def activity_cutoff(self, storage: Storage, netuid: int) -> int:
        """The number of blocks without an update after which a uid is no longer active."""
        if has_item(storage, "ActivityCutoffFactorMilli"):
            return activity_cutoff_blocks(storage.activity_cutoff_factor_milli[netuid], storage.tempo[netuid])
        return storage.activity_cutoff[netuid]

    def next_epoch_start_block(self, storage: Storage, netuid: int) -> int | None:
        """The block of the subnet's next epoch; None where it has none."""
        if has_item(storage, "LastEpochBlock"):
            return schedule_of(storage, netuid).next_epoch_start_block()
        left = blocks_until_next_epoch(netuid, storage.tempo[netuid], storage.block_number.value)
        return None if left == U64_MAX else storage.block_number.value + left

    def alpha_price(self, storage: Storage, netuid: int) -> int:
        """Rao per whole alpha."""
        return min(self.price(storage, netuid) * RAO >> U64F64.fraction, U64_MAX)

    def price(self, storage: Storage, netuid: int) -> int:
        """Rao per unit of alpha, U64F64."""
        tx = Transaction(storage, self.rules)
        if has_item(storage, "Swap.SwapBalancer"):
            return alpha_price_283(tx, netuid)
        return self.rules.pool.price(tx, netuid) << U64F64.fraction - u96f32.FRACTION
