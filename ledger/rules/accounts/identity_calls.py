"""The calls that set identities."""

from collections.abc import Mapping

from neuron_ledger.events.early_calls import SetIdentityOfSix, SetSubnetIdentityOfThree
from neuron_ledger.events.entries.codec import Origin
from neuron_ledger.events.identities import ChainIdentitySet, SetIdentity, SetSubnetIdentity
from neuron_ledger.ledger.errors import CannotGoOn, HotKeyNotRegisteredInNetwork, NotSubnetOwner
from neuron_ledger.ledger.rules.accounts.identities import (
    OF_COLDKEYS,
    OF_COLDKEYS_195,
    ensure_valid,
    put_subnet_identity,
)
from neuron_ledger.ledger.rules.netuids import hotkey_is_registered_on_any_network
from neuron_ledger.ledger.runtime import Tx, call_table, handles
from neuron_ledger.ledger.transaction import ensure_signed


def set_identity(tx: Tx, origin: Origin, call: SetIdentity) -> None:
    """Set the signing coldkey's identity; one of its hotkeys must be registered on some subnet.

    Raises: BadOrigin, HotKeyNotRegisteredInNetwork, InvalidIdentity: in this order.
    Source: subtensor utils/identity.rs::do_set_identity, is_valid_identity, spec_version 277.
    """
    coldkey = ensure_signed(origin)
    tx.emit(ChainIdentitySet(coldkey=coldkey, identity=_valid_identity(tx, coldkey, call, OF_COLDKEYS.longest)))


def set_identity_195(tx: Tx, origin: Origin, call: SetIdentityOfSix) -> None:
    """The same from spec_version 195 until 233, when it had no repository. Raises: as `set_identity`.

    Source: subtensor utils/identity.rs::do_set_identity, is_valid_identity, spec_version 218.
    """
    coldkey, texts = ensure_signed(origin), OF_COLDKEYS_195
    tx.storage.map(texts.item)[coldkey] = _valid_identity(tx, coldkey, call, texts.longest)


def _valid_identity(
    tx: Tx, coldkey: bytes, call: SetIdentity | SetIdentityOfSix, longest: Mapping[str, int]
) -> tuple[bytes, ...]:
    """The texts of a coldkey's identity. Raises: HotKeyNotRegisteredInNetwork, InvalidIdentity: in this order."""
    hotkeys = tx.storage.owned_hotkeys[coldkey]
    if not any(hotkey_is_registered_on_any_network(tx.storage, hotkey) for hotkey in hotkeys):
        raise HotKeyNotRegisteredInNetwork(coldkey=coldkey)
    identity = tuple(getattr(call, name) for name in longest)
    ensure_valid(identity, longest)
    return identity


def set_subnet_identity(tx: Tx, origin: Origin, call: SetSubnetIdentity) -> None:
    """Set a subnet's identity.

    Raises: BadOrigin, NotSubnetOwner, InvalidIdentity: in this order; CannotGoOn where logo_url is given to a runtime without
    one, or missing where there is one.
    Source: subtensor utils/identity.rs::do_set_subnet_identity, is_valid_subnet_identity, spec_version 277.
    """
    longest = tx.rules.subnet_identity.longest
    if (call.logo_url is None) is ("logo_url" in longest):
        needed = "needs logo_url" if call.logo_url is None else "has no logo_url"
        raise CannotGoOn(f"set_subnet_identity {needed} at spec_version {tx.rules.spec_version}")
    _set_subnet_identity(tx, origin, call)


def set_subnet_identity_195(tx: Tx, origin: Origin, call: SetSubnetIdentityOfThree) -> None:
    """The same from spec_version 195 until 233. Raises: BadOrigin, NotSubnetOwner, InvalidIdentity: in this order.

    Source: subtensor utils/identity.rs::do_set_subnet_identity, is_valid_subnet_identity, spec_version 218.
    """
    _set_subnet_identity(tx, origin, call)


def _set_subnet_identity(tx: Tx, origin: Origin, call: SetSubnetIdentity | SetSubnetIdentityOfThree) -> None:
    coldkey, owner = ensure_signed(origin), tx.storage.subnet_owner[call.netuid]
    if owner != coldkey:
        raise NotSubnetOwner(netuid=call.netuid, owner=owner, coldkey=coldkey)
    put_subnet_identity(tx, call.netuid, tuple(getattr(call, name) for name in tx.rules.subnet_identity.longest))


CALLS = call_table(
    handles(SetIdentity, set_identity),
    handles(SetSubnetIdentity, set_subnet_identity),
)

CALLS_195 = call_table(
    handles(SetIdentityOfSix, set_identity_195),
    handles(SetSubnetIdentityOfThree, set_subnet_identity_195),
)
FORMS_195 = {"set_identity": SetIdentityOfSix, "set_subnet_identity": SetSubnetIdentityOfThree}
"""The chain's own names."""
