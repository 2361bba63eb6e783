"""The part of the seam that concerns stake: how TAO and alpha are exchanged, where they are kept, how stake is ordered and moves.

`ledger/runtime.py` has the rest. Amounts are u64: rao, or alpha of a subnet.
"""

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from attrs import frozen

from neuron_ledger.ledger.errors import ChainError
from neuron_ledger.ledger.transaction import Transaction
from neuron_ledger.projections.storage import Storage

Tx: TypeAlias = Transaction[Any]
"""As in `ledger/runtime.py`."""


@frozen
class Pool:
    """How TAO and a subnet's alpha are exchanged. Amounts are u64, prices U96F32."""

    price: Callable[[Tx, int], int]
    """netuid → the current price of alpha in rao."""
    buy: Callable[[Tx, int, int], int]
    """(netuid, rao) → alpha taken out; 0, and nothing moves, where the pool cannot serve it."""
    sell: Callable[[Tx, int, int], int]
    """(netuid, alpha) → rao taken out; 0, and nothing moves, where the pool cannot serve it."""
    bought: Callable[[Tx, int, int], int | None]
    """(netuid, rao) → the alpha it would buy; None where the pool cannot serve it. Nothing moves."""
    sold: Callable[[Tx, int, int], int | None]
    """(netuid, alpha) → the rao it would bring; None where the pool cannot serve it. Nothing moves."""
    room_for: Callable[[Tx, Sequence[tuple[int, int, int]]], list[tuple[int, int]]]
    """(netuid, rao, alpha) of different subnets → how much of these the chain may add to their pools, which it prepares."""


@frozen
class ShareBook:
    """How storage keeps each coldkey's part of the stake on a hotkey. Updates are i64, values u64."""

    value: Callable[[Storage, bytes, bytes, int], int | None]
    """(storage, hotkey, coldkey, netuid) → what the coldkey's share is worth; None where it has none."""
    move: Callable[[Storage, bytes, bytes, int, int], int]
    """(storage, hotkey, coldkey, netuid, update) → by how much the share's value actually moved."""
    move_all: Callable[[Storage, int, Sequence[tuple[bytes, bytes, int]]], None]
    """(storage, netuid, (hotkey, coldkey, update) of several shares): the same of each, one after another."""
    moves: Callable[[Storage, bytes, int, int], bool]
    """(storage, hotkey, netuid, update) → whether that update for one coldkey would move any share. Nothing moves."""
    holders: Callable[[Storage, int], dict[bytes, list[tuple[bytes, int]]]]
    """(storage, netuid) → by hotkey: the coldkeys with shares of its stake, in the chain's order, and each share rounded down."""


@frozen
class StakeMove:
    """TAO (rao) that became stake or came out of it, with its coldkey and hotkey. alpha: the amount staked or unstaked."""

    hotkey: bytes
    coldkey: bytes
    netuid: int
    tao: int
    alpha: int


@frozen
class TaoBook:
    """Where the TAO of pools is kept. Amounts are rao."""

    to_subnet: Callable[[Tx, int, bytes, int], int]
    """(netuid, coldkey, amount) → what was withdrawn from the coldkey, which keeps its existential deposit."""
    from_subnet: Callable[[Tx, int, bytes, int], None]
    """(netuid, coldkey, amount): what a pool gave out."""
    burn_fee: Callable[[Tx, int, int], None]
    """(netuid, amount): the fee of a pool, where no author of the block is known."""
    hand_over: Callable[[Tx, bytes, bytes, int], None]
    """(coldkey, other coldkey, amount): moves the proceeds of stake from one to the other."""


