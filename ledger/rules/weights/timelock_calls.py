"""The calls that make timelocked commits to weights, and the observation of a pulse that opens them."""

from hashlib import sha256

from neuron_ledger.events.entries.codec import Origin
from neuron_ledger.events.weight_calls import (
    CommitCrv3MechanismWeights,
    CommitCrv3Weights,
    CommitTimelockedMechanismWeights,
    CommitTimelockedWeights,
    StorePulse,
)
from neuron_ledger.events.weights import PulseStored
from neuron_ledger.ledger.rules.weights.commit_reveal import asked_commit
from neuron_ledger.ledger.rules.weights.timelock import commit_timelocked
from neuron_ledger.ledger.rules.weights.timelock_payload import encode_pulse
from neuron_ledger.ledger.runtime import Tx, call_table, handles
from neuron_ledger.ledger.transaction import ensure_root

CRV3_VERSION = 4
"""The version of the client's scheme that calls without one imply."""


def commit_crv3_weights(tx: Tx, origin: Origin, call: CommitCrv3Weights) -> None:
    """Queue a timelocked commit.

    Raises: BadOrigin, CommitRevealDisabled, HotKeyNotRegisteredInSubNet, CommittingWeightsTooFast, TooManyUnrevealedCommits.
    Source: subtensor subnets/weights.rs::do_commit_crv3_weights, spec_version 277.
    """
    commit_timelocked(tx, asked_commit(tx, origin, call.netuid), call.commit, call.reveal_round)


def commit_crv3_weights_301(tx: Tx, origin: Origin, call: CommitCrv3Weights) -> None:
    """Queue a timelocked commit of the client scheme's version 4. Raises: as `commit_timelocked_weights`.

    Source: subtensor macros/dispatches.rs::commit_crv3_weights, spec_version 301.
    """
    commit_timelocked(tx, asked_commit(tx, origin, call.netuid), call.commit, call.reveal_round, CRV3_VERSION)


def commit_crv3_mechanism_weights(tx: Tx, origin: Origin, call: CommitCrv3MechanismWeights) -> None:
    """Queue a timelocked commit for a mechanism, of the client scheme's version 4. Raises: as `commit_timelocked_weights`.

    Source: subtensor macros/dispatches.rs::commit_crv3_mechanism_weights, spec_version 424.
    """
    commit_timelocked(tx, asked_commit(tx, origin, call.netuid, call.mecid), call.commit, call.reveal_round, CRV3_VERSION)


def commit_timelocked_weights(tx: Tx, origin: Origin, call: CommitTimelockedWeights) -> None:
    """Queue a timelocked commit.

    Raises: MechanismDoesNotExist (since 320), BadOrigin, CommitRevealDisabled, IncorrectCommitRevealVersion,
    HotKeyNotRegisteredInSubNet, CommittingWeightsTooFast, TooManyUnrevealedCommits: in this order.
    Source: subtensor subnets/weights.rs::do_commit_timelocked_weights, spec_version 424.
    """
    commit_timelocked(tx, asked_commit(tx, origin, call.netuid), call.commit, call.reveal_round, call.commit_reveal_version)


def commit_timelocked_mechanism_weights(tx: Tx, origin: Origin, call: CommitTimelockedMechanismWeights) -> None:
    """Queue a timelocked commit for a mechanism. Raises: as `commit_timelocked_weights`.

    Source: subtensor subnets/weights.rs::do_commit_timelocked_mechanism_weights, spec_version 424.
    """
    asked = asked_commit(tx, origin, call.netuid, call.mecid)
    commit_timelocked(tx, asked, call.commit, call.reveal_round, call.commit_reveal_version)


def store_pulse(tx: Tx, origin: Origin, call: StorePulse) -> None:
    """Record a pulse that was observed elsewhere; its signature is not checked. Raises: BadOrigin.

    Source: pallets/drand lib.rs::write_pulse, spec_version 424.
    """
    ensure_root(origin)
    pulse = encode_pulse(call.round, sha256(call.signature).digest(), call.signature)
    tx.emit(PulseStored(round=call.round, pulse=pulse))


CALLS = call_table(
    handles(CommitCrv3Weights, commit_crv3_weights),
    handles(StorePulse, store_pulse),
)
"""Those of spec_version 277."""

CALLS_320 = call_table(
    handles(CommitCrv3MechanismWeights, commit_crv3_mechanism_weights),
    handles(CommitTimelockedMechanismWeights, commit_timelocked_mechanism_weights),
)
"""Those that were introduced with mechanisms."""
