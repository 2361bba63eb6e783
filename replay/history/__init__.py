"""Real history: a chain's blocks as a node has them, imported, kept in step with, recorded, played again."""
