"""Neurons talk: a validator's Dendrite sends a Synapse to a miner's Axon, and what they say can be recorded in a ledger.

Takes the extra `exchange`; what is recorded is read, audited and explained without it.
"""
