"""What can be submitted: the chain's extrinsics under their on-chain names and argument names, and a few calls of our own.

A signed call comes from an account; a privileged one (root's on the chain, a test bed's or an observer's here) from nobody.
"""

from typing import Annotated

from neuron_ledger.events.storage.hyperparameters import hyperparameter
from neuron_ledger.events.storage.items import LINKS
from neuron_ledger.events.wire.kinds import HASH, PAIRS, U16_VECTOR, ListOf
from neuron_ledger.events.wire.record import (
    AccountId,
    BlockNumber,
    Byte,
    Call,
    Hash32,
    Long,
    Longs,
    Name,
    NetUid,
    Rao,
    Raw,
    Short,
    Shorts,
    Wide128,
    Word,
    call,
)

# ----------------------------------------------------------------------------------------------------- registration


@call("burned_register")
class BurnedRegister(Call):
    """Register a hotkey by burning TAO. Signed by the coldkey."""

    netuid: NetUid
    hotkey: AccountId


@call("register")
class Register(Call):
    """Register by proof of work. Signed by the hotkey. work: the 32 bytes of the seal."""

    netuid: NetUid
    block_number: BlockNumber
    nonce: Long
    work: Hash32
    hotkey: AccountId
    coldkey: AccountId


@call("root_register")
class RootRegister(Call):
    """Join the root network (netuid 0) by stake. Signed by the coldkey."""

    hotkey: AccountId


@call("force_register")
class ForceRegister(Call):
    """Privileged: register without checks or counters, creating the account if it is new."""

    netuid: NetUid
    hotkey: AccountId
    coldkey: AccountId


# ---------------------------------------------------------------------------------------------------------- serving


@call("serve_axon")
class ServeAxon(Call):
    """Announce the endpoint of a neuron. Signed by the hotkey. ip: an IPv4 or IPv6 address as an integer."""

    netuid: NetUid
    version: Word
    ip: Wide128
    port: Short
    ip_type: Byte
    protocol: Byte
    placeholder1: Byte
    placeholder2: Byte


@call("serve_axon_tls")
class ServeAxonTls(Call):
    """Announce an endpoint with a TLS certificate: its first byte is the algorithm, the rest (1…64 bytes) the public key."""

    netuid: NetUid
    version: Word
    ip: Wide128
    port: Short
    ip_type: Byte
    protocol: Byte
    placeholder1: Byte
    placeholder2: Byte
    certificate: Raw


@call("serve_prometheus")
class ServePrometheus(Call):
    """Announce where a neuron's metrics are served. Signed by the hotkey."""

    netuid: NetUid
    version: Word
    ip: Wide128
    port: Short
    ip_type: Byte


# ---------------------------------------------------------------------------------------------------------- weights


@call("set_weights")
class SetWeights(Call):
    """Set the weights of the caller's uid. Signed by the hotkey."""

    netuid: NetUid
    dests: Shorts
    weights: Shorts
    version_key: Long


@call("batch_set_weights")
class BatchSetWeights(Call):
    """Set weights on several subnets. weights: one row of (uid, weight) pairs a subnet."""

    netuids: Shorts
    weights: Annotated[tuple[bytes, ...], ListOf(PAIRS)]
    version_keys: Longs


@call("commit_weights")
class CommitWeights(Call):
    """Commit to weights that are revealed later."""

    netuid: NetUid
    commit_hash: Hash32


@call("batch_commit_weights")
class BatchCommitWeights(Call):
    """Commit to weights on several subnets."""

    netuids: Shorts
    commit_hashes: Annotated[tuple[bytes, ...], ListOf(HASH)]


@call("reveal_weights")
class RevealWeights(Call):
    """Reveal committed weights."""

    netuid: NetUid
    uids: Shorts
    values: Shorts
    salt: Shorts
    version_key: Long


@call("batch_reveal_weights")
class BatchRevealWeights(Call):
    """Reveal several commits of one subnet."""

    netuid: NetUid
    uids_list: Annotated[tuple[tuple[int, ...], ...], ListOf(U16_VECTOR)]
    values_list: Annotated[tuple[tuple[int, ...], ...], ListOf(U16_VECTOR)]
    salts_list: Annotated[tuple[tuple[int, ...], ...], ListOf(U16_VECTOR)]
    version_keys: Longs


