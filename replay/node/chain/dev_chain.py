"""The node's chain: blocks made one after another on a ledger, with their extrinsics, and storage at any of them.

A block is the ledger's `advance_to`, then the extrinsics that were ready, each recorded (`include_extrinsic`) and decided by the
rules; all in one transaction. It is final at once. Nothing here reads a clock or waits: `rpc/` decides when a block is made.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from functools import cache
from typing import Any, Final

from attrs import evolve

from neuron_ledger.events.extrinsics import IncludeExtrinsic
from neuron_ledger.events.wire.errors import NeuronLedgerError
from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.ledger.past import past, stands_after_an_entry
from neuron_ledger.ledger.rebuild import Rebuilt, rebuild
from neuron_ledger.ledger.runtimes.timeline import Timeline
from neuron_ledger.projections.storage import Storage
from neuron_ledger.replay.node.chain.accounts import development_accounts
from neuron_ledger.replay.node.chain.admission import Admission
from neuron_ledger.replay.node.chain.blocks import Block, digest, hex_of, new_block, passed_block, passed_hash, sets_time
from neuron_ledger.replay.node.chain.genesis import begin_development_chain
from neuron_ledger.replay.node.chain.happenings import Happenings, happenings, recorded_happenings
from neuron_ledger.replay.node.chain.inclusion import Inclusion, Outcome, shown_events
from neuron_ledger.replay.node.chain.plan import Shielded
from neuron_ledger.replay.node.chain.pool import Pool, Refused, Waiting
from neuron_ledger.replay.node.chain.recorded import passed_blocks
from neuron_ledger.replay.node.chain.shield import opened
from neuron_ledger.replay.node.chain.snapshots import Snapshots
from neuron_ledger.replay.node.chain.state import State, StorageKeys
from neuron_ledger.replay.node.metadata.document import NodeRuntime

KEPT: Final = 32
"""How many blocks' storage is cached; that of earlier ones is rebuilt from the log."""
KEPT_HAPPENINGS: Final = 512
"""How many blocks' events are cached; those of others are read from the log."""
HEADERS_FROM: Final = 65_536
"""In a ledger with more than twice as many blocks, only the blocks after a multiple of this have real headers."""


class UnknownBlock(NeuronLedgerError, LookupError):
    """A block that the node does not have, or whose storage it cannot rebuild."""


@cache
def keys_of(timeline: Timeline, spec_version: int) -> StorageKeys:
    """The node's runtime, with the keys of its items."""
    return StorageKeys(NodeRuntime(timeline.runtime(spec_version)))


