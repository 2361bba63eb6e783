"""What exchanges need from a chain: where neurons can be asked, who they are, and announcing an Axon.

The chain is a ledger of this process, or a node of any runtime, reached over a websocket: it is read and written by
its own metadata.
"""

from collections.abc import Mapping
from ipaddress import ip_address
from typing import Any, Final

from neuron_ledger.events.calls import ServeAxon
from neuron_ledger.events.wire import ss58
from neuron_ledger.events.wire.errors import FieldError
from neuron_ledger.projections.storage import Storage
from neuron_ledger.replay.exchange.keys import Signer, account_of
from neuron_ledger.replay.exchange.service import AxonInfo
from neuron_ledger.replay.exchange.standing import By, Standing
from neuron_ledger.replay.history.client import NodeClient, NodeProblem
from neuron_ledger.replay.history.runtime import SS58_FORMAT, hex_bytes

PROTOCOL: Final = 4
METADATA_VERSION: Final = "0x0f000000"
IMMORTAL: Final = "00"
SR25519: Final = 1


def axons_of(storage: Storage, netuid: int) -> dict[int, AxonInfo]:
    """uid → where it can be asked, of the neurons of a subnet that announced an Axon."""
    found: dict[int, AxonInfo] = {}
    for uid in range(storage.subnetwork_n[netuid]):
        hotkey = storage.keys[netuid, uid]
        served = storage.axons[netuid, hotkey]
        if served is not None and served[3]:
            _, _, ip, port, _, *_ = served
            found[uid] = AxonInfo(str(ip_address(ip)), port, ss58.encode(hotkey))
    return found


def announcement(netuid: int, version: int, ip: str, port: int) -> ServeAxon:
    """The call that announces where a neuron can be asked. Raises: FieldError."""
    try:
        address = ip_address(ip)
    except ValueError as error:
        raise FieldError("ip", f"an address ({error})", ip) from None
    return ServeAxon(netuid, version, int(address), port, address.version, PROTOCOL, 0, 0)


async def announce_to_node(url: str, call: ServeAxon, key: Signer) -> str:
    """Submit an announcement to a node's chain, signed by its hotkey. Returns: the hash of the extrinsic. Raises: NodeProblem."""
    arguments = {name: getattr(call, name) for name, _ in call.units}
    async with NodeClient(url) as client:
        runtime = await _runtime(client)
        composed = bytes(runtime.compose_call("SubtensorModule", "serve_axon", arguments))
        genesis = hex_bytes(await client.call("chain_getBlockHash", 0), "the genesis hash", 32)
        same: Mapping[str, Any] = {
            "era": IMMORTAL,
            "nonce": await client.call("system_accountNextIndex", key.ss58_address),
            "tip": 0,
            "tip_asset_id": None,
        }
        payload = runtime.signature_payload(composed, **same, genesis_hash=genesis, era_block_hash=genesis)
        signature = bytes(key.sign(payload))
        signed, _ = runtime.encode_signed_extrinsic(
            composed, **same, public_key=account_of(key), signature=signature, signature_version=SR25519
        )
        return str(await client.call("author_submitExtrinsic", f"0x{bytes(signed).hex()}"))


async def read_standings(url: str, netuid: int) -> By:
    """The standings of a subnet's neurons at a node's last block. Raises: NodeProblem."""
    graph = await read_metagraph(url, netuid)
    rows = zip(graph["hotkeys"], graph["validator_permit"], graph["total_stake"], strict=True)
    return {str(hotkey): Standing(uid, bool(permit), int(stake)) for uid, (hotkey, permit, stake) in enumerate(rows)}


async def read_axons(url: str, netuid: int) -> dict[int, AxonInfo]:
    """uid → where it can be asked, at a node's last block. Raises: NodeProblem."""
    graph = await read_metagraph(url, netuid)
    served = enumerate(zip(graph["hotkeys"], graph["axons"], strict=True))
    return {
        uid: AxonInfo(str(ip_address(int(axon["ip"]))), int(axon["port"]), str(hotkey))
        for uid, (hotkey, axon) in served
        if axon["port"]
    }


async def read_metagraph(url: str, netuid: int) -> Any:
    """A node's answer about a subnet. Raises: NodeProblem where there is none."""
    async with NodeClient(url) as client:
        runtime = await _runtime(client)
        kind = runtime.runtime_api_map()["SubnetInfoRuntimeApi"]["get_metagraph"]["output"]
        raw = await client.call("state_call", "SubnetInfoRuntimeApi_get_metagraph", f"0x{netuid.to_bytes(2, 'little').hex()}")
        graph = runtime.decode(kind, hex_bytes(raw, "metagraph"))
    if graph is None:
        raise NodeProblem(f"{client.where}: there is no subnet {netuid}")
    return graph


async def _runtime(client: NodeClient) -> Any:
    """The codec for a node's runtime. Raises: NodeProblem."""
    from bittensor_core import Runtime

    version = await client.call("state_getRuntimeVersion")
    raw = hex_bytes(await client.call("state_call", "Metadata_metadata_at_version", METADATA_VERSION), "metadata")
    size_bytes = {0: 1, 1: 2, 2: 4}.get(raw[1] & 3 if len(raw) > 1 else 3, 5)
    try:
        return Runtime(raw[1 + size_bytes :], version["specVersion"], version["transactionVersion"], SS58_FORMAT)
    except (ValueError, KeyError, TypeError) as error:
        raise NodeProblem(f"{client.where}: its metadata cannot be read: {error!s:.200}") from None
