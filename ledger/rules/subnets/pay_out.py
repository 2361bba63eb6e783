"""The pay-out to the stakers of a subnet that is removed, since spec_version 320: its pool's TAO in proportion to their stake.

The chain's own alpha (since 413) and the owner's locked TAO are taken into account.
Source: subtensor staking/remove_stake.rs::destroy_alpha_in_out_stakes, spec_versions 320 to 424.
"""

from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import partial

from attrs import evolve, frozen

from neuron_ledger.ledger.errors import ChainError
from neuron_ledger.ledger.rules.accounts.balances import add_balance
from neuron_ledger.ledger.rules.accounts.owners import account_order
from neuron_ledger.ledger.rules.accounts.tao import (
    keep_alive_balance,
    recycle_tao,
    subnet_account,
    transfer_tao,
    transfer_tao_from_subnet,
)
from neuron_ledger.ledger.rules.numbers.fixed import U96F32
from neuron_ledger.ledger.rules.numbers.saturating import add_u64, clamp_u64, sub_u64
from neuron_ledger.ledger.rules.stake.alpha import get_alpha_issuance
from neuron_ledger.ledger.runtime import SubnetStep, Tx

PROTOCOL = None
"""The owner of the chain's own part of a pool."""


@frozen
class Portion:
    """A part of a pool. coldkey: its owner (None: the chain). alpha: its weight. rest: its remainder after rounding down."""

    coldkey: bytes | None
    alpha: int
    tao: int = 0
    rest: int = 0


@frozen
class PayOut:
    """What runtimes do differently when a subnet is removed.

    hotkeys: (tx, netuid) → those searched for stake, in the chain's order. protocol_alpha: (tx, netuid) → the chain's
    own alpha. refund: (tx, netuid) → rao that the owner gets back. pay: (tx, netuid, coldkey, rao). give_back: (tx, netuid, rao
    for the owner, rao of the chain). cleared: the items of pools whose entries of the subnet are removed.
    """

    hotkeys: Callable[[Tx, int], Iterable[bytes]]
    protocol_alpha: Callable[[Tx, int], int]
    refund: Callable[[Tx, int], int]
    pay: Callable[[Tx, int, bytes, int], None]
    give_back: Callable[[Tx, int, int, int], None]
    cleared: tuple[str, ...]


def end_stakes(how: PayOut, tx: Tx, netuid: int) -> None:
    """Pay out the pool, remove all stake on the subnet, and pay the owner's refund."""
    storage = tx.storage
    refund, protocol_alpha = how.refund(tx, netuid), how.protocol_alpha(tx, netuid)
    holders = tx.rules.shares.holders(storage, netuid)
    hotkeys = list(how.hotkeys(tx, netuid))
    portions = [
        Portion(coldkey, alpha)
        for hotkey in hotkeys
        for coldkey, share in holders.get(hotkey, ())
        if (alpha := tx.rules.shares.value(storage, hotkey, coldkey, netuid) or share)
    ]
    if protocol_alpha:
        portions.append(Portion(PROTOCOL, protocol_alpha))
    pot = storage.subnet_tao[netuid]
    if pot:
        storage.subnet_tao.remove(netuid)
        storage.total_stake.value = sub_u64(storage.total_stake.value, pot)
    protocol_tao = 0
    for portion in shared_out(pot, portions):
        if portion.coldkey is PROTOCOL:
            protocol_tao = portion.tao
        elif portion.tao:
            how.pay(tx, netuid, portion.coldkey, portion.tao)
    _remove_stakes(tx, netuid, hotkeys, [(hotkey, coldkey) for hotkey in hotkeys for coldkey, _ in holders.get(hotkey, ())])
    for name in how.cleared:
        storage.map(name).remove(netuid)
    how.give_back(tx, netuid, refund, protocol_tao)