class Chain:
    """Blocks over a ledger. sudo_key: the account that may use sudo; by default //Alice's."""

    def __init__(self, ledger: Ledger, *, sudo_key: bytes | None = None) -> None:
        begin_development_chain(ledger)
        self.ledger = ledger
        self.sudo_key = sudo_key if sudo_key is not None else development_accounts()["Alice"]
        self.pool = Pool()
        self.impersonated: set[bytes] = set()
        """Accounts whose signature is not checked."""
        self.on_block: list[Callable[[Block, list[Waiting]], None]] = []
        self.on_status: list[Callable[[Waiting], None]] = []
        first = keys_of(ledger.timeline, ledger.log.spec_version).runtime
        self.snapshots = Snapshots(ledger, self.go_back)
        self._genesis_block = new_block(0, bytes(32), digest(first.digest + ledger.log.genesis), ())
        self.genesis = self._genesis_block.hash
        self._begin()

    def _begin(self) -> None:
        """Read all blocks of the ledger."""
        self._blocks: dict[int, Block] = {0: self._genesis_block}
        self._numbers: dict[bytes, int] = {self.genesis: 0}
        self._places: dict[bytes, tuple[int, int]] = {}
        self._states: OrderedDict[int, State] = OrderedDict()
        self._rebuilt: OrderedDict[int, Rebuilt] = OrderedDict()
        self._happenings: OrderedDict[int, Happenings] = OrderedDict()
        self._read_to = 0
        self.head = self._genesis_block
        self._read_blocks()

    def _read_blocks(self) -> None:
        """Catch up with a ledger in which blocks passed otherwise than by this chain."""
        end = self.ledger.block
        base = max(end // HEADERS_FROM - 1, 0) * HEADERS_FROM
        for passed in passed_blocks(self.ledger.log, self._read_to):
            self._read_to = passed.position
            for number in range(max(passed.before, base) + 1, passed.last + 1):
                before = self._blocks.get(number - 1)
                parent = passed_hash(self.genesis, number - 1) if before is None else before.hash
                extrinsics = (sets_time(number), *(passed.extrinsics if number == passed.last else ()))
                self._add(new_block(number, parent, passed.hash, extrinsics, passed.position))
        if self.head.number != end:
            self._add(passed_block(self.genesis, end))

    def _add(self, block: Block) -> None:
        self._blocks[block.number] = block
        self._numbers[block.hash] = block.number
        for index, extrinsic in enumerate(block.extrinsics[1:], start=1):
            self._places[digest(extrinsic)] = block.number, index
        self.head = block

    def catch_up(self) -> None:
        """Catch up with what others did to the ledger, such as a test by its own calls: those blocks have no extrinsics."""
        with self.ledger.reading():
            begin, end = self.head.number + 1, self.ledger.block
            if end < begin - 1:
                self._begin()  # the ledger was reverted
            elif end >= begin:
                self._read_blocks()
        for number in range(begin, end + 1):
            for listener in self.on_block:
                listener(self._blocks.get(number, self.head), [])

    # --------------------------------------------------------------------------------------------------- what there is

    @property
    def keys(self) -> StorageKeys:
        """Of the runtime in force."""
        return keys_of(self.ledger.timeline, self.ledger.rules.spec_version)

    @property
    def runtime(self) -> NodeRuntime:
        """The runtime in force."""
        return self.keys.runtime

    def hash_of(self, number: int) -> bytes | None:
        """The hash of a block; None if there is no such block."""
        block = self._blocks.get(number)
        if block is not None:
            return block.hash
        if not 0 <= number < self.head.number:
            return None
        found = passed_hash(self.genesis, number)
        self._numbers[found] = number
        return found

    def block(self, of: bytes | None = None) -> Block:
        """The block with a hash; by default the head. Raises: UnknownBlock."""
        if of is None:
            return self.head
        number = self._numbers.get(of)
        if number is None:
            raise UnknownBlock(f"there is no block {hex_of(of)}")
        return self._blocks.get(number) or passed_block(self.genesis, number)

    def state(self, of: bytes | None = None) -> State:
        """Storage at a block, by default the head. Raises: UnknownBlock."""
        block = self.block(of)
        state = self._states.get(block.number)
        position = self.ledger.head.position if block is self.head else 0
        if state is None or position != state.position:
            state = self._states[block.number] = self._state(block, self._storage_at(block), position)
            while len(self._states) > KEPT:
                self._states.popitem(last=False)
        self._states.move_to_end(block.number)
        return state

    def _storage_at(self, block: Block) -> Storage:
        if block.number == self.ledger.block:
            return self.ledger.storage
        log, timeline = self.ledger.log, self.ledger.timeline
        before = max((number for number in self._rebuilt if number < block.number), default=None)
        try:
            if before is None:
                found = past(log, block=block.number, timeline=timeline)
            else:  # reading block after block does not rebuild the whole past each time
                begin = self._rebuilt[before]
                begin = evolve(begin, storage=begin.storage.copy())
                found = rebuild(log, block=block.number, timeline=timeline, begin=begin)
        except ValueError as error:
            raise UnknownBlock(f"State already discarded for {hex_of(block.hash)}: {error}") from None
        if stands_after_an_entry(log, found):
            self._rebuilt[block.number] = found
            while len(self._rebuilt) > KEPT:
                self._rebuilt.popitem(last=False)
        return found.storage

    def _state(self, block: Block, storage: Storage, position: int) -> State:
        upgraded = storage.last_runtime_upgrade.value
        keys = keys_of(self.ledger.timeline, self.ledger.log.spec_version if upgraded is None else upgraded)
        return State(keys, storage, block, self.sudo_key, self.hash_of, lambda: self._happened(block, keys.runtime), position)

    def _happened(self, block: Block, runtime: NodeRuntime) -> Happenings:
        """The events of a block."""
        found = self._happenings.get(block.number)
        if found is None:
            ledger = self.ledger
            found = recorded_happenings(ledger.log, ledger.timeline, runtime, block, self.sudo_key)
            self._keep(block, found)
        return found

    def _keep(self, block: Block, happened: Happenings) -> None:
        self._happenings[block.number] = happened
        while len(self._happenings) > KEPT_HAPPENINGS:
            self._happenings.popitem(last=False)

    def outcome_of(self, extrinsic_hash: bytes) -> tuple[int, int, Outcome] | None:
        """Block, index and outcome of an extrinsic; None if it is in no block."""
        place = self._places.get(extrinsic_hash)
        if place is None:
            return None
        number, index = place
        block = self._blocks[number]
        return number, index, self._happened(block, self.state(block.hash).runtime).outcomes[index - 1]

    # ------------------------------------------------------------------------------------------------------ extrinsics

    def submit(self, data: bytes) -> Waiting:
        """Check an extrinsic and queue it for its block. Raises: Refused."""
        waiting = self._admission().admitted(data)
        nonce = self.nonce(waiting.signed.signer)
        self.pool.add(waiting, nonce)
        self.report(waiting, "ready" if self.pool.is_ready(waiting, nonce) else "future")
        return waiting

    def _admission(self) -> Admission:
        return Admission(self.runtime, self.genesis, self.head.number, self.hash_of, self.impersonated)

    def report(self, waiting: Waiting, *statuses: Any) -> None:
        """Record an extrinsic's status for its watchers."""
        waiting.statuses += statuses
        for listener in self.on_status:
            listener(waiting)

    def nonce(self, account: bytes) -> int:
        """The nonce of an account's next extrinsic, without pending ones."""
        return self.ledger.storage.account_nonce[account]

    def next_nonce(self, account: bytes) -> int:
        """The nonce of an account's next extrinsic, after pending ones."""
        return self.pool.next_nonce(account, self.nonce(account))

    # ---------------------------------------------------------------------------------------------------------- blocks

    def make_block(self) -> Block:
        """Let the next block pass, with the extrinsics that are ready."""
        self.catch_up()
        before = self.state() if self.head.number in self._states else None
        if before is not None:  # it reads the ledger's storage, which advances
            before.settle()
        with self.ledger.batch():
            block, included, happened = self._made()
        for waiting in included:
            self.pool.discard(waiting)
        self._add(block)
        self._keep(block, happened)
        self._read_to = block.begins_at
        for index, waiting in enumerate(included, start=1):
            waiting.why, waiting.included = happened.outcomes[index - 1].why, (block.number, index)
            self.report(waiting, {"inBlock": hex_of(block.hash)}, {"finalized": hex_of(block.hash)})
        for late in self.pool.outdated(block.number + 1, self.nonce):
            self.pool.discard(late)
            self.report(late, "invalid")
        for listener in self.on_block:
            listener(block, included)
        return block

    def _made(self) -> tuple[Block, list[Waiting], Happenings]:
        """The next block, and the outcomes of its extrinsics."""
        number = self.ledger.block + 1
        passed = self.ledger.advance_to(number)
        begins_at = passed.position
        root = self.ledger.log.hash_at(begins_at) or b""
        runtime = self.runtime  # from the block's own state
        inclusion = Inclusion(self.ledger, self.sudo_key)
        included: list[Waiting] = []
        outcomes: list[Outcome] = []
        ready: Iterable[Waiting] = self.pool.ready(self.nonce)
        for waiting in (one for first in ready for one in self._with_shielded(first)):
            signed = waiting.signed
            self.ledger.submit(IncludeExtrinsic(signed.signer, signed.nonce, waiting.extrinsic.data)).unwrap()
            included.append(waiting)
            outcomes.append(inclusion.carry_out(waiting.plan, signed.signer))
        extrinsics = (sets_time(number), *(waiting.extrinsic.data for waiting in included))
        begun = shown_events(runtime.rules.layout, passed.events)
        block = new_block(number, self.head.hash, root, extrinsics, begins_at)
        return block, included, happenings(runtime, begun, outcomes)

    def _with_shielded(self, waiting: Waiting) -> Iterator[Waiting]:
        """An extrinsic, followed by the encrypted one in it, if that may be included now."""
        yield waiting
        data = opened(waiting.plan.ciphertext) if isinstance(waiting.plan, Shielded) else None
        if data is not None:
            with suppress(Refused):
                carried = self._admission().admitted(data)
                if carried.signed.nonce == self.nonce(carried.signed.signer) and not isinstance(carried.plan, Shielded):
                    yield carried

    @property
    def has_ready(self) -> bool:
        """Whether any extrinsic would be included in a block now."""
        return any(self.pool.ready(self.nonce))

    def go_back(self, copy: Ledger) -> None:
        """Go back to the state of a copy of the ledger: what was submitted since is lost, and pending extrinsics are dropped.

        Raises: LogError if the ledger is in a file.
        """
        self.ledger.go_back(copy)
        dropped, self.pool = self.pool, Pool()
        for waiting in dropped:
            self.report(waiting, "dropped")
        self._begin()
