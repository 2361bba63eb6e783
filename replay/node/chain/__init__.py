"""The node's chain: blocks over a ledger, their extrinsics, and storage as a node has it."""
