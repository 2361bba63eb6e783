from ledger.transaction import Transaction


def drain_pending_emission(
    tx: Transaction, netuid: int, pending_alpha: int, pending_tao: int, pending_swapped: int, owner_cut: int
) -> None:
    pass