@frozen(kw_only=True)
class Transition:
    """Stake that is to move. alpha: how much of the origin's.

    limit_price: the minimum price of the origin's alpha in the destination's, in billionths; None: no limit.
    allow_partial: move only as much as the limit permits. is_transfer: both subnets must allow transfers.
    """

    origin_coldkey: bytes
    destination_coldkey: bytes
    origin_hotkey: bytes
    destination_hotkey: bytes
    origin_netuid: int
    destination_netuid: int
    alpha: int
    limit_price: int | None = None
    allow_partial: bool = False
    is_transfer: bool = False

    @property
    def stays_with_its_keys(self) -> bool:
        """Whether coldkey and hotkey are the same before and after."""
        return self.origin_coldkey == self.destination_coldkey and self.origin_hotkey == self.destination_hotkey

    @property
    def needs_all(self) -> bool:
        """Whether the move is refused if the limit does not permit all of it."""
        return self.limit_price is not None and not self.allow_partial


@frozen(kw_only=True)
class Orders:
    """How stake is ordered and moves. Limits are prices in rao for 10^9 alpha."""

    least: int
    """rao: the minimum worth of what is staked, without the fee; of what is unstaked too, with exceptions."""
    offered: Callable[[Tx, bytes, bytes, int, int], int]
    """(hotkey, coldkey, netuid, alpha asked for) → the alpha that counts as asked for."""
    bound: Callable[[Tx, int, int, int], None]
    """(netuid, amount, reserve of its kind): the upper limit of an order. Raises where it is exceeded."""
    most_added: Callable[[Tx, int, int], int]
    """(netuid, limit) → rao that may be staked before alpha costs more; 0: none. May raise."""
    most_removed: Callable[[Tx, int, int], int]
    """(netuid, limit) → alpha that may be sold before it brings less; 0: none. May raise."""
    relative_price: Callable[[Tx, int, int], int]
    """(netuid, other netuid) → the price of the one's alpha in the other's, U64F64."""
    within_limit: Callable[[Callable[[], int], ChainError], int]
    """(function that finds the maximum, error for a maximum of 0) → the maximum. May raise."""
    move: Callable[[Tx, Transition], int]
    """Checks and carries out a move of stake → the rao that moved."""
    is_traded: Callable[[Transition], bool]
    """Whether stake that moves is sold and bought on the way."""
    free_of_fee: Callable[[int], tuple[bool, bool]]
    """(netuid of the origin) → whether a move is free of the fee of the pool it leaves, and of the one it enters."""
    is_enabled: Callable[[Storage, int], bool]
    """(storage, netuid) → whether stake of the subnet can be ordered, moved and given up."""
    before_staking: tuple[Callable[[Tx, int], None], ...]
    """(netuid): checks, right after the subnet's existence, that TAO can be staked."""
    movable: tuple[Callable[[Tx, Transition], None], ...]
    """What every move of stake must pass first, in order."""
    unstaking_fee: Callable[[Tx, bytes, int, int], int]
    """(hotkey, netuid, alpha) → the fee in rao for unstaking it, while fees are fixed."""
    all_there: Callable[[Tx, bytes, bytes, int], int]
    """(hotkey, coldkey, netuid) → the alpha unstaked there when everything is unstaked; 0: none."""
    name_delegate: Callable[[Tx, bytes, bytes], None]
    """(hotkey, coldkey): the checks about delegates for staking within a limit, or for moving stake."""
    note_block: Callable[[Tx, bytes, bytes], None]
    """(hotkey, coldkey): notes the block in which the coldkey staked on the hotkey, or unstaked."""
    least_nomination: Callable[[Tx], int]
    """rao: a nomination worth less is too small."""
    clear_nominations: Callable[[Tx], None]
    """Gives back every nomination that is too small."""
    tao_of_moves: TaoBook
    """Where TAO is kept while stake moves."""
    before_unstaking: tuple[Callable[[Tx, bytes, bytes, int], None], ...] = ()
    """(hotkey, coldkey, netuid): checks, right after the subnet's existence, that stake can be withdrawn or moved."""
    after_order: tuple[Callable[[Tx, bytes, bytes, int], None], ...] = ()
    """(hotkey, coldkey, netuid): what happens after stake came by an order or by a move."""
    before_handing: tuple[Callable[[Tx, Transition], None], ...] = ()
    """What is done first where stake changes hands without being traded, in order."""
