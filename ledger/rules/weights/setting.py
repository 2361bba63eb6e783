"""Setting weights: their checks, in the chain's order, and the row that is stored."""

from collections.abc import Callable

from neuron_ledger.events.weights import WeightsSet
from neuron_ledger.events.wire.rows import pack_pairs
from neuron_ledger.ledger.errors import (
    CanNotSetRootNetworkWeights,
    CommittingWeightsTooFast,
    DuplicateUids,
    HotKeyNotRegisteredInSubNet,
    IncorrectWeightVersionKey,
    MaxWeightExceeded,
    NeuronNoValidatorPermit,
    NotEnoughStakeToSetWeights,
    SettingWeightsTooFast,
    UidsLengthExceedUidsInSubNet,
    UidVecContainInvalidOne,
    WeightVecLengthIsLow,
    WeightVecNotEqualSize,
)
from neuron_ledger.ledger.rules.netuids import ROOT, ensure_subnet_exists
from neuron_ledger.ledger.rules.numbers.fixed import I64F64, U16_MAX
from neuron_ledger.ledger.rules.numbers.saturating import sub_u64
from neuron_ledger.ledger.rules.stake.positions import get_stake_weight_for_hotkey_on_subnet
from neuron_ledger.ledger.rules.weights.scaling import is_max_limited, max_upscaled
from neuron_ledger.ledger.runtime import Tx
from neuron_ledger.ledger.weights import AskedCommit, AskedWeights


def asked_weights(
    tx: Tx, netuid: int, hotkey: bytes, uids: tuple[int, ...], weights: tuple[int, ...], version_key: int, mechanism: int = 0
) -> AskedWeights:
    """The weights that a hotkey asks for on a subnet, or on one of its mechanisms."""
    return AskedWeights(netuid, tx.rules.storage_index(netuid, mechanism), hotkey, uids, weights, version_key, mechanism)


def storage_index(netuid: int, _mechanism: int) -> int:
    """A subnet has one mechanism, whose items are stored under the netuid."""
    return netuid


def store_weights(tx: Tx, asked: AskedWeights) -> None:
    """Check weights and store them as a row: in the order given, scaled so that the largest is 65535, zeros included.

    LastUpdate changes only where weights are set directly; with commit and reveal it changed at the commit.
    Raises: what the runtime's checks raise, in their order (`CHECKS`).
    Source: subtensor subnets/weights.rs::do_set_weights, spec_version 277.
    """
    for check in tx.rules.weights_checks:
        check(tx, asked)
    row = pack_pairs(list(zip(asked.uids, max_upscaled(asked.weights), strict=True)))
    uid = caller_uid(tx, asked.netuid, asked.hotkey)
    committed = tx.storage.commit_reveal_weights_enabled[asked.netuid]
    last_update = None if committed else last_update_of(tx, asked.index, uid)
    tx.emit(WeightsSet(netuid=asked.index, uid=uid, row=row, last_update=last_update))


def last_update_of(tx: Tx, index: int, uid: int) -> int | None:
    """The current block as the last update of a uid; None where the subnet has no such entry, which is then not created."""
    return tx.block if uid < len(tx.storage.last_update[index]) else None


def caller_uid(tx: Tx, netuid: int, hotkey: bytes) -> int:
    """The uid of a hotkey. Raises: HotKeyNotRegisteredInSubNet.

    Source: subtensor subnets/uids.rs::get_uid_for_net_and_hotkey, spec_version 277.
    """
    uid = tx.storage.uids[netuid, hotkey]
    if uid is None:
        raise HotKeyNotRegisteredInSubNet(netuid=netuid, hotkey=hotkey)
    return uid


def ensure_within_rate_limit(
    tx: Tx, asked: AskedWeights | AskedCommit, refusal: type[SettingWeightsTooFast | CommittingWeightsTooFast]
) -> None:
    """Refuse a hotkey whose uid's last update is less than WeightsSetRateLimit blocks ago; 0 counts as never updated.

    Source: subtensor subnets/weights.rs::check_rate_limit, spec_version 277.
    """
    storage, netuid = tx.storage, asked.netuid
    uid = caller_uid(tx, netuid, asked.hotkey)
    updates, limit = storage.last_update[asked.index], storage.weights_set_rate_limit[netuid]
    last = updates[uid] if uid < len(updates) else 0
    if (netuid, uid) not in storage.keys or (last and sub_u64(tx.block, last) < limit):
        raise refusal(netuid=netuid, uid=uid, last_update=last, current=tx.block, allowed_from=last + limit)


def is_self_weight(uid: int, uids: tuple[int, ...], weights: tuple[int, ...]) -> bool:
    """Whether the only weight is one on the uid itself.

    Source: subtensor subnets/weights.rs::is_self_weight, spec_version 277.
    """
    return len(weights) == 1 and uids[:1] == (uid,)


# ----------------------------------------------------------------------------------------- checks, in the chain's order


def not_on_root(_: Tx, asked: AskedWeights) -> None:
    if asked.netuid == ROOT:
        raise CanNotSetRootNetworkWeights(netuid=asked.netuid)


