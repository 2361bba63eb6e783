"""The chain's types: their names as text, how their values are written as bytes, and how metadata describes them."""
