"""Wallets for clients of a node: throwaway keys from a name, as the Bittensor SDK takes them. They need the extra `node`."""

from typing import Any

try:
    from bittensor_wallet import Keypair  # of SDK 9.7 and 10.5, which sign only their own kind of bytes
except ModuleNotFoundError:
    from bittensor_core import Keypair


class Wallet:
    """A wallet that SDK 9.7, 10.5 and 11.3 sign with. The same name gives the same keys, which anybody can derive.

    coldkey, coldkeypub: `//name`; so `Wallet("Alice")` is the development chain's own Alice. hotkey: `//name//hot`.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.coldkey = self.coldkeypub = Keypair.create_from_uri(f"//{name}")
        self.hotkey = Keypair.create_from_uri(f"//{name}//hot")

    def __repr__(self) -> str:
        return f"<Wallet: {self.name}, hotkey {self.hotkey.ss58_address}>"

    def unlock_coldkey(self) -> Any:
        """The coldkey; nothing is locked."""
        return self.coldkey

    def unlock_hotkey(self) -> Any:
        """The hotkey."""
        return self.hotkey
