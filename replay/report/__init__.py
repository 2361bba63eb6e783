"""A page to hand on: one subnet, or one uid of it, for people who have no ledger."""
