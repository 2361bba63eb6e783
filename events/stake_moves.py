"""Stake that moves between hotkeys, coldkeys and subnets, orders with a price limit, and alpha that is given up."""

from neuron_ledger.events.wire.arguments import GivenAccount
from neuron_ledger.events.wire.record import Call, Event, call, event
from neuron_ledger.events.wire.units import BOOL, U64, AccountId, NetUid, Rao

# ------------------------------------------------------------------------------------------------------------ calls


@call("move_stake")
class MoveStake(Call):
    """Move stake to another hotkey, another subnet, or both. Signed by the coldkey. alpha_amount: alpha of the origin."""

    origin_hotkey: GivenAccount
    destination_hotkey: GivenAccount
    origin_netuid: NetUid
    destination_netuid: NetUid
    alpha_amount: Rao


@call("transfer_stake")
class TransferStake(Call):
    """Give stake to another coldkey, on the same hotkey. Signed by the coldkey that has it. alpha_amount: alpha of the origin."""

    destination_coldkey: GivenAccount
    hotkey: GivenAccount
    origin_netuid: NetUid
    destination_netuid: NetUid
    alpha_amount: Rao


@call("swap_stake")
class SwapStake(Call):
    """Move stake on a hotkey to another subnet. Signed by the coldkey. alpha_amount: alpha of the origin."""

    hotkey: GivenAccount
    origin_netuid: NetUid
    destination_netuid: NetUid
    alpha_amount: Rao


@call("swap_stake_limit")
class SwapStakeLimit(Call):
    """Move stake on a hotkey to another subnet within a price limit. Signed by the coldkey.

    limit_price: the minimum price of the origin's alpha in the destination's, in billionths. allow_partial: move as much as the
    limit allows.
    """

    hotkey: GivenAccount
    origin_netuid: NetUid
    destination_netuid: NetUid
    alpha_amount: Rao
    limit_price: U64
    allow_partial: BOOL


@call("add_stake_limit")
class AddStakeLimit(Call):
    """Stake TAO within a price limit. Signed by the coldkey. amount_staked: rao.

    limit_price: the maximum price, rao per whole alpha. allow_partial: stake as much as the limit allows.
    """

    hotkey: GivenAccount
    netuid: NetUid
    amount_staked: Rao
    limit_price: U64
    allow_partial: BOOL


@call("remove_stake_limit")
class RemoveStakeLimit(Call):
    """Take stake back within a price limit. Signed by the coldkey. amount_unstaked: alpha of the subnet.

    limit_price: the minimum price, rao per whole alpha. allow_partial: take back as much as the limit allows.
    """

    hotkey: GivenAccount
    netuid: NetUid
    amount_unstaked: Rao
    limit_price: U64
    allow_partial: BOOL


@call("remove_stake_full_limit")
class RemoveStakeFullLimit(Call):
    """Take back all stake on a hotkey of a subnet. Signed by the coldkey.

    limit_price: the minimum price, rao per whole alpha; None: any. All of it, or nothing.
    """

    hotkey: GivenAccount
    netuid: NetUid
    limit_price: U64 | None = None


@call("unstake_all")
class UnstakeAll(Call):
    """Take back all of the coldkey's stake on a hotkey, on every subnet where that is possible. Signed by the coldkey."""

    hotkey: GivenAccount


@call("unstake_all_alpha")
class UnstakeAllAlpha(Call):
    """Move all of the coldkey's stake on a hotkey from other subnets to the root network. Signed by the coldkey."""

    hotkey: GivenAccount


@call("recycle_alpha")
class RecycleAlpha(Call):
    """Give up stake, removing it from the outstanding alpha. Signed by the coldkey. amount: alpha of the subnet."""

    hotkey: GivenAccount
    amount: Rao
    netuid: NetUid


@call("burn_alpha")
class BurnAlpha(Call):
    """Give up stake, which stays outstanding but belongs to nobody. Signed by the coldkey. amount: alpha of the subnet."""

    hotkey: GivenAccount
    amount: Rao
    netuid: NetUid


@call("add_stake_burn")
class AddStakeBurn(Call):
    """Buy alpha for TAO and burn it. Signed by the coldkey. amount: rao.

    limit: the maximum price, rao per whole alpha; None: any. All of it, or nothing.
    """

    hotkey: GivenAccount
    netuid: NetUid
    amount: Rao
    limit: U64 | None = None


# ----------------------------------------------------------------------------------------------------------- events


@event(
    "StakeMoved",
    deposit=("StakeMoved", "coldkey", "origin_hotkey", "origin_netuid", "destination_hotkey", "destination_netuid", "tao"),
)
class StakeMoved(Event):
    """Stake moved to another hotkey or subnet. tao: rao that it was worth on the way, less both fees."""

    coldkey: AccountId
    origin_hotkey: AccountId
    origin_netuid: NetUid
    destination_hotkey: AccountId
    destination_netuid: NetUid
    tao: Rao


@event(
    "StakeTransferred",
    deposit=(
        "StakeTransferred",
        "origin_coldkey",
        "destination_coldkey",
        "hotkey",
        "origin_netuid",
        "destination_netuid",
        "tao",
    ),
)
class StakeTransferred(Event):
    """Stake went to another coldkey. tao: rao that it was worth on the way, less both fees."""

    origin_coldkey: AccountId
    destination_coldkey: AccountId
    hotkey: AccountId
    origin_netuid: NetUid
    destination_netuid: NetUid
    tao: Rao


@event("StakeSwapped", deposit=("StakeSwapped", "coldkey", "hotkey", "origin_netuid", "destination_netuid", "tao"))
class StakeSwapped(Event):
    """Stake on a hotkey moved to another subnet. tao: rao that it was worth on the way, less both fees."""

    coldkey: AccountId
    hotkey: AccountId
    origin_netuid: NetUid
    destination_netuid: NetUid
    tao: Rao


@event("AlphaRecycled", deposit=("AlphaRecycled", "coldkey", "hotkey", "amount", "netuid"))
class AlphaRecycled(Event):
    """A coldkey's stake (alpha) on a hotkey was given up, and is no longer outstanding."""

    coldkey: AccountId
    hotkey: AccountId
    amount: Rao
    netuid: NetUid


@event("AlphaBurned", deposit=("AlphaBurned", "coldkey", "hotkey", "amount", "netuid"))
class AlphaBurned(Event):
    """A coldkey's stake (alpha) on a hotkey was given up; it still counts as outstanding."""

    coldkey: AccountId
    hotkey: AccountId
    amount: Rao
    netuid: NetUid


@event("StakeBoughtAndBurned", deposit=("AddStakeBurn", "netuid=", "hotkey=", "amount=", "alpha="))
class StakeBoughtAndBurned(Event):
    """Alpha was bought for TAO (amount, rao) and burned."""

    netuid: NetUid
    hotkey: AccountId
    amount: Rao
    alpha: Rao
