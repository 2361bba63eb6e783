"""Requests between neurons: a validator's Dendrite sends a Synapse to a miner's Axon, and exchanges can be recorded in a ledger.

Needs the extra `exchange`; recorded exchanges are read, audited and explained without it.
"""
