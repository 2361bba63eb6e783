"""The seam between rules and runtimes: what a runtime is, and the values that its functions exchange.

A runtime is one value made of functions. Rules reach whatever runtimes do differently through `tx.rules`, never by importing
it; `ledger/runtimes/` holds the runtimes themselves. docs/runtimes.md explains how to write one.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, Literal, TypeAlias, TypeVar

from attrs import define, field, frozen

from neuron_ledger.events.calls import SetChildren, SudoSet
from neuron_ledger.events.entries.codec import Origin
from neuron_ledger.events.storage.hyperparameters import hyperparameter
from neuron_ledger.events.storage.layout import Layout
from neuron_ledger.events.storage.trees import RuntimeName, named
from neuron_ledger.events.wire.record import Call, Event
from neuron_ledger.ledger.errors import CallNotDecided, ChainError
from neuron_ledger.ledger.key_swaps import KeySwaps
from neuron_ledger.ledger.networks import IdentityTexts, NewNetwork
from neuron_ledger.ledger.seats import AskedRegistration, Candidate, QueuePlace
from neuron_ledger.ledger.trading import Orders, Pool, ShareBook, StakeMove, TaoBook
from neuron_ledger.ledger.transaction import Transaction
from neuron_ledger.ledger.weights import AskedCommit, AskedWeights, Commit, RevealWindow, TimelockPayload, TimelockQueue
from neuron_ledger.projections.storage import Storage

Tx: TypeAlias = "Transaction[Runtime]"
"""A call while it is decided by the rules of a runtime."""

# ------------------------------------------------------------------------------------------------- calls and guards

C = TypeVar("C", bound=Call)

Handler = Callable[[Tx, Origin, Any], None]
"""Decides one call: emits events and moves quantities, or raises a ChainError."""

CallTable = Mapping[type[Call], Handler]
"""Which handler decides which call; every module of rules that decides calls has one, named `CALLS`."""

Guard = Callable[[Tx, Origin, Call], None]
"""What every call must pass before its handler is asked: raises a ChainError, or lets it pass."""

BlockStep = Callable[[Tx], None]
"""One step of what happens in every block."""

EarlyMigration = Callable[[Tx, int], int]
"""A migration before 277: changes storage; the pallet's stored version before → after."""

SubnetStep = Callable[[Tx, int], None]
"""One step that is done for a subnet (netuid)."""


def handles(call: type[C], handler: Callable[[Tx, Origin, C], None]) -> tuple[type[Call], Handler]:
    """A row of a call table. A handler of another call does not fit the types."""
    return call, handler


def call_table(*rows: tuple[type[Call], Handler]) -> CallTable:
    """The table of these rows (`handles`). Raises: ValueError for a call with two handlers."""
    table = dict(rows)
    if len(table) != len(rows):
        raise ValueError("a call has two handlers")
    return table


TaoStakeStep = Callable[[Tx, bytes, bytes, int], None]
"""(coldkey, hotkey, rao): one of the writes when TAO is staked or unstaked."""

# ---------------------------------------------------------------------------------------- what the functions exchange


@frozen
class AskedEndpoint:
    """An endpoint that a hotkey announces. last_served: block of the last announcement of this kind, 0 where there is none."""

    netuid: int
    hotkey: bytes
    ip: int
    ip_type: int
    port: int
    last_served: int


@define
class Share:
    """What a block brings to one subnet, U96F32: rao and alpha for its pool, alpha for those who work for it.

    excess_tao: rao for which the chain buys alpha from the pool.
    """

    netuid: int
    tao_in: int
    alpha_in: int
    alpha_out: int
    excess_tao: int = 0


@define
class BlockEmission:
    """What a block emits. unspent: rao that was minted for it and belongs to no account yet."""

    shares: list[Share]
    unspent: int = 0

    @property
    def netuids(self) -> list[int]:
        """The subnets that get shares, in their order."""
        return [share.netuid for share in self.shares]


AlphaFate = Literal["minted", "recycled", "burned"]
"""What became of alpha."""


Pending = tuple[int, int, int, int]
"""Emission pending until a subnet's epoch, u64. Until spec_version 334: alpha, rao, the alpha that was sold for it, owner cut;
since then alpha for miners, for validators, for root, owner cut."""

HotkeyEmission = tuple[bytes, int, int]
"""(hotkey, incentive, dividend) of one uid, as an epoch gives it."""


