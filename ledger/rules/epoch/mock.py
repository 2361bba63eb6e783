"""The epoch of the draft of alpha: no consensus at all; stake earns, whatever the weights are.

Source: subtensor epoch/run_epoch.rs::epoch_mock, staking/stake_utils.rs::get_stake_weights_for_network, spec_version 218 of the
draft (commit 1629c559b).
"""

from neuron_ledger.events.consensus import EpochCompleted
from neuron_ledger.ledger.rules.epoch.run import seats_in_key_order
from neuron_ledger.ledger.rules.epoch.steps import normalize_64
from neuron_ledger.ledger.rules.netuids import ROOT, known_netuids
from neuron_ledger.ledger.rules.numbers.fixed import I32F32, I64F64, I96F32, U16_MAX
from neuron_ledger.ledger.rules.numbers.u96f32 import of_u64_max
from neuron_ledger.ledger.rules.stake.combined import combined_stake, inherited_stake
from neuron_ledger.ledger.runtime import HotkeyEmission, Tx
from neuron_ledger.projections.storage import Storage


def due_epochs_218_draft(tx: Tx) -> tuple[int, ...]:
    """All subnets, including the root network: there are no tempos."""
    return tuple(known_netuids(tx.storage))


def run_epoch_218_draft(tx: Tx, netuid: int, emission: int) -> list[HotkeyEmission]:
    """Split an emission of alpha by stake, and record the shares. All neurons are active and have a permit; everything else is 0.

    Returns: (hotkey, 0, what it earned as a validator) for each uid, in the chain's order.
    """
    n, seats = tx.storage.subnetwork_n[netuid], seats_in_key_order(tx, netuid)
    stakes = [0] * n
    for uid, hotkey in seats:
        stakes[uid] = stake_weight_218_draft(tx.storage, hotkey, netuid)
    shares = [I32F32.from_fixed(bits, I64F64) for bits in normalize_64(stakes)]
    scores = tuple([I32F32.saturating_mul(share, I32F32.from_int(U16_MAX)) >> I32F32.fraction & U16_MAX for share in shares])
    earned = tuple([I96F32.to_wrapped_int(share * I96F32.from_int(emission) >> I96F32.fraction) for share in shares])
    nothing = (0,) * n
    vectors = {
        "Active": (True,) * n,
        "Rank": nothing,
        "Trust": nothing,
        "Consensus": nothing,
        "Incentive": nothing,
        "Dividends": nothing,
        "PruningScores": scores,
        "ValidatorTrust": nothing,
        "StakeWeight": scores,
        "ValidatorPermit": (True,) * n,
        "Emission": earned,
    }
    tx.emit(EpochCompleted(netuid=netuid, vectors=tuple(vectors.items()), bonds=()))
    return [(hotkey, 0, earned[uid]) for uid, hotkey in seats]


def stake_weight_218_draft(storage: Storage, hotkey: bytes, netuid: int) -> int:
    """The stake with which a hotkey enters a subnet's epoch, I64F64: alpha, and weighted TAO on root, for which the links on
    root count."""
    weight = of_u64_max(storage.tao_weight_on_subnet[netuid])
    return combined_stake(inherited_218_draft(storage, hotkey, netuid), inherited_218_draft(storage, hotkey, ROOT), weight)


def inherited_218_draft(storage: Storage, hotkey: bytes, netuid: int) -> int:
    """The stake on a hotkey of a subnet, less its children's parts, plus its parts of its parents' stake.

    Source: staking/stake_utils.rs::get_inherited_for_hotkey_on_subnet.
    """
    stake, of_hotkey = storage.total_hotkey_alpha, (hotkey, netuid)
    given = [proportion for proportion, _ in storage.child_keys[of_hotkey]]
    received = [(proportion, stake[parent, netuid]) for proportion, parent in storage.parent_keys[of_hotkey]]
    return inherited_stake(stake[of_hotkey], given, received)
