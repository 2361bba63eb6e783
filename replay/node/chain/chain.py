"""The node's chain: blocks made one after another on a ledger, extrinsics taken into them, storage at any of them.

A block is the ledger's `advance_to`, then the extrinsics that were ready, each decided by the rules and recorded; all in one
transaction. It is final at once. Nothing here reads a clock or waits: `rpc/` says when a block is made.
"""

from collections import OrderedDict
from collections.abc import Callable
from functools import cache
from typing import Any, Final

from bittensor_core import Keypair

from neuron_ledger.events.wire.errors import FieldError, NeuronLedgerError
from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.ledger.rebuild import rebuild
from neuron_ledger.ledger.runtimes.timeline import Timeline
from neuron_ledger.projections.storage import Storage
from neuron_ledger.replay.node.chain.accounts import development_accounts
from neuron_ledger.replay.node.chain.blocks import Block, digest, hex_of, new_block, passed_block, passed_hash
from neuron_ledger.replay.node.chain.extrinsic import Extrinsic, Signed, inherent, read_extrinsic, signed_payload
from neuron_ledger.replay.node.chain.genesis import begin_development_chain
from neuron_ledger.replay.node.chain.inclusion import Inclusion, Outcome, result_event, shown_events
from neuron_ledger.replay.node.chain.plan import planned
from neuron_ledger.replay.node.chain.pool import BAD_FORMAT, Pool, Refused, Waiting, invalid
from neuron_ledger.replay.node.chain.state import State, StorageKeys
from neuron_ledger.replay.node.metadata.document import NodeRuntime
from neuron_ledger.replay.node.types.codec import ScaleError

KEPT: Final = 32
"""Blocks whose storage is kept at hand; that of earlier ones is rebuilt from the log."""
SIGNATURE_KINDS: Final = {"Sr25519": 1, "Ed25519": 0}


class UnknownBlock(NeuronLedgerError, LookupError):
    """A block that the node does not have, or whose storage it cannot rebuild."""


@cache
def keys_of(timeline: Timeline, spec_version: int) -> StorageKeys:
    """The runtime as the node tells of it, with the keys of its items."""
    return StorageKeys(NodeRuntime(timeline.runtime(spec_version)))


