"""What can be submitted: the chain's extrinsics under their on-chain names and argument names, and a few calls of our own.

A signed call comes from an account; a privileged one (from root on the chain, from a test bed or an observer here) has no signer.
"""

from neuron_ledger.events.storage.hyperparameters import hyperparameter
from neuron_ledger.events.wire.arguments import GivenAccount, GivenChildren, GivenU16s, GivenU64s
from neuron_ledger.events.wire.errors import FieldError
from neuron_ledger.events.wire.record import Call, call
from neuron_ledger.events.wire.units import (
    BYTES,
    HASH,
    NUMBER,
    PAIRS,
    SIGNATURE,
    TEXT,
    U8,
    U16,
    U16_VECTOR,
    U32,
    U64,
    U128,
    BlockNumber,
    NetUid,
    Rao,
)

# ----------------------------------------------------------------------------------------------------- registration


@call("burned_register")
class BurnedRegister(Call):
    """Register a hotkey by burning TAO. Signed by the coldkey."""

    netuid: NetUid
    hotkey: GivenAccount


@call("register")
class Register(Call):
    """Register by proof of work. Signed by the hotkey. work: the 32 bytes of the seal."""

    netuid: NetUid
    block_number: BlockNumber
    nonce: U64
    work: HASH
    hotkey: GivenAccount
    coldkey: GivenAccount


@call("root_register")
class RootRegister(Call):
    """Join the root network (netuid 0) by stake. Signed by the coldkey."""

    hotkey: GivenAccount


@call("force_register")
class ForceRegister(Call):
    """Privileged: register without checks or counters, creating the account if it is new."""

    netuid: NetUid
    hotkey: GivenAccount
    coldkey: GivenAccount


# ---------------------------------------------------------------------------------------------------------- serving


@call("serve_axon")
class ServeAxon(Call):
    """Announce the endpoint of a neuron. Signed by the hotkey. ip: an IPv4 or IPv6 address as an integer."""

    netuid: NetUid
    version: U32
    ip: U128
    port: U16
    ip_type: U8
    protocol: U8
    placeholder1: U8
    placeholder2: U8


@call("serve_axon_tls")
class ServeAxonTls(Call):
    """Announce an endpoint with a TLS certificate: its first byte is the algorithm, the rest (1…64 bytes) the public key."""

    netuid: NetUid
    version: U32
    ip: U128
    port: U16
    ip_type: U8
    protocol: U8
    placeholder1: U8
    placeholder2: U8
    certificate: BYTES


@call("serve_prometheus")
class ServePrometheus(Call):
    """Announce where a neuron's metrics are served. Signed by the hotkey."""

    netuid: NetUid
    version: U32
    ip: U128
    port: U16
    ip_type: U8


# ---------------------------------------------------------------------------------------------------------- weights


@call("set_weights")
class SetWeights(Call):
    """Set the weights of the caller's uid. Signed by the hotkey."""

    netuid: NetUid
    dests: GivenU16s
    weights: GivenU16s
    version_key: U64


@call("batch_set_weights")
class BatchSetWeights(Call):
    """Set weights on several subnets. weights: one row of (uid, weight) pairs per subnet."""

    netuids: GivenU16s
    weights: tuple[PAIRS, ...]
    version_keys: GivenU64s


@call("commit_weights")
class CommitWeights(Call):
    """Commit to weights that are revealed later."""

    netuid: NetUid
    commit_hash: HASH


@call("batch_commit_weights")
class BatchCommitWeights(Call):
    """Commit to weights on several subnets."""

    netuids: GivenU16s
    commit_hashes: tuple[HASH, ...]


@call("reveal_weights")
class RevealWeights(Call):
    """Reveal committed weights."""

    netuid: NetUid
    uids: GivenU16s
    values: GivenU16s
    salt: GivenU16s
    version_key: U64


@call("batch_reveal_weights")
class BatchRevealWeights(Call):
    """Reveal several commits of one subnet."""

    netuid: NetUid
    uids_list: tuple[U16_VECTOR, ...]
    values_list: tuple[U16_VECTOR, ...]
    salts_list: tuple[U16_VECTOR, ...]
    version_keys: GivenU64s


# ---------------------------------------------------------------------------------------------------------- staking


@call("add_stake")
class AddStake(Call):
    """Stake TAO on a hotkey of a subnet. Signed by the coldkey. amount_staked: rao."""

    hotkey: GivenAccount
    netuid: NetUid
    amount_staked: Rao


@call("remove_stake")
class RemoveStake(Call):
    """Take stake back. Signed by the coldkey. amount_unstaked: alpha of the subnet, in its smallest unit."""

    hotkey: GivenAccount
    netuid: NetUid
    amount_unstaked: Rao


