"""The accounts of a development chain: well-known keys with initial balances.

Source: polkadot-sdk sp-keyring (names), subtensor node/src/chain_spec/localnet.rs (the sudo key is //Alice's).
"""

from collections.abc import Mapping
from functools import cache
from typing import Final

from bittensor_core import Keypair

NAMES: Final = ("Alice", "Bob", "Charlie", "Dave", "Eve", "Ferdie")
FUNDS: Final = 1_000_000_000_000_000
"""rao of each: a million TAO."""


@cache
def development_accounts() -> Mapping[str, bytes]:
    """Name → account, of the keys `//Name`."""
    return {name: bytes(Keypair.create_from_uri(f"//{name}").public_key) for name in NAMES}
