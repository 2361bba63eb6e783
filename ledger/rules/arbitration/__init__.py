"""Swaps of coldkeys by arbitration, in the summer of 2024."""
