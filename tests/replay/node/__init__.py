"""The development node."""
