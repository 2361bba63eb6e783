"""Accounts: their free balances, the owners of hotkeys, and TAO that moves between accounts."""