@frozen
class EpochStep:
    """One named step of the epoch: reads the results of earlier steps from the epoch's working value, and adds its own."""

    name: str
    run: Callable[[Any], None]


@frozen
class LastBlocks:
    """Where the blocks of the last rate-limited calls are stored. limit: one of `last_blocks.LIMITS`; account: None for a limit
    of the whole chain. Blocks are u64, 0 where there was no such call."""

    read: Callable[[Storage, str, bytes | None], int]
    """(storage, limit, account) → the block of the last one."""
    write: Callable[[Storage, str, bytes | None, int], None]
    """(storage, limit, account, block)."""
    remove: Callable[[Storage, str, bytes | None], None]
    """(storage, limit, account)."""
    counted: Callable[[int, int], int]
    """(block, block of the account's last call) → the block from which its limit counts; 0: no limit applies."""


# ------------------------------------------------------------------------------------------------------- the runtime


@frozen(kw_only=True, eq=False, repr=False)
class Runtime:
    """The rules of one spec_version: everything that another runtime does differently is one of these fields."""

    spec_version: int
    tree: str = ""
    """Which tree of the spec_version this is, where it is not the one known by the number alone (`events/storage/trees`)."""
    layout: Layout
    """What an absent entry of each storage item reads as."""
    error_names: Mapping[type[ChainError], str] = field(factory=dict)
    """The chain's name of an error, where it is not that of its class."""
    every_upgrade: tuple[BlockStep, ...] = ()
    """What happens first at every upgrade to this runtime, from any other."""
    migrations: tuple[BlockStep, ...] = ()
    """Migrations of storage when the chain is upgraded to this runtime from the one before it, in order."""
    early_migrations: tuple[EarlyMigration, ...] | None = None
    """Before 277: what any upgrade to this runtime does, in order, before the block number moves on; None from 277 on."""

    # Calls.
    guards: tuple[Guard, ...] = ()
    """What every call must pass first, in order."""
    calls: CallTable
    who_decides: Callable[[Call], str] = lambda _: ""
    """call → the runtimes of its timeline that decide it, in words; empty where it stands on none."""
    earlier_forms: Mapping[str, type[Call]] = field(factory=dict)
    """The ledger's call for a name whose call took other arguments, or meant something else, in this runtime than later."""

    block_hash: Callable[[int, int], bytes]
    """(number, current block) → the hash of a block, 32 bytes; zeros for the current block and later ones."""
    create_account: Callable[[Tx, bytes, bytes], None]
    """(coldkey, hotkey): makes the coldkey the owner of a hotkey that nobody owns."""
    issuance_after_fee: Callable[[int, int], int]
    """(TotalIssuance, fee in rao that an extrinsic's signer paid) → TotalIssuance."""

    last_blocks: LastBlocks
    """Where the blocks of the last rate-limited calls are noted."""

    # The block.
    due_epochs: Callable[[Tx], tuple[int, ...]]
    """The netuids whose epoch runs in this block, in order; asked once a block, before the block hook."""
    block_hook: tuple[BlockStep, ...]
    """What happens in every block, in order, after the block number moved on."""

    # Uids.
    registration_limits: Callable[[Tx, int], None]
    """netuid: checks the limits of registrations per block and per interval."""
    registration_checks: tuple[Callable[[Tx, AskedRegistration], None], ...]
    """What a paid registration must pass, in order; the hotkey's account is created on the way."""
    pay_for_registration: Callable[[Tx, AskedRegistration], None]
    after_registration: tuple[Callable[[Tx, AskedRegistration], None], ...]
    """The counters and accounts that a paid registration updates once it has its uid, in order."""
    append_neuron: Callable[[Tx, int, bytes], int]
    """(netuid, hotkey) → the new uid."""
    neuron_to_prune: Callable[[Tx, int], Candidate | None]
    """netuid → the neuron that a full subnet prunes; None where it prunes none."""
    immune_owner_uids: Callable[[Storage, int], Sequence[int]]
    """(storage, netuid) → the uids that a full subnet never prunes, since they are its owner's."""
    losing_score: Callable[[Storage, int, int], int]
    """(storage, netuid, uid) → the score by which neurons are pruned."""
    prune_queue: Callable[["Runtime", Storage, int], list[QueuePlace]]
    """(these rules, storage, netuid) → all neurons, in the order in which they would be pruned if nothing else changed."""
    replace_neuron: Callable[[Tx, int, Candidate, bytes], None]
    """(netuid, pruned neuron, new hotkey): replaces the neuron; decides which of its items are cleared."""
    clear_neuron: Callable[[Tx, int, int], None]
    """(netuid, uid): clears what epochs and weights left at a uid; until spec_version 320 its replacement does so."""
    hotkey_checks: tuple[Callable[[Tx, bytes], None], ...] = ()
    """What a hotkey must pass before an account is created for it, even if it already has one."""
    root_stake: Callable[[Tx, bytes], int]
    """hotkey → the rao by which members of the root network, and senators, are compared."""
    after_root_registration: tuple[Callable[[Tx, bytes], None], ...]
    """What is done with a hotkey that joined the root network, in order."""

    # Subnets.
    register_network: tuple[Callable[[Tx, NewNetwork], None], ...]
    """The steps of registering a subnet, in order: checks, cost, effects."""
    free_netuid: Callable[[Tx], int]
    """The netuid of a new subnet."""
    first_parameters: tuple[tuple[str, int], ...]
    """The hyperparameters that every new subnet is given, in the order of their events."""
    begin_subnet: tuple[SubnetStep, ...]
    """The steps that initialise a new netuid, in order."""
    subnet_identity: IdentityTexts
    start_call_delay: Callable[[Storage], int]
    """Blocks after a subnet's registration before its emission can be started."""
    dissolve_network: tuple[SubnetStep, ...]
    """The steps of dissolving a subnet, in order."""
    cleared_with_network: tuple[str, ...]
    """The items whose entries of a dissolved subnet are removed."""

    parameter_steps: Mapping[str, tuple[Callable[[Tx, Origin, SudoSet], None], ...]]
    """By hyperparameter: what the chain's call that sets it checks and does, in order."""
    parameter_setters: Mapping[str, Callable[[Tx, int, int], None]]
    """By hyperparameter: (netuid, value): what the pallet's own setter below it does, where it does more than store the value."""
    parameters_are_frozen: Callable[[Tx, int], bool]
    """netuid → whether an epoch of the subnet is too near to set its parameters."""

    # Weights.
    storage_index: Callable[[int, int], int]
    """(netuid, mechanism) → the key of per-mechanism items."""
    weights_checks: tuple[Callable[[Tx, AskedWeights], None], ...]
    """What weights must pass before they are stored, in order."""
    commit_checks: tuple[Callable[[Tx, AskedCommit], None], ...]
    """What a commit to weights must pass before it is queued, in order."""
    new_commit: Callable[[Tx, int, bytes], Commit]
    """(netuid, hash) → the queue's entry for a commit to weights made in this block."""
    reveal_window: Callable[[Tx, int, Commit], RevealWindow]
    """(netuid, commit) → when it may be revealed, and whether that is now, later, or over."""
    commit_target: Callable[[Tx, int, int], None]
    """(netuid, mechanism): what a commit's target must pass before the signer is checked."""
    item_failed: Callable[[int, int, ChainError, str], Event]
    """(number of the item, netuid, error, the chain's name of it) → the event for a refused item of a batch."""
    timelock_queue: TimelockQueue
    commit_epoch: Callable[[Tx, int], int]
    """netuid → the epoch that a commit made now counts to."""
    open_timelock: Callable[[bytes, bytes], bytes | None]
    """(commit, pulse of its round) → what it holds; None where the pulse does not open it."""
    read_timelock: Callable[[bytes, bytes], TimelockPayload | None]
    """(content of an opened commit, its author) → the weights; None where they cannot be read or belong to another hotkey."""

    # Commitments.
    epoch_index: Callable[[Tx, int], int]
    """netuid → the number of the epoch that the block belongs to."""
    reset_bonds: Callable[[Tx, int, bytes], None]
    """(netuid, hotkey): resets the bonds that validators hold in it."""

    # Serving.
    axon_checks: tuple[Callable[[Tx, AskedEndpoint], None], ...]
    prometheus_checks: tuple[Callable[[Tx, AskedEndpoint], None], ...]
    """What an endpoint must pass before it is announced, in order."""

    # Stake.
    increase_tao_stake: tuple[TaoStakeStep, ...] = ()
    decrease_tao_stake: tuple[TaoStakeStep, ...] = ()
    """Before alpha: the writes when TAO is staked or unstaked, in order."""
    empty_tao_stake: tuple[TaoStakeStep, ...] = ()
    """The same where all of a coldkey's stake on a hotkey is removed, with its entry."""
    shares: ShareBook
    lists_whoever_gets_stake: bool = True
    """Whether StakingHotkeys lists a hotkey for every coldkey that gets stake on it in any way, or only for those that stake."""
    tao: TaoBook
    may_unstake: Callable[[Tx, bytes, int, int], None]
    """(coldkey, netuid, alpha): the check that this much may be taken out of stake."""
    after_staking: tuple[Callable[[Tx, StakeMove], None], ...] = ()
    after_unstaking: tuple[Callable[[Tx, StakeMove], None], ...] = ()
    """What happens after stake came or went, in order."""
    schedule_children: Callable[[Tx, bytes, SetChildren], None]
    """(coldkey, what it asks for)."""
    least_childkey_take: Callable[[Storage, int], int]
    """(storage, netuid) → the minimum that a child hotkey keeps of its parents' dividends, in parts of 65535."""
    nomination_cleared: Callable[[Tx, bytes, int, int], None]
    """(coldkey, netuid, alpha): what happens when a nomination is cleared as too small."""
    orders: Orders
    """How stake is ordered within a limit, and how it moves."""

    # Keys.
    swaps: KeySwaps

    # Emission.
    pool: Pool
    count_alpha: Callable[[Tx, AlphaFate, Mapping[int, int]], None]
    """(kind of change, u64 by netuid): keeps account of alpha that was created or destroyed."""
    emitting: Callable[[Storage, Collection[int]], list[int]]
    """(storage, netuids) → those of the subnets that get block emission, in the same order."""
    share_emission: Callable[[Tx], BlockEmission]
    """What a block brings to each subnet that emits."""
    emission_steps: tuple[Callable[[Tx, BlockEmission], None], ...]
    """What is done with it, in order."""
    on_each_subnet: tuple[Callable[[Tx, int], None], ...] = ()
    """netuid: what happens on every subnet in every block, right before its epoch is checked for being due, in order."""
    before_drain: tuple[Callable[[Tx, int], None], ...]
    """netuid: what happens first where a subnet's epoch is due, in order."""
    take_pending: Callable[[Tx, int], Pending]
    """netuid → takes and returns the pending emission."""
    drain_pending_emission: Callable[[Tx, int, Pending], None]
    """(netuid, what was pending): runs the epoch and hands it out."""
    share_with_parents: Callable[[Tx, bytes, int, int], list[tuple[bytes, int]]]
    """(hotkey, netuid, its dividends) → what each parent gets of them, in order; last, what the hotkey keeps."""
    childkey_burn: Callable[[Tx], int]
    """The part of what a parent gets from a child of another coldkey that is recycled, U96F32."""
    pay_owner: Callable[[Tx, int, int], None]
    """(netuid, owner cut)."""
    pay_miners: Callable[[Tx, int, Mapping[bytes, int]], None]
    """(netuid, incentives by hotkey, in the order of the accounts' bytes)."""

    # The epoch.
    run_epoch: Callable[[Tx, int, int], list[HotkeyEmission]]
    """(netuid, emission) → what each uid earned, in the chain's order; the epoch's results are in storage."""
    read_epoch: Callable[[Tx, int, int, int], Any]
    """(netuid, mechanism, emission) → the input of the steps, read from storage."""
    after_epoch: tuple[Callable[[Tx, int, Any], None], ...] = ()
    """(netuid, the subnet's results): further effects of an epoch, in order."""
    epoch: tuple[EpochStep, ...]
    """The epoch itself: steps over one working value, in order."""

    def __repr__(self) -> str:
        return f"<Runtime: spec_version {self.name}>"

    @property
    def name(self) -> RuntimeName:
        """The name that it is found by: its spec_version, with its tree where that has a name."""
        return named(self.spec_version, self.tree)

    def error_name(self, error: ChainError) -> str:
        """The chain's name of an error under this runtime."""
        return self.error_names.get(type(error), error.name)

    def decides(self, call: Call) -> bool:
        """Whether this runtime has the call."""
        return type(call) in self.calls and (not isinstance(call, SudoSet) or call.name in self.parameter_steps)


def not_decided(rules: Runtime, call: Call) -> CallNotDecided:
    """The error for a call that a runtime does not have."""
    name = str(hyperparameter(call.name).call) if isinstance(call, SudoSet) else call.tag.partition("/")[0]
    return CallNotDecided(name, rules.name, rules.who_decides(call))
