"""Calls on subnets that came after `register_network`, `start_call` and `dissolve_network`, and their events."""

from neuron_ledger.events.wire.arguments import GivenAccount
from neuron_ledger.events.wire.record import Call, Event, call, event
from neuron_ledger.events.wire.units import BOOL, BYTES, AccountId, NetUid


@call("update_symbol")
class UpdateSymbol(Call):
    """Give a subnet's token another symbol (UTF-8). Signed by the subnet's owner, or privileged."""

    netuid: NetUid
    symbol: BYTES


@call("root_dissolve_network")
class RootDissolveNetwork(Call):
    """Privileged: remove a subnet, whoever owns it."""

    netuid: NetUid


@call("set_auto_parent_delegation_enabled")
class SetAutoParentDelegationEnabled(Call):
    """Choose whether a hotkey on root becomes a parent of every new subnet's owner hotkey. Signed by its coldkey."""

    hotkey: GivenAccount
    enabled: BOOL


@event("SymbolUpdated", deposit=("SymbolUpdated", "netuid=", "symbol="))
class SymbolUpdated(Event):
    """The symbol of a subnet's token was changed. token_symbol: UTF-8."""

    netuid: NetUid
    token_symbol: BYTES

    @property
    def symbol(self) -> tuple[int, ...]:
        """Its bytes, as the chain shows it."""
        return tuple(self.token_symbol)


@event("AutoParentDelegationEnabledSet", deposit=("AutoParentDelegationEnabledSet", "hotkey=", "enabled="))
class AutoParentDelegationEnabledSet(Event):
    """Whether a hotkey on root becomes a parent of every new subnet's owner hotkey."""

    hotkey: AccountId
    enabled: BOOL


@event("SubnetOwnerHotkeySet", deposit=("SubnetOwnerHotkeySet", "netuid", "hotkey"))
class SubnetOwnerHotkeySet(Event):
    """The owner hotkey of a subnet was changed."""

    netuid: NetUid
    hotkey: AccountId
