"""Who gets what of a block's alpha in the draft of alpha: parents, delegates, those who staked there, and those on root.

Each dividend is split by the hotkey's stake at that moment, which includes what was already handed out. Root's parts are sold at
the end, and the proceeds are staked on root.
Source: subtensor coinbase/run_coinbase.rs::run_coinbase, get_parent_dividends, spec_version 218 of the draft (commit 1629c559b).
"""

from collections import defaultdict
from collections.abc import Iterable

from neuron_ledger.ledger.rules.netuids import ROOT
from neuron_ledger.ledger.rules.numbers import u96f32
from neuron_ledger.ledger.rules.numbers.fixed import I96F32
from neuron_ledger.ledger.rules.numbers.saturating import add_u64, sub_u64
from neuron_ledger.ledger.rules.stake.whole_shares import increase_218_draft, increase_for_all_218_draft
from neuron_ledger.ledger.runtime import HotkeyEmission, Tx
from neuron_ledger.projections.storage import Storage


def hand_out_218_draft(tx: Tx, netuid: int, emission: Iterable[HotkeyEmission]) -> None:
    """Hand out an epoch's emission, hotkey by hotkey; the earlier notes of dividends are cleared."""
    storage = tx.storage
    for of in storage.hotkey_dividends_per_subnet.under(netuid):
        storage.hotkey_dividends_per_subnet.remove(of)
    for_root: dict[bytes, int] = defaultdict(int)
    for hotkey, incentive, dividends in emission:
        _stake_for_owner(storage, hotkey, netuid, incentive)
        for earner, part in parent_dividends_218_draft(storage, hotkey, netuid, dividends):
            for_root[earner] = add_u64(for_root[earner], _pay(storage, hotkey, earner, netuid, part))
    _pay_root(tx, netuid, for_root)


def _pay(storage: Storage, hotkey: bytes, earner: bytes, netuid: int, dividend: int) -> int:
    """Pay what a hotkey or a parent of it earned: its own take, and the part of those who staked alpha. Returns: root's part.

    The rest is split by the hotkey's stake, not by the earner's.
    """
    take = I96F32.saturating_mul(u96f32.of_u16_max(storage.delegates[earner]), I96F32.from_int(dividend))
    rest = I96F32.saturating_sub(I96F32.from_int(dividend), take)
    _stake_for_owner(storage, earner, netuid, I96F32.to_wrapped_int(take))
    weight = u96f32.of_u64_max(storage.tao_weight_on_subnet[netuid])
    tao = I96F32.saturating_mul(I96F32.from_int(storage.total_hotkey_alpha[hotkey, ROOT]), weight)
    alpha = I96F32.from_int(storage.total_hotkey_alpha[hotkey, netuid])
    together = I96F32.saturating_add(alpha, tao)
    for_alpha, for_root = (
        I96F32.to_wrapped_int(I96F32.saturating_mul(rest, I96F32.safe_div(stake, together))) for stake in (alpha, tao)
    )
    increase_for_all_218_draft(storage, earner, netuid, for_alpha)
    _comes_out(storage, netuid, for_alpha)
    noted = storage.hotkey_dividends_per_subnet
    noted[netuid, earner] = add_u64(noted[netuid, earner], dividend)
    return for_root


def _pay_root(tx: Tx, netuid: int, for_root: dict[bytes, int]) -> None:
    """Sell root's parts all together, and distribute the proceeds among those who stake on root with the same hotkeys."""
    total = 0
    for part in for_root.values():
        total = add_u64(total, part)
    tao = I96F32.from_int(tx.rules.pool.sell(tx, netuid, total))
    for hotkey, part in sorted(for_root.items()):
        share = I96F32.safe_div(I96F32.from_int(part), I96F32.from_int(total))
        increase_for_all_218_draft(tx.storage, hotkey, ROOT, I96F32.to_wrapped_int(I96F32.saturating_mul(share, tao)))


def _stake_for_owner(storage: Storage, hotkey: bytes, netuid: int, amount: int) -> None:
    """Stake alpha for the hotkey's owner."""
    increase_218_draft(storage, hotkey, storage.owner[hotkey], netuid, amount)
    _comes_out(storage, netuid, amount)


def _comes_out(storage: Storage, netuid: int, amount: int) -> None:
    """Increase a subnet's alpha out."""
    storage.subnet_alpha_out[netuid] = add_u64(storage.subnet_alpha_out[netuid], amount)


def parent_dividends_218_draft(storage: Storage, hotkey: bytes, netuid: int, dividends: int) -> list[tuple[bytes, int]]:
    """(earner, part) of a hotkey's dividends: each parent by what it adds to the hotkey's stake, less the hotkey's take; last the
    hotkey itself, with the rest. The hotkey's own stake does not count in this.

    Source: run_coinbase.rs::get_parent_dividends.
    """
    weight, stake = u96f32.of_u64_max(storage.tao_weight_on_subnet[netuid]), storage.total_hotkey_alpha
    take_rate = u96f32.of_u16_max(storage.childkey_take[hotkey, netuid])
    added: list[tuple[bytes, int]] = []
    for proportion, parent in storage.parent_keys[hotkey, netuid]:
        part = u96f32.of_u64_max(proportion)
        alpha = I96F32.saturating_mul(I96F32.from_int(stake[parent, netuid]), part)
        tao = I96F32.saturating_mul(I96F32.saturating_mul(I96F32.from_int(stake[parent, ROOT]), part), weight)
        added.append((parent, I96F32.saturating_add(alpha, tao)))
    total = I96F32.saturate(sum(bits for _, bits in added))
    parts: list[tuple[bytes, int]] = []
    left = dividends
    for parent, bits in added:
        earned = I96F32.to_wrapped_int(I96F32.saturating_mul(I96F32.from_int(dividends), I96F32.safe_div(bits, total)))
        earned = sub_u64(earned, I96F32.to_wrapped_int(I96F32.saturating_mul(take_rate, I96F32.from_int(earned))))
        parts.append((parent, earned))
        left = sub_u64(left, earned)
    return [*parts, (hotkey, left)]
