"""Runtime APIs (`state_call`), answered from the ledger's storage."""
