"""Questions asked of ledgers, and the answers checked by other means."""