class Chain:
    """Blocks over a ledger. sudo_key: the account that may act in the name of the chain; //Alice's if none is given."""

    def __init__(self, ledger: Ledger, *, sudo_key: bytes | None = None) -> None:
        begin_development_chain(ledger)
        self.ledger = ledger
        self.sudo_key = sudo_key if sudo_key is not None else development_accounts()["Alice"]
        self.pool = Pool()
        self.nonces: dict[bytes, int] = {}
        self.impersonated: set[bytes] = set()
        """Accounts whose signature is not checked."""
        self.by_hash: dict[bytes, Waiting] = {}
        """The extrinsics of this chain that are in a block, by hash."""
        self.on_block: list[Callable[[Block, list[Waiting]], None]] = []
        self.on_status: list[Callable[[Waiting], None]] = []
        self._blocks: dict[int, Block] = {}
        self._numbers: dict[bytes, int] = {}
        self._states: OrderedDict[int, State] = OrderedDict()
        first = keys_of(ledger.timeline, ledger.log.spec_version).runtime
        genesis = new_block(first.codec, 0, bytes(32), digest(first.digest + ledger.log.genesis), (), b"\0", 0)
        self.genesis = genesis.hash
        self.head = genesis if ledger.block == 0 else passed_block(self.genesis, ledger.block)
        self._base = self.head.number
        self._seen = ledger.head
        self._add(self.head)

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
        """The hash of a block; None where there is none of that number."""
        block = self._blocks.get(number)
        if block is None and 0 <= number < self._base:
            found = passed_hash(self.genesis, number)
            self._numbers[found] = number
            return found
        return None if block is None else block.hash

    def block(self, of: bytes | None = None) -> Block:
        """The block of a hash; the head if none is given. Raises: UnknownBlock."""
        if of is None:
            return self.head
        number = self._numbers.get(of)
        if number is None and of == self.genesis:
            number = 0
        if number is None:
            raise UnknownBlock(f"there is no block {hex_of(of)} here")
        return self._blocks.get(number) or passed_block(self.genesis, number)

    def state(self, of: bytes | None = None) -> State:
        """Storage at a block, the head's if none is given. Raises: UnknownBlock."""
        block = self.block(of)
        state = self._states.get(block.number)
        if state is None:
            state = self._states[block.number] = self._state(block, self._storage_at(block))
            self._forget()
        self._states.move_to_end(block.number)
        return state

    def _storage_at(self, block: Block) -> Storage:
        if block.number == self.ledger.block:
            return self.ledger.storage
        try:
            return rebuild(self.ledger.log, block=block.number, timeline=self.ledger.timeline).storage
        except ValueError as error:
            raise UnknownBlock(f"State already discarded for {hex_of(block.hash)}: {error}") from None

    def _state(self, block: Block, storage: Storage) -> State:
        upgraded = storage.last_runtime_upgrade.value
        keys = keys_of(self.ledger.timeline, self.ledger.log.spec_version if upgraded is None else upgraded)
        return State(keys, storage, block, self.nonces, self.sudo_key, self.hash_of)

    def _forget(self) -> None:
        while len(self._states) > KEPT:
            self._states.popitem(last=False)

    def _add(self, block: Block) -> None:
        self._blocks[block.number] = block
        self._numbers[block.hash] = block.number
        self.head = block

    def changed(self) -> None:
        """Storage at the head was changed other than by a block (a development method): look at it anew."""
        self._states.pop(self.head.number, None)

    def catch_up(self) -> None:
        """Take in what others did to the ledger, such as a test by its own calls: blocks that passed then hold no extrinsics."""
        with self.ledger.reading():
            if self.ledger.head == self._seen:
                return
            self._seen = self.ledger.head
            self.changed()
            for number in range(self.head.number + 1, self.ledger.block + 1):
                self._add(new_block(self.runtime.codec, number, self.head.hash, self._seen.hash, (), b"\0", 0))
                for listener in self.on_block:
                    listener(self.head, [])

    # ------------------------------------------------------------------------------------------------------ extrinsics

    def submit(self, data: bytes) -> Waiting:
        """Check an extrinsic and let it wait for its block. Raises: Refused."""
        runtime = self.runtime
        try:
            extrinsic = read_extrinsic(runtime, data)
        except ScaleError as error:
            raise Refused(BAD_FORMAT, "Extrinsic has invalid format", str(error)) from None
        if extrinsic.signed is None:
            raise invalid("Transaction is not signed")
        self._ensure_signature(runtime, extrinsic, extrinsic.signed)
        try:
            plan = planned(extrinsic.call)
        except FieldError as error:
            raise invalid(f"Transaction call is not expected: {error}") from None
        waiting = Waiting(extrinsic, extrinsic.signed, plan)
        nonce = self.nonces.get(waiting.signed.signer, 0)
        self.pool.add(waiting, nonce)
        self.tell(waiting, "ready" if self.pool.is_ready(waiting, nonce) else "future")
        return waiting

    def tell(self, waiting: Waiting, *statuses: Any) -> None:
        """Note what became of an extrinsic, for whoever watches it."""
        waiting.statuses += statuses
        for listener in self.on_status:
            listener(waiting)

    def next_nonce(self, account: bytes) -> int:
        """The nonce of an account's next extrinsic, after those that wait."""
        return self.pool.next_nonce(account, self.nonces.get(account, 0))

    def _ensure_signature(self, runtime: NodeRuntime, extrinsic: Extrinsic, signed: Signed) -> None:
        if signed.signer in self.impersonated:
            return
        kind = SIGNATURE_KINDS.get(signed.kind)
        if kind is None:
            raise invalid(f"Transaction has a bad signature ({signed.kind} is not known here)")
        if signed.has_metadata_hash:
            raise invalid("Transaction signs the metadata's hash, which this node does not check")
        birth = signed.era.birth(self.head.number + 1)
        signer = Keypair(public_key=signed.signer, crypto_type=kind)

        def signed_at(block: int) -> bool:
            at = self.genesis if signed.era.period is None else self.hash_of(block)
            return at is not None and signer.verify(
                signed_payload(runtime, extrinsic, signed, self.genesis, at, None), signed.signature
            )

        if not signed_at(birth):
            if signed.era.period is not None and signed_at(birth - signed.era.period):
                raise invalid("Transaction is outdated (its era has passed)")
            raise invalid("Transaction has a bad signature")

    # ---------------------------------------------------------------------------------------------------------- blocks

    def make_block(self) -> Block:
        """Let the next block pass, with the extrinsics that are ready."""
        before = self._states.get(self.head.number)
        if before is not None:  # it looked at the ledger's storage, which goes on
            before.storage = before.storage.copy()
        with self.ledger.batch():
            block, included = self._made()
        self._seen = self.ledger.head
        for waiting, _ in included:
            self.pool.take(waiting)
            self.nonces[waiting.signed.signer] = waiting.signed.nonce + 1
            self.by_hash[waiting.extrinsic.hash] = waiting
        self._add(block)
        for index, (waiting, outcome) in enumerate(included):
            waiting.why, waiting.included = outcome.why, (block.number, index + 1)
            self.tell(waiting, {"inBlock": hex_of(block.hash)}, {"finalized": hex_of(block.hash)})
        for listener in self.on_block:
            listener(block, [waiting for waiting, _ in included])
        return block

    def _made(self) -> tuple[Block, list[tuple[Waiting, Outcome]]]:
        """The next block, and what became of the extrinsics in it."""
        number = self.ledger.block + 1
        passed = self.ledger.advance_to(number)
        runtime = self.runtime  # of the block's own state
        records = [("Initialization", event, ()) for event in shown_events(self.ledger, passed.events)]
        time = passed_block(self.genesis, number).milliseconds
        extrinsics = [inherent(runtime.codec.encode("RuntimeCall", ("Timestamp", (("set", (time,)),))))]
        records.append((_during(0), result_event(Outcome(), "Mandatory"), ()))
        inclusion = Inclusion(self.ledger, self.sudo_key)
        included: list[tuple[Waiting, Outcome]] = []
        for waiting in self._ready():
            outcome = inclusion.carry_out(waiting.plan, waiting.signed.signer)
            events = (*(outcome.events if outcome.error is None else ()), result_event(outcome))
            records += [(_during(len(extrinsics)), event, ()) for event in events]
            extrinsics.append(waiting.extrinsic.data)
            included.append((waiting, outcome))
        root = self.ledger.head.hash
        encoded = runtime.codec.encode("Vec<EventRecord>", records)
        block = new_block(runtime.codec, number, self.head.hash, root, tuple(extrinsics), encoded, len(records))
        return block, included

    @property
    def has_ready(self) -> bool:
        """Whether any extrinsic would come into a block now."""
        return bool(self._ready())

    def _ready(self) -> list[Waiting]:
        """The extrinsics whose turn it is, in the order in which they came; those of one account by their nonces."""
        nonces: dict[bytes, int] = {}
        ready: list[Waiting] = []
        for waiting in sorted(self.pool, key=lambda one: one.signed.nonce):
            signer = waiting.signed.signer
            if waiting.signed.nonce == nonces.get(signer, self.nonces.get(signer, 0)):
                nonces[signer] = waiting.signed.nonce + 1
                ready.append(waiting)
        return ready


def _during(index: int) -> Any:
    """The phase of an extrinsic."""
    return "ApplyExtrinsic", (index,)
