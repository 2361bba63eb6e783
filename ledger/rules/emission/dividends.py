"""Who earns what of a subnet's pending emission: miners' incentives, validators' dividends in alpha and in TAO.

Amounts are u64 unless stated otherwise; "bits" are U96F32. Maps are walked in the order of the accounts' bytes.
"""

from collections.abc import Iterable, Mapping

from attrs import frozen

from neuron_ledger.events.storage.items import LINKS
from neuron_ledger.ledger.rules.netuids import ROOT
from neuron_ledger.ledger.rules.numbers import u96f32
from neuron_ledger.ledger.rules.numbers.fixed import U64_MAX
from neuron_ledger.ledger.rules.numbers.saturating import add_u64, sub_u64
from neuron_ledger.ledger.rules.stake.alpha import recycle_subnet_alpha
from neuron_ledger.ledger.rules.stake.childkey_takes import childkey_take
from neuron_ledger.ledger.rules.stake.positions import get_stake_for_hotkey_on_subnet, get_tao_weight
from neuron_ledger.ledger.runtime import HotkeyEmission, Tx


@frozen
class Distribution:
    """What hotkeys earn. stake_map: (alpha, TAO on root) that splits a dividend; the last two in U96F32.

    root_dividends: the earnings of those who stake on root; rao until spec_version 334, alpha since.
    """

    incentives: Mapping[bytes, int]
    dividends: Mapping[bytes, int]
    stake_map: Mapping[bytes, tuple[int, int]]
    pending_validator_alpha: int
    alpha_dividends: Mapping[bytes, int]
    root_dividends: Mapping[bytes, int]


def distribution(
    tx: Tx, netuid: int, pending_alpha: int, pending_tao: int, pending_swapped: int, emission: Iterable[HotkeyEmission]
) -> Distribution:
    """Split what is pending by an epoch's emission.

    pending_alpha: what is left of the alpha after `pending_swapped` of it was sold for `pending_tao`.
    Source: subtensor coinbase/run_coinbase.rs::drain_pending_emission, spec_version 277.
    """
    emission = list(emission)
    validator_alpha = pending_validator_alpha(pending_alpha, pending_swapped, emission)
    return split_by_epoch(tx, netuid, validator_alpha, pending_tao, emission)


def split_by_epoch(tx: Tx, netuid: int, validator_alpha: int, for_root: int, emission: list[HotkeyEmission]) -> Distribution:
    """Split alpha for validators, and what is for root, by an epoch's emission.

    Source: subtensor coinbase/run_coinbase.rs::calculate_dividend_and_incentive_distribution, spec_version 277.
    """
    incentives, dividends = calculate_dividends_and_incentives(tx, netuid, emission)
    stake = tx.storage.total_hotkey_alpha.get
    stake_map = {hotkey: (stake((hotkey, netuid), 0), stake((hotkey, ROOT), 0)) for hotkey in dividends}
    alpha_dividends, root_dividends = calculate_dividend_distribution(
        validator_alpha, for_root, get_tao_weight(tx.storage), stake_map, dividends
    )
    return Distribution(incentives, dividends, stake_map, validator_alpha, alpha_dividends, root_dividends)


def pending_validator_alpha(pending_alpha: int, pending_swapped: int, emission: list[HotkeyEmission]) -> int:
    """The alpha for validators: half of everything, less what was sold for root; all of the rest if no miner earns."""
    if sum(incentive for _, incentive, _ in emission) & U64_MAX == 0:
        return pending_alpha
    half = add_u64(pending_alpha, pending_swapped) // 2
    return sub_u64(half, pending_swapped)


def calculate_dividends_and_incentives(
    tx: Tx, netuid: int, emission: list[HotkeyEmission]
) -> tuple[dict[bytes, int], dict[bytes, int]]:
    """Incentives by hotkey, and dividend bits by hotkey after parents got their part of their children's earnings.

    Source: subtensor coinbase/run_coinbase.rs::calculate_dividends_and_incentives, spec_version 277.
    """
    incentives: dict[bytes, int] = {}
    dividends: dict[bytes, int] = {}
    parents = tx.storage.parent_keys.values_of([(hotkey, netuid) for hotkey, _, _ in emission])
    for (hotkey, incentive, dividend), has_parents in zip(emission, parents, strict=True):
        incentives[hotkey] = add_u64(incentives.get(hotkey, 0), incentive)
        if not has_parents:
            dividends[hotkey] = u96f32.add(dividends.get(hotkey, 0), dividend << u96f32.FRACTION)
            continue
        for earner, part in tx.rules.share_with_parents(tx, hotkey, netuid, dividend):
            dividends[earner] = u96f32.add(dividends.get(earner, 0), part << u96f32.FRACTION)
    return _by_account(incentives), _by_account(dividends)


