"""Subnets are created, start to emit, and are removed."""
