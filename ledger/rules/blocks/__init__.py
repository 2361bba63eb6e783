"""Passing blocks, their hashes, and seals."""
