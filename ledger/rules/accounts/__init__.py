"""Accounts: their free balances, who owns which hotkey, and TAO that moves between them."""
