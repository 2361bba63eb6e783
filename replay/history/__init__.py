"""Real history: a chain's blocks from a node, imported, followed, recorded, replayed."""
