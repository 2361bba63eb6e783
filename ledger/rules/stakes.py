"""The stake that hotkeys hold."""

from ledger.transaction import Transaction


def get_stake_for_hotkey_on_subnet(tx: Transaction, hotkey: bytes, netuid: int) -> int:
    """All stake on a hotkey of a subnet, whoever's it is: alpha of the subnet (rao on the root network).

    Source: subtensor staking/stake_utils.rs::get_stake_for_hotkey_on_subnet, spec_version 277.
    """
    return tx.storage.total_hotkey_alpha[hotkey, netuid]
