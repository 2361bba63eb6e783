"""A development node over a ledger: clients connect to it as to the chain, and find its metadata, blocks and answers."""
