"""The calls that set weights before 277: directly, on the root network, or by a commit and its reveal an interval later."""

from functools import partial

from neuron_ledger.events.calls import (
    BatchCommitWeights,
    BatchRevealWeights,
    BatchSetWeights,
    CommitWeights,
    RevealWeights,
    SetWeights,
)
from neuron_ledger.events.early_staking import SetRootWeights
from neuron_ledger.events.entries.codec import Origin
from neuron_ledger.ledger.errors import (
    HotKeyAccountNotExists,
    InvalidRevealCommitHashNotMatch,
    InvalidRevealCommitTempo,
    NotRootSubnet,
    NoWeightsCommitFound,
    WeightsCommitNotAllowed,
)
from neuron_ledger.ledger.rules.accounts.owners import ensure_coldkey_owns_hotkey, hotkey_account_exists
from neuron_ledger.ledger.rules.netuids import ROOT, ensure_subnet_exists
from neuron_ledger.ledger.rules.weights import early_setting
from neuron_ledger.ledger.rules.weights.calls import (
    batch_commit_weights,
    batch_reveal_weights,
    batch_set_weights,
    commit_weights,
    ensure_taken_directly,
    reveal_weights,
    set_weights,
)
from neuron_ledger.ledger.rules.weights.commit_hash import get_commit_hash
from neuron_ledger.ledger.rules.weights.commit_reveal import commit_reveal_is_on
from neuron_ledger.ledger.runtime import CallTable, Tx, call_table, handles
from neuron_ledger.ledger.transaction import ensure_signed
from neuron_ledger.ledger.weights import AskedCommit, AskedWeights, Commit

# ------------------------------------------------------------------------------------------------------------- directly


def set_weights_103(tx: Tx, origin: Origin, call: SetWeights) -> None:
    """Set the weights of the caller's uid, scaled to their sum. Raises: BadOrigin, then as the checks of `CHECKS_103`.

    Source: subtensor weights.rs::do_set_weights, spec_version 103.
    """
    early_setting.store(tx, _asked(origin, call), early_setting.CHECKS_103, early_setting.parts_of_sum)


def set_upscaled(checks: early_setting.Checks, tx: Tx, origin: Origin, call: SetWeights) -> None:
    """Set the weights of the caller's uid, scaled to the largest; since spec_version 133 those on netuid 0 are on subnets.

    Raises: BadOrigin, then as the checks. Source: subtensor weights.rs::do_set_weights, spec_versions 117 to 149.
    """
    early_setting.store(tx, _asked(origin, call), checks, early_setting.UPSCALED)


def set_weights_151(checks: early_setting.Checks, tx: Tx, origin: Origin, call: SetWeights) -> None:
    """Set the weights of the caller's uid, if the subnet accepts them directly.

    Raises: CommitRevealEnabled, BadOrigin, then as the checks. Source: subtensor lib.rs::set_weights, spec_version 185.
    """
    ensure_taken_directly(tx, call.netuid)
    early_setting.store(tx, _asked(origin, call), checks, early_setting.UPSCALED)


def _asked(origin: Origin, call: SetWeights) -> AskedWeights:
    return AskedWeights(call.netuid, call.netuid, ensure_signed(origin), call.dests, call.weights, call.version_key)


def set_root_weights(checks: early_setting.Checks, tx: Tx, origin: Origin, call: SetRootWeights) -> None:
    """Set the weights of a member of the root network, whose coldkey signs.

    Raises: BadOrigin, HotKeyAccountNotExists, NonAssociatedColdKey, SubNetworkDoesNotExist, NotRootSubnet, then as the checks
    (`ROOT_CHECKS_151`): in this order.
    Source: subtensor root.rs::do_set_root_weights, spec_version 185.
    """
    ensure_signed(origin)
    if not hotkey_account_exists(tx, call.hotkey):
        raise HotKeyAccountNotExists(hotkey=call.hotkey)
    set_root_weights_of_anybody(checks, tx, origin, call)


def set_root_weights_of_anybody(checks: early_setting.Checks, tx: Tx, origin: Origin, call: SetRootWeights) -> None:
    """The same, except that a hotkey without an account counts as another coldkey's. Source: the first spec_version 185."""
    coldkey, hotkey = ensure_signed(origin), call.hotkey
    ensure_coldkey_owns_hotkey(tx, coldkey, hotkey)
    ensure_subnet_exists(tx.storage, call.netuid)
    if call.netuid != ROOT:
        raise NotRootSubnet(netuid=call.netuid)
    asked = AskedWeights(ROOT, ROOT, hotkey, call.dests, call.weights, call.version_key)
    early_setting.store(tx, asked, checks, early_setting.UPSCALED)


# ------------------------------------------------------------------------------------------------- by commit and reveal


