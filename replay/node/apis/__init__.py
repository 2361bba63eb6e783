"""The runtime's own questions (`state_call`), answered from the ledger's storage."""
