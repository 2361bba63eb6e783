"""Calls on stake before alpha, and on the weights of the root network, with their events.

Where a later call has the same name on the chain, the ledger's name differs: a runtime's `earlier_forms` maps one to the other.
Source: subtensor lib.rs (dispatches), spec_versions 103 to 185.
"""

from neuron_ledger.events.wire.arguments import GivenAccount, GivenU16s
from neuron_ledger.events.wire.record import Call, Event, call, event
from neuron_ledger.events.wire.units import U64, AccountId, NetUid, Rao

# ------------------------------------------------------------------------------------------------------------ calls


@call("add_tao_stake")
class AddTaoStake(Call):
    """Stake TAO on a hotkey, on the whole chain. Signed by the coldkey. amount_staked: rao.

    The chain's `add_stake` until spec_version 233.
    """

    hotkey: GivenAccount
    amount_staked: Rao


@call("remove_tao_stake")
class RemoveTaoStake(Call):
    """Take back TAO staked on a hotkey. Signed by the coldkey. amount_unstaked: rao.

    The chain's `remove_stake` until spec_version 233.
    """

    hotkey: GivenAccount
    amount_unstaked: Rao


@call("set_root_weights")
class SetRootWeights(Call):
    """Set the weights of a member of the root network. Signed by its coldkey. From spec_version 151 until 233.

    netuid: 0. dests: netuids.
    """

    netuid: NetUid
    hotkey: GivenAccount
    dests: GivenU16s
    weights: GivenU16s
    version_key: U64


# ----------------------------------------------------------------------------------------------------------- events


@event("TaoStakeAdded", deposit=("StakeAdded", "hotkey", "amount"))
class TaoStakeAdded(Event):
    """TAO was staked on a hotkey. amount: rao."""

    coldkey: AccountId
    hotkey: AccountId
    amount: Rao


@event("TaoStakeRemoved", deposit=("StakeRemoved", "hotkey", "amount"))
class TaoStakeRemoved(Event):
    """TAO staked on a hotkey was taken back. amount: rao."""

    coldkey: AccountId
    hotkey: AccountId
    amount: Rao
