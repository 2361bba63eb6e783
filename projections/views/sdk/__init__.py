"""The exact views in the forms of the Bittensor SDK (9.7, 10.5): its field names, its floats. For people, never for rules."""
