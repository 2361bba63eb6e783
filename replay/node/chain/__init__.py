"""The node's chain: blocks over a ledger, the extrinsics in them, and storage as a node keeps it."""