def commit_weights_151(tx: Tx, origin: Origin, call: CommitWeights) -> None:
    """Commit to weights, registered or not; one commit per interval, which replaces the one before.

    Raises: BadOrigin, CommitRevealDisabled, WeightsCommitNotAllowed: in this order.
    Source: subtensor weights.rs::do_commit_weights, spec_version 185.
    """
    hotkey, netuid, storage = ensure_signed(origin), call.netuid, tx.storage
    commit_reveal_is_on(tx, AskedCommit(netuid, netuid, hotkey))
    committed, interval = _committed(tx, netuid, hotkey), storage.weight_commit_reveal_interval[netuid]
    if committed is not None and interval and tx.block // interval <= committed[1] // interval:
        block = committed[1]
        next_interval = (block // interval + 1) * interval
        raise WeightsCommitNotAllowed(netuid=netuid, commit_block=block, allowed_from=next_interval)
    storage.weight_commits[netuid, hotkey] = ((call.commit_hash, tx.block, 0, 0),)


def reveal_weights_151(checks: early_setting.Checks, tx: Tx, origin: Origin, call: RevealWeights) -> None:
    """Set the weights that were committed to in the interval before. The commit stays, and may be revealed again.

    Raises: BadOrigin, CommitRevealDisabled, NoWeightsCommitFound, InvalidRevealCommitTempo, InvalidRevealCommitHashNotMatch,
    then as the checks: in this order.
    Source: subtensor weights.rs::do_reveal_weights, spec_version 185.
    """
    hotkey, netuid = ensure_signed(origin), call.netuid
    commit_reveal_is_on(tx, AskedCommit(netuid, netuid, hotkey))
    committed = _committed(tx, netuid, hotkey)
    if committed is None:
        raise NoWeightsCommitFound(netuid=netuid, hotkey=hotkey)
    ensure_in_next_interval(tx, netuid, committed[1])
    revealed = get_commit_hash(hotkey, netuid, call.uids, call.values, call.salt, call.version_key)
    if revealed != committed[0]:
        raise InvalidRevealCommitHashNotMatch(netuid=netuid, commit_hash=revealed, open_commits=1)
    asked = AskedWeights(netuid, netuid, hotkey, call.uids, call.values, call.version_key)
    early_setting.store(tx, asked, checks, early_setting.UPSCALED)


def _committed(tx: Tx, netuid: int, hotkey: bytes) -> Commit | None:
    """A hotkey's commit; None where there is none."""
    commits = tx.storage.weight_commits.get((netuid, hotkey))
    return commits[0] if commits else None


def ensure_in_next_interval(tx: Tx, netuid: int, commit_block: int) -> None:
    """Raises: InvalidRevealCommitTempo outside the interval after the commit's; an interval of 0 is always over.

    Source: subtensor weights.rs::is_reveal_block_range, spec_version 185.
    """
    interval = tx.storage.weight_commit_reveal_interval[netuid]
    if interval == 0:
        return
    first = (commit_block // interval + 1) * interval
    if not first <= tx.block < first + interval:
        last = first + interval - 1
        raise InvalidRevealCommitTempo(
            netuid=netuid, commit_block=commit_block, first_reveal_block=first, last_reveal_block=last, current=tx.block
        )


CALLS_103: CallTable = call_table(handles(SetWeights, set_weights_103))
CALLS_117, CALLS_118, CALLS_133, CALLS_141 = (
    call_table(handles(SetWeights, partial(set_upscaled, checks)))
    for checks in (
        early_setting.CHECKS_117,
        early_setting.CHECKS_118,
        early_setting.CHECKS_133,
        early_setting.CHECKS_141,
    )
)
CALLS_185_FIRST: CallTable = call_table(
    handles(SetWeights, partial(set_upscaled, early_setting.CHECKS_151)),
    handles(SetRootWeights, partial(set_root_weights_of_anybody, early_setting.ROOT_CHECKS_151)),
)
CALLS_151: CallTable = call_table(
    handles(SetWeights, partial(set_weights_151, early_setting.CHECKS_151)),
    handles(SetRootWeights, partial(set_root_weights, early_setting.ROOT_CHECKS_151)),
    handles(CommitWeights, commit_weights_151),
    handles(RevealWeights, partial(reveal_weights_151, early_setting.CHECKS_151)),
)
CALLS_203: CallTable = call_table(
    handles(SetWeights, partial(set_weights_151, early_setting.CHECKS_203)),
    handles(RevealWeights, partial(reveal_weights_151, early_setting.CHECKS_203)),
)
CALLS_205: CallTable = call_table(
    handles(SetWeights, set_weights),
    handles(CommitWeights, commit_weights),
    handles(RevealWeights, reveal_weights),
    handles(BatchRevealWeights, batch_reveal_weights),
)
"""Since spec_version 205 commits are queued and revealed by epochs, as in later runtimes."""
CALLS_216: CallTable = call_table(
    handles(SetRootWeights, partial(set_root_weights, early_setting.ROOT_CHECKS_216)),
    handles(BatchSetWeights, batch_set_weights),
    handles(BatchCommitWeights, batch_commit_weights),
)
