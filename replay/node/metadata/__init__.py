"""What a node shows its clients of the chain: made from the catalogue of calls, events, items and errors of a runtime."""
