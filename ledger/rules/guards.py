"""Guards: what a signed call must pass before its handler is asked, since spec_version 423.

The chain applies them in this order: swap of the coldkey, weights, rate limits, delegate take, endpoints. Some check what the
handler will check again, others refuse more than it does, or with another error. A privileged call passes them all.

Before 423 only the transaction pool made such checks, which decides what is included in a block and is not part of these rules.
"""

from collections.abc import Iterable
from typing import Any

from neuron_ledger.events.calls import (
    BatchCommitWeights,
    BatchRevealWeights,
    BatchSetWeights,
    CommitWeights,
    DecreaseTake,
    IncreaseTake,
    RegisterNetwork,
    RevealWeights,
    ServeAxon,
    ServeAxonTls,
    ServePrometheus,
    SetWeights,
)
from neuron_ledger.events.entries.codec import Origin
from neuron_ledger.events.weight_calls import (
    CommitCrv3MechanismWeights,
    CommitMechanismWeights,
    CommitTimelockedMechanismWeights,
    CommitTimelockedWeights,
    RevealMechanismWeights,
    SetMechanismWeights,
)
from neuron_ledger.events.wire.record import Call
from neuron_ledger.ledger.errors import (
    ColdkeySwapAnnounced,
    ColdkeySwapDisputed,
    CommittingWeightsTooFast,
    DelegateTakeTooHigh,
    DelegateTakeTooLow,
    InputLengthsUnequal,
    InvalidRevealRound,
    NoWeightsCommitFound,
    SettingWeightsTooFast,
)
from neuron_ledger.ledger.rules.mechanisms import netuid_and_mechanism
from neuron_ledger.ledger.rules.serving.calls import ensure_axon_may_be_served, ensure_prometheus_may_be_served
from neuron_ledger.ledger.rules.stake.calls import ensure_own_hotkey
from neuron_ledger.ledger.rules.subnets.cost import ensure_network_may_be_registered_315
from neuron_ledger.ledger.rules.weights.commit_hash import get_commit_hash
from neuron_ledger.ledger.rules.weights.commit_reveal import ensure_may_be_revealed
from neuron_ledger.ledger.rules.weights.mechanisms import stake_reaches_threshold_397
from neuron_ledger.ledger.rules.weights.setting import ensure_within_rate_limit
from neuron_ledger.ledger.runtime import Guard, Tx
from neuron_ledger.ledger.weights import AskedCommit, AskedWeights

TooFast = type[SettingWeightsTooFast] | type[CommittingWeightsTooFast]

Reveal = tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...], int]
"""What is revealed: uids, values, salt, version key."""

OF_COLDKEY_SWAPS = frozenset(
    {"announce_coldkey_swap", "swap_coldkey_announced", "dispute_coldkey_swap", "clear_coldkey_swap_announcement"}
)
"""The calls, by their names on the chain, that an announced swap of the signer's coldkey leaves open."""

ON_ONE_SUBNET = (
    *(SetWeights, SetMechanismWeights, CommitWeights, CommitMechanismWeights, RevealWeights, RevealMechanismWeights),
    *(BatchRevealWeights, CommitTimelockedWeights, CommitTimelockedMechanismWeights, CommitCrv3MechanismWeights),
)
ON_SEVERAL_SUBNETS = (BatchSetWeights, BatchCommitWeights)
REVEALS = (RevealWeights, RevealMechanismWeights, BatchRevealWeights)
TIMELOCKED = (CommitTimelockedWeights, CommitTimelockedMechanismWeights, CommitCrv3MechanismWeights)
"""The calls about weights, by what the guard asks of them."""


def no_coldkey_swap_423(tx: Tx, origin: Origin, call: Call) -> None:
    """While a swap of the signer's coldkey is announced, only calls about swaps are open; once it is disputed, none.

    Raises: ColdkeySwapDisputed, ColdkeySwapAnnounced.
    Source: subtensor guards/check_coldkey_swap.rs, spec_version 424.
    """
    announced = None if origin is None else tx.storage.coldkey_swap_announcements[origin]
    if origin is None or announced is None:
        return
    if origin in tx.storage.coldkey_swap_disputes:
        raise ColdkeySwapDisputed(signer=origin)
    if call.tag.partition("/")[0] not in OF_COLDKEY_SWAPS:
        raise ColdkeySwapAnnounced(signer=origin, possible_from=announced[0])


# ---------------------------------------------------------------------------------------------------------- weights


def weights_may_come_423(tx: Tx, origin: Origin, call: Any) -> None:
    """Lists of equal length; enough stake for every call about weights, even commits and reveals; a reveal in time; a future
    round.

    Raises: InputLengthsUnequal, NotEnoughStakeToSetWeights, NoWeightsCommitFound, RevealTooEarly, InvalidRevealRound.
    Source: subtensor guards/check_weights.rs, spec_version 424.
    """
    if origin is None or not isinstance(call, (*ON_ONE_SUBNET, *ON_SEVERAL_SUBNETS)):
        return
    _ensure_equal_lengths(call)
    for netuid in call.netuids if isinstance(call, ON_SEVERAL_SUBNETS) else (call.netuid,):
        stake_reaches_threshold_397(tx, AskedWeights(netuid, netuid, origin, (), (), 0))
    if isinstance(call, REVEALS):
        index = tx.rules.storage_index(call.netuid, _mechanism(call))
        _ensure_may_be_revealed(tx, origin, call.netuid, index, _revealed(call))
    last = tx.storage.drand_last_stored_round.value
    if isinstance(call, TIMELOCKED) and call.reveal_round < last:
        raise InvalidRevealRound(reveal_round=call.reveal_round, last_stored_round=last)


