"""The TAO that flows into and out of subnets: from users (since spec_version 334), and from the protocol (since 411).

Source: subtensor coinbase/subnet_emissions.rs, spec_version 424.
"""

from neuron_ledger.ledger.rules.stake.share_pool import I64_GREATEST, I64_LEAST, as_i64
from neuron_ledger.ledger.runtime import Tx
from neuron_ledger.projections.maps import StorageMap


def record_tao_inflow(tx: Tx, netuid: int, tao: int) -> None:
    """A user brought rao to a subnet."""
    move_flow(tx.storage.subnet_tao_flow, netuid, as_i64(tao))


def record_tao_outflow(tx: Tx, netuid: int, tao: int) -> None:
    """A user took rao from a subnet."""
    move_flow(tx.storage.subnet_tao_flow, netuid, -as_i64(tao))


def record_protocol_outflow(tx: Tx, netuid: int, tao: int) -> None:
    """The chain took rao from a subnet."""
    move_flow(tx.storage.subnet_protocol_flow, netuid, -as_i64(tao))


def move_flow(table: StorageMap[int, int], netuid: int, change: int) -> None:
    """Add an i64 to a subnet's flow (TAO of users or of the chain), saturating at i64."""
    flow = table[netuid] + change
    table[netuid] = flow if I64_LEAST <= flow <= I64_GREATEST else I64_LEAST if flow < 0 else I64_GREATEST