def get_parent_child_dividends_distribution(tx: Tx, hotkey: bytes, netuid: int, dividends: int) -> list[tuple[bytes, int]]:
    """What each parent gets of a hotkey's dividends, and, last, what the hotkey keeps: its own part and its take from the
    parents'.

    Parents count by what they contribute to the hotkey's stake. A parent of the same coldkey pays no take. A part of what another
    parent gets may be recycled (`Runtime.childkey_burn`).
    Source: subtensor coinbase/run_coinbase.rs::get_parent_child_dividends_distribution, spec_version 277.
    """
    storage = tx.storage
    parents = storage.parent_keys[hotkey, netuid]
    if not parents:
        return [(hotkey, dividends)]
    emission = dividends << u96f32.FRACTION
    take_rate = u96f32.of_u16_max(childkey_take(tx, hotkey, netuid))
    burn_rate = tx.rules.childkey_burn(tx)
    contributions, total = contributions_of(tx, hotkey, netuid, parents)
    left, takes = emission, 0
    parts: list[tuple[bytes, int]] = []
    for parent, contribution in contributions:
        part = u96f32.mul(emission, u96f32.safe_div(contribution, total))
        left = u96f32.sub(left, part)
        take = burned = 0
        if storage.owner[parent] != storage.owner[hotkey]:
            take, burned = u96f32.mul(take_rate, part), u96f32.mul(burn_rate, part)
            recycle_subnet_alpha(tx, netuid, u96f32.whole(burned))
        takes = u96f32.add(takes, take)
        parts.append((parent, u96f32.whole(u96f32.sub(u96f32.sub(part, burned), take))))
    return [*parts, (hotkey, u96f32.whole(u96f32.add(left, takes)))]


def contributions_of(tx: Tx, hotkey: bytes, netuid: int, parents: LINKS) -> tuple[list[tuple[bytes, int]], int]:
    """(parent, its contribution to a hotkey's stake) for each parent, and the sum including the hotkey's own stake, in bits."""
    contributions = [(parent, _contribution(tx, parent, netuid, u96f32.of_u64_max(proportion))) for proportion, parent in parents]
    total = get_self_contribution(tx, hotkey, netuid) << u96f32.FRACTION
    for _, contribution in contributions:
        total = u96f32.add(total, contribution)
    return contributions, total


def nothing_is_burned(_: Tx) -> int:
    """Until spec_version 315 everything that a child does not take is its parent's."""
    return 0


def childkey_burn_315(tx: Tx) -> int:
    """The part of what a parent gets from a child of another coldkey that is recycled, U96F32."""
    return u96f32.of_u64_max(tx.storage.ck_burn.value)


def get_self_contribution(tx: Tx, hotkey: bytes, netuid: int) -> int:
    """The weight of a hotkey's own stake on a subnet without the part that it lends to children.

    Source: subtensor coinbase/run_coinbase.rs::get_self_contribution, spec_version 277.
    """
    kept = u96f32.ONE
    for proportion, _ in tx.storage.child_keys[hotkey, netuid]:
        kept = u96f32.sub(kept, u96f32.of_u64_max(proportion))
    return u96f32.whole(_contribution(tx, hotkey, netuid, kept))


def _contribution(tx: Tx, hotkey: bytes, netuid: int, proportion: int) -> int:
    """The weight of a proportion of a hotkey's stake, in bits: alpha, and TAO on root at TaoWeight."""
    alpha = get_stake_for_hotkey_on_subnet(tx, hotkey, netuid) << u96f32.FRACTION
    root = get_stake_for_hotkey_on_subnet(tx, hotkey, ROOT) << u96f32.FRACTION
    weighed = u96f32.mul(u96f32.mul(root, proportion), get_tao_weight(tx.storage))
    return u96f32.add(u96f32.mul(alpha, proportion), weighed)


def calculate_dividend_distribution(
    pending_alpha: int,
    pending_tao: int,
    tao_weight: int,
    stake_map: Mapping[bytes, tuple[int, int]],
    dividends: Mapping[bytes, int],
) -> tuple[dict[bytes, int], dict[bytes, int]]:
    """(alpha, TAO) dividends by hotkey, in bits: each dividend is split by stake, then the pending sums by the splits.

    Source: subtensor coinbase/run_coinbase.rs::calculate_dividend_distribution, spec_version 277.
    """
    by_alpha, by_root = by_what_is_staked(tao_weight, stake_map, dividends)
    return split_by(pending_alpha, by_alpha), split_by(pending_tao, by_root)


def by_what_is_staked(
    tao_weight: int, stake_map: Mapping[bytes, tuple[int, int]], dividends: Mapping[bytes, int]
) -> tuple[dict[bytes, int], dict[bytes, int]]:
    """The parts of each dividend earned by alpha, and by TAO on the root network; in bits."""
    by_root: dict[bytes, int] = {}
    by_alpha: dict[bytes, int] = {}
    for hotkey, dividend in dividends.items():
        if dividend == 0:
            by_root[hotkey] = by_alpha[hotkey] = 0
            continue
        alpha, root = stake_map[hotkey]
        weighed = u96f32.mul(root << u96f32.FRACTION, tao_weight)
        root_part = u96f32.safe_div(weighed, u96f32.add(alpha << u96f32.FRACTION, weighed))
        by_root[hotkey] = u96f32.mul(dividend, root_part)
        by_alpha[hotkey] = u96f32.sub(dividend, by_root[hotkey])
    return by_alpha, by_root


def split_by(amount: int, weights: Mapping[bytes, int]) -> dict[bytes, int]:
    """An amount (u64) split in proportion to weights; parts and weights in bits."""
    total, bits = min(sum(weights.values()), u96f32.MAX), amount << u96f32.FRACTION
    return {hotkey: u96f32.mul(bits, u96f32.safe_div(weight, total)) if weight else 0 for hotkey, weight in weights.items()}


def _by_account(amounts: dict[bytes, int]) -> dict[bytes, int]:
    return {hotkey: amounts[hotkey] for hotkey in sorted(amounts)}
