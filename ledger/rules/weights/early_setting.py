"""How weights were checked and stored before 277, on subnets and on the root network, whose weights refer to netuids."""

from collections.abc import Callable, Sequence

from neuron_ledger.events.weights import WeightsSet
from neuron_ledger.events.wire.rows import pack_pairs
from neuron_ledger.ledger.errors import (
    CannotGoOn,
    IncorrectWeightVersionKey,
    MaxWeightExceeded,
    NotEnoughStakeToSetWeights,
    SettingWeightsTooFast,
    UidVecContainInvalidOne,
    WeightVecLengthIsLow,
)
from neuron_ledger.ledger.rules.netuids import ROOT
from neuron_ledger.ledger.rules.numbers.fixed import U16_MAX
from neuron_ledger.ledger.rules.tao_stake.lent import staked_on_subnet_195
from neuron_ledger.ledger.rules.weights import setting
from neuron_ledger.ledger.rules.weights.scaling import max_upscaled
from neuron_ledger.ledger.rules.weights.setting import caller_uid, ensure_within_rate_limit, is_self_weight, last_update_of
from neuron_ledger.ledger.runtime import Tx
from neuron_ledger.ledger.weights import AskedWeights

Check = Callable[[Tx, AskedWeights], None]
Checks = Sequence[Check]


