"""Subnets begin, start to emit, and end."""