def _ensure_equal_lengths(call: Call) -> None:
    names = _LISTS.get(type(call), ())
    lengths = {name: len(getattr(call, name)) for name in names}
    if len(set(lengths.values())) > 1:
        raise InputLengthsUnequal(**lengths)


_LISTS: dict[type[Call], tuple[str, ...]] = {
    BatchSetWeights: ("netuids", "weights", "version_keys"),
    BatchCommitWeights: ("netuids", "commit_hashes"),
    BatchRevealWeights: ("uids_list", "values_list", "salts_list", "version_keys"),
}


def _revealed(call: RevealWeights | RevealMechanismWeights | BatchRevealWeights) -> Iterable[Reveal]:
    if isinstance(call, BatchRevealWeights):
        return zip(call.uids_list, call.values_list, call.salts_list, call.version_keys, strict=True)
    return [(call.uids, call.values, call.salt, call.version_key)]


def _mechanism(call: Any) -> int:
    return getattr(call, "mecid", 0)


def _ensure_may_be_revealed(tx: Tx, hotkey: bytes, netuid: int, index: int, reveals: Iterable[Reveal]) -> None:
    """Unlike the handler, this does not distinguish an expired commit from one that is too early: neither can be revealed now."""
    commits = tx.storage.weight_commits[index, hotkey]
    if commits is None:
        raise NoWeightsCommitFound(netuid=netuid, hotkey=hotkey)
    for uids, values, salt, version_key in reveals:
        commit_hash = get_commit_hash(hotkey, index, uids, values, salt, version_key)
        commit = next((commit for commit in commits if commit[0] == commit_hash), None)
        if commit is None:
            raise NoWeightsCommitFound(netuid=netuid, hotkey=hotkey, commit_hash=commit_hash)
        ensure_may_be_revealed(tx, netuid, commit)


# ------------------------------------------------------------------------------------------------------- rate limits


def within_rate_limits_423(tx: Tx, origin: Origin, call: Call) -> None:
    """Weights, commits and new networks not too soon after the last. Setting is not limited on a subnet with commit-reveal.

    Raises: CommittingWeightsTooFast, SettingWeightsTooFast, NetworkTxRateLimitExceeded.
    Source: subtensor guards/check_rate_limits.rs, spec_version 424.
    """
    if origin is None:
        return
    if isinstance(call, (CommitWeights, CommitMechanismWeights)):
        _ensure_not_too_soon(tx, origin, call.netuid, _mechanism(call), CommittingWeightsTooFast)
    elif isinstance(call, (SetWeights, SetMechanismWeights)):
        if not tx.storage.commit_reveal_weights_enabled[call.netuid]:
            _ensure_not_too_soon(tx, origin, call.netuid, _mechanism(call), SettingWeightsTooFast)
    elif isinstance(call, RegisterNetwork):
        ensure_network_may_be_registered_315(tx)


def _ensure_not_too_soon(tx: Tx, hotkey: bytes, netuid: int, mechanism: int, refusal: TooFast) -> None:
    """A hotkey without a uid passes; if there is no such mechanism, it is too soon for all others."""
    uid, index = tx.storage.uids[netuid, hotkey], tx.rules.storage_index(netuid, mechanism)
    if uid is None:
        return
    if netuid_and_mechanism(tx.storage, index) is None:
        raise refusal(netuid=netuid, mechanism=mechanism, uid=uid)
    ensure_within_rate_limit(tx, AskedCommit(netuid, index, hotkey), refusal)


# ------------------------------------------------------------------------------------------------- takes, endpoints


def take_within_bounds_423(tx: Tx, origin: Origin, call: Call) -> None:
    """A delegate's take within the chain's bounds, changed by the hotkey's owner.

    Raises: DelegateTakeTooLow, DelegateTakeTooHigh, HotKeyAccountNotExists, NonAssociatedColdKey: in this order.
    Source: subtensor guards/check_delegate_take.rs, spec_version 424.
    """
    if origin is None or not isinstance(call, (IncreaseTake, DecreaseTake)):
        return
    least, most = tx.storage.min_delegate_take.value, tx.storage.max_delegate_take.value
    if call.take < least:
        raise DelegateTakeTooLow(take=call.take, needed=least)
    if call.take > most:
        raise DelegateTakeTooHigh(take=call.take, most=most)
    ensure_own_hotkey(tx, origin, call.hotkey)


def endpoint_may_be_served_423(tx: Tx, origin: Origin, call: Call) -> None:
    """What the handlers ask of an endpoint. Source: subtensor guards/check_serving_endpoints.rs, spec_version 424."""
    if origin is None:
        return
    if isinstance(call, (ServeAxon, ServeAxonTls)):
        ensure_axon_may_be_served(tx, origin, call)
    elif isinstance(call, ServePrometheus):
        ensure_prometheus_may_be_served(tx, origin, call)


GUARDS_423: tuple[Guard, ...] = (
    no_coldkey_swap_423,
    weights_may_come_423,
    within_rate_limits_423,
    take_within_bounds_423,
    endpoint_may_be_served_423,
)
"""In the chain's order. The guard for links to EVM keys is not built, since those links are not."""
