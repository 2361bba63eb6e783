"""Swaps of keys: another hotkey, or another coldkey, takes the place of one."""
