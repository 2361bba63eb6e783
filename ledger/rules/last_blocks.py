"""The blocks of the last rate-limited calls: in items of their own until spec_version 315, since then all in
LastRateLimitedBlock, whose keys are the encoded variants of an enumeration.

Source: subtensor lib.rs::RateLimitKey, utils/rate_limiting.rs, spec_version 277 and 424.
"""

from collections.abc import Sequence
from functools import partial
from typing import Any

from attrs import evolve

from neuron_ledger.ledger.runtime import LastBlocks
from neuron_ledger.projections.storage import Storage

NETWORK, TX, CHILDKEY_TAKE, DELEGATE_TAKE = LIMITS = (
    *("NetworkLastRegistered", "LastTxBlock"),
    *("LastTxBlockChildKeyTake", "LastTxBlockDelegateTake"),
)
"""What is limited: new networks on the whole chain; of an account its key swaps, its takes as childkey and as delegate. Named as
the items of 277, and as the variants of the enumeration."""

OWNER_HOTKEY, OWNER_HYPERPARAMETER = "SetSNOwnerHotkey", "OwnerHyperparamUpdate"
"""What is limited by subnet: its own hotkey, and by hyperparameter what its owner sets."""

RATE_LIMIT_KEYS_315: Sequence[str] = (OWNER_HOTKEY, *LIMITS)
RATE_LIMIT_KEYS_320: Sequence[str] = (OWNER_HOTKEY, OWNER_HYPERPARAMETER, *LIMITS, "AddStakeBurn")
"""The variants of the enumeration, in the order in which they are numbered."""


def rate_limit_key(variants: Sequence[str], variant: str, fields: bytes = b"") -> bytes:
    """A key of LastRateLimitedBlock as a node encodes it. fields: of the variant, encoded."""
    return bytes([variants.index(variant)]) + fields


# ------------------------------------------------------------------------------------------------------ in own items


def _own_key(account: bytes | None) -> Any:
    return () if account is None else account


def read_own(storage: Storage, limit: str, account: bytes | None) -> int:
    """The block of the last such call, u64; 0 where there was none."""
    block: int = storage.map(limit)[_own_key(account)]
    return block


def write_own(storage: Storage, limit: str, account: bytes | None, block: int) -> None:
    """Note the block of a call."""
    storage.map(limit)[_own_key(account)] = block


def remove_own(storage: Storage, limit: str, account: bytes | None) -> None:
    """Forget that there was such a call."""
    storage.map(limit).remove(_own_key(account))


def as_noted(_: int, last: int) -> int:
    """A limit counts from the last call, even one noted with a future block number."""
    return last


def unless_to_come_218_draft(block: int, last: int) -> int:
    """A last call noted with a future block limits nothing: on copies of a chain block numbers begin anew.

    Source: subtensor utils/rate_limiting.rs::passes_rate_limit_on_subnet, exceeds_tx_rate_limit,
    exceeds_tx_delegate_take_rate_limit, spec_version 218 of the draft of alpha (commit 1629c559b).
    """
    return last if last <= block else 0


OWN_ITEMS = LastBlocks(read=read_own, write=write_own, remove=remove_own, counted=as_noted)
"""NetworkLastRegistered, LastTxBlock, LastTxBlockChildKeyTake, LastTxBlockDelegateTake."""
OWN_ITEMS_218_DRAFT = evolve(OWN_ITEMS, counted=unless_to_come_218_draft)

# ---------------------------------------------------------------------------------------------------------- by keys


def read_keyed(variants: Sequence[str], storage: Storage, limit: str, account: bytes | None) -> int:
    """The block of the last such call, u64; 0 where there was none."""
    return storage.last_rate_limited_block[rate_limit_key(variants, limit, account or b"")]


def write_keyed(variants: Sequence[str], storage: Storage, limit: str, account: bytes | None, block: int) -> None:
    """Note the block of a call."""
    storage.last_rate_limited_block[rate_limit_key(variants, limit, account or b"")] = block


def remove_keyed(variants: Sequence[str], storage: Storage, limit: str, account: bytes | None) -> None:
    """Forget that there was such a call."""
    storage.last_rate_limited_block.remove(rate_limit_key(variants, limit, account or b""))


def keyed_by(variants: Sequence[str]) -> LastBlocks:
    """Entries of LastRateLimitedBlock under keys of an enumeration with these variants."""
    return LastBlocks(
        read=partial(read_keyed, variants),
        write=partial(write_keyed, variants),
        remove=partial(remove_keyed, variants),
        counted=as_noted,
    )


KEYED_315 = keyed_by(RATE_LIMIT_KEYS_315)
KEYED_320 = keyed_by(RATE_LIMIT_KEYS_320)
"""A variant was inserted before the others, so until 334's migration older entries are not found under the new numbers."""
