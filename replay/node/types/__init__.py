"""The chain's types: their names, the encoding of their values, and their description in metadata."""
