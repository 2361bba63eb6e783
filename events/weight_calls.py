"""Calls about weights that came after `set_weights` and `commit_weights`: for one mechanism, and timelocked commits.

mecid: the number of a mechanism of the subnet, 0 for the first. A timelocked commit is a ciphertext that the randomness beacon's
pulse of `reveal_round` opens.
"""

from neuron_ledger.events.wire.arguments import GivenU16s
from neuron_ledger.events.wire.errors import FieldError
from neuron_ledger.events.wire.record import Call, call
from neuron_ledger.events.wire.units import BYTES, HASH, U8, U16, U64, NetUid

TIMELOCKED_COMMIT_BYTES_MAX = 5000
"""Maximum bytes of a timelocked commit; a node does not decode a call with more."""


def ensure_fits(commit: bytes) -> None:
    """Refuse a timelocked commit that is too long. Raises: FieldError."""
    if len(commit) > TIMELOCKED_COMMIT_BYTES_MAX:
        raise FieldError("commit", f"at most {TIMELOCKED_COMMIT_BYTES_MAX} bytes", f"{len(commit)} bytes")


@call("set_mechanism_weights")
class SetMechanismWeights(Call):
    """Set the weights of the caller's uid in one mechanism. Signed by the hotkey."""

    netuid: NetUid
    mecid: U8
    dests: GivenU16s
    weights: GivenU16s
    version_key: U64


@call("commit_mechanism_weights")
class CommitMechanismWeights(Call):
    """Commit to weights in one mechanism that are revealed later."""

    netuid: NetUid
    mecid: U8
    commit_hash: HASH


@call("reveal_mechanism_weights")
class RevealMechanismWeights(Call):
    """Reveal committed weights of one mechanism."""

    netuid: NetUid
    mecid: U8
    uids: GivenU16s
    values: GivenU16s
    salt: GivenU16s
    version_key: U64


@call("commit_crv3_weights")
class CommitCrv3Weights(Call):
    """Commit to weights that are revealed automatically; until spec_version 315."""

    netuid: NetUid
    commit: BYTES
    reveal_round: U64

    def agree(self) -> None:
        ensure_fits(self.commit)


@call("commit_crv3_mechanism_weights")
class CommitCrv3MechanismWeights(Call):
    """Commit to weights in one mechanism that are revealed automatically, by the fourth version of the client's scheme."""

    netuid: NetUid
    mecid: U8
    commit: BYTES
    reveal_round: U64

    def agree(self) -> None:
        ensure_fits(self.commit)


@call("commit_timelocked_weights")
class CommitTimelockedWeights(Call):
    """Commit to weights that are revealed automatically. commit_reveal_version: of the client's scheme."""

    netuid: NetUid
    commit: BYTES
    reveal_round: U64
    commit_reveal_version: U16

    def agree(self) -> None:
        ensure_fits(self.commit)


@call("commit_timelocked_mechanism_weights")
class CommitTimelockedMechanismWeights(Call):
    """Commit to weights in one mechanism that are revealed automatically. commit_reveal_version: of the client's scheme."""

    netuid: NetUid
    mecid: U8
    commit: BYTES
    reveal_round: U64
    commit_reveal_version: U16

    def agree(self) -> None:
        ensure_fits(self.commit)


@call("store_pulse")
class StorePulse(Call):
    """Privileged, an observation: the randomness beacon's pulse of a round became known to the chain.

    signature: the beacon's signature of the round, with which commits to that round are opened; its SHA-256 is the randomness.
    """

    round: U64
    signature: BYTES
