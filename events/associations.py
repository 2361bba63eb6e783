"""Calls that give a hotkey an owner, make it a delegate or a senator, and calls that the chain keeps without effect."""

from neuron_ledger.events.wire.arguments import GivenAccount, GivenU16s
from neuron_ledger.events.wire.record import Call, Event, call, event
from neuron_ledger.events.wire.units import ACCOUNT, BYTES, U64, AccountId, BlockNumber, NetUid


@call("try_associate_hotkey")
class TryAssociateHotkey(Call):
    """Make the signing coldkey the owner of a hotkey that nobody owns. The call succeeds even where that fails."""

    hotkey: GivenAccount


@call("adjust_senate")
class AdjustSenate(Call):
    """Let a hotkey on the root network join the senate. Signed by any coldkey. Until spec_version 334."""

    hotkey: GivenAccount


@call("become_delegate")
class BecomeDelegate(Call):
    """Until spec_version 233: let others stake on a hotkey, for the chain's default take. Signed by the hotkey's coldkey.

    From then on, until spec_version 315, accepted from any account, without effect.
    """

    hotkey: GivenAccount


@call("set_tao_weights")
class SetTaoWeights(Call):
    """Accepted from any account, without effect. Until spec_version 315."""

    netuid: NetUid
    hotkey: GivenAccount
    dests: GivenU16s
    weights: GivenU16s
    version_key: U64


@call("schedule_dissolve_network")
class ScheduleDissolveNetwork(Call):
    """Always refused, but accepted without effect in the draft of alpha. Until spec_version 315."""

    netuid: NetUid


@call("faucet")
class Faucet(Call):
    """Always refused: the main chain has no faucet. Until spec_version 365."""

    block_number: BlockNumber
    nonce: U64
    work: BYTES


@event("SenateAdjusted", deposit=("SenateAdjusted", "old_member=", "new_member="))
class SenateAdjusted(Event):
    """A hotkey joined the senate. old_member: always None, since the chain never names the member it replaced."""

    old_member: ACCOUNT | None
    new_member: AccountId
