"""The chain's metadata for clients: made from the catalogue of calls, events, items and errors of a runtime."""
