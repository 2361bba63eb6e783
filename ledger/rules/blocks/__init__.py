"""Blocks that pass, the hashes they have, and the seals that stand in them."""
