"""Swaps of coldkeys that waited for their arbitration, in the summer of 2024."""
