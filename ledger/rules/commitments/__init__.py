"""Neurons' public commitments: the parts of the commitments pallet that concern subnets."""
