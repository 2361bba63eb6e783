"""Swaps of coldkeys in July and August 2024, spec_versions 156 to 166: calls and events.

Where a later call has the same name on the chain, the ledger's name differs: a runtime's `earlier_forms` maps one to the other.
Source: subtensor lib.rs (dispatches), events.rs.
"""

from neuron_ledger.events.wire.arguments import GivenAccount
from neuron_ledger.events.wire.record import Call, Event, call, event
from neuron_ledger.events.wire.units import HASH, U64, AccountId, BlockNumber, Rao

# ------------------------------------------------------------------------------------------------------------ calls


@call("swap_any_coldkey")
class SwapAnyColdkey(Call):
    """Give everything a coldkey owns to another, whoever signs. The chain's `swap_coldkey` from spec_version 156 to 160."""

    old_coldkey: GivenAccount
    new_coldkey: GivenAccount


@call("swap_own_coldkey")
class SwapOwnColdkey(Call):
    """Give everything the signing coldkey owns to another. The chain's `swap_coldkey` from spec_version 194 to 166."""

    new_coldkey: GivenAccount


@call("unstake_hotkey_and_transfer_to_new_coldkey")
class UnstakeHotkeyAndTransferToNewColdkey(Call):
    """Take back what the signing coldkey has staked on one of its own hotkeys, and give its whole balance to another account.

    The chain's `unstake_all_and_transfer_to_new_coldkey` at spec_version 156.
    """

    hotkey: GivenAccount
    new_coldkey: GivenAccount


@call("unstake_all_and_transfer_to_new_coldkey")
class UnstakeAllAndTransferToNewColdkey(Call):
    """Take back what the signing coldkey has staked on its own hotkeys, and give its whole balance to another account.

    From spec_version 158 to 160; since 159 including what it has staked on others' hotkeys.
    """

    new_coldkey: GivenAccount


@call("schedule_coldkey_swap")
class ScheduleColdkeySwap(Call):
    """Request a swap of the signing coldkey, which waits for its arbitration. At spec_version 194.

    work, block_number, nonce: as in a registration by work, whose hotkey is the coldkey here.
    """

    new_coldkey: GivenAccount
    work: HASH
    block_number: BlockNumber
    nonce: U64


# ----------------------------------------------------------------------------------------------------------- events


@event("UnstakedAndTransferred")
class UnstakedAndTransferred(Event):
    """A coldkey's whole balance was given to another account. total_balance: rao."""

    current_coldkey: AccountId
    new_coldkey: AccountId
    total_balance: Rao


@event("ColdkeyArbitrationBegan")
class ColdkeyArbitrationBegan(Event):
    """A swap of a coldkey was requested. arbitration_block: the block in which it is due if no other one is requested before."""

    old_coldkey: AccountId
    new_coldkey: AccountId
    arbitration_block: BlockNumber


@event("ArbitrationPeriodExtended")
class ArbitrationPeriodExtended(Event):
    """Swaps of a coldkey to several others were requested: none is made, and it stays in arbitration for good."""

    coldkey: AccountId
