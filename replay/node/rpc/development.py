"""Methods of this node alone: let blocks pass, go back in time, set storage by hand, explain a refusal."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from neuron_ledger.events.storage.recorded_items import recorded_item
from neuron_ledger.events.wire.converters import people, read
from neuron_ledger.events.wire.errors import FieldError
from neuron_ledger.events.wire.units import a_tuple
from neuron_ledger.ledger.errors import CannotGoOn, ChainError
from neuron_ledger.ledger.log.errors import LogError
from neuron_ledger.ledger.until_epoch import blocks_until_epoch
from neuron_ledger.replay.node.chain.blocks import digest, hex_of
from neuron_ledger.replay.node.chain.dev_chain import Chain
from neuron_ledger.replay.node.chain.development import set_balance, set_entries
from neuron_ledger.replay.node.rpc.methods import Method
from neuron_ledger.replay.node.rpc.protocol import Params, RpcError, as_bytes, as_integer, invalid_params

MOST_BLOCKS: Final = 10_000
"""The most blocks that one request lets pass."""
U64_MAX: Final = 2**64 - 1
REFUSED: Final = -32000
HASH_BYTES: Final = 32


def new_block(chain: Chain, params: Params) -> Any:
    """`{count}` or `{to}`; by default one block. Returns the head."""
    asked = _options(params, "count", "to")
    count = as_integer(asked.get("count", 1), "count", MOST_BLOCKS)
    if "to" in asked:
        to = as_integer(asked["to"], "to", 2**32 - 1)
        count = to - chain.head.number
        if not 0 <= count <= MOST_BLOCKS:
            last = chain.head.number + MOST_BLOCKS
            raise invalid_params(f"to: expected a block from {chain.head.number} to {last}, got {to}")
    return _passed(chain, count)


def to_epoch(chain: Chain, params: Params) -> Any:
    """`{netuid}`: blocks pass until the subnet's next epoch has run. Returns the head."""
    netuid = as_integer(_options(params, "netuid").get("netuid"), "netuid", 2**16 - 1)
    left = blocks_until_epoch(chain.ledger.storage, chain.runtime.rules, netuid, MOST_BLOCKS)
    if left is None:
        raise RpcError(REFUSED, f"subnet {netuid} has no epoch within {MOST_BLOCKS} blocks")
    return _passed(chain, left)


def _passed(chain: Chain, count: int) -> Any:
    try:
        for _ in range(count):
            chain.make_block()
    except CannotGoOn as fault:
        raise RpcError(REFUSED, f"block {chain.head.number + 1} cannot be made: {fault}") from None
    return shown_head(chain)


def shown_head(chain: Chain) -> Any:
    return {"number": chain.head.number, "hash": hex_of(chain.head.hash)}


def balance(chain: Chain, params: Params) -> Any:
    """(account, rao)"""
    try:
        set_balance(chain, params.account(0), params.integer(1, "rao", U64_MAX))
    except ChainError as error:
        raise RpcError(REFUSED, str(error)) from None
    return True


def storage(chain: Chain, params: Params) -> Any:
    """(item, key, value), as in `neuron-ledger show`; value null removes the entry. Recorded as an observation."""
    name, raw = params.text(0, "the name of a storage item"), params.value(1)
    try:
        item = recorded_item(name)
        parts = read(people, raw if isinstance(raw, list) else [raw], a_tuple(*item.keys), "key")
        value = None if params.value(2) is None else read(people, params.value(2), item.value, "value")
        set_entries(chain, {name: {parts[0] if len(item.keys) == 1 else parts: value}})
    except FieldError as error:
        raise invalid_params(str(error)) from None
    return True


def impersonate(chain: Chain, params: Params) -> Any:
    """(account): its extrinsics need no valid signature from now on."""
    chain.impersonated.add(params.account(0))
    return True


def stop_impersonating(chain: Chain, params: Params) -> Any:
    chain.impersonated.discard(params.account(0))
    return True


def snapshot(chain: Chain, _: Params) -> Any:
    """Take a snapshot for `dev_revert`; returns its number. Only if the chain is in memory."""
    with _in_memory():
        return hex(chain.snapshots.take())


def revert(chain: Chain, params: Params) -> Any:
    """(number of a snapshot): go back to it, any number of times. Later snapshots and pending extrinsics are dropped."""
    number = params.integer(0, "the number of a snapshot", U64_MAX)
    with _in_memory():
        if not chain.snapshots.go_back(number):
            raise invalid_params(f"there is no snapshot {number}; existing ones: {chain.snapshots.numbers or 'none'}")
    return shown_head(chain)


def reset(chain: Chain, _: Params) -> Any:
    """Go back to the chain's beginning. Only if it is in memory."""
    with _in_memory():
        chain.snapshots.reset()
    return shown_head(chain)


@contextmanager
def _in_memory() -> Iterator[None]:
    """Refuse what a ledger in a file cannot do. Raises: RpcError."""
    try:
        yield
    except LogError as error:
        raise RpcError(REFUSED, f"{error}; `serve --fork-block` continues from it in memory") from None


def explain(chain: Chain, params: Params) -> Any:
    """{extrinsic}: its hash or its bytes. Where it is and why it failed, in words; null if unknown."""
    given = as_bytes(_options(params, "extrinsic").get("extrinsic"), "an extrinsic or its hash")
    hash_ = given if len(given) == HASH_BYTES else digest(given)
    found = chain.outcome_of(hash_)
    if found is not None:
        block, index, outcome = found
        return {"block": block, "index": index, "ok": outcome.why is None, "why": outcome.why}
    waiting = next((one for one in chain.pool if one.extrinsic.hash == hash_), None)
    if waiting is None:
        return None
    nonce = chain.nonce(waiting.signed.signer)
    why = "it is waiting for its block" if waiting.signed.nonce == nonce else f"it is waiting for the one with nonce {nonce}"
    return {"block": None, "index": None, "ok": None, "why": why}


def _options(params: Params, *names: str) -> Mapping[str, Any]:
    """The single argument, an object, or the arguments by position."""
    first = params.value(0)
    given = first if isinstance(first, dict) else {name: params.value(place) for place, name in enumerate(names)}
    for name in given:
        if name not in names:
            raise invalid_params(f"{name} is not one of {', '.join(names)}")
    return {name: value for name, value in given.items() if value is not None}


DEVELOPMENT: Final[Mapping[str, Method]] = {
    "dev_newBlock": new_block,
    "dev_toEpoch": to_epoch,
    "dev_setBalance": balance,
    "dev_setStorage": storage,
    "dev_impersonate": impersonate,
    "dev_stopImpersonating": stop_impersonating,
    "dev_snapshot": snapshot,
    "dev_revert": revert,
    "dev_reset": reset,
    "dev_explain": explain,
}
"""Every method of a development chain's own."""
