"""The owners of hotkeys and of subnets."""

from hashlib import blake2b

from neuron_ledger.events.entries.codec import Origin
from neuron_ledger.events.registration import AccountCreated
from neuron_ledger.ledger.errors import BadOrigin, NonAssociatedColdKey
from neuron_ledger.ledger.runtime import Tx
from neuron_ledger.ledger.transaction import ensure_signed


def hotkey_account_exists(tx: Tx, hotkey: bytes) -> bool:
    """Whether a coldkey owns the hotkey. Source: subtensor staking/helpers.rs::hotkey_account_exists, spec_version 277."""
    return hotkey in tx.storage.owner


def coldkey_owns_hotkey(tx: Tx, coldkey: bytes, hotkey: bytes) -> bool:
    """Whether this coldkey owns the hotkey. Source: subtensor staking/helpers.rs::coldkey_owns_hotkey, spec_version 277."""
    return hotkey in tx.storage.owner and tx.storage.owner[hotkey] == coldkey


def ensure_coldkey_owns_hotkey(tx: Tx, coldkey: bytes, hotkey: bytes) -> None:
    """Refuse a coldkey that does not own the hotkey. Raises: NonAssociatedColdKey."""
    if not coldkey_owns_hotkey(tx, coldkey, hotkey):
        raise NonAssociatedColdKey(hotkey=hotkey, owner=tx.storage.owner[hotkey], coldkey=coldkey)


def create_account_if_non_existent(tx: Tx, coldkey: bytes, hotkey: bytes) -> None:
    """Make the coldkey the owner of a hotkey that nobody owns; a hotkey that has an owner keeps it.

    Raises: what the runtime's checks of a hotkey raise.
    Source: subtensor staking/helpers.rs::create_account_if_non_existent, spec_version 277.
    """
    for check in tx.rules.hotkey_checks:
        check(tx, hotkey)
    if not hotkey_account_exists(tx, hotkey):
        tx.rules.create_account(tx, coldkey, hotkey)


def create_listed_account(tx: Tx, coldkey: bytes, hotkey: bytes) -> None:
    """Make the coldkey the owner of a hotkey, and list the hotkey as the coldkey's.

    Source: as `create_account_if_non_existent`.
    """
    owned = hotkey not in tx.storage.owned_hotkeys[coldkey]
    staking = hotkey not in tx.storage.staking_hotkeys[coldkey]
    tx.emit(AccountCreated(hotkey=hotkey, coldkey=coldkey, owned=owned, staking=staking))


def ensure_subnet_owner(tx: Tx, origin: Origin, netuid: int) -> None:
    """Refuse a call that is not signed by the subnet's owner. Raises: BadOrigin.

    Source: subtensor utils/misc.rs::ensure_subnet_owner, spec_version 277.
    """
    signer, owner = ensure_signed(origin), tx.storage.subnet_owner[netuid]
    if signer != owner:
        raise BadOrigin(needed="the subnet's owner", owner=owner, signer=signer)


def ensure_subnet_owner_or_root(tx: Tx, origin: Origin, netuid: int) -> None:
    """Refuse a call that is not signed by the subnet's owner, unless it is privileged. Raises: BadOrigin.

    Source: subtensor utils/misc.rs::ensure_subnet_owner_or_root, spec_version 277.
    """
    if origin is not None:
        ensure_subnet_owner(tx, origin, netuid)


def account_order(account: bytes) -> bytes:
    """The hashed key of an account in the chain's maps, which are iterated in this order.

    Source: subtensor lib.rs (maps hashed by Blake2_128Concat), spec_version 277.
    """
    return blake2b(account, digest_size=16).digest() + account
