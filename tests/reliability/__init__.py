"""Harnesses that attack a ledger from outside: kills, power cuts, flipped bits, mutated inputs, crowds, tampering.

Each is a program with a long form, whose figures stand in docs/reliability.md, and a small fixed set that the tests run.
"""