@call("set_children")
class SetChildren(Call):
    """Schedule the children of a hotkey: (proportion in parts of 2^64 - 1, child hotkey)."""

    hotkey: GivenAccount
    netuid: NetUid
    children: GivenChildren


@call("set_childkey_take")
class SetChildkeyTake(Call):
    """Set what a child hotkey keeps of its parents' dividends. take: parts of 65535."""

    hotkey: GivenAccount
    netuid: NetUid
    take: U16


@call("increase_take")
class IncreaseTake(Call):
    """Raise a delegate's take. take: parts of 65535."""

    hotkey: GivenAccount
    take: U16


@call("decrease_take")
class DecreaseTake(Call):
    """Lower a delegate's take. take: parts of 65535."""

    hotkey: GivenAccount
    take: U16


# ---------------------------------------------------------------------------------------------------------- subnets


@call("register_network")
class RegisterNetwork(Call):
    """Create a subnet, paying the lock cost. Signed by the coldkey that will own it."""

    hotkey: GivenAccount


@call("dissolve_network")
class DissolveNetwork(Call):
    """Privileged: remove a subnet. coldkey: its owner."""

    coldkey: GivenAccount
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
    """Set a hyperparameter by the chain's call for it (name `tempo`: `sudo_set_tempo`), with that call's checks.

    Signed by the subnet's owner where the chain lets owners set it; privileged otherwise. netuid: 0 for the few that apply to the
    whole chain. value: flags are 0 and 1, fixed-point numbers their bits.
    """

    name: TEXT
    netuid: NetUid
    value: NUMBER

    def agree(self) -> None:
        """Refuse a name that no call of the chain sets, and a value that the storage item cannot hold. Raises: FieldError."""
        parameter = hyperparameter(self.name)
        if parameter.call is None:
            raise FieldError("name", "a hyperparameter that a call of the chain sets; use set_param for this one", self.name)
        parameter.check(self.value)


@call("set_param")
class SetParam(Call):
    """Privileged: the pallet's bare setter of a hyperparameter, for test beds: little is checked except that the value fits.

    netuid, value: as for `SudoSet`.
    """

    name: TEXT
    netuid: NetUid
    value: NUMBER

    def agree(self) -> None:
        """Refuse an unknown name, and a value that the parameter's storage item cannot hold. Raises: FieldError."""
        hyperparameter(self.name).check(self.value)


@call("sudo_set_alpha_values")
class SudoSetAlphaValues(Call):
    """Set the bounds of liquid alpha, in parts of 65535. Signed by the subnet's owner."""

    netuid: NetUid
    alpha_low: U16
    alpha_high: U16


# ------------------------------------------------------------------------------------------------- blocks, test beds


@call("advance_to")
class AdvanceTo(Call):
    """Privileged: let blocks pass, running the block hook in each, until `block` is the current one."""

    block: BlockNumber


@call("seal_storage")
class SealStorage(Call):
    """Privileged: record the digest of storage as it is now in the chain, so that a snapshot of it can prove itself."""


@call("force_set_balance")
class ForceSetBalance(Call):
    """Privileged: set an account's free balance (and the total issuance of balances with it)."""

    who: GivenAccount
    new_free: Rao


@call("settle_balance")
class SettleBalance(Call):
    """Privileged, an observation: a change of an account's balance that no rule decides: a fee, or a call of another pallet.

    came, went: rao.
    """

    who: GivenAccount
    came: Rao
    went: Rao


@call("grant_stake")
class GrantStake(Call):
    """Privileged: record stake that came from elsewhere. amount: alpha of the subnet (TAO on netuid 0)."""

    hotkey: GivenAccount
    coldkey: GivenAccount
    netuid: NetUid
    amount: Rao


@call("poke_pruning_scores")
class PokePruningScores(Call):
    """Privileged: record pruning scores that were observed elsewhere. values: one score per uid, from uid 0 on."""

    netuid: NetUid
    values: GivenU16s


@call("upgrade_runtime")
class UpgradeRuntime(Call):
    """Privileged: from here on, the rules of a later spec_version apply."""

    spec_version: U32


@call("observe")
class Observe(Call):
    """Privileged: take over storage as observed elsewhere; the event that follows holds it.

    source: a name for people. source_block: the block at which it was observed. source_digest: BLAKE3 of the file it came from.
    signer, signature: the Ed25519 key of whoever vouches for it, and what it signed (docs/log-format.md); both or none.
    """

    source: TEXT
    source_block: BlockNumber
    source_digest: HASH
    signer: HASH | None = None
    signature: SIGNATURE | None = None

    def agree(self) -> None:
        if (self.signer is None) != (self.signature is None):
            raise FieldError("signature", "a signature and its signer, or neither", self.signature)
