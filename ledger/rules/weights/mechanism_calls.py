"""The calls about weights in one mechanism of a subnet, since spec_version 320."""

from neuron_ledger.events.entries.codec import Origin
from neuron_ledger.events.weight_calls import CommitMechanismWeights, RevealMechanismWeights, SetMechanismWeights
from neuron_ledger.ledger.rules.weights.calls import ensure_taken_directly
from neuron_ledger.ledger.rules.weights.commit_reveal import asked_commit, commit, reveal
from neuron_ledger.ledger.rules.weights.setting import asked_weights, store_weights
from neuron_ledger.ledger.runtime import Tx, call_table, handles
from neuron_ledger.ledger.transaction import ensure_signed


def set_mechanism_weights(tx: Tx, origin: Origin, call: SetMechanismWeights) -> None:
    """Set the weights of the caller's uid in a mechanism, if the subnet accepts them directly.

    Raises: CommitRevealEnabled, BadOrigin, then as `store_weights`.
    Source: subtensor macros/dispatches.rs::set_mechanism_weights, spec_version 424.
    """
    ensure_taken_directly(tx, call.netuid)
    hotkey = ensure_signed(origin)
    store_weights(tx, asked_weights(tx, call.netuid, hotkey, call.dests, call.weights, call.version_key, call.mecid))


def commit_mechanism_weights(tx: Tx, origin: Origin, call: CommitMechanismWeights) -> None:
    """Queue a commit to weights in a mechanism; expired commits are removed.

    Raises: MechanismDoesNotExist, BadOrigin, CommitRevealDisabled, HotKeyNotRegisteredInSubNet, CommittingWeightsTooFast,
    TooManyUnrevealedCommits: in this order.
    Source: subtensor subnets/weights.rs::do_commit_mechanism_weights, spec_version 424.
    """
    commit(tx, asked_commit(tx, origin, call.netuid, call.mecid), call.commit_hash)


def reveal_mechanism_weights(tx: Tx, origin: Origin, call: RevealMechanismWeights) -> None:
    """Set the weights in a mechanism that were committed to. The commit leaves the queue, and so do all before it.

    Raises: as `reveal_weights`. Source: subtensor subnets/weights.rs::do_reveal_mechanism_weights, spec_version 424.
    """
    hotkey = ensure_signed(origin)
    reveal(tx, asked_weights(tx, call.netuid, hotkey, call.uids, call.values, call.version_key, call.mecid), call.salt)


CALLS = call_table(
    handles(SetMechanismWeights, set_mechanism_weights),
    handles(CommitMechanismWeights, commit_mechanism_weights),
    handles(RevealMechanismWeights, reveal_mechanism_weights),
)
