"""Calls about where a coldkey's earnings go: claims of root dividends, and the hotkey on which miners' incentives are staked."""

from neuron_ledger.events.claims import (
    AutoStakeDestinationSet,
    ClaimRoot,
    RootClaimTypeSet,
    SetColdkeyAutoStakeHotkey,
    SetRootClaimType,
    SudoSetNumRootClaims,
    SudoSetRootClaimThreshold,
)
from neuron_ledger.events.entries.codec import Origin
from neuron_ledger.ledger.errors import HotKeyNotRegisteredInSubNet, SubnetNotExists
from neuron_ledger.ledger.errors.pools import (
    InvalidNumRootClaim,
    InvalidRootClaimThreshold,
    InvalidSubnetNumber,
    SameAutoStakeHotkeyAlreadySet,
)
from neuron_ledger.ledger.rules.accounts.owners import ensure_subnet_owner_or_root
from neuron_ledger.ledger.rules.netuids import subnet_exists
from neuron_ledger.ledger.rules.numbers.fixed import I96F32
from neuron_ledger.ledger.rules.stake.root_claims import claim_root_dividends, maybe_add_coldkey_index
from neuron_ledger.ledger.runtime import Tx, call_table, handles
from neuron_ledger.ledger.transaction import ensure_root, ensure_signed

MAX_SUBNET_CLAIMS = 5
MAX_NUM_ROOT_CLAIMS = 50
MAX_ROOT_CLAIM_THRESHOLD = 10_000_000


def claim_root(tx: Tx, origin: Origin, call: ClaimRoot) -> None:
    """Claim root dividends of one to five subnets; from then on the coldkey can be drawn for automatic claims.

    Raises: BadOrigin, InvalidSubnetNumber, and what a claim raises: in this order.
    Source: subtensor macros/dispatches.rs::claim_root, spec_version 424.
    """
    coldkey, netuids = ensure_signed(origin), frozenset(call.subnets)
    if not 0 < len(netuids) <= MAX_SUBNET_CLAIMS:
        raise InvalidSubnetNumber(subnets=len(netuids), at_most=MAX_SUBNET_CLAIMS)
    maybe_add_coldkey_index(tx, coldkey)
    claim_root_dividends(tx, coldkey, netuids)


def set_root_claim_type(tx: Tx, origin: Origin, call: SetRootClaimType) -> None:
    """Choose what is done with the signing coldkey's root dividends; from then on it can be drawn for automatic claims.

    Raises: BadOrigin, InvalidSubnetNumber: in this order.
    Source: subtensor macros/dispatches.rs::set_root_claim_type, spec_version 424.
    """
    coldkey = ensure_signed(origin)
    kind, netuids = call.new_root_claim_type[0], tuple(sorted(set(call.new_root_claim_type[1])))
    if kind == "KeepSubnets" and not netuids:
        raise InvalidSubnetNumber(subnets=0)
    maybe_add_coldkey_index(tx, coldkey)
    tx.storage.root_claim_type[coldkey] = kind, netuids
    tx.emit(RootClaimTypeSet(coldkey=coldkey, claim_type=kind, netuids=netuids))


def sudo_set_root_claim_threshold(tx: Tx, origin: Origin, call: SudoSetRootClaimThreshold) -> None:
    """Set the minimum amount of a subnet's alpha for a claim to be carried out.

    Raises: BadOrigin, InvalidRootClaimThreshold: in this order.
    Source: subtensor macros/dispatches.rs::sudo_set_root_claim_threshold, spec_version 424.
    """
    ensure_subnet_owner_or_root(tx, origin, call.netuid)
    if call.new_value > MAX_ROOT_CLAIM_THRESHOLD:
        raise InvalidRootClaimThreshold(threshold=call.new_value, at_most=MAX_ROOT_CLAIM_THRESHOLD)
    tx.storage.root_claimable_threshold[call.netuid] = call.new_value << I96F32.fraction


def sudo_set_num_root_claims(tx: Tx, origin: Origin, call: SudoSetNumRootClaims) -> None:
    """Set how many coldkeys per block are drawn for automatic claims.

    Raises: BadOrigin, InvalidNumRootClaim: in this order.
    Source: subtensor macros/dispatches.rs::sudo_set_num_root_claims, spec_version 424.
    """
    ensure_root(origin)
    if call.new_value > MAX_NUM_ROOT_CLAIMS:
        raise InvalidNumRootClaim(claims=call.new_value, at_most=MAX_NUM_ROOT_CLAIMS)
    tx.storage.num_root_claim.value = call.new_value


def set_coldkey_auto_stake_hotkey(tx: Tx, origin: Origin, call: SetColdkeyAutoStakeHotkey) -> None:
    """Choose the hotkey on which the signing coldkey's miners' incentives of a subnet are staked from now on.

    Raises: BadOrigin, SubnetNotExists, HotKeyNotRegisteredInSubNet, SameAutoStakeHotkeyAlreadySet: in this order.
    Source: subtensor macros/dispatches.rs::set_coldkey_auto_stake_hotkey, spec_version 424.
    """
    storage, coldkey, netuid, hotkey = tx.storage, ensure_signed(origin), call.netuid, call.hotkey
    if not subnet_exists(storage, netuid):
        raise SubnetNotExists(netuid=netuid)
    if (netuid, hotkey) not in storage.uids:
        raise HotKeyNotRegisteredInSubNet(netuid=netuid, hotkey=hotkey)
    before = storage.auto_stake_destination.get((coldkey, netuid))
    if before == hotkey:
        raise SameAutoStakeHotkeyAlreadySet(netuid=netuid, hotkey=hotkey)
    behind = storage.auto_stake_destination_coldkeys
    if before is not None:
        behind[before, netuid] = tuple(other for other in behind[before, netuid] if other != coldkey)
    storage.auto_stake_destination[coldkey, netuid] = hotkey
    if coldkey not in behind[hotkey, netuid]:
        behind[hotkey, netuid] = (*behind[hotkey, netuid], coldkey)
    tx.emit(AutoStakeDestinationSet(coldkey=coldkey, netuid=netuid, hotkey=hotkey))


CALLS_315 = call_table(
    handles(SetColdkeyAutoStakeHotkey, set_coldkey_auto_stake_hotkey),
)
CALLS_334 = call_table(
    handles(ClaimRoot, claim_root),
    handles(SetRootClaimType, set_root_claim_type),
    handles(SudoSetRootClaimThreshold, sudo_set_root_claim_threshold),
    handles(SudoSetNumRootClaims, sudo_set_num_root_claims),
)