def shared_out(pot: int, portions: list[Portion]) -> list[Portion]:
    """The portions with their rao of a pot, by their alpha; what rounding leaves over goes, one rao each, to the largest
    remainders.

    If anything is left over, the portions are sorted by their remainders.
    """
    total = sum(portion.alpha for portion in portions)
    if not pot or not total:
        return []
    parts = [
        evolve(portion, tao=clamp_u64(pot * portion.alpha // total), rest=pot * portion.alpha % total) for portion in portions
    ]
    left = pot - sum(part.tao for part in parts)
    if left > 0:
        parts.sort(key=lambda part: -part.rest)
        parts[:left] = [evolve(part, tao=add_u64(part.tao, 1)) for part in parts[:left]]
    return parts


def _remove_stakes(tx: Tx, netuid: int, hotkeys: Iterable[bytes], shares: Iterable[tuple[bytes, bytes]]) -> None:
    storage = tx.storage
    for hotkey, coldkey in shares:
        for name in ("Alpha", "AlphaV2"):
            storage.map(name).remove((hotkey, coldkey, netuid))
    for hotkey in hotkeys:
        for name in ("TotalHotkeyAlpha", "TotalHotkeyShares", "TotalHotkeySharesV2"):
            storage.map(name).remove((hotkey, netuid))


# ---------------------------------------------------------------------------------------------------- whose stake


def hotkeys_with_shares_320(tx: Tx, netuid: int) -> list[bytes]:
    """Hotkeys of which a coldkey has a share."""
    return sorted(tx.rules.shares.holders(tx.storage, netuid), key=account_order)


def hotkeys_with_stake_365(tx: Tx, netuid: int) -> list[bytes]:
    """Hotkeys with stake, whether or not anybody has a share of it."""
    return sorted((hotkey for hotkey, subnet in tx.storage.total_hotkey_alpha if subnet == netuid), key=account_order)


def nothing(_: Tx, __: int) -> int:
    """Until spec_version 413 the pool's alpha, and what the chain bought, have no part in the pool's TAO."""
    return 0


def protocol_alpha_413(tx: Tx, netuid: int) -> int:
    """The pool's alpha and what the chain bought."""
    return add_u64(tx.storage.subnet_alpha_in[netuid], tx.storage.subnet_protocol_alpha[netuid])


def protocol_alpha_415(tx: Tx, netuid: int) -> int:
    """As before; for subnets that were registered before a certain block, only what the chain bought."""
    storage = tx.storage
    if storage.network_registered_at[netuid] > storage.tao_in_refund_deployment_block.value:
        return protocol_alpha_413(tx, netuid)
    return storage.subnet_protocol_alpha[netuid]


# ------------------------------------------------------------------------------------------------- the owner's part


def refund_320(tx: Tx, netuid: int) -> int:
    """What the owner locked, less the worth of the owner's cut of the last epoch."""
    storage = tx.storage
    alpha = _owners_part(tx, min(sum(storage.emission[netuid]), U96F32.greatest >> U96F32.fraction))
    sold = tx.rules.pool.sold(tx, netuid, alpha) if alpha else 0
    return sub_u64(storage.subnet_locked[netuid], _worth_now(tx, netuid, alpha) if sold is None else sold)


def refund_334(tx: Tx, netuid: int) -> int:
    """As before, only for subnets registered before the block from which registrations were accepted again; otherwise 0."""
    return refund_320(tx, netuid) if _is_old(tx, netuid) else 0


def refund_343(tx: Tx, netuid: int) -> int:
    """As before, less the worth of the owner's part of all alpha at the current price."""
    if not _is_old(tx, netuid):
        return 0
    earned = _worth_now(tx, netuid, _owners_part(tx, get_alpha_issuance(tx, netuid)))
    return sub_u64(tx.storage.subnet_locked[netuid], earned)


def _is_old(tx: Tx, netuid: int) -> bool:
    return tx.storage.network_registered_at[netuid] < tx.storage.network_registration_start_block.value


def _owners_part(tx: Tx, alpha: int) -> int:
    cut = U96F32.safe_div(tx.storage.subnet_owner_cut.value << U96F32.fraction, 65535 << U96F32.fraction)
    return U96F32.to_int(U96F32.saturating_mul(alpha << U96F32.fraction, cut))


def _worth_now(tx: Tx, netuid: int, alpha: int) -> int:
    return U96F32.to_int(U96F32.saturating_mul(alpha << U96F32.fraction, tx.rules.pool.price(tx, netuid)))


# -------------------------------------------------------------------------------------------------- how it is paid


def pay_320(tx: Tx, _: int, coldkey: bytes, tao: int) -> None:
    """Create the rao in the coldkey's account."""
    add_balance(tx, coldkey, tao)


def give_back_320(tx: Tx, netuid: int, refund: int, _: int) -> None:
    """Create the owner's refund in the owner's account."""
    if refund:
        add_balance(tx, tx.storage.subnet_owner[netuid], refund)


def pay_411(tx: Tx, netuid: int, coldkey: bytes, tao: int) -> None:
    """Move the rao from the subnet's account, if possible."""
    with suppress(ChainError):
        transfer_tao_from_subnet(tx, netuid, coldkey, tao)


def give_back_411(tx: Tx, netuid: int, refund: int, protocol_tao: int) -> None:
    """Move the owner's refund from what is left in the subnet's account without the chain's part, and recycle the rest.

    (The chain's note of what is recycled has no effect: it is removed with the subnet.)
    """
    account, owner = subnet_account(netuid), tx.storage.subnet_owner[netuid]
    if refund:
        most = sub_u64(tx.storage.balances[account], protocol_tao)
        with suppress(ChainError):
            transfer_tao(tx, account, owner, min(refund, most))
    with suppress(ChainError):
        recycle_tao(tx, account, keep_alive_balance(tx, account))


PAY_OUT_320 = PayOut(
    hotkeys=hotkeys_with_shares_320,
    protocol_alpha=nothing,
    refund=refund_320,
    pay=pay_320,
    give_back=give_back_320,
    cleared=("SubnetAlphaIn", "SubnetAlphaOut"),
)
PAY_OUT_334 = evolve(PAY_OUT_320, refund=refund_334)
PAY_OUT_343 = evolve(PAY_OUT_334, refund=refund_343)
PAY_OUT_365 = evolve(PAY_OUT_343, hotkeys=hotkeys_with_stake_365)
PAY_OUT_411 = evolve(PAY_OUT_365, pay=pay_411, give_back=give_back_411)
PAY_OUT_413 = evolve(PAY_OUT_411, protocol_alpha=protocol_alpha_413, cleared=(*PAY_OUT_411.cleared, "SubnetProtocolAlpha"))
PAY_OUT_415 = evolve(PAY_OUT_413, protocol_alpha=protocol_alpha_415)


def _step(how: PayOut) -> SubnetStep:
    return partial(end_stakes, how)


END_STAKES_320, END_STAKES_334, END_STAKES_343, END_STAKES_365, END_STAKES_411, END_STAKES_413, END_STAKES_415 = map(
    _step, (PAY_OUT_320, PAY_OUT_334, PAY_OUT_343, PAY_OUT_365, PAY_OUT_411, PAY_OUT_413, PAY_OUT_415)
)
"""The step of a subnet's removal, by the runtimes that changed it."""