def one_weight_for_each_uid(_: Tx, asked: AskedWeights) -> None:
    if len(asked.uids) != len(asked.weights):
        raise WeightVecNotEqualSize(uids=len(asked.uids), weights=len(asked.weights))


def subnet_is_there(tx: Tx, asked: AskedWeights) -> None:
    ensure_subnet_exists(tx.storage, asked.netuid)


def no_more_uids_than_neurons(tx: Tx, asked: AskedWeights) -> None:
    allowed = tx.storage.subnetwork_n[asked.netuid]
    if len(asked.uids) > allowed:
        raise UidsLengthExceedUidsInSubNet(uids=len(asked.uids), allowed=allowed)


def hotkey_is_registered(tx: Tx, asked: AskedWeights) -> None:
    caller_uid(tx, asked.netuid, asked.hotkey)


def stake_reaches_threshold(tx: Tx, asked: AskedWeights) -> None:
    """The hotkey's combined stake counts: its alpha, and its TAO on the root network at TaoWeight.

    Source: subtensor lib.rs::check_weights_min_stake, spec_version 277.
    """
    needed = tx.storage.stake_threshold.value
    stake_bits = get_stake_weight_for_hotkey_on_subnet(tx, asked.hotkey, asked.netuid)
    if stake_bits < needed << I64F64.fraction:
        stake = stake_bits >> I64F64.fraction
        raise NotEnoughStakeToSetWeights(netuid=asked.netuid, stake=stake, needed=needed, missing=needed - stake)


def version_key_is_current(tx: Tx, asked: AskedWeights) -> None:
    """If the subnet's key is 0, any key is accepted.

    Source: subtensor subnets/weights.rs::check_version_key, spec_version 277.
    """
    needed = tx.storage.weights_version_key[asked.netuid]
    if asked.version_key < needed:
        raise IncorrectWeightVersionKey(version_key=asked.version_key, needed=needed)


def rate_limit_is_over(tx: Tx, asked: AskedWeights) -> None:
    """With commit and reveal the commit is limited instead."""
    if not tx.storage.commit_reveal_weights_enabled[asked.netuid]:
        ensure_within_rate_limit(tx, asked, SettingWeightsTooFast)


def permit_unless_self_weight(tx: Tx, asked: AskedWeights) -> None:
    """Source: subtensor subnets/weights.rs::check_validator_permit, spec_version 277."""
    uid = caller_uid(tx, asked.netuid, asked.hotkey)
    permits = tx.storage.validator_permit[asked.netuid]
    if not is_self_weight(uid, asked.uids, asked.weights) and not (uid < len(permits) and permits[uid]):
        raise NeuronNoValidatorPermit(netuid=asked.netuid, uid=uid, needed="a permit, or no weight but one on itself")


def no_uid_twice(_: Tx, asked: AskedWeights) -> None:
    seen: set[int] = set()
    for uid in asked.uids:
        if uid in seen:
            raise DuplicateUids(uid=uid)
        seen.add(uid)


def every_uid_exists(tx: Tx, asked: AskedWeights) -> None:
    for uid in asked.uids:
        if (asked.netuid, uid) not in tx.storage.keys:
            raise UidVecContainInvalidOne(uid=uid, neurons=tx.storage.subnetwork_n[asked.netuid])


def enough_weights(tx: Tx, asked: AskedWeights) -> None:
    """At least MinAllowedWeights, or as many as there are neurons; one weight on itself is always enough.

    Source: subtensor subnets/weights.rs::check_length, spec_version 277.
    """
    storage = tx.storage
    needed = min(storage.min_allowed_weights[asked.netuid], storage.subnetwork_n[asked.netuid])
    uid = caller_uid(tx, asked.netuid, asked.hotkey)
    if len(asked.weights) < needed and not is_self_weight(uid, asked.uids, asked.weights):
        raise WeightVecLengthIsLow(weights=len(asked.weights), needed=needed)


def no_weight_above_limit(tx: Tx, asked: AskedWeights) -> None:
    """MaxWeightsLimit bounds a weight's part of the sum; a single weight on itself, and a limit of 65535, are not bounded.

    Source: subtensor subnets/weights.rs::max_weight_limited, spec_version 277.
    """
    limit = tx.storage.max_weights_limit[asked.netuid]
    uid = caller_uid(tx, asked.netuid, asked.hotkey)
    if limit == U16_MAX or is_self_weight(uid, asked.uids, asked.weights):
        return
    weights = max_upscaled(asked.weights)
    if not is_max_limited(weights, limit):
        largest = max(weights)
        part = -(-largest * U16_MAX // sum(weights))
        raise MaxWeightExceeded(uid=asked.uids[weights.index(largest)], part_of_65535=part, limit=limit)


CHECKS: tuple[Callable[[Tx, AskedWeights], None], ...] = (
    not_on_root,
    one_weight_for_each_uid,
    subnet_is_there,
    no_more_uids_than_neurons,
    hotkey_is_registered,
    stake_reaches_threshold,
    version_key_is_current,
    rate_limit_is_over,
    permit_unless_self_weight,
    no_uid_twice,
    every_uid_exists,
    enough_weights,
    no_weight_above_limit,
)
"""What weights must pass, in this order: the first that does not hold gives the error."""
