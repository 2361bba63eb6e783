"""Neurons that talk to each other."""
