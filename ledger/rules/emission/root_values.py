"""The root network before alpha: a block's emission is divided among subnets by the stake and the weights of its members.

Numbers are I64F64 raw bits. Source: subtensor root.rs::root_epoch, spec_versions 143 (a625834ea) and 185 (41f9d2524).
"""

from collections.abc import Callable, Sequence

from neuron_ledger.events.wire.rows import pairs
from neuron_ledger.ledger.errors import CannotGoOn
from neuron_ledger.ledger.rules.emission.coinbase import look_up_block_emission
from neuron_ledger.ledger.rules.epoch.steps import normalize_64, proportion
from neuron_ledger.ledger.rules.epoch.tempo import should_run_epoch
from neuron_ledger.ledger.rules.netuids import ROOT, hotkeys_by_uid, in_key_order, known_netuids
from neuron_ledger.ledger.rules.numbers.decay import exp_64
from neuron_ledger.ledger.rules.numbers.fixed import I32F32, I64F64
from neuron_ledger.ledger.runtime import Tx
from neuron_ledger.projections.storage import Storage

Matrix = Sequence[Sequence[int]]

# ------------------------------------------------------------------------------------------------------ pure rules


def emission_values(stakes: Sequence[int], weights: Matrix, kappa: int, rho: int, block_emission: int) -> list[int] | None:
    """What each subnet gets of a block's emission, rao; None where nothing is staked.

    stakes: of the members, as shares of all. weights: one row per member, one column per subnet. kappa: u16 proportion; rho:
    integer.
    Raises: CannotGoOn where the chain's own code panics: its exponential overflows.
    """
    mul, total = I64F64.saturating_mul, sum(stakes)
    if total == 0:
        return None
    worth = []
    for column in zip(*weights, strict=True):
        rank = sum(mul(weight, stake) for weight, stake in zip(column, stakes, strict=True))
        trust = sum(stake for weight, stake in zip(column, stakes, strict=True) if weight > 0)
        worth.append(mul(_consensus(I64F64.safe_div(trust, total), kappa, rho), rank))
    return [I64F64.to_int(mul(share, I64F64.from_int(block_emission))) for share in normalize_64(worth)]


def _consensus(trust: int, kappa: int, rho: int) -> int:
    """1 / (1 + e^(-rho * (trust - kappa)))."""
    threshold = I64F64.from_fixed(proportion(kappa), I32F32)
    power = exp_64(-I64F64.saturating_mul(trust - threshold, I64F64.from_int(rho)))
    if power is None:
        raise CannotGoOn(f"the root network's rho of {rho} makes its epoch overflow")
    return I64F64.saturating_div(I64F64.one, I64F64.one + power)


def rows_as_shares(rows: Matrix) -> list[list[int]]:
    """Each row divided by its sum, except rows with a sum of 0."""
    return [normalize_64(row) for row in rows]


# ------------------------------------------------------------------------------------------------------ on storage


def run_root_epoch_143(tx: Tx) -> None:
    """In the block of its epoch, let the root network set what each subnet gets of every block from now on; weights count as
    stored."""
    _run_root_epoch(tx, _stakes_by_uid, lambda rows: rows, lambda: tx.storage.block_emission.value)


def run_root_epoch_146(tx: Tx) -> None:
    """The same; the block's emission halves as issuance grows."""
    _run_root_epoch(tx, _stakes_by_uid, lambda rows: rows, lambda: _halved(tx))


def run_root_epoch_149(tx: Tx) -> None:
    """The same; stakes are in the order of the chain's keys, which is not that of the uids where there are more than 256
    members."""
    _run_root_epoch(tx, _stakes_in_key_order, lambda rows: rows, lambda: _halved(tx))


def run_root_epoch_151(tx: Tx) -> None:
    """The same; a member's weights are normalised. Also at 185."""
    _run_root_epoch(tx, _stakes_in_key_order, rows_as_shares, lambda: _halved(tx))


def _halved(tx: Tx) -> int:
    return look_up_block_emission(tx.storage, tx.storage.total_issuance.value)


def _run_root_epoch(
    tx: Tx, stakes: Callable[[Storage], list[int]], counted: Callable[[Matrix], Matrix], block_emission: Callable[[], int]
) -> None:
    storage, netuids = tx.storage, known_netuids(tx.storage)
    members = storage.subnetwork_n[ROOT]
    if not should_run_epoch(ROOT, storage.tempo[ROOT], tx.block) or not members or not netuids:
        return
    brought = block_emission()
    shares, weights = normalize_64(stakes(storage)), counted(_weights(storage, members, netuids))
    values = emission_values(shares, weights, storage.kappa[ROOT], storage.rho[ROOT], brought)
    is_whole = len(netuids) == storage.total_networks.value and all(map(storage.networks_added.get, netuids))
    if values is not None and is_whole:
        for netuid, value in zip(netuids, values, strict=True):
            storage.emission_values[netuid] = value


def _stakes_by_uid(storage: Storage) -> list[int]:
    staked = storage.total_hotkey_stake
    return [0 if hotkey is None else I64F64.from_int(staked[hotkey]) for hotkey in hotkeys_by_uid(storage, ROOT)]


def _stakes_in_key_order(storage: Storage) -> list[int]:
    staked = _stakes_by_uid(storage)
    return [staked[uid] for uid in in_key_order(range(len(staked)))]


def _weights(storage: Storage, members: int, netuids: Sequence[int]) -> list[list[int]]:
    """Members' weights, one row per uid: 0 for subnets that they do not name; the last value counts where one is named twice."""
    wanted = [dict(pairs(storage.weights[ROOT, uid])) for uid in range(members)]
    return [[I64F64.from_int(row.get(netuid, 0)) for netuid in netuids] for row in wanted]
