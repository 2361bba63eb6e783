"""The methods for clients, under their usual names: one function a method, one table.

Source: polkadot-sdk client/rpc-api (chain, state, system, author), pallet-transaction-payment rpc.
"""

from collections.abc import Callable, Mapping
from hashlib import blake2b
from importlib.metadata import version
from itertools import islice
from typing import Any, Final

from neuron_ledger.replay.node.apis.answers import MissingApi, answered
from neuron_ledger.replay.node.chain.blocks import digest, hex_of
from neuron_ledger.replay.node.chain.dev_chain import Chain, UnknownBlock
from neuron_ledger.replay.node.chain.pool import Refused
from neuron_ledger.replay.node.chain.state import State
from neuron_ledger.replay.node.metadata.apis import METHODS as APIS
from neuron_ledger.replay.node.metadata.constants import SPEC_NAME, SS58_PREFIX, TRANSACTION_VERSION
from neuron_ledger.replay.node.metadata.document import VERSIONS
from neuron_ledger.replay.node.rpc.protocol import MOST_KEYS, SERVER_ERROR, Params, RpcError, as_bytes, as_integer, invalid_params
from neuron_ledger.replay.node.types.codec import ScaleError

Method = Callable[[Chain, Params], Any]

LAST_BLOCK: Final = 2**32 - 1
TOKEN: Final = {"ss58Format": SS58_PREFIX, "tokenDecimals": 9, "tokenSymbol": "TAO"}
CHAIN_NAME: Final = "Bittensor"
_API_VERSIONS: Final = {"Core": 5, "Metadata": 2, "SubnetInfoRuntimeApi": 2}

# ------------------------------------------------------------------------------------------------------------- blocks


def found_state(chain: Chain, params: Params, place: int) -> State:
    """Storage at the block whose hash is the argument at a position, by default the head. Raises: RpcError."""
    try:
        return chain.state(params.hash(place))
    except UnknownBlock as error:
        raise RpcError(SERVER_ERROR, f"Client error: {error}") from None


def get_block_hash(chain: Chain, params: Params) -> Any:
    if not params.has(0):
        return hex_of(chain.head.hash)
    asked = params.value(0)
    numbers = asked if isinstance(asked, list) else [asked]
    if len(numbers) > MOST_KEYS:
        raise invalid_params(f"expected at most {MOST_KEYS} block numbers")
    hashes = [chain.hash_of(as_integer(number, "a block number", LAST_BLOCK)) for number in numbers]
    shown = [None if found is None else hex_of(found) for found in hashes]
    return shown if isinstance(asked, list) else shown[0]


def get_header(chain: Chain, params: Params) -> Any:
    of = params.hash(0)
    try:
        return chain.block(of).header_for_people()
    except UnknownBlock:
        return None


def get_block(chain: Chain, params: Params) -> Any:
    try:
        block = chain.block(params.hash(0))
    except UnknownBlock:
        return None
    shown = {"header": block.header_for_people(), "extrinsics": [hex_of(extrinsic) for extrinsic in block.extrinsics]}
    return {"block": shown, "justifications": None}


def get_finalized_head(chain: Chain, _: Params) -> Any:
    return hex_of(chain.head.hash)


# ------------------------------------------------------------------------------------------------------------ storage


def get_metadata(chain: Chain, params: Params) -> Any:
    return hex_of(found_state(chain, params, 0).runtime.metadata(VERSIONS[0]))


def get_runtime_version(chain: Chain, params: Params) -> Any:
    names = sorted({method.api for method in APIS.values()})
    return {
        "specName": SPEC_NAME,
        "implName": SPEC_NAME,
        "authoringVersion": 1,
        "specVersion": found_state(chain, params, 0).runtime.spec_version,
        "implVersion": 1,
        "apis": [[hex_of(blake2b(name.encode(), digest_size=8).digest()), _API_VERSIONS.get(name, 1)] for name in names],
        "transactionVersion": TRANSACTION_VERSION,
        "systemVersion": 1,
        "stateVersion": 1,
    }


def get_storage(chain: Chain, params: Params) -> Any:
    return _hex_or_none(found_state(chain, params, 1).get(params.data(0, "a storage key")))


def get_storage_hash(chain: Chain, params: Params) -> Any:
    value = found_state(chain, params, 1).get(params.data(0, "a storage key"))
    return None if value is None else hex_of(digest(value))


def get_storage_size(chain: Chain, params: Params) -> Any:
    value = found_state(chain, params, 1).get(params.data(0, "a storage key"))
    return None if value is None else len(value)


def query_storage_at(chain: Chain, params: Params) -> Any:
    keys = [as_bytes(key, "a storage key") for key in params.list(0, "storage keys")]
    return [changes(found_state(chain, params, 1), keys)]


