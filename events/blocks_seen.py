"""What a node answered about a block: the block, its runtime, its extrinsics with their outcome, and its events.

They follow an `observe` call, in this order, before the storage that the block led to (`StorageObserved`). Nothing here was
decided by rules: it is what the chain did, decoded with the metadata of the runtime that did it. None of them changes storage.
"""

from neuron_ledger.events.storage.trees import RuntimeName, name_by_metadata
from neuron_ledger.events.wire.record import Event, event
from neuron_ledger.events.wire.units import ACCOUNT, BOOL, BYTES, HASH, TEXT, U32, BlockNumber


@event("BlockSeen")
class BlockSeen(Event):
    """A finalised block of a chain. genesis_hash: which chain. endpoint: the protocol of the node (`ws`, `wss`), never its
    address.

    number, block_hash, parent_hash: of its header. spec_version: of the runtime that executed it. whole: whether all of the
    pallet's storage was read after it; otherwise only what its calls, its events and the block hook can have changed.
    events: System.Events as the node has it, SCALE.
    """

    genesis_hash: HASH
    endpoint: TEXT
    number: BlockNumber
    block_hash: HASH
    parent_hash: HASH
    spec_version: U32
    whole: BOOL
    events: BYTES


@event("RuntimeSeen")
class RuntimeSeen(Event):
    """The runtime of the block, at the first block and wherever it changed: what follows is decoded with its metadata.

    metadata: as the node has it, SCALE. items: (name, 32-byte prefix of its keys) of the pallet's storage items.
    """

    spec_version: U32
    transaction_version: U32
    metadata: BYTES
    items: tuple[tuple[TEXT, HASH], ...]

    @property
    def name(self) -> RuntimeName:
        """Its spec_version; with the tree where its metadata shows one that is not known by the number alone."""
        return name_by_metadata(self.spec_version, self.metadata)


@event("ExtrinsicSeen")
class ExtrinsicSeen(Event):
    """An extrinsic of the block. index: its place in the block. signer: None for an unsigned one. call: `Pallet.name`.

    arguments: as JSON, including nested calls. encoded: the whole extrinsic, SCALE. ok: whether it succeeded. errors: why not; if
    it succeeded, the errors of calls nested in it (sudo, batch, proxy). An error of a pallet is `Pallet.Name`.
    """

    index: U32
    signer: ACCOUNT | None
    call: TEXT
    arguments: TEXT
    encoded: BYTES
    ok: BOOL
    errors: tuple[TEXT, ...]


@event("EventSeen")
class EventSeen(Event):
    """An event that the chain deposited. phase: `ApplyExtrinsic`, `Initialization`, `Finalization`.

    extrinsic: the index of the one that is applied. name: `Pallet.Name`. data: its fields as JSON.
    """

    phase: TEXT
    extrinsic: U32 | None
    name: TEXT
    data: TEXT


@event("StorageMissed")
class StorageMissed(Event):
    """Entries that had changed before this block but were not read then, as a later read shows.

    after: the last earlier block after which everything was read. entries: (item, key without the prefix of the names).
    set_right: whether the blocks in between were corrected before they were recorded; otherwise the changes are recorded with
    this block.
    """

    after: BlockNumber
    entries: tuple[tuple[TEXT, tuple[BYTES, ...]], ...]
    set_right: BOOL
