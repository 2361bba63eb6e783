"""The calls that let blocks pass, that take extrinsics into them, and that seal storage."""

from neuron_ledger.events.calls import AdvanceTo, SealStorage
from neuron_ledger.events.entries.codec import Origin
from neuron_ledger.events.entries.envelope import BLOCK_LIMIT
from neuron_ledger.events.extrinsics import IncludeExtrinsic, NonceUsed
from neuron_ledger.events.wire.errors import FieldError
from neuron_ledger.ledger.errors import BlockIsPast
from neuron_ledger.ledger.rules.blocks.seals import seal_of
from neuron_ledger.ledger.rules.numbers.wrapping import wrapped_u32
from neuron_ledger.ledger.runtime import Tx, call_table, handles
from neuron_ledger.ledger.transaction import ensure_root

MAX_BLOCKS_AT_ONCE = 100_000
"""The maximum number of blocks per call, two weeks of the main chain: a log is audited call by call, and each must end."""

SETTLE_EVERY = 64
"""The interval in blocks at which values that came and went are forgotten."""


def advance_to(tx: Tx, origin: Origin, call: AdvanceTo) -> None:
    """Run the block hook for every block up to `call.block`.

    Raises: BadOrigin; BlockIsPast if that block is not after the current one. FieldError, which is no refusal, if it is more than
    `MAX_BLOCKS_AT_ONCE` after it.
    Source: subtensor macros/hooks.rs::on_initialize, spec_version 277.
    """
    ensure_root(origin)
    if call.block <= tx.block:
        raise BlockIsPast(asked=call.block, current=tx.block)
    furthest = min(tx.block + MAX_BLOCKS_AT_ONCE, BLOCK_LIMIT - 1)
    if call.block > furthest:
        limit = f"at most {MAX_BLOCKS_AT_ONCE} blocks in one call, so up to {furthest} here; advance to it first, then continue"
        raise FieldError("block", limit, call.block)
    while tx.block < call.block:
        tx.storage.block_number.value = tx.block + 1
        tx.due_epochs = tx.rules.due_epochs(tx)
        for step in tx.rules.block_hook:
            step(tx)
        if tx.block % SETTLE_EVERY == 0:
            tx.settle()


def include_extrinsic(tx: Tx, origin: Origin, call: IncludeExtrinsic) -> None:
    """Increment the signer's nonce. Raises: BadOrigin.

    Source: polkadot-sdk frame-system extensions/check_nonce.rs::prepare, as used at spec_version 277 and 424.
    """
    ensure_root(origin)
    tx.emit(NonceUsed(account=call.signer, next_nonce=wrapped_u32(call.nonce + 1)))


def seal_storage(tx: Tx, origin: Origin, _: SealStorage) -> None:
    """Record the digest of storage. Raises: BadOrigin."""
    ensure_root(origin)
    tx.emit(seal_of(tx.storage.encode()))


CALLS = call_table(
    handles(AdvanceTo, advance_to),
    handles(IncludeExtrinsic, include_extrinsic),
    handles(SealStorage, seal_storage),
)
