"""Methods that no other node has: blocks let pass, storage set by hand, a refusal explained."""

from collections.abc import Mapping
from typing import Any, Final

from neuron_ledger.events.storage.recorded_items import recorded_item
from neuron_ledger.events.wire.converters import people, read
from neuron_ledger.events.wire.errors import FieldError
from neuron_ledger.events.wire.units import a_tuple
from neuron_ledger.ledger.errors import CannotGoOn, ChainError
from neuron_ledger.ledger.until_epoch import blocks_until_epoch
from neuron_ledger.replay.node.chain.blocks import hex_of
from neuron_ledger.replay.node.chain.chain import Chain
from neuron_ledger.replay.node.chain.development import set_balance, set_entries
from neuron_ledger.replay.node.rpc.methods import Method
from neuron_ledger.replay.node.rpc.protocol import Params, RpcError, as_integer, invalid_params

MOST_BLOCKS: Final = 10_000
"""Blocks that one request lets pass."""
U64_MAX: Final = 2**64 - 1
REFUSED: Final = -32000


def new_block(chain: Chain, params: Params) -> Any:
    """`{count}` or `{to}`; one block without either. Gives the head."""
    asked = _options(params, "count", "to")
    count = as_integer(asked.get("count", 1), "count", MOST_BLOCKS)
    if "to" in asked:
        to = as_integer(asked["to"], "to", 2**32 - 1)
        count = to - chain.head.number
        if not 0 <= count <= MOST_BLOCKS:
            last = chain.head.number + MOST_BLOCKS
            raise invalid_params(f"to: a block from {chain.head.number} to {last} is expected, not {to}")
    return _passed(chain, count)


def to_epoch(chain: Chain, params: Params) -> Any:
    """`{netuid}`: blocks pass until the subnet's next epoch has run. Gives the head."""
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
    return {"number": chain.head.number, "hash": hex_of(chain.head.hash)}


def balance(chain: Chain, params: Params) -> Any:
    """(account, rao)"""
    try:
        set_balance(chain, params.account(0), params.integer(1, "rao", U64_MAX))
    except ChainError as error:
        raise RpcError(REFUSED, str(error)) from None
    return True


def storage(chain: Chain, params: Params) -> Any:
    """(item, key, value), each as `neuron-ledger show` has it; value null removes the entry. Recorded as an observation."""
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
    """(account): its extrinsics need no good signature from now on."""
    chain.impersonated.add(params.account(0))
    return True


def stop_impersonating(chain: Chain, params: Params) -> Any:
    chain.impersonated.discard(params.account(0))
    return True


def explain(chain: Chain, params: Params) -> Any:
    """(hash of an extrinsic): where it is, and why it failed, in words; null for one that this node does not know."""
    found = chain.by_hash.get(params.data(0, "the hash of an extrinsic"))
    if found is None or found.included is None:
        return None
    block, index = found.included
    return {"block": block, "index": index, "ok": found.why is None, "why": found.why}


def _options(params: Params, *names: str) -> Mapping[str, Any]:
    """The one argument, an object, or the arguments by their places."""
    first = params.value(0)
    given = first if isinstance(first, dict) else {name: params.value(place) for place, name in enumerate(names)}
    for name in given:
        if name not in names:
            raise invalid_params(f"{name} is none of {', '.join(names)}")
    return {name: value for name, value in given.items() if value is not None}


DEVELOPMENT: Final[Mapping[str, Method]] = {
    "dev_newBlock": new_block,
    "dev_toEpoch": to_epoch,
    "dev_setBalance": balance,
    "dev_setStorage": storage,
    "dev_impersonate": impersonate,
    "dev_stopImpersonating": stop_impersonating,
    "dev_explain": explain,
}
"""Every method of a development chain's own."""