def parts_of_sum(weights: Sequence[int]) -> list[int]:
    """Weights (u16) scaled so that their sum is 65535, rounded down; all 0 stay 0; until spec_version 117.

    Source: subtensor weights.rs::normalize_weights, spec_version 103.
    """
    total = sum(weights)
    return [weight * U16_MAX // total for weight in weights] if total else list(weights)


def store(tx: Tx, asked: AskedWeights, checks: Checks, scaled: Callable[[Sequence[int]], list[int]]) -> None:
    """Check weights and store them as a row, in the order given, zeros included; the uid's LastUpdate is this block.

    Raises: what the checks raise, in their order. Source: subtensor weights.rs::do_set_weights, spec_versions 103 to 185.
    """
    for check in checks:
        check(tx, asked)
    row = pack_pairs(list(zip(asked.uids, scaled(asked.weights), strict=True)))
    uid = caller_uid(tx, asked.netuid, asked.hotkey)
    tx.emit(WeightsSet(netuid=asked.netuid, uid=uid, row=row, last_update=last_update_of(tx, asked.netuid, uid)))


def on_subnets(check: Callable[[Tx, AskedWeights], None]) -> Callable[[Tx, AskedWeights], None]:
    """A check that is skipped for weights on the root network."""

    def where_there_are_neurons(tx: Tx, asked: AskedWeights) -> None:
        if asked.netuid != ROOT:
            check(tx, asked)

    return where_there_are_neurons


# ----------------------------------------------------------------------------------------- checks, in the chain's order


def version_key_is_the_same(tx: Tx, asked: AskedWeights) -> None:
    """If the subnet's key is 0, any key is accepted. Source: subtensor weights.rs::check_version_key, spec_version 103."""
    needed = tx.storage.weights_version_key[asked.netuid]
    if needed not in (0, asked.version_key):
        raise IncorrectWeightVersionKey(version_key=asked.version_key, needed=needed)


def stake_reaches_minimum(tx: Tx, asked: AskedWeights) -> None:
    """The whole stake on the hotkey counts; since spec_version 141."""
    _ensure_enough(asked, tx.storage.total_hotkey_stake[asked.hotkey], tx.storage.weights_min_stake.value)


def stake_on_subnet_reaches_minimum_203(tx: Tx, asked: AskedWeights) -> None:
    """The hotkey's stake on the subnet counts, including what is lent. Source: subtensor lib.rs::check_weights_min_stake, 203."""
    _ensure_enough(asked, _on_subnet(tx, asked), tx.storage.weights_min_stake.value)


def stake_on_subnet_reaches_threshold_216(tx: Tx, asked: AskedWeights) -> None:
    """The same, with the item of later runtimes. Source: subtensor lib.rs::check_weights_min_stake, spec_version 216."""
    _ensure_enough(asked, _on_subnet(tx, asked), tx.storage.stake_threshold.value)


def stake_reaches_threshold_216(tx: Tx, asked: AskedWeights) -> None:
    """On the root network the whole stake on the hotkey counts.

    Source: subtensor root.rs::do_set_root_weights, spec_version 216.
    """
    _ensure_enough(asked, tx.storage.total_hotkey_stake[asked.hotkey], tx.storage.stake_threshold.value)


def alpha_reaches_minimum_218_draft(tx: Tx, asked: AskedWeights) -> None:
    """Only the hotkey's stake on the subnet itself counts.

    Source: subtensor lib.rs::check_weights_min_stake, spec_version 218 of the draft of alpha.
    """
    _ensure_enough(asked, tx.storage.total_hotkey_alpha[asked.hotkey, asked.netuid], tx.storage.weights_min_stake.value)


def _on_subnet(tx: Tx, asked: AskedWeights) -> int:
    return staked_on_subnet_195(tx.storage, asked.hotkey, asked.netuid)


def _ensure_enough(asked: AskedWeights, stake: int, needed: int) -> None:
    if stake < needed:
        raise NotEnoughStakeToSetWeights(netuid=asked.netuid, stake=stake, needed=needed, missing=needed - stake)


def rate_limit_is_over(tx: Tx, asked: AskedWeights) -> None:
    """Also applies to a reveal."""
    ensure_within_rate_limit(tx, asked, SettingWeightsTooFast)


def enough_weights_103(tx: Tx, asked: AskedWeights) -> None:
    """At least MinAllowedWeights, even if there are fewer neurons; one weight on itself is always enough.

    Source: subtensor weights.rs::check_length, spec_version 103.
    """
    needed = tx.storage.min_allowed_weights[asked.netuid]
    uid = caller_uid(tx, asked.netuid, asked.hotkey)
    if len(asked.weights) < needed and not is_self_weight(uid, asked.uids, asked.weights):
        raise WeightVecLengthIsLow(weights=len(asked.weights), needed=needed)


def enough_weights_133(tx: Tx, asked: AskedWeights) -> None:
    """As in later runtimes, except that on the root network no weight is on the member itself.

    Source: subtensor weights.rs::check_length, spec_versions 143 and 185.
    """
    if asked.netuid != ROOT:
        setting.enough_weights(tx, asked)
        return
    needed = min(tx.storage.min_allowed_weights[ROOT], tx.storage.subnetwork_n[ROOT])
    if len(asked.weights) < needed:
        raise WeightVecLengthIsLow(weights=len(asked.weights), needed=needed)


def no_part_above_limit(tx: Tx, asked: AskedWeights) -> None:
    """MaxWeightsLimit bounds what is stored; a single weight on itself, and a limit of 65535, are not bounded.

    Raises: MaxWeightExceeded; CannotGoOn for no weights at all, of which the chain computes the maximum.
    Source: subtensor weights.rs::max_weight_limited, spec_version 103.
    """
    limit = tx.storage.max_weights_limit[asked.netuid]
    uid = caller_uid(tx, asked.netuid, asked.hotkey)
    if limit == U16_MAX or is_self_weight(uid, asked.uids, asked.weights):
        return
    parts = parts_of_sum(asked.weights)
    if not parts:
        raise CannotGoOn("no weights although a limit is set: the chain's code at spec_version 103 cannot go on from here")
    largest = max(parts)
    if largest > limit:
        raise MaxWeightExceeded(uid=asked.uids[parts.index(largest)], part_of_65535=largest, limit=limit)


def every_netuid_exists(tx: Tx, asked: AskedWeights) -> None:
    """Source: subtensor root.rs::contains_invalid_root_uids, spec_versions 143 and 185."""
    for netuid in asked.uids:
        if not tx.storage.networks_added[netuid]:
            raise UidVecContainInvalidOne(uid=netuid, neurons=sum(tx.storage.networks_added.values()))


def netuids_exist_on_root(tx: Tx, asked: AskedWeights) -> None:
    if asked.netuid == ROOT:
        every_netuid_exists(tx, asked)


CHECKS_103: Checks = (
    setting.one_weight_for_each_uid,
    setting.subnet_is_there,
    setting.no_more_uids_than_neurons,
    setting.hotkey_is_registered,
    version_key_is_the_same,
    rate_limit_is_over,
    setting.permit_unless_self_weight,
    setting.no_uid_twice,
    setting.every_uid_exists,
    enough_weights_103,
    no_part_above_limit,
)

CHECKS_117: Checks = (*CHECKS_103[:-1], setting.no_weight_above_limit)

CHECKS_118: Checks = tuple(setting.version_key_is_current if check is version_key_is_the_same else check for check in CHECKS_117)

CHECKS_133: Checks = (
    setting.one_weight_for_each_uid,
    setting.subnet_is_there,
    netuids_exist_on_root,
    on_subnets(setting.no_more_uids_than_neurons),
    setting.hotkey_is_registered,
    setting.version_key_is_current,
    rate_limit_is_over,
    on_subnets(setting.permit_unless_self_weight),
    setting.no_uid_twice,
    on_subnets(setting.every_uid_exists),
    enough_weights_133,
    setting.no_weight_above_limit,
)

CHECKS_141: Checks = (*CHECKS_133[:5], stake_reaches_minimum, *CHECKS_133[5:])

CHECKS_151: Checks = (
    setting.not_on_root,
    setting.one_weight_for_each_uid,
    setting.subnet_is_there,
    setting.no_more_uids_than_neurons,
    setting.hotkey_is_registered,
    stake_reaches_minimum,
    setting.version_key_is_current,
    rate_limit_is_over,
    setting.permit_unless_self_weight,
    setting.no_uid_twice,
    setting.every_uid_exists,
    setting.enough_weights,
    setting.no_weight_above_limit,
)

ROOT_CHECKS_151: Checks = (
    setting.one_weight_for_each_uid,
    every_netuid_exists,
    setting.hotkey_is_registered,
    stake_reaches_minimum,
    setting.version_key_is_current,
    rate_limit_is_over,
    setting.no_uid_twice,
    enough_weights_133,
    setting.no_weight_above_limit,
)
"""The checks of `set_root_weights` that concern the weights."""

UPSCALED = max_upscaled
"""Since spec_version 117."""


def _with_other_stake_check(checks: Checks, replaced: Check, replacement: Check) -> tuple[Check, ...]:
    """The checks, with the one of the stake replaced."""
    return tuple(replacement if check is replaced else check for check in checks)


CHECKS_203 = _with_other_stake_check(CHECKS_151, stake_reaches_minimum, stake_on_subnet_reaches_minimum_203)
CHECKS_205, CHECKS_210, CHECKS_216, CHECKS_218_DRAFT = (
    _with_other_stake_check(setting.CHECKS, setting.stake_reaches_threshold, least_stake)
    for least_stake in (
        stake_reaches_minimum,
        stake_on_subnet_reaches_minimum_203,
        stake_on_subnet_reaches_threshold_216,
        alpha_reaches_minimum_218_draft,
    )
)
"""Those of 277, with other minimum stakes."""

ROOT_CHECKS_216 = _with_other_stake_check(ROOT_CHECKS_151, stake_reaches_minimum, stake_reaches_threshold_216)