# ---------------------------------------------------------------------------------------------------------- staking


@call("add_stake")
class AddStake(Call):
    """Stake TAO on a hotkey of a subnet. Signed by the coldkey. amount_staked: rao."""

    hotkey: AccountId
    netuid: NetUid
    amount_staked: Rao


@call("remove_stake")
class RemoveStake(Call):
    """Take stake back. Signed by the coldkey. amount_unstaked: alpha of the subnet, in its smallest unit."""

    hotkey: AccountId
    netuid: NetUid
    amount_unstaked: Rao


@call("set_children")
class SetChildren(Call):
    """Schedule the children of a hotkey: (proportion as parts of 2^64 - 1, child hotkey)."""

    hotkey: AccountId
    netuid: NetUid
    children: Annotated[tuple[tuple[int, bytes], ...], LINKS]


@call("set_childkey_take")
class SetChildkeyTake(Call):
    """Set what a child hotkey keeps of its parents' dividends. take: parts of 65535."""

    hotkey: AccountId
    netuid: NetUid
    take: Short


@call("increase_take")
class IncreaseTake(Call):
    """Raise a delegate's take. take: parts of 65535."""

    hotkey: AccountId
    take: Short


@call("decrease_take")
class DecreaseTake(Call):
    """Lower a delegate's take. take: parts of 65535."""

    hotkey: AccountId
    take: Short


# ---------------------------------------------------------------------------------------------------------- subnets


@call("register_network")
class RegisterNetwork(Call):
    """Create a subnet, paying the lock cost. Signed by the coldkey that will own it."""

    hotkey: AccountId


@call("dissolve_network")
class DissolveNetwork(Call):
    """Privileged: remove a subnet. coldkey: its owner."""

    coldkey: AccountId
    netuid: NetUid


@call("start_call")
class StartCall(Call):
    """Start the emission of a subnet. Signed by its owner."""

    netuid: NetUid


@call("create_root_network")
class CreateRootNetwork(Call):
    """Privileged: create the root network (netuid 0), as the chain's genesis does."""


@call("sudo_set")
class SudoSet(Call):
    """Privileged: set a hyperparameter by its name (`tempo`, `kappa`, …; `sudo_set_tempo` and so on on the chain).

    netuid: 0 for the few that hold for the whole chain. value: flags are 0 and 1.
    """

    name: Name
    netuid: NetUid
    value: Long

    def check(self) -> None:
        """Refuse an unknown name, and a value that the parameter's storage item cannot hold. Raises: FieldError."""
        super().check()
        hyperparameter(self.name).check(self.value)


@call("sudo_set_alpha_values")
class SudoSetAlphaValues(Call):
    """Set the bounds of liquid alpha, as parts of 65535. Signed by the subnet's owner."""

    netuid: NetUid
    alpha_low: Short
    alpha_high: Short


# ------------------------------------------------------------------------------------------------- blocks, test beds


@call("advance_to")
class AdvanceTo(Call):
    """Privileged: let blocks pass, running the block hook in each, until `block` is the current one."""

    block: BlockNumber


@call("force_set_balance")
class ForceSetBalance(Call):
    """Privileged: set an account's free balance (and the total issuance of balances with it)."""

    who: AccountId
    new_free: Rao


@call("grant_stake")
class GrantStake(Call):
    """Privileged: record stake that came from elsewhere. amount: alpha of the subnet (TAO on netuid 0)."""

    hotkey: AccountId
    coldkey: AccountId
    netuid: NetUid
    amount: Rao


@call("poke_pruning_scores")
class PokePruningScores(Call):
    """Privileged: record pruning scores that were seen elsewhere. values: one score a uid, from uid 0 on."""

    netuid: NetUid
    values: Shorts


@call("observe")
class Observe(Call):
    """Privileged: take over storage as it was seen elsewhere; the event that follows holds it.

    source: a name for people. source_block: the block at which it was seen. source_digest: BLAKE3 of the file it came from.
    """

    source: Name
    source_block: BlockNumber
    source_digest: Hash32