def changes(state: State, keys: list[bytes]) -> dict[str, Any]:
    """The values of keys at a block, for subscribers and `queryStorageAt`."""
    return {"block": hex_of(state.block.hash), "changes": [[hex_of(key), _hex_or_none(state.get(key))] for key in keys]}


def get_keys_paged(chain: Chain, params: Params) -> Any:
    prefix = params.data(0, "a prefix") if params.has(0) else b""
    count = params.integer(1, "a count", MOST_KEYS)
    start = params.data(2, "a key to start after") if params.has(2) else b""
    return [hex_of(key) for key in islice(found_state(chain, params, 3).keys_after(prefix, start), count)]


def get_keys(chain: Chain, params: Params) -> Any:
    return [hex_of(key) for key in found_state(chain, params, 1).keys(params.data(0, "a prefix"))]


def get_pairs(chain: Chain, params: Params) -> Any:
    state = found_state(chain, params, 1)
    return [[hex_of(key), _hex_or_none(state.get(key))] for key in state.keys(params.data(0, "a prefix"))]


def call(chain: Chain, params: Params) -> Any:
    name = params.text(0, "the name of a runtime API's method")
    data = params.data(1, "the arguments") if params.has(1) else b""
    state = found_state(chain, params, 2)
    try:
        return state.remembered(name, data, lambda: hex_of(answered(state, name, data)))
    except MissingApi as error:
        raise RpcError(SERVER_ERROR, "Client error: Execution failed", str(error)) from None
    except ScaleError as error:
        raise invalid_params(f"the arguments of {name}: {error}") from None


def _hex_or_none(value: bytes | None) -> str | None:
    return None if value is None else hex_of(value)


# ------------------------------------------------------------------------------------------------------ system, author


def account_next_index(chain: Chain, params: Params) -> Any:
    return chain.next_nonce(params.account(0))


def sync_state(chain: Chain, _: Params) -> Any:
    number = chain.head.number
    return {"startingBlock": 0, "currentBlock": number, "highestBlock": number}


def submit_extrinsic(chain: Chain, params: Params) -> Any:
    try:
        return hex_of(chain.submit(params.data(0, "an extrinsic")).extrinsic.hash)
    except Refused as refused:
        raise RpcError(refused.code, refused.message, refused.data) from None


def pending_extrinsics(chain: Chain, _: Params) -> Any:
    return [hex_of(waiting.extrinsic.data) for waiting in chain.pool]


def query_info(_: Chain, params: Params) -> Any:
    params.data(0, "an extrinsic")
    return {"weight": {"ref_time": 0, "proof_size": 0}, "class": "normal", "partialFee": "0"}


def query_fee_details(_: Chain, params: Params) -> Any:
    params.data(0, "an extrinsic")
    return {"inclusionFee": {"baseFee": "0x0", "lenFee": "0x0", "adjustedWeightFee": "0x0"}}


def _always(value: Any) -> Method:
    return lambda _, __: value


METHODS: Final[Mapping[str, Method]] = {
    "chain_getBlockHash": get_block_hash,
    "chain_getHead": get_finalized_head,
    "chain_getHeader": get_header,
    "chain_getBlock": get_block,
    "chain_getFinalizedHead": get_finalized_head,
    "chain_getFinalisedHead": get_finalized_head,
    "chain_getRuntimeVersion": get_runtime_version,
    "state_getMetadata": get_metadata,
    "state_getRuntimeVersion": get_runtime_version,
    "state_getStorage": get_storage,
    "state_getStorageAt": get_storage,
    "state_getStorageHash": get_storage_hash,
    "state_getStorageHashAt": get_storage_hash,
    "state_getStorageSize": get_storage_size,
    "state_getStorageSizeAt": get_storage_size,
    "state_queryStorageAt": query_storage_at,
    "state_getKeysPaged": get_keys_paged,
    "state_getKeysPagedAt": get_keys_paged,
    "state_getKeys": get_keys,
    "state_getPairs": get_pairs,
    "state_call": call,
    "state_callAt": call,
    "system_chain": _always(CHAIN_NAME),
    "system_name": _always("neuron-ledger"),
    "system_version": lambda _, __: version("neuron-ledger"),
    "system_properties": _always(TOKEN),
    "system_health": _always({"peers": 0, "isSyncing": False, "shouldHavePeers": False}),
    "system_chainType": _always("Development"),
    "system_nodeRoles": _always(["Authority"]),
    "system_peers": _always([]),
    "system_syncState": sync_state,
    "system_accountNextIndex": account_next_index,
    "account_nextIndex": account_next_index,
    "author_submitExtrinsic": submit_extrinsic,
    "author_pendingExtrinsics": pending_extrinsics,
    "payment_queryInfo": query_info,
    "payment_queryFeeDetails": query_fee_details,
}
"""Every method that is not a subscription."""
