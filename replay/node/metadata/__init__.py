"""What a node tells its clients about the chain: made from the catalogue of calls, events, items and errors of a runtime."""
