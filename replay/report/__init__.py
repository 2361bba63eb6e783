"""A page to share: one subnet, or one uid of it, for people without a ledger."""
